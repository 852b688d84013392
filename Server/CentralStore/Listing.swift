public import SyncProtocol
public import Tickets

/// Which tickets a listing shows. An empty filter shows all.
public struct QueueFilter: Hashable, Sendable {
    /// Only these states; nil = all.
    public var states: Set<TicketState>?
    /// Only this grid.
    public var grid: String?
    /// Only this unit.
    public var unit: String?
    /// Only this assignee.
    public var assignee: String?
    /// Only tickets without an assignee.
    public var unassigned = false
    /// The handover diaries alone; else everything but them.
    public var diaries = false
    /// Only tickets due before this time.
    public var dueBefore: Milliseconds?
    /// Only tickets whose title, description or number holds this text.
    public var text: String?
    /// At most this many lines.
    public var limit: Int = 1000
    /// Lines to pass over first.
    public var offset: Int = 0

    /// Shows all.
    public init() {}
}

/// A ticket in a listing.
public struct QueueLine: Hashable, Sendable {
    /// The ticket.
    public var ticket: Ticket
    /// Commands on it that wait for a decision.
    public var heldCount: Int

    /// A line.
    public init(ticket: Ticket, heldCount: Int) {
        self.ticket = ticket
        self.heldCount = heldCount
    }
}

/// Which conflicts a listing shows; the default shows the newest open ones. What is given must hold together.
public struct ConflictFilter: Hashable, Sendable {
    /// Also what somebody has decided or chosen, and what transitions disagreed with.
    public var withSettled: Bool
    /// Only this ticket.
    public var ticket: TicketID?
    /// Only those in which this person is one of the sides.
    public var person: String?
    /// Only this field.
    public var field: String?
    /// Only those of commands whose identifier begins with these bytes.
    public var commandPrefix: [UInt8]
    /// At most this many.
    public var limit: Int

    /// A filter.
    public init(
        withSettled: Bool = false, ticket: TicketID? = nil, person: String? = nil, field: String? = nil,
        commandPrefix: [UInt8] = [], limit: Int = 1000
    ) {
        self.withSettled = withSettled
        self.ticket = ticket
        self.person = person
        self.field = field
        self.commandPrefix = commandPrefix
        self.limit = limit
    }
}

/// A ticket with everything.
public struct TicketDetail: Sendable {
    /// The ticket.
    public var ticket: Ticket
    /// The sequence of its last change.
    public var version: UInt64
    /// Rows that are not deleted, by table.
    public var rows: [EntityRow]
    /// Its commands, oldest first.
    public var commands: [StoredCommand]
    /// Its conflicts by command.
    public var conflicts: [CommandID: [Conflict]]

    /// A detail.
    public init(
        ticket: Ticket, version: UInt64, rows: [EntityRow], commands: [StoredCommand], conflicts: [CommandID: [Conflict]]
    ) {
        self.ticket = ticket
        self.version = version
        self.rows = rows
        self.commands = commands
        self.conflicts = conflicts
    }
}

/// One journal entry, as people read it.
public struct HistoryEntry: Sendable {
    /// Its index.
    public var sequence: UInt64
    /// Server time.
    public var at: Milliseconds
    /// The person.
    public var author: String
    /// What it is about.
    public var kind: JournalKind
    /// The command, if it is about one.
    public var command: StoredCommand?
    /// What it changed; nil once erased.
    public var body: JournalBody?

    /// An entry.
    public init(
        sequence: UInt64, at: Milliseconds, author: String, kind: JournalKind, command: StoredCommand?, body: JournalBody?
    ) {
        self.sequence = sequence
        self.at = at
        self.author = author
        self.kind = kind
        self.command = command
        self.body = body
    }
}

/// A command that waits for a decision.
public struct HeldLine: Sendable {
    /// The command; its age counts from `receivedAt`.
    public var command: StoredCommand
    /// Its ticket as it is now; nil if there is none.
    public var ticket: Ticket?
    /// What it disagreed with.
    public var conflicts: [Conflict]

    /// A line.
    public init(command: StoredCommand, ticket: Ticket?, conflicts: [Conflict]) {
        self.command = command
        self.ticket = ticket
        self.conflicts = conflicts
    }
}

/// How much of everything there is.
public struct StoreCounts: Hashable, Sendable {
    /// Commands by verdict; parked ones under `parked`.
    public var commands: [String: Int] = [:]
    /// Held commands that nobody has decided.
    public var undecided = 0
    /// Tickets by state.
    public var tickets: [String: Int] = [:]
    /// Devices that are not revoked.
    public var devices = 0
    /// Second payloads under known identifiers.
    public var clashes = 0
    /// Conflict rows.
    public var conflicts = 0

    /// Nothing.
    public init() {}
}
