import CentralStore
import Changeset
import SyncProtocol
import Testing
import Tickets

@Suite struct `Pages` {
    @Test(arguments: StoreKind.allCases, [UInt64](1...6))
    func `any cut of a pull stages the same state`(_ kind: StoreKind, _ seed: UInt64) throws {
        try kind.with(seed: seed) { store in
            var history = RandomHistory(seed: seed)
            try store.append(history.opening())
            var bases = history.people.map { ReplicaModel($0) } + [ReplicaModel("zhong-xin")]
            for round in 0..<4 {
                try store.append((0..<60).map { _ in history.next() })
                for index in bases.indices {
                    for (bytes, entities) in [(Int.max, Int.max), (1, 1), (2000, 500), (Int.max, 3)] {
                        var model = bases[index]
                        try model.pull(from: store, bytesMax: bytes, entitiesMax: entities)
                        try model.expectEqual(to: store, "seed \(seed) round \(round) cut \(bytes)/\(entities)")
                        if entities == 3 { bases[index] = model }
                    }
                    var anew = bases[index]
                    try anew.pull(from: store, entitiesMax: 2, fromZero: true)
                    #expect(anew.generation == bases[index].generation + 1)
                    try anew.expectEqual(to: store, "seed \(seed) round \(round) from zero")
                }
            }
        }
    }

