import CentralStore
import Changeset
import Tickets

extension SQLiteAccess {
    func openSteps(withRestricted: Bool, limit: Int) throws -> [LadderLine] {
        let columns = Table.escalation.columns.map { "e.\($0)" }.joined(separator: ", ")
        let count = Table.escalation.columns.count
        return try sql.all(
            """
            SELECT \(columns), t.number, t.title, t.due_at FROM escalation e INDEXED BY escalation_open JOIN ticket t ON t.id = e.ticket
            WHERE e.outcome IS NULL AND e.deleted = 0 \(withRestricted ? "" : "AND e.restricted = 0") ORDER BY e.at, e.id LIMIT ?
            """, [.integer(Int64(max(0, limit)))]
        ) { row in
            let values = row.values(0..<count)
            guard let step = Escalation(row: values), let ticket = TicketID(values[1]) else { return nil }
            return LadderLine(
                step, ticket: ticket, number: row.optionalText(count), title: row.optionalText(count + 1) ?? "",
                dueAt: row.optionalInt(count + 2))
        }
    }
}
