public import Tickets

/// A ticket that stands at an open step of the supervision ladder.
public struct LadderLine: Hashable, Sendable {
    /// The step.
    public var step: Escalation
    /// Its ticket.
    public var ticket: TicketID
    /// The ticket's official number.
    public var number: String?
    /// What it is about.
    public var title: String
    /// When it is due now.
    public var dueAt: Milliseconds?

    /// A line.
    public init(_ step: Escalation, ticket: TicketID, number: String?, title: String, dueAt: Milliseconds?) {
        (self.step, self.ticket, self.number, self.title, self.dueAt) = (step, ticket, number, title, dueAt)
    }
}
