import Foundation
import SyncProtocol
import Tickets

/// Where a simulated city takes its time and chance from.
enum Edge {
    /// Milliseconds since 1970 UTC.
    static var now: Milliseconds { milliseconds(CLOCK_REALTIME) }
    /// Seconds on a clock that never steps.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    /// A device's clocks. All devices of one run share a boot.
    static var clocks: ClockReading {
        ClockReading(wall: now, bootReading: milliseconds(CLOCK_MONOTONIC), bootID: boot)
    }

    private static let boot = [UInt8](0..<16)

    private static func milliseconds(_ clock: clockid_t) -> Milliseconds {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension RandomNumberGenerator {
    /// As many bytes.
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) } }
}
