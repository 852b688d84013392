import CentralStore
import Changeset
import Tickets

extension SQLiteAccess {
    func routed(after sequence: UInt64, limit: Int) throws -> [RoutedLine] {
        // A note never changes: `changed` is the sequence of its dispatch. What followed is found by the ticket's own entries.
        try sql.all(
            """
            SELECT n.changed, n.ticket, n.body, n.occurred_at, t.number, t.state, t.assignee, (
                SELECT k.kind FROM journal j JOIN command k ON k.id = j.command
                WHERE j.entity = n.ticket AND j.seq > n.changed AND k.kind IN ('return', 'dispatch')
                    AND (k.verdict IN ('applied', 'merged') OR k.decision IN ('accepted', 'amended'))
                ORDER BY j.seq LIMIT 1)
            FROM note n INDEXED BY note_by_rule JOIN ticket t ON t.id = n.ticket
            WHERE n.kind = '\(Route.byRule)' AND n.changed > ? AND n.deleted = 0 ORDER BY n.changed LIMIT ?
            """, [.sequence(sequence), .integer(Int64(max(0, limit)))]
        ) { row in
            guard let route = Route(row.text(2)) else { return nil }
            var line = RoutedLine(
                sequence: row.unsigned(0), ticket: try row.id(1, as: TicketID.self), route: route, at: row.int(3))
            line.number = row.optionalText(4)
            line.state = TicketState(rawValue: row.text(5))
            line.assignee = row.optionalText(6)
            line.undoneBy = row.optionalText(7).flatMap(CommandKind.init(rawValue:))
            return line
        }
    }

    func history(ofCategory code: String, since: Milliseconds) throws -> [GridHistory] {
        let tasks = TicketKind.tasks.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return try sql.all(
            """
            SELECT grid, count(*), max(created_at) FROM ticket INDEXED BY ticket_history
            WHERE category = ? AND grid IS NOT NULL AND created_at >= ? AND deleted = 0 AND kind NOT IN (\(tasks))
            GROUP BY grid ORDER BY grid
            """, [.text(code), .integer(since)]
        ) { GridHistory(grid: $0.text(0), count: Int($0.int(1)), lastAt: $0.int(2)) }
    }

    func underWay(assignee: String) throws -> Int {
        let final = TicketState.allCases.filter(\.isFinal).map { "'\($0.rawValue)'" }.joined(separator: ", ")
        // What is in the person's own scope are tens of tickets, however many the city has.
        let count = try sql.first(
            """
            SELECT count(*) FROM scope_log l JOIN ticket t ON t.id = l.entity
            WHERE l.scope = ? AND l.kind = 1 AND l.op <> 3 AND t.deleted = 0 AND t.assignee = ? AND t.state NOT IN (\(final))
            """, [.text(personScope(assignee)), .text(assignee)]
        ) { $0.int(0) }
        return Int(count ?? 0)
    }
}
