import CSQLite
import Changeset
import GRDB
import SyncProtocol
import Tickets

/// Puts pending commands on top of a completed pull, in one transaction.
///
///     confirmed ──pages, confirmed changesets──▶ confirmed′
///        └──pending──▶ shown         becomes        confirmed′ ──pending′──▶ shown′
///
/// Holds: a command is in `pending′` exactly if it is not absorbed: no verdict of this life of the centre, or one beyond the new
/// base. Of those, the ones whose verdict is missing, applied or merged are replayed; the others stay named.
/// - Source: DESIGN.md section 4.
final class Rebase {
    let rows: Rows
    let pull: Pull
    let standing: Standing
    private(set) lazy var rules = rulesWhenNeeded()
    private let rulesWhenNeeded: () -> Rules
    /// The head that the staged pages add up to.
    var base: UInt64 = 0
    /// Ordinals of the commands whose effect stayed where it is, because the centre confirms it just so.
    var settled: [Int64] = []
    /// What the centre holds at `base`, if it said so.
    var theirs: Fingerprint?
    /// What is held here, as far as this pull has been taken in; nil = the rows are counted when it has been.
    var sum: Fingerprint?
    var summary = SyncSummary()
    /// There was no ticket here: a first pull has nothing to compare with, and nothing to take away.
    var wasEmpty = false
    /// Tickets that the pages name, each once, in their order.
    var named: [TicketID] = []
    private var isNamed: Set<TicketID> = []
    /// The page of a pull that has no other; nil before it was read.
    var onlyPage: Page?
    /// SQLite's setting, where a pull of many pages has another one.
    var cacheBefore: Int64?
    /// The screen as it was before, of the tickets that the pages name.
    var before: [TicketID: Shown] = [:]

    init(rows: Rows, pull: Pull, standing: Standing, rules: @autoclosure @escaping () -> Rules) {
        self.rows = rows
        self.pull = pull
        self.standing = standing
        rulesWhenNeeded = rules
    }

    /// Notes that a page names this ticket.
    /// - Returns: Whether it is the first one to: a ticket that moves while it is paged comes again, and may then have lost rows.
    func name(_ ticket: TicketID) -> Bool {
        guard isNamed.insert(ticket).inserted else { return false }
        named.append(ticket)
        return true
    }

    /// - Parameter pass: Called between the steps.
    /// - Throws: `badAnswer` if the rows do not fit together; `inconsistent`. The transaction must then be rolled back.
    func run(_ pass: (KillPoint) throws -> Void) throws -> SyncSummary {
        try rememberScreen()
        sum = try keptSum()
        try pass(.rebaseBegun)
        try rollBackPending()
        try pass(.rebaseRolledBack)
        wasEmpty = try !rows.hasTickets()
        do {
            try applyPages()
            if !isPlanted("confirmation-unheard") { try confirm() }
            try absorb()
            if pull.fromZero, !isPlanted("unstamped-stays") { try markUnstamped() }
        } catch let error as DatabaseError where error.isMisfit {
            throw ReplicaError.badAnswer(detail: "a row breaks a constraint")
        }
        try pass(.rebaseApplied)
        try replay()
        let dropped = try rows.dropLeft(at: pull.serverTime)
        summary.leftCount = dropped
        try tellNews()
        try moveCursor()
        try rows.pruneRetained(standing, at: pull.serverTime)
        try checkForeignKeys()
        try giveRoomBack()
        try pass(.rebaseReplayed)
        return summary
    }

    /// A reading from zero brings every row, so it also mends a file in which pending commands cannot be rolled back.
    private func rollBackPending() throws {
        guard pull.fromZero else { return try rollBackUnsettled() }
        try rows.db.inSavepoint {
            do {
                try rows.rollBackPending()
            } catch let error where error.isMisfit {
                return .rollback
            }
            return .commit
        }
        guard try rows.count("command WHERE \(isPending) AND replayed IS NOT NULL") > 0 else { return }
        for table in Tickets.Table.ofTicket.reversed() where try rows.has(table) {
            try rows.statements.run("DELETE FROM \(table.name)")
        }
        try rows.statements.run("UPDATE command SET replayed=NULL WHERE \(isPending)")
    }

