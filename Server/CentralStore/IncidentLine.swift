public import Tickets

/// A ticket that is part of an incident.
public struct IncidentLine: Hashable, Sendable {
    /// The ticket.
    public var ticket: TicketID
    /// Its official number.
    public var number: String?
    /// What it went into, and since when.
    public var incident: Incident
    /// Where it stands.
    public var state: TicketState

    /// A line.
    public init(_ ticket: TicketID, number: String?, incident: Incident, state: TicketState) {
        (self.ticket, self.number, self.incident, self.state) = (ticket, number, incident, state)
    }
}
