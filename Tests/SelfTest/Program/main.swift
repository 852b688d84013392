import Foundation
import Simulator
import Tickets

// The proof that the simulator sees. `make sim-selftest` runs the first and the third.
//
//     gridline-selftest search FILE [--schedules N] [--bug NAME]    looks for every planted bug, as many at once as there are cores
//     gridline-selftest replay FILE [--part 0|1]                    the recorded seeds: each fails with its bug and holds without it
//     gridline-selftest flips N [--seed S] [--schedules N]          turns cells of the matrix over, one at a time
//     gridline-selftest table FILE                                  the table for people
//     gridline-selftest none N [--first SEED]                       schedules without any bug: each must hold
//     gridline-selftest shrink NAME SEED                            what a bug does at a seed, made small
//     gridline-selftest tell SEED                                   one of them, told
//     gridline-selftest one NAME SCHEDULES                          one bug, for the program itself

let arguments = Array(CommandLine.arguments.dropFirst())
func option(_ name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
}
/// Lines on standard error are for people; standard output is the result.
func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
guard let verb = arguments.first, arguments.count > 1 else {
    say("gridline-selftest search FILE | replay FILE | table FILE")
    exit(64)
}

switch verb {
case "search":
    let schedules = option("--schedules") ?? "10000"
    let missing = try searchEverywhere(writing: arguments[1], schedules: schedules, only: option("--bug"))
    for name in missing { say("\(name): not found, or found as something else than declared") }
    exit(missing.isEmpty ? 0 : 1)
case "one" where arguments.count > 2:
    guard let bug = plantedBugs.first(where: { $0.name == arguments[1] }) else { exit(64) }
    guard let found = Search(disk: try Disk()).find(bug, schedulesMax: Int(arguments[2]) ?? 1) else {
        say("\(bug.name): NOT FOUND in \(arguments[2]) schedules")
        exit(1)
    }
    say("\(bug.name): seed \(found.seed), step \(found.step), \(found.invariant): \(found.detail)")
    guard found.isDeclared else { exit(1) }
    print(found.record.line)
case "replay": exit(try replay(arguments[1], part: option("--part").flatMap { Int($0) }) == 0 ? 0 : 1)
case "shrink" where arguments.count > 2:
    guard let bug = plantedBugs.first(where: { $0.name == arguments[1] }), let seed = UInt64(arguments[2]),
        let shrunk = Search(disk: try Disk()).shrunk(seed, with: bug)
    else { exit(1) }
    print("# \(shrunk.violation)\n# \(shrunk.script.events.count) events\n\(shrunk.script)")
case "flips":
    let missed = try flips(
        count: Int(arguments[1]) ?? 20, seed: UInt64(option("--seed") ?? "") ?? 1,
        schedulesMax: Int(option("--schedules") ?? "") ?? 10_000)
    exit(missed == 0 ? 0 : 1)
case "none":
    let search = Search(disk: try Disk())
    let first = UInt64(option("--first") ?? "") ?? 1
    var broken = 0
    for seed in first..<first + (UInt64(arguments[1]) ?? 1) {
        if let violation = search.play(seed, with: nil) { broken += 1; print("seed \(seed): \(violation)") }
    }
    print("\(arguments[1]) schedules without a bug, \(broken) broken")
    exit(broken == 0 ? 0 : 1)
case "tell":
    let script = Script(seed: UInt64(arguments[1]) ?? 1, size: size)
    for line in RunResult(script, on: try Disk(), checkers: standardCheckers(), isTelling: true).lines { print(line) }
case "table": print(table(try Record.read(arguments[1])))
default: exit(64)
}
