import Fixture
import Tickets

/// What became of one script.
package struct RunResult: Sendable {
    /// The script's seed.
    package var seed: UInt64
    /// Hash of everything that happened.
    package var trace: String
    /// The first broken invariant; nil if all hold.
    package var violation: Violation?
    /// How often what happened.
    package var marks: [String: Int]
    /// Which faults changed something.
    package var faults: [Fault: Int]
    /// The history for people, if it was asked for.
    package var lines: [String]

    /// Plays a script.
    ///
    /// - Parameters:
    ///   - disk: Of this thread alone.
    ///   - checkers: Fresh ones.
    package init(_ script: Script, on disk: Disk, checkers: [any Checker], isTelling: Bool = false) {
        seed = script.seed
        var run: Run?
        do {
            let made = try Run(script, on: disk, checkers: checkers, isTelling: isTelling)
            run = made
            try made.play()
        } catch let violation as Violation {
            self.violation = violation
        } catch {
            violation = Violation("world", at: run?.stepIndex ?? 0, "\(error)")
        }
        trace = run?.trace.description ?? ""
        marks = run?.marks ?? [:]
        faults = run?.faultHits ?? [:]
        lines = run?.lines ?? []
    }
}

/// The checkers that every run has. The model of the rules counts the cells, too.
package func standardCheckers() -> [any Checker] { [CheapChecks(), QuietChecks(), ModelChecks()] }

extension Run {
    /// A ticket moved along an edge: coverage.
    package func edge(_ from: String?, _ to: String) { count("edge \(from ?? "-") \(to)") }

    /// A device heard a verdict for the first time: the share of the five, and their reasons.
    package func verdictTold(_ verdict: String, _ reason: String) {
        count("verdict \(verdict)")
        count("reason \(verdict) \(reason)")
    }
}
