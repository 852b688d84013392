public import Tickets

/// A command that was offered or given at the centre, with what the centre said.
public struct StoredCommand: Hashable, Sendable {
    /// Stays with the intention for ever.
    public var id: CommandID
    /// Where it first stood in a device's chain; nil for a command given at the centre.
    public var place: ChainPlace?
    /// Who gave it.
    public var person: String
    /// The word on the wire; may be one that this release does not know.
    public var kind: String
    /// Its ticket; nil if the payload could not be read.
    public var ticket: TicketID?
    /// The sealed payload; nil once erased.
    public var payload: [UInt8]?
    /// 16 bytes; nil once erased.
    public var salt: [UInt8]?
    /// SHA-256 of salt and payload, 32 bytes.
    public var digest: [UInt8]
    /// When the request arrived that first carried it.
    public var receivedAt: Milliseconds
    /// When it happened, as fixed at the verdict.
    public var occurredAt: Milliseconds
    /// The device's clock was off by more than 5 minutes.
    public var clockFlagged: Bool = false
    /// Nil while it is parked: stored and not yet judged.
    public var verdict: Verdict?
    /// A stable code; see `Reason`. Text, because a newer release may know more.
    public var reason: String
    /// The sequence of the verdict's entry (of the parking's, while parked). The store sets it.
    public var sequence: UInt64 = 0
    /// The held command that it waits for.
    public var waitsFor: CommandID?
    /// The one later answer to a held command.
    public var decision: DecisionRecord?

    /// The later answer to a held command.
    public struct DecisionRecord: Hashable, Sendable {
        /// What was decided.
        public var decision: HeldDecision
        /// Why, in a person's words or a stable code.
        public var reason: String
        /// Who decided.
        public var by: String
        /// When.
        public var at: Milliseconds
        /// The sequence of the decision's entry. The store sets it.
        public var sequence: UInt64

        /// A decision.
        public init(_ decision: HeldDecision, reason: String, by: String, at: Milliseconds, sequence: UInt64 = 0) {
            self.decision = decision
            self.reason = reason
            self.by = by
            self.at = at
            self.sequence = sequence
        }
    }

    /// A command with its verdict; `verdict` nil parks it.
    public init(
        id: CommandID, place: ChainPlace?, person: String, kind: String, ticket: TicketID?, payload: [UInt8]?, salt: [UInt8]?,
        digest: [UInt8], receivedAt: Milliseconds, occurredAt: Milliseconds, clockFlagged: Bool = false, verdict: Verdict?,
        reason: String, waitsFor: CommandID? = nil
    ) {
        self.id = id
        self.place = place
        self.person = person
        self.kind = kind
        self.ticket = ticket
        self.payload = payload
        self.salt = salt
        self.digest = digest
        self.receivedAt = receivedAt
        self.occurredAt = occurredAt
        self.clockFlagged = clockFlagged
        self.verdict = verdict
        self.reason = reason
        self.waitsFor = waitsFor
    }

    /// Held, and nobody has decided yet.
    public var isUndecided: Bool { verdict == .held && decision == nil }
    /// Stored, and not judged yet.
    public var isParked: Bool { verdict == nil }
    /// The sequence of what was last said on it: the version of its verdict entity.
    public var version: UInt64 { decision?.sequence ?? sequence }
}
