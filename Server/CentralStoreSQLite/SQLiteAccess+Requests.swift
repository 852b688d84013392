import CentralStore
import Changeset
import Tickets

extension SQLiteAccess {
    func requests(withAnswered: Bool, limit: Int) throws -> [RequestLine] {
        let columns = Table.request.columns.map { "r.\($0)" }.joined(separator: ", ")
        let count = Table.request.columns.count
        // The words are the note of the same command, which its ticket's index finds.
        return try sql.all(
            """
            SELECT \(columns), t.number, t.due_at, (SELECT n.body FROM note n
                WHERE n.ticket = r.ticket AND n.command = r.id AND n.deleted = 0)
            FROM request r \(withAnswered ? "" : "INDEXED BY request_pending") JOIN ticket t ON t.id = r.ticket
            WHERE r.deleted = 0 \(withAnswered ? "" : "AND r.state = 'pending'") ORDER BY r.given_at, r.id LIMIT ?
            """, [.integer(Int64(max(0, limit)))]
        ) { row in
            let values = row.values(0..<count)
            guard let request = TicketRequest(row: values), let ticket = TicketID(values[1]) else { return nil }
            var line = RequestLine(request, ticket: ticket)
            line.number = row.optionalText(count)
            line.dueAt = row.optionalInt(count + 1)
            line.words = row.optionalText(count + 2)
            return line
        }
    }
}
