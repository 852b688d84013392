/// How long to wait before trying again: doubling from the first pause to the last, and of each pause a random half, so that a
/// thousand devices that lost the centre together do not come back together.
public struct Backoff: Hashable, Sendable {
    /// Upper end of the first pause, milliseconds.
    public var firstMilliseconds: Int64
    /// Upper end of every late pause, milliseconds.
    public var lastMilliseconds: Int64

    /// - Precondition: 2 ≤ first ≤ last.
    public init(firstMilliseconds: Int64, lastMilliseconds: Int64) {
        precondition(
            2 <= firstMilliseconds && firstMilliseconds <= lastMilliseconds, "pauses \(firstMilliseconds)…\(lastMilliseconds)")
        self.firstMilliseconds = firstMilliseconds
        self.lastMilliseconds = lastMilliseconds
    }

    /// The pause after the given number of failures in a row, milliseconds.
    ///
    /// - Parameters:
    ///   - failureCount: 1 after the first.
    ///   - atLeastSeconds: The server's own wish, which is kept to, up to an hour: a wrong header must not silence a device for ever.
    public func pause(
        after failureCount: Int, atLeastSeconds: Int? = nil, using random: inout some RandomNumberGenerator
    ) -> Int64 {
        var upper = firstMilliseconds
        for _ in 1..<max(1, min(failureCount, 62)) where upper < lastMilliseconds { upper = min(lastMilliseconds, upper * 2) }
        let pause = Int64.random(in: (upper / 2)...upper, using: &random)
        guard let wish = atLeastSeconds else { return pause }
        // The jitter on top of the wish: else everybody who was sent away comes back in the same second.
        return Int64(min(3600, max(0, wish))) * 1000 + pause / 2
    }
}

/// The rhythm of `sync --watch`.
public struct WatchRhythm: Hashable, Sendable {
    private let backoff = Backoff(firstMilliseconds: 4_000, lastMilliseconds: 300_000)
    private let intervalMilliseconds: Int64
    private var failureCount = 0

    /// - Parameter intervalSeconds: Between two syncs when all is well; at least 1.
    public init(intervalSeconds: Int) { intervalMilliseconds = Int64(max(1, intervalSeconds)) * 1000 }

    /// The pause until the next sync, milliseconds; nil = waiting cannot help, somebody has to do something.
    public mutating func pause(after ending: SyncSession.Ending, using random: inout some RandomNumberGenerator) -> Int64? {
        switch ending {
        case .done:
            failureCount = 0
            return Int64.random(in: (intervalMilliseconds * 9 / 10)...intervalMilliseconds, using: &random)
        case .wiped: return nil
        case .failed(let failure, let seconds):
            guard failure.isPassing else { return nil }
            failureCount += 1
            return backoff.pause(after: failureCount, atLeastSeconds: seconds, using: &random)
        }
    }
}
