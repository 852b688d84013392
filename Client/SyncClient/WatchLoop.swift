public import ReplicaStore
import SyncProtocol
public import Tickets

/// `sync --watch`, without any I/O: each event returns the next action, until `finish`.
///
///     sync ──done──▶ look ──▶ watch ──news──▶ pause (spread) ──▶ sync
///      ▲              ▲         ├─ quiet: look
///      │              │         └─ broke off, token refused, refused: (pause) ──▶ sync
///      │              └── something was given here meanwhile, or the last sync is long ago: sync
///      └── pause (back-off) ◀── failed, and may pass
///
/// Nothing is missed: a watch tells of what lies beyond the base, and whenever one broke off, a sync comes first. Times are
/// readings of a clock that runs on, in milliseconds.
public struct WatchLoop: Sendable {
    /// What to do next.
    public enum Action: Hashable, Sendable {
        /// Run a whole sync; then `synced`.
        case sync
        /// Look at the replica; then `looked`.
        case look
        /// Ask the centre; then `watched`.
        case watch(WatchExchange)
        /// Wait, then `paused`.
        case pause(milliseconds: Int64, Why)
        /// Only a person can help, or the device was wiped.
        case finish
    }

    /// What a pause is for.
    public enum Why: Hashable, Sendable {
        /// There is news, and others hear of it too.
        case news
        /// The way to the centre, or the centre itself, failed this often in a row.
        case failure(count: Int)
        /// The centre has no watches: by the clock.
        case clock
        /// Another command works on the replica.
        case replicaBusy
    }

    /// What happened.
    public enum Event: Sendable {
        /// A sync ended.
        case synced(SyncSession.Ending)
        /// How the replica stands; nil while another command works on it.
        case looked(WatchStanding?)
        /// A watch ended.
        case watched(WatchAnswer)
        /// The time is over.
        case paused
    }

    /// A watch that says "nothing new" sooner than this was not answered by a centre that waits, milliseconds.
    static let quietMillisecondsMin: Int64 = 10_000
    private let address: ServerAddress
    private let interval: Int64
    private let clockInterval: Int64
    private let backoff = Backoff(firstMilliseconds: 4_000, lastMilliseconds: 300_000)
    private var random: any RandomNumberGenerator & Sendable
    /// Syncs that failed in a row, and watches: a sync that goes well says nothing about watches.
    private var syncFailureCount = 0
    private var watchFailureCount = 0
    private var canWatch = true
    private var syncedAt: Milliseconds = 0
    private var askedAt: Milliseconds = 0
    private var afterPause = Action.sync

    /// - Parameters:
    ///   - intervalSeconds: The longest time without a sync; nil = ten minutes, and one minute where the centre has no watches.
    ///   - random: Spreads the pauses of many devices.
    public init(_ address: ServerAddress, intervalSeconds: Int?, random: any RandomNumberGenerator & Sendable) {
        self.address = address
        interval = Int64(max(1, intervalSeconds ?? 600)) * 1_000
        clockInterval = Int64(max(1, intervalSeconds ?? 60)) * 1_000
        self.random = random
    }

    /// The first action.
    public var start: Action { .sync }

    /// Takes an event in.
    ///
    /// - Parameter now: A clock that runs on, milliseconds.
    public mutating func handle(_ event: Event, now: Milliseconds) -> Action {
        switch event {
        case .paused: return afterPause
        case .synced(let ending): return synced(ending, now)
        case .looked(let standing): return looked(standing, now)
        case .watched(let answer): return watched(answer, now)
        }
    }

    private mutating func synced(_ ending: SyncSession.Ending, _ now: Milliseconds) -> Action {
        switch ending {
        case .done:
            syncFailureCount = 0
            syncedAt = now
            return .look
        case .wiped: return .finish
        case .failed(let failure, let seconds):
            guard failure.isPassing else { return .finish }
            syncFailureCount += 1
            return failed(syncFailureCount, seconds)
        }
    }

    private mutating func looked(_ standing: WatchStanding?, _ now: Milliseconds) -> Action {
        guard let standing else { return pause(500, .replicaBusy, then: .look) }
        if standing.unsentCount > 0 || now - syncedAt >= interval { return settled() }
        let exchange = WatchExchange(address: address, standing: standing)
        guard canWatch, exchange.request != nil else {
            return pause(Int64.random(in: (clockInterval * 9 / 10)...clockInterval, using: &random), .clock, then: .sync)
        }
        askedAt = now
        return .watch(exchange)
    }

    private mutating func watched(_ answer: WatchAnswer, _ now: Milliseconds) -> Action {
        switch answer {
        case .news(let seconds):
            watchFailureCount = 0
            // Never two in the same moment, so that a flood of news is fetched in a few syncs.
            return pause(Int64.random(in: 200...(1_000 + Int64(seconds) * 1_000), using: &random), .news, then: .sync)
        case .quiet:
            guard now - askedAt >= Self.quietMillisecondsMin else { return watchFailed(nil) }
            watchFailureCount = 0
            return .look
        case .tokenRefused:
            watchFailureCount += 1
            // At once, unless a sync did not help.
            return watchFailureCount == 1 ? .sync : failed(watchFailureCount, nil)
        case .unsupported:
            canWatch = false
            return .look
        case .failed(let failure, let seconds):
            guard failure.isPassing || !failure.needsPerson else { return .finish }
            return watchFailed(seconds)
        }
    }

    private mutating func watchFailed(_ seconds: Int?) -> Action {
        watchFailureCount += 1
        return failed(watchFailureCount, seconds)
    }

    /// Something was given here, or it is time: now, but never without an end.
    private mutating func settled() -> Action { pause(Int64.random(in: 0...500, using: &random), .news, then: .sync) }

    private mutating func failed(_ count: Int, _ seconds: Int?) -> Action {
        pause(backoff.pause(after: count, atLeastSeconds: seconds, using: &random), .failure(count: count), then: .sync)
    }

    private mutating func pause(_ milliseconds: Int64, _ why: Why, then action: Action) -> Action {
        afterPause = action
        return .pause(milliseconds: milliseconds, why)
    }
}

extension SyncFailure {
    /// The sync after a failed watch would not find out by itself that a person is needed.
    fileprivate var needsPerson: Bool {
        switch self {
        case .transport(.tls), .transport(.authorityUnreadable), .transport(.unavailable): true
        default: false
        }
    }
}
