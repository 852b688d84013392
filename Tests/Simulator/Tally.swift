import Tickets

/// Sums over many runs: what happened, which faults changed something, which seeds failed.
package struct Tally: Sendable {
    /// Schedules that were played.
    package var runCount = 0
    /// How often what happened.
    package var marks: [String: Int] = [:]
    /// How often which fault changed something.
    package var faults: [String: Int] = [:]
    /// What failed: seed and violation.
    package var failures: [(seed: UInt64, violation: String)] = []
    /// Of all traces in order: two campaigns over the same seeds are the same if this is.
    package var traces = TraceHash()

    /// Nothing yet.
    package init() {}

    /// One run more.
    package mutating func add(_ result: RunResult) {
        runCount += 1
        marks.merge(result.marks) { $0 + $1 }
        for (fault, count) in result.faults { faults[fault.rawValue, default: 0] += count }
        if let violation = result.violation { failures.append((result.seed, "\(violation)")) }
        traces.add(result.trace)
    }

    /// Lines by which another process can take the sums over.
    package var lines: [String] {
        ["runs\t\(runCount)"] + marks.sorted { $0.key < $1.key }.map { "mark\t\($0.key)\t\($0.value)" }
            + faults.sorted { $0.key < $1.key }.map { "fault\t\($0.key)\t\($0.value)" }
            + failures.map { "failure\t\($0.seed)\t\($0.violation)" }
    }

    /// Takes over a line of another process.
    package mutating func add(line: Substring) {
        let words = line.split(separator: "\t", maxSplits: 2).map(String.init)
        switch words.first {
        case "runs": runCount += Int(words[1]) ?? 0
        case "mark" where words.count == 3: marks[words[1], default: 0] += Int(words[2]) ?? 0
        case "fault" where words.count == 3: faults[words[1], default: 0] += Int(words[2]) ?? 0
        case "failure" where words.count == 3: failures.append((UInt64(words[1]) ?? 0, words[2]))
        default: break
        }
    }

    /// The cells of the matrix whose verdict stood in a journal and was the one that the model of the rules says: command, state, relation.
    package var cells: Set<String> {
        Set(
            marks.keys.filter { $0.hasPrefix("cell ") }.map {
                $0.split(separator: " ").dropFirst().prefix(3).joined(separator: " ")
            })
    }

    /// Verdicts that are too rare for a campaign to prove anything about them.
    package var rareVerdicts: [String] {
        runCount < Self.campaignMin ? [] : verdictShares.filter { $0.percent < Self.shareMin }.map(\.verdict)
    }

    /// From so many schedules on, each verdict has to have its share.
    package static let campaignMin = 1_000
    /// Percent.
    package static let shareMin = 2.0

    /// The part of each of the five verdicts, in percent of the commands that got one: on devices that heard it, and of acts at the centre
    /// that left an entry.
    package var verdictShares: [(verdict: String, percent: Double)] {
        let counts = ["applied", "merged", "superseded", "held", "rejected"].map { ($0, marks["verdict \($0)", default: 0]) }
        let total = max(1, counts.reduce(0) { $0 + $1.1 })
        return counts.map { ($0.0, 100 * Double($0.1) / Double(total)) }
    }

    /// What people read: one block, without the failures.
    package func report(seconds: Double, first: UInt64) -> String {
        var lines = [
            "\(runCount) schedules in \(Int(seconds.rounded())) s: \(Int(Double(runCount) * 60 / max(seconds, 0.001))) a minute",
            "seeds: \(first) to \(first + UInt64(max(1, runCount)) - 1)",
            "verdicts: " + verdictShares.map { "\($0.verdict) \(Self.tenths($0.percent)) %" }.joined(separator: ", "),
        ]
        let missing = Fault.allCases.map(\.rawValue).filter { faults[$0] == nil }
        lines.append(
            "faults that changed something: \(faults.count) of \(Fault.allCases.count): "
                + faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        if !missing.isEmpty { lines.append("faults that never did: \(missing.joined(separator: ", "))") }
        lines.append(
            "cells \(cells.count) of \(Matrix.kinds.count * Matrix.states.count * Relation.allCases.count) (all of the matrix: command, state, relation)"
        )
        for (prefix, name) in [("edge ", "edges"), ("reason ", "reasons")] {
            lines.append("\(name): \(marks.keys.count { $0.hasPrefix(prefix) })")
        }
        return lines.joined(separator: "\n")
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
