public import CentralStore
public import Changeset
public import Tickets

/// Why an act at the centre was not done. The words for a person are the caller's.
public enum ServiceError: Error, Hashable, Sendable {
    /// No person has this id.
    case unknownPerson(String)
    /// The author's role may not do this.
    case notPermitted(String)
    /// No grid has this id.
    case unknownGrid(String)
    /// No command has this id.
    case unknownCommand(CommandID)
    /// The command is not held, or was decided before.
    case notHeld(CommandID)
    /// Even with a dispatcher's word the rules do not allow it; nothing was written.
    case refused(Reason)
    /// No device has this id.
    case unknownDevice(ReplicaID)
    /// The store failed, for instance because its disk is full: nothing was done, try again when that is mended. The text names
    /// the fault and holds no citizen's data.
    case storeUnavailable(String)
    /// Too much is waiting, or the service is closing: nothing was done, try again in a moment.
    case busy
}

/// One command of a person at the centre.
public struct Act: Hashable, Sendable {
    /// Random, made at the edge: giving the same act twice takes effect once.
    public var id: CommandID
    /// What is intended.
    public var kind: CommandKind
    /// The ticket; nil for `create`, which makes its own.
    public var ticket: TicketID?
    /// As `Command` lists them.
    public var arguments: [String: Value]
    /// For a row of an import: skipped if the source's id is known already.
    public var source: ImportSource?
    /// What can be made of it before its turn; see `SyncService.sealed(_:)`.
    var sealed: SealedAct?

    /// An act.
    public init(
        id: CommandID, kind: CommandKind, ticket: TicketID? = nil, arguments: [String: Value] = [:], source: ImportSource? = nil
    ) {
        self.id = id
        self.kind = kind
        self.ticket = ticket
        self.arguments = arguments
        self.source = source
    }
}

/// What became of one act.
public struct ActOutcome: Hashable, Sendable {
    /// The act's identity.
    public var command: CommandID
    /// The ticket it names or made.
    public var ticket: TicketID
    /// The ticket's official number, if it has one.
    public var number: String?
    /// The verdict. Only what takes effect is written; anything else is a refusal that left no trace.
    public var verdict: Verdict
    /// Why.
    public var reason: Reason
    /// The journal's sequence; 0 where nothing was written.
    public var sequence: UInt64
    /// The source's row was imported before: nothing was written.
    public var isKnown: Bool
}

/// What became of a held command.
public struct HeldOutcome: Hashable, Sendable {
    /// The command.
    public var command: CommandID
    /// Its decision's sequence.
    public var sequence: UInt64
    /// Commands that waited for it and were decided in the same transaction, in order, each with its new verdict and reason.
    public var followed: [Follower]

    /// One command that waited.
    public struct Follower: Hashable, Sendable {
        /// The command.
        public var command: CommandID
        /// Accepted or declined; nil if it is held still, now for another reason.
        public var decision: HeldDecision?
        /// Why.
        public var reason: String
    }
}
