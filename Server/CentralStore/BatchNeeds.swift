public import Changeset
public import SyncProtocol
public import Tickets

/// The name of a row: its table and primary key.
public struct RowKey: Hashable, Sendable {
    /// The table.
    public var table: Table
    /// The key columns.
    public var key: [Value]

    /// A name.
    public init(_ table: Table, _ key: [Value]) {
        self.table = table
        self.key = key
    }
}

/// A row as it stands in the store.
public struct StoredRow: Hashable, Sendable {
    /// All columns in order.
    public var values: [Value]
    /// The sequence of its last change.
    public var changed: UInt64
    /// It is marked deleted.
    public var deleted: Bool

    /// A row.
    public init(values: [Value], changed: UInt64, deleted: Bool) {
        self.values = values
        self.changed = changed
        self.deleted = deleted
    }
}

/// What a store must load before it can plan a batch: the rows as they are, for the history and the scopes.
public struct BatchNeeds: Sendable {
    /// Rows to load, deleted ones too. Helpers are not among them: all helpers of `helpersOf` are loaded.
    public var rows: Set<RowKey> = []
    /// Tickets whose helpers and parts are needed.
    public var helpersOf: Set<TicketID> = []
    /// Tickets whose open scopes are needed.
    public var ticketScopes: Set<TicketID> = []
    /// People whose open scopes are needed.
    public var personScopes: Set<String> = []
    /// Commands whose version is needed.
    public var commands: Set<CommandID> = []
    /// Scopes and kinds whose sums change.
    public var sums: Set<SumKey> = []
    /// Tickets with a conflict, and the sequence after which somebody wrote theirs.
    public var writers: [TicketID: UInt64] = [:]

    /// Each entry makes a ticket from another system's line.
    public private(set) var isOfImport = true

    /// What `batch` needs.
    public init(of batch: WriteBatch) {
        var author: String?
        for entry in batch.entries {
            // Thousands of rows come at once in an import, each a ticket that nobody knew: there is nothing of them to load, and
            // if there were, the store refuses to make a row twice.
            if !entry.makesImportedTicket {
                isOfImport = false
                need(entry)
            }
            if !entry.conflicts.isEmpty, let ticket = entry.ticket, let base = entry.seenBase {
                writers[ticket] = min(writers[ticket] ?? base, base)
            }
            guard let command = entry.command, !command.parks else { continue }
            if command.person != author {
                author = command.person
                sums.insert(SumKey(scope: personScope(command.person), kind: .verdict))
            }
            if command.isFirst { continue }
            commands.insert(command.id)
        }
    }

    /// A verdict entity that changes, in its author's own scope.
    public mutating func needVerdict(_ command: CommandID, of person: String) {
        commands.insert(command)
        sums.insert(SumKey(scope: personScope(person), kind: .verdict))
    }

    private mutating func need(_ entry: JournalDraft) {
        // What is held may have disagreed with something before: its conflicts stand already.
        if let command = entry.command?.id, entry.command?.isFirst == false {
            for conflict in entry.conflicts { rows.insert(RowKey(.conflict, [command.value, .text(conflict.field)])) }
        }
        for change in entry.changes where change.isShaped { need(change) }
        // Which scopes hold a ticket hangs on its parts too.
        if let ticket = entry.ticket, entry.changes.contains(where: { $0.table == .part }) {
            helpersOf.insert(ticket)
            ticketScopes.insert(ticket)
            rows.insert(RowKey(.ticket, [ticket.value]))
        }
        if let ticket = entry.ticket, entry.changes.contains(where: \.namesNoTicket) {
            rows.insert(RowKey(.ticket, [ticket.value]))
        }
    }

    private mutating func need(_ change: RowChange) {
        if let column = change.table.ticketColumn, change.table != .conflict { need(ticketOf: change, column: column) }
        switch change.table {
        case .note, .conflict, .ticket, .clock, .request, .transfer, .rung, .part, .escalation, .incident, .answer:
            if case .insert = change { return }
        case .person:
            if let id = change.key.first?.string { personScopes.insert(id) }
            sums.insert(SumKey(scope: referenceScope, kind: .reference))
        case .grid, .unit, .category, .profile, .duty, .expert, .calendar, .checklist, .roster:
            sums.insert(SumKey(scope: referenceScope, kind: .reference))
        case .helper: return
        case .citizen: break
        }
        rows.insert(RowKey(change.table, change.key))
    }

    private mutating func need(ticketOf change: RowChange, column: Int) {
        guard let ticket = change.ticket(column: column) else { return }
        ticketScopes.insert(ticket)
        rows.insert(RowKey(.ticket, [ticket.value]))
        if change.table == .ticket || change.table == .helper { helpersOf.insert(ticket) }
    }
}

/// One sum of a fingerprint: of everything of one kind in one scope. Kept for verdicts and references, each of which is in one
/// scope only; tickets, which may be in several, are summed when asked for.
public struct SumKey: Hashable, Sendable {
    /// The scope.
    public var scope: String
    /// Verdict or reference.
    public var kind: EntityKind

    /// A key.
    public init(scope: String, kind: EntityKind) {
        self.scope = scope
        self.kind = kind
    }
}

/// A person's own scope, which holds their verdicts.
public func personScope(_ person: String) -> String { "p:\(person)" }

extension WriteBatch {
    /// Entries that are planned together where a batch is planned part by part.
    private static let partCount = 256

    /// The parts in which its entries can be planned and written one behind the other, with the same rows at the end: several for an
    /// import, where no entry touches what another one touched, else one.
    ///
    /// - Parameter needs: Its own.
    public func parts(_ needs: BatchNeeds) -> [ArraySlice<JournalDraft>] {
        guard entries.count >= 2 * Self.partCount, needs.isOfImport else { return [entries[...]] }
        return stride(from: 0, to: entries.count, by: Self.partCount).map {
            entries[$0..<min($0 + Self.partCount, entries.count)]
        }
    }
}

extension JournalDraft {
    /// All its rows are of a ticket that it makes from another system's line.
    fileprivate var makesImportedTicket: Bool {
        guard importSource != nil, let ticket, let command, case .insert = command else { return false }
        return conflicts.isEmpty
            && changes.allSatisfy { change in
                guard change.isShaped, case .insert(let table, _) = change, [.ticket, .citizen, .clock].contains(table) else {
                    return false
                }
                return table.ticketColumn.flatMap(change.ticket) == ticket
            }
    }
}

extension RowChange {
    /// As many values, or key values, as its table has columns.
    var isShaped: Bool {
        switch self {
        case .insert(let table, let values): values.count == table.columns.count
        case .update(let table, let key, _), .delete(let table, let key): key.count == table.keyCount
        }
    }

    /// A change or the end of a row that is named by itself alone: its ticket is in the loaded row, and is the entry's.
    var namesNoTicket: Bool {
        switch self {
        case .insert: false
        case .update(let table, _, _), .delete(let table, _): table.isNamedAlone
        }
    }

    /// The ticket that the row belongs to. The update of a row that is named by itself alone does not say: its ticket is in the loaded row.
    func ticket(column: Int) -> TicketID? {
        switch self {
        case .insert(_, let values): TicketID(values[column])
        case .update(let table, let key, _), .delete(let table, let key): column < table.keyCount ? TicketID(key[column]) : nil
        }
    }
}
