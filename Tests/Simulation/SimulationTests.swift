import Foundation
import Simulator
import Synchronization
import Testing
import Tickets

@Suite(.serialized) struct `Seeded histories` {
    /// Small, because a debug build plays them: `make sim` plays larger ones by the thousand.
    private static let size = Script.Size(deviceCount: 3, commandCount: 8)

    /// Other seeds each time; GRIDLINE_SEED=n plays one again, GRIDLINE_SEEDS=n says how many.
    @Test func `fresh seeds keep every invariant`() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = Int(environment["GRIDLINE_SEEDS"] ?? "") ?? 300
        let single = UInt64(environment["GRIDLINE_SEED"] ?? "")
        let first = single ?? UInt64.random(in: 1...1_000_000_000)
        let seeds = single.map { $0...$0 } ?? first...(first + UInt64(count) - 1)
        let rest = Mutex((seeds: Array(seeds), tally: Tally()))
        // Histories share nothing, so each core plays its own.
        DispatchQueue.concurrentPerform(iterations: single == nil ? 2 : 1) { _ in
            guard let disk = try? Disk() else { return }
            while let seed = rest.withLock({ $0.seeds.popLast() }) {
                let result = RunResult(Script(seed: seed, size: Self.size), on: disk, checkers: standardCheckers())
                rest.withLock { $0.tally.add(result) }
            }
        }
        let tally = rest.withLock { $0.tally }
        #expect(tally.runCount == seeds.count)
        for failure in tally.failures {
            Issue.record("seed \(failure.seed): \(failure.violation). Again: GRIDLINE_SEED=\(failure.seed) swift test")
        }
        print("simulation: \(tally.report(seconds: 0, first: seeds.lowerBound))")
        guard single == nil, count >= 100 else { return }
        let common = [
            "undo", "verdict applied", "verdict held", "verdict superseded", "centre assign applied", "give retract ok",
        ]
        // A device enrols again after both heads of a fork went on, and who asks a dispatcher for a command back has to be late: of
        // three hundred small schedules one to five lead there, and now and then none.
        let rare = ["enrolled again", "decide retract-asked accepted"]
        print("simulation: \((common + rare).map { "\($0) \(tally.marks[$0, default: 0])" }.joined(separator: ", "))")
        for mark in common + (count >= 2_000 ? rare : []) {
            #expect(tally.marks[mark, default: 0] > 0, "no seed reached: \(mark)")
        }
        #expect(tally.faults.count >= 24, "faults that changed something: \(tally.faults)")
    }

    @Test func `what once failed holds`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Regressions")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".case") }.sorted()
        #expect(!names.isEmpty)
        let disk = try Disk()
        for name in names {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            guard let file = CaseFile(text: text) else {
                Issue.record("\(name) is no script")
                continue
            }
            let result = RunResult(file.script, on: disk, checkers: standardCheckers())
            if let violation = result.violation { Issue.record("\(name): \(violation)") }
            if let trace = file.trace { #expect(result.trace == trace, "\(name) has another trace") }
        }
    }

    @Test(arguments: [UInt64(4711), 12, 77]) func `the same seed gives the same trace`(seed: UInt64) throws {
        let script = Script(seed: seed, size: Self.size)
        #expect(Script(text: script.description) == script, "a script is what its text says")
        var traces: Set<String> = []
        for _ in 0..<2 {
            traces.insert(RunResult(script, on: try Disk(), checkers: standardCheckers()).trace)
        }
        #expect(traces.count == 1)
    }

    @Test func `every part of a script is a script`() throws {
        var script = Script(seed: 99, size: Self.size)
        let all = script.events
        let disk = try Disk()
        for (start, step) in [(0, 2), (1, 2), (3, 5)] {
            script.events = stride(from: start, to: all.count, by: step).map { all[$0] }
            let result = RunResult(script, on: disk, checkers: standardCheckers())
            #expect(result.violation == nil)
        }
    }

    /// Every eleventh call, another one each time; `gridline-sim sweep` takes them all.
    @Test(arguments: [SimCentre.file, "device-0.sqlite"], [Disk.Accident.kill, .power, .error])
    func `an accident at any call to a disk leaves before or after`(file: String, accident: Disk.Accident) throws {
        let sweep = Sweep(file, accident)
        let disk = try Disk()
        var nth = Int.random(in: 1...11)
        while let result = sweep.play(nth, on: disk) {
            // With a violation the day never ends: it is not known how many calls it makes.
            try #require(result.violation == nil, "\(file), \(accident) at call \(nth)")
            nth += 11
        }
        #expect(nth > 30, "the day writes")
    }

    /// Fault 20: the first calls after a power cut are those of the recovery.
    @Test(arguments: [SimCentre.file, "device-0.sqlite"])
    func `fault 20: an end while a power cut is recovered from leaves before or after`(file: String) throws {
        let disk = try Disk()
        var nth = Int.random(in: 1...3)
        var twice = 0
        while let result = Sweep(file, .power, again: 1 + nth % 7).play(nth, on: disk) {
            try #require(
                result.violation == nil, "\(file), a power cut at call \(nth) and an end at call \(1 + nth % 7) from there")
            if disk.crashCount(file) > 1 { twice += 1 }
            nth += 3
        }
        #expect(twice >= 8, "ends that met what came after the cut")
    }

    /// The canary: a broken replica must be noticed, else the checks are worth nothing.
    @Test func `a row changed behind the engine's back is noticed, and its script shrinks to nothing`() throws {
        let script = Script(seed: 42, size: Self.size)
        let disk = try Disk()
        let checkers: () -> [any Checker] = { [Vandal()] + standardCheckers() }
        let violation = RunResult(script, on: disk, checkers: checkers()).violation
        #expect(violation?.invariant == "I3")
        guard let violation else { return }
        var shrinker = Shrinker(script, violation, on: disk, runsMax: 60, checkers: checkers)
        shrinker.run()
        #expect(shrinker.script.events.count <= 1)
        #expect(shrinker.violation.invariant == "I3")
    }
}

/// Deliberate damage, for the test of the tests.
private final class Vandal: Checker {
    func quiet(_ run: Run) throws {
        let writer = try Peek(run.disk.path(run.devices[0].file))
        _ = try writer.rows("UPDATE ticket SET title = title || '!' WHERE id = (SELECT id FROM ticket LIMIT 1)")
    }
}
