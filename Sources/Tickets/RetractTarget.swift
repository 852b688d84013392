public import Changeset

/// The command that a `retract` names, as whoever decides knows it.
///
/// A device knows what it gave and what the centre said; the centre knows what the command did to rows besides.
public struct RetractTarget: Hashable, Sendable {
    /// Who gave it.
    public var person: String
    /// Nil for a word of a newer release.
    public var kind: CommandKind?
    /// Nil if its payload could not be read.
    public var ticket: TicketID?
    /// What has become of it.
    public var standing: Standing
    /// What it did to rows at the centre, old and new, in order; nil if that cannot be read any more. Notes that are gone again
    /// are not among them. Empty on a device, which does not ask.
    public var changes: [Change]?
    /// The ticket stands elsewhere than where it was brought: in the same state perhaps, but with another person.
    public var isOvertaken = false

    /// What has become of a command that somebody wants back.
    public enum Standing: String, CaseIterable, Sendable, Hashable {
        /// On its device only: it was never offered.
        case unsent
        /// Offered or stored, and no verdict is known.
        case underWay = "under-way"
        /// Held, and nobody has decided.
        case undecided
        /// It took effect, by its verdict or by a dispatcher's decision.
        case effective
        /// It took effect, and an earlier retraction of it waits for a dispatcher.
        case asked
        /// An earlier retraction of it was granted.
        case takenBack = "taken-back"
        /// Superseded, rejected or declined.
        case void
    }

    /// A target.
    public init(person: String, kind: CommandKind?, ticket: TicketID?, standing: Standing, changes: [Change]? = []) {
        self.person = person
        self.kind = kind
        self.ticket = ticket
        self.standing = standing
        self.changes = changes
    }
}

extension Command {
    /// The command that a retraction names; nil for any other kind, and for a name that is none.
    public var retracted: CommandID? { kind == .retract ? text("target").flatMap { CommandID(text: $0) } : nil }
}
