import Foundation
import Simulator

/// A line of `found.csv`: where a planted bug was found.
struct Record {
    /// As `PlantedBug` has it.
    var bug: String
    /// The schedule's.
    var seed: UInt64
    /// After which event it was noticed.
    var step: Int
    /// What was broken.
    var invariant: String
    /// Schedules that were played with the bug, with the one that found it.
    var schedules: Int

    /// The file's first line: under which weights its schedules were drawn.
    static let drawn = "# drawn \(Script.drawing(size))"
    /// Its second line.
    static let head = "bug,seed,step,invariant,schedules"
    /// As it stands in the file.
    var line: String { "\(bug),\(seed),\(step),\(invariant),\(schedules)" }

    init?(_ line: Substring) {
        let fields = line.split(separator: ",").map { String($0) }
        guard fields.count == 5, let seed = UInt64(fields[1]), let step = Int(fields[2]), let schedules = Int(fields[4]) else {
            return nil
        }
        (bug, self.seed, self.step, invariant, self.schedules) = (fields[0], seed, step, fields[3], schedules)
    }

    init(_ bug: PlantedBug, _ seed: UInt64, _ violation: Violation, schedules: Int) {
        (self.bug, self.seed, step, invariant, self.schedules) = (bug.name, seed, violation.step, violation.invariant, schedules)
    }

    /// The lines of a file, without its head.
    static func read(_ path: String) throws -> [Record] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { Record($0) }
    }
}

/// The table for people.
func table(_ records: [Record]) -> String {
    let found = Dictionary(records.map { ($0.bug, $0) }, uniquingKeysWith: { $1 })
    let head =
        "| planted bug | what goes wrong | declared | found as | seed | step | schedules |\n|---|---|---|---|---|---|---|\n"
    return plantedBugs.reduce(into: head) { text, bug in
        let declared = bug.violates.sorted { Int($0.dropFirst()) ?? 0 < Int($1.dropFirst()) ?? 0 }.joined(separator: " ")
        let place = found[bug.name].map { "\($0.invariant) | \($0.seed) | \($0.step) | \($0.schedules)" } ?? "| | |"
        text += "| `\(bug.name)` | \(bug.story) | \(declared) | \(place) |\n"
    }
}
