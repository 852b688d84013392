import CentralStore
import Changeset
import SyncProtocol
import Testing
import Tickets

/// Two authors on one ticket, and one who only holds it.
private struct Meeting {
    var world: World
    let ticket: TicketID
    /// The sequence that both authors had seen.
    let seen: UInt64
    let first: StoredCommand
    let second: StoredCommand

    init(_ store: any CentralStore, seed: UInt64) throws {
        world = World(seed: seed)
        ticket = world.id()
        try store.append(world.person("li-na"), world.person("ma-yun"), world.person("bai-he"))
        try store.append(world.ticket(ticket, assignee: "li-na"))
        try store.append(world.helper(ticket, "ma-yun"), world.helper(ticket, "bai-he"))
        seen = try store.head
        first = world.command("edit", on: ticket, by: "li-na")
        second = world.command("edit", on: ticket, by: "ma-yun", verdict: .merged, reason: "merged")
    }

    mutating func writes(_ command: StoredCommand, _ columns: [TicketColumn: Value]) -> JournalDraft {
        var draft = world.change(ticket, columns)
        draft.kind = .verdict
        draft.author = command.person
        draft.command = .insert(command)
        return draft
    }

    /// The second one's edit, which took the place of the first one's.
    mutating func meets(seen: UInt64? = nil) -> JournalDraft {
        var draft = writes(second, [.finding: .text("乙")])
        draft.conflicts = [
            Conflict(
                field: "finding", trunk: .null, theirs: .text("甲"), ours: .text("乙"), rule: "field", outcome: .ours, may: .holder)
        ]
        draft.seenBase = seen ?? self.seen
        return draft
    }

    mutating func settles(by person: String) -> JournalDraft {
        let choice = world.command("choose", on: ticket, by: person)
        var draft = writes(choice, [.finding: .text("甲")])
        draft.changes.append(
            .update(
                .conflict, key: [second.id.value, .text("finding")],
                [
                    ConflictColumn.outcome.index: .text("theirs"), ConflictColumn.settledBy.index: choice.id.value,
                    ConflictColumn.settledAt.index: .integer(draft.at), ConflictColumn.chosenBy.index: .text(person),
                ]))
        return draft
    }
}

