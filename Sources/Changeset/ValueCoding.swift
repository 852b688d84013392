/// Adds values in the changeset's own form, type byte and content, one after the other. Their count is not written.
///
/// - Parameters:
///   - values: `nil` is written as "not recorded", a NaN as NULL.
///   - bytes: What stands there already stays.
public func encodeValues(_ values: [Value?], into bytes: inout [UInt8]) {
    for value in values { encode(value, into: &bytes) }
}

/// Adds one value in the same form.
public func encodeValue(_ value: Value, into bytes: inout [UInt8]) { encode(value, into: &bytes) }

/// Reads what `encodeValues` wrote.
///
/// - Parameters:
///   - bytes: The values and nothing else.
///   - count: How many there are.
/// - Throws: `truncated` at the value that is cut short or missing, `trailingBytes` if something is left, and the faults of
///   single values. Nothing is allocated for values that the bytes cannot hold.
public func decodeValues(_ bytes: ArraySlice<UInt8>, count: Int) throws(ChangesetError) -> [Value?] {
    var cursor = ByteCursor(bytes)
    let values = try cursor.values(count: count)
    guard cursor.isAtEnd else { throw .trailingBytes(offset: cursor.offset) }
    return values
}

/// Reads what `encodeValues` wrote, out of a whole array.
public func decodeValues(_ bytes: [UInt8], count: Int) throws(ChangesetError) -> [Value?] {
    try decodeValues(bytes[...], count: count)
}

extension ByteCursor {
    mutating func values(count: Int) throws(ChangesetError) -> [Value?] {
        var values: [Value?] = []
        // Each value takes a byte at least, so more than `remaining` of them cannot come.
        values.reserveCapacity(max(0, min(count, remaining)))
        while values.count < count {
            item = offset
            values.append(passUndefined() ? nil : try value())
        }
        return values
    }
}

private func encode(_ value: Value?, into bytes: inout [UInt8]) {
    switch value {
    case nil: bytes.append(ValueType.undefined.rawValue)
    case .null: bytes.append(ValueType.null.rawValue)
    case .integer(let value): appendWord(UInt64(bitPattern: value), as: .integer, to: &bytes)
    case .real(let value) where value.isNaN: bytes.append(ValueType.null.rawValue)
    case .real(let value): appendWord(value.bitPattern, as: .real, to: &bytes)
    case .text(let value):
        bytes.append(ValueType.text.rawValue)
        appendVarint(value.utf8.count, to: &bytes)
        // A text's bytes as they stand: by the view of them they go through an iterator.
        if value.utf8.withContiguousStorageIfAvailable({ bytes.append(contentsOf: $0) }) == nil {
            bytes.append(contentsOf: value.utf8)
        }
    case .blob(let value):
        bytes.append(ValueType.blob.rawValue)
        appendVarint(value.count, to: &bytes)
        bytes.append(contentsOf: value)
    }
}

private func appendWord(_ word: UInt64, as type: ValueType, to bytes: inout [UInt8]) {
    bytes.append(type.rawValue)
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
}
