/// One change where it stands in the input: nothing is copied until a value is asked for.
public struct ChangeView: Sendable {
    /// The table.
    public let header: TableHeader
    /// What happened.
    public let operation: Change.Operation
    /// Whether a trigger or a foreign key action made the change.
    public let isIndirect: Bool
    /// Where the record begins and ends, in bytes from the start of the input. The header in front of it is not part of it.
    public let offsets: Range<Int>
    /// Values before, empty for an insert.
    public let old: RecordView
    /// Values after, empty for a delete.
    public let new: RecordView

    /// The change with its values copied out.
    ///
    /// - Throws: `invalidUTF8` or `notANumber`; the reader has ruled out the rest.
    public func change() throws(ChangesetError) -> Change {
        var readCount = 0
        return try change(readCount: &readCount)
    }

    func change(readCount: inout Int) throws(ChangesetError) -> Change {
        let columnCount = header.columnCount
        return Change(
            uncheckedHeader: header, operation: operation, isIndirect: isIndirect,
            old: try old.values(count: operation == .insert ? 0 : columnCount, readCount: &readCount),
            new: try new.values(count: operation == .delete ? 0 : columnCount, readCount: &readCount))
    }
}

/// The first of several encoded values where it stands: what `encodeValues` wrote, of which no other is asked for.
///
/// - Throws: `truncated` and the faults of a value's beginning.
package func leadingField(of bytes: ArraySlice<UInt8>) throws(ChangesetError) -> FieldView {
    var cursor = ByteCursor(bytes)
    let offset = cursor.offset
    let (type, content) = try cursor.field()
    return FieldView(type: type, content: bytes[content], offset: offset)
}

/// The values of one row, before or after, where they stand in the input.
public struct RecordView: Sequence, Sendable {
    let bytes: ArraySlice<UInt8>
    let base: Int

    /// Goes through the columns in the order of the table, one field each.
    public func makeIterator() -> Iterator { Iterator(cursor: ByteCursor(bytes, base: base)) }

    /// The fields of a record, one after the other.
    public struct Iterator: IteratorProtocol {
        var cursor: ByteCursor

        /// The next column's field, or `nil` after the last one.
        public mutating func next() -> FieldView? {
            let offset = cursor.offset
            // The reader has walked over these bytes before, so an error here is the end of them and nothing else.
            guard let (type, content) = try? cursor.field() else { return nil }
            return FieldView(type: type, content: cursor.bytes[content], offset: offset)
        }
    }

    func values(count: Int, readCount: inout Int) throws(ChangesetError) -> [Value?] {
        var cursor = ByteCursor(bytes, base: base)
        defer { readCount += cursor.readCount }
        return try cursor.values(count: count)
    }
}

/// One value where it stands in the input.
public struct FieldView: Sendable {
    /// The type; `undefined` if the column was not recorded.
    public let type: ValueType
    /// The content without type and length, shared with the input: for text the raw bytes, valid UTF-8 or not.
    public let content: ArraySlice<UInt8>
    /// Where the value begins with its type, in bytes from the start of the input.
    public let offset: Int

    /// The value copied out, `nil` if the column was not recorded.
    ///
    /// - Throws: `invalidUTF8` or `notANumber`.
    public func value() throws(ChangesetError) -> Value? {
        try ByteCursor.value(type, content, offset: offset)
    }
}
