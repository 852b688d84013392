import Foundation
import Simulator
import Synchronization
import Tickets

/// How large the schedules of the self-test are: a debug build plays each recorded one twice.
let size = Script.Size(deviceCount: 3, commandCount: 24)

/// What a search for one planted bug came to.
struct Found {
    var record: Record
    var detail: String
    /// What was violated is what the bug was declared to violate.
    var isDeclared: Bool
    var seed: UInt64 { record.seed }
    var step: Int { record.step }
    var invariant: String { record.invariant }
}

/// Plays schedules with one bug switched on.
struct Search {
    let disk: Disk

    /// One schedule with the bug on, or with none.
    func play(_ seed: UInt64, with bug: PlantedBug?) -> Violation? {
        let script = Script(seed: seed, size: size)
        // The city before the schedule is made by code without the bug.
        _ = try? World.of(script)
        plant(bug?.name)
        defer { plant(nil) }
        return RunResult(script, on: disk, checkers: standardCheckers()).violation
    }

    /// What a bug breaks at a seed, made small; nil if it breaks nothing there.
    func shrunk(_ seed: UInt64, with bug: PlantedBug) -> (script: Script, violation: Violation)? {
        let script = Script(seed: seed, size: size)
        var newer = script
        newer.faults.remove(.oldRelease)
        for one in [script, newer] { _ = try? World.of(one) }
        plant(bug.name)
        defer { plant(nil) }
        guard let violation = RunResult(script, on: disk, checkers: standardCheckers()).violation else { return nil }
        var shrinker = Shrinker(script, violation, on: disk) { standardCheckers() }
        shrinker.run()
        return (shrinker.script, shrinker.violation)
    }

    /// The cells whose verdict a schedule without any bug shows, as `Matrix.name` spells them.
    func cells(_ seed: UInt64) -> Set<String> {
        let marks = RunResult(Script(seed: seed, size: size), on: disk, checkers: standardCheckers()).marks.keys
        return Set(
            marks.filter { $0.hasPrefix("cell ") }.map { $0.split(separator: " ").dropFirst().prefix(3).joined(separator: " ") })
    }

    /// Looks for a cell that is turned over.
    func find(cell: (name: String, cell: Cell), schedulesMax: Int) -> (seed: UInt64, violation: Violation)? {
        for seed in 1...UInt64(max(1, schedulesMax)) {
            let script = Script(seed: seed, size: size)
            _ = try? World.of(script)
            plant(cell: cell)
            let violation = RunResult(script, on: disk, checkers: standardCheckers()).violation
            plant(cell: nil)
            guard let violation, violation.invariant != "world", play(seed, with: nil) == nil else { continue }
            return (seed, violation)
        }
        return nil
    }

    /// Looks for a bug, from the first seed on.
    ///
    /// A schedule that breaks an invariant without the bug too says nothing about it, and is passed over. So is one that breaks
    /// something else than the bug was declared to break, as long as another one does not.
    /// - Returns: nil if no schedule finds it.
    func find(_ bug: PlantedBug, schedulesMax: Int) -> Found? {
        var other: Found?
        for seed in 1...UInt64(max(1, schedulesMax)) {
            guard let violation = play(seed, with: bug), violation.invariant != "world", play(seed, with: nil) == nil else {
                continue
            }
            let found = Found(
                record: Record(bug, seed, violation, schedules: Int(seed)), detail: violation.detail,
                isDeclared: bug.violates.contains(violation.invariant))
            if found.isDeclared { return found }
            say("\(bug.name): seed \(seed) breaks \(violation), which is not declared")
            other = found
            if seed > 500 { break }
        }
        return other
    }
}

/// Looks for every bug, each in a process of its own: a bug may make the code trap.
///
/// - Parameter only: One bug; the others' lines in the file stay.
/// - Returns: The bugs that were not found as they were declared.
func searchEverywhere(writing file: String, schedules: String, only: String?) throws -> [String] {
    let wanted = plantedBugs.map(\.name).filter { only == nil || $0 == only }
    let state = Mutex((open: Array(wanted.reversed()), found: [Record]()))
    DispatchQueue.concurrentPerform(iterations: max(1, ProcessInfo.processInfo.activeProcessorCount)) { _ in
        while let name = state.withLock({ $0.open.popLast() }) {
            let (process, pipe) = (Process(), Pipe())
            process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            process.arguments = ["one", name, schedules]
            process.standardOutput = pipe
            guard (try? process.run()) != nil else { continue }
            let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { say("\(name): the search trapped") }
            state.withLock { $0.found += text.split(separator: "\n").compactMap { Record($0) } }
        }
    }
    let found = state.withLock { $0.found }
    let kept = only == nil ? [] : ((try? Record.read(file)) ?? []).filter { $0.bug != only }
    let all = Dictionary((kept + found).map { ($0.bug, $0) }, uniquingKeysWith: { $1 })
    let lines = [Record.drawn, Record.head] + plantedBugs.compactMap { all[$0.name]?.line }
    try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    return wanted.filter { name in !found.contains { $0.bug == name } }
}

/// So many planted bugs have to be on record.
private let recordedMin = 30

/// Plays the recorded seeds again: with its bug each must fail as declared, and hold without it.
///
/// - Parameter part: 0 or 1: every other bug; nil = all.
/// - Returns: How many do not.
func replay(_ file: String, part: Int?) throws -> Int {
    guard try String(contentsOfFile: file, encoding: .utf8).contains(Record.drawn) else {
        say("\(file) is of other weights of the events: a seed means another schedule now. make sim-selftest looks anew.")
        return 1
    }
    let search = Search(disk: try Disk())
    let records = Dictionary(try Record.read(file).map { ($0.bug, $0) }, uniquingKeysWith: { $1 })
    var failures = 0
    for (index, bug) in plantedBugs.enumerated() where part.map({ index % 2 == $0 }) ?? true {
        // What the last full search has not found has no record; `gridline-selftest table` says which.
        guard let record = records[bug.name] else { continue }
        let violation = search.play(record.seed, with: bug)
        let clean = search.play(record.seed, with: nil)
        guard let violation, bug.violates.contains(violation.invariant), clean == nil else {
            say(
                "\(bug.name), seed \(record.seed): \(violation?.description ?? "not noticed"); without it: \(clean?.description ?? "holds")"
            )
            failures += 1
            continue
        }
    }
    print("\(records.count) of \(plantedBugs.count) planted bugs replayed, \(failures) failures")
    return records.count < recordedMin ? failures + 1 : failures
}
