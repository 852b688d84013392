import Synchronization
public import Tickets

/// The root of everything random in a test: the same seed gives the same run on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameter seed: Any number; printed by whoever uses it.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// A generator of its own for one part of a run, so that leaving out a part does not shift the others.
    public mutating func fork() -> SplitMix64 { SplitMix64(seed: next()) }

    /// As many bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) } }

    /// True with the given chance.
    public mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }

    /// A new command's identity.
    public mutating func commandID() -> CommandID { CommandID(bytes: bytes(16))! }  // 16 bytes
}

/// A generator that several owners share.
public final class SharedRandom: Sendable {
    private let generator: Mutex<SplitMix64>

    /// - Parameter seed: Any number.
    public init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

    /// As many bytes.
    public func bytes(_ count: Int) -> [UInt8] { generator.withLock { $0.bytes(count) } }

    /// A new command's identity.
    public func commandID() -> CommandID { generator.withLock { $0.commandID() } }

    /// A generator of its own.
    public func fork() -> SplitMix64 { generator.withLock { $0.fork() } }
}

/// The time of a test: it stands still until somebody moves it.
public final class VirtualClock: Sendable {
    private let time: Mutex<Milliseconds>

    /// Starts on Monday, 2 March 2026, 09:00 in Hotan's official time.
    public init(_ start: Milliseconds = 1_772_413_200_000) { time = Mutex(start) }

    /// The time.
    public var now: Milliseconds { time.withLock { $0 } }

    /// Moves it, also back.
    public func advance(_ milliseconds: Milliseconds) { time.withLock { $0 += milliseconds } }
}
