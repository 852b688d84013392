import CentralStore
import Changeset
import Tickets

extension SQLiteAccess {
    func merged(into parents: [TicketID]) throws -> [IncidentLine] {
        let columns = Table.incident.columns.map { "i.\($0)" }.joined(separator: ", ")
        let count = Table.incident.columns.count
        var lines: [IncidentLine] = []
        try sql.eachOf(
            parents.map(\.value),
            {
                "SELECT \(columns), t.number, t.state FROM incident i INDEXED BY incident_by_parent JOIN ticket t ON t.id = i.ticket "
                    + "WHERE i.ended_at IS NULL AND i.deleted = 0 AND i.parent IN \($0)"
            },
            { row in
                let values = row.values(0..<count)
                guard let incident = Incident(row: values), let ticket = TicketID(values[1]) else { return }
                let state = TicketState(rawValue: row.text(count + 1)) ?? .received
                lines.append(IncidentLine(ticket, number: row.optionalText(count), incident: incident, state: state))
            })
        return lines.sorted { ($0.incident.at, $0.ticket) < ($1.incident.at, $1.ticket) }
    }
}
