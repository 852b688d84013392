import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SQLiteAccess {
    /// Puts people and tickets of a store of schema version 1 into the scopes of grid and profession, which it did not know, as of
    /// one new journal entry. Without any there is no entry.
    ///
    ///     person ──scopes(of:)──▶ person_scope since S           a pull brings what is in a scope that began after its base
    ///     ticket ──scopes(of:)──▶ ticket_scope since S, scope_log entered S, seq = the ticket's version: no row of it changed
    func enterProfessions() throws {
        let before = try state()
        let sequence = before.head + 1
        let people = try enterPeople(at: sequence)
        let tickets = try enterTickets(at: sequence)
        guard people + tickets > 0 else { return }
        // An opened file brings no clock and no randomness: the time is that of the entry before, and counts need no secret salt.
        let time = try sql.first("SELECT at FROM journal WHERE seq = ?", [.sequence(before.head)]) { $0.int(0) }
        var entry = JournalDraft(
            at: time ?? before.madeAt, author: "system", kind: .upgraded, salt: Array(sha256(before.headHash).prefix(16)))
        entry.facts = ["schema": .integer(2), "people": .integer(Int64(people)), "tickets": .integer(Int64(tickets))]
        _ = try append(WriteBatch(entries: [entry]))
    }

    /// Gives the tickets under way in a store of before schema version 4 their clocks, as of new journal entries, a few hundred tickets
    /// each. Without any there is no entry. Which class gave a due date such a store does not know: `why-due` looks for it.
    ///
    ///     ticket ──dispatched_at, due_at, resolved_at──▶ resolution clock      not dispatched ──created_at──▶ dispatch clock
    func enterClocks() throws {
        let dispatchMinutes = try profileInForce().dispatchMinutes
        let open = TicketState.allCases.filter { !$0.isFinal }.map(\.rawValue)
        var last = Value.blob([])
        while true {
            let ids = try sql.all(
                "SELECT id FROM ticket WHERE id > ? AND deleted = 0 AND state IN \(SQL.list(open.count)) ORDER BY id LIMIT 256",
                [last] + open.map(Value.text)
            ) { $0.value(0) }
            guard let end = ids.last else { return }
            last = end
            let loaded = try load(LoadRequest(tickets: Set(ids.compactMap(TicketID.init)))).tickets
            memory.forget()
            let changes = loaded.sorted { $0.key < $1.key }.compactMap { id, loaded in
                Self.clock(of: loaded.ticket, dispatchMinutes: dispatchMinutes).map { RowChange.insert(.clock, $0.row(of: id)) }
            }
            guard !changes.isEmpty else { continue }
            let before = try state()
            // As above: no clock and no randomness, and nothing in it that is not in the rows.
            var entry = JournalDraft(
                at: before.headAt, author: "system", kind: .upgraded, salt: Array(sha256(before.headHash).prefix(16)))
            entry.changes = changes
            entry.facts = ["schema": .integer(4), "clocks": .integer(Int64(changes.count))]
            _ = try append(WriteBatch(entries: [entry]))
        }
    }

    private static func clock(of ticket: Ticket, dispatchMinutes: Int) -> Clock? {
        guard let start = ticket[.dispatchedAt].int else {
            guard let start = ticket[.createdAt].int, Rules.moments.contains(start) else { return nil }
            return Clock(
                .dispatch, of: ticket.id, source: "", start: start, due: start + Milliseconds(dispatchMinutes) * 60_000)
        }
        guard let due = ticket[.dueAt].int else { return nil }
        var clock = Clock(.resolution, of: ticket.id, source: "", start: start, due: due)
        clock.metAt = ticket[.resolvedAt].int
        return clock
    }

    private func profileInForce() throws -> Profile {
        let records = try references(.profile).compactMap(ProfileRecord.init(row:))
        return records.first(where: \.inForce).flatMap { try? $0.profile() } ?? .hotan
    }

    private func enterPeople(at sequence: UInt64) throws -> Int {
        var entering: [(person: String, scopes: [String])] = []
        try sql.each("SELECT \(TableSQL.of(.person).columns) FROM person WHERE deleted = 0 AND profession IS NOT NULL") { row in
            guard let person = Person(row: row.stored(.person).values) else { return }
            let scopes = scopes(of: person).filter(isProfessionScope).sorted()
            if !scopes.isEmpty { entering.append((person.id, scopes)) }
        }
        for (person, scopes) in entering {
            for scope in scopes {
                try sql.run(
                    "INSERT INTO person_scope(person, scope, since) VALUES (?, ?, ?)",
                    [.text(person), .text(scope), .sequence(sequence)])
            }
        }
        return entering.count
    }

    /// A few hundred at a time: a city has more tickets than fit into memory.
    private func enterTickets(at sequence: UInt64) throws -> Int {
        var count = 0
        var last = Value.blob([])
        while true {
            let ids = try sql.all(
                """
                SELECT DISTINCT ticket FROM helper WHERE ticket > ? AND deleted = 0 AND profession IS NOT NULL
                ORDER BY ticket LIMIT 256
                """, [last]
            ) { $0.value(0) }
            guard let end = ids.last else { return count }
            last = end
            let loaded = try load(LoadRequest(tickets: Set(ids.compactMap(TicketID.init)))).tickets
            memory.forget()
            for (id, ticket) in loaded.sorted(by: { $0.key < $1.key }) {
                let scopes = scopes(of: ticket.ticket).filter(isProfessionScope).sorted()
                for scope in scopes { try enter(id, version: ticket.version, scope, at: sequence) }
                count += scopes.isEmpty ? 0 : 1
            }
        }
    }

    private func enter(_ ticket: TicketID, version: UInt64, _ scope: String, at sequence: UInt64) throws {
        try sql.run(
            "INSERT INTO ticket_scope(ticket, scope, since) VALUES (?, ?, ?)",
            [ticket.value, .text(scope), .sequence(sequence)])
        try sql.run(
            "INSERT INTO scope_log(scope, kind, entity, seq, entered, op) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(scope), .integer(Int64(EntityKind.ticket.rawValue)), ticket.value, .sequence(version), .sequence(sequence),
                .integer(Int64(EntityOperation.enter.rawValue)),
            ])
    }
}

extension JournalKind {
    /// A store of an older schema version was brought up to date, and people or tickets came into scopes by it.
    static let upgraded = JournalKind(rawValue: "upgraded")
}
