import Foundation
import Simulator
import Tickets

// The proof that the simulator sees. `make sim-selftest` runs the first; `make test` the second.
//
//     gridline-selftest search FILE [--schedules N] [--bug NAME]    looks for every planted bug, as many at once as there are cores
//     gridline-selftest replay FILE                                 the recorded seeds: each fails with its bug and holds without it
//     gridline-selftest table FILE                                  the table for people
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
case "replay": exit(try replay(arguments[1]) == 0 ? 0 : 1)
case "table": print(table(try Record.read(arguments[1])))
default: exit(64)
}
