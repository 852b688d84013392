import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SQLiteAccess: PageSource {
    func page(_ request: PageRequest) throws -> PageResult { try PageReader.page(request, from: self) }

    func fingerprint(of person: String) throws -> Fingerprint {
        try fingerprint(of: try intervals(of: person).filter { $0.until == nil }.map(\.scope))
    }

    func intervals(of person: String) throws -> [ScopeInterval] {
        try sql.all(Texts.intervals, [.text(person)]) { $0.interval(0) }
    }

    func floor(of scopes: [String]) throws -> UInt64 {
        var floor: UInt64 = 0
        try sql.eachOf(
            scopes.map(Value.text), Texts.floors,
            { row in floor = max(floor, row.unsigned(0)) })
        return floor
    }

    func log(of scope: String, after position: PagePosition, limit: Int) throws -> [LogEntry] {
        try sql.all(
            Texts.log,
            [
                .text(scope), .sequence(position.sequence), .integer(Int64(position.kind)), .blob(position.id),
                .integer(Int64(limit)),
            ]
        ) { try $0.logEntry(in: scope) }
    }

    func standing(
        in scope: String, beyond key: EntityKey?, until: UInt64, leftAfter: UInt64?, limit: Int
    ) throws -> [LogEntry] {
        var found: [LogEntry] = []
        for kind in EntityKind.allCases where kind.rawValue >= (key?.kind.rawValue ?? 0) {
            guard found.count < limit else { break }
            let beyond = key?.kind == kind ? key?.id ?? [] : []
            found += try sql.all(
                Texts.standing,
                [
                    .text(scope), .integer(Int64(kind.rawValue)), .blob(beyond), .sequence(until),
                    .sequence(leftAfter ?? .max), .integer(Int64(limit - found.count)),
                ]
            ) { try $0.logEntry(in: scope) }
        }
        return found
    }

    func holds(of keys: [EntityKey], in scope: String) throws -> [LogEntry] {
        var found: [LogEntry] = []
        for kind in EntityKind.allCases {
            let ids = keys.filter { $0.kind == kind }.map { Value.blob($0.id) }
            try sql.eachOf(
                ids, after: [.text(scope), .integer(Int64(kind.rawValue))], Texts.holds,
                { row in found.append(try row.logEntry(in: scope)) })
        }
        return found
    }

    func intervals(of tickets: [TicketID]) throws -> [TicketID: [ScopeInterval]] {
        var found: [TicketID: [ScopeInterval]] = [:]
        try sql.eachOf(
            tickets.map(\.value), Texts.ticketScopes,
            { row in found[try row.id(0), default: []].append(row.interval(1)) })
        return found
    }

    func changes(of tickets: [TicketID: UInt64], after base: UInt64) throws -> [TicketID: TicketChanges] {
        let several = try sql.first(Texts.several, [.blob(JournalEntry.severalTickets)]) { $0.unsigned(0) } ?? 0
        guard several <= base else { return [:] }
        var gathered: [TicketID: ColumnsChanged] = [:]
        try sql.eachOf(
            tickets.keys.sorted().map { $0.value }, after: [.sequence(base)], Texts.entries,
            { row in
                gathered[try row.id(0), default: ColumnsChanged()].take(sequence: row.unsigned(1), body: row.optionalBytes(2))
            })
        return gathered.reduce(into: [:]) { known, one in
            guard let version = tickets[one.key], let tables = one.value.tables(version: version) else { return }
            known[one.key] = TicketChanges(tables: tables, columns: one.value.columns(version: version))
        }
    }

    func fingerprint(of scopes: [String]) throws -> Fingerprint {
        var total = Fingerprint()
        for scope in scopes {
            for kind in [EntityKind.verdict, .reference] {
                let part = try sum(SumKey(scope: scope, kind: kind))
                total = Fingerprint(sum: total.sum &+ part.sum, count: total.count &+ part.count)
            }
        }
        guard !scopes.isEmpty else { return total }
        try sql.each(
            "SELECT DISTINCT entity, seq FROM scope_log WHERE scope IN \(SQL.list(scopes.count)) AND kind = 1 AND op <> 3",
            scopes.map(Value.text)
        ) { row in total.add(EntityKey(.ticket, id: row.bytes(0)), version: row.unsigned(1)) }
        return total
    }
}

