import CentralStore
import CentralStoreSQLite
import Foundation
import GRDB
import Synchronization
import SyncProtocol
import Testing
import Tickets

@Suite struct `The SQLite store` {
    @Test func `it commits durably, with foreign keys, in WAL`() throws {
        try withSQLiteStore { store, _ throws in
            #expect(try store.pragma("journal_mode") == "wal")
            #expect(try store.pragma("synchronous") == "2")
            #expect(try store.pragma("foreign_keys") == "1")
        }
    }

    @Test func `a second process is told that the store is open`() throws {
        try withSQLiteStore { store, path in
            #expect(throws: StoreError.busy(path: path)) { _ = try SQLiteCentralStore.open(at: path) }
            try store.close()
            let again = try SQLiteCentralStore.open(at: path)
            #expect(try again.head == 1)
            try again.close()
        }
    }

    /// A child that another thread makes has every file of its parent until its own program begins, and what has a file has its lock.
    @Test func `a closed store can be opened again though a child still has its files`() throws {
        try withSQLiteStore { store, path in
            let city = (path as NSString).deletingLastPathComponent
            let place = city + "/second-disk"
            let folder = try CopyFolder(place)
            try folder.lock()
            let kept = try openFiles().filter { $0.path.hasPrefix(city) && $0.path.hasSuffix("lock") }.map { dup($0.descriptor) }
            defer { for file in kept { close(file) } }
            #expect(kept.count == 2)
            try store.close()
            folder.unlock()
            try SQLiteCentralStore.open(at: path).close()
            try CopyFolder(place).lock()
        }
    }

    @Test func `who lost the store cannot write any more`() throws {
        try withSQLiteStore { store, path in
            var world = World(seed: 51)
            try FileManager.default.removeItem(atPath: (path as NSString).deletingPathExtension + ".lock")
            let usurper = try SQLiteCentralStore.open(at: path)
            #expect(throws: StoreError.fenced(ours: 1, found: 2)) { try store.append(world.person("li-na")) }
            try usurper.append(world.person("li-na"))
            #expect(try usurper.head == 2)
            try usurper.close()
        }
    }

