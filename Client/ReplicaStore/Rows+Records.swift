import Changeset
import Tickets

/// Commands as their author sees them.
extension Rows {
    func record(_ command: StoredCommand) throws -> CommandRecord {
        let ticket = try statements.row(
            """
            SELECT n.number, n.official, t.title FROM (SELECT ? AS id) AS c
            LEFT JOIN local_number AS n ON n.ticket = c.id LEFT JOIN ticket AS t ON t.id = c.id
            """, [command.ticket.value])
        return CommandRecord(
            ordinal: command.ordinal, id: command.id, kind: command.kind, ticket: command.ticket,
            localNumber: ticket?[0].int ?? 0, number: ticket?[1].string, title: ticket?[2].string,
            arguments: command.content?.arguments ?? [:], givenAt: command.givenAt, offeredAt: command.offeredAt,
            takenBackAt: command.takenBackAt, standing: command.standing, reason: command.reason, occurredAt: command.occurredAt,
            waitsFor: command.waitsFor, decision: command.decided, isAbsorbed: command.absorbedAt != nil,
            conflicts: try conflicts(of: command.id), holder: try holder(of: command.ticket),
            retracts: try retracted(by: command),
            retraction: try retraction(of: command))
    }

    /// What two sides disagreed about in a command; outlives its ticket's stay here.
    func conflicts(of command: CommandID) throws -> [Conflict] {
        try conflictRecords(of: command).map(\.conflict)
    }

    /// Summaries of tickets, by a condition on `ticket` as t and `entity` as e. CROSS JOIN keeps the order: short numbers are never
    /// given back, so beginning with them would read every ticket that this device ever had.
    func summaries(_ condition: String, _ values: [Value] = []) throws -> [TicketSummary] {
        let columns = Table.ticket.columns.map { "t.\($0)" }.joined(separator: ",")
        return try statements.rows(
            """
            SELECT n.number, n.official, e.leaving, e.id IS NULL,
                (SELECT count(*) FROM command WHERE ticket = t.id AND \(isPending)),
                (SELECT count(*) FROM command WHERE ticket = t.id AND verdict = 'held' AND decision IS NULL),
                (SELECT count(*) FROM note WHERE ticket = t.id AND kind = 'urge' AND late = 0), \(columns)
            FROM ticket AS t CROSS JOIN local_number AS n ON n.ticket = t.id LEFT JOIN entity AS e ON e.kind = 1 AND e.id = t.id
            WHERE \(condition)
            ORDER BY t.due_at IS NULL, t.due_at, n.number
            """, values
        ).compactMap { row in
            let fields = Array(row.dropFirst(7))
            guard let id = TicketID(fields[0]) else { return nil }
            var ticket = Ticket(row: fields, helpers: try helpers(of: id), clocks: try clocks(of: id))
            try addSeldom(to: &ticket)
            var summary = TicketSummary(
                id: id, localNumber: row[0].int ?? 0, number: row[1].string,
                ticket: ticket,
                pendingCount: Int(row[4].int ?? 0), heldCount: Int(row[5].int ?? 0), leaving: row[2].string,
                isOnlyHere: row[3].int == 1)
            summary.urgedCount = Int(row[6].int ?? 0)
            return summary
        }
    }

    func helpers(of ticket: TicketID) throws -> [Ticket.Helper] {
        try statements.rows("SELECT person, profession FROM helper WHERE ticket=? ORDER BY person", [ticket.value])
            .map { Ticket.Helper(person: $0[0].string ?? "", profession: $0[1].string) }
    }
}

extension StoredCommand {
    /// Where the command stands.
    var standing: CommandStanding {
        if takenBackAt != nil { return .takenBack }
        if let verdict { return .judged(verdict) }
        if let refusal { return .needsCentre(reason: refusal) }
        return offeredAt == nil ? .onlyHere : .offered
    }

    var decided: CommandRecord.Decided? {
        decision.map { .init(decision: $0, reason: decisionReason ?? "", by: decidedBy ?? "", at: decidedAt ?? 0) }
    }
}