/// The statements of every page.
private enum Texts {
    static let intervals = StatementText("SELECT scope, since, until FROM person_scope WHERE person = ?")
    static let floors = ListText { "SELECT pruned_below FROM scope_floor WHERE scope IN \($0)" }
    static let log = StatementText(
        """
        SELECT kind, entity, seq, entered, op FROM scope_log
        WHERE scope = ?1 AND seq >= ?2 AND (seq > ?2 OR kind > ?3 OR (kind = ?3 AND entity > ?4))
        ORDER BY seq, kind, entity LIMIT ?5
        """)
    static let standing = StatementText(
        """
        SELECT kind, entity, seq, entered, op FROM scope_log
        WHERE scope = ?1 AND kind = ?2 AND entity > ?3 AND ((op <> 3 AND seq <= ?4) OR (op = 3 AND seq > ?5))
        ORDER BY entity LIMIT ?6
        """)
    static let ticketScopes = ListText { "SELECT ticket, scope, since, until FROM ticket_scope WHERE ticket IN \($0)" }
    static let commands = ListText { "SELECT \(commandColumns) FROM command WHERE id IN \($0)" }
    static let entries = ListText {
        "SELECT entity, seq, body FROM journal WHERE seq > ? AND entity IN \($0) ORDER BY entity, seq"
    }
    static let several = StatementText("SELECT max(seq) FROM journal WHERE entity = ?")
    static let holds = ListText {
        "SELECT kind, entity, seq, entered, op FROM scope_log WHERE scope = ? AND kind = ? AND entity IN \($0) AND op <> 3"
    }
    private static let ofConflict = "SELECT \(TableSQL.of(.conflict).columns) FROM conflict WHERE"
    static let conflicts = ListText { "\(ofConflict) deleted = 0 AND command IN \($0)" }
    static let conflictsChanged = ListText { "\(ofConflict) changed > ? AND command IN \($0)" }
    static let conflictsAgainst = ListText { "\(ofConflict) deleted = 0 AND against IN \($0)" }
    static let conflictsAgainstChanged = ListText { "\(ofConflict) changed > ? AND against IN \($0)" }
}

// MARK: - Content

extension SQLiteAccess {
    func content(
        whole: [EntityKey], changed: [EntityKey], after base: UInt64, knowing changes: [EntityKey: TicketChanges], masked: Bool
    ) throws -> [EntityKey: EntityContent] {
        var content: [EntityKey: EntityContent] = [:]
        for (keys, floor) in [(whole, UInt64?.none), (changed, .some(base))] {
            try addTickets(
                keys.filter { $0.kind == .ticket }, changedAfter: floor, knowing: changes, masked: masked, to: &content)
            try addVerdicts(keys.filter { $0.kind == .verdict }.map { .blob($0.id) }, changedAfter: floor, to: &content)
            let references = keys.filter { $0.kind == .reference }.map(\.id)
            guard !references.isEmpty else { continue }
            for table in Table.references { try addReferences(table, references, withDeleted: floor != nil, to: &content) }
        }
        return content
    }

    /// A table is asked for the tickets that have changed rows in it, and for those of which nobody knows.
    private func addTickets(
        _ keys: [EntityKey], changedAfter floor: UInt64?, knowing changes: [EntityKey: TicketChanges], masked: Bool,
        to content: inout [EntityKey: EntityContent]
    ) throws {
        let known = keys.map { floor == nil ? nil : changes[$0]?.tables }
        for table in Table.ofTicket where table != .citizen || !masked {
            let text = TableSQL.of(table)
            let ids = zip(keys, known).compactMap { $1?.contains(table) == false ? nil : Value.blob($0.id) }
            try sql.eachOf(
                ids, after: floor.map { [.sequence($0)] } ?? [], floor == nil ? text.wholeByTicket : text.changedByTicket,
                { row in
                    let stored = row.stored(table)
                    if isPlanted("deletions-unsent"), stored.deleted { return }
                    // What only supervisors read never leaves the centre, nor stands in what everybody is shown there.
                    if table == .escalation, stored.isRestricted, !isRemoved("HK13") { return }
                    guard case .blob(let id) = stored.values[table.ticketColumn ?? 0] else { return }
                    content[EntityKey(.ticket, id: id), default: EntityContent()].rows.append(stored.entityRow(table))
                })
        }
    }

