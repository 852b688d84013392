import CentralStore
import Changeset
import SyncProtocol
import SyncService
import Testing
import Tickets

@Suite struct `What becomes of a command` {
    @Test func `what cannot be read or is not known is stored and held, and what follows is judged`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let unreadable = try SealedCommand(salt: bench.sources.bytes(16), payload: [0xFF, 0x07, 0x00])
        let unknown = try phone.seal(phone.payload("teleport", ticket, ["where": .text("月球")]))
        let good = try phone.note(ticket)
        let answer = try phone.push([unreadable, unknown, good], to: bench)
        #expect(answer.receipts.map(\.verdict) == [.held, .held, .applied])
        #expect(answer.receipts.map(\.reason) == ["unreadable", "unknown-command", "ok"])
        #expect(answer.receipts[0].digest == unreadable.digest)
        #expect(answer.acknowledgedSequence == 3)
        let again = try phone.send(phone.request([unreadable]), to: bench)
        #expect(again.receipts.map(\.sequence) == [answer.receipts[0].sequence], "found again without an identity of its own")
        #expect(try bench.faults() == [])
    }

    @Test func `a changeset cut anywhere, or about anything else, is held`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let foreign = try bench.ticket(to: "wang-lei")
        var phone = try Phone("li-na", at: bench)
        let whole = changeset(of: ticket)
        var bad: [[UInt8]] = (1..<whole.count).filter { $0 != whole.count }.map { Array(whole.prefix($0)) }
        bad.append(changeset(of: foreign))
        bad.append(changeset(of: ticket, table: "person"))
        bad.append(changeset(of: ticket, table: "sqlite_master"))
        bad.append(changeset(of: ticket, indirect: true))
        bad.append(changeset(of: ticket, columns: 27))
        bad.append([0x50] + whole.dropFirst())
        let commands = try bad.map {
            try phone.seal(phone.payload("edit", ticket, ["finding": .text("新")], changeset: $0))
        }
        for start in stride(from: 0, to: commands.count, by: 200) {
            let part = Array(commands[start..<min(start + 200, commands.count)])
            let answer = try phone.push(part, to: bench)
            #expect(answer.receipts.allSatisfy { $0.verdict == .held }, "from \(start)")
        }
        #expect(try bench.store.read { try $0.ticket(ticket) }?.ticket[.finding] == .null)
        let good = try phone.seal(
            phone.payload("edit", try bench.ticket(to: "li-na"), ["finding": .text("新")]))
        #expect(try phone.push([good], to: bench).receipts.map(\.verdict) == [.applied])
        #expect(try bench.faults() == [])
    }

    /// An update of `finding`, from NULL to 新, of the ticket's row.
    private func changeset(
        of ticket: TicketID, table: String = "ticket", indirect: Bool = false, columns: Int = TicketColumn.allCases.count
    ) -> [UInt8] {
        var old = [Value?](repeating: nil, count: columns)
        var new = old
        old[0] = ticket.value
        old[TicketColumn.finding.index] = .null
        new[TicketColumn.finding.index] = .text("新")
        let key = (0..<columns).map { UInt8($0 == 0 ? 1 : 0) }
        return Changeset(changes: [
            Change(table: table, keyOrdinals: key, operation: .update, isIndirect: indirect, old: old, new: new)
        ]).serialized()
    }

    @Test func `a known CommandID with other contents is kept and held, once, and the first one stands`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let first = try phone.note(ticket, "原话")
        try phone.push([first], to: bench)
        let second = try phone.seal(phone.payload("note", ticket, ["body": .text("改过的话")], id: first.commandID))
        let answer = try phone.push([second], to: bench)
        #expect(answer.receipts.map(\.reason) == ["clash"])
        #expect(answer.receipts[0].digest == second.digest)
        #expect(try bench.store.read { try $0.clashes() }.map(\.digest) == [second.digest])
        phone.acknowledged = 1
        #expect(try bench.stored(first.commandID)?.verdict == .applied)
        #expect(try bench.store.read { try $0.ticket(ticket) }?.rows.filter { $0.table == .note }.count == 1)
        #expect(try bench.faults() == [])
    }

    @Test func `two equal requests in one batch: one verdict, told twice`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        let request = phone.request([try phone.note(ticket), try phone.note(ticket)])
        let body = phone.body(request)
        let answers = try bench.service.syncTogether(bodies: [body, body]).map {
            try SyncResponse(decoding: decodeBody($0.get())).whole(answering: request)
        }
        #expect(answers[0].receipts.count == 2)
        #expect(answers[0].receipts.map(\.sequence) == answers[1].receipts.map(\.sequence))
        #expect(answers[0].receipts.map(\.mac) == answers[1].receipts.map(\.mac))
        #expect(try bench.faults() == [])
    }

    @Test func `a stranger learns nothing: the same answer for somebody else's ticket and for none`() throws {
        let bench = try Bench()
        let foreign = try bench.ticket(to: "wang-lei")
        let nowhere = TicketID(bytes: bench.sources.bytes(16))!
        let kinds: [(String, [String: Value])] = [
            ("accept", [:]), ("note", ["body": .text("x")]), ("edit", ["finding": .text("x")]), ("resolve", ["body": .text("x")]),
            ("return", ["body": .text("x")]),
        ]
        for (kind, arguments) in kinds {
            var phone = try Phone("li-na", at: bench)
            let commands = try [foreign, nowhere].map { try phone.seal(phone.payload(kind, $0, arguments)) }
            let answer = try phone.push(commands, to: bench)
            #expect(answer.receipts.map(\.verdict) == [.held, .held], "\(kind)")
            #expect(answer.receipts.map(\.reason) == ["not-yours", "not-yours"], "\(kind)")
            #expect(answer.page?.entities.allSatisfy { $0.key.kind != .ticket } == true, "\(kind): I4")
        }
        #expect(try bench.store.read { try $0.ticket(foreign) }?.rows.filter { $0.table == .note }.isEmpty == true)
    }

    @Test func `what a revoked device sends is stored and held; then it is told to erase its tickets`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        try phone.push([], to: bench)
        try bench.service.revokeAndWait(phone.replica, by: Bench.dispatcher)
        let first = try phone.note(ticket, "停用后写的")
        let request = phone.request([first]) { $0.unsent = 1 }
        let halfway = try phone.send(request, to: bench)
        #expect(halfway.receipts.map(\.reason) == ["revoked"])
        #expect(!halfway.wipe, "there is more to say")
        #expect(halfway.page == nil)
        phone.move([first], halfway)
        let second = try phone.note(ticket, "还有一句")
        let last = try phone.send(phone.request([second]), to: bench)
        #expect(last.receipts.map(\.verdict) == [.held])
        #expect(last.wipe)
        #expect(try bench.store.read { try $0.ticket(ticket) }?.rows.contains { $0.table == .note } == false)
        #expect(try bench.faults() == [])
    }

    @Test func `a clock that is ten years off, either way: corrected, flagged, never refused`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        for skew in [-3_650, 3_650] {
            var phone = try Phone("li-na", at: bench)
            phone.skew = Milliseconds(skew) * 86_400_000
            let sealed = try phone.note(ticket)
            let given = bench.sources.now
            bench.advance(3_600_000)
            try phone.push([sealed], to: bench)
            let stored = try #require(try bench.stored(sealed.commandID))
            #expect(stored.verdict == .applied)
            #expect(stored.occurredAt == given, "the boot readings are true")
            #expect(stored.clockFlagged)
            #expect(try bench.device(phone.replica)?.clockOffset == phone.skew)
        }
    }

    @Test func `the outcome does not depend on how commands are cut into requests and batches`() throws {
        let whole = try outcome(requestSize: 100, together: true)
        for size in [1, 3, 10] {
            for together in [true, false] {
                #expect(try outcome(requestSize: size, together: together) == whole, "\(size) \(together)")
            }
        }
    }

    /// Two devices, thirty commands each, in the same order at the centre whatever the cutting.
    private func outcome(requestSize: Int, together: Bool) throws -> [String] {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na", helpers: "wang-lei")
        var phones = [try Phone("li-na", at: bench), try Phone("wang-lei", at: bench)]
        let sealed = try phones.map { phone in
            try (0..<30).map { number -> SealedCommand in
                let word = Value.text("\(phone.person) \(number)")
                return switch number % 6 {
                case 0: try phone.seal(phone.payload(number == 0 ? "accept" : "start", ticket))
                case 1: try phone.seal(phone.payload("note", ticket, ["body": word]))
                case 2: try phone.seal(phone.payload("edit", ticket, ["finding": word]))
                case 3: try phone.seal(phone.payload("visit", ticket, ["body": word]))
                case 4: try phone.seal(phone.payload("note", TicketID(bytes: bench.sources.bytes(16))!, ["body": word]))
                default: try phone.seal(phone.payload(number == 29 ? "resolve" : "note", ticket, ["body": word]))
                }
            }
        }
        for index in 0..<2 {
            var bodies: [[UInt8]] = []
            for start in stride(from: 0, to: 30, by: requestSize) {
                let part = Array(sealed[index][start..<min(start + requestSize, 30)])
                bodies.append(phones[index].body(phones[index].request(part)))
                let (_, head) = Chain.headers(
                    for: part, replica: phones[index].replica, epoch: 1, first: phones[index].acknowledged + 1,
                    previous: phones[index].head)
                phones[index].head = head
                phones[index].acknowledged += UInt64(part.count)
            }
            for batch in together ? [bodies] : bodies.map({ [$0] }) {
                for result in bench.service.syncTogether(bodies: batch) { _ = try result.get() }
            }
        }
        #expect(try bench.faults() == [])
        let stored = try sealed.joined().map { try #require(try bench.stored($0.commandID)) }
        let row = try bench.store.read { try $0.ticket(ticket) }
        return stored.map { "\($0.verdict?.rawValue ?? "-") \($0.reason) \($0.sequence) \($0.occurredAt)" }
            + (row?.rows.map { "\($0.table) \($0.values)" } ?? [])
    }
}
