public import SyncProtocol
public import Tickets

/// What a batch does to a store, worked out before anything is written. A store runs it with one prepared statement per list.
public struct WritePlan: Sendable {
    /// Journal entries in order.
    public var entries: [JournalEntry] = []
    /// Each touched row once, as it is after the batch, in the order of first touch.
    public var rows: [RowWrite] = []
    /// Each touched entry of the scope log once.
    public var scopeLog: [ScopeWrite] = []
    /// Intervals of tickets that open or close.
    public var ticketScopes: [IntervalWrite<TicketID>] = []
    /// Intervals of people that open or close.
    public var personScopes: [IntervalWrite<String>] = []
    /// Sums as they are after the batch.
    public var sums: [SumKey: Fingerprint] = [:]
    /// Commands, each with the sequence of its entry.
    public var commands: [Numbered<CommandWrite>] = []
    /// Devices that enrol, are revoked or fork.
    public var devices: [Numbered<DeviceRecord>] = []
    /// Codes made or used.
    public var codes: [Numbered<EnrolCodeRecord>] = []
    /// Second payloads.
    public var clashes: [Numbered<CommandClash>] = []
    /// Tickets by their lines elsewhere.
    public var imports: [(source: ImportSource, ticket: TicketID)] = []
    /// Numbers given.
    public var numbers: [TicketID: String] = [:]
    /// The ordinal of the next official number.
    public var nextNumber: UInt64 = 0

    /// Something with the sequence of the entry that changed it.
    public struct Numbered<Thing: Sendable>: Sendable {
        /// The sequence.
        public var sequence: UInt64
        /// What changed.
        public var thing: Thing
    }

    /// One row to write.
    public struct RowWrite: Sendable {
        /// The table.
        public var table: Table
        /// The row after the batch.
        public var row: StoredRow
        /// How it is written.
        public var mode: Mode
        /// One bit for each column that is not as it stood before the batch, the first column lowest; all bits for a row that was
        /// not there. A store need not touch an index over other columns.
        public var columns: UInt64

        /// How a row is written.
        public enum Mode: Sendable {
            /// There must be none.
            case insert
            /// There is one.
            case update
            /// There may be one.
            case replace
        }
    }

    /// One entry of the scope log to write: it replaces the one of the same scope and entity.
    public struct ScopeWrite: Sendable {
        /// The scope.
        public var scope: String
        /// The entity.
        public var key: EntityKey
        /// The sequence of its last change.
        public var sequence: UInt64
        /// The sequence of its entering, if that is in this batch; nil keeps the one that stands.
        public var entered: UInt64?
        /// What happened last.
        public var operation: EntityOperation
    }

    /// One interval to write.
    public struct IntervalWrite<Holder: Hashable & Sendable>: Sendable {
        /// Ticket or person.
        public var holder: Holder
        /// Scope, beginning and end.
        public var interval: ScopeInterval
        /// It begins in this batch; else it stands, and ends.
        public var isNew: Bool
    }
}

/// What a store has loaded for a plan.
public struct PlanBase: Sendable {
    /// Identity and head.
    public var state: StoreState
    /// The ordinal of the next official number.
    public var nextNumber: UInt64
    /// Rows that were found, deleted ones too, helpers among them.
    public var rows: [RowKey: StoredRow] = [:]
    /// Open scopes and their beginnings.
    public var ticketScopes: [TicketID: [String: UInt64]] = [:]
    /// Open scopes and their beginnings.
    public var personScopes: [String: [String: UInt64]] = [:]
    /// Versions of commands.
    public var commandVersions: [CommandID: UInt64] = [:]
    /// Sums as they stand; none is of nothing.
    public var sums: [SumKey: Fingerprint] = [:]
    /// Who wrote columns of tickets with a conflict, oldest first.
    public var writers: [TicketID: [ColumnWriter]] = [:]

    /// Nothing loaded yet.
    public init(state: StoreState, nextNumber: UInt64) {
        self.state = state
        self.nextNumber = nextNumber
    }
}
