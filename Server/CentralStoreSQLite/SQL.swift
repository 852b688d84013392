import CSQLite
import CentralStore
import Changeset
import GRDB
import Glibc
import Tickets

/// A connection as this store uses it: GRDB keeps connections, transactions and the statements of what runs seldom; binding and
/// stepping are direct, because values must come back byte for byte (text may hold U+0000) and this is the hot path.
struct SQL {
    let db: Database
    let prepared: PreparedStatements

    /// - Parameter prepared: Of this connection; nil = none are kept.
    init(db: Database, prepared: PreparedStatements? = nil) {
        self.db = db
        self.prepared = prepared ?? PreparedStatements(db)
    }

    static let begin = StatementText("BEGIN")
    static let beginImmediate = StatementText("BEGIN IMMEDIATE")
    private static let commit = StatementText("COMMIT")
    private static let rollback = StatementText("ROLLBACK")

    /// Runs `body` in a transaction, which is rolled back if it throws or cannot be committed. Not by GRDB, which prepares begin and
    /// commit anew each time.
    ///
    /// - Parameter begin: `begin` for one state to read, `beginImmediate` to write.
    func transaction<T>(_ begin: StatementText, _ body: () throws -> T) throws -> T {
        try run(begin, [])
        do {
            let result = try body()
            try run(Self.commit, [])
            return result
        } catch {
            // After some errors, a full disk among them, SQLite has rolled back by itself. What went wrong is what is told.
            if sqlite3_get_autocommit(db.sqliteConnection) == 0 { try? run(Self.rollback, []) }
            throw error
        }
    }

    /// Runs a statement for its effect.
    func run(_ sql: String, _ arguments: [Value] = []) throws {
        try each(sql, arguments) { _ in }
    }

    /// Runs a statement of a hot path for its effect; it must give no rows.
    ///
    /// Text and bytes are not copied by SQLite but stand beside the statement until the next one runs.
    func run(_ text: StatementText, _ arguments: [Value]) throws { try finish(bound(text, arguments)) }

    /// The same with two numbers behind the values, which need not be put together for it.
    func run(_ text: StatementText, _ arguments: [Value], _ first: Int64, _ second: Int64) throws {
        let statement = try bound(text, arguments)
        let next = Int32(arguments.count + 1)
        guard sqlite3_bind_int64(statement, next, first) == SQLITE_OK,
            sqlite3_bind_int64(statement, next + 1, second) == SQLITE_OK
        else { throw storeError(ofConnection: db.sqliteConnection) }
        try finish(statement)
    }

    private func bound(_ text: StatementText, _ arguments: [Value]) throws -> OpaquePointer {
        let statement = try prepared.statement(text)
        var place = prepared.scratch.room(for: arguments)
        for index in arguments.indices { try bind(arguments[index], at: Int32(index + 1), to: statement, copiedTo: &place) }
        return statement
    }

    private func finish(_ statement: OpaquePointer) throws {
        let result = sqlite3_step(statement)
        guard result == SQLITE_DONE else {
            let error = storeError(ofConnection: db.sqliteConnection)
            sqlite3_reset(statement)
            throw result == SQLITE_ROW ? StoreError.inputOutput(detail: "rows of a statement that gives none") : error
        }
        sqlite3_reset(statement)
    }

    /// Runs a statement and gives each row to `body`, which must not run the same statement again.
    func each(_ sql: String, _ arguments: [Value] = [], _ body: (Row) throws -> Void) throws {
        try step(try mapping { try db.cachedStatement(sql: sql).sqliteStatement }, arguments, body)
    }

    /// The same for a statement of a hot path.
    func each(_ text: StatementText, _ arguments: [Value], _ body: (Row) throws -> Void) throws {
        try step(try prepared.statement(text), arguments, body)
    }

    private func step(_ statement: OpaquePointer, _ arguments: [Value], _ body: (Row) throws -> Void) throws {
        try step(statement, body) { statement in
            for index in arguments.indices { try bind(arguments[index], at: Int32(index + 1), to: statement) }
        }
    }

