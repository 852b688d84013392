/// How long to wait before trying again: anything from nothing to a bound that doubles with each failure. Devices that lost the
/// centre together do not come back together ("full jitter": the fewest collisions for the work done).
public struct Backoff: Hashable, Sendable {
    /// Upper end of the first pause, milliseconds.
    public var firstMilliseconds: Int64
    /// The longest wish of a server that is kept to, seconds.
    public static let wishSecondsMax = 3_600
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
        let pause = Int64.random(in: 0...upper, using: &random)
        guard let wish = atLeastSeconds else { return pause }
        // On top of the wish: else everybody who was sent away comes back in the same second.
        return Int64(min(Self.wishSecondsMax, max(0, wish))) * 1000 + pause / 2
    }
}

/// How long one sync goes on trying before it gives up; nothing is lost either way.
///
///     sync ──fails──▶ can waiting help? ──▶ pause, while the whole time allows it ──▶ sync …
///                            └──▶ give up: at once where only a person can help, or where the pause would end too late
public struct Patience: Sendable {
    /// What to do after a sync.
    public enum Step: Hashable, Sendable {
        /// It is over: done, or given up.
        case end
        /// Wait so many milliseconds, then sync again.
        case again(milliseconds: Int64)
    }

    private let totalMilliseconds: Int64
    private let outlastsOffline: Bool
    private let backoff = Backoff(firstMilliseconds: 2_000, lastMilliseconds: 60_000)
    private var failureCount = 0

    /// - Parameters:
    ///   - totalMilliseconds: From the first request to the end of the last pause; a request under way is not broken off.
    ///   - outlastsOffline: Being offline is waited out as well; else only a centre that says it is busy.
    public init(totalMilliseconds: Int64, outlastsOffline: Bool) {
        self.totalMilliseconds = totalMilliseconds
        self.outlastsOffline = outlastsOffline
    }

    /// The next step.
    ///
    /// - Parameter elapsedMilliseconds: Since the first request.
    public mutating func next(
        after ending: SyncSession.Ending, elapsedMilliseconds: Int64, using random: inout some RandomNumberGenerator
    ) -> Step {
        guard case .failed(let failure, let seconds) = ending, failure.isPassing, outlastsOffline || failure.isBusy else {
            return .end
        }
        failureCount += 1
        let pause = backoff.pause(after: failureCount, atLeastSeconds: seconds, using: &random)
        // Coming before the time that the centre named would be in vain.
        guard elapsedMilliseconds <= totalMilliseconds, pause <= totalMilliseconds - elapsedMilliseconds else { return .end }
        return .again(milliseconds: pause)
    }
}
