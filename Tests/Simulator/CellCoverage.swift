import CentralStore
import Changeset
import Tickets

/// Which cells of the matrix were reached: a cell counts only once its verdict stands in the journal. State and relation are looked up
/// in the files, the state as the journal left it before the entry.
package final class CellCoverage: Checker {
    private var states: [[UInt8]: String] = [:]
    private var journalSeen: Int64 = 0
    private var restoredSeen = 0

    package init() {}

    package func begin(_ run: Run) throws { try readAnew(run) }

    private func readAnew(_ run: Run) throws {
        let peek = try run.centre.peek()
        journalSeen = try peek.int("SELECT head FROM store")
        states = [:]
        for row in try peek.rows("SELECT id, state FROM ticket") { states[row[0].bytes ?? []] = row[1].string }
    }

    package func step(_ run: Run, _ step: Step) throws {
        guard step.touchesCentre, run.centre.service != nil else { return }
        guard run.centre.restoredCount == restoredSeen else {
            restoredSeen = run.centre.restoredCount
            return try readAnew(run)
        }
        let peek = try run.centre.peek()
        for entry in try peek.rows(
            "SELECT seq, kind, command, body FROM journal WHERE seq > ? ORDER BY seq", [.integer(journalSeen)])
        {
            journalSeen = entry[0].int ?? journalSeen
            if entry[1].string == JournalKind.verdict.rawValue { try count(run, peek, entry[2]) }
            for change in entry[3].bytes.flatMap(JournalBody.init(decoding:))?.changeset.changes ?? []
            where change.table == Table.ticket.name {
                guard
                    let state = change.new.indices.contains(TicketColumn.state.index)
                        ? change.new[TicketColumn.state.index]?.string : nil
                else { continue }
                let keys = change.old.isEmpty ? change.new : change.old
                states[keys[0]?.bytes ?? []] = state
            }
        }
    }

    private func count(_ run: Run, _ peek: Peek, _ command: Value) throws {
        guard let row = try peek.rows("SELECT kind, verdict, ticket, person, reason FROM command WHERE id = ?", [command]).first,
            row[1] != .null
        else { return }
        let state = states[row[2].bytes ?? []] ?? "none"
        let relation = try relation(peek, ticket: row[2], person: row[3])
        run.count("cell \(row[0].string ?? "") \(state) \(relation) \(row[1].string ?? "")")
    }

    private func relation(_ peek: Peek, ticket: Value, person: Value) throws -> String {
        let found = try peek.rows(
            """
            SELECT p.role IN ('dispatcher', 'supervisor', 'operator'),
                EXISTS (SELECT 1 FROM ticket WHERE id = ?2 AND assignee = ?1)
                    OR EXISTS (SELECT 1 FROM helper WHERE ticket = ?2 AND person = ?1 AND deleted = 0),
                EXISTS (SELECT 1 FROM ticket_scope t JOIN person_scope s ON s.scope = t.scope
                    WHERE t.ticket = ?2 AND s.person = ?1 AND t.until IS NULL AND s.until IS NULL),
                EXISTS (SELECT 1 FROM ticket_scope t JOIN person_scope s ON s.scope = t.scope
                    WHERE t.ticket = ?2 AND s.person = ?1)
            FROM person p WHERE p.id = ?1
            """, [person, ticket])
        guard let row = found.first else { return "stranger" }
        if row[0].int == 1 { return "centre" }
        if row[1].int == 1 { return "handler" }
        if row[2].int == 1 { return "onlooker" }
        return row[3].int == 1 ? "former" : "stranger"
    }
}
