import Changeset
import Tickets

extension Replica {
    /// Counts and ages: what is only here, what the centre confirmed and as of when, what is held and why.
    public func status() throws -> ReplicaStatus {
        try read { rows in
            let standing = try rows.standing()
            let outbox = try rows.pendingCommands("AND verdict IS NULL ORDER BY ordinal")
            let held = try rows.commands("verdict='held' AND decision IS NULL ORDER BY ordinal")
            let counts = try rows.counts()
            return ReplicaStatus(
                identity: standing.identity, enrolAgainSince: counts.enrolAgainSince, confirmedAt: standing.confirmedAt,
                base: standing.cursor.base, clockOffset: standing.clockOffset, ticketCount: counts.tickets,
                unsent: CountAndAge(outbox.filter { $0.offeredAt == nil }),
                unanswered: CountAndAge(outbox.filter { $0.offeredAt != nil }),
                needsCentre: try outbox.filter { $0.refusal != nil }.map { try rows.record($0) },
                held: try held.map { try rows.record($0) },
                leaving: counts.leaving == 0 ? [] : try rows.summaries("e.leaving IS NOT NULL"),
                stagedPageCount: counts.stagedPages, newsCount: counts.news,
                openConflicts: counts.unsettled == 0
                    ? [] : try rows.conflictViews("c.settled_at IS NULL").filter(\.isOpen),
                // What has no verdict is in the outbox or was taken back before it was sent.
                givenCount: counts.given, judgedCount: counts.given - outbox.count - counts.takenBackUnjudged,
                outboxCount: outbox.count,
                takenBackCount: counts.takenBack)
        }
    }
}

/// What a status counts.
private struct StatusCounts {
    /// Those that are leaving are not among them.
    var tickets: Int
    var leaving: Int
    var stagedPages: Int
    var news: Int
    var unsettled: Int
    var given: Int
    var takenBack: Int
    var takenBackUnjudged: Int
    var enrolAgainSince: Milliseconds?
}

extension Rows {
    /// In one statement: a sync asks before and after, and to prepare a statement takes longer than to count a few hundred rows. What
    /// is seldom there is read only if there is any, for the same reason.
    fileprivate func counts() throws -> StatusCounts {
        let row =
            try statements.row(
                Self.countsText, [.text(TicketKind.diary.rawValue), .text(NewsKind.enrolAgain.rawValue)]) ?? []
        func count(_ place: Int) -> Int { row.indices.contains(place) ? Int(row[place].int ?? 0) : 0 }
        return StatusCounts(
            tickets: count(0), leaving: count(1), stagedPages: count(2), news: count(3), unsettled: count(4), given: count(5),
            takenBack: count(6), takenBackUnjudged: count(7), enrolAgainSince: row.last?.int)
    }

    private static let countsText = """
        SELECT (SELECT count(*) FROM ticket
                WHERE ticket.kind<>? AND id NOT IN (SELECT id FROM entity WHERE kind=1 AND leaving IS NOT NULL)),
            (SELECT count(*) FROM entity WHERE kind=1 AND leaving IS NOT NULL), (SELECT count(*) FROM staged_page),
            (SELECT count(*) FROM news WHERE looked_at IS NULL), (SELECT count(*) FROM conflict WHERE settled_at IS NULL),
            (SELECT count(*) FROM command), (SELECT count(*) FROM command WHERE taken_back_at IS NOT NULL),
            (SELECT count(*) FROM command WHERE taken_back_at IS NOT NULL AND verdict IS NULL),
            (SELECT min(at) FROM news WHERE kind=?)
        """
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