    /// What the centre promised not to send: the given changeset stands in the confirmed rows, unless a page brought a newer state.
    private func confirm() throws {
        guard try rows.hasPending() else { return }
        // Five columns of twenty-eight: a day's commands are all of this kind.
        let confirmed = try rows.statements.rows(
            """
            SELECT ordinal, ticket, kind, verdict_sequence, payload FROM command
            WHERE \(isPending) AND confirmed=1 AND verdict_incarnation=? ORDER BY verdict_sequence
            """, [pull.incarnation.value])
        for row in confirmed {
            guard let ordinal = row[0].int, let ticket = TicketID(row[1]), let kind = row[2].string,
                let sequence = row[3].sequence, sequence <= base, let changeset = row[4].bytes.flatMap(Payload.changeset)
            else { continue }
            let entity = try rows.entity(.ticket(ticket))
            let isMade = CommandKind(rawValue: kind)?.makesTicket == true
            guard entity.map({ $0.version < sequence && !$0.isLeaving }) ?? isMade else { continue }
            if !settled.contains(ordinal), try !rows.confirm(Array(changeset)) {
                throw ReplicaError.badAnswer(detail: "a confirmed row is missing")
            }
            try setEntity(.ticket(ticket), version: sequence, replacing: entity)
            try rows.noteOfficialNumber(of: ticket)
        }
    }

    /// A verdict at or before the base is in the confirmed rows now.
    private func absorb() throws {
        guard try rows.hasPending() else { return }
        let absorbed = "\(isPending) AND verdict IS NOT NULL AND verdict_incarnation=? AND verdict_sequence<=?"
        let values: [Value] = [pull.incarnation.value, .sequence(base)]
        for row in try rows.statements.rows(
            "SELECT id, verdict, max(verdict_sequence, coalesce(decision_sequence, 0)) FROM command WHERE \(absorbed)", values)
        {
            guard let id = CommandID(row[0]), let verdict = row[1].string.flatMap(Verdict.init(rawValue:)) else { continue }
            summary.verdictCounts[verdict] += 1
            // The receipt of an answer stands for the verdict's entity, which then does not come with a page.
            try setEntityIfNewer(.verdict(id), version: row[2].sequence ?? 0)
        }
        try rows.statements.run(
            "UPDATE command SET absorbed_at=?, refusal=NULL, replayed=NULL WHERE \(absorbed)",
            [.integer(pull.serverTime)] + values)
    }

    private func moveCursor() throws {
        summary.base = base
        summary.confirmedAt = max(standing.serverTime, pull.serverTime)
        let (agrees, isCounted) = try compare()
        summary.fingerprintAgrees = agrees
        // Once: what does not agree after a reading from zero is not mended by another one; the next day looks again.
        let readAnew = agrees == false && !pull.fromZero
        let compared = isCounted || pull.fromZero || standing.wantsComparison
        try rows.statements.run(
            """
            UPDATE cursor SET base=?2, generation=?3, server_time=max(server_time, ?1), confirmed_at=max(server_time, ?1),
                fingerprint_at=CASE WHEN ?4 THEN ?1 ELSE fingerprint_at END
            """,
            [.integer(pull.serverTime), .sequence(base), .integer(Int64(pull.generation)), .integer(compared ? 1 : 0)])
        try rows.keep(sum)
        if pull.fromZero {
            let version = try rows.statements.row("PRAGMA user_version")?.first ?? .integer(0)
            try rows.statements.run("UPDATE cursor SET schema_version=?", [version])
        }
        try rows.dropPull()
        if readAnew { try rows.readAnew(at: pull.serverTime) }
    }

    /// The commit would fail too, with less to say. SQLite counts what is unresolved; only if there may be any are all rows read.
    private func checkForeignKeys() throws {
        var (unresolved, highest): (Int32, Int32) = (0, 0)
        let code = sqlite3_db_status(rows.db.sqliteConnection, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0)
        if code == SQLITE_OK, unresolved == 0 { return }
        guard try rows.statements.row("PRAGMA foreign_key_check") == nil else {
            throw ReplicaError.badAnswer(detail: "a row without its ticket")
        }
    }
}

extension Rows {
    /// Takes back pending commands, newest first, strictly: each changeset finds the rows as it left them. What is then in the
    /// domain tables is the confirmed state.
    func rollBackPending() throws {
        guard try hasPending() else { return }
        let replayed = "SELECT replayed FROM command WHERE \(isPending) AND replayed IS NOT NULL ORDER BY ordinal DESC"
        for row in try statements.rows(replayed) { try takeBack(row[0].bytes ?? []) }
        try statements.run("UPDATE command SET replayed=NULL WHERE \(isPending)")
    }
}
