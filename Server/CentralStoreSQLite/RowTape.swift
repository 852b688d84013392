import CSQLite
import Changeset
import CentralStore

/// What one writing transaction changes, row by row, as SQLite itself tells it before each change: whoever writes, by whatever
/// statement, nothing is left out, and a row that is put back twice is the same row.
///
///     row:  operation u8 · table u8 · columns u16 · bytes u32 · values in the changeset's coding, all columns in order
///     operation: 1 = the row is so from now on, 2 = it is gone (its values as they were), 3 = a table's name, before its first row
///
/// `@unchecked Sendable`: used inside the accesses of the one writing connection alone, one at a time.
final class RowTape: @unchecked Sendable {
    /// Encoded rows.
    private(set) var bytes: [UInt8] = []
    private var tables: [String: UInt8] = [:]
    private var isOn = false
    /// SQLite could not tell a value.
    private(set) var hasFailed = false
    /// The columns of each table's primary key.
    private var keys: [String: [Int32]] = [:]

    /// Whether nothing was changed.
    var isEmpty: Bool { bytes.isEmpty }

    /// Where a savepoint began.
    struct Mark {
        fileprivate var count: Int
        fileprivate var tables: [String: UInt8]
    }

    /// As of now.
    var mark: Mark { Mark(count: bytes.count, tables: tables) }

    /// What came after `mark` was rolled back.
    func rewind(to mark: Mark) {
        bytes.removeSubrange(mark.count...)
        tables = mark.tables
    }

    /// Listens to the writing connection until `end`.
    func begin(_ sql: SQL) throws {
        bytes.removeAll(keepingCapacity: bytes.count < 4 << 20)
        tables = [:]
        hasFailed = false
        if keys.isEmpty { keys = try sql.primaryKeys() }
        isOn = true
        sqlite3_preupdate_hook(
            sql.db.sqliteConnection,
            { context, connection, operation, schema, table, _, _ in
                guard let context, let connection, let table, schema.map(String.init(cString:)) == "main" else { return }
                Unmanaged<RowTape>.fromOpaque(context).takeUnretainedValue().note(connection, operation, String(cString: table))
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Listens no more.
    func end(_ sql: SQL) {
        sqlite3_preupdate_hook(sql.db.sqliteConnection, nil, nil)
        isOn = false
    }

    /// Tables may have come or changed.
    func forgetTables() { keys = [:] }

    private func note(_ connection: OpaquePointer, _ operation: Int32, _ table: String) {
        guard isOn else { return }
        if operation == SQLITE_DELETE || operation == SQLITE_UPDATE && isRenamed(connection, table) {
            add(2, table, connection, sqlite3_preupdate_old)
        }
        if operation != SQLITE_DELETE { add(1, table, connection, sqlite3_preupdate_new) }
    }

    private typealias Reader = (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Int32

    /// The row gets another key.
    private func isRenamed(_ connection: OpaquePointer, _ table: String) -> Bool {
        (keys[table] ?? []).contains { column in
            var (old, new): ([UInt8], [UInt8]) = ([], [])
            append(connection, column, sqlite3_preupdate_old, to: &old)
            append(connection, column, sqlite3_preupdate_new, to: &new)
            return old != new
        }
    }

    private func add(_ operation: UInt8, _ table: String, _ connection: OpaquePointer, _ reader: Reader) {
        let number = self.number(of: table)
        let columns = sqlite3_preupdate_count(connection)
        bytes.append(operation)
        bytes.append(number)
        bytes.append(UInt8(truncatingIfNeeded: columns >> 8))
        bytes.append(UInt8(truncatingIfNeeded: columns))
        let place = bytes.count
        bytes += [0, 0, 0, 0]
        for column in 0..<columns { append(connection, column, reader, to: &bytes) }
        let count = UInt32(bytes.count - place - 4)
        for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: count >> (24 - 8 * UInt32(index))) }
    }

    private func number(of table: String) -> UInt8 {
        if let known = tables[table] { return known }
        let number = UInt8(truncatingIfNeeded: tables.count)
        if tables.count > 254 { hasFailed = true }
        tables[table] = number
        let name = Array(table.utf8)
        bytes += [3, number, 0, 1, 0, 0, UInt8(truncatingIfNeeded: name.count >> 8), UInt8(truncatingIfNeeded: name.count)]
        bytes += name
        return number
    }

    /// One value in the changeset's coding.
    private func append(_ connection: OpaquePointer, _ column: Int32, _ reader: Reader, to bytes: inout [UInt8]) {
        var value: OpaquePointer?
        guard reader(connection, column, &value) == SQLITE_OK, let value else {
            hasFailed = true
            return
        }
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER: appendWord(UInt64(bitPattern: sqlite3_value_int64(value)), type: 1, to: &bytes)
        case SQLITE_FLOAT: appendWord(sqlite3_value_double(value).bitPattern, type: 2, to: &bytes)
        case SQLITE_TEXT:
            let text = sqlite3_value_text(value)
            append(UnsafeRawBufferPointer(start: text, count: Int(sqlite3_value_bytes(value))), type: 3, to: &bytes)
        case SQLITE_BLOB:
            let blob = sqlite3_value_blob(value)
            append(UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_value_bytes(value))), type: 4, to: &bytes)
        default: bytes.append(5)
        }
    }

    private func appendWord(_ word: UInt64, type: UInt8, to bytes: inout [UInt8]) {
        bytes.append(type)
        withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private func append(_ content: UnsafeRawBufferPointer, type: UInt8, to bytes: inout [UInt8]) {
        bytes.append(type)
        var shift = 0
        while content.count >> shift >= 0x80 { shift += 7 }
        while shift > 0 {
            bytes.append(UInt8(truncatingIfNeeded: content.count >> shift) | 0x80)
            shift -= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: content.count) & 0x7F)
        bytes.append(contentsOf: content)
    }
}

extension SQL {
    /// The ordinals of each table's key columns, in the order of the key.
    func primaryKeys() throws -> [String: [Int32]] {
        var keys: [String: [Int32]] = [:]
        for table in try all(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", [], { $0.text(0) })
        {
            keys[table] = try all("SELECT cid FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", [.text(table)]) {
                Int32($0.int(0))
            }
        }
        return keys
    }
}
