import CSQLite
import Changeset
import GRDB

/// Prepared statements over domain values, for as long as their connection is open.
///
/// Beside GRDB and not through it, for two reasons: GRDB binds and reads text as C strings, so that everything after a U+0000
/// in a worker's words would be lost; and a rebase runs the same few statements thousands of times.
final class Statements {
    private let connection: OpaquePointer?
    /// By `place(of:)`. Not a dictionary: to make the first one of a type the runtime looks through every conformance of the program.
    private var prepared: [[(sql: String, statement: OpaquePointer)]] = Array(repeating: [], count: placeCount)
    private static let placeCount = 256

    /// - Parameter db: Must outlive the value, which is used only inside closures of GRDB on this connection.
    init(_ db: Database) { connection = db.sqliteConnection }

    deinit { for known in prepared.joined() { sqlite3_finalize(known.statement) } }

    /// Runs `body` in a transaction, which is rolled back if it throws or cannot be committed.
    ///
    /// Not by GRDB, which prepares the words of begin and commit each time they are said: a sync has eight transactions.
    /// - Parameter begin: `BEGIN` for one snapshot to read, `BEGIN IMMEDIATE` to write.
    func transaction<T>(_ begin: String, _ body: () throws -> T) throws -> T {
        try run(begin)
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // After some errors, a full disk among them, SQLite has rolled back by itself. What went wrong is what is told.
            if sqlite3_get_autocommit(connection) == 0 { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    /// Runs a statement that returns nothing.
    /// - Returns: How many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [Value] = []) throws -> Int {
        let statement = try bound(sql, values)
        defer { sqlite3_reset(statement) }
        guard sqlite3_step(statement) == SQLITE_DONE else { throw failure() }
        return Int(sqlite3_changes(connection))
    }

    /// The row that the last insert made, by its number.
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(connection) }

    /// Every row of a query.
    func rows(_ sql: String, _ values: [Value] = []) throws -> [[Value]] {
        var rows: [[Value]] = []
        try forEach(sql, values) { rows.append($0) }
        return rows
    }

    /// What the columns of a query are called, in order. The query is not run.
    func columnNames(_ sql: String) throws -> [String] {
        let statement = try prepare(sql)
        return (0..<sqlite3_column_count(statement)).map { index in
            sqlite3_column_name(statement, index).map { String(cString: $0) } ?? ""
        }
    }

    /// The first row of a query, if there is one.
    func row(_ sql: String, _ values: [Value] = []) throws -> [Value]? {
        let statement = try bound(sql, values)
        defer { sqlite3_reset(statement) }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return read(statement)
        case SQLITE_DONE: return nil
        default: throw failure()
        }
    }

    /// Goes through the rows of a query without keeping them. `body` may run other statements, not the same one.
    func forEach(_ sql: String, _ values: [Value] = [], _ body: ([Value]) throws -> Void) throws {
        let statement = try bound(sql, values)
        defer { sqlite3_reset(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(read(statement))
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    private func bound(_ sql: String, _ values: [Value]) throws -> OpaquePointer {
        let statement = try prepare(sql)
        for (index, value) in values.enumerated() {
            guard bind(value, to: statement, at: CInt(index + 1)) == SQLITE_OK else { throw failure() }
        }
        return statement
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        let place = Self.place(of: sql)
        for known in prepared[place] where known.sql == sql { return known.statement }
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure() }
        prepared[place].append((sql, statement))
        return statement
    }

    private func bind(_ value: Value, to statement: OpaquePointer, at index: CInt) -> CInt {
        switch value {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let number): return sqlite3_bind_int64(statement, index, number)
        case .real(let number): return sqlite3_bind_double(statement, index, number)
        case .text(var text):
            // The pointer of an empty buffer may be nil, which would bind NULL.
            if text.utf8.isEmpty { return sqlite3_bind_text(statement, index, "", 0, Self.transient) }
            return text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text64(
                        statement, index, $0.baseAddress, UInt64(utf8.count), Self.transient, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes):
            if bytes.isEmpty { return sqlite3_bind_zeroblob(statement, index, 0) }
            return sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), Self.transient)
        }
    }

    private func read(_ statement: OpaquePointer) -> [Value] {
        (0..<sqlite3_column_count(statement)).map { index in
            switch sqlite3_column_type(statement, index) {
            case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, index))
            case SQLITE_FLOAT: .real(sqlite3_column_double(statement, index))
            case SQLITE_TEXT:
                // The pointer first: asking for it may convert, and the count is then of the converted text.
                .text(String(decoding: bytes(sqlite3_column_text(statement, index), statement, index), as: UTF8.self))
            case SQLITE_BLOB: .blob(Array(bytes(sqlite3_column_blob(statement, index), statement, index)))
            default: .null
            }
        }
    }

    private func bytes(_ start: UnsafeRawPointer?, _ statement: OpaquePointer, _ index: CInt) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement, index)))
    }

    private func failure() -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)))
    }

    /// Where a statement is kept. A sync looks for hundreds, and hashing all their bytes costs as much as running a small one: the length
    /// and four places tell nearly all apart, and comparing does the rest.
    private static func place(of sql: String) -> Int {
        var sql = sql
        return sql.withUTF8 { bytes in
            guard let start = UnsafeRawPointer(bytes.baseAddress), bytes.count >= 8 else { return bytes.count }
            func mixed(_ sum: UInt64, _ offset: Int) -> UInt64 {
                (sum ^ start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
            }
            let last = bytes.count - 8
            let half = mixed(mixed(UInt64(bytes.count), last / 4), last / 2)
            // The upper bits: a product's lower ones depend on the lower ones of its factors alone.
            return Int(mixed(mixed(half, last - last / 4), last) >> 56)
        }
    }

    /// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns. The macro is a cast that Swift does not import.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
