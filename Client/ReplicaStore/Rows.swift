import Changeset
import class GRDB.Database  // not the whole module: its `Table` is another one
import struct GRDB.DatabaseError
import SyncProtocol
import Tickets

/// Reads and writes domain rows by position: the columns of the replica's tables are only ever appended, so the first n values of
/// a row of any schema version stand for its first n columns.
final class Rows {
    let statements: Statements
    /// Of the file, which can be ahead of `Table.columns` after a migration and never behind.
    /// By the tables' positions, and arrays like what follows: the first dictionary of a type costs half a million instructions, in which
    /// the runtime looks for its conformances (decision 0010).
    private var names = [[String]](repeating: [], count: Table.allCases.count)
    private var present = [Bool](repeating: false, count: Table.allCases.count)
    /// A first pull inserts tens of thousands of rows with a handful of texts.
    private var inserts: [InsertText] = []
    private struct InsertText {
        var table: Table
        var count: Int
        var orReplace: Bool
        var text: String
    }
    /// Of the tables in which few tickets have rows, those that the file has.
    private var seldom: SeldomTexts?
    private struct SeldomTexts {
        /// One bit for each table with rows of a ticket.
        var flags: String
        var tables: [(table: Table, text: String)]
    }
    let db: Database
    /// Whether the file has a place for the sum over the entities: from version 9 on. A test's device can stay behind.
    let keepsSum: Bool

    /// - Parameters:
    ///   - db: Must outlive the value, whose statements belong to this connection.
    ///   - version: Of the file's schema; this release brings every file to its own.
    init(_ db: Database, version: UInt32 = SchemaVersion.current) {
        self.db = db
        keepsSum = version >= 9
        statements = Statements(db)
    }

    /// The names of a table's columns in order.
    func columns(of table: Table) throws -> [String] {
        if !names[table.rawValue].isEmpty { return names[table.rawValue] }
        names[table.rawValue] = try statements.columnNames("SELECT * FROM \(table.name) LIMIT 0")
        return names[table.rawValue]
    }

    /// Whether the file has a table. One that a release before this one made lacks the newest until it is upgraded.
    func has(_ table: Table) throws -> Bool {
        if present[table.rawValue] { return true }
        guard try statements.row("SELECT 1 FROM sqlite_master WHERE name=?", [.text(table.name)]) != nil else { return false }
        present[table.rawValue] = true
        return true
    }

    /// One change as `decide` wants it.
    /// - Throws: `inconsistent` for an update or a delete of a row that is not there: `decide` saw it a moment ago.
    func apply(_ change: RowChange) throws {
        guard try change.table.since == 1 || has(change.table) else { return }
        switch change {
        case .insert(let table, let values): try insert(into: table, values, orReplace: false)
        case .update(let table, let key, let columns):
            let set = columns.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            guard try update(table, key: key, set: set) else { throw missing(table) }
        case .delete(let table, let key): guard try delete(from: table, key: key) else { throw missing(table) }
        }
    }

    /// A whole row; with `orReplace` it takes the place of the row with its key. Values beyond the columns of this schema, which a
    /// newer centre may send, are left out; columns beyond the values take their default.
    func insert(into table: Table, _ values: [Value], orReplace: Bool) throws {
        let names = try columns(of: table).prefix(values.count)
        let text = insertText(into: table, names, orReplace: orReplace)
        try statements.run(text, values.count == names.count ? values : Array(values.prefix(names.count)))
    }

    /// A whole row, which takes the place of the one with its key if there is one.
    ///
    /// - Parameter isNew: There is most likely none. SQLite keeps every page that a replacing insert changes until it is done, to be
    ///   able to take it back: a third more work than to insert, and look again where that fails.
    func put(into table: Table, _ values: [Value], isNew: Bool) throws {
        if isNew {
            do {
                return try insert(into: table, values, orReplace: false)
            } catch let error as DatabaseError where error.isMisfit {
                // Something stands in its place.
            }
        }
        try insert(into: table, values, orReplace: true)
    }

    private func insertText(into table: Table, _ names: ArraySlice<String>, orReplace: Bool) -> String {
        for known in inserts where known.table == table && known.count == names.count && known.orReplace == orReplace {
            return known.text
        }
        let marks = repeatElement("?", count: names.count).text(joinedBy: ",")
        let verb = orReplace ? "INSERT OR REPLACE" : "INSERT"
        let text = "\(verb) INTO \(table.name) (\(names.text(joinedBy: ","))) VALUES (\(marks))"
        inserts.append(InsertText(table: table, count: names.count, orReplace: orReplace, text: text))
        return text
    }

    /// Sets columns of the row with this key, if it is there and its columns are as expected.
    /// - Returns: Whether it was.
    @discardableResult
    func update(_ table: Table, key: [Value], set: [(Int, Value)], expecting: [(Int, Value)] = []) throws -> Bool {
        guard !set.isEmpty else { return true }
        let names = try columns(of: table)
        let assignments = set.map { "\(names[$0.0])=?" }.text(joinedBy: ",")
        let condition = condition(table, names, expecting)
        return try statements.run(
            "UPDATE \(table.name) SET \(assignments) WHERE \(condition)", set.map(\.1) + key + expecting.map(\.1)) == 1
    }

