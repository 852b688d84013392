public import SyncProtocol
public import Tickets

/// The answer to a `PageRequest`.
public struct PageResult: Sendable {
    /// In the order of becoming news.
    public var entities: [PageEntity] = []
    /// The resume mark for the next request; empty with the last page.
    public var at: [UInt8] = []
    /// There is another page.
    public var more: Bool = false
    /// With the last page: the head that the staged pages add up to. Before that, the request's base.
    public var base: UInt64
    /// The generation that the pages belong to: above the request's if `fromZero`, and another one for each reading that begins anew.
    public var generation: UInt32
    /// Everything is read anew; what is not stamped with `generation` at the end is leaving.
    public var fromZero: Bool
    /// Why it is, where the store itself found so.
    public var fromZeroReason: FromZeroReason?
    /// With the last page of a pull that brought something, or if it was asked for: of everything that the person may hold at
    /// `base`.
    public var fingerprint: Fingerprint?

    /// Why a store reads from zero although nobody asked.
    public enum FromZeroReason: String, Sendable {
        /// Leave entries above the base were pruned.
        case pruned
        /// The base lies beyond the journal's head.
        case beyondHead = "beyond-head"
        /// The person may have citizens' data from now on, or may not any more.
        case mask
    }

    /// An answer without entities.
    public init(base: UInt64, generation: UInt32, fromZero: Bool) {
        self.base = base
        self.generation = generation
        self.fromZero = fromZero
    }
}

/// Where a pull stands: what the resume mark holds. Devices give it back without looking inside.
public struct PageMark: Hashable, Sendable {
    /// The store's life; a mark of another one is ignored.
    public var incarnation: Incarnation
    /// The base that the pull started from.
    public var base: UInt64
    /// The generation of the pull's pages.
    public var generation: UInt32
    /// It reads everything.
    public var fromZero: Bool
    /// The head as of the first page: leave entries after it may concern entities that this pull has brought.
    public var start: UInt64
    /// The last position that was read.
    public var position: PagePosition
    /// Something was news so far.
    public var brought: Bool

    /// A mark.
    public init(
        incarnation: Incarnation, base: UInt64, generation: UInt32, fromZero: Bool, start: UInt64, position: PagePosition,
        brought: Bool
    ) {
        self.incarnation = incarnation
        self.base = base
        self.generation = generation
        self.fromZero = fromZero
        self.start = start
        self.position = position
        self.brought = brought
    }

    private static let format: UInt8 = 1

    /// The bytes on the wire.
    public func encoded() -> [UInt8] {
        var bytes = [Self.format, (fromZero ? 1 : 0) | (brought ? 2 : 0)] + incarnation.bytes
        for number in [base, UInt64(generation), start, position.sequence, UInt64(position.kind)] {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes + position.id
    }

    /// - Returns: nil for anything that no store wrote.
    public init?(decoding bytes: [UInt8]) {
        guard bytes.count >= 58, bytes[0] == Self.format, bytes[1] < 4, let incarnation = Incarnation(bytes: bytes[2..<18]) else {
            return nil
        }
        let numbers = (0..<5).map { index in bytes[(18 + 8 * index)..<(26 + 8 * index)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        guard let generation = UInt32(exactly: numbers[1]), let kind = Int(exactly: numbers[4]) else { return nil }
        self.init(
            incarnation: incarnation, base: numbers[0], generation: generation, fromZero: bytes[1] & 1 == 1, start: numbers[2],
            position: PagePosition(sequence: numbers[3], kind: kind, id: Array(bytes[58...])), brought: bytes[1] & 2 == 2)
    }
}

/// A place in the order of a pull: the sequence at which an entity became news, then kind and identifier.
public struct PagePosition: Hashable, Sendable, Comparable {
    /// The sequence.
    public var sequence: UInt64
    /// The entity's kind, as its raw value; 0 before all of them.
    public var kind: Int
    /// The entity's identifier.
    public var id: [UInt8]

    /// A place.
    public init(sequence: UInt64, kind: Int, id: [UInt8]) {
        self.sequence = sequence
        self.kind = kind
        self.id = id
    }

    /// Before everything.
    public static let start = PagePosition(sequence: 0, kind: 0, id: [])

    /// By sequence, kind, bytes.
    public static func < (left: PagePosition, right: PagePosition) -> Bool {
        if left.sequence != right.sequence { return left.sequence < right.sequence }
        if left.kind != right.kind { return left.kind < right.kind }
        return left.id.lexicographicallyPrecedes(right.id)
    }
}
