import CentralStore
import Changeset
import SyncProtocol
import Testing
import Tickets

@Suite struct `What a store writes` {
    @Test(arguments: StoreKind.allCases)
    func `each entry gets the next sequence, without a gap`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 1)
            #expect(try store.head == 1, "the making of the store is its first entry")
            let first = try store.append(world.grid("g1"), world.person("li-na", grid: "g1"))
            let second = try store.append(world.ticket(world.id()))
            #expect(first.sequences == [2, 3])
            #expect(second.sequences == [4])
            #expect(try store.head == 4)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a new ticket gets an official number of the day in Shanghai`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 2)
            let ids: [TicketID] = [world.id(), world.id(), world.id()]
            var drafts = ids.map { world.ticket($0) }
            drafts[0].at = 1_795_190_399_999  // 2026-11-20 23:59:59.999 in Shanghai
            drafts[1].at = 1_795_190_400_000  // a millisecond later
            drafts[2].changes = drafts[2].changes.map { change in
                guard case .insert(.ticket, var row) = change else { return change }
                row[TicketColumn.number.index] = .text("old-17")
                return .insert(.ticket, row)
            }
            let appended = try store.append(drafts)
            #expect(appended.numbers[ids[0]] == "20261120-000001")
            #expect(appended.numbers[ids[1]] == "20261121-000002")
            #expect(appended.numbers[ids[2]] == nil)
            try store.read { reader throws in
                #expect(try reader.find(ticket: "20261121-000002") == ids[1])
                #expect(try reader.find(ticket: "old-17") == ids[2])
                #expect(try reader.find(ticket: ids[0].description) == ids[0])
                #expect(try reader.find(ticket: "20261121-999999") == nil)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a write that throws leaves nothing behind`(_ kind: StoreKind) throws {
        struct Stop: Error {}
        try kind.with { store in
            var history = RandomHistory(seed: 3)
            try store.append(history.opening() + (0..<40).map { _ in history.next() })
            let before = try Picture(of: store, people: history.people)
            #expect(throws: Stop.self) {
                try store.write { transaction in
                    _ = try transaction.append(WriteBatch(entries: (0..<30).map { _ in history.next() }))
                    _ = try transaction.takeSerial()
                    #expect(try transaction.state().head > before.state.head)
                    throw Stop()
                }
            }
            #expect(try Picture(of: store, people: history.people) == before)
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a savepoint takes back its own part only`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 4)
            let good: TicketID = world.id()
            let bad: TicketID = world.id()
            try store.write { transaction in
                _ = try transaction.append(WriteBatch(entries: [world.ticket(good, title: "留下")]))
                #expect(throws: StoreError.self) {
                    try transaction.savepoint {
                        _ = try transaction.append(WriteBatch(entries: [world.ticket(bad)]))
                        _ = try transaction.append(WriteBatch(entries: [world.ticket(good)]))
                    }
                }
                _ = try transaction.append(WriteBatch(entries: [world.note(good, by: "li-na")]))
            }
            try store.read { reader throws in
                #expect(try reader.ticket(good)?.rows.count == 2)
                #expect(try reader.ticket(bad) == nil)
                #expect(try reader.verify().faults == [])
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `rows that do not fit are refused, by kind of error`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 5)
            let ticket: TicketID = world.id()
            let note = world.note(ticket, by: "li-na")
            try store.append(world.ticket(ticket), note)
            let missing: TicketID = world.id()
            var keyChange = world.draft(.person)
            keyChange.changes = [.update(.ticket, key: [ticket.value], [0: missing.value])]
            var short = world.draft(.person)
            short.changes = [.insert(.ticket, [missing.value])]
            var longKey = world.draft(.person)
            longKey.changes = [.delete(.helper, key: [ticket.value])]
            let misfits: [JournalDraft] = [
                longKey,
                world.ticket(ticket), note, world.change(missing, [.title: .text("x")]), world.note(missing, by: "li-na"),
                world.helper(missing, "li-na"), world.helper(ticket, "li-na", gone: true), keyChange, short,
            ]
            for draft in misfits {
                do {
                    try store.append(draft)
                    Issue.record("\(draft.kind.rawValue) went through")
                } catch let error as StoreError {
                    #expect(error.code == "GL-S1008")
                    #expect(!error.isInfrastructure)
                }
            }
            #expect(try store.head == 3)
        }
    }

    @Test(arguments: StoreKind.allCases, [UInt64](1...4))
    func `the outcome does not depend on how entries are cut into batches`(_ kind: StoreKind, _ seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        let drafts = history.opening() + (0..<150).map { _ in history.next() }
        let pictures = try [drafts.count, 1, 7].map { size in
            try kind.with { store in
                for start in stride(from: 0, to: drafts.count, by: size) {
                    try store.append(Array(drafts[start..<min(start + size, drafts.count)]))
                }
                #expect(try store.read { try $0.verify() }.faults == [], "seed \(seed), batches of \(size)")
                return try Picture(of: store, people: history.people + ["zhong-xin", "chen-jing"])
            }
        }
        #expect(pictures[0] == pictures[1], "seed \(seed): one batch, one by one")
        #expect(pictures[0] == pictures[2], "seed \(seed): one batch, sevens")
    }

    @Test(arguments: StoreKind.allCases)
    func `writing what stands already changes no row, and makes no news`(_ kind: StoreKind) throws {
        try kind.with { store in
            var world = World(seed: 6)
            let ticket: TicketID = world.id()
            try store.append(world.person("li-na"), world.ticket(ticket, title: "一", assignee: "li-na"))
            let base = try store.head
            try store.append(world.change(ticket, [.title: .text("一")]), world.person("li-na"))
            let page = try store.page("li-na", base: base)
            #expect(page.entities.isEmpty)
            #expect(page.base == base + 2)
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }
}

/// Everything that can be asked of a store about some people, for comparing.
struct Picture: Equatable {
    var state: StoreState
    var dumps: [String: [PageEntity]]
    var pages: [String: [PageEntity]]
    var fingerprints: [String: Fingerprint]
    var scopes: [String: [ScopeInterval]]
    var tickets: [LoadedTicket]
    var counts: StoreCounts

    init(of store: any CentralStore, people: [String]) throws {
        self = try store.read { reader in try Picture(of: reader, people: people) }
    }

    private init(of reader: any StoreReader, people: [String]) throws {
        state = try reader.state()
        counts = try reader.counts()
        dumps = [:]
        pages = [:]
        fingerprints = [:]
        for person in people {
            dumps[person] = try reader.scopeDump(person: person)
            pages[person] = try reader.page(PageRequest(person: person, base: 0, bytesMax: .max, entitiesMax: .max)).entities
            fingerprints[person] = try reader.fingerprint(of: person)
        }
        let ids = Set(try reader.queue(QueueFilter()).map(\.ticket.id))
        let snapshot = try reader.load(LoadRequest(tickets: ids, persons: Set(people)))
        tickets = ids.sorted().compactMap { snapshot.tickets[$0] }
        scopes = snapshot.personScopes
    }
}
