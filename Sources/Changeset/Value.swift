import Glibc

/// One SQLite value.
///
/// Two values are equal if SQLite would store the same bytes for them: text by its UTF-8 bytes (Swift's own `==` on strings
/// takes "é" and "e" + U+0301 for equal, which would hide a change), reals by bit pattern (so -0.0 ≠ 0.0, and equality is
/// total). An integer never equals a real.
public enum Value: Sendable {
    /// SQL NULL.
    case null
    /// A signed 64-bit integer.
    case integer(Int64)
    /// A 64-bit float. A NaN is written as NULL, as SQLite does; none is ever read.
    case real(Double)
    /// Text; U+0000 may stand anywhere in it.
    case text(String)
    /// Bytes; may be empty.
    case blob([UInt8])
}

extension Value: Hashable {
    /// Equality of the stored bytes.
    public static func == (lhs: Value, rhs: Value) -> Bool {
        switch (lhs, rhs) {
        case (.null, .null): true
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left.bitPattern == right.bitPattern
        case (.text(let left), .text(let right)): sameBytes(left, right)
        case (.blob(let left), .blob(let right)): left == right
        default: false
        }
    }

    /// Feeds the type and the stored bytes, so that equal values hash alike.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(ValueType.null)
        case .integer(let value): hasher.combine(value)
        case .real(let value): hasher.combine(value.bitPattern)
        case .text(let value): hashBytes(of: value, into: &hasher)
        case .blob(let value):
            // All bytes at once: an array hashes one by one.
            hasher.combine(value.count)
            value.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }
}

/// The byte in front of each value.
///
/// Raw values: `SQLITE_INTEGER` … `SQLITE_NULL`, and 0 for "not recorded".
public enum ValueType: UInt8, Hashable, Sendable {
    /// The column did not change, and is no key: no value was recorded.
    case undefined = 0
    /// Eight bytes, two's complement, most significant first.
    case integer = 1
    /// Eight bytes, IEEE 754, most significant first.
    case real = 2
    /// Varint length in bytes, then UTF-8.
    case text = 3
    /// Varint length in bytes, then the bytes.
    case blob = 4
    /// Nothing follows.
    case null = 5
}

func sameBytes(_ left: String, _ right: String) -> Bool {
    let count = left.utf8.count
    guard right.utf8.count == count else { return false }
    // Byte by byte through the sequences took a tenth of the centre's time: each change compares every column of its row. Where they
    // stand, because a copy to make them contiguous is counted in and out of memory each time.
    let isSame = left.utf8.withContiguousStorageIfAvailable { left in
        right.utf8.withContiguousStorageIfAvailable { right in
            guard let first = left.baseAddress, let second = right.baseAddress else { return true }
            return memcmp(first, second, count) == 0
        }
    }
    if case .some(.some(let isSame)) = isSame { return isSame }
    return left.utf8.elementsEqual(right.utf8)
}

/// The text of these bytes; nil unless they are UTF-8.
///
/// By reading them with repairs and looking whether there was anything to repair: the standard library's own initialiser that refuses is
/// not specialised for bytes, and asks for the types of its parts at each call.
public func validText(_ bytes: ArraySlice<UInt8>) -> String? {
    bytes.withUnsafeBufferPointer { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        // A repair puts three bytes in place of some that cannot stand there, so the first one shows.
        guard text.utf8.count == bytes.count else { return nil }
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return text }
        let isSame = text.utf8.withContiguousStorageIfAvailable { memcmp($0.baseAddress!, start, bytes.count) == 0 }
        return isSame ?? text.utf8.elementsEqual(bytes) ? text : nil
    }
}

func hashBytes(of text: String, into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(UInt8(0xFF))
}