@Suite struct `A conflict is a row of both sides' verdicts` {
    //  li-na: edit, entry 5     ma-yun: edit with a conflict, entry 6
    //  verdict at 5 ──────────▶ version 6, with the row             bai-he holds the ticket: the ticket alone
    @Test(arguments: StoreKind.allCases, [false, true])
    func `the store finds who wrote theirs, in the journal or earlier in the batch`(_ kind: StoreKind, inOneBatch: Bool) throws {
        try kind.with { store in
            var meeting = try Meeting(store, seed: 61)
            // Another column, and an entry that no command wrote: neither is the other side.
            let noise = meeting.writes(meeting.world.command("edit", on: meeting.ticket, by: "bai-he"), [.location: .text("东门")])
            let early = meeting.writes(meeting.first, [.finding: .text("甲")])
            let late = meeting.meets()
            let sequences: [UInt64]
            if inOneBatch {
                sequences = try store.append(early, noise, late).sequences
            } else {
                sequences = try store.append(early).sequences + store.append(noise).sequences + store.append(late).sequences
            }
            let record = try #require(
                try store.read { try $0.conflictRecords(of: [meeting.second.id]) }[meeting.second.id]?.first)
            #expect(record.conflict.against == meeting.first.id)
            #expect((record.oursBy, record.theirsBy) == ("ma-yun", "li-na"))
            #expect((record.oursAt, record.theirsAt) == (meeting.second.occurredAt, meeting.first.occurredAt))
            #expect(record.settledAt == nil && record.conflict.settledBy == nil)
            for (person, own) in [("li-na", meeting.first), ("ma-yun", meeting.second)] {
                let entity = try #require(try store.page(person, base: 0).entities.first { $0.key == .verdict(own.id) })
                #expect(entity.version == sequences[2])
                #expect(entity.rows.map(\.values) == [record.row.map(Optional.some)])
                #expect(
                    try store.read { try $0.scopeDump(person: person) }.first { $0.key == .verdict(own.id) }?.rows == entity.rows)
            }
            let third = try store.page("bai-he", base: sequences[1]).entities
            #expect(third.map(\.key) == [.ticket(meeting.ticket)], "a third person's replica hears of the ticket alone")
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `who has the first verdict gets the row alone, whatever happened to the ticket`(_ kind: StoreKind) throws {
        try kind.with { store in
            var meeting = try Meeting(store, seed: 62)
            try store.append(meeting.writes(meeting.first, [.finding: .text("甲")]))
            try store.append(meeting.world.change(meeting.ticket, [.assignee: .text("bai-he")]))
            let base = try store.head
            let before = try store.read { try $0.fingerprint(of: "li-na") }
            let sequence = try store.append(meeting.meets()).sequences[0]
            let page = try store.page("li-na", base: base)
            #expect(page.entities.map(\.key) == [.verdict(meeting.first.id)])
            #expect(page.entities.map(\.operation) == [.change] && page.entities.map(\.version) == [sequence])
            #expect(page.entities[0].rows.map(\.table) == [.conflict])
            #expect(page.fingerprint == (try store.read { try $0.fingerprint(of: "li-na") }) && page.fingerprint != before)
            #expect(try store.page("li-na", base: sequence).entities.isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a choice moves both verdicts up, and a second one too`(_ kind: StoreKind) throws {
        try kind.with { store in
            var meeting = try Meeting(store, seed: 63)
            try store.append(meeting.writes(meeting.first, [.finding: .text("甲")]))
            try store.append(meeting.meets())
            #expect(try store.read { try $0.conflictRecords(ConflictFilter()) }.count == 1)
            for person in ["li-na", "ma-yun"] {
                let base = try store.head
                let draft = meeting.settles(by: person)
                let sequence = try store.append(draft).sequences[0]
                for (reader, own) in [("li-na", meeting.first.id), ("ma-yun", meeting.second.id)] {
                    let entity = try #require(try store.page(reader, base: base).entities.first { $0.key == .verdict(own) })
                    #expect(entity.version == sequence && entity.operation == .change)
                    #expect(entity.rows.first?.values[ConflictColumn.settledBy.index] == draft.command?.id.value)
                }
                let record = try #require(try store.read { try $0.conflictRecords(ConflictFilter(withSettled: true)) }.first)
                #expect(record.chosenBy == person && record.conflict.outcome == .theirs && record.conflict.ours == .text("乙"))
                #expect(try store.read { try $0.conflictRecords(ConflictFilter()) }.isEmpty)
            }
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `conflicts are found by ticket, by either side, by field and by the beginning of a command`(_ kind: StoreKind) throws {
        try kind.with { store in
            var meeting = try Meeting(store, seed: 65)
            try store.append(meeting.writes(meeting.first, [.finding: .text("甲")]))
            try store.append(meeting.meets())
            func count(_ change: (inout ConflictFilter) -> Void) throws -> Int {
                var filter = ConflictFilter()
                change(&filter)
                let open = try store.read { try $0.conflictRecords(filter) }.count
                filter.withSettled = true
                #expect(try store.read { try $0.conflictRecords(filter) }.count == open)
                return open
            }
            let other = TicketID(bytes: [UInt8](repeating: 1, count: 16))!
            let bytes = meeting.second.id.bytes
            #expect(try count { $0.ticket = meeting.ticket } == 1 && count { $0.ticket = other } == 0)
            #expect(
                try count { $0.person = "li-na" } == 1 && count { $0.person = "ma-yun" } == 1 && count { $0.person = "x" } == 0)
            #expect(try count { $0.field = "finding" } == 1 && count { $0.field = "tags" } == 0)
            #expect(try count { $0.commandPrefix = Array(bytes.prefix(2)) } == 1 && count { $0.commandPrefix = bytes } == 1)
            #expect(try count { $0.commandPrefix = [bytes[0] ^ 1] } == 0 && count { $0.limit = 0 } == 0)
            // Once settled it is off the list of open ones, under whatever filter, and can be found all the same.
            try store.append(meeting.settles(by: "li-na"))
            for filter in [ConflictFilter(), ConflictFilter(ticket: meeting.ticket), ConflictFilter(commandPrefix: bytes)] {
                var all = filter
                all.withSettled = true
                #expect(try store.read { try $0.conflictRecords(filter) }.isEmpty)
                #expect(try store.read { try $0.conflictRecords(all) }.count == 1)
            }
        }
    }

    //  li-na writes 甲     ma-yun's 乙 comes too late, is held     bai-he writes 丙     a dispatcher accepts 乙, which meets 丙 now
    @Test(arguments: StoreKind.allCases)
    func `who was named as the other side first stays named, whatever a later decision meets`(_ kind: StoreKind) throws {
        try kind.with { store in
            var meeting = try Meeting(store, seed: 66)
            try store.append(meeting.writes(meeting.first, [.finding: .text("甲")]))
            var held = meeting.meets()
            let second = meeting.world.command(
                "retract", on: meeting.ticket, by: "ma-yun", verdict: .held, reason: "retract-too-late")
            held.changes = []
            held.command = .insert(second)
            held.conflicts[0].outcome = .open
            try store.append(held)
            let third = meeting.world.command("edit", on: meeting.ticket, by: "bai-he")
            try store.append(meeting.writes(third, [.finding: .text("丙")]))
            var decision = meeting.writes(second, [.location: .text("东门")])
            decision.kind = .decision
            decision.command = .decide(
                second.id, person: "ma-yun",
                StoredCommand.DecisionRecord(.accepted, reason: "核对", by: "li-na", at: decision.at))
            decision.conflicts = held.conflicts
            decision.conflicts[0].theirs = .text("丙")
            decision.conflicts[0].outcome = .theirs
            decision.seenBase = meeting.seen
            let sequence = try store.append(decision).sequences[0]
            let record = try #require(try store.read { try $0.conflictRecords(of: [second.id]) }[second.id]?.first)
            #expect(record.conflict.against == meeting.first.id && record.theirsBy == "li-na")
            #expect((record.conflict.theirs, record.conflict.outcome) == (.text("甲"), .theirs))
            for (person, command) in [("li-na", meeting.first), ("ma-yun", second)] {
                let entities = try store.page(person, base: sequence - 1).entities
                #expect(entities.contains { $0.key == .verdict(command.id) && $0.version == sequence }, "\(person) reads it")
            }
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `nobody is named who cannot be known`(_ kind: StoreKind) throws {
        try kind.with { store in
            var meeting = try Meeting(store, seed: 64)
            // Before what the author had seen, and an entry of no command.
            try store.append(meeting.writes(meeting.first, [.finding: .text("甲")]))
            try store.append(meeting.world.change(meeting.ticket, [.finding: .text("甲甲")]))
            try store.append(meeting.meets(seen: try store.head))
            let record = try #require(
                try store.read { try $0.conflictRecords(of: [meeting.second.id]) }[meeting.second.id]?.first)
            #expect(record.conflict.against == nil && record.theirsBy == nil && record.theirsAt == nil)
            #expect(throws: StoreError.self, "a conflict that is not there cannot be settled") {
                var other = meeting.settles(by: "li-na")
                other.changes = [.update(.conflict, key: [meeting.first.id.value, .text("finding")], [7: .text("ours")])]
                try store.append(other)
            }
        }
    }
}
