import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SQLiteAccess {
    func load(_ request: LoadRequest) throws -> Snapshot {
        var snapshot = Snapshot(state: try state())
        let tickets = request.tickets.sorted().map { $0.value }
        if !tickets.isEmpty { snapshot.tickets = try loadTickets(tickets) }
        try sql.eachOf(
            request.commands.sorted().map { $0.value }, Texts.commands,
            { row in
                let command = try row.command()
                snapshot.commands[command.id] = command
            })
        if request.withHeld { snapshot.held = try loadHeld(tickets) }
        // Who chose on a conflict that had not come yet is judged when somebody else brings it: by the role that they have then.
        let waiting = snapshot.held.values.joined().filter { $0.reason == Reason.waitsForTarget.rawValue }.map(\.person)
        let people = request.persons.union(waiting).sorted().map(Value.text)
        try sql.eachOf(
            people, Texts.persons,
            { row in if let person = Person(row: row.stored(.person).values) { snapshot.persons[person.id] = person } })
        try sql.eachOf(
            people, Texts.personScopes,
            { row in snapshot.personScopes[row.text(0), default: []].append(row.interval(1)) })
        try sql.eachOf(
            request.replicas.sorted().map { $0.value }, Texts.devices,
            { row in
                let device = try row.device()
                snapshot.devices[device.replica] = device
            })
        snapshot.links = try loadLinks(request.links)
        return snapshot
    }

    /// Tickets that are not deleted: row, helpers, note keys, clocks, requests, transfers, rungs, steps, version and scopes.
    ///
    /// Of the tables in which few tickets have rows each is asked only for those that have some, which the question for the tickets
    /// themselves says: to look whether there is a row takes half as long as to look for the rows.
    private func loadTickets(_ ids: [Value]) throws -> [TicketID: LoadedTicket] {
        var found = TicketGathering()
        var having: [Table: [Value]] = [:]
        let isToday = version >= SQLiteCentralStore.schemaVersion
        try sql.eachOf(
            ids, isToday ? Texts.tickets : Texts.ticketsBefore,
            { row in
                let stored = row.stored(.ticket)
                let id: TicketID = try row.id(0)
                if isWriter { memory.keep(stored, of: id) }
                found.add(LoadedTicket(ticket: Ticket(row: stored.values), version: stored.changed, scopes: []), id)
                let flags = isToday ? row.int(Table.ticket.columns.count + 2) : -1
                if flags == 0 { return }
                for (place, table) in Texts.seldom.enumerated() where flags & 1 << Int64(place) != 0 {
                    having[table, default: []].append(stored.values[0])
                }
            })
        try sql.eachOf(
            having[.helper] ?? [], TableSQL.of(.helper).byKey,
            { row in
                let stored = row.stored(.helper)
                if isWriter { memory.keep(helper: stored, of: try row.id(0)) }
                found.change(row, 0) { loaded in
                    loaded.see(stored.changed)
                    if !stored.deleted { loaded.ticket.apply(.insert(.helper, stored.values)) }
                }
            })
        try sql.eachOf(
            having[.note] ?? [], Texts.notes,
            { row in
                found.change(row, 0) { loaded in
                    loaded.see(row.unsigned(2))
                    let note = row.bytes(1)
                    loaded.ticket.noteIDs.insert(note)
                    if row.int(3) != 0 { loaded.ticket.explanations.insert(note) }
                }
            })
        for (table, text) in Texts.beside where table.since <= version {
            try sql.eachOf(
                table == .clock ? ids : having[table] ?? [], text,
                { row in
                    let stored = row.stored(table)
                    if table == .part, isWriter, let id = TicketID(stored.values[1]) { memory.keep(part: stored, of: id) }
                    found.change(row, 1) { loaded in
                        loaded.see(stored.changed)
                        if !stored.deleted { loaded.ticket.apply(.insert(table, stored.values)) }
                    }
                })
        }
        try sql.eachOf(
            ids, Texts.citizens,
            { row in found.change(row, 0) { $0.see(row.unsigned(1)) } })
        try sql.eachOf(
            ids, Texts.ticketScopes,
            { row in found.change(row, 0) { $0.scopes.append(row.interval(1)) } })
        return found.byID
    }

    private func loadHeld(_ tickets: [Value]) throws -> [TicketID: [StoredCommand]] {
        var found: [CommandID: StoredCommand] = [:]
        try sql.eachOf(
            tickets, Texts.held,
            { row in
                let command = try row.command()
                found[command.id] = command
            })
        var held: [TicketID: [StoredCommand]] = [:]
        for command in found.values.sorted(by: { $0.sequence < $1.sequence }) {
            if let ticket = command.ticket { held[ticket, default: []].append(command) }
        }
        return held
    }

    private func loadLinks(_ places: Set<ChainPlace>) throws -> [ChainPlace: ChainLink] {
        var found: [ChainPlace: ChainLink] = [:]
        for place in places { found[place] = try link(at: place) }
        return found
    }

    private func link(at place: ChainPlace) throws -> ChainLink? {
        try sql.first(
            Texts.link,
            [place.replica.value, .integer(Int64(place.epoch)), .sequence(place.sequence)]
        ) { try $0.link() }
    }

    func parked(of replica: ReplicaID) throws -> [StoredCommand] {
        try sql.all(
            "SELECT \(commandColumns) FROM command WHERE verdict IS NULL AND replica = ? ORDER BY epoch, sequence",
            [replica.value]
        ) { try $0.command() }
    }
}

