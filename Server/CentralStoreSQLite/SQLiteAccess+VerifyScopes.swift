import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SQLiteAccess {
    /// Rows, open intervals and scope log say the same of every ticket, rows and open intervals of every person.
    func verifyScopes(_ report: inout VerifyReport) throws {
        let version = try schemaVersion()
        try verifyPeople(ofVersion: version, &report)
        var last = Value.blob([])
        while true {
            let ids = try sql.all("SELECT id FROM ticket WHERE id > ? ORDER BY id LIMIT 256", [last]) { $0.value(0) }
            guard let end = ids.last else { break }
            last = end
            let loaded = try load(LoadRequest(tickets: Set(ids.compactMap(TicketID.init)))).tickets
            var live: [TicketID: [String: LogEntry]] = [:]
            for id in loaded.keys {
                for scope in loaded[id]?.scopes ?? [] where scope.until == nil {
                    live[id, default: [:]][scope.scope] = try holds(of: [.ticket(id)], in: scope.scope).first
                }
            }
            for (id, ticket) in loaded.sorted(by: { $0.key < $1.key }) {
                verify(ticket, id, live[id] ?? [:], ofVersion: version, &report)
            }
        }
        try sql.each(
            """
            SELECT l.seq FROM scope_log l WHERE l.kind = 1 AND l.op <> 3 AND NOT EXISTS (
                SELECT 1 FROM ticket_scope s
                WHERE s.ticket = l.entity AND s.scope = l.scope AND s.since = l.entered AND s.until IS NULL)
            """
        ) { row in report.add(.scope, at: row.unsigned(0), "the scope log holds a ticket that its intervals do not") }
    }

    /// The scopes that the rules of a file's schema version give. Version 1 knew no professions.
    private func known(_ scopes: Set<String>, inVersion version: Int) -> Set<String> {
        version < 2 ? scopes.filter { !isProfessionScope($0) } : scopes
    }

    private func verifyPeople(ofVersion version: Int, _ report: inout VerifyReport) throws {
        var open: [String: Set<String>] = [:]
        try sql.each("SELECT person, scope FROM person_scope WHERE until IS NULL") { row in
            open[row.text(0), default: []].insert(row.text(1))
        }
        try sql.each("SELECT \(TableSQL.of(.person).columns) FROM person WHERE deleted = 0") { row in
            let stored = row.stored(.person)
            guard let person = Person(row: stored.values) else { return }
            let theirs = open.removeValue(forKey: person.id) ?? []
            if theirs != known(scopes(of: person), inVersion: version) {
                report.add(.scope, at: stored.changed, "person \(person.id) does not have the scopes that their row says")
            }
        }
        for person in open.keys.sorted() { report.add(.scope, "person \(person) has scopes and no row") }
    }

    private func verify(
        _ loaded: LoadedTicket, _ id: TicketID, _ live: [String: LogEntry], ofVersion version: Int,
        _ report: inout VerifyReport
    ) {
        let open = loaded.scopes.filter { $0.until == nil }
        if Set(open.map(\.scope)) != known(scopes(of: loaded.ticket), inVersion: version) {
            report.add(.scope, at: loaded.version, "ticket \(id) is not in the scopes that its rows say")
        }
        for interval in open {
            guard let entry = live[interval.scope], entry.entered == interval.since, entry.sequence == loaded.version else {
                report.add(.scope, at: loaded.version, "ticket \(id) stands wrong in the log of a scope")
                continue
            }
        }
    }

    /// The sums are those of the scope log, and its versions those of the commands.
    func verifySums(_ report: inout VerifyReport) throws {
        var sums: [SumKey: Fingerprint] = [:]
        try sql.each("SELECT scope, kind, entity, seq FROM scope_log WHERE kind <> 1 AND op <> 3") { row in
            guard let kind = EntityKind(rawValue: UInt8(clamping: row.int(1))) else { return }
            sums[SumKey(scope: row.text(0), kind: kind), default: Fingerprint()]
                .add(EntityKey(kind, id: row.bytes(2)), version: row.unsigned(3))
        }
        var stored: [SumKey: Fingerprint] = [:]
        try sql.each("SELECT scope, kind FROM scope_sum") { row in
            if let kind = EntityKind(rawValue: UInt8(clamping: row.int(1))) {
                stored[SumKey(scope: row.text(0), kind: kind)] = Fingerprint()
            }
        }
        for key in stored.keys { stored[key] = try sum(key) }
        if stored != sums { report.add(.scope, "the sums of verdicts or references are not those of the scope log") }
        let ofConflicts =
            try schemaVersion() < 3
            ? "0"
            : """
            max(coalesce((SELECT max(changed) FROM conflict WHERE command = c.id), 0),
                coalesce((SELECT max(changed) FROM conflict WHERE against = c.id), 0))
            """
        try sql.each(
            """
            SELECT l.seq FROM scope_log l LEFT JOIN command c ON c.id = l.entity
            WHERE l.kind = 2 AND l.seq IS NOT max(coalesce(c.decision_seq, c.seq), \(ofConflicts))
            """
        ) { row in report.add(.scope, at: row.unsigned(0), "a verdict stands wrong in the log of its author's scope") }
    }
}
