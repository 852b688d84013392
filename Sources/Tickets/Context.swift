/// Where a decision is made.
public enum Side: String, CaseIterable, Sendable, Hashable {
    /// On a replica: a prediction, and what the author sees until the centre has spoken.
    case device
    /// At the centre: the verdict.
    case centre
}

/// Everything that a decision depends on besides the command and the ticket. No clock is read: the caller passes times.
public struct DecisionContext: Sendable {
    /// Who gave the command.
    public var author: Author
    /// When it happened: at the centre as `occurredAt` fixed it, on a device the wall clock.
    public var occurredAt: Milliseconds
    /// Of a report, at the centre: when the centre took it in, from which on a dispatch is owed; nil = nothing is owed yet.
    public var takenInAt: Milliseconds?
    /// What the device's wall clock claimed.
    public var wall: Milliseconds
    /// The claim was off by more than five minutes.
    public var clockFlagged: Bool
    /// What the author saw; nil where there is no given changeset (when the command is being given, and for acts at the centre).
    public var trunk: Trunk?
    /// A dispatcher accepts a held command: what the author wrote is taken, and their relation to the ticket is waived.
    public var override: Bool
    /// Device or centre.
    public var side: Side
    /// The rules in force.
    public var rules: Rules
    /// Whom a dispatch may name; nil = names are not checked.
    public var directory: Directory?
    /// Of a retraction: what it names; nil = not known.
    public var target: RetractTarget?
    /// On a device, of a command that is being given: what is asked for on its ticket; nil = nobody looks.
    public var checklist: Checklist?
    /// Of a choice: the conflict that it names; nil = not known.
    public var choice: ChoiceTarget?

    /// A context. `wall` is `occurredAt` unless said otherwise.
    public init(
        author: Author, occurredAt: Milliseconds, wall: Milliseconds? = nil, clockFlagged: Bool = false, trunk: Trunk? = nil,
        override: Bool = false, side: Side, rules: Rules = .embedded, directory: Directory? = nil
    ) {
        self.author = author
        self.occurredAt = occurredAt
        self.wall = wall ?? occurredAt
        self.clockFlagged = clockFlagged
        self.trunk = trunk
        self.override = override
        self.side = side
        self.rules = rules
        self.directory = directory
    }

    /// The time of what the author wrote: their own claim, so that the row equals the one on the device, unless it is absurd.
    var writtenAt: Milliseconds { clockFlagged ? occurredAt : wall }
}

/// How an author stands to a ticket. The matrix of decisions is state × command × relation.
public enum Relation: String, CaseIterable, Sendable, Hashable {
    /// The assignee or a helper, now.
    case handler
    /// Held it when the command was given, and is no handler now.
    case former
    /// Holds it now without handling it: who reported it, the grid's leader, who has a helper's profession in the grid, the unit.
    case onlooker
    /// A person of the centre.
    case centre
    /// None of these.
    case stranger
    /// A dispatcher accepted the command after it was held: how its author stands to the ticket is waived.
    case decision

    /// The relation of an author to a ticket as it stands.
    public init(of author: Author, to ticket: Ticket) {
        if ticket.assignee == author.person || ticket.helpers.contains(where: { $0.person == author.person }) {
            self = .handler
        } else if author.role.isCentral {
            self = .centre
        } else if author.holdsNow {
            // The first responsible was a handler once: they hold it now for another reason, and come back as a former one.
            self = author.heldAtSeen && ticket[.firstResponsible].string == author.person ? .former : .onlooker
        } else {
            self = author.heldAtSeen ? .former : .stranger
        }
    }
}
