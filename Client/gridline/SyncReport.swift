import ReplicaStore
import SyncClient
import SyncProtocol
import Tickets

/// What a sync brought, and how the run ends for a script.
struct SyncReport {
    let outcome: SyncRunner.Outcome
    let status: SyncGlance
    let newlyHeldCount: Int
    /// Open conflicts that were not there before.
    var newConflictCount = 0

    private var failure: Failure? {
        if case .failed(let failure, _) = outcome.ending { return Failure(failure) }
        return nil
    }

    /// A failure's own status, else 4 for a revoked device, 3 while something is unsent, 5 for what a person must settle.
    var exit: ExitStatus {
        if let failure { return failure.exit }
        if outcome.ending == .wiped { return .notAuthorised }
        if status.outboxCount > 0 { return .unsent }
        return newlyHeldCount > 0 ? .conflict : .done
    }

    func show(on console: Console, now: Milliseconds) {
        if console.json { console.out(json) } else { say(on: console) }
        if let failure { console.talk(Words(same: "gridline: " + failure.text(console.language)), .bad) }
    }

    private func say(on console: Console) {
        switch outcome.ending {
        case .failed: break
        case .wiped:
            console.talk(status.outboxCount == 0 ? Say.wiped : Say.wipedUnsent("\(status.outboxCount)"), .bad)
            return
        case .done: console.out(Say.synced(status.confirmedAt.map { ShanghaiTime($0).full } ?? "-"))
        }
        if let summary = outcome.summary {
            let counts = [summary.enteredCount, summary.changedCount, summary.leftCount]
            if counts != [0, 0, 0] { console.out(Say.broughtTickets("\(counts[0])", "\(counts[1])", "\(counts[2])")) }
            if !summary.verdictCounts.isEmpty { console.out(Say.broughtVerdicts(verdictWords(summary))) }
            if summary.fingerprintAgrees == false { console.talk(Say.picturesDiffer, .attention) }
        }
        if newlyHeldCount > 0 { console.talk(Say.newlyHeld("\(newlyHeldCount)"), .attention) }
        if newConflictCount > 0 { console.talk(Say.newConflicts("\(newConflictCount)"), .attention) }
        if status.outboxCount > 0 { console.talk(Say.stillUnsent("\(status.outboxCount)"), .attention) }
        if status.newsCount > 0 { console.talk(Say.newsWaits("\(status.newsCount)")) }
    }

    private func verdictWords(_ summary: SyncSummary) -> Words {
        let counted = Verdict.allCases.compactMap { verdict in
            summary.verdictCounts[verdict] > 0 ? (verdict.words, summary.verdictCounts[verdict]) : nil
        }
        return Words(
            counted.map { "\($1) \($0.english)" }.text(joinedBy: ", "),
            counted.map { "\($0.chinese) \($1)" }.text(joinedBy: "，"))
    }

    private var json: JSON {
        let summary = outcome.summary ?? SyncSummary()
        let ending: String =
            switch outcome.ending {
            case .done: "done"
            case .wiped: "wiped"
            case .failed: "failed"
            }
        return [
            "ending": .text(ending), "code": .optional(failure?.code), "rounds": .count(outcome.roundCount),
            "base": .count(status.base), "confirmed_at": .time(status.confirmedAt),
            "tickets": [
                "entered": .count(summary.enteredCount), "changed": .count(summary.changedCount),
                "left": .count(summary.leftCount),
            ],
            "verdicts": .object(Verdict.allCases.map { ($0.rawValue, .count(summary.verdictCounts[$0])) }),
            "newly_held": .count(newlyHeldCount), "new_conflicts": .count(newConflictCount), "outbox": .count(status.outboxCount),
            "news": .count(status.newsCount),
            "fingerprint_agrees": summary.fingerprintAgrees.map { .bool($0) } ?? .null,
        ]
    }
}
