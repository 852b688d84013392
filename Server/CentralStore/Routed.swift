public import Tickets

/// One dispatch that a rule made, and what came of it.
public struct RoutedLine: Hashable, Sendable {
    /// The dispatch's sequence.
    public var sequence: UInt64
    /// The ticket.
    public var ticket: TicketID
    /// Its official number.
    public var number: String?
    /// The ticket's state now.
    public var state: TicketState?
    /// Who has it now.
    public var assignee: String?
    /// Which rule, and to whom.
    public var route: Route
    /// When.
    public var at: Milliseconds
    /// The first command after it that sent the ticket back or gave it out anew; nil = none did.
    public var undoneBy: CommandKind?

    /// A line.
    public init(sequence: UInt64, ticket: TicketID, route: Route, at: Milliseconds) {
        self.sequence = sequence
        self.ticket = ticket
        self.route = route
        self.at = at
    }

    /// What came of it: the rule was wrong if the ticket came back or went to somebody else.
    public var outcome: Outcome {
        if undoneBy == .return { return .returned }
        if undoneBy != nil { return .dispatchedAnew }
        // Assigned on to somebody else. A ticket that was withdrawn or closed says nothing about the rule.
        if let person = route.person, let assignee, assignee != person, state != .withdrawn { return .dispatchedAnew }
        return .stands
    }

    /// What can come of it. Raw values are stable.
    public enum Outcome: String, CaseIterable, Hashable, Sendable {
        case stands, returned
        case dispatchedAnew = "dispatched-anew"
    }
}

/// What a grid had of one category.
public struct GridHistory: Hashable, Sendable {
    /// The grid.
    public var grid: String
    /// How many tickets.
    public var count: Int
    /// When the newest of them was made.
    public var lastAt: Milliseconds

    /// A line.
    public init(grid: String, count: Int, lastAt: Milliseconds) {
        (self.grid, self.count, self.lastAt) = (grid, count, lastAt)
    }
}
