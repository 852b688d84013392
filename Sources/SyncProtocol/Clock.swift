public import Tickets

/// What a device had seen when a command was given.
public struct Seen: Hashable, Sendable {
    /// Which life of the central store.
    public var incarnation: Incarnation
    /// The replica's base: a sequence.
    public var base: UInt64
    /// The centre's clock with that base.
    public var serverTime: Milliseconds

    /// What was seen.
    public init(incarnation: Incarnation, base: UInt64, serverTime: Milliseconds) {
        self.incarnation = incarnation
        self.base = base
        self.serverTime = serverTime
    }

    init(_ wire: WireSeen, _ problem: Problem, in part: String) throws(ProtocolError) {
        incarnation = try identifier(wire.incarnation, problem, in: part + ".incarnation")
        base = wire.base
        serverTime = wire.serverTime
    }

    var wire: WireSeen {
        var wire = WireSeen()
        wire.incarnation = .init(incarnation.bytes)
        wire.base = base
        wire.serverTime = serverTime
        return wire
    }
}

/// What a device's clocks said at one moment.
public struct ClockReading: Hashable, Sendable {
    /// The wall clock, which may be wrong by any amount.
    public var wall: Milliseconds
    /// Since boot, running on in suspend; comparable only within one boot.
    public var bootReading: Milliseconds
    /// Which boot: 16 bytes.
    public var bootID: [UInt8]

    /// - Precondition: `bootID` has 16 bytes.
    public init(wall: Milliseconds, bootReading: Milliseconds, bootID: [UInt8]) {
        precondition(bootID.count == 16, "a boot id has 16 bytes, not \(bootID.count)")
        self.wall = wall
        self.bootReading = bootReading
        self.bootID = bootID
    }

    init(_ wire: WireClock, _ problem: Problem, in part: String) throws(ProtocolError) {
        bootID = try wire.bootID.exactly(16, problem, in: part + ".boot_id")
        wall = wire.wall
        bootReading = wire.bootReading
    }

    var wire: WireClock {
        var wire = WireClock()
        wire.wall = wall
        wire.bootReading = bootReading
        wire.bootID = .init(bootID)
        return wire
    }
}
