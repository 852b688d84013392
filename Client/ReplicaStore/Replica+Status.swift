import Changeset
import Tickets

extension Replica {
    /// Counts and ages: what is only here, what the centre confirmed and as of when, what is held and why.
    public func status() throws -> ReplicaStatus {
        try read { rows in
            let standing = try rows.standing()
            let outbox = try rows.commands("\(isPending) AND verdict IS NULL ORDER BY ordinal")
            let held = try rows.commands("verdict='held' AND decision IS NULL ORDER BY ordinal")
            return ReplicaStatus(
                identity: standing.identity, enrolAgainSince: try rows.enrolAgainSince(),
                confirmedAt: standing.confirmedAt, base: standing.cursor.base,
                clockOffset: standing.clockOffset,
                ticketCount: try rows.count(
                    "ticket WHERE id NOT IN (SELECT id FROM entity WHERE kind=1 AND leaving IS NOT NULL)"),
                unsent: CountAndAge(outbox.filter { $0.offeredAt == nil }),
                unanswered: CountAndAge(outbox.filter { $0.offeredAt != nil }),
                needsCentre: try outbox.filter { $0.refusal != nil }.map { try rows.record($0) },
                held: try held.map { try rows.record($0) }, leaving: try rows.summaries("e.leaving IS NOT NULL"),
                stagedPageCount: try rows.count("staged_page"), newsCount: try rows.count("news WHERE looked_at IS NULL"),
                openConflicts: try rows.conflictViews("c.settled_at IS NULL").filter(\.isOpen),
                givenCount: try rows.count("command"), judgedCount: try rows.count("command WHERE verdict IS NOT NULL"),
                outboxCount: outbox.count, takenBackCount: try rows.count("command WHERE taken_back_at IS NOT NULL"))
        }
    }
}

extension CountAndAge {
    init(_ commands: [StoredCommand]) { self.init(count: commands.count, since: commands.map(\.givenAt).min()) }
}

extension Replica {
    /// The centre has said that this device must enrol again. Nothing else changes: commands can be given, and wait.
    /// - Parameter at: The centre's time, as far as it is known.
    public func noteEnrolAgain(at: Milliseconds) throws {
        try write { _, rows in
            if try rows.enrolAgainSince() == nil { try rows.tell(.enrolAgain, at: at) }
        }
    }

    /// Whether this device may be enrolled over its own data without further ado: it was revoked, or told to.
    public func wantsEnrolment() throws -> Bool {
        try read { rows in
            let since = try rows.enrolAgainSince()
            return try rows.standing().identity.revokedAt != nil || since != nil
        }
    }
}

extension Rows {
    /// The news stands for the state: it is taken away when the device is enrolled again, and by nothing else.
    func enrolAgainSince() throws -> Milliseconds? {
        try statements.row("SELECT min(at) FROM news WHERE kind=?", [.text(NewsKind.enrolAgain.rawValue)])?.first?.int
    }
}
