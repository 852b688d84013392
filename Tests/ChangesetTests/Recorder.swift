import CSQLite
import Changeset

/// How a table's rows are named.
enum KeyKind: String, CaseIterable {
    case rowidAlias = "INTEGER, the rowid"
    case text = "TEXT"
    case real = "REAL"
    case blob = "BLOB"
    case compound = "(TEXT, INTEGER)"
    case compoundTurned = "(INTEGER, TEXT), other order, at the end"
    case withoutRowid = "TEXT, WITHOUT ROWID"
    case withoutRowidCompound = "(INTEGER, BLOB), WITHOUT ROWID"

    var table: String { "t_\(self)" }
    var keyColumns: [(name: String, type: ColumnType)] {
        switch self {
        case .rowidAlias: [("k1", .integer)]
        case .text, .withoutRowid: [("k1", .text)]
        case .real: [("k1", .real)]
        case .blob: [("k1", .blob)]
        case .compound: [("k1", .text), ("k2", .integer)]
        case .compoundTurned: [("k1", .text), ("k2", .integer)]
        case .withoutRowidCompound: [("k1", .integer), ("k2", .blob)]
        }
    }

    var createSQL: String {
        let keys = keyColumns.map { "\($0.name) \($0.type.rawValue)" }
        let others = Self.columns.map { "\($0.name) \($0.type.rawValue)" }
        let order = self == .compoundTurned ? "k2, k1" : keyColumns.map(\.name).joined(separator: ", ")
        let columns = (self == .compoundTurned ? others + keys : keys + others).joined(separator: ", ")
        let isWithoutRowid = self == .withoutRowid || self == .withoutRowidCompound
        return "CREATE TABLE \(table)(\(columns), PRIMARY KEY(\(order)))\(isWithoutRowid ? " WITHOUT ROWID" : "")"
    }

    /// Where column `index` of `columns` stands in the table.
    func position(ofColumn index: Int) -> Int { self == .compoundTurned ? index : index + keyColumns.count }

    /// The columns outside the key, one of each type.
    static let columns: [(name: String, type: ColumnType)] = ColumnType.allCases.map { ("c_\($0)", $0) }
}

/// Random statements on one table of each key kind, every batch under a session of its own.
struct Recorder {
    let database: Database
    private var generator: SeededGenerator

    init(seed: UInt64) throws {
        database = try Database()
        generator = SeededGenerator(seed: seed)
        for kind in KeyKind.allCases { try database.run(kind.createSQL) }
    }

    /// The next changeset that is not empty, and the kinds of tables it may have touched.
    mutating func next() throws -> (bytes: [UInt8], kinds: Set<KeyKind>) {
        while true {
            let kinds = (0...generator.below(2)).map { _ in generator.pick(KeyKind.allCases) }
            let bytes = try record(on: kinds)
            if !bytes.isEmpty { return (bytes, Set(kinds)) }
        }
    }

    private mutating func record(on kinds: [KeyKind]) throws -> [UInt8] {
        var generator = generator
        defer { self.generator = generator }
        let database = database
        return try database.record { session in
            try database.run("BEGIN")
            for _ in 0...generator.below(4) {
                sqlite3session_indirect(session, generator.oneIn(5) ? 1 : 0)
                try Self.change(generator.pick(kinds), database, &generator)
            }
            try database.run("COMMIT")
        }
    }

    private static func change(_ kind: KeyKind, _ database: Database, _ generator: inout SeededGenerator) throws {
        let count = try database.run("SELECT count(*) FROM \(kind.table)")[0][0]
        guard case .integer(let rowCount) = count, rowCount > 3 else { return try insert(kind, database, &generator) }
        let key = kind.keyColumns.map(\.name).joined(separator: ", ")
        let place = Value.integer(Int64(generator.below(Int(rowCount))))
        let row = "(\(key)) IN (SELECT \(key) FROM \(kind.table) ORDER BY \(key) LIMIT 1 OFFSET ?)"
        switch generator.below(rowCount > 12 ? 12 : 10) {
        case 0...2: try insert(kind, database, &generator)
        case 3...6:
            let columns = KeyKind.columns.filter { _ in generator.oneIn(2) }
            guard !columns.isEmpty else { return }
            let values = columns.map { Self.orNull(generator.value(for: $0.type), &generator) }
            let assignments = columns.map { "\($0.name) = ?" }.joined(separator: ", ")
            try database.run("UPDATE \(kind.table) SET \(assignments) WHERE \(row)", values + [place])
        case 7:
            let column = generator.pick(kind.keyColumns)
            try database.run(
                "UPDATE OR REPLACE \(kind.table) SET \(column.name) = ? WHERE \(row)", [Self.key(column.type, &generator), place])
        case 8 where generator.oneIn(4):
            try database.run("UPDATE \(kind.table) SET c_integer = ifnull(c_integer, 0) IS NOT c_real, c_untyped = NULL")
        default: try database.run("DELETE FROM \(kind.table) WHERE \(row)", [place])
        }
    }

    private static func insert(_ kind: KeyKind, _ database: Database, _ generator: inout SeededGenerator) throws {
        let columns = kind.keyColumns + KeyKind.columns
        let values =
            kind.keyColumns.map { key($0.type, &generator) }
            + KeyKind.columns.map { orNull(generator.value(for: $0.type), &generator) }
        let names = columns.map(\.name).joined(separator: ", ")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        try database.run("INSERT OR REPLACE INTO \(kind.table)(\(names)) VALUES(\(marks))", values)
    }

    private static func orNull(_ value: Value, _ generator: inout SeededGenerator) -> Value {
        generator.oneIn(3) ? .null : value
    }

    private static func key(_ type: ColumnType, _ generator: inout SeededGenerator) -> Value {
        switch type {
        case .integer: .integer(generator.integer())
        // Never a whole number: SQLite stores such a real as an integer, and libsqlite3 3.40.1 then takes the INSERT of a
        // row and another change of it for two rows (SessionQuirksTests, "a whole number in a REAL key").
        case .real: .real(Double(generator.below(1_000)) + 0.5)
        case .text, .untyped: .text(generator.text())
        case .blob: .blob(generator.blob())
        }
    }
}

extension Recorder {
    /// Every row of these tables as one text, exact to the bit.
    func snapshot(_ kinds: Set<KeyKind>) throws -> [Value] {
        try kinds.sorted { $0.table < $1.table }.map { kind in
            let columns = (kind.keyColumns + KeyKind.columns).map(\.name).map {
                "typeof(\($0)) || iif(typeof(\($0)) = 'real', quote(\($0)), hex(\($0)))"
            }
            let row = columns.joined(separator: " || ',' || ")
            return try database.run("SELECT group_concat(r, ';') FROM (SELECT \(row) AS r FROM \(kind.table) ORDER BY 1)")[0][0]
        }
    }
}
