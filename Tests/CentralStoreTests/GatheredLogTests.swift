import CSQLite
import Foundation
import Testing

/// The log as the server writes it, in pieces: every other connection, and every process after a sudden end, must find what it would
/// find without.
@Suite struct `A log that is written in pieces` {
    private let isThere: Bool = {
        // Not the default: other suites of this process open their stores without it.
        gridline_gather_log_writes(0) == SQLITE_OK
    }()

    @Test(arguments: ["FULL", "NORMAL"])
    func `what is committed is in the file, whatever is synced`(synchronous: String) throws {
        try withWriter(synchronous) { writer, path in
            let reader = try Connection(path, gathers: true)
            let stranger = try Connection(path, gathers: false)
            for round in 1...40 {
                // From one page to more than a piece holds.
                let rows = round % 8 == 0 ? 400 : round
                try writer.run("BEGIN; \(Self.insert(rows)); COMMIT")
                let count = try writer.number("SELECT count(*) FROM t")
                #expect(try reader.number("SELECT count(*) FROM t") == count)
                #expect(try stranger.number("SELECT count(*) FROM t") == count)
                if round % 10 == 0 { try writer.run("PRAGMA wal_checkpoint(RESTART)") }
            }
            // As a sudden end leaves it: the files as they are.
            try copyDatabase(at: path, to: path + "-left")
            let left = try Connection(path + "-left", gathers: false)
            #expect(try left.number("SELECT count(*) FROM t") == writer.number("SELECT count(*) FROM t"))
            #expect(try left.text("PRAGMA integrity_check") == "ok")
        }
    }

    @Test(arguments: ["FULL", "NORMAL"])
    func `pages that are written early are read back, rewritten and taken back`(synchronous: String) throws {
        try withWriter(synchronous) { writer, path in
            try writer.run("PRAGMA cache_size = 5; BEGIN; \(Self.insert(300)); COMMIT")
            let sum = "SELECT total(length(b)) FROM t"
            let before = try writer.number(sum)
            try writer.run("BEGIN; UPDATE t SET b = b || 'x'; SAVEPOINT s; \(Self.insert(200)); UPDATE t SET b = b || 'y'")
            #expect(try writer.number("SELECT count(*) FROM t") == 500)
            try writer.run("ROLLBACK TO s; RELEASE s")
            #expect(try writer.number(sum) == before + 300)
            let reader = try Connection(path, gathers: false)
            #expect(try reader.number(sum) == before)
            try writer.run("UPDATE t SET b = b || 'z'; COMMIT")
            #expect(try reader.number(sum) == before + 600)
            // A page written early and again, so that the commit makes the checksums behind it anew: as a sudden end leaves it.
            try copyDatabase(at: path, to: path + "-left")
            #expect(try Connection(path + "-left", gathers: false).number(sum) == before + 600)
            try writer.run("BEGIN; DELETE FROM t; ROLLBACK")
            #expect(try reader.number(sum) == before + 600)
            #expect(try writer.text("PRAGMA integrity_check") == "ok")
        }
    }

    @Test func `the disk is set to work at a large transaction before its commit, and nothing stays open`() throws {
        var place = ""
        try withWriter("FULL") { writer, path in
            place = path + "-wal"
            try writer.run("BEGIN; \(Self.insert(500)); COMMIT")
            #expect(try descriptors(of: place) == 1)
            // Written early, taken back, written again, and 5 MB in one commit.
            try writer.run("PRAGMA cache_size = 5; BEGIN; \(Self.insert(2_000)); ROLLBACK; BEGIN; \(Self.insert(5_000)); COMMIT")
            #expect(try descriptors(of: place) == 2)
            try copyDatabase(at: path, to: path + "-left")
            let left = try Connection(path + "-left", gathers: false)
            #expect(try left.number("SELECT count(*) FROM t") == 5_500)
            #expect(try left.text("PRAGMA integrity_check") == "ok")
        }
        #expect(try descriptors(of: place) == 0)
    }

    /// How often this process has a file open. SQLite deletes the log with its last connection.
    private func descriptors(of path: String) throws -> Int {
        try openFiles().count { $0.path == path || $0.path == path + " (deleted)" }
    }

    /// A new database with an empty table, and the connection that writes it.
    private func withWriter(_ synchronous: String, _ body: (Connection, _ path: String) throws -> Void) throws {
        #expect(isThere)
        try withFolder { folder in
            let path = folder + "/t.sqlite"
            let writer = try Connection(path, gathers: true)
            try writer.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = \(synchronous)")
            try writer.run("CREATE TABLE t(a INTEGER PRIMARY KEY, b)")
            try body(writer, path)
        }
    }

    private static func insert(_ rows: Int) -> String {
        "INSERT INTO t(b) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) "
            + "SELECT hex(randomblob(500)) FROM n"
    }
}

/// One connection, without GRDB: it does not let its users name the file system.
private final class Connection {
    private var connection: OpaquePointer?

    init(_ path: String, gathers: Bool) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        try check(sqlite3_open_v2(path, &connection, flags, gathers ? "gridline-gathered-log" : nil))
    }

    deinit { sqlite3_close(connection) }

    func run(_ sql: String) throws { try check(sqlite3_exec(connection, sql, nil, nil, nil)) }
    func number(_ sql: String) throws -> Int64 { Int64(try text(sql).split(separator: ".")[0]) ?? -1 }

    func text(_ sql: String) throws -> String {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(connection, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        guard sqlite3_step(statement) == SQLITE_ROW else { throw Failure(code: sqlite3_errcode(connection)) }
        return sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? ""
    }

    private func check(_ code: Int32) throws { if code != SQLITE_OK { throw Failure(code: code) } }

    private struct Failure: Error { let code: Int32 }
}
