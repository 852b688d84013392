import CentralStore
import SyncProtocol
import Synchronization
public import Tickets

/// What one request was about, in numbers, for its line in the log: the route makes it, the service fills it. Holds nothing that a
/// person wrote and no whole identity.
public final class RequestAccount: Sendable {
    /// The numbers.
    public struct Facts: Hashable, Sendable {
        /// Bytes of the request's body.
        public var receivedBytes = 0
        /// The first 8 hexadecimal digits of the replica; nil until its signature is verified.
        public var replica: String?
        /// Commands that the request carried, retained ones included.
        public var commandCount = 0
        /// Commands judged by this request, by verdict in the order of `Verdict.allCases`.
        public var verdictCounts = [Int](repeating: 0, count: Verdict.allCases.count)
        /// Commands that had their verdict already.
        public var repeatCount = 0
        /// What an operator should look at.
        public var alarms: Set<ServiceAlarm> = []
    }

    private let state = Mutex(Facts())

    /// Nothing is known yet.
    public init() {}

    /// The numbers so far.
    public var facts: Facts { state.withLock { $0 } }

    /// The request's body has arrived.
    public func noteReceived(bytes: Int) { state.withLock { $0.receivedBytes = bytes } }

    func note(_ sync: VerifiedSync) {
        let replica = String(sync.request.replica.description.prefix(8))
        state.withLock {
            $0.replica = replica
            $0.commandCount = sync.commands.count + sync.retained.count
        }
    }

    func note(_ verdicts: [Int], repeats: Int) {
        state.withLock {
            $0.verdictCounts = verdicts
            $0.repeatCount = repeats
        }
    }

    func note(_ alarms: Set<ServiceAlarm>) { state.withLock { $0.alarms.formUnion(alarms) } }
}

extension SyncService {
    /// Requests that wait for the writer.
    public var waitingRequestCount: Int { committer.waitingCount }

    /// Says what an operator should look at, to the observer and into the request's line.
    func alarm(_ alarms: Set<ServiceAlarm>, in account: RequestAccount?) {
        guard !alarms.isEmpty else { return }
        for alarm in ServiceAlarm.allCases where alarms.contains(alarm) { environment.observer.alarmed(alarm) }
        account?.note(alarms)
    }

    /// Of a request that has its outcome: only what is new with this request.
    func alarms(of outcome: SyncOutcome) -> Set<ServiceAlarm> {
        var alarms: Set<ServiceAlarm> = []
        if outcome.forkEpoch != nil { alarms.insert(.fork) }
        for one in outcome.answered where one.isNew {
            if one.stored.reason == Reason.poisoned.rawValue { alarms.insert(.poisoned) }
            if one.stored.reason == Reason.clash.rawValue { alarms.insert(.clash) }
        }
        return alarms
    }

    /// Counts what became of a request's commands, on the caller's thread: the writer has no time for it.
    func count(_ answered: [Answered], in account: RequestAccount?) {
        guard !answered.isEmpty else { return }
        let observer = environment.observer
        var verdicts = [Int](repeating: 0, count: Verdict.allCases.count)
        var repeats = 0
        for one in answered {
            // A repeat has no changes of this request; a clash counts as one too, because its identifier was known.
            guard one.changes != nil, let verdict = one.stored.verdict else {
                repeats += 1
                continue
            }
            verdicts[verdict.index] += 1
            observer.judged(verdict, kind: one.stored.kind, count: 1)
        }
        if repeats > 0 { observer.repeated(count: repeats) }
        account?.note(verdicts, repeats: repeats)
    }

    /// The same for acts at the centre. One that left no trace was refused and got no verdict.
    func count(_ acts: [Act], _ outcomes: [ActOutcome]) {
        for (act, outcome) in zip(acts, outcomes) where outcome.sequence > 0 && !outcome.isKnown {
            environment.observer.judged(outcome.verdict, kind: act.kind.rawValue, count: 1)
        }
    }

    /// The same for a decision and what it set free.
    func count(_ decision: HeldDecision, _ outcome: HeldOutcome) {
        environment.observer.decided(decision)
        for follower in outcome.followed { if let decision = follower.decision { environment.observer.decided(decision) } }
    }
}

extension Verdict {
    /// The place in `allCases`.
    public var index: Int {
        switch self {
        case .applied: 0
        case .merged: 1
        case .superseded: 2
        case .held: 3
        case .rejected: 4
        }
    }
}
