import Dispatch
import Synchronization
import Testing
import Tickets

@testable import SyncService

private enum Failure: Error, Equatable { case full, broken }

@Suite struct `Group commit` {
    @Test func `jobs that come while a batch is written share the next one, in order`() async throws {
        let batches = Mutex<[[Int]]>([])
        let gate = DispatchSemaphore(value: 0)
        let committer = Committer<Int, Int, Failure>(bounds: .init(), refusal: { _ in .full }) { jobs in
            if jobs == [0] { gate.wait() }
            batches.withLock { $0.append(jobs) }
            return jobs.map { .success($0 * 2) }
        }
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await committer.submit(0, weight: 1) }
            // The first one has to be taken before the others come; the queue is seen to be drained by its weight.
            while committer.waitingCount > 0 || !committer.isDraining { await Task.yield() }
            for job in 1...40 {
                group.addTask { try await committer.submit(job, weight: 1) }
                while committer.waitingCount < job { await Task.yield() }
            }
            gate.signal()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.sorted() == (0...40).map { $0 * 2 })
        #expect(batches.withLock { $0 } == [[0], Array(1...40)])
    }

    @Test func `a batch is capped by weight and by count, and a heavy job goes alone`() async throws {
        let batches = Mutex<[[Int]]>([])
        let gate = DispatchSemaphore(value: 0)
        let bounds = Committer<Int, Int, Failure>.Bounds(batchWeightMax: 10, batchCountMax: 3, queueWeightMax: 1_000)
        let committer = Committer<Int, Int, Failure>(bounds: bounds, refusal: { _ in .full }) { jobs in
            if jobs == [0] { gate.wait() }
            batches.withLock { $0.append(jobs) }
            return jobs.map { .success($0) }
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await committer.submit(0, weight: 1) }
            while committer.waitingCount > 0 || !committer.isDraining { await Task.yield() }
            for (index, weight) in [4, 4, 4, 50, 1, 1, 1, 1].enumerated() {
                group.addTask { try await committer.submit(index + 1, weight: weight) }
                while committer.waitingCount < index + 1 { await Task.yield() }
            }
            gate.signal()
            for try await _ in group {}
        }
        #expect(batches.withLock { $0 } == [[0], [1, 2], [3], [4], [5, 6, 7], [8]])
    }

    @Test func `a full queue refuses at once, and a failed batch fails everybody in it`() async throws {
        let gate = DispatchSemaphore(value: 0)
        let bounds = Committer<Int, Int, Failure>.Bounds(batchWeightMax: 10, batchCountMax: 64, queueWeightMax: 3)
        let committer = Committer<Int, Int, Failure>(bounds: bounds, refusal: { _ in .full }) { jobs in
            if jobs == [0] { gate.wait() }
            return jobs.map { $0 == 0 ? .success(0) : .failure(.broken) }
        }
        await withTaskGroup(of: Failure?.self) { group in
            func submit(_ job: Int) {
                group.addTask {
                    do throws(Failure) { _ = try await committer.submit(job, weight: 1) } catch { return error }
                    return nil
                }
            }
            submit(0)
            while committer.waitingCount > 0 || !committer.isDraining { await Task.yield() }
            for job in 1...3 {
                submit(job)
                while committer.waitingCount < job { await Task.yield() }
            }
            #expect(throws: Failure.full) { try committer.submitAndWait(4, weight: 1) }
            gate.signal()
            var failures: [Failure?] = []
            for await failure in group { failures.append(failure) }
            #expect(failures.filter { $0 == .broken }.count == 3)
            #expect(failures.filter { $0 == nil }.count == 1)
        }
        committer.close()
        #expect(throws: Failure.full) { try committer.submitAndWait(5, weight: 1) }
    }
}

private final class Page: InFlightStore {
    let text = Mutex("")
    func read() -> String { text.withLock { $0 } }
    func replace(_ text: String) { self.text.withLock { $0 = text } }
}

@Suite struct `Commands that take the process down` {
    private let ids = (0..<3).map { CommandID(bytes: [UInt8](repeating: UInt8($0 + 1), count: 16))! }

    @Test func `after a clean end nothing is suspected`() {
        let page = Page()
        var ledger = InFlight(page)
        ledger.begin(ids)
        ledger.end(decided: ids)
        #expect(InFlight(page).suspects.isEmpty)
        #expect(page.read() == "")
    }

    @Test func `a batch that was in flight at a stop is suspected, and none of it is given up`() {
        let page = Page()
        var ledger = InFlight(page)
        ledger.begin(ids)
        let next = InFlight(page)
        #expect(ids.allSatisfy(next.isSuspect))
        #expect(!ids.contains(where: next.isPoison))
    }

    @Test func `alone in flight at two stops: given up, and the others are cleared`() {
        let page = Page()
        var ledger = InFlight(page)
        ledger.begin(ids)
        for stop in 1...2 {
            ledger = InFlight(page)
            ledger.begin([ids[1]])
            #expect(InFlight(page).isPoison(ids[1]) == (stop == 2))
        }
        ledger = InFlight(page)
        ledger.begin([ids[0]])
        ledger.end(decided: ids)
        #expect(InFlight(page).suspects == [ids[1]: 2], "until a person has answered it")
        ledger.forget(ids[1])
        ledger.end(decided: [])
        #expect(page.read() == "")
    }
}
