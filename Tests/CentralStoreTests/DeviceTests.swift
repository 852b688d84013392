import CentralStore
import SyncProtocol
import Testing
import Tickets

/// A device whose chain is right, for the tests below and those that break it.
struct ChainedDevice {
    var record: DeviceRecord
    var commands: [StoredCommand] = []

    /// Enrols a device and lets it give `count` notes on `ticket`, all in `store`.
    init(in store: any CentralStore, _ world: inout World, person: String, ticket: TicketID, count: Int) throws {
        let certificate = world.random.bytes(100)
        let serial = try store.write { try $0.takeSerial() }
        record = DeviceRecord(
            replica: world.id(), person: person, serial: serial, publicKey: world.random.bytes(32), certificate: certificate,
            enrolledAt: world.time, epoch: 1, chainHead: Chain.start(certificate: certificate, epoch: 1))
        var enrol = world.draft(.enrol)
        enrol.device = record
        try store.append(enrol)
        try give(count, on: ticket, in: store, &world)
    }

    mutating func give(_ count: Int, on ticket: TicketID, in store: any CentralStore, _ world: inout World) throws {
        let given = (0..<count).map { index in
            let place = ChainPlace(
                replica: record.replica, epoch: record.epoch, sequence: record.sequence + UInt64(index) + 1)
            return world.command("note", on: ticket, by: record.person, place: place)
        }
        var batch = WriteBatch(entries: given.map { world.note(ticket, by: record.person, command: $0) })
        link(given, &batch)
        _ = try store.write { try $0.append(batch) }
        commands += given
    }

    /// Adds links and the new chain head to a batch.
    mutating func link(_ given: [StoredCommand], _ batch: inout WriteBatch) {
        let first = record.sequence + 1
        let (headers, head) = Chain.headers(
            for: given.map(\.digest), replica: record.replica, epoch: record.epoch, first: first, previous: record.chainHead)
        batch.links += zip(given, headers).map { command, header in
            ChainLink(
                place: ChainPlace(replica: record.replica, epoch: record.epoch, sequence: header.sequence), command: command.id,
                digest: command.digest, hash: header.hash)
        }
        record.sequence += UInt64(given.count)
        record.chainHead = head
        batch.contacts.append(record)
    }
}

@Suite struct `Devices and codes` {
    @Test(arguments: StoreKind.allCases)
    func `a device's record follows its contacts and its revocation`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 31)
            let ticket: TicketID = world.id()
            try store.append(world.person("li-na"), world.ticket(ticket, assignee: "li-na"))
            var device = try ChainedDevice(in: store, &world, person: "li-na", ticket: ticket, count: 3)
            device.record.unsent = 4
            device.record.base = 17
            device.record.clientVersion = "1.0"
            device.record.clockOffset = -9
            device.record.lastContact = world.time
            device.record.occurredFloor = world.time - 1
            _ = try store.write { transaction in
                var batch = WriteBatch()
                batch.contacts = [device.record]
                return try transaction.append(batch)
            }
            #expect(try store.read { try $0.devices() } == [device.record])
            var revoke = world.draft(.revoke)
            device.record.revokedAt = world.time
            revoke.device = device.record
            try store.append(revoke)
            let found = try store.read { try $0.load(LoadRequest(replicas: [device.record.replica])) }
            #expect(found.devices[device.record.replica] == device.record)
            #expect(try store.read { try $0.counts() }.devices == 0)
            #expect(try store.read { try $0.verify() }.faults == [])
            let second = try ChainedDevice(in: store, &world, person: "li-na", ticket: ticket, count: 0)
            #expect(second.record.serial == device.record.serial + 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `links are found by place, and a repeat under a new epoch has its own`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 32)
            let ticket: TicketID = world.id()
            try store.append(world.person("li-na"), world.ticket(ticket, assignee: "li-na"))
            var device = try ChainedDevice(in: store, &world, person: "li-na", ticket: ticket, count: 3)
            let place = ChainPlace(replica: device.record.replica, epoch: 1, sequence: 2)
            let missing = ChainPlace(replica: device.record.replica, epoch: 1, sequence: 4)
            let snapshot = try store.read { try $0.load(LoadRequest(links: [place, missing])) }
            #expect(snapshot.links.keys.map(\.sequence) == [2])
            #expect(snapshot.links[place]?.command == device.commands[1].id)

            device.record.epoch = 2
            device.record.sequence = 0
            device.record.forks = 1
            device.record.chainHead = Chain.start(certificate: device.record.certificate, epoch: 2)
            var fork = world.draft(.fork)
            fork.device = device.record
            var batch = WriteBatch(entries: [fork])
            device.link([device.commands[2]], &batch)
            _ = try store.write { try $0.append(batch) }
            try device.give(2, on: ticket, in: store, &world)
            let report = try store.read { try $0.verify() }
            #expect(report.faults == [])
            #expect(report.linksCount == 6)
            #expect(try store.read { try $0.devices() }.first?.forks == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a code is found by its hash and remembers its use and vain attempts`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 33)
            var code = EnrolCodeRecord(hash: world.random.bytes(32), person: "li-na", madeAt: 1, expiresAt: 2)
            var made = world.draft(.enrolCode)
            made.enrolCode = code
            try store.append(made)
            _ = try store.write { transaction in
                var batch = WriteBatch()
                batch.failedCodes = [code.hash, code.hash, [9]]
                return try transaction.append(batch)
            }
            code.attempts = 2
            #expect(try store.read { try $0.enrolCode(hash: code.hash) } == code)
            code.usedBy = world.id()
            var used = world.draft(.enrol)
            used.enrolCode = code
            try store.append(used)
            #expect(try store.read { try $0.enrolCode(hash: code.hash) } == code)
            #expect(try store.read { try $0.enrolCode(hash: [1]) } == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a second payload under a known identifier is kept beside the first`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 34)
            let ticket: TicketID = world.id()
            try store.append(world.person("li-na"), world.ticket(ticket, assignee: "li-na"))
            let note = world.note(ticket, by: "li-na")
            try store.append(note)
            let payload = world.random.bytes(9)
            let salt = world.random.bytes(16)
            var clash = CommandClash(
                id: note.command!.id, replica: world.id(), payload: payload, salt: salt, digest: sha256(salt, payload),
                receivedAt: 3)
            var draft = world.draft(.clash, ticket: ticket)
            draft.clash = clash
            clash.sequence = try store.append(draft).sequences[0]
            #expect(try store.read { try $0.clashes() } == [clash])
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `lines of another system are imported once`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 35)
            let ids: [TicketID] = (0..<300).map { _ in world.id() }
            var drafts = ids.map { world.ticket($0) }
            for index in drafts.indices { drafts[index].importSource = ImportSource(source: "12345", externalID: "A\(index)") }
            try store.append(drafts)
            let names = (0..<400).map { "A\($0)" }
            let found = try store.read { try $0.imported(source: "12345", externalIDs: names) }
            #expect(found.count == 300 && found["A7"] == ids[7] && found["A300"] == nil)
            #expect(try store.read { try $0.imported(source: "other", externalIDs: names) }.isEmpty)
            var again = world.ticket(world.id())
            again.importSource = ImportSource(source: "12345", externalID: "A7")
            #expect(throws: StoreError.self) { try store.append(again) }
        }
    }
}
