import CSQLite
import Changeset
import Testing

/// The other direction: changesets that no session recorded, made value by value here, told and applied by libsqlite3.
@Suite struct WrittenTests {
    private static let columnCount = 5
    private static let tables = [
        (header: TableHeader(name: "plain", keyOrdinals: [1, 0, 0, 0, 0]), keys: [0], suffix: ""),
        (header: TableHeader(name: "工单 \"x\"", keyOrdinals: [0, 2, 0, 1, 0]), keys: [1, 3], suffix: " WITHOUT ROWID"),
    ]

    @Test func `10,000 changesets of our own writing: libsqlite3 tells, inverts and applies what was meant`() throws {
        let seed: UInt64 = 777
        var generator = SeededGenerator(seed: seed)
        let database = try Database()
        var rows: [[[Value]]] = []
        for table in Self.tables {
            let columns = (0..<Self.columnCount).map { "c\($0)" }.joined(separator: ", ")
            let keys = table.header.keyOrdinals.indices.filter { table.header.keyOrdinals[$0] != 0 }
                .sorted { table.header.keyOrdinals[$0] < table.header.keyOrdinals[$1] }
            let key = keys.map { "c\($0)" }.joined(separator: ", ")
            try database.run("CREATE TABLE \(quoted(table.header.name))(\(columns), PRIMARY KEY(\(key)))\(table.suffix)")
            rows.append([])
        }
        for index in 0..<10_000 {
            let note = Comment(rawValue: "changeset \(index) of seed \(seed)")
            var touched: Set<[Value]> = []
            var changes: [Change] = []
            for _ in 0...generator.below(5) {
                let table = generator.below(Self.tables.count)
                guard let change = change(in: table, rows: &rows[table], touched: &touched, &generator) else { continue }
                changes.append(change)
            }
            let changeset = Changeset(changes: changes)
            let bytes = changeset.serialized()
            let told = try Database.changes(of: bytes)
            try #require(told == changes, note)
            try #require(Changeset(parsing: bytes) == changeset, note)
            let theirInverse = try Database.inverted(bytes)
            try #require(changeset.inverted().serialized() == theirInverse, note)
            try database.apply(bytes)
            if index % 50 == 49 { try requireSame(rows, in: database, note) }
        }
    }

    /// A change that fits the rows, and the rows after it. `nil` if the row was touched in this changeset already: a changeset
    /// holds one change per row.
    private func change(
        in table: Int, rows: inout [[Value]], touched: inout Set<[Value]>, _ generator: inout SeededGenerator
    ) -> Change? {
        let (header, keys, _) = Self.tables[table]
        let isNew = rows.count < 3 || (rows.count < 30 && generator.oneIn(2))
        if isNew {
            let row = (0..<Self.columnCount).map { keys.contains($0) ? keyValue(&generator) : value(&generator) }
            guard !rows.contains(where: { names($0, keys) == names(row, keys) }) else { return nil }
            guard touched.insert([.integer(Int64(table))] + names(row, keys)).inserted else { return nil }
            rows.append(row)
            return Change(header: header, operation: .insert, isIndirect: generator.oneIn(2), new: row)
        }
        let place = generator.below(rows.count)
        var row = rows[place]
        guard touched.insert([.integer(Int64(table))] + names(row, keys)).inserted else { return nil }
        if generator.oneIn(3) {
            rows.remove(at: place)
            return Change(header: header, operation: .delete, isIndirect: generator.oneIn(2), old: row)
        }
        var old = [Value?](repeating: nil, count: Self.columnCount)
        var new = old
        for column in 0..<Self.columnCount {
            if keys.contains(column) {
                old[column] = row[column]
            } else if generator.oneIn(2) {
                old[column] = row[column]
                row[column] = value(&generator)
                new[column] = row[column]
            }
        }
        rows[place] = row
        // No session records an update of no column.
        if new.allSatisfy({ $0 == nil }) { return nil }
        return Change(header: header, operation: .update, isIndirect: generator.oneIn(2), old: old, new: new)
    }

    private func names(_ row: [Value], _ keys: [Int]) -> [Value] { keys.map { row[$0] } }

    private func keyValue(_ generator: inout SeededGenerator) -> Value {
        generator.oneIn(2) ? .text(generator.text()) : .blob(generator.blob())
    }

    private func value(_ generator: inout SeededGenerator) -> Value {
        generator.oneIn(4) ? .null : generator.value(for: .untyped)
    }

    private func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private func requireSame(_ rows: [[[Value]]], in database: Database, _ note: Comment) throws {
        for (table, rows) in zip(Self.tables, rows) {
            let stored = try database.run("SELECT * FROM \(quoted(table.header.name))")
            try #require(stored.count == rows.count, note)
            try #require(Set(stored) == Set(rows), note)
        }
    }
}
