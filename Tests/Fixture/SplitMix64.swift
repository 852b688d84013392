public import Harness
import Synchronization
public import Tickets

/// The root of everything random in a test: the harness's generator, with what devices and centres need besides.
public typealias SplitMix64 = SeededRandom

extension SeededRandom {
    /// A generator of its own for one part of a run, so that leaving out a part does not shift the others.
    public mutating func fork() -> SeededRandom { SeededRandom(seed: next()) }

    /// As many bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) } }

    /// A new command's identity.
    public mutating func commandID() -> CommandID { CommandID(bytes: bytes(16))! }  // 16 bytes
}

/// A generator that several owners share.
public final class SharedRandom: Sendable {
    private let generator: Mutex<SplitMix64>

    /// - Parameter seed: Any number.
    public init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

    /// Begins anew from another seed.
    public func begin(seed: UInt64) { generator.withLock { $0 = SplitMix64(seed: seed) } }

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
