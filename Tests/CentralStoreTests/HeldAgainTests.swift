import CentralStore
import Changeset
import SyncProtocol
import Testing
import Tickets

@Suite struct `What a store writes for what is said later` {
    @Test(arguments: StoreKind.allCases)
    func `a command held again has a renewed verdict, its conflicts, and one entry more`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 31)
            let ticket: TicketID = world.id()
            try store.append(world.person("li-na"), world.ticket(ticket, assignee: "li-na"))
            let first = world.command("edit", on: ticket, by: "li-na", verdict: .held, reason: "waits-for")
            var waiting = world.draft(.verdict, ticket: ticket, by: "li-na")
            waiting.command = .insert(first)
            let other = world.held(ticket, by: "li-na")
            try store.append(waiting, other)
            let base = try store.head
            let before = try #require(try store.read { try $0.load(LoadRequest(commands: [first.id])).commands[first.id] })
            let fingerprint = try store.read { try $0.fingerprint(of: "li-na") }

            var again = world.draft(.heldAgain, ticket: ticket, by: "chen-jing")
            again.command = .holdAgain(
                first.id, person: "li-na", reason: "both-changed", occurredAt: first.occurredAt, waitsFor: other.command?.id)
            again.conflicts = [Conflict(field: "finding", trunk: .text("a"), theirs: .text("b"), ours: .text("c"), rule: "hold")]
            let sequence = try store.append(again).sequences[0]

            let after = try #require(try store.read { try $0.load(LoadRequest(commands: [first.id])).commands[first.id] })
            #expect(after.isUndecided && after.reason == "both-changed" && after.waitsFor == other.command?.id)
            #expect(after.sequence == sequence && before.sequence < sequence)
            #expect(after.receivedAt == before.receivedAt && after.occurredAt == before.occurredAt)
            let page = try store.page("li-na", base: base)
            let verdict = try #require(page.entities.first { $0.key == .verdict(first.id) })
            #expect(page.entities.count == 1 && verdict.operation == .change && verdict.version == sequence)
            #expect(verdict.rows.map(\.table) == [.conflict])
            #expect(try store.read { try $0.fingerprint(of: "li-na") } != fingerprint)
            #expect(
                try store.read { try $0.held() }.map(\.command.id) == [first.id, other.command!.id], "its age is of its arrival")
            #expect(try store.read { try $0.verify() }.faults == [])
            try store.append(world.decide(first.id, of: "li-na", on: ticket))
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a note that goes is a change of its ticket, in every scope that holds it, and comes as a deleted row`(
        _ kind: StoreKind
    ) throws {
        try kind.with { store in
            var world = World(seed: 32)
            let ticket: TicketID = world.id()
            try store.append(world.person("li-na"), world.person("ma-yun"), world.ticket(ticket, assignee: "li-na"))
            try store.append(world.helper(ticket, "ma-yun"))
            let note = world.note(ticket, by: "li-na", body: "写错了")
            try store.append(note)
            let base = try store.head
            var gone = world.draft(.decision, ticket: ticket)
            gone.kind = JournalKind(rawValue: "act")
            gone.changes = [.delete(.note, key: [.blob(note.command!.id.derived(1))])]
            let sequence = try store.append(gone).sequences[0]
            for person in ["li-na", "ma-yun"] {
                let entities = try store.page(person, base: base).entities
                #expect(entities.map(\.key) == [.ticket(ticket)])
                #expect(entities[0].version == sequence)
                #expect(entities[0].rows.map(\.table) == [.note] && entities[0].rows[0].deleted)
            }
            let detail = try #require(try store.read { try $0.ticket(ticket) })
            #expect(detail.version == sequence && !detail.rows.contains { $0.table == .note })
            #expect(throws: StoreError.self, "it cannot go twice") { try store.append(gone) }
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }
}
