import Changeset

/// A 16-byte identifier, made at the edge from random bytes or derived from another one. Never a counter.
public protocol Identifier16: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 16 bytes, most significant first.
    var bytes: [UInt8] { get }
    /// - Returns: nil unless exactly 16 bytes are given.
    init?(bytes: some Collection<UInt8>)
    /// The same of an array, whose storage is shared.
    init?(bytes: [UInt8])
}

extension Identifier16 {
    /// The value as it stands in a BLOB column.
    public var value: Value { .blob(bytes) }

    /// Lower-case UUID text, 36 characters.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var end = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[end] = UInt8(ascii: "-")
                    end += 1
                }
                text[end] = hexDigit(byte >> 4)
                text[end + 1] = hexDigit(byte & 15)
                end += 2
            }
            return end
        }
    }

    /// As two words: an array hashes byte by byte, and bytes whose count is not known cost twice as much.
    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { bytes in
            hasher.combine(bytes.loadUnaligned(as: UInt64.self))
            hasher.combine(bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }

    /// Reads UUID text, with or without hyphens. Nil for anything else.
    public init?(text: some StringProtocol) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        var high: UInt8?
        for byte in text.utf8 where byte != UInt8(ascii: "-") {
            guard let digit = hexValue(byte), bytes.count < 16 else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { return nil }
        self.init(bytes: bytes)
    }

    /// Reads a BLOB column. Nil unless it is a blob of 16 bytes.
    public init?(_ value: Value?) {
        guard case .blob(let bytes)? = value else { return nil }
        self.init(bytes: bytes)
    }

    /// Orders by bytes, so that every listing of identifiers is the same on every machine.
    public static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

private func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

private func hexDigit(_ half: UInt8) -> UInt8 { half < 10 ? 48 + half : 87 + half }

/// The random identity of one intention: made at the device's edge, and it stays with the command for ever.
public struct CommandID: Identifier16 {
    /// The 16 bytes.
    public let bytes: [UInt8]
    /// - Returns: nil unless exactly 16 bytes are given.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }
    /// - Returns: nil unless exactly 16 bytes are given.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}

/// The identity of a ticket; the official number comes later, from the centre.
public struct TicketID: Identifier16 {
    /// The 16 bytes.
    public let bytes: [UInt8]
    /// - Returns: nil unless exactly 16 bytes are given.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }
    /// - Returns: nil unless exactly 16 bytes are given.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}

/// One device's replica, made at enrolment.
public struct ReplicaID: Identifier16 {
    /// The 16 bytes.
    public let bytes: [UInt8]
    /// - Returns: nil unless exactly 16 bytes are given.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }
    /// - Returns: nil unless exactly 16 bytes are given.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}

/// One life of the central store: a restore from a backup makes a new one.
public struct Incarnation: Identifier16 {
    /// The 16 bytes.
    public let bytes: [UInt8]
    /// - Returns: nil unless exactly 16 bytes are given.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }
    /// - Returns: nil unless exactly 16 bytes are given.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}

extension CommandID {
    /// The identifier of the row number `ordinal` that this command creates, equal on device and centre.
    ///
    /// Two rounds of a 64-bit mixer over the random CommandID: distinct for distinct ordinals, and as collision-free as the
    /// CommandID itself is random. It is not a secret and needs no cryptography.
    public func derived(_ ordinal: UInt64) -> [UInt8] {
        var state: (UInt64, UInt64) = bytes.withUnsafeBytes {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        state.0 ^= mix(ordinal &+ 0x9e37_79b9_7f4a_7c15)
        state.1 ^= mix(state.0)
        state.0 ^= mix(state.1)
        return [UInt8](unsafeUninitializedCapacity: 16) { bytes, count in
            let bytes = UnsafeMutableRawBufferPointer(bytes)
            bytes.storeBytes(of: state.0.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: state.1.bigEndian, toByteOffset: 8, as: UInt64.self)
            count = 16
        }
    }
}

/// SplitMix64's finalizer: a bijection on 64 bits.
private func mix(_ input: UInt64) -> UInt64 {
    var value = input
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
}

/// FNV-1a over the UTF-8 of a text, 64 bits: for identifiers that whoever makes them makes alike. No defence against anybody.
public func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
}
