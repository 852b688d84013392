import Fixture
import Foundation
import Synchronization
import Testing

/// Where files are, for the plain connection.
enum URLs {
    static func file(_ path: String) -> URL { URL(fileURLWithPath: path) }
}

@Suite(.serialized) struct `Seeded histories` {
    private var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Fresh seeds each time; GRIDLINE_SEED=n plays one again, GRIDLINE_SEEDS=n says how many.
    @Test func `fresh seeds keep every invariant`() throws {
        let count = Int(environment["GRIDLINE_SEEDS"] ?? "") ?? 240
        let single = UInt64(environment["GRIDLINE_SEED"] ?? "")
        let first = single ?? UInt64.random(in: 1...1_000_000_000)
        let seeds = single.map { $0...$0 } ?? first...(first + UInt64(count) - 1)
        let rest = Mutex((seeds: Array(seeds), steps: [String: Int](), failures: [String]()))
        // Histories share nothing, so each core plays its own.
        DispatchQueue.concurrentPerform(iterations: single == nil ? 2 : 1) { _ in
            while let seed = rest.withLock({ $0.seeds.isEmpty || !$0.failures.isEmpty ? nil : $0.seeds.removeFirst() }) {
                do {
                    let run = try Run(seed: seed)
                    try run.play(steps: 60)
                    try Invariants(run: run).check()
                    rest.withLock { $0.steps.merge(run.steps) { $0 + $1 } }
                    if single != nil { print("seed \(seed), trace \(String(run.trace, radix: 16))") }
                } catch {
                    rest.withLock { $0.failures.append("seed \(seed): \(error). Again: make sim SEED=\(seed)") }
                }
            }
        }
        let (_, steps, failures) = rest.withLock { $0 }
        guard failures.isEmpty else {
            for failure in failures { Issue.record("\(failure)") }
            return
        }
        print("simulation: seeds \(seeds.lowerBound) to \(seeds.upperBound) hold")
        print("steps: " + steps.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        guard single == nil, count >= 100 else { return }
        for mark in [
            "give resolve", "give edit", "undo", "restart", "skew", "decide", "centre assign applied", "give retract",
            "retraction retract-asked accepted", "retraction retract-asked declined", "retraction retract-too-late declined",
        ] {
            #expect(steps[mark, default: 0] > 0, "no seed reached: \(mark)")
        }
    }

    @Test func `the same seed gives the same history`() throws {
        var traces: Set<UInt64> = []
        for _ in 0..<2 {
            let run = try Run(seed: 4711)
            try run.play(steps: 40)
            traces.insert(run.trace)
        }
        #expect(traces.count == 1)
    }

    /// The canary: a broken replica must be noticed, else the checks are worth nothing.
    @Test func `a row changed behind the engine's back is noticed`() throws {
        let run = try Run(seed: 42)
        try run.play(steps: 20)
        try Invariants(run: run).check()
        try Canary.breakOneRow(of: run.devices[0].path)
        #expect(throws: Violation.self) { try Invariants(run: run).check() }
    }
}
