public import Tickets

/// One request from the field, as the centre answers it.
public struct RequestLine: Hashable, Sendable {
    /// The request.
    public var request: TicketRequest
    /// Its ticket.
    public var ticket: TicketID
    /// The ticket's official number.
    public var number: String?
    /// When the ticket is due now.
    public var dueAt: Milliseconds?
    /// Why, in its author's words; nil if they are gone.
    public var words: String?

    /// A line.
    public init(_ request: TicketRequest, ticket: TicketID) {
        self.request = request
        self.ticket = ticket
    }
}
