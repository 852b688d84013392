import SyncProtocol
import Testing
import Tickets

@Suite struct `Both sides make the same chain` {
    static let commands = (1...5).map { Sample.sealed($0) }

    @Test func `however the commands are cut into requests`() {
        let whole = Chain.headers(
            for: Self.commands, replica: Sample.replica, epoch: 3, first: 1, previous: Sample.start)
        for cut in 0...5 {
            let first = Chain.headers(
                for: Array(Self.commands[..<cut]), replica: Sample.replica, epoch: 3, first: 1, previous: Sample.start)
            let second = Chain.headers(
                for: Array(Self.commands[cut...]), replica: Sample.replica, epoch: 3, first: UInt64(cut) + 1,
                previous: first.head)
            #expect(first.headers + second.headers == whole.headers)
            #expect(second.head == whole.head)
        }
        #expect(whole.headers[0].previous == Sample.start)
        #expect(whole.headers.last?.hash == whole.head)
    }

    @Test func `the start depends on certificate and epoch`() {
        #expect(Sample.start != Chain.start(certificate: Sample.signedCertificate, epoch: 4))
        #expect(Sample.start != Chain.start(certificate: Sample.certificate.signed(by: Sample.earlierKey), epoch: 3))
    }

    @Test func `a command has the same digest under another epoch, and another header`() {
        let one = Chain.headers(for: Self.commands, replica: Sample.replica, epoch: 3, first: 1, previous: Sample.start)
        let two = Chain.headers(for: Self.commands, replica: Sample.replica, epoch: 4, first: 1, previous: Sample.start)
        #expect(one.headers.map(\.digest) == two.headers.map(\.digest))
        #expect(one.head != two.head)
    }

    /// Even one who could sign would have to say so: the chain head of another order is another one.
    @Test func `what was taken out, put in, changed or moved does not lead to the chain head`() throws {
        let request = Sample.request
        let changes: [(String, (inout SyncRequest) -> Void)] = [
            ("dropped first", { $0.commands.removeFirst() }), ("dropped last", { $0.commands.removeLast() }),
            ("swapped", { $0.commands.swapAt(1, 2) }), ("twice", { $0.commands.append($0.commands[2]) }),
            ("payload", { $0.commands[1] = Self.changed($0.commands[1], salt: false) }),
            ("salt", { $0.commands[1] = Self.changed($0.commands[1], salt: true) }),
            ("first sequence", { $0.firstSequence += 1 }), ("previous", { $0.previous[3] ^= 1 }),
            ("epoch", { $0.epoch += 1 }), ("replica", { $0.replica = ReplicaID(bytes: Sample.other.bytes)! }),
        ]
        #expect(try request.headers().count == 3)
        for (name, change) in changes {
            var changed = request
            change(&changed)
            #expect(problem { _ = try changed.headers() } == .brokenChain, "\(name)")
        }
    }

    @Test func `erasing payload and salt leaves the chain whole: headers need digests alone`() {
        let digests = Self.commands.map(\.digest)
        let head = Chain.headers(for: digests, replica: Sample.replica, epoch: 3, first: 1, previous: Sample.start).head
        let sealed = Chain.headers(for: Self.commands, replica: Sample.replica, epoch: 3, first: 1, previous: Sample.start).head
        #expect(head == sealed)
    }

    private static func changed(_ command: SealedCommand, salt: Bool) -> SealedCommand {
        var bytes = salt ? command.salt : command.payload
        bytes[4] ^= 1
        return try! SealedCommand(salt: salt ? bytes : command.salt, payload: salt ? command.payload : bytes)  // 16 bytes
    }
}

@Suite struct `The fingerprint is of a set` {
    static let entities: [(EntityKey, UInt64)] =
        (1...20).map { (EntityKey.ticket(TicketID(bytes: Sample.bytes(16, from: UInt8($0)))!), UInt64($0) * 100) }
        + [(.person("li-na"), 3), (.grid("g-1"), 4), (.verdict(Sample.command), 5)]

    @Test func `order does not matter, and taking away is the reverse of adding`() {
        var dice = Dice("fingerprint")
        var forward = Fingerprint()
        for (entity, version) in Self.entities { forward.add(entity, version: version) }
        var shuffled = Fingerprint()
        for (entity, version) in Self.entities.shuffled(using: &dice) { shuffled.add(entity, version: version) }
        #expect(forward == shuffled)
        for (entity, version) in Self.entities.shuffled(using: &dice) { shuffled.remove(entity, version: version) }
        #expect(shuffled == Fingerprint())
        // Removing before adding passes below zero and comes back.
        var early = Fingerprint()
        early.remove(Self.entities[0].0, version: 1)
        early.add(Self.entities[0].0, version: 1)
        #expect(early == Fingerprint())
    }

    @Test func `kind, id and version all count`() {
        let of = { (key: EntityKey, version: UInt64) in
            var fingerprint = Fingerprint()
            fingerprint.add(key, version: version)
            return fingerprint
        }
        let ticket = EntityKey.ticket(Sample.ticket)
        #expect(of(ticket, 1) != of(ticket, 2))
        #expect(of(ticket, 1) != of(EntityKey(.verdict, id: ticket.id), 1))
        #expect(of(ticket, 1) != of(.ticket(TicketID(bytes: Sample.other.bytes)!), 1))
    }

    @Test func `one known sum`() {
        var fingerprint = Fingerprint()
        fingerprint.add(.ticket(Sample.ticket), version: 1)
        let digest = sha256([1], Sample.ticket.bytes, [0, 0, 0, 0, 0, 0, 0, 1])
        #expect(String(fingerprint.sum, radix: 16) == hex(digest.prefix(16)).trimmingPrefix("0"))
    }
}