/// The statements of every batch and every request.
private enum Texts {
    static let commands = ListText { "SELECT \(commandColumns) FROM command WHERE id IN \($0)" }
    static let persons = ListText { "SELECT \(TableSQL.of(.person).columns) FROM person WHERE deleted = 0 AND id IN \($0)" }
    static let personScopes = ListText { "SELECT person, scope, since, until FROM person_scope WHERE person IN \($0)" }
    static let devices = ListText { "SELECT \(deviceColumns) FROM device WHERE replica IN \($0)" }
    private static let ticket = "SELECT \(TableSQL.of(.ticket).columns)"
    private static let ofTickets = "FROM ticket WHERE deleted = 0 AND id IN"
    /// With one bit for each table of `seldom` in which the ticket has rows.
    static let tickets = ListText { list in
        let flags = seldom.enumerated().map { "(EXISTS (SELECT 1 FROM \($1.name) WHERE ticket = ticket.id) << \($0))" }
        return "\(ticket), \(flags.joined(separator: " | ")) \(ofTickets) \(list)"
    }
    /// Of a file that is verified and was not opened for writing since: it may lack some of the tables.
    static let ticketsBefore = ListText { "\(ticket) \(ofTickets) \($0)" }
    /// Tables in which few tickets have rows.
    static let seldom: [Table] = [.helper, .note] + beside.map(\.table).filter { $0 != .clock }
    static let notes = ListText {
        "SELECT ticket, id, changed, kind = 'explain' AND deleted = 0 FROM note WHERE ticket IN \($0)"
    }
    /// The rows beside a ticket that `decide` needs whole.
    static let beside: [(table: Table, text: ListText)] = [
        Table.clock, .request, .transfer, .rung, .part, .escalation, .incident, .answer,
    ].map { table in
        (table, ListText { "SELECT \(TableSQL.of(table).columns) FROM \(table.name) WHERE ticket IN \($0)" })
    }
    static let citizens = ListText { "SELECT ticket, changed FROM citizen WHERE ticket IN \($0)" }
    static let ticketScopes = ListText { "SELECT ticket, scope, since, until FROM ticket_scope WHERE ticket IN \($0)" }
    static let held = ListText {
        "SELECT \(commandColumns) FROM command INDEXED BY command_undecided "
            + "WHERE verdict = 'held' AND decision IS NULL AND ticket IN \($0)"
    }
    static let link = StatementText("SELECT \(linkColumns) FROM chain WHERE replica = ? AND epoch = ? AND sequence = ?")
}

/// Tickets while their rows come in, table after table. Each is changed where it stands, and looked for once for all rows of it that
/// come together: in a dictionary each row would take it out and put it back.
private struct TicketGathering {
    private var tickets: [LoadedTicket] = []
    private var places: [TicketID: Int] = [:]
    /// Whose row came last, and its place.
    private var last: (id: [UInt8], place: Int)?

    var byID: [TicketID: LoadedTicket] { places.mapValues { tickets[$0] } }

    mutating func add(_ ticket: LoadedTicket, _ id: TicketID) {
        places[id] = tickets.count
        tickets.append(ticket)
    }

    /// Changes the ticket that `column` of the row names; nothing if it is none of these.
    mutating func change(_ row: Row, _ column: Int, _ body: (inout LoadedTicket) -> Void) {
        if let last, row.holds(last.id, column) { return body(&tickets[last.place]) }
        let bytes = row.bytes(column)
        guard let place = TicketID(bytes: bytes).flatMap({ places[$0] }) else { return }
        last = (bytes, place)
        body(&tickets[place])
    }
}

extension LoadedTicket {
    fileprivate mutating func see(_ changed: UInt64) { version = max(version, changed) }
}

extension Row {
    /// Scope, since, until, from the column `first` on.
    func interval(_ first: Int) -> ScopeInterval {
        ScopeInterval(
            scope: text(first), since: unsigned(first + 1), until: isNull(first + 2) ? nil : unsigned(first + 2))
    }
}
