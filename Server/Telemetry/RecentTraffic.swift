import Synchronization

/// Requests of about the last minute: how many, and how long they took, to about six per cent.
///
/// Six slots of ten seconds, used in turn. A slot counts durations in buckets an eighth of a power of two wide.
final class RecentTraffic: Sendable {
    private struct Slot {
        var tick: UInt64 = .max
        var count: UInt64 = 0
        var buckets = [UInt32](repeating: 0, count: RecentTraffic.bucketCount)
    }

    /// What a window of the past looked like.
    struct Summary: Hashable, Sendable {
        var requestsPerSecond = 0.0
        var p50Nanoseconds: UInt64?
        var p99Nanoseconds: UInt64?
    }

    private static let slotCount: UInt64 = 6
    private static let slotNanoseconds: UInt64 = 10_000_000_000
    /// From 1 µs (2^10 ns) to 68 s (2^36 ns), 8 buckets per doubling.
    private static let firstPower = 10
    private static let bucketCount = 26 * 8

    private let slots = Mutex([Slot](repeating: Slot(), count: Int(RecentTraffic.slotCount)))
    private let start: UInt64

    /// - Parameter start: The clock's reading now, nanoseconds.
    init(start: UInt64) { self.start = start }

    /// A request that ended now.
    func note(nanoseconds: UInt64, now: UInt64) {
        let bucket = Self.bucket(of: nanoseconds)
        let tick = now / Self.slotNanoseconds
        slots.withLock { slots in
            let index = Int(tick % Self.slotCount)
            if slots[index].tick != tick {
                slots[index].tick = tick
                slots[index].count = 0
                for bucket in slots[index].buckets.indices { slots[index].buckets[bucket] = 0 }
            }
            slots[index].count += 1
            slots[index].buckets[bucket] &+= 1
        }
    }

    /// The last 50 to 60 seconds, or since the start if that is shorter.
    func summary(now: UInt64) -> Summary {
        let tick = now / Self.slotNanoseconds
        let oldest = tick >= Self.slotCount - 1 ? tick - (Self.slotCount - 1) : 0
        var total: UInt64 = 0
        var buckets = [UInt64](repeating: 0, count: Self.bucketCount)
        slots.withLock { slots in
            for slot in slots where slot.tick != .max && slot.tick >= oldest && slot.tick <= tick {
                total += slot.count
                for (index, count) in slot.buckets.enumerated() { buckets[index] += UInt64(count) }
            }
        }
        let since = max(start, oldest * Self.slotNanoseconds)
        let seconds = Double(max(now &- since, 1_000_000_000)) / 1e9
        return Summary(
            requestsPerSecond: Double(total) / seconds, p50Nanoseconds: Self.quantile(0.5, buckets, total),
            p99Nanoseconds: Self.quantile(0.99, buckets, total))
    }

    private static func bucket(of nanoseconds: UInt64) -> Int {
        let power = 63 - max(nanoseconds, 1).leadingZeroBitCount
        guard power >= firstPower else { return 0 }
        let eighth = Int((nanoseconds >> (power - 3)) & 7)
        return min((power - firstPower) * 8 + eighth, bucketCount - 1)
    }

    /// The middle of a bucket.
    private static func value(of bucket: Int) -> UInt64 {
        let power = bucket / 8 + firstPower
        let step = UInt64(1) << (power - 3)
        return (UInt64(1) << power) + UInt64(bucket % 8) * step + step / 2
    }

    private static func quantile(_ share: Double, _ buckets: [UInt64], _ total: UInt64) -> UInt64? {
        guard total > 0 else { return nil }
        let rank = UInt64((Double(total) * share).rounded(.up))
        var below: UInt64 = 0
        for (index, count) in buckets.enumerated() {
            below += count
            if below >= rank { return value(of: index) }
        }
        return value(of: bucketCount - 1)
    }
}
