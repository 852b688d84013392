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

    func supervised(from place: TimedPlace, until: Milliseconds, unit: String?, limit: Int) throws -> [SupervisedLine] {
        let columns = Table.part.columns.map { "p.\($0)" }.joined(separator: ", ")
        let count = Table.part.columns.count
        // What the unit's people wrote on the ticket while it was set over it: the notes of one ticket, by its index.
        func words(_ kind: CommandKind) -> String {
            """
            (SELECT count(*) FROM note n JOIN person w ON w.id = n.author WHERE n.ticket = p.ticket AND n.kind = '\(kind.rawValue)'
                AND n.deleted = 0 AND w.unit = p.unit AND n.occurred_at >= p.asked_at
                AND (p.ended_at IS NULL OR n.occurred_at <= p.ended_at))
            """
        }
        return try sql.all(
            """
            SELECT \(columns), t.number, c.due_at, c.met_at, c.ended_at, \(words(.urge)), \(words(.note))
            FROM part p INDEXED BY part_supervising JOIN ticket t ON t.id = p.ticket LEFT JOIN clock c ON c.id = p.id
            WHERE p.role <> 'joint' AND p.deleted = 0 AND (p.asked_at, p.id) > (?, ?) AND p.asked_at < ? \(unit == nil ? "" : "AND p.unit = ?")
            ORDER BY p.asked_at, p.id LIMIT ?
            """,
            [.integer(place.since), .blob(place.beyond), .integer(until)] + (unit.map { [.text($0)] } ?? [])
                + [.integer(Int64(max(0, limit)))]
        ) { row in
            let values = row.values(0..<count)
            guard let part = Part(row: values), let ticket = TicketID(values[1]) else { return nil }
            return SupervisedLine(
                ticket: ticket, number: row.optionalText(count), part: part, dueAt: row.optionalInt(count + 1),
                metAt: row.optionalInt(count + 2), endedAt: row.optionalInt(count + 3), urged: Int(row.int(count + 4)),
                guided: Int(row.int(count + 5)))
        }
    }

    func visits(from place: TimedPlace, until: Milliseconds, limit: Int) throws -> [VisitLine] {
        try sql.all(
            """
            SELECT n.id, n.ticket, n.kind, n.occurred_at, t.number FROM note n INDEXED BY note_of_visits JOIN ticket t ON t.id = n.ticket
            WHERE n.kind GLOB 'visit*+*' AND n.deleted = 0 AND (n.occurred_at, n.id) > (?, ?) AND n.occurred_at < ?
            ORDER BY n.occurred_at, n.id LIMIT ?
            """, [.integer(place.since), .blob(place.beyond), .integer(until), .integer(Int64(max(0, limit)))]
        ) { row in
            guard let visit = VisitRecord(noteKind: row.text(2)), visit.persons != nil else { return nil }
            return VisitLine(
                id: row.bytes(0), ticket: try row.id(1, as: TicketID.self), number: row.optionalText(4), at: row.int(3),
                visit: visit)
        }
    }
}
