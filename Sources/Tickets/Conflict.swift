public import Changeset

/// What both sides changed in one column, or the words that a refused command carried. Kept and shown to both sides.
///
/// It belongs to the command whose author is `ours`, and is named by that command and its field.
public struct Conflict: Hashable, Sendable {
    /// A column of `ticket`, or `state`, or the name of the argument whose words are kept.
    public var field: String
    /// What the author saw.
    public var trunk: Value
    /// What stood at the centre when the command was judged.
    public var theirs: Value
    /// What the author wrote.
    public var ours: Value
    /// The rule that settled it: a column's (`ColumnRule`), `first` of a transition that somebody else was first with, `retract`
    /// of a column that did not go back. Earlier releases wrote `hold`.
    public var rule: String
    /// What stands because of it.
    public var outcome: Outcome
    /// Who may change the outcome.
    public var may: Chooser
    /// The command that wrote `theirs`; nil if nobody knows. `decide` leaves it empty, and the centre looks it up.
    public var against: CommandID?
    /// The choice that settled it last; nil as long as nobody chose. `decide` leaves it empty.
    public var settledBy: CommandID?

    /// What stands.
    public enum Outcome: String, CaseIterable, Sendable, Hashable {
        /// The author's value.
        case ours
        /// The other side's value.
        case theirs
        /// What either side added, without what either took away.
        case both
        /// A third value, which somebody chose.
        case text
        /// Nothing yet: the command is held. Its one decision ends that: `ours` when accepted or amended, `theirs` when declined.
        case open
    }

    /// Who may change the outcome.
    public enum Chooser: String, CaseIterable, Sendable, Hashable {
        /// A dispatcher, supervisor or operator.
        case centre
        /// These, and the assignee and the helpers of the ticket.
        case holder
    }

    /// A conflict.
    public init(
        field: String, trunk: Value, theirs: Value, ours: Value, rule: String, outcome: Outcome = .open, may: Chooser = .centre,
        against: CommandID? = nil, settledBy: CommandID? = nil
    ) {
        self.field = field
        self.trunk = trunk
        self.theirs = theirs
        self.ours = ours
        self.rule = rule
        self.outcome = outcome
        self.may = may
        self.against = against
        self.settledBy = settledBy
    }
}

/// The conflict that a choice names, as whoever decides knows it.
public struct ChoiceTarget: Hashable, Sendable {
    /// Who gave the conflict's command.
    public var person: String
    /// Who gave the command that wrote `theirs`; nil if nobody knows.
    public var against: String?
    /// The ticket of the conflict's command.
    public var ticket: TicketID
    /// All conflicts of that command, as they are stored now: columns of one group are chosen together.
    public var conflicts: [Conflict]

    /// A target.
    public init(person: String, against: String?, ticket: TicketID, conflicts: [Conflict]) {
        self.person = person
        self.against = against
        self.ticket = ticket
        self.conflicts = conflicts
    }
}

/// What a choice did to its conflict.
public struct SettledConflict: Hashable, Sendable {
    /// The conflict's command.
    public var target: CommandID
    /// The fields that are settled, in the order of the columns: the one that was named, and the others of its group.
    public var fields: [String]
    /// What stands now; never `open`.
    public var outcome: Conflict.Outcome

    /// A settled conflict.
    public init(target: CommandID, fields: [String], outcome: Conflict.Outcome) {
        self.target = target
        self.fields = fields
        self.outcome = outcome
    }
}

/// What somebody chooses. Raw values are the words of the argument `side`.
public enum Choice: String, CaseIterable, Sendable, Hashable {
    /// The value of the conflict's author.
    case ours
    /// The other side's value.
    case theirs
    /// The text in `value`.
    case text
}

extension Command {
    /// The command whose conflict a choice names; nil for any other kind, and for a name that is none.
    public var chosen: CommandID? { kind == .choose ? text("target").flatMap { CommandID(text: $0) } : nil }
}
