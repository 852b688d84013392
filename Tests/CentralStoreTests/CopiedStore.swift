import Foundation
import GRDB
import SyncProtocol
import Tickets

@testable import CentralStore
@testable import CentralStoreSQLite

/// Every row of every table, as text; what an opening and a restore add is left out on request.
func rows(of path: String) throws -> [String: [String]] {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    return try queue.read { db in
        var found: [String: [String]] = [:]
        for table in try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%'")
        {
            found[table] = try GRDB.Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { row in
                row.map { name, value in
                    if let data = value.storage.value as? Data {
                        return "\(name)=" + data.map { String($0, radix: 16) }.joined(separator: ".")
                    }
                    return "\(name)=\(value)"
                }.joined(separator: " ")
            }.sorted()
        }
        return found
    }
}

/// A store with a copy, and everything that it is changed by.
struct Copied {
    let folder: String
    let disk = CopyMemory()
    var store: SQLiteCentralStore
    var history: RandomHistory
    var path: String { folder + "/central.sqlite" }

    init(in folder: String, seed: UInt64) throws {
        self.folder = folder
        try makeSQLiteStore(at: folder + "/central.sqlite", seed: seed).close()
        store = try SQLiteCentralStore.open(at: folder + "/central.sqlite", copy: disk)
        history = RandomHistory(seed: seed)
        try store.append(history.opening())
    }

    /// A few commits of every kind: entries, entries of which one is rolled back, serials, codes, contacts.
    mutating func live(_ count: Int) throws {
        for index in 0..<count {
            let (first, second) = (history.next(), history.world.person("gone-\(index)"))
            try store.write { transaction in
                struct Undone: Error {}
                if index % 3 == 1 {
                    try? transaction.savepoint {
                        _ = try transaction.append(WriteBatch(entries: [second]))
                        throw Undone()
                    }
                }
                _ = try transaction.append(WriteBatch(entries: [first]))
                if index % 4 == 2 { _ = try transaction.takeSerial() }
            }
            if index % 5 == 3 {
                try store.write { transaction in
                    var batch = WriteBatch()
                    batch.failedCodes = [[UInt8](repeating: 1, count: 32)]
                    _ = try transaction.append(batch)
                    _ = try transaction.takeSerial()
                }
            }
            if index % 7 == 6 { try store.write { _ = try $0.pruneLeaves(below: $0.state().head) } }
        }
    }

    mutating func reopen() throws { store = try SQLiteCentralStore.open(at: path, copy: disk) }

    /// Puts the backup and the copy together in another place.
    func restored(_ backup: String, _ name: String, in other: String? = nil) throws -> (store: SQLiteCentralStore, commits: Int) {
        try SQLiteCentralStore.restore(
            from: backup, to: (other ?? folder) + "/\(name).sqlite", copy: disk, time: history.world.time, author: "operator",
            salt: [UInt8](repeating: 7, count: 16))
    }
}

/// Everything but what the restore itself adds: its entry, and one more opening.
func withoutRestore(_ rows: [String: [String]]) -> [String: [String]] {
    var rows = rows
    rows["journal"] = rows["journal"]?.filter { !$0.contains("kind=\"restored\"") }
    rows["store"] = nil
    return rows
}
