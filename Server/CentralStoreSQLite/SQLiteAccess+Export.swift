import CentralStore
import Changeset
import Tickets

extension SQLiteAccess {
    func tickets(after position: UInt64, limit: Int, withCitizens: Bool) throws -> [ExportedTicket] {
        let columns = Table.ticket.columns.map { "t.\($0)" }.joined(separator: ", ")
        let count = Table.ticket.columns.count
        var places: [TicketID: Int] = [:]
        // By rowid: tickets are never removed and never get another one, and each new one is larger than all before.
        var found = try sql.all(
            """
            SELECT t.rowid, \(columns), s.source, s.external_id FROM ticket t LEFT JOIN import_source s ON s.ticket = t.id
            WHERE t.rowid > ? AND t.deleted = 0 AND t.kind <> '\(TicketKind.diary.rawValue)' ORDER BY t.rowid LIMIT ?
            """, [.sequence(position), .integer(Int64(limit))]
        ) { row in
            let source = row.isNull(count + 1) ? nil : ImportSource(source: row.text(count + 1), externalID: row.text(count + 2))
            return ExportedTicket(
                position: row.unsigned(0), ticket: Ticket(row: row.values(1..<(count + 1))), citizen: nil, source: source)
        }
        for (index, exported) in found.enumerated() { places[exported.ticket.id] = index }
        let ids = found.map(\.ticket.id.value)
        try sql.eachOf(
            ids, { "SELECT \(TableSQL.of(.helper).columns) FROM helper WHERE deleted = 0 AND ticket IN \($0)" },
            { row in
                let stored = row.stored(.helper)
                if let place = places[try row.id(0)] { found[place].ticket.apply(.insert(.helper, stored.values)) }
            })
        guard withCitizens else { return found }
        try sql.eachOf(
            ids, { "SELECT \(TableSQL.of(.citizen).columns) FROM citizen WHERE deleted = 0 AND ticket IN \($0)" },
            { row in if let place = places[try row.id(0)] { found[place].citizen = row.stored(.citizen).values } })
        return found
    }

    func persons(after id: String, limit: Int) throws -> [Person] {
        try sql.all(
            "SELECT \(TableSQL.of(.person).columns) FROM person WHERE deleted = 0 AND id > ? ORDER BY id LIMIT ?",
            [.text(id), .integer(Int64(limit))]
        ) { Person(row: $0.stored(.person).values) }
    }

    func units(after id: String, limit: Int) throws -> [HandlingUnit] {
        try sql.all(
            "SELECT \(TableSQL.of(.unit).columns) FROM unit WHERE deleted = 0 AND id > ? ORDER BY id LIMIT ?",
            [.text(id), .integer(Int64(limit))]
        ) { HandlingUnit(row: $0.stored(.unit).values) }
    }

    func grids(after id: String, limit: Int) throws -> [GridRecord] {
        try sql.all(
            "SELECT id, name, parent FROM grid WHERE deleted = 0 AND id > ? ORDER BY id LIMIT ?",
            [.text(id), .integer(Int64(limit))]
        ) { GridRecord(id: $0.text(0), name: $0.text(1), parent: $0.optionalText(2)) }
    }
}
