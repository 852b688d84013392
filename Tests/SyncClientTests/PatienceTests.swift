import SyncClient
import SyncProtocol
import Testing

private func busy(_ seconds: Int?) -> SyncSession.Ending {
    .failed(.refused(ProblemDetails(.overloaded)), retryAfterSeconds: seconds)
}
private let offline = SyncSession.Ending.failed(.transport(.offline("no name")), retryAfterSeconds: nil)

@Suite struct BackoffTests {
    @Test func `pauses are anything from nothing to a bound that doubles up to the last`() {
        let backoff = Backoff(firstMilliseconds: 500, lastMilliseconds: 5_000)
        var random = Seeded(state: 3)
        for (failures, upper) in [(1, 500), (2, 1_000), (3, 2_000), (4, 4_000), (5, 5_000), (6, 5_000), (1_000, 5_000)]
            as [(Int, Int64)]
        {
            let pauses = (0..<400).map { _ in backoff.pause(after: failures, using: &random) }
            #expect(pauses.min()! >= 0 && pauses.max()! <= upper)
            // Full jitter: the whole range is used.
            #expect(pauses.min()! < upper / 10 && pauses.max()! > upper * 9 / 10, "\(failures)")
        }
    }

    @Test func `the server's wish is kept to, with some more by chance, and a mad one is cut`() {
        let backoff = Backoff(firstMilliseconds: 500, lastMilliseconds: 5_000)
        var random = Seeded(state: 3)
        for (wish, least) in [(12, 12_000), (0, 0), (-5, 0), (3_600, 3_600_000), (10_000_000, 3_600_000)] as [(Int, Int64)] {
            let pauses = (0..<100).map { _ in backoff.pause(after: 4, atLeastSeconds: wish, using: &random) }
            #expect(pauses.min()! >= least && pauses.max()! <= least + 2_000)
            #expect(Set(pauses).count > 50, "everybody would come back at once")
        }
    }
}

@Suite struct PatienceTests {
    private func steps(_ patience: Patience, _ endings: [SyncSession.Ending]) -> [Patience.Step] {
        var patience = patience
        var random = Seeded(state: 1)
        var elapsed: Int64 = 0
        return endings.map { ending in
            let step = patience.next(after: ending, elapsedMilliseconds: elapsed, using: &random)
            if case .again(let milliseconds) = step { elapsed += milliseconds }
            return step
        }
    }

    private func waited(_ steps: [Patience.Step]) -> [Int64] {
        steps.compactMap { if case .again(let milliseconds) = $0 { milliseconds } else { nil } }
    }

    @Test func `a busy centre is asked again when it said, and given up when the time is over`() {
        let steps = steps(
            Patience(totalMilliseconds: 60_000, outlastsOffline: false), [busy(12), busy(12), busy(12), busy(12), busy(12)])
        let waits = waited(steps)
        #expect(waits.count >= 2 && waits.count <= 4 && waits.allSatisfy { $0 >= 12_000 })
        #expect(waits.reduce(0, +) <= 60_000 && steps.last == .end)
    }

    @Test func `a wish beyond the whole time ends it at once: coming sooner would be in vain`() {
        #expect(steps(Patience(totalMilliseconds: 30_000, outlastsOffline: true), [busy(31)]) == [.end])
    }

    @Test func `being offline is waited out only where that was asked for`() {
        #expect(steps(Patience(totalMilliseconds: 30_000, outlastsOffline: false), [offline]) == [.end])
        let waits = waited(
            steps(Patience(totalMilliseconds: 600_000, outlastsOffline: true), Array(repeating: offline, count: 100)))
        #expect(waits.count >= 10 && waits.reduce(0, +) <= 600_000)
        #expect(waits.allSatisfy { $0 <= 60_000 })
    }

    @Test(arguments: [
        SyncSession.Ending.done, .wiped, .failed(.transport(.tls("x")), retryAfterSeconds: nil),
        .failed(.refused(ProblemDetails(.badCertificate)), retryAfterSeconds: 1),
        .failed(.turningInCircles, retryAfterSeconds: nil),
    ])
    func `what waiting does not help is over at once`(ending: SyncSession.Ending) {
        #expect(steps(Patience(totalMilliseconds: 600_000, outlastsOffline: true), [ending]) == [.end])
    }

    @Test func `no time at all means one attempt`() {
        #expect(steps(Patience(totalMilliseconds: 0, outlastsOffline: true), [busy(1)]) == [.end])
    }
}
