import Dispatch
import Synchronization
import Tickets

/// Collects concurrent work and hands it to one writer thread in batches: group commit.
///
///     callers   ──submit──▶ waiting room (bounded, fair) ──▶ writer thread: process(batch) ──▶ one transaction, one fsync
///        ▲                                                          │
///        └───────────────── each gets its own answer ───────────────┘
///
/// While one batch is being written, the next one gathers. Jobs of one party keep their order of arrival; parties take turns.
final class Committer<Job: Sendable, Answer: Sendable, Failure: Error>: Sendable {
    typealias Bounds = CommitBounds

    /// Where time and chance come in; both only decide when those who are turned away come back.
    struct Edge: Sendable {
        /// Milliseconds of a clock that does not run backwards.
        var now: @Sendable () -> Milliseconds = { 0 }
        /// A number from 0 up to and without its argument.
        var spread: @Sendable (Int) -> Int = { _ in 0 }
    }

    private struct Waiter: Sendable {
        let job: Job
        let answer: @Sendable (Result<Answer, Failure>) -> Void
    }
    private struct State: Sendable {
        var room: WaitingRoom<Waiter>
        var isDraining = false
        var isClosed = false
    }
    /// What becomes of a job that is submitted.
    private enum EnqueueStep { case refused(Shed), queued, started }

    private let state: Mutex<State>
    private let writer = DispatchQueue(label: "gridline.writer")
    private let edge: Edge
    private let refusal: @Sendable (Shed) -> Failure
    private let process: @Sendable ([Job]) -> [Result<Answer, Failure>]

    /// - Parameters:
    ///   - refusal: What a caller gets that was turned away.
    ///   - process: Runs on the writer thread alone, never twice at once; gives one result per job, in order.
    init(
        bounds: Bounds, edge: Edge = Edge(), refusal: @escaping @Sendable (Shed) -> Failure,
        process: @escaping @Sendable ([Job]) -> [Result<Answer, Failure>]
    ) {
        state = Mutex(State(room: WaitingRoom(bounds: bounds)))
        self.edge = edge
        self.refusal = refusal
        self.process = process
    }

    /// Waits until the job's batch is committed, or has failed as a whole.
    func submit(_ job: Job, weight: Int, of party: Party = .newcomers, claim: Claim = .centre) async throws(Failure) -> Answer {
        let result: Result<Answer, Failure> = await withCheckedContinuation { continuation in
            enqueue(job, weight, party, claim) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The same for callers that have no task: blocks the calling thread, and lends it to the writer for one batch if that is idle.
    func submitAndWait(_ job: Job, weight: Int, of party: Party = .newcomers, claim: Claim = .centre) throws(Failure) -> Answer {
        let done = DispatchSemaphore(value: 0)
        let slot = Mutex<Result<Answer, Failure>?>(nil)
        let isIdle = enqueue(job, weight, party, claim, startsWriter: false) { result in
            slot.withLock { $0 = result }
            done.signal()
        }
        if isIdle {
            // On this thread, and in turn with the writer's other work.
            let isMore = writer.sync { commitBatch() && !rest() }
            if isMore { writer.async { self.drain() } }
        }
        done.wait()
        return try slot.withLock { $0! }.get()  // set before the signal
    }

    /// Jobs that wait for their batch.
    var waitingCount: Int { state.withLock { $0.room.count } }
    /// Whether the writer is at work.
    var isDraining: Bool { state.withLock { $0.isDraining } }
    /// Seconds in which what waits now will be worked off, at least 1.
    var drainSeconds: Int { state.withLock { $0.room.drainSeconds } }

    /// Refuses new jobs from now on and returns when the ones that wait are answered.
    func close() {
        state.withLock { $0.isClosed = true }
        writer.sync {}
    }

    /// - Returns: Whether the writer was idle. With `startsWriter` false the caller then has to see to it that it works.
    @discardableResult
    private func enqueue(
        _ job: Job, _ weight: Int, _ party: Party, _ claim: Claim, startsWriter: Bool = true,
        answer: @escaping @Sendable (Result<Answer, Failure>) -> Void
    ) -> Bool {
        let now = edge.now()
        let step = state.withLock { state -> EnqueueStep in
            // Long enough for another process to have taken over.
            if state.isClosed { return .refused(Shed(reason: .closing, retryAfterSeconds: 5 + edge.spread(6))) }
            let waiter = Waiter(job: job, answer: answer)
            let seconds = state.room.admit(
                waiter, of: party, weight: weight, claim: claim, now: now, spread: edge.spread)
            if let seconds { return .refused(Shed(reason: .queueFull, retryAfterSeconds: seconds)) }
            defer { state.isDraining = true }
            return state.isDraining ? .queued : .started
        }
        switch step {
        case .refused(let shed): answer(.failure(refusal(shed)))
        case .queued: break
        case .started:
            if startsWriter { writer.async { self.drain() } }
            return true
        }
        return false
    }

    private func drain() { while commitBatch() {} }

    /// - Returns: Whether there may be another one; if not, the writer is idle.
    private func commitBatch() -> Bool {
        guard let (batch, weight) = nextBatch() else { return false }
        let start = edge.now()
        let results = process(batch.map(\.job))
        precondition(results.count == batch.count, "\(results.count) results for \(batch.count) jobs")
        let spent = edge.now() - start
        state.withLock { $0.room.note(weight: weight, milliseconds: spent) }
        for (waiter, result) in zip(batch, results) { waiter.answer(result) }
        return true
    }

    /// The writer is idle from now on if nobody waits.
    private func rest() -> Bool {
        state.withLock { state in
            guard state.room.count == 0 else { return false }
            state.isDraining = false
            return true
        }
    }

    private func nextBatch() -> ([Waiter], Int)? {
        state.withLock { state in
            let (batch, weight) = state.room.takeBatch()
            guard !batch.isEmpty else {
                state.isDraining = false
                return nil
            }
            return (batch, weight)
        }
    }
}
