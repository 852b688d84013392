public import SyncProtocol
public import Tickets

/// One entry of the scope log, as a reader sees it.
public struct LogEntry: Hashable, Sendable {
    /// The scope.
    public var scope: String
    /// The entity.
    public var key: EntityKey
    /// The sequence of its last change, or of its leaving.
    public var sequence: UInt64
    /// The sequence of its last entering.
    public var entered: UInt64
    /// It has left.
    public var left: Bool

    /// An entry.
    public init(scope: String, key: EntityKey, sequence: UInt64, entered: UInt64, left: Bool) {
        self.scope = scope
        self.key = key
        self.sequence = sequence
        self.entered = entered
        self.left = left
    }
}

/// What an entity holds, as read for a page.
public struct EntityContent: Sendable {
    /// Tables in order of position, rows by key.
    public var rows: [EntityRow] = []
    /// A verdict's command.
    public var command: StoredCommand?

    /// Nothing yet.
    public init() {}
}

/// What `PageReader` asks of a store: a handful of indexed reads. Everything comes from one state of the store.
public protocol PageSource {
    /// Identity and head.
    func state() throws -> StoreState

    /// Every stretch in which the person had or has a scope.
    func intervals(of person: String) throws -> [ScopeInterval]

    /// The largest sequence below which leave entries of any of these scopes were pruned; 0 if none was.
    func floor(of scopes: [String]) throws -> UInt64

    /// Entries of one scope beyond `position`, whose sequences are their positions, in that order; at most `limit`.
    func log(of scope: String, after position: PagePosition, limit: Int) throws -> [LogEntry]

    /// Entries of one scope by kind and identifier, beyond `key` (nil = all), at most `limit`: those that have not left and whose
    /// sequence is at most `until`, and, if `leftAfter` is given, also those that left after it.
    func standing(
        in scope: String, beyond key: EntityKey?, until: UInt64, leftAfter: UInt64?, limit: Int
    ) throws -> [LogEntry]

    /// Entries of these entities in a scope that have not left, each once.
    func holds(of keys: [EntityKey], in scope: String) throws -> [LogEntry]

    /// Every stretch in which each ticket was or is in a scope.
    func intervals(of tickets: [TicketID]) throws -> [TicketID: [ScopeInterval]]

    /// All rows that are not deleted of `whole`; of `changed`, the rows changed after `base`, deleted ones too.
    ///
    /// - Parameters:
    ///   - changes: Of the tickets among `changed` where it is known what did; the others are looked for in every table.
    ///   - masked: Without citizens' rows.
    func content(
        whole: [EntityKey], changed: [EntityKey], after base: UInt64, knowing changes: [EntityKey: TicketChanges], masked: Bool
    ) throws -> [EntityKey: EntityContent]

    /// What of each ticket has changed after `base`, as the journal says; of the columns, the key is never among them.
    ///
    /// - Parameter tickets: With the sequence of each one's last change.
    /// - Returns: Only those tickets of which it is certain: none with an entry that was erased, of which there are more than
    ///   `ColumnsChanged.entriesMax` entries, or after whose `base` an entry has rows of several tickets.
    func changes(of tickets: [TicketID: UInt64], after base: UInt64) throws -> [TicketID: TicketChanges]

    /// The fingerprint of what these scopes hold.
    func fingerprint(of scopes: [String]) throws -> Fingerprint
}
