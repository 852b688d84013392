import CSQLite
import Changeset
import CrashFiles

/// A connection of the simulator's own into a store's file: what is committed there, without a line of the code that is checked.
/// Statements are kept. It takes no lock and sees the files through a file system of its own (`CF_LOOK`), so that it can stay open
/// whatever becomes of the store's process and of the files.
package final class Peek {
    private var handle: OpaquePointer?
    private var statements: [Text: OpaquePointer] = [:]

    /// Nobody else acts: what is asked now is asked of one state, in one transaction. To begin one for each question costs a third of
    /// the question.
    var isHolding = false { didSet { if !isHolding, isReading { letGo() } } }
    private var isReading = false

    /// A look at a database of a disk.
    ///
    /// - Throws: `PeekError` if it cannot be opened.
    init(at path: String) throws {
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path, &handle, flags, CF_LOOK) == SQLITE_OK else { throw PeekError("cannot open") }
        // Pages are read where they stand.
        _ = try rows("PRAGMA mmap_size = 1073741824")
    }

    /// A connection like those of a store, for whoever tests the files themselves.
    ///
    /// - Parameter isNew: Make the file if it is not there.
    /// - Throws: `PeekError` if the file cannot be opened.
    package init(_ path: String, isNew: Bool = false) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (isNew ? SQLITE_OPEN_CREATE : 0)
        guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else { throw PeekError("cannot open") }
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// All rows.
    package func rows(_ sql: String, _ arguments: [Value] = []) throws -> [[Value]] {
        if isHolding, !isReading {
            isReading = true
            _ = try rows("BEGIN")
        }
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, argument) in arguments.enumerated() { bind(argument, at: Int32(index + 1), of: statement) }
        var rows: [[Value]] = []
        let columns = 0..<sqlite3_column_count(statement)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: rows.append(columns.map { value($0, of: statement) })
            case SQLITE_DONE: return rows
            default: throw PeekError("\(String(cString: sqlite3_errmsg(handle))) in: \(sql)")
            }
        }
    }

    private func letGo() {
        isReading = false
        _ = try? rows("COMMIT")
    }

    /// The first column of the first row; NULL if there is none.
    package func value(_ sql: String, _ arguments: [Value] = []) throws -> Value {
        try rows(sql, arguments).first?.first ?? .null
    }

    /// The same as a number; 0 if it is none.
    package func int(_ sql: String, _ arguments: [Value] = []) throws -> Int64 { try value(sql, arguments).int ?? 0 }

    private func prepared(_ sql: String) throws -> OpaquePointer {
        let text = Text(sql: sql)
        if let known = statements[text] { return known }
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw PeekError("\(String(cString: sqlite3_errmsg(handle))) in: \(sql)")
        }
        statements[text] = statement
        return statement
    }

    /// A statement's words as a key: its length and its end tell most apart, comparing does the rest.
    private struct Text: Hashable {
        let sql: String

        func hash(into hasher: inout Hasher) {
            var sql = sql
            hasher.combine(
                sql.withUTF8 { bytes in
                    guard let start = UnsafeRawPointer(bytes.baseAddress), bytes.count >= 8 else { return UInt64(bytes.count) }
                    return start.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self) &+ UInt64(bytes.count)
                })
        }
    }

    private func bind(_ value: Value, at index: Int32, of statement: OpaquePointer) {
        // SQLITE_TRANSIENT: the library copies, so the Swift value may go away.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .real(let number): sqlite3_bind_double(statement, index, number)
        case .text(let text): sqlite3_bind_text(statement, index, text, -1, transient)
        case .blob(let bytes):
            bytes.withUnsafeBytes { _ = sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), transient) }
        }
    }

    private func value(_ column: Int32, of statement: OpaquePointer) -> Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT: return .text(String(cString: sqlite3_column_text(statement, column)))
        case SQLITE_BLOB:
            let count = Int(sqlite3_column_bytes(statement, column))
            guard let start = sqlite3_column_blob(statement, column) else { return .blob([]) }
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    /// SQLite's generator begins anew, so that two runs in one process are alike.
    package static func beginRandomnessAnew() { sqlite3_randomness(0, nil) }
}

/// The simulator's own connection could not do what it was asked for.
package struct PeekError: Error, CustomStringConvertible {
    /// Why.
    package var description: String
    init(_ description: String) { self.description = description }
}

extension Value {
    /// The bytes, if it is a blob.
    package var bytes: [UInt8]? { if case .blob(let bytes) = self { bytes } else { nil } }
}