    /// Removes the row with this key, if it is there and its columns are as expected.
    /// - Returns: Whether it was.
    @discardableResult
    func delete(from table: Table, key: [Value], expecting: [(Int, Value)] = []) throws -> Bool {
        let condition = condition(table, try columns(of: table), expecting)
        return try statements.run("DELETE FROM \(table.name) WHERE \(condition)", key + expecting.map(\.1)) == 1
    }

    private func condition(_ table: Table, _ names: [String], _ expecting: [(Int, Value)]) -> String {
        let keys = names.prefix(table.keyCount).map { "\($0)=?" }
        return (keys + expecting.map { "\(names[$0.0]) IS ?" }).text(joinedBy: " AND ")
    }

    private func missing(_ table: Table) -> ReplicaError { .inconsistent(detail: "a row of \(table.name) is missing") }
}

extension Rows {
    // Made once: to put the names of thirty columns together costs as much as to read them.
    static let ticketText = "SELECT \(Table.ticket.columnList) FROM ticket WHERE id=?"
    private static let seldomTables = [Table.request, .transfer, .rung, .part, .escalation, .incident, .answer].map { table in
        (table: table, text: "SELECT \(table.columnList) FROM \(table.name) WHERE ticket=?")
    }
    private static let requestText = "SELECT \(Table.request.columnList) FROM request WHERE ticket=? ORDER BY given_at, id"
    private static let clockText = "SELECT \(Table.clock.columnList) FROM clock WHERE ticket=?"
    private static let personText = "SELECT \(Table.person.columnList) FROM person WHERE id=?"

    /// A ticket as `decide` needs it; nil if the device does not have it.
    func ticket(_ id: TicketID) throws -> Ticket? {
        guard let row = try statements.row(Self.ticketText, [id.value]) else { return nil }
        let helpers = try statements.rows("SELECT person, profession FROM helper WHERE ticket=? ORDER BY person", [id.value])
        let notes = try statements.rows("SELECT id, kind FROM note WHERE ticket=?", [id.value])
        func keys(_ notes: [[Value]]) -> Set<[UInt8]> {
            Set(notes.compactMap { if case .blob(let bytes) = $0[0] { bytes } else { nil } })
        }
        var ticket = Ticket(
            row: row, helpers: helpers.map { Ticket.Helper(person: $0[0].string ?? "", profession: $0[1].string) },
            noteIDs: keys(notes), clocks: try clocks(of: id))
        try addSeldom(to: &ticket)
        ticket.explanations = keys(notes.filter { $0[1].string == CommandKind.explain.rawValue })
        return ticket
    }

    /// What was asked for on a ticket, oldest first; what a newer release asks for is left out.
    private func requests(of ticket: TicketID) throws -> [TicketRequest] {
        try statements.rows(Self.requestText, [ticket.value]).compactMap(TicketRequest.init(row:))
    }

    /// What a ticket promises, by kind; those of a newer release are left out.
    func clocks(of ticket: TicketID) throws -> [Clock] {
        guard try has(.clock) else { return [] }
        let clocks = try statements.rows(Self.clockText, [ticket.value]).compactMap(Clock.init(row:))
        return ClockKind.allCases.flatMap { kind in
            clocks.filter { $0.kind == kind }.sorted { $0.id.lexicographicallyPrecedes($1.id) }
        }
    }

    /// What few tickets have: what was asked for, who gave it to whom, what was ruled about it, which units take part, and how high it
    /// went. One statement says in which of these tables there is anything; most often there is nothing.
    func addSeldom(to ticket: inout Ticket) throws {
        let texts = try seldomTexts()
        guard let flags = try statements.row(texts.flags, [ticket.id.value])?.first?.int, flags != 0 else { return }
        for (place, (table, text)) in texts.tables.enumerated() where flags & 1 << Int64(place) != 0 {
            if table == .request {
                ticket.requests = try requests(of: ticket.id)
            } else {
                for row in try statements.rows(text, [ticket.id.value]) { ticket.apply(.insert(table, row)) }
            }
        }
    }

    private func seldomTexts() throws -> SeldomTexts {
        if let known = seldom { return known }
        let tables = try Self.seldomTables.filter { try has($0.table) }
        let flags = tables.enumerated().map { "(EXISTS (SELECT 1 FROM \($1.table.name) WHERE ticket=?1) << \($0))" }
        let made = SeldomTexts(flags: "SELECT \(flags.isEmpty ? "0 & ?1" : flags.joined(separator: " | "))", tables: tables)
        seldom = made
        return made
    }

    /// Whether any ticket is here. With a lower bound, so that the plan is a search.
    func hasTickets() throws -> Bool { try statements.row("SELECT 1 FROM ticket WHERE id>=x'' LIMIT 1") != nil }

    /// A person of the reference set; nil if the device does not know them, or their role is a newer release's.
    func person(_ id: String) throws -> Person? {
        return try statements.row(Self.personText, [.text(id)]).flatMap(Person.init(row:))
    }

    /// Every row of a ticket goes.
    func removeTicket(_ id: TicketID) throws {
        for table in Table.ofTicket.reversed() where try has(table) {
            try statements.run("DELETE FROM \(table.name) WHERE \(table == .ticket ? "id" : "ticket")=?", [id.value])
        }
    }
}
