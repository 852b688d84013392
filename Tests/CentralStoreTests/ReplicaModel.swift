import CentralStore
import Changeset
import SyncProtocol
import Testing
import Tickets

/// What a device does with pages, in its simplest form: the oracle for paging.
struct ReplicaModel {
    struct Held: Equatable {
        var version: UInt64
        var rows: [RowKey: [Value?]]
        var command: StoredCommand?
        var generation: UInt32
    }
    let person: String
    var base: UInt64 = 0
    var generation: UInt32 = 0
    var entities: [EntityKey: Held] = [:]
    private(set) var pagesCount = 0

    init(_ person: String) { self.person = person }

    var fingerprint: Fingerprint {
        entities.reduce(into: Fingerprint()) { sum, item in sum.add(item.key, version: item.value.version) }
    }

    /// Pulls until the end. `between` runs after each page that is not the last; a page may be asked for twice, as after a lost
    /// answer.
    mutating func pull(
        from store: any CentralStore, bytesMax: Int = 256 * 1024, entitiesMax: Int = 500, fromZero: Bool = false,
        between: (() throws -> Void)? = nil
    ) throws {
        var staged: [PageEntity] = []
        var at: [UInt8] = []
        while true {
            let request = PageRequest(
                person: person, base: base, generation: generation, at: at, fromZero: fromZero && at.isEmpty, bytesMax: bytesMax,
                entitiesMax: entitiesMax)
            // Every second page without the columns that have not changed: both must come to the same.
            var asked = request
            asked.leavesOutUnchanged = pagesCount % 2 == 1 || at.isEmpty
            let page = try store.read { try $0.page(asked) }
            pagesCount += 1
            #expect(page.entities.count <= entitiesMax)
            #expect(Set(page.entities.map(\.key)).count == page.entities.count, "an entity stands twice in one page")
            staged += page.entities
            if page.more {
                #expect(page.base == base)
                at = page.at
                try between?()
                continue
            }
            #expect(page.base >= base)
            #expect(page.base <= (try store.read { try $0.state().head }))
            apply(staged, of: page)
            if let fingerprint = page.fingerprint { #expect(fingerprint == self.fingerprint) }
            return
        }
    }

    private mutating func apply(_ staged: [PageEntity], of last: PageResult) {
        let before = entities
        for entity in staged {
            switch entity.operation {
            case .leave: entities[entity.key] = nil
            case .enter: entities[entity.key] = Held(version: entity.version, rows: [:], generation: last.generation)
            case .change: #expect(entities[entity.key] != nil, "a change of something that is not held")
            }
            guard entity.operation != .leave, var held = entities[entity.key] else { continue }
            held.version = entity.version
            held.generation = last.generation
            held.command = entity.command
            for row in entity.rows {
                let key = RowKey(row.table, row.key ?? [])
                if row.unchanged.isEmpty {
                    held.rows[key] = row.deleted ? nil : row.values
                    continue
                }
                // Against the base, not against what an earlier page of this pull brought.
                let stood = before[entity.key]?.rows[key]
                #expect(stood != nil && !row.deleted && entity.operation == .change, "a part of a row that is not held")
                held.rows[key] = zip(row.values, stood ?? row.values).enumerated().map { index, pair in
                    row.unchanged.contains(index) ? pair.1 : pair.0
                }
            }
            entities[entity.key] = held
        }
        if last.fromZero { entities = entities.filter { $0.value.generation == last.generation } }
        base = last.base
        generation = last.generation
    }

    /// Compares with what the store says the person holds, row for row.
    func expectEqual(to store: any CentralStore, _ note: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (dump, fingerprint) = try store.read { (try $0.scopeDump(person: person), try $0.fingerprint(of: person)) }
        var theirs: [EntityKey: Held] = [:]
        for entity in dump {
            var held = Held(version: entity.version, rows: [:], command: entity.command, generation: 0)
            for row in entity.rows { held.rows[RowKey(row.table, row.key ?? [])] = row.values }
            theirs[entity.key] = held
        }
        let ours = entities.mapValues { Held(version: $0.version, rows: $0.rows, command: $0.command, generation: 0) }
        #expect(Set(ours.keys) == Set(theirs.keys), "\(person) \(note)", sourceLocation: sourceLocation)
        for (key, held) in ours {
            #expect(held == theirs[key], "\(person) \(note) \(key)", sourceLocation: sourceLocation)
        }
        #expect(fingerprint == self.fingerprint, "\(person) \(note)", sourceLocation: sourceLocation)
    }
}
