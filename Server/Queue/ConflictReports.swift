/// What two sides wrote into one field, whose it is, and what became of it. Values are text, nil = NULL; times are milliseconds
/// since 1970 UTC.
public struct ConflictReport: Codable, Hashable, Sendable {
    /// UUID of the command that wrote ours.
    public var command: String
    /// What that command is: a word of `CommandKind`; nil if nobody asked.
    public var kind: String?
    /// UUID of the ticket.
    public var ticket: String
    /// Its official number.
    public var number: String?
    /// Its subject.
    public var title: String?
    /// A column, or the argument whose words are kept.
    public var field: String
    /// What the author saw.
    public var trunk: String?
    /// What stood at the centre.
    public var theirs: String?
    /// What the author wrote.
    public var ours: String?
    /// The rule that settled it.
    public var rule: String
    /// What stands because of it: a word of `Conflict.Outcome`.
    public var outcome: String
    /// Who may change that: a word of `Conflict.Chooser`.
    public var may: String
    /// Who wrote ours.
    public var oursBy: String?
    /// When that happened.
    public var oursAt: Int64?
    /// When it came in.
    public var oursReceivedAt: Int64?
    /// The command that wrote theirs.
    public var against: String?
    /// Who wrote theirs.
    public var theirsBy: String?
    /// When that happened.
    public var theirsAt: Int64?
    /// When it came in.
    public var theirsReceivedAt: Int64?
    /// The command that chose.
    public var settledBy: String?
    /// When somebody chose or decided.
    public var settledAt: Int64?
    /// Who did.
    public var chosenBy: String?
    /// What stands in the column now; nil where nobody asked, or it is no column.
    public var now: String?

    /// There is something to choose, and nobody has.
    public var isOpen: Bool { settledAt == nil && outcome != "open" }
}

/// What a dispatcher reads before they answer a held command.
public struct WeighedReport: Codable, Hashable, Sendable {
    /// The command with its author's words and what it disagreed with.
    public var held: HeldReport
    /// Its author's name.
    public var personName: String?
    /// A word of `Role`.
    public var role: String
    /// The author had the ticket when they gave the command.
    public var heldAtSeen: Bool
    /// They have it now.
    public var holdsNow: Bool
    /// The device's clock was off by more than five minutes and was corrected.
    public var clockFlagged: Bool
    /// The ticket as it is now, columns that are not NULL; empty if there is none.
    public var now: [String: String]
    /// What the command wrote, column by column.
    public var sides: [SideReport]
    /// What happened on the ticket after what the author had seen, oldest first.
    public var meanwhile: [MeanwhileLine]
    /// Commands that wait for this one, in their order.
    public var waiting: [HeldReport]
    /// What follows from each answer.
    public var outlooks: [OutlookReport]
}

/// One column of a held command: before, now, and as its author wanted it. nil = NULL.
public struct SideReport: Codable, Hashable, Sendable {
    /// The column.
    public var column: String
    /// What the author saw.
    public var trunk: String?
    /// What stands now.
    public var now: String?
    /// What the author wrote.
    public var ours: String?
}

/// Something that happened while the author did not look.
public struct MeanwhileLine: Codable, Hashable, Sendable {
    /// The journal's sequence.
    public var sequence: UInt64
    /// Who.
    public var author: String
    /// When it came to the centre.
    public var at: Int64
    /// When it happened, if a command did it.
    public var occurredAt: Int64?
    /// A word of `CommandKind`, or of `JournalKind` where no command did it.
    public var kind: String
    /// The verdict, if a command caused it.
    public var verdict: String?
    /// Columns of the ticket that changed, with their new values; nil = NULL.
    public var changed: [String: String?]
}

/// What would come of one answer.
public struct OutlookReport: Codable, Hashable, Sendable {
    /// A word of `HeldDecision`.
    public var decision: String
    /// The reason code, where even a dispatcher's word does not help; nil if the answer is possible.
    public var refusal: String?
    /// What the ticket's columns would be, as far as they would change; nil = NULL.
    public var changed: [String: String?]
    /// Commands that would be decided again with it.
    public var followed: [DecisionReport.Follower]
}
