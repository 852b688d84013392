import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SQLiteAccess {
    /// Reads rows and open intervals, never the scope log or the sums: what pages bring must add up to this.
    func scopeDump(person: String, hasVersions: Bool) throws -> [PageEntity] {
        let scopes = try intervals(of: person).filter { $0.until == nil }.map(\.scope)
        var keys: [EntityKey] = []
        if !scopes.isEmpty {
            keys = try sql.all(
                """
                SELECT DISTINCT s.ticket FROM ticket_scope s JOIN ticket t ON t.id = s.ticket AND t.deleted = 0
                WHERE s.until IS NULL AND s.scope IN \(SQL.list(scopes.count))
                """, scopes.map(Value.text)
            ) { EntityKey(.ticket, id: $0.bytes(0)) }
        }
        if scopes.contains(personScope(person)) {
            keys += try sql.all("SELECT id FROM command WHERE person = ? AND verdict IS NOT NULL", [.text(person)]) {
                EntityKey(.verdict, id: $0.bytes(0))
            }
        }
        if scopes.contains(referenceScope) {
            for table in Table.references {
                keys += try sql.all("SELECT \(table.columns[0]) FROM \(table.name)") { .reference(table, $0.text(0)) }
            }
        }
        let versions = hasVersions ? try versions(of: keys) : [:]
        let content = try content(whole: keys, changed: [], after: 0, knowing: [:], masked: scopes.contains(maskScope))
        return keys.sorted().map { key in
            let found = content[key] ?? EntityContent()
            return PageEntity(key, .enter, version: versions[key] ?? 0, rows: found.rows, command: found.command)
        }
    }

    /// The sequence of the last change of any row, deleted ones too; of a verdict, of what was last said.
    private func versions(of keys: [EntityKey]) throws -> [EntityKey: UInt64] {
        var versions: [EntityKey: UInt64] = [:]
        let tickets = keys.filter { $0.kind == .ticket }.map { Value.blob($0.id) }
        for table in Table.ofTicket {
            let column = table.columns[table.ticketColumn ?? 0]
            try sql.eachOf(
                tickets, { "SELECT \(column), max(changed) FROM \(table.name) WHERE \(column) IN \($0) GROUP BY \(column)" },
                { row in
                    let key = EntityKey(.ticket, id: row.bytes(0))
                    versions[key] = max(versions[key] ?? 0, row.unsigned(1))
                })
        }
        for (id, version) in try verdictVersions(of: keys.filter { $0.kind == .verdict }.map { .blob($0.id) }) {
            versions[.verdict(id)] = version
        }
        for table in Table.references {
            try sql.each("SELECT \(table.columns[0]), changed FROM \(table.name)") { row in
                versions[.reference(table, row.text(0))] = row.unsigned(1)
            }
        }
        return versions
    }
}
