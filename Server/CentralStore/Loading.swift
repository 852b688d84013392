public import Tickets

/// What the decisions on a batch need.
public struct LoadRequest: Hashable, Sendable {
    /// Tickets with helpers, note keys, version, scope intervals.
    public var tickets: Set<TicketID> = []
    /// Commands by identifier, to find repeats.
    public var commands: Set<CommandID> = []
    /// People with their scope intervals.
    public var persons: Set<String> = []
    /// Devices.
    public var replicas: Set<ReplicaID> = []
    /// Links of chains, to find forks.
    public var links: Set<ChainPlace> = []
    /// Also every undecided or parked command of `tickets`.
    public var withHeld = false
    /// Also the full command of each stored identifier that an undecided one waits for.
    public var withWaiting = false

    /// An empty request.
    public init(
        tickets: Set<TicketID> = [], commands: Set<CommandID> = [], persons: Set<String> = [], replicas: Set<ReplicaID> = [],
        links: Set<ChainPlace> = [], withHeld: Bool = false
    ) {
        self.tickets = tickets
        self.commands = commands
        self.persons = persons
        self.replicas = replicas
        self.links = links
        self.withHeld = withHeld
    }
}

/// A ticket as loaded for decisions.
public struct LoadedTicket: Hashable, Sendable {
    /// What `decide` takes.
    public var ticket: Ticket
    /// The sequence of the last change of any of its rows.
    public var version: UInt64
    /// Every stretch in which it was or is in a scope.
    public var scopes: [ScopeInterval]

    /// A loaded ticket.
    public init(ticket: Ticket, version: UInt64, scopes: [ScopeInterval]) {
        self.ticket = ticket
        self.version = version
        self.scopes = scopes
    }
}

/// The answer to a `LoadRequest`: one state of the store. What is not there is left out.
public struct Snapshot: Sendable {
    /// Identity and head.
    public var state: StoreState
    /// By identifier.
    public var tickets: [TicketID: LoadedTicket] = [:]
    /// By identifier.
    public var commands: [CommandID: StoredCommand] = [:]
    /// Undecided and parked commands by ticket, oldest first.
    public var held: [TicketID: [StoredCommand]] = [:]
    /// By identifier.
    public var persons: [String: Person] = [:]
    /// Every stretch in which a person had or has a scope.
    public var personScopes: [String: [ScopeInterval]] = [:]
    /// By replica.
    public var devices: [ReplicaID: DeviceRecord] = [:]
    /// By place.
    public var links: [ChainPlace: ChainLink] = [:]

    /// A snapshot that holds nothing yet.
    public init(state: StoreState) { self.state = state }

    /// Whether a person held a ticket after entry `sequence`; false if either was not loaded or is not known.
    public func holds(_ person: String, _ ticket: TicketID, at sequence: UInt64) -> Bool {
        guard let theirs = personScopes[person], let its = tickets[ticket]?.scopes else { return false }
        // A few of each: looking beats hashing.
        return its.contains { one in
            one.holds(at: sequence) && theirs.contains { $0.holds(at: sequence) && $0.scope == one.scope }
        }
    }

    /// Whether a person holds a ticket now.
    public func holdsNow(_ person: String, _ ticket: TicketID) -> Bool {
        guard let theirs = personScopes[person], let its = tickets[ticket]?.scopes else { return false }
        return its.contains { one in one.until == nil && theirs.contains { $0.until == nil && $0.scope == one.scope } }
    }
}
