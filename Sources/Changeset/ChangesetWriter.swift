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

    private mutating func append(_ header: TableHeader) {
        self.header = header
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
