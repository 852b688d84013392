import Changeset
public import SyncProtocol
public import Tickets

/// What of one ticket changed after a sequence, gathered from the journal's entries on the ticket, in order: which tables have rows
/// that changed, and which columns of the ticket's own row did.
public struct ColumnsChanged {
    /// More than these of one ticket are not looked at: everything of it is then looked for, and its row goes whole.
    public static let entriesMax = 16

    private var columns: ColumnSet = []
    private var tables = TableSet()
    private var count = 0
    private var isCertain = true
    /// Every change of the ticket's own row was an update.
    private var areColumnsCertain = true
    private var last: UInt64 = 0

    /// Nothing gathered yet.
    public init() {}

    /// Takes in one entry.
    ///
    /// - Parameter body: As stored; nil once erased.
    public mutating func take(sequence: UInt64, body: [UInt8]?) {
        count += 1
        last = sequence
        guard count <= Self.entriesMax, let body, isCertain else { return isCertain = false }
        // Where they stand: a page asks of hundreds of entries which columns they changed, and of none what they say.
        do {
            var reader = ChangesetReader(try JournalBody.changeset(in: body))
            while let change = try reader.next() {
                guard let table = Table(name: change.header.name) else { continue }
                tables.insert(table)
                guard table == .ticket else { continue }
                if change.operation != .update { areColumnsCertain = false }
                for (column, field) in change.new.enumerated() where field.type != .undefined { columns.insert(column) }
            }
        } catch { isCertain = false }
    }

    /// What changed.
    ///
    /// - Parameter version: The sequence of the entity's last change: an entry that is not among these would be missed.
    /// - Returns: nil if it is not certain.
    public func tables(version: UInt64) -> TableSet? { isCertain && last == version ? tables : nil }

    /// Which columns of the ticket's own row changed.
    ///
    /// - Returns: nil if it is not certain: the row was made, an entry was erased or cannot be read, or there are too many.
    public func columns(version: UInt64) -> ColumnSet? {
        areColumnsCertain && tables(version: version) != nil ? columns : nil
    }
}

/// What changed of one ticket.
public struct TicketChanges: Hashable, Sendable {
    /// The tables with rows that changed.
    public var tables: TableSet
    /// The columns that changed in the ticket's own row; nil where that is not certain.
    public var columns: ColumnSet?

    /// What changed.
    public init(tables: TableSet, columns: ColumnSet?) {
        self.tables = tables
        self.columns = columns
    }
}

/// Some tables.
public struct TableSet: Hashable, Sendable {
    private var bits: UInt64 = 0

    /// None.
    public init() {}

    /// Adds a table.
    public mutating func insert(_ table: Table) { bits |= 1 << UInt64(table.rawValue) }

    /// Whether the table is in it.
    public func contains(_ table: Table) -> Bool { bits & 1 << UInt64(table.rawValue) != 0 }
}