    private func step(
        _ statement: OpaquePointer, _ body: (Row) throws -> Void, binding bind: (OpaquePointer) throws -> Void
    ) throws {
        defer { sqlite3_reset(statement) }
        try bind(statement)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(Row(statement: statement))
            case SQLITE_DONE: return
            default: throw storeError(ofConnection: db.sqliteConnection)
            }
        }
    }

    /// The first row, read by `body`; nil if there is none.
    func first<T>(_ sql: String, _ arguments: [Value] = [], _ body: (Row) throws -> T) throws -> T? {
        var result: T?
        try each(sql, arguments) { if result == nil { result = try body($0) } }
        return result
    }

    /// The same for a statement of a hot path.
    func first<T>(_ text: StatementText, _ arguments: [Value] = [], _ body: (Row) throws -> T) throws -> T? {
        var result: T?
        try each(text, arguments) { if result == nil { result = try body($0) } }
        return result
    }

    /// All rows, read by `body`.
    func all<T>(_ sql: String, _ arguments: [Value] = [], _ body: (Row) throws -> T?) throws -> [T] {
        var result: [T] = []
        try each(sql, arguments) { if let item = try body($0) { result.append(item) } }
        return result
    }

    /// The same for a statement of a hot path.
    func all<T>(_ text: StatementText, _ arguments: [Value], _ body: (Row) throws -> T?) throws -> [T] {
        var result: [T] = []
        try each(text, arguments) { if let item = try body($0) { result.append(item) } }
        return result
    }

    /// Runs one statement per few hundred values: `sql` makes it from the list that stands for them, `(?,?,…)`, whose values
    /// are bound after `first`. Lists come in few lengths, so that few statements are prepared.
    func eachOf(
        _ values: [Value], after first: [Value] = [], _ sql: (_ list: String) -> String, _ body: (Row) throws -> Void
    ) throws {
        try parts(of: values.count) { start, length in
            let list = (start..<start + length).map { values[$0 < values.count ? $0 : start] }
            try each(sql(Self.list(length)), first + list, body)
        }
    }

    /// The same for a statement of a hot path.
    func eachOf(_ values: [Value], after first: [Value] = [], _ text: ListText, _ body: (Row) throws -> Void) throws {
        try parts(of: values.count) { start, length in
            try step(try prepared.statement(text.of(length)), body) { statement in
                var index: Int32 = 1
                for value in first {
                    try bind(value, at: index, to: statement)
                    index += 1
                }
                for place in start..<start + length {
                    try bind(values[place < values.count ? place : start], at: index, to: statement)
                    index += 1
                }
            }
        }
    }

    /// Cuts so many values into lists of few lengths. One that is nearly full is filled up by repeating its first: each value that is
    /// looked for costs SQLite the same, whether it was asked before or not.
    private func parts(of count: Int, _ body: (_ start: Int, _ length: Int) throws -> Void) throws {
        var start = 0
        while start < count {
            let left = count - start
            let above = ListText.lengths.first { $0 >= left }
            if let above, above - left <= above / 4 { return try body(start, above) }
            let length = ListText.lengths.last { $0 <= left } ?? 1
            try body(start, length)
            start += length
        }
    }

    /// `(?,?,…)`.
    static func list(_ count: Int) -> String {
        "(" + String(repeating: "?,", count: max(0, count - 1)) + (count > 0 ? "?)" : ")")
    }

    private func bind(_ value: Value, at index: Int32, to statement: OpaquePointer) throws {
        // SQLite copies text and bytes before the call returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let result: Int32
        switch value {
        case .null: result = sqlite3_bind_null(statement, index)
        case .integer(let number): result = sqlite3_bind_int64(statement, index, number)
        case .real(let number): result = sqlite3_bind_double(statement, index, number)
        case .text(var text):
            result = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text64(
                        statement, index, $0.baseAddress ?? Self.emptyText, UInt64($0.count), transient, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes):
            // A null pointer would bind NULL.
            result =
                bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), transient)
        }
        guard result == SQLITE_OK else { throw storeError(ofConnection: db.sqliteConnection) }
    }

    /// Binds a copy of the value that is made at `place`, and moves that on: SQLite makes none of its own.
    private func bind(
        _ value: Value, at index: Int32, to statement: OpaquePointer, copiedTo place: inout UnsafeMutableRawPointer
    ) throws {
        let result: Int32
        switch value {
        case .text(let text):
            let count = copy(text, to: place)
            result = sqlite3_bind_text64(
                statement, index, place.assumingMemoryBound(to: CChar.self), UInt64(count), nil, UInt8(SQLITE_UTF8))
            place += count
        case .blob(let bytes):
            bytes.withUnsafeBytes { if let start = $0.baseAddress { place.copyMemory(from: start, byteCount: $0.count) } }
            result = sqlite3_bind_blob64(statement, index, place, UInt64(bytes.count), nil)
            place += bytes.count
        case .null, .integer, .real: return try bind(value, at: index, to: statement)
        }
        guard result == SQLITE_OK else { throw storeError(ofConnection: db.sqliteConnection) }
    }

    /// - Returns: How many bytes the text has.
    private func copy(_ text: String, to place: UnsafeMutableRawPointer) -> Int {
        func put(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
            if let start = bytes.baseAddress { place.copyMemory(from: start, byteCount: bytes.count) }
            return bytes.count
        }
        if let count = text.utf8.withContiguousStorageIfAvailable(put) { return count }
        var text = text
        return text.withUTF8(put)
    }

    // Never freed and never written: empty text needs some address, or SQLite binds NULL.
    nonisolated(unsafe) private static let emptyText: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.initialize(to: 0)
        return UnsafePointer(pointer)
    }()
}

