public import Tickets

/// A visit whose persons were counted.
public struct VisitLine: Hashable, Sendable {
    /// The note.
    public var id: [UInt8]
    /// Its ticket.
    public var ticket: TicketID
    /// The ticket's official number.
    public var number: String?
    /// When.
    public var at: Milliseconds
    /// How it went, and how many.
    public var visit: VisitRecord

    /// A line.
    public init(id: [UInt8], ticket: TicketID, number: String?, at: Milliseconds, visit: VisitRecord) {
        (self.id, self.ticket, self.number, self.at, self.visit) = (id, ticket, number, at, visit)
    }
}

/// Where a listing by time goes on: at this moment beyond this identifier.
public struct TimedPlace: Hashable, Sendable {
    /// Milliseconds since 1970 UTC, inclusive.
    public var since: Milliseconds
    /// Exclusive; empty at the beginning.
    public var beyond: [UInt8]

    /// A place.
    public init(since: Milliseconds, beyond: [UInt8] = []) { (self.since, self.beyond) = (since, beyond) }
}
