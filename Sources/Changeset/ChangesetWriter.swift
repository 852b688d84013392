let tableMark = UInt8(ascii: "T")
let patchsetMark = UInt8(ascii: "P")

/// Writes changes in SQLite's changeset format, in the order given. Changes of one table that follow each other share a header.
public struct ChangesetWriter: Sendable {
    /// What was written so far: a whole changeset after each `append`.
    public private(set) var bytes: [UInt8] = []
    private var header: TableHeader?

    /// Begins empty.
    public init() {}

    /// Adds a change at the end.
    public mutating func append(_ change: Change) {
        if header != change.header { append(change.header) }
        bytes.append(change.operation.rawValue)
        bytes.append(change.isIndirect ? 1 : 0)
        encodeValues(change.old, into: &bytes)
        encodeValues(change.new, into: &bytes)
    }

    /// Adds the change between two images of one row, without making it first.
    ///
    /// - Parameters:
    ///   - before: Every column; nil for an insert.
    ///   - after: Every column; nil for a delete.
    ///   - changed: One bit for each column that differs, the first one lowest; of an update alone. No key among them.
    /// - Precondition: One image at least; at most 64 columns.
    public mutating func append(_ table: TableHeader, from before: [Value]?, to after: [Value]?, changed: UInt64) {
        precondition(before != nil || after != nil, "a change of \(table.name) between nothing and nothing")
        if header != table { append(table) }
        let operation: Change.Operation = before == nil ? .insert : after == nil ? .delete : .update
        bytes.append(operation.rawValue)
        bytes.append(0)
        if let before, let after {
            for column in before.indices {
                let isThere = table.keyOrdinals[column] != 0 || changed >> UInt64(column) & 1 == 1
                if isThere { encodeValue(before[column], into: &bytes) } else { bytes.append(ValueType.undefined.rawValue) }
            }
            for column in after.indices {
                let isThere = changed >> UInt64(column) & 1 == 1
                if isThere { encodeValue(after[column], into: &bytes) } else { bytes.append(ValueType.undefined.rawValue) }
            }
        } else {
            for value in before ?? after ?? [] { encodeValue(value, into: &bytes) }
        }
    }

    private mutating func append(_ header: TableHeader) {
        self.header = header
        // A row and its note: at once, and not in seven steps.
        if bytes.isEmpty { bytes.reserveCapacity(512) }
        bytes.append(tableMark)
        appendVarint(header.columnCount, to: &bytes)
        bytes.append(contentsOf: header.keyOrdinals)
        bytes.append(contentsOf: header.name.utf8)
        bytes.append(0)
    }
}

/// - Parameter value: Not negative.
func appendVarint(_ value: Int, to bytes: inout [UInt8]) {
    var shift = 0
    while value >> shift >= 0x80 { shift += 7 }
    while shift > 0 {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift) | 0x80)
        shift -= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: value) & 0x7F)
}