/// The current row of a statement; good until the next step.
struct Row {
    let statement: OpaquePointer

    /// Any column.
    func value(_ column: Int) -> Value {
        let index = Int32(column)
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
        case SQLITE_TEXT: return .text(text(column))
        case SQLITE_BLOB: return .blob(bytes(column))
        default: return .null
        }
    }

    /// Columns from `first` on.
    func values(_ range: Range<Int>) -> [Value] {
        [Value](unsafeUninitializedCapacity: range.count) { values, count in
            for column in range {
                values.initializeElement(at: count, to: value(column))
                count += 1
            }
        }
    }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Whether the column holds these bytes, of which there are some.
    func holds(_ expected: [UInt8], _ column: Int) -> Bool {
        guard let start = sqlite3_column_blob(statement, Int32(column)),
            sqlite3_column_bytes(statement, Int32(column)) == expected.count
        else { return false }
        return expected.withUnsafeBytes { memcmp($0.baseAddress!, start, $0.count) == 0 }
    }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }
    func int(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }
    /// A sequence or a count: never negative in a store that we wrote.
    func unsigned(_ column: Int) -> UInt64 { UInt64(max(0, int(column))) }
    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    func optionalBytes(_ column: Int) -> [UInt8]? { isNull(column) ? nil : bytes(column) }
    func optionalInt(_ column: Int) -> Int64? { isNull(column) ? nil : int(column) }

    /// An identifier, or the fault that the file has.
    func id<ID: Identifier16>(_ column: Int, as type: ID.Type = ID.self) throws -> ID {
        guard let id = ID(bytes: bytes(column)) else { throw StoreError.damaged(detail: "an identifier that is not 16 bytes") }
        return id
    }

    func optionalID<ID: Identifier16>(_ column: Int, as type: ID.Type = ID.self) throws -> ID? {
        isNull(column) ? nil : try id(column)
    }
}

extension Value {
    /// A sequence as SQLite stores it; what no sequence can reach becomes the largest.
    static func sequence(_ number: UInt64) -> Value { .integer(Int64(clamping: number)) }
    static func optional(sequence number: UInt64?) -> Value { number.map(Value.sequence) ?? .null }
    static func optional(bytes: [UInt8]?) -> Value { bytes.map(Value.blob) ?? .null }
}