    private func addVerdicts(
        _ ids: [Value], changedAfter floor: UInt64?, to content: inout [EntityKey: EntityContent]
    ) throws {
        try sql.eachOf(
            ids, Texts.commands,
            { row in
                let command = try row.command()
                content[.verdict(command.id), default: EntityContent()].command = command
            })
        try addConflicts(ids, changedAfter: floor, to: &content)
    }

    /// A conflict is a row of both sides' verdicts.
    private func addConflicts(
        _ ids: [Value], changedAfter floor: UInt64?, to content: inout [EntityKey: EntityContent]
    ) throws {
        var shared: Set<EntityKey> = []
        for (place, whole, changed) in [
            (0, Texts.conflicts, Texts.conflictsChanged),
            (ConflictColumn.against.index, Texts.conflictsAgainst, Texts.conflictsAgainstChanged),
        ] {
            try sql.eachOf(
                ids, after: floor.map { [.sequence($0)] } ?? [], floor == nil ? whole : changed,
                { row in
                    let stored = row.stored(.conflict)
                    let key = EntityKey(.verdict, id: row.bytes(place))
                    content[key, default: EntityContent()].rows.append(stored.entityRow(.conflict))
                    if place != 0 { shared.insert(key) }
                })
        }
        for key in shared { content[key]?.rows.sort { $0.conflictKey < $1.conflictKey } }
    }

    /// A reference is one row: it comes whole.
    private func addReferences(
        _ table: Table, _ names: [[UInt8]], withDeleted: Bool, to content: inout [EntityKey: EntityContent]
    ) throws {
        let prefix = Array("\(table.name)/".utf8)
        let ids = names.filter { $0.starts(with: prefix) }.map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) }
        try sql.eachOf(
            ids.map(Value.text), TableSQL.of(table).byKey,
            { row in
                let stored = row.stored(table)
                let key = EntityKey(.reference, id: prefix + Array(row.text(0).utf8))
                if withDeleted || !stored.deleted {
                    content[key, default: EntityContent()].rows.append(stored.entityRow(table))
                }
            })
    }
}

extension StoredRow {
    /// Of a step of the ladder: supervisors alone read it.
    fileprivate var isRestricted: Bool { Escalation(row: values)?.isRestricted ?? true }

    /// The row as a page carries it: a deleted one with its key only.
    func entityRow(_ table: Table) -> EntityRow {
        // By `map`: to let the compiler turn the values into optional ones looks at the type of each at run time.
        deleted
            ? EntityRow(table, values.prefix(table.keyCount).map(Optional.some), deleted: true)
            : EntityRow(table, values.map(Optional.some))
    }
}

extension Row {
    /// Kind, entity, seq, entered, op.
    fileprivate func logEntry(in scope: String) throws -> LogEntry {
        guard let kind = EntityKind(rawValue: UInt8(clamping: int(0))) else {
            throw StoreError.damaged(detail: "an entity of kind \(int(0)) in the scope log")
        }
        return LogEntry(
            scope: scope, key: EntityKey(kind, id: bytes(1)), sequence: unsigned(2), entered: unsigned(3), left: int(4) == 3)
    }
}

extension EntityRow {
    /// Of a conflict: rows of one entity come by their key.
    fileprivate var conflictKey: ConflictKey {
        ConflictKey(values[0] ?? .null, values[1] ?? .null)
    }
}

/// Command and field, in the order of SQLite's BINARY.
private struct ConflictKey: Comparable {
    let command: [UInt8]
    let field: String

    init(_ command: Value, _ field: Value) {
        if case .blob(let bytes) = command { self.command = bytes } else { self.command = [] }
        self.field = field.string ?? ""
    }

    static func < (left: ConflictKey, right: ConflictKey) -> Bool {
        left.command == right.command
            ? Array(left.field.utf8).lexicographicallyPrecedes(Array(right.field.utf8))
            : left.command.lexicographicallyPrecedes(right.command)
    }
}
