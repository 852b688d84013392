internal import FoundationEssentials

/// A part of a pull: whole entities in the order of their sequences.
public struct Page: Hashable, Sendable {
    /// What came, changed or left.
    public var entities: [Entity]
    /// Where the pull goes on; opaque to a device.
    public var at: [UInt8]
    /// Whether it goes on.
    public var more: Bool
    /// With the last page: the head that the staged pages add up to. Before that it says nothing.
    public var base: UInt64
    /// With the last page of a pull that brought something.
    public var fingerprint: Fingerprint?
    /// The reading from zero that this page belongs to.
    public var generation: UInt32
    /// The pull reads the scopes from zero: what it does not bring is leaving.
    public var fromZero: Bool

    /// A page.
    public init(
        entities: [Entity] = [], at: [UInt8] = [], more: Bool = false, base: UInt64 = 0, fingerprint: Fingerprint? = nil,
        generation: UInt32 = 0, fromZero: Bool = false
    ) {
        self.entities = entities
        self.at = at
        self.more = more
        self.base = base
        self.fingerprint = fingerprint
        self.generation = generation
        self.fromZero = fromZero
    }

    /// The page as a device stages it.
    public func encoded() -> [UInt8] { wire.wireBytes }

    /// Reads a staged page.
    ///
    /// - Throws: `unreadableAnswer`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        try Page.checkCounts(bytes, path: [])
        try self.init(WirePage(wire: bytes, .unreadableAnswer, in: "page"))
    }

    /// - Parameter path: Where the page stands in `bytes`.
    static func checkCounts(_ bytes: [UInt8], path: [UInt64]) throws(ProtocolError) {
        guard !FieldScan.exceeds(WireLimits.entitiesPerPageMax, path + [1], in: bytes),
            !FieldScan.exceeds(WireLimits.rowsPerPageMax, path + [1, 5], in: bytes)
        else { throw ProtocolError(.unreadableAnswer, in: "page.entities") }
    }

    init(_ wire: WirePage) throws(ProtocolError) {
        entities = []
        entities.reserveCapacity(wire.entities.count)
        for entity in wire.entities { entities.append(try Entity(entity)) }
        at = wire.at.array
        more = wire.more
        base = try sequence(wire.base, .unreadableAnswer, in: "page.base")
        fingerprint =
            wire.hasFingerprint ? try Fingerprint(wire.fingerprint, .unreadableAnswer, in: "page.fingerprint") : nil
        generation = wire.generation
        fromZero = wire.fromZero
    }

    var wire: WirePage {
        var wire = WirePage()
        wire.entities = entities.map(\.wire)
        wire.at = Data(at)
        wire.more = more
        wire.base = base
        if let fingerprint { wire.fingerprint = fingerprint.wire }
        wire.generation = generation
        wire.fromZero = fromZero
        return wire
    }
}
