import Tickets

/// Writes single fields of a message, in the order of their numbers, as the generated code does: for the two small messages of
/// which each sync makes dozens, only to hash them.
///
/// A test compares both ways byte for byte.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Left out where empty.
    mutating func add(_ number: UInt8, _ content: [UInt8]) {
        guard !content.isEmpty else { return }
        begin(number, content.count)
        bytes.append(contentsOf: content)
    }

    /// Left out where empty.
    mutating func add(_ number: UInt8, _ text: String) {
        guard !text.isEmpty else { return }
        begin(number, text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// Left out where 0.
    mutating func add(_ number: UInt8, _ value: UInt64) {
        guard value != 0 else { return }
        bytes.append(number << 3)
        varint(value)
    }

    private mutating func begin(_ number: UInt8, _ count: Int) {
        precondition(number < 16, "field \(number) takes two bytes")
        bytes.append(number << 3 | 2)
        varint(UInt64(count))
    }

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }
}
