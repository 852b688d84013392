import CentralStore
import Changeset
import Tickets

extension SQLiteAccess {
    func raiseAlarms(_ rules: AlarmRules, now: Milliseconds) throws -> [AlarmKind: Int] {
        try sql.run(Texts.clearClocks, [.integer(now)])
        try sql.run(Texts.clearHeld, [])
        var raised: [AlarmKind: Int] = [:]
        func raise(_ text: StatementText, _ arguments: [Value]) throws {
            for word in try sql.all(text, arguments, { $0.text(0) }) {
                if let kind = AlarmKind(rawValue: word) { raised[kind, default: 0] += 1 }
            }
        }
        // Moments far from now would overflow the sum.
        guard Rules.moments.contains(now) else { return raised }
        try raise(Texts.overdue, [.integer(now)])
        try raise(Texts.dueSoon, [.integer(now), .integer(rules.dueSoon)])
        try raise(Texts.undecided, [.integer(now), .integer(now - rules.undecided)])
        return raised
    }

    func alarms(limit: Int) throws -> [AlarmLine] {
        try sql.all(Texts.list, [.integer(Int64(max(0, limit)))]) { row in
            guard let kind = AlarmKind(rawValue: row.text(0)) else { return nil }
            var line = AlarmLine(kind, ticket: try row.optionalID(2), raisedAt: row.int(4))
            line.number = row.optionalText(5)
            line.assignee = row.optionalText(6)
            line.unit = row.optionalText(7)
            line.clock = row.optionalText(8).flatMap(ClockKind.init(rawValue:))
            line.step = row.optionalText(9)
            if kind == .undecided { line.command = try row.optionalID(1) } else { line.dueAt = row.int(3) }
            return line
        }
    }

    /// How many alarms of each kind stand.
    func alarmCounts() throws -> [AlarmKind: Int] {
        var counts: [AlarmKind: Int] = [:]
        try sql.each("SELECT kind, count(*) FROM alarm GROUP BY kind") { row in
            if let kind = AlarmKind(rawValue: row.text(0)) { counts[kind] = Int(row.int(1)) }
        }
        return counts
    }
}

/// What a pass costs: the standing alarms, and what runs and is due by then. Each is looked up by its key or by a partial index.
private enum Texts {
    /// The clock was met, fell away or was moved; or what was due soon is overdue.
    static let clearClocks = StatementText(
        """
        DELETE FROM alarm WHERE kind <> 'undecided' AND NOT EXISTS (
            SELECT 1 FROM clock c WHERE c.id = alarm.subject AND c.due_at = alarm.due_at AND c.met_at IS NULL
                AND c.ended_at IS NULL AND c.deleted = 0 AND (alarm.kind <> 'due-soon' OR c.due_at >= ?1))
        """)
    static let clearHeld = StatementText(
        """
        DELETE FROM alarm WHERE kind = 'undecided' AND NOT EXISTS (
            SELECT 1 FROM command c WHERE c.id = alarm.subject AND c.verdict = 'held' AND c.decision IS NULL)
        """)
    static let overdue = StatementText(
        """
        INSERT OR IGNORE INTO alarm(kind, subject, due_at, ticket, raised_at)
        SELECT CASE kind WHEN 'answer' THEN 'unanswered' ELSE 'overdue' END, id, due_at, ticket, ?1 FROM clock INDEXED BY clock_running
        WHERE met_at IS NULL AND ended_at IS NULL AND deleted = 0 AND due_at < ?1 RETURNING kind
        """)
    static let dueSoon = StatementText(
        """
        INSERT OR IGNORE INTO alarm(kind, subject, due_at, ticket, raised_at)
        SELECT 'due-soon', id, due_at, ticket, ?1 FROM clock INDEXED BY clock_running
        WHERE met_at IS NULL AND ended_at IS NULL AND deleted = 0 AND due_at >= ?1 AND due_at <= ?1 + ?2
            AND due_at - ?1 <= (due_at - start_at) / 4 RETURNING kind
        """)
    static let undecided = StatementText(
        """
        INSERT OR IGNORE INTO alarm(kind, subject, due_at, ticket, raised_at)
        SELECT 'undecided', id, 0, ticket, ?1 FROM command INDEXED BY command_undecided
        WHERE verdict = 'held' AND decision IS NULL AND received_at <= ?2 RETURNING kind
        """)
    static let list = StatementText(
        """
        SELECT a.kind, a.subject, a.ticket, a.due_at, a.raised_at, t.number, t.assignee, coalesce(p.unit, t.unit), c.kind,
            (SELECT e.step FROM escalation e WHERE e.ticket = a.ticket AND e.outcome IS NULL AND e.restricted = 0 AND e.deleted = 0)
        FROM alarm a LEFT JOIN ticket t ON t.id = a.ticket LEFT JOIN clock c ON c.id = a.subject LEFT JOIN part p ON p.id = a.subject
        ORDER BY CASE a.kind WHEN 'overdue' THEN 0 WHEN 'unanswered' THEN 1 WHEN 'undecided' THEN 2 ELSE 3 END, a.due_at, a.raised_at, a.subject LIMIT ?
        """)
}
