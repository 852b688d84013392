import CentralStore
import Changeset
import SyncProtocol
import Testing
import Tickets

@Suite struct `What a store loads` {
    @Test(arguments: StoreKind.allCases)
    func `who held a ticket at a sequence can be said exactly`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 21)
            let ticket: TicketID = world.id()
            try store.append(
                world.person("li-na"), world.person("zhang-wei"), world.person("wang-fang", .leader, grid: "g1"))
            let taken = try store.append(world.ticket(ticket, assignee: "li-na", grid: "g1")).sequences[0]
            let moved = try store.append(world.change(ticket, [.assignee: .text("zhang-wei")])).sequences[0]
            let elsewhere = try store.append(world.person("wang-fang", .leader, grid: "g2")).sequences[0]
            let snapshot = try store.read {
                try $0.load(LoadRequest(tickets: [ticket], persons: ["li-na", "zhang-wei", "wang-fang"]))
            }
            #expect(!snapshot.holds("li-na", ticket, at: taken - 1))
            #expect(snapshot.holds("li-na", ticket, at: taken))
            #expect(snapshot.holds("li-na", ticket, at: moved - 1))
            #expect(!snapshot.holds("li-na", ticket, at: moved))
            #expect(!snapshot.holds("zhang-wei", ticket, at: moved - 1))
            #expect(snapshot.holds("zhang-wei", ticket, at: moved))
            #expect(snapshot.holds("wang-fang", ticket, at: elsewhere - 1))
            #expect(!snapshot.holds("wang-fang", ticket, at: elsewhere))
            #expect(!snapshot.holdsNow("li-na", ticket) && snapshot.holdsNow("zhang-wei", ticket))
            #expect(!snapshot.holdsNow("wang-fang", ticket) && !snapshot.holdsNow("nobody", ticket))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a batch loads tickets, repeats, held commands, people, devices and links at once`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 22)
            let tickets: [TicketID] = (0..<300).map { _ in world.id() }
            try store.append(world.person("li-na", grid: "g1"))
            try store.append(tickets.map { world.ticket($0, assignee: "li-na") })
            let note = world.note(tickets[7], by: "li-na", body: "带\0零")
            let held = world.held(tickets[7], by: "li-na")
            let parked = world.command("visit", on: tickets[8], by: "li-na", verdict: nil, reason: "gap")
            var parking = world.draft(.parked, ticket: tickets[8], by: "li-na")
            parking.command = .insert(parked)
            let version = try store.append(world.helper(tickets[7], "ma-yun"), note, held, parking).sequences
            var request = LoadRequest(tickets: Set(tickets + [world.id()]), persons: ["li-na", "nobody"], withHeld: true)
            request.commands = [note.command!.id, world.id(), parked.id]
            let snapshot = try store.read { try $0.load(request) }
            #expect(snapshot.tickets.count == 300)
            let loaded = try #require(snapshot.tickets[tickets[7]])
            #expect(loaded.version == version[1])
            #expect(loaded.ticket.helpers.map(\.person) == ["ma-yun"])
            #expect(loaded.ticket.noteIDs == [note.command!.id.derived(1)])
            #expect(Set(loaded.scopes.map(\.scope)) == ["p:li-na", "p:ma-yun"])
            #expect(snapshot.commands.keys.sorted() == [note.command!.id, parked.id].sorted())
            #expect(snapshot.commands[parked.id]?.isParked == true)
            #expect(snapshot.held[tickets[7]]?.map(\.id) == [held.command!.id])
            #expect(snapshot.persons.keys.sorted() == ["li-na"])
            let detail = try #require(try store.read { try $0.ticket(tickets[7]) })
            #expect(detail.rows.first { $0.table == .note }?.values[4] == .text("带\0零"))
            #expect(detail.commands.map(\.id) == [note.command!.id, held.command!.id])
            #expect(detail.conflicts[held.command!.id]?.count == 2)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a parked command is no verdict until it is judged`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 23)
            let ticket: TicketID = world.id()
            let replica: ReplicaID = world.id()
            let place = ChainPlace(replica: replica, epoch: 1, sequence: 9)
            try store.append(world.person("li-na"), world.ticket(ticket, assignee: "li-na"))
            let base = try store.head
            let parked = world.command("visit", on: ticket, by: "li-na", verdict: nil, reason: "gap", place: place)
            var parking = world.draft(.parked, ticket: ticket, by: "li-na")
            parking.command = .insert(parked)
            try store.append(parking)
            #expect(try store.page("li-na", base: base).entities.isEmpty)
            #expect(try store.read { try $0.parked(of: replica) }.map(\.id) == [parked.id])
            #expect(try store.read { try $0.counts() }.commands == ["parked": 1])

            var judged = world.note(ticket, by: "li-na", command: parked)
            judged.command = .judge(
                parked.id, person: "li-na", .applied, reason: "late", occurredAt: 5, clockFlagged: true, waitsFor: nil)
            let sequence = try store.append(judged).sequences[0]
            let verdict = try #require(try store.page("li-na", base: base).entities.first { $0.key.kind == .verdict })
            #expect(verdict.operation == .enter && verdict.version == sequence)
            #expect(verdict.command?.verdict == .applied && verdict.command?.occurredAt == 5)
            #expect(verdict.command?.place == place)
            #expect(try store.read { try $0.parked(of: replica) }.isEmpty)
            #expect(try store.read { try $0.verify() }.faults.filter { $0.kind != .chain } == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the queue filters, and the most urgent comes first`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 24)
            let ids: [TicketID] = (0..<4).map { _ in world.id() }
            try store.append(
                world.ticket(ids[0], title: "井盖", assignee: "li-na", grid: "g1"), world.ticket(ids[1], title: "噪音", grid: "g2"),
                world.ticket(ids[2], title: "井盖松动", grid: "g1", unit: "u1"), world.ticket(ids[3], title: "积水"),
                world.change(ids[3], [.dueAt: .null]), world.change(ids[2], [.dueAt: .integer(10)]),
                world.helper(ids[0], "ma-yun"))
            try store.append(world.held(ids[1], by: "li-na"))
            func found(_ set: (inout QueueFilter) -> Void) throws -> [TicketID] {
                var filter = QueueFilter()
                set(&filter)
                return try store.read { try $0.queue(filter) }.map(\.ticket.id)
            }
            #expect(try found { _ in } == [ids[2], ids[0], ids[1], ids[3]])
            #expect(try found { $0.grid = "g1" } == [ids[2], ids[0]])
            #expect(try found { $0.text = "井盖" } == [ids[2], ids[0]])
            #expect(try found { $0.states = [.dispatched] } == [ids[0]])
            #expect(try found { $0.states = [] } == [])
            #expect(try found { $0.unassigned = true } == [ids[2], ids[1], ids[3]])
            #expect(try found { $0.assignee = "li-na" } == [ids[0]])
            #expect(try found { $0.unit = "u1" } == [ids[2]])
            #expect(try found { $0.dueBefore = 11 } == [ids[2]])
            #expect(try found { ($0.limit, $0.offset) = (2, 1) } == [ids[0], ids[1]])
            let lines = try store.read { try $0.queue(QueueFilter()) }
            #expect(lines.map(\.heldCount) == [0, 0, 1, 0])
            #expect(lines[1].ticket.helpers.map(\.person) == ["ma-yun"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `held commands are listed until they are decided, and the history tells it all`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 25)
            let ticket: TicketID = world.id()
            let held = world.held(ticket, by: "li-na")
            try store.append(world.ticket(ticket, title: "一", assignee: "li-na"), held)
            let line = try #require(try store.read { try $0.held() }.first)
            #expect(line.command.id == held.command!.id && line.ticket?.id == ticket)
            #expect(line.conflicts.map(\.field).sorted() == ["due_at", "title"])
            #expect(line.conflicts.first { $0.field == "due_at" }?.theirs == .text("2"))
            try store.append(
                world.decide(held.command!.id, of: "li-na", on: ticket), world.change(ticket, [.title: .text("二")]))
            #expect(try store.read { try $0.held() }.isEmpty)
            let history = try store.read { try $0.history(of: ticket) }
            #expect(history.map(\.kind.rawValue) == ["import", "verdict", "decision", "act"])
            #expect(history[1].command?.reason == "both-changed")
            #expect(history[2].body?.facts["decision"] == .text("declined"))
            let change = try #require(history[3].body?.changeset.changes.first)
            #expect(change.old[TicketColumn.title.index] == .text("一"))
            #expect(change.new[TicketColumn.title.index] == .text("二"))
        }
    }
}
