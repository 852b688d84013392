/// Tables that the operator writes by hand: people, and batches of dispatches.
public enum SmallTables {
    /// Bytes of one such file.
    public static let bytesMax = 32 << 20

    /// People: header `id,name,role` and, if wanted, `grid,unit,profession`.
    /// - Throws: `badArguments` with the first line that is wrong: such a file is repaired, not half taken.
    public static func people(_ bytes: [UInt8]) throws(OperationProblem) -> [PersonEntry] {
        let rows = try table(bytes, needed: ["id", "name", "role"], known: ["id", "name", "role", "grid", "unit", "profession"])
        return rows.map {
            PersonEntry(
                id: $0.fields["id"] ?? "", name: $0.fields["name"] ?? "", role: $0.fields["role"] ?? "", grid: $0.fields["grid"],
                unit: $0.fields["unit"], profession: $0.fields["profession"])
        }
    }

    /// Dispatches: CSV with header `ticket,assignee` and, if wanted, `helper,grid,unit,class`; or one JSON object per line with
    /// the same names. Several helpers are separated by spaces.
    /// - Throws: `badArguments` with the first line that is wrong.
    public static func dispatches(_ bytes: [UInt8]) throws(OperationProblem) -> [DispatchOrder] {
        let names = ["ticket", "assignee", "helper", "grid", "unit", "class"]
        let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }
        let rows =
            first == UInt8(ascii: "{")
            ? try lines(bytes, needed: ["ticket", "assignee"], known: names)
            : try table(bytes, needed: ["ticket", "assignee"], known: names)
        return rows.map {
            DispatchOrder(
                ticket: $0.fields["ticket"] ?? "", assignee: $0.fields["assignee"] ?? "",
                helpers: ($0.fields["helper"] ?? "").split(separator: " ").map(String.init), grid: $0.fields["grid"],
                unit: $0.fields["unit"], deadlineClass: $0.fields["class"], line: $0.line)
        }
    }

    /// One row with its fields by name; empty ones are left out.
    struct NamedRow {
        var line: Int
        var fields: [String: String]
    }

    private static func table(
        _ bytes: [UInt8], needed: [String], known: [String]
    ) throws(OperationProblem) -> [NamedRow] {
        var reader = CSVReader(bytes: bytes)
        var header: [String]?
        var rows: [NamedRow] = []
        do {
            while let item = try reader.next() {
                guard case .record(let record) = item else {
                    guard case .fault(let fault) = item else { continue }
                    throw OperationProblem(.badArguments, "line \(fault.line), column \(fault.column): \(fault.reason)")
                }
                guard let names = header else {
                    header = try check(record.fields.map { $0.trimmingSpaces() }, needed: needed, known: known)
                    continue
                }
                guard record.fields.count == names.count else {
                    let kind = CSVFault.Kind.fieldCount(expected: names.count, found: record.fields.count)
                    throw OperationProblem(
                        .badArguments, "line \(record.line): \(CSVFault(line: record.line, column: 0, kind: kind).reason)")
                }
                let pairs = zip(names, record.fields.map { $0.trimmingSpaces() }).filter { !$0.1.isEmpty }
                rows.append(NamedRow(line: record.line, fields: Dictionary(uniqueKeysWithValues: pairs)))
            }
        } catch let error as OperationProblem {
            throw error
        } catch {
            throw OperationProblem(.unreadableFile, "reading failed")
        }
        return try complete(rows, needed: needed)
    }

    private static func check(_ names: [String], needed: [String], known: [String]) throws(OperationProblem) -> [String] {
        for name in names where !known.contains(name) {
            throw OperationProblem(.badArguments, "line 1: unknown column \(name); known: \(known.joined(separator: ", "))")
        }
        guard Set(names).count == names.count else {
            throw OperationProblem(.badArguments, "line 1: a column stands there twice")
        }
        for name in needed where !names.contains(name) {
            throw OperationProblem(.badArguments, "line 1: the column \(name) is missing")
        }
        return names
    }

    static func complete(_ rows: [NamedRow], needed: [String]) throws(OperationProblem) -> [NamedRow] {
        for row in rows {
            for name in needed where row.fields[name] == nil {
                throw OperationProblem(.badArguments, "line \(row.line): \(name) is empty")
            }
        }
        return rows
    }
}