    /// pull  | page 1 ──── page 2 ──── page 3 … last page
    /// centre|        writes      writes
    @Test(arguments: StoreKind.allCases, [UInt64](1...10))
    func `what changes while a pull is under way is in it at its end`(_ kind: StoreKind, _ seed: UInt64) throws {
        try kind.with(seed: seed) { store in
            var history = RandomHistory(seed: seed)
            try store.append(history.opening() + (0..<40).map { _ in history.next() })
            for person in history.people {
                var model = ReplicaModel(person)
                for (round, fromZero) in [false, false, true, false].enumerated() {
                    var left = 12
                    try model.pull(from: store, entitiesMax: 2, fromZero: fromZero) {
                        left -= 1
                        if left > 0 { try store.append((0..<3).map { _ in history.next() }) }
                    }
                    try model.expectEqual(to: store, "seed \(seed) round \(round)")
                    try store.append((0..<20).map { _ in history.next() })
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a ticket that leaves and comes back is whole again`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 11)
            let ticket: TicketID = world.id()
            try store.append(
                world.person("li-na"), world.person("zhang-wei"), world.ticket(ticket, assignee: "li-na", citizen: true),
                world.helper(ticket, "zhang-wei"))
            var model = ReplicaModel("li-na")
            try model.pull(from: store)
            let held = model.base

            try store.append(world.change(ticket, [.assignee: .text("zhang-wei")]), world.helper(ticket, "zhang-wei", gone: true))
            let away = try store.page("li-na", base: held).entities
            #expect(away.map(\.operation) == [.leave])
            #expect(away.map(\.key) == [.ticket(ticket)])

            try store.append(world.change(ticket, [.assignee: .text("li-na")]))
            let back = try store.page("li-na", base: held).entities
            #expect(back.map(\.operation) == [.enter])
            #expect(back.first?.rows.map(\.table) == [.ticket, .citizen], "the helper who went is not in it")
            try model.pull(from: store)
            try model.expectEqual(to: store)

            let other = try store.page("zhang-wei", base: held).entities
            #expect(other.first { $0.key == .ticket(ticket) }?.operation == .leave)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a ticket that came and went between two pulls is never named`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 12)
            let ticket: TicketID = world.id()
            try store.append(world.person("li-na"), world.person("zhang-wei"))
            let base = try store.head
            try store.append(
                world.ticket(ticket, assignee: "li-na"), world.change(ticket, [.assignee: .text("zhang-wei")]))
            #expect(try store.page("li-na", base: base).entities.isEmpty)
            #expect(try store.page("li-na", base: 0).entities.allSatisfy { $0.key.kind == .reference })
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a ticket leaves only with its last scope`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 13)
            let ticket: TicketID = world.id()
            try store.append(
                world.person("wang-fang", .leader, grid: "g1"), world.ticket(ticket, assignee: "wang-fang", grid: "g1"))
            let base = try store.head
            try store.append(world.change(ticket, [.assignee: .text("li-na")]))
            let first = try store.page("wang-fang", base: base).entities
            #expect(first.map(\.operation) == [.change], "the grid still holds it, and held it before: only what changed comes")
            #expect(first.first?.rows.map(\.table) == [.ticket])
            try store.append(world.change(ticket, [.grid: .text("g2")]))
            #expect(try store.page("wang-fang", base: base).entities.map(\.operation) == [.leave])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `who gets a new grid gets its old tickets whole, and loses those of the old grid`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 14)
            let (old, new): (TicketID, TicketID) = (world.id(), world.id())
            try store.append(
                world.ticket(old, grid: "g1"), world.ticket(new, grid: "g2"), world.note(new, by: "li-na"),
                world.person("wang-fang", .leader, grid: "g1"))
            var model = ReplicaModel("wang-fang")
            try model.pull(from: store)
            let base = model.base
            try store.append(world.person("wang-fang", .leader, grid: "g2"))
            let page = try store.page("wang-fang", base: base).entities
            #expect(page.first { $0.key == .ticket(old) }?.operation == .leave)
            #expect(page.first { $0.key == .ticket(new) }?.rows.map(\.table) == [.ticket, .note])
            try model.pull(from: store, entitiesMax: 1)
            try model.expectEqual(to: store)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `only rows changed since the base come, deleted ones with their key`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 15)
            let ticket: TicketID = world.id()
            try store.append(
                world.person("li-na"), world.ticket(ticket, assignee: "li-na"), world.note(ticket, by: "li-na"),
                world.helper(ticket, "ma-yun"))
            let base = try store.head
            try store.append(world.helper(ticket, "ma-yun", gone: true), world.note(ticket, by: "zhang-wei"))
            let entity = try #require(try store.page("li-na", base: base).entities.first)
            #expect(entity.operation == .change)
            #expect(entity.version == base + 2)
            #expect(entity.rows.map(\.table) == [.helper, .note])
            #expect(entity.rows.map(\.deleted) == [true, false])
            #expect(entity.rows[0].values == [ticket.value, .text("ma-yun"), nil])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `verdicts travel in their author's own scope and outlive the ticket's stay`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 16)
            let ticket: TicketID = world.id()
            let command = world.command("edit", on: ticket, by: "li-na", verdict: .held, reason: "both-changed")
            try store.append(
                world.person("li-na"), world.person("zhang-wei"), world.ticket(ticket, assignee: "li-na"),
                world.held(ticket, by: "li-na", command: command), world.change(ticket, [.assignee: .text("zhang-wei")]))
            var model = ReplicaModel("li-na")
            try model.pull(from: store)
            let base = model.base
            #expect(model.entities[.ticket(ticket)] == nil)
            #expect(model.entities[.verdict(command.id)]?.rows.count == 2, "both conflicts are there")
            #expect(try store.page("zhang-wei", base: 0).entities.allSatisfy { $0.key.kind != .verdict })

            try store.append(world.decide(command.id, of: "li-na", on: ticket))
            let page = try store.page("li-na", base: base).entities
            #expect(page.map(\.key) == [.verdict(command.id)])
            #expect(page.first?.operation == .change)
            #expect(page.first?.command?.decision?.decision == .declined)
            #expect(page.first?.version == base + 1)
            try model.pull(from: store)
            try model.expectEqual(to: store)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what the receipts say already is left out, and nothing else is`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 17)
            let (ticket, other): (TicketID, TicketID) = (world.id(), world.id())
            try store.append(
                world.person("li-na"), world.ticket(ticket, assignee: "li-na"), world.ticket(other, assignee: "li-na"))
            let base = try store.head
            let given = world.command("note", on: ticket, by: "li-na")
            let held = world.command("edit", on: ticket, by: "li-na", verdict: .held, reason: "both-changed")
            let version = try store.append(world.note(ticket, by: "li-na", command: given)).sequences[0]
            let known: (inout PageRequest) -> Void = {
                $0.leaveOut = [ticket: version, other: version]
                $0.skipVerdicts = [given.id: version, held.id: version + 1]
            }
            let quiet = try store.page("li-na", base: base, known)
            #expect(quiet.entities.isEmpty)
            #expect(quiet.fingerprint != nil, "the pull brought something all the same")
            #expect(try store.page("li-na", base: 0, known).entities.contains { $0.key == .ticket(ticket) }, "not held at 0")

            try store.append(world.held(ticket, by: "li-na", command: held))
            #expect(try store.page("li-na", base: base, known).entities.map(\.key) == [.verdict(held.id)], "conflicts come")
            try store.append(world.change(ticket, [.title: .text("又改")]))
            #expect(
                try store.page("li-na", base: base, known).entities.map(\.key) == [.verdict(held.id), .ticket(ticket)],
                "somebody else's change lies above")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `of a changed ticket the changed columns go, and the whole row where that is not certain`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 27)
            let (ticket, made): (TicketID, TicketID) = (world.id(), world.id())
            try store.append(world.person("li-na"), world.ticket(ticket, assignee: "li-na"))
            let base = try store.head
            let columns = { (base: UInt64, key: TicketID, leavesOut: Bool) throws -> [Int]? in
                let page = try store.page("li-na", base: base) { $0.leavesOutUnchanged = leavesOut }
                let row = page.entities.first { $0.key == .ticket(key) }?.rows.first { $0.table == .ticket }
                return row.map { row in row.values.indices.filter { !row.unchanged.contains($0) } }
            }
            try store.append(world.change(ticket, [.title: .text("又改")]))
            try store.append(world.change(ticket, [.finding: .text("灯已修好"), .title: .text("再改")]))
            let changed = [TicketColumn.id.index, TicketColumn.title.index, TicketColumn.finding.index]
            #expect(try columns(base, ticket, true) == changed)
            #expect(try columns(base + 1, ticket, true) == changed, "both columns came with the second change")
            #expect(try columns(base, ticket, false)?.count == Table.ticket.columns.count, "to who speaks an older version")
            #expect(try columns(0, ticket, true)?.count == Table.ticket.columns.count, "nothing is held at 0")
            try store.append(world.ticket(made, assignee: "li-na"))
            #expect(try columns(base, made, true)?.count == Table.ticket.columns.count, "it enters")
            for count in 0..<ColumnsChanged.entriesMax { try store.append(world.change(ticket, [.tags: .text("\(count)")])) }
            #expect(try columns(base, ticket, true)?.count == Table.ticket.columns.count, "too many entries to look at")
        }
    }

    @Test func `an entry that was erased, or is listed elsewhere, makes a ticket be looked for in all tables`() {
        let update = JournalBody(
            changeset: Changeset(changes: [
                Change(
                    table: "ticket", keyOrdinals: [1, 0, 0], operation: .update, old: [.integer(1), .integer(2), nil],
                    new: [nil, .integer(3), nil])
            ])
        ).encoded()
        let note = JournalBody(
            changeset: Changeset(changes: [
                Change(
                    table: "note", keyOrdinals: [1, 0], operation: .insert, old: [], new: [.integer(1), .integer(3)])
            ])
        ).encoded()
        let made = JournalBody(
            changeset: Changeset(changes: [
                Change(
                    table: "ticket", keyOrdinals: [1, 0, 0], operation: .insert, old: [],
                    new: [.integer(1), .integer(2), .null])
            ])
        ).encoded()
        func gathered(_ bodies: [[UInt8]?]) -> ColumnsChanged {
            bodies.enumerated().reduce(into: ColumnsChanged()) { $0.take(sequence: UInt64($1.offset + 10), body: $1.element) }
        }
        func tables(_ bodies: [[UInt8]?], version: UInt64) -> [Table]? {
            gathered(bodies).tables(version: version).map { set in Table.allCases.filter(set.contains) }
        }
        #expect(gathered([update]).columns(version: 10) == [1])
        #expect(tables([update], version: 10) == [.ticket])
        #expect(gathered([update, note]).columns(version: 11) == [1], "the second one was about a note")
        #expect(tables([update, note], version: 11) == [.ticket, .note])
        #expect(tables([note], version: 10) == [.note])
        #expect(gathered([made]).columns(version: 10) == nil, "the row is new")
        #expect(tables([made], version: 10) == [.ticket])
        for bodies in [[update], [update, nil], [update, [9]], []] {
            #expect(gathered(bodies).columns(version: 12) == nil, "its last change stands in no entry of its own")
            #expect(gathered(bodies).tables(version: 12) == nil)
        }
        #expect(gathered([update, nil]).tables(version: 11) == nil, "erased")
        #expect(gathered([update, [9]]).tables(version: 11) == nil, "unreadable")
        let many = Array(repeating: Optional(note), count: ColumnsChanged.entriesMax + 1)
        #expect(gathered(many).tables(version: UInt64(9 + many.count)) == nil, "too many to look at")
    }

    @Test(arguments: StoreKind.allCases)
    func `rows that changed in an entry of several tickets come, whatever came on the ticket afterwards`(_ kind: StoreKind) throws
    {
        try kind.with { store in
            var world = World(seed: 28)
            let (one, other): (TicketID, TicketID) = (world.id(), world.id())
            try store.append(world.person("li-na"), world.ticket(one, assignee: "li-na"), world.ticket(other, assignee: "li-na"))
            let base = try store.head
            var both = world.change(one, [.title: .text("两张")])
            both.changes += world.change(other, [.finding: .text("同一处")]).changes
            try store.append(both)
            try store.append(world.change(other, [.tags: .text("后来")]))
            let page = try store.page("li-na", base: base) { $0.leavesOutUnchanged = true }
            let rows = page.entities.map { $0.rows.filter { $0.table == .ticket } }
            #expect(page.entities.map(\.key) == [.ticket(one), .ticket(other)])
            #expect(rows.allSatisfy { $0.count == 1 && $0[0].unchanged.isEmpty }, "whole: nobody can tell what changed")
            #expect(rows[1][0].values[TicketColumn.finding.index] == .text("同一处"))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a mark of another pull is ignored, and bytes that are no mark too`(_ kind: StoreKind) throws {
        try kind.with { store in
            var history = RandomHistory(seed: 18)
            try store.append(history.opening() + (0..<60).map { _ in history.next() })
            let whole = try store.page("li-na", base: 0)
            let mark = try store.page("li-na", base: 0) { $0.entitiesMax = 3 }.at
            #expect(!mark.isEmpty)
            #expect(try store.page("li-na", base: 0) { $0.at = mark }.entities == Array(whole.entities.dropFirst(3)))
            #expect(try store.page("li-na", base: 5) { $0.at = mark }.entities == store.page("li-na", base: 5).entities)
            #expect(try store.page("li-na", base: 0) { ($0.at, $0.generation) = (mark, 7) }.entities == whole.entities)
            for length in 0..<mark.count {
                let cut = Array(mark.prefix(length))
                let page = try store.page("li-na", base: 0) { $0.at = cut }
                #expect(page.entities.count <= whole.entities.count)
            }
            var random = SeededRandom(18)
            for _ in 0..<200 {
                let noise = random.bytes(Int.random(in: 0..<90, using: &random))
                #expect(try store.page("li-na", base: 0) { $0.at = noise }.entities == whole.entities)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a base beyond the head, or below what was pruned, is read from zero`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 19)
            let (gone, kept): (TicketID, TicketID) = (world.id(), world.id())
            try store.append(
                world.person("li-na"), world.ticket(gone, assignee: "li-na"), world.ticket(kept, assignee: "li-na"))
            var model = ReplicaModel("li-na")
            try model.pull(from: store)
            let beyond = try store.page("li-na", base: 1000)
            #expect(beyond.fromZero && beyond.fromZeroReason == .beyondHead && beyond.generation == 1)

            try store.append(world.change(gone, [.assignee: .null]))
            let after = try store.head
            try store.append(world.note(kept, by: "ma-yun"))
            let counted = try store.write { try $0.pruneLeaves(below: after + 1) }
            #expect(counted == 1)
            #expect(try store.page("li-na", base: after).fromZero == false)
            let anew = try store.page("li-na", base: model.base)
            #expect(anew.fromZero && anew.fromZeroReason == .pruned)
            try model.pull(from: store, entitiesMax: 1)
            #expect(model.generation == 1)
            try model.expectEqual(to: store)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `people and tickets that are deleted and made again stay right on every replica`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 26)
            let ticket: TicketID = world.id()
            try store.append(
                world.person("li-na"), world.person("ma-yun"), world.ticket(ticket, assignee: "li-na"), world.grid("g1"))
            var model = ReplicaModel("li-na")
            try model.pull(from: store)
            var gone = world.draft(.person)
            gone.changes = [
                .delete(.person, key: [.text("ma-yun")]), .delete(.grid, key: [.text("g1")]),
                .delete(.ticket, key: [ticket.value]),
            ]
            for drafts in [[gone], [world.person("ma-yun", name: "马云飞"), world.grid("g1", name: "一网格")]] {
                try store.append(drafts)
                try model.pull(from: store)
                try model.expectEqual(to: store)
                var fresh = ReplicaModel("li-na")
                try fresh.pull(from: store, entitiesMax: 1)
                try fresh.expectEqual(to: store)
                #expect(model.entities[.ticket(ticket)] == nil)
                #expect(try store.read { try $0.verify() }.faults == [])
            }
            #expect(try store.read { try $0.persons() }.map(\.name) == ["li-na", "马云飞"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a page holds one entity at least, whatever its size`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 20)
            let ticket: TicketID = world.id()
            try store.append(
                world.person("li-na"), world.ticket(ticket, assignee: "li-na"),
                world.note(ticket, by: "ma-yun", body: String(repeating: "长", count: 400_000)))
            var model = ReplicaModel("li-na")
            try model.pull(from: store, bytesMax: 1)
            try model.expectEqual(to: store)
            #expect(model.pagesCount >= 2)
        }
    }
}
