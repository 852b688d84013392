import CSQLite
import Changeset
import GRDB
import Tickets

/// Records what one command changes, with SQLite's session extension.
///
/// One session per command, on the one connection, inside its transaction: a session keeps only the net change per row, and
/// history needs every step.
enum SessionRecorder {
    /// Only the tables that a command can change; bookkeeping is never recorded.
    private static let tables = Tickets.Table.ofTicket.map(\.name)

    /// Runs `body` and returns the changeset of what it changed, empty if nothing did.
    /// - Throws: What `body` throws, and SQLite's errors; the caller's transaction must then be rolled back.
    static func record(in db: Database, _ body: () throws -> Void) throws -> [UInt8] {
        var session: OpaquePointer?
        try check(sqlite3session_create(db.sqliteConnection, "main", &session), in: db)
        // A session left behind would go on recording on this connection.
        defer { sqlite3session_delete(session) }
        for table in tables { try check(sqlite3session_attach(session, table), in: db) }
        try body()
        var count: CInt = 0
        var bytes: UnsafeMutableRawPointer?
        try check(sqlite3session_changeset(session, &count, &bytes), in: db)
        defer { sqlite3_free(bytes) }
        guard let bytes, count > 0 else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    }

    private static func check(_ code: CInt, in db: Database) throws {
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
}
