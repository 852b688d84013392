public import Tickets

/// What the scheduler raises. Raw values stand in `alarm.kind`, in metrics and in every `--json`.
public enum AlarmKind: String, CaseIterable, Sendable, Hashable {
    /// A clock has a quarter of its time left, or less than the profile's `alarms.due_soon_hours`, whichever is shorter.
    case dueSoon = "due-soon"
    /// A clock runs beyond its due time.
    case overdue
    /// A held command waits for a dispatcher for longer than the profile's `alarms.undecided_hours`.
    case undecided
    /// A request waits for its answer beyond its due time.
    case unanswered
}

/// One alarm that stands: it was raised once, and goes when its reason is gone.
public struct AlarmLine: Hashable, Sendable {
    /// What it is.
    public var kind: AlarmKind
    /// The ticket; nil where a held command's payload could not be read.
    public var ticket: TicketID?
    /// The ticket's official number.
    public var number: String?
    /// The ticket's assignee.
    public var assignee: String?
    /// The ticket's handling unit.
    public var unit: String?
    /// Of a clock: what it measures.
    public var clock: ClockKind?
    /// Of a clock: when it is due.
    public var dueAt: Milliseconds?
    /// The open step of the ladder at which the ticket stands, as a code of the profile; never a restricted one.
    public var step: String?
    /// Of a held command: which.
    public var command: CommandID?
    /// When it was raised.
    public var raisedAt: Milliseconds

    /// An alarm.
    public init(_ kind: AlarmKind, ticket: TicketID?, raisedAt: Milliseconds) {
        self.kind = kind
        self.ticket = ticket
        self.raisedAt = raisedAt
    }
}

/// From when on something is raised.
public struct AlarmRules: Hashable, Sendable {
    /// The longest time before its due time at which a clock is due soon.
    public var dueSoon: Milliseconds
    /// How long a held command may wait.
    public var undecided: Milliseconds

    /// As a profile says.
    public init(_ profile: Profile) {
        dueSoon = Milliseconds(profile.dueSoonHours) * 3_600_000
        undecided = Milliseconds(profile.undecidedHours) * 3_600_000
    }
}
