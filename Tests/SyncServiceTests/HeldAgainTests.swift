import CentralStore
import Changeset
import SyncProtocol
import SyncService
import Testing
import Tickets

@Suite struct `A dependant that is held again` {
    //  a dispatcher's own device    | centre
    //                               | edit description 中
    //  edit description 甲, then 乙 | held both-changed; the second waits for the first
    //                               | declines the first: the second is held for a reason of its own, with its conflict
    @Test func `says so: its reason, its conflict rows, a renewed verdict that its device reads`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone(Bench.dispatcher, at: bench)
        try phone.pull(bench)
        let other = try bench.act(.edit, ticket, ["description": .text("中")])
        func edit(_ old: Value, _ new: String) throws -> SealedCommand {
            try phone.seal(
                phone.payload(
                    "edit", ticket, ["description": .text(new), "body": .text("说明" + new)],
                    changeset: edited(ticket, [.description: (old, .text(new))])))
        }
        let commands = [try edit(.text(""), "甲"), try edit(.text("甲"), "乙"), try edit(.text("乙"), "丙")]
        let answer = try phone.push(commands, to: bench)
        #expect(answer.receipts.map(\.reason) == ["both-changed", "waits-for", "waits-for"])
        #expect(answer.receipts[2].waitsFor == commands[1].commandID)
        let outcome = try bench.decide(commands[0].commandID, .declined, "以中心为准")
        #expect(outcome.followed.map(\.reason) == ["both-changed"])

        let again = try #require(try bench.stored(commands[1].commandID))
        #expect(again.isUndecided && again.reason == "both-changed" && again.waitsFor == nil)
        #expect(again.sequence > answer.receipts[1].sequence)
        #expect(
            try bench.store.read { try $0.conflicts(of: again.id) } == [
                Conflict(
                    field: "description", trunk: .text("甲"), theirs: .text("中"), ours: .text("乙"), rule: "person",
                    against: other.command)
            ])
        #expect(try bench.notes(ticket).contains("说明乙"), "its words are there for whoever decides")
        let page = try #require(try phone.push([], to: bench).page)
        let entity = try #require(page.entities.first { $0.key == .verdict(again.id) })
        #expect(entity.receipt?.reason == "both-changed" && entity.receipt?.verdict == .held)
        #expect(entity.rows.map(\.table) == [.conflict])
        #expect(try phone.send(phone.request([commands[1]]), to: bench).receipts.map(\.sequence) == [again.sequence], "I2")
        #expect(try bench.held() == [again.id, commands[2].commandID], "its age counts from its arrival")

        phone.acknowledged = 3
        let third = try bench.decide(again.id, .accepted)
        #expect(third.followed.map(\.reason) == ["ok"], "the one behind it goes on")
        #expect(try bench.column(ticket, .description) == .text("丙"))
        #expect(try bench.faults() == [])
    }

    @Test func `behind another one: it is told which`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone(Bench.dispatcher, at: bench)
        try phone.pull(bench)
        try bench.act(.edit, ticket, ["title": .text("路灯"), "description": .text("中")])
        let title = try phone.seal(
            phone.payload("edit", ticket, ["title": .text("灯")], changeset: edited(ticket, [.title: (.text("路灯不亮"), .text("灯"))]))
        )
        let description = try phone.seal(
            phone.payload(
                "edit", ticket, ["description": .text("甲")], changeset: edited(ticket, [.description: (.text(""), .text("甲"))])))
        let withdraw = try phone.seal(phone.payload("withdraw", ticket))
        let answer = try phone.push([title, description, withdraw], to: bench)
        #expect(answer.receipts[2].waitsFor == description.commandID)
        let outcome = try bench.decide(description.commandID, .declined)
        #expect(outcome.followed.map(\.decision) == [nil])
        #expect(try bench.stored(withdraw.commandID)?.waitsFor == title.commandID)
        #expect(try bench.decide(title.commandID, .declined).followed.map(\.decision) == [.accepted])
        #expect(try bench.faults() == [])
    }
}

/// A given changeset of one update: old and new value by column.
func edited(_ ticket: TicketID, _ columns: [TicketColumn: (Value, Value)]) -> [UInt8] {
    let count = TicketColumn.allCases.count
    var old = [Value?](repeating: nil, count: count)
    var new = old
    old[0] = ticket.value
    for (column, values) in columns {
        old[column.index] = values.0
        new[column.index] = values.1
    }
    return Changeset(changes: [
        Change(
            table: "ticket", keyOrdinals: (0..<count).map { $0 == 0 ? 1 : 0 }, operation: .update, old: old, new: new)
    ]).serialized()
}

extension Phone {
    /// Takes in the whole picture: what it gives from here on has seen it.
    mutating func pull(_ bench: Bench) throws {
        base = try push([], to: bench).page?.base ?? base
    }

    func retract(_ target: CommandID, on ticket: TicketID, _ why: String? = nil) throws -> SealedCommand {
        var arguments: [String: Value] = ["target": .text(target.description)]
        if let why { arguments["body"] = .text(why) }
        return try seal(payload("retract", ticket, arguments))
    }
}

extension Bench {
    @discardableResult
    func decide(_ command: CommandID, _ decision: HeldDecision, _ reason: String = "核对") throws -> HeldOutcome {
        try service.decideHeldAndWait(command, decision, reason: reason, by: Self.dispatcher)
    }

    /// The bodies of the notes that stand on a ticket, in the order of their commands' arrival.
    func notes(_ ticket: TicketID) throws -> [String] {
        let rows = try store.read { try $0.ticket(ticket) }?.rows.filter { $0.table == .note } ?? []
        return rows.compactMap { $0.values[4]?.string }.sorted()
    }

    func column(_ ticket: TicketID, _ column: TicketColumn) throws -> Value? {
        try store.read { try $0.ticket(ticket) }?.ticket[column]
    }

    func version(_ ticket: TicketID) throws -> UInt64 { try store.read { try $0.ticket(ticket) }?.version ?? 0 }

    func held() throws -> [CommandID] { try store.read { try $0.held() }.map(\.command.id) }
}
