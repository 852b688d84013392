import CSQLite
import Foundation

/// A plain connection to an SQLite file, for asking and for breaking copies. It shares no code with the programs under test.
public final class Database {
    private var handle: OpaquePointer?

    /// - Parameter readOnly: true for asking; a WAL file beside it is read as well.
    public init(_ file: URL, readOnly: Bool = true) throws {
        let flags = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        guard sqlite3_open_v2(file.path, &handle, flags, nil) == SQLITE_OK else {
            throw HarnessError("cannot open \(file.lastPathComponent)")
        }
        sqlite3_busy_timeout(handle, 3000)
    }

    deinit { sqlite3_close_v2(handle) }

    /// All rows; values are Int64, Double, String, [UInt8] or NSNull.
    public func rows(_ sql: String, _ arguments: [Any] = []) throws -> [[Any]] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failure(sql) }
        defer { sqlite3_finalize(statement) }
        for (index, argument) in arguments.enumerated() { bind(argument, at: Int32(index + 1), of: statement) }
        var rows: [[Any]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: rows.append((0..<sqlite3_column_count(statement)).map { column($0, of: statement) })
            case SQLITE_DONE: return rows
            default: throw failure(sql)
            }
        }
    }

    /// The first column of the first row as an integer; 0 if there is none.
    public func int(_ sql: String, _ arguments: [Any] = []) throws -> Int {
        Int(try rows(sql, arguments).first?.first as? Int64 ?? 0)
    }

    /// The first column of every row as text; blobs in hex.
    public func texts(_ sql: String, _ arguments: [Any] = []) throws -> [String] {
        try rows(sql, arguments).map { row in
            switch row.first {
            case let text as String: text
            case let bytes as [UInt8]: hex(bytes)
            case let number as Int64: String(number)
            default: ""
            }
        }
    }

    /// Runs a change.
    public func execute(_ sql: String, _ arguments: [Any] = []) throws { _ = try rows(sql, arguments) }

    private func failure(_ sql: String) -> HarnessError {
        HarnessError("\(String(cString: sqlite3_errmsg(handle))) in: \(sql)")
    }

    private func bind(_ value: Any, at index: Int32, of statement: OpaquePointer?) {
        // SQLITE_TRANSIENT: the library copies, so the Swift value may go away.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case let text as String: sqlite3_bind_text(statement, index, text, -1, transient)
        case let bytes as [UInt8]: sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), transient)
        case let number as Int: sqlite3_bind_int64(statement, index, Int64(number))
        case let number as Int64: sqlite3_bind_int64(statement, index, number)
        default: sqlite3_bind_null(statement, index)
        }
    }

    private func column(_ index: Int32, of statement: OpaquePointer?) -> Any {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return sqlite3_column_int64(statement, index)
        case SQLITE_FLOAT: return sqlite3_column_double(statement, index)
        case SQLITE_TEXT: return String(cString: sqlite3_column_text(statement, index))
        case SQLITE_BLOB:
            let count = Int(sqlite3_column_bytes(statement, index))
            guard let start = sqlite3_column_blob(statement, index) else { return [UInt8]() }
            return Array(UnsafeRawBufferPointer(start: start, count: count))
        default: return NSNull()
        }
    }
}

/// Lower-case hexadecimal.
public func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

extension Database {
    /// How many changes libsqlite3 itself finds in a changeset. Only for whole ones that our programs wrote.
    public static func changeCount(of changeset: [UInt8]) throws -> Int {
        var bytes = changeset
        return try bytes.withUnsafeMutableBytes { buffer in
            var iterator: OpaquePointer?
            guard sqlite3changeset_start(&iterator, Int32(buffer.count), buffer.baseAddress) == SQLITE_OK else {
                throw HarnessError("no changeset")
            }
            var count = 0
            while sqlite3changeset_next(iterator) == SQLITE_ROW { count += 1 }
            guard sqlite3changeset_finalize(iterator) == SQLITE_OK else { throw HarnessError("a broken changeset") }
            return count
        }
    }
}
