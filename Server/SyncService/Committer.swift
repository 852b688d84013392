import Dispatch
import Synchronization

/// What becomes of a job that is submitted.
private enum EnqueueStep { case refused, queued, started }

/// Collects concurrent work and hands it to one writer thread in batches: group commit.
///
///     callers   ──submit──▶ queue (bounded) ──▶ writer thread: process(batch) ──▶ one transaction, one fsync
///        ▲                                              │
///        └───────────── each gets its own answer ───────┘
///
/// While one batch is being written, the next one gathers. Jobs keep their order of arrival, within a batch and across batches.
final class Committer<Job: Sendable, Answer: Sendable, Failure: Error>: Sendable {
    /// What bounds the queue and one batch. A weight is what a job costs the writer, about one per command.
    struct Bounds: Sendable {
        /// Weight of one batch, so that one commit stays short; a heavier single job goes alone.
        var batchWeightMax = 600
        /// Jobs of one batch.
        var batchCountMax = 64
        /// Weight of everything that waits; beyond it a job is refused at once instead of waiting long.
        var queueWeightMax = 20_000
    }

    private struct Waiter: Sendable {
        let job: Job
        let weight: Int
        let answer: @Sendable (Result<Answer, Failure>) -> Void
    }
    private struct State: Sendable {
        var waiting: [Waiter] = []
        var waitingWeight = 0
        var isDraining = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let writer = DispatchQueue(label: "gridline.writer")
    private let bounds: Bounds
    private let refusal: Failure
    private let process: @Sendable ([Job]) -> [Result<Answer, Failure>]

    /// - Parameters:
    ///   - refusal: What a caller gets when the queue is full or closed.
    ///   - process: Runs on the writer thread alone, never twice at once; gives one result per job, in order.
    init(bounds: Bounds, refusal: Failure, process: @escaping @Sendable ([Job]) -> [Result<Answer, Failure>]) {
        self.bounds = bounds
        self.refusal = refusal
        self.process = process
    }

    /// Waits until the job's batch is committed, or has failed as a whole.
    func submit(_ job: Job, weight: Int) async throws(Failure) -> Answer {
        let result: Result<Answer, Failure> = await withCheckedContinuation { continuation in
            enqueue(job, weight: weight) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The same for callers that have no task: blocks the calling thread.
    func submitAndWait(_ job: Job, weight: Int) throws(Failure) -> Answer {
        let done = DispatchSemaphore(value: 0)
        let slot = Mutex<Result<Answer, Failure>?>(nil)
        enqueue(job, weight: weight) { result in
            slot.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        return try slot.withLock { $0! }.get()  // set before the signal
    }

    /// Jobs that wait for their batch.
    var waitingCount: Int { state.withLock { $0.waiting.count } }
    /// Whether the writer is at work.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Refuses new jobs from now on and returns when the ones that wait are answered.
    func close() {
        state.withLock { $0.isClosed = true }
        writer.sync {}
    }

    private func enqueue(_ job: Job, weight: Int, answer: @escaping @Sendable (Result<Answer, Failure>) -> Void) {
        let step = state.withLock { state -> EnqueueStep in
            let isFull = !state.waiting.isEmpty && state.waitingWeight + weight > bounds.queueWeightMax
            if state.isClosed || isFull { return .refused }
            state.waiting.append(Waiter(job: job, weight: weight, answer: answer))
            state.waitingWeight += weight
            defer { state.isDraining = true }
            return state.isDraining ? .queued : .started
        }
        switch step {
        case .refused: answer(.failure(refusal))
        case .queued: break
        case .started: writer.async { self.drain() }
        }
    }

    private func drain() {
        while let batch = nextBatch() {
            let results = process(batch.map(\.job))
            precondition(results.count == batch.count, "\(results.count) results for \(batch.count) jobs")
            for (waiter, result) in zip(batch, results) { waiter.answer(result) }
        }
    }

    private func nextBatch() -> [Waiter]? {
        state.withLock { state in
            var count = 0
            var weight = 0
            for waiter in state.waiting.prefix(bounds.batchCountMax) {
                if count > 0, weight + waiter.weight > bounds.batchWeightMax { break }
                count += 1
                weight += waiter.weight
            }
            guard count > 0 else {
                state.isDraining = false
                return nil
            }
            let batch = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            state.waitingWeight -= weight
            return batch
        }
    }
}
