import CSQLite
import Glibc

/// A ticket as a shell's completion shows it.
public struct TicketGlance: Hashable, Sendable {
    /// The short number on this device.
    public var localNumber: Int64
    /// The official number, if there is one.
    public var number: String?
    /// The title, if the ticket is still here.
    public var title: String?

    /// The tickets of a replica that another program may be working on, by deadline.
    ///
    /// For the moment between two keys: it takes no lock, makes no file, brings no schema up to date and says nothing of what is
    /// wrong. It opens the file by itself, because `Replica.open` does all of that.
    ///
    /// - Returns: At most `countMax`; none where anything at all is in the way.
    public static func all(at path: String, countMax: Int) -> [TicketGlance] {
        let sql = """
            SELECT n.number, n.official, t.title FROM ticket AS t JOIN local_number AS n ON n.ticket = t.id
            ORDER BY t.due_at IS NULL, t.due_at, n.number LIMIT ?
            """
        return Glance.rows(sql, at: path, countMax: countMax).compactMap { row in
            row[0].flatMap { Int64($0) }.map { TicketGlance(localNumber: $0, number: row[1], title: row[2]) }
        }
    }
}

/// An open conflict as completion shows it.
public struct ConflictGlance: Hashable, Sendable {
    /// The short number on this device.
    public var number: Int64
    /// The field that two people wrote.
    public var field: String
    /// The ticket's short number, if it ever had one.
    public var localNumber: Int64?

    /// Open conflicts of a replica that another program may be working on, newest first; as `TicketGlance.all(at:countMax:)`.
    public static func all(at path: String, countMax: Int) -> [ConflictGlance] {
        let sql = """
            SELECT n.number, n.field, l.number FROM conflict_number AS n
            JOIN conflict AS c ON c.command = n.command AND c.field = n.field LEFT JOIN local_number AS l ON l.ticket = c.ticket
            WHERE c.settled_at IS NULL ORDER BY n.number DESC LIMIT ?
            """
        return Glance.rows(sql, at: path, countMax: countMax).compactMap { row in
            guard let number = row[0].flatMap({ Int64($0) }), let field = row[1] else { return nil }
            return ConflictGlance(number: number, field: field, localNumber: row[2].flatMap { Int64($0) })
        }
    }
}

/// Reads a replica's file beside whoever has it open.
private enum Glance {
    /// The first three columns as text; nothing where anything at all is in the way.
    static func rows(_ sql: String, at path: String, countMax: Int) -> [[String?]] {
        var connection: OpaquePointer?
        defer { sqlite3_close_v2(connection) }
        guard sqlite3_open_v2(address(path), &connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil) == SQLITE_OK else {
            return []
        }
        sqlite3_busy_timeout(connection, 20)
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else { return [] }
        sqlite3_bind_int64(statement, 1, Int64(countMax))
        var found: [[String?]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            found.append((0..<3).map { sqlite3_column_text(statement, CInt($0)).map { String(cString: $0) } })
        }
        return found
    }

    /// A file with a log beside it is read through the log. Without one nobody is writing, and SQLite is told that the file does
    /// not change: only so does it not make a log of its own.
    private static func address(_ path: String) -> String {
        let hasLog = access(path + "-wal", F_OK) == 0 && access(path + "-shm", F_OK) == 0
        let escaped = path.utf8.map { byte -> String in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2f, 0x2d, 0x2e, 0x5f: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        // A relative path that begins with // would name a host.
        return "file:" + (path.hasPrefix("/") ? "//" : "") + escaped.joined() + "?mode=ro" + (hasLog ? "" : "&immutable=1")
    }
}
