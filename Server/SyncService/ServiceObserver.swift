public import Tickets

/// Why a request was turned away unread or undone, to come again later. The names stand in metrics: a closed list, so that the
/// number of series is bounded.
public enum ShedReason: String, CaseIterable, Hashable, Sendable {
    /// Too much waits for the writer.
    case queueFull = "queue_full"
    /// Too many bytes are being received at once.
    case receivingFull = "receiving_full"
    /// One device has more than its share waiting.
    case deviceShare = "device_share"
    /// Too many requests are open at once.
    case requestsFull = "requests_full"
    /// Too many devices watch.
    case watchersFull = "watchers_full"
    /// The service is closing.
    case closing
}

/// What an operator should look at, beside what goes its ordinary way. A closed list, as above.
public enum ServiceAlarm: String, CaseIterable, Hashable, Sendable {
    /// A device's chain forked: its phone was restored from a backup, or copied. Once is normal, and judged normally.
    case fork
    /// Both heads of a fork go on: two devices have one key. The later one was told to enrol again.
    case secondHead = "second_head"
    /// The decision code failed on a command; it is held undecided.
    case poisoned
    /// A second payload came under a known identifier; it is held.
    case clash
}

/// Hears what the service does, in order to count and time it. Below the edge nobody reads a clock: an observer that times
/// something reads its own.
///
/// Every call comes on a hot path: it must return in well under a microsecond, block for nobody and keep no reference. It is never
/// told an identity or a word that somebody wrote.
///
///     writer thread:  batchBegan ──▶ (decide, write) ──▶ batchWritten ──▶ COMMIT ──▶ batchEnded
public protocol ServiceObserver: Sendable {
    /// The writer begins a batch. One batch at a time; the three calls of one batch come on one thread.
    func batchBegan(requests: Int, commands: Int)
    /// Everything of the batch is written; COMMIT follows. Comes again if the batch is redone command by command.
    func batchWritten()
    /// COMMIT returned, or the batch failed as a whole.
    func batchEnded(isCommitted: Bool)
    /// The centre judged commands for the first time. `kind` is a word of `CommandKind`, or one that this release does not know.
    func judged(_ verdict: Verdict, kind: String, count: Int)
    /// Commands came that had their verdict already.
    func repeated(count: Int)
    /// A held command got its decision.
    func decided(_ decision: HeldDecision)
    /// A request was turned away.
    func shed(_ reason: ShedReason)
    /// Something an operator should look at, once per request.
    func alarmed(_ alarm: ServiceAlarm)
}

/// Nobody listens.
public struct NoServiceObserver: ServiceObserver {
    /// Nobody.
    public init() {}
    /// Does nothing.
    public func batchBegan(requests: Int, commands: Int) {}
    /// Does nothing.
    public func batchWritten() {}
    /// Does nothing.
    public func batchEnded(isCommitted: Bool) {}
    /// Does nothing.
    public func judged(_ verdict: Verdict, kind: String, count: Int) {}
    /// Does nothing.
    public func repeated(count: Int) {}
    /// Does nothing.
    public func decided(_ decision: HeldDecision) {}
    /// Does nothing.
    public func shed(_ reason: ShedReason) {}
    /// Does nothing.
    public func alarmed(_ alarm: ServiceAlarm) {}
}
