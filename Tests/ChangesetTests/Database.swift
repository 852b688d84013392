import CSQLite
import Changeset

/// libsqlite3 in memory: what our reader and writer are held against.
final class Database {
    struct Failure: Error, CustomStringConvertible {
        let code: Int32
        let doing: String
        var description: String { "SQLite \(code) in \(doing)" }
    }

    let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    init() throws {
        var handle: OpaquePointer?
        let code = sqlite3_open(":memory:", &handle)
        guard code == SQLITE_OK, let handle else { throw Failure(code: code, doing: "open") }
        self.handle = handle
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    @discardableResult
    func run(_ sql: String, _ arguments: [Value] = []) throws -> [[Value]] {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        for (index, argument) in arguments.enumerated() { bind(argument, to: statement, at: Int32(index + 1)) }
        var rows: [[Value]] = []
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                if code == SQLITE_DONE { return rows }
                throw Failure(code: code, doing: sql)
            }
            rows.append((0..<sqlite3_column_count(statement)).map { Self.value(sqlite3_column_value(statement, $0)) ?? .null })
        }
    }

    private func prepared(_ sql: String) throws -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw Failure(code: code, doing: sql) }
        statements[sql] = statement
        return statement
    }

    private func bind(_ value: Value, to statement: OpaquePointer, at index: Int32) {
        // SQLITE_TRANSIENT, a macro that Swift does not import: SQLite copies the bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let value): sqlite3_bind_int64(statement, index, value)
        case .real(let value): sqlite3_bind_double(statement, index, value)
        case .text(let value): sqlite3_bind_text(statement, index, value, Int32(value.utf8.count), transient)
        case .blob(let value) where value.isEmpty: sqlite3_bind_zeroblob(statement, index, 0)
        case .blob(let value): sqlite3_bind_blob(statement, index, value, Int32(value.count), transient)
        }
    }

    /// - Returns: `nil` for a column that was not recorded.
    static func value(_ value: OpaquePointer?) -> Value? {
        guard let value else { return nil }
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER: return .integer(sqlite3_value_int64(value))
        case SQLITE_FLOAT: return .real(sqlite3_value_double(value))
        case SQLITE_TEXT:
            let start = sqlite3_value_text(value)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_value_blob(value)
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))))
        default: return .null
        }
    }
}
