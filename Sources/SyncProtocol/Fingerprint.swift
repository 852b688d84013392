internal import Crypto
internal import FoundationEssentials

/// What a replica holds, as one number: Σ of the first 16 bytes of SHA-256(kind ‖ id ‖ version) mod 2¹²⁸ over its confirmed
/// entities. Order does not matter, and a change is one `remove` and one `add`.
public struct Fingerprint: Hashable, Sendable {
    /// The sum.
    public private(set) var sum: UInt128 = 0
    /// How many entities.
    public private(set) var count: UInt64 = 0

    /// Of nothing.
    public init() {}

    /// As it was stored.
    public init(sum: UInt128, count: UInt64) {
        self.sum = sum
        self.count = count
    }

    /// The same from the sum's bytes.
    /// - Parameter bytes: Most significant first; nil is returned unless they are 16.
    public init?(bytes: [UInt8], count: UInt64) {
        guard bytes.count == 16 else { return nil }
        self.init(sum: bytes.reduce(0) { $0 << 8 | UInt128($1) }, count: count)
    }

    /// The sum, 16 bytes, most significant first.
    public var bytes: [UInt8] { sum.bigEndianBytes }

    /// An entity is there in this version.
    public mutating func add(_ entity: EntityKey, version: UInt64) {
        sum &+= Self.term(entity, version)
        count &+= 1
    }

    /// An entity is no longer there in this version.
    public mutating func remove(_ entity: EntityKey, version: UInt64) {
        sum &-= Self.term(entity, version)
        count &-= 1
    }

    private static func term(_ entity: EntityKey, _ version: UInt64) -> UInt128 {
        // Without an array on the way: a fingerprint has a term for each ticket that a device holds.
        withUnsafeTemporaryAllocation(byteCount: 1 + entity.id.count + 8, alignment: 1) { bytes in
            bytes[0] = entity.kind.rawValue
            entity.id.withUnsafeBytes { bytes[1...].copyBytes(from: $0) }
            withUnsafeBytes(of: version.bigEndian) {
                UnsafeMutableRawBufferPointer(rebasing: bytes.suffix(8)).copyMemory(from: $0)
            }
            var hash = SHA256()
            hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            return hash.finalize().withUnsafeBytes { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
        }
    }

    init(_ wire: WireFingerprint, _ problem: Problem, in part: String) throws(ProtocolError) {
        sum = try wire.sum.exactly(16, problem, in: part + ".sum").reduce(0) { $0 << 8 | UInt128($1) }
        count = wire.count
    }

    var wire: WireFingerprint {
        var wire = WireFingerprint()
        wire.sum = Data(bytes)
        wire.count = count
        return wire
    }
}
