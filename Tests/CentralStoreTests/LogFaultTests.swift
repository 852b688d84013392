import CentralStore
import CentralStoreSQLite
import Foundation
import GRDB
import Testing

@Suite struct `A log that was left behind` {
    @Test func `fault 22: what stands in it is in the file before anything is added`() throws {
        try withSQLiteStore { store, path in
            var history = RandomHistory(seed: 61)
            try store.append(history.opening() + (0..<20).map { _ in history.next() })
            // As a process leaves it that is ended without warning: the file, and beside it the log with every commit.
            let left = path + ".left"
            try copyDatabase(at: path, to: left)
            let head = try store.head
            let alone = try DatabaseQueue(path: copy(left, as: ".before"))
            #expect(try alone.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") } == 0)
            let opened = try SQLiteCentralStore.open(at: left)
            #expect(try opened.head == head)
            // The file alone, without the log: it was confirmed before the first write of the new process.
            let file = try DatabaseQueue(path: copy(left, as: ".after"))
            #expect(try file.read { try Int.fetchOne($0, sql: "SELECT head FROM store") } == Int(head))
            try opened.close()
        }
    }

    private func copy(_ path: String, as suffix: String) throws -> String {
        try FileManager.default.copyItem(atPath: path, toPath: path + suffix)
        return path + suffix
    }

    @Test func `a foreign file's log is not touched`() throws {
        try withFolder { folder in
            let path = folder + "/other.sqlite"
            let pool = try DatabasePool(path: path)
            try pool.write { try $0.execute(sql: "CREATE TABLE t(a); INSERT INTO t VALUES (1)") }
            let before = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
            #expect(!before.isEmpty)
            #expect(throws: StoreError.notAStore(path: path)) { _ = try SQLiteCentralStore.open(at: path) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path + "-wal")) == before)
            try pool.close()
        }
    }
}
