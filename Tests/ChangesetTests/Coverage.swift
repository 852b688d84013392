import Changeset

/// Counts what the recorded changes cover: operation × column type × NULL × key kind.
struct Coverage {
    struct Cell: Hashable {
        let key: KeyKind
        let operation: Change.Operation
        let type: ColumnType
        let shape: String
    }

    static func shapes(_ operation: Change.Operation) -> [String] {
        operation == .update ? ["value→value", "value→NULL", "NULL→value"] : ["value", "NULL"]
    }

    private(set) var counts: [Cell: Int] = [:]

    var empty: [Cell] {
        Self.cells.filter { counts[$0] == nil }
    }

    static var cells: [Cell] {
        KeyKind.allCases.flatMap { key in
            Change.Operation.allCases.flatMap { operation in
                ColumnType.allCases.flatMap { type in
                    shapes(operation).map { Cell(key: key, operation: operation, type: type, shape: $0) }
                }
            }
        }
    }

    mutating func add(_ change: Change) {
        guard let key = KeyKind.allCases.first(where: { $0.table == change.table }) else { return }
        for (index, column) in KeyKind.columns.enumerated() {
            let position = key.position(ofColumn: index)
            let old = change.operation == .insert ? nil : change.old[position]
            let new = change.operation == .delete ? nil : change.new[position]
            let name = { (value: Value) in value == .null ? "NULL" : "value" }
            let shape = [old, new].compactMap { $0.map(name) }.joined(separator: "→")
            guard !shape.isEmpty else { continue }
            counts[Cell(key: key, operation: change.operation, type: column.type, shape: shape), default: 0] += 1
        }
    }

    /// One line per key kind, operation and shape; one column per column type.
    var table: String {
        var lines = ["operation  NULL         " + ColumnType.allCases.map { Self.right($0.label, 9) }.joined() + "  key"]
        for key in KeyKind.allCases {
            for operation in Change.Operation.allCases {
                for shape in Self.shapes(operation) {
                    let cells = ColumnType.allCases.map { type in
                        Self.right("\(counts[Cell(key: key, operation: operation, type: type, shape: shape)] ?? 0)", 9)
                    }
                    lines.append(Self.left("\(operation)", 11) + Self.left(shape, 13) + cells.joined() + "  " + key.rawValue)
                }
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