    @Test func `files that are no store are refused by name`() throws {
        try withFolder { folder in
            let missing = folder + "/none.sqlite"
            #expect(throws: StoreError.notAStore(path: missing)) { _ = try SQLiteCentralStore.open(at: missing) }
            let text = folder + "/text.sqlite"
            try Data(repeating: 65, count: 9000).write(to: URL(fileURLWithPath: text))
            #expect(throws: StoreError.notAStore(path: text)) { _ = try SQLiteCentralStore.open(at: text) }
            let other = folder + "/other.sqlite"
            let queue = try DatabaseQueue(path: other)
            try queue.write { try $0.execute(sql: "CREATE TABLE t(a)") }
            try queue.close()
            #expect(throws: StoreError.notAStore(path: other)) { _ = try SQLiteCentralStore.open(at: other) }
            let newer = folder + "/newer.sqlite"
            try makeSQLiteStore(at: newer).close()
            let raise = try DatabaseQueue(path: newer)
            let later = Int(SchemaVersion.current) + 1
            try raise.write { try $0.execute(sql: "PRAGMA user_version = \(later)") }
            try raise.close()
            #expect(throws: StoreError.newerSchema(found: later, known: later - 1)) {
                _ = try SQLiteCentralStore.open(at: newer)
            }
            #expect(throws: StoreError.exists(path: newer)) { _ = try makeSQLiteStore(at: newer) }
        }
    }

    @Test func `a backup holds everything, and a restore of it is a new incarnation`() throws {
        try withSQLiteStore { store, path in
            var history = RandomHistory(seed: 52)
            try store.append(history.opening() + (0..<60).map { _ in history.next() })
            let before = try Picture(of: store, people: history.people)
            let copy = path + ".backup"
            let held = try store.backup(to: copy)
            #expect(held == before.state.head)
            #expect(try store.read { try $0.state() }.backupWatermark == held)
            #expect(throws: StoreError.exists(path: copy)) { _ = try store.backup(to: copy) }
            try store.append(history.next())

            let incarnation: Incarnation = history.world.id()
            let restored = try SQLiteCentralStore.restore(
                from: copy, to: path + ".restored", incarnation: incarnation, time: history.world.time, author: "operator",
                salt: history.world.random.bytes(16))
            var after = try Picture(of: restored, people: history.people)
            #expect(after.state.incarnation == incarnation && after.state.head == held + 1)
            after.state = before.state
            #expect(after == before)
            #expect(try restored.read { try $0.verify() }.faults == [])
            let first = history.world.ticket(history.world.id())
            let number = try #require(try restored.append(first).numbers.values.first)
            let known = try store.read { try $0.queue(QueueFilter()) }.compactMap(\.ticket.number)
            #expect(!known.contains(number), "a number given after the backup is not given again")
            #expect(try restored.write { try $0.takeSerial() } > store.write { try $0.takeSerial() })
            try restored.close()
            #expect(throws: StoreError.exists(path: path + ".restored")) {
                _ = try SQLiteCentralStore.restore(
                    from: copy, to: path + ".restored", incarnation: incarnation, time: 0, author: "operator", salt: [])
            }
        }
    }

    @Test func `a reader sees one state while the writer goes on`() throws {
        try withSQLiteStore { store, _ in
            var world = World(seed: 53)
            try store.append(world.person("li-na"))
            try store.read { reader throws in
                let before = try reader.state().head
                try store.append(world.person("zhang-wei"))
                #expect(try reader.state().head == before)
                #expect(try reader.persons().map(\.id) == ["li-na"])
            }
            #expect(try store.read { try $0.persons() }.count == 2)
        }
    }

    @Test func `every statement on a hot path uses an index`() throws {
        let seen = Mutex<Set<String>>([])
        try withFolder { folder in
            let path = folder + "/central.sqlite"
            var history = RandomHistory(seed: 54)
            try makeSQLiteStore(at: path).close()
            let store = try SQLiteCentralStore.open(at: path) { sql in _ = seen.withLock { $0.insert(sql) } }
            try store.append(history.opening() + (0..<80).map { _ in history.next() })
            seen.withLock { $0.removeAll() }

            let drafts = history.opening() + (0..<80).map { _ in history.next() }
            for draft in drafts { try store.append(draft) }
            let device = try ChainedDevice(in: store, &history.world, person: "li-na", ticket: history.tickets[0], count: 3)
            try store.read { reader throws in
                var request = LoadRequest(
                    tickets: Set(history.tickets), commands: Set(device.commands.map(\.id)), persons: Set(history.people),
                    replicas: [device.record.replica], links: [device.commands[0].place!], withHeld: true)
                _ = try reader.load(request)
                request.tickets = [history.tickets[0]]
                _ = try reader.load(request)
                _ = try reader.parked(of: device.record.replica)
                _ = try reader.enrolCode(hash: [1])
                _ = try reader.imported(source: "a", externalIDs: ["b"])
                _ = try reader.find(ticket: "20261121-000001")
                _ = try reader.history(of: history.tickets[0])
                _ = try reader.ticket(history.tickets[0])
                _ = try reader.commands(by: "li-na", limit: 10)
                _ = try reader.conflicts(of: device.commands[0].id)
                _ = try reader.routed(after: 0, limit: 10)
                _ = try reader.underWay(assignee: "li-na")
                _ = try reader.history(ofCategory: "010101", since: 0)
                _ = try reader.references(.duty, after: "", limit: 10)
            }
            for person in history.people {
                for (base, fromZero) in [(UInt64(0), false), (30, false), (30, true)] {
                    var model = ReplicaModel(person)
                    model.base = base
                    _ = try store.page(person, base: base) { ($0.fromZero, $0.entitiesMax) = (fromZero, 5) }
                    _ = try store.page(person, base: base) { $0.fromZero = fromZero }
                }
            }
            try store.close()
            let plans = try scans(seen.withLock { $0 }, in: path)
            #expect(seen.withLock { $0.count } > 60, "the trace saw \(seen.withLock { $0.count }) statements")
            #expect(plans == [:])
        }
    }

    /// Statements whose plan reads a whole table, with that part of the plan.
    private func scans(_ statements: Set<String>, in path: String) throws -> [String: String] {
        var found: [String: String] = [:]
        let queue = try DatabaseQueue(path: path)
        // What SQLite's own schema is asked is not ours.
        for sql in statements
        where !sql.contains("sqlite_master") && ["SELECT", "INSERT", "UPDATE", "DELETE"].contains(sql.prefix(6)) {
            try queue.read { db in
                let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
                statement.setUncheckedArguments([])
                for row in try Row.fetchAll(statement) {
                    let detail: String = row["detail"]
                    if detail.hasPrefix("SCAN"), detail != "SCAN CONSTANT ROW" { found[sql] = detail }
                }
            }
        }
        try queue.close()
        return found
    }

    /// Enough to see a change of kind, not of speed.
    @Test func `a batch of a thousand is one transaction, and every row is in it`() throws {
        try withSQLiteStore { store, _ in
            var world = World(seed: 55)
            let tickets: [TicketID] = (0..<50).map { _ in world.id() }
            try store.append(world.person("li-na"))
            try store.append(tickets.map { world.ticket($0, assignee: "li-na", grid: "g1") })
            let base = try store.head
            try store.append((0..<1000).map { world.note(tickets[$0 % 50], by: "li-na") })
            #expect(try store.head == base + 1000)
            var model = ReplicaModel("li-na")
            try model.pull(from: store)
            try model.expectEqual(to: store)
            #expect(model.entities.count == 50 + 1000 + 1)
        }
    }
}
