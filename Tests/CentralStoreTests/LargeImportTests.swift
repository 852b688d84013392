import CentralStore
import SyncProtocol
import Testing
import Tickets

/// An import of thousands is planned part by part, each while the one before it is written.
@Suite struct LargeImportTests {
    /// Tickets of another system: some with a citizen, some of a grid or a unit that people hold.
    private static func drafts(_ count: Int) -> (people: [JournalDraft], imports: [JournalDraft]) {
        var world = World(seed: 51)
        let people = [
            world.grid("g1"), world.person("chen-jing", .dispatcher), world.person("li-na", grid: "g1"),
            world.person("zhang-wei", .leader, grid: "g1"),
        ]
        let imports = (0..<count).map { index in
            let ticket: TicketID = world.id()
            var draft = world.ticket(
                ticket, title: "第\(index)件", grid: index % 3 == 0 ? "g1" : nil, unit: index % 7 == 0 ? "shui-wu" : nil,
                citizen: index % 2 == 0)
            draft.command = .insert(world.command("create", on: ticket, by: "chen-jing"))
            draft.importSource = ImportSource(source: "12345", externalID: "A\(index)")
            return draft
        }
        return (people, imports)
    }

    private static func parts(_ entries: [JournalDraft]) -> [Int] {
        let batch = WriteBatch(entries: entries)
        return batch.parts(BatchNeeds(of: batch)).map(\.count)
    }

    @Test func `a large import is cut into parts, and nothing else is`() {
        var (people, imports) = Self.drafts(1_100)
        #expect(Self.parts(imports) == [256, 256, 256, 256, 76])
        #expect(Self.parts(Array(imports.prefix(511))) == [511])
        #expect(Self.parts([]) == [0])
        imports.append(people.removeLast())
        #expect(Self.parts(imports) == [1_101])
    }

    @Test(arguments: StoreKind.allCases)
    func `what a large import writes does not depend on its parts`(_ kind: StoreKind) throws {
        let (people, imports) = Self.drafts(1_100)
        let pictures = try [imports.count, 100].map { size in
            try kind.with { store in
                try store.append(people)
                var numbers: [TicketID: String] = [:]
                for start in stride(from: 0, to: imports.count, by: size) {
                    let part = Array(imports[start..<min(start + size, imports.count)])
                    let head = try store.head
                    let appended = try store.append(part)
                    #expect(appended.sequences == (1...part.count).map { head + UInt64($0) })
                    numbers.merge(appended.numbers) { $1 }
                }
                #expect(Set(numbers.values).count == imports.count)
                #expect(try store.read { try $0.verify() }.faults == [])
                return try Picture(of: store, people: ["chen-jing", "li-na", "zhang-wei"])
            }
        }
        #expect(pictures[0] == pictures[1])
    }

    @Test func `pages have more room while large batches come, and give it back`() throws {
        try withSQLiteStore { store, _ throws in
            let (people, imports) = Self.drafts(600)
            let room = { try (store.pragma("cache_size"), store.pragma("wal_autocheckpoint")) }
            try store.append(people)
            #expect(try room() == ("-8192", "8192"))
            try store.append(Array(imports[..<300]))
            #expect(try room() == ("-49152", "16384"))
            // One small batch between two large ones changes nothing.
            try store.append([imports[300]])
            try store.append(Array(imports[301..<560]))
            for one in imports[560..<560 + 39] { try store.append([one]) }
            #expect(try room() == ("-49152", "16384"))
            var world = World(seed: 52)
            for _ in 39..<64 { try store.append([world.person("zhao-min", .leader)]) }
            #expect(try room() == ("-8192", "8192"))
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `one row that does not fit takes the whole import back, in whichever part it stands`(_ kind: StoreKind) throws {
        try kind.with { store in
            let (people, imports) = Self.drafts(900)
            try store.append(people)
            let before = try Picture(of: store, people: ["chen-jing", "li-na"])
            for place in [3, 300, 899] {
                var broken = imports
                // Known already: the line of another ticket of the same import.
                broken[place].importSource = ImportSource(source: "12345", externalID: place == 3 ? "A4" : "A0")
                #expect(throws: StoreError.self) { try store.append(broken) }
                // The planner itself refuses this one.
                broken = imports
                broken[place].changes.append(broken[place].changes[0])
                #expect(throws: StoreError.self) { try store.append(broken) }
                #expect(try Picture(of: store, people: ["chen-jing", "li-na"]) == before)
            }
            try store.append(imports)
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }
}
