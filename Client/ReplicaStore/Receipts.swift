import Changeset
import SyncProtocol
import Tickets

extension Rows {
    /// Keeps a receipt, from an answer or from a verdict entity. Its verdict counts in the life of the centre that speaks now.
    /// - Returns: Whether it said something new.
    @discardableResult
    func keep(_ receipt: Receipt, at: Milliseconds) throws -> Bool {
        guard let command = try judged(receipt.commandID) else {
            try keepElsewhere(receipt)
            return true
        }
        // The verdict on another payload under this identity: ours is judged on its own.
        guard command.digest == receipt.digest else { return false }
        let incarnation = try incarnation()
        let isKnown = command.verdictIncarnation == incarnation && command.verdictSequence == receipt.sequence
        try statements.run(
            """
            UPDATE command SET verdict=?, verdict_sequence=?, verdict_incarnation=?, reason=?, waits_for=?, occurred_at=?, receipt=?,
                confirmed=?, refusal=NULL, taken_back_at=NULL WHERE ordinal=?
            """,
            [
                .text(receipt.verdict.rawValue), .sequence(receipt.sequence), incarnation.value, .text(receipt.reason),
                receipt.waitsFor?.value ?? .null, .integer(receipt.occurredAt), .blob(receipt.encoded()),
                // A verdict entity repeats the receipt without the promise that an answer made.
                .integer(receipt.confirmed || isKnown && command.confirmed ? 1 : 0), .integer(command.ordinal),
            ])
        // A centre that was restored may have lost the answer to a held command: then the dispatcher is asked anew.
        if command.verdictIncarnation != incarnation, receipt.decision == nil, command.decision != nil {
            try statements.run(
                """
                UPDATE command SET decision=NULL, decision_sequence=NULL, decision_reason=NULL, decided_by=NULL, decided_at=NULL
                WHERE ordinal=?
                """, [.integer(command.ordinal)])
        }
        // Held still, now for another reason, is news too. So is what was taken back here while a copy of this device, or this device
        // before it was restored, had sent it: the centre has it, and so it counts.
        let isNews = command.verdict != receipt.verdict || receipt.verdict == .held && command.reason != receipt.reason
        if isNews, receipt.verdict != .applied || receipt.reason != Reason.ok.rawValue || command.takenBackAt != nil {
            try tell(
                .verdict, at: at, ticket: command.ticket, command: command.id,
                detail: "\(receipt.verdict.rawValue) \(receipt.reason)")
        }
        let decided = try keepDecision(of: receipt, on: command, at: at)
        return !isKnown || decided
    }

    private func keepDecision(of receipt: Receipt, on command: Judged, at: Milliseconds) throws -> Bool {
        guard let decision = receipt.decision else { return false }
        try statements.run(
            """
            UPDATE command SET decision=?, decision_sequence=?, decision_reason=?, decided_by=?, decided_at=? WHERE ordinal=?
            """,
            [
                .text(decision.decision.rawValue), .sequence(decision.sequence), .text(decision.reason), .text(decision.by),
                .integer(decision.at), .integer(command.ordinal),
            ])
        guard command.decision != decision.decision else { return false }
        try tell(
            .decision, at: at, ticket: command.ticket, command: command.id,
            detail: "\(decision.decision.rawValue) \(decision.reason)")
        return true
    }

    private func keepElsewhere(_ receipt: Receipt) throws {
        try statements.run(
            """
            INSERT OR REPLACE INTO verdict_elsewhere (command, verdict, sequence, reason, occurred_at, decision, decision_reason,
                decided_by, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                receipt.commandID.value, .text(receipt.verdict.rawValue), .sequence(receipt.sequence), .text(receipt.reason),
                .integer(receipt.occurredAt), .optional(receipt.decision?.decision.rawValue), .optional(receipt.decision?.reason),
                .optional(receipt.decision?.by), .optional(receipt.decision?.at),
            ])
    }

    /// What of a command a receipt is held against: a third of its columns, and it is asked for with every receipt of an answer.
    private struct Judged {
        var ordinal: Int64
        var id: CommandID
        var ticket: TicketID
        var digest: [UInt8]
        var verdict: Verdict?
        var verdictSequence: UInt64?
        var verdictIncarnation: Incarnation?
        var reason: String?
        var confirmed: Bool
        var decision: HeldDecision?
        var takenBackAt: Milliseconds?
    }

    private func judged(_ id: CommandID) throws -> Judged? {
        let row = try statements.row(
            """
            SELECT ordinal, ticket, digest, verdict, verdict_sequence, verdict_incarnation, reason, confirmed, decision, taken_back_at
            FROM command WHERE id=?
            """, [id.value])
        guard let row else { return nil }
        guard let ticket = TicketID(row[1]) else { throw ReplicaError.damaged(detail: "a command has no identity") }
        return Judged(
            ordinal: row[0].int ?? 0, id: id, ticket: ticket, digest: row[2].bytes ?? [],
            verdict: row[3].string.flatMap(Verdict.init(rawValue:)), verdictSequence: row[4].sequence,
            verdictIncarnation: Incarnation(row[5]), reason: row[6].string, confirmed: row[7].int == 1,
            decision: row[8].string.flatMap(HeldDecision.init(rawValue:)), takenBackAt: row[9].int)
    }
}
