public import Changeset
public import Tickets

/// A ticket as an export takes it.
public struct ExportedTicket: Sendable {
    /// Its place in the order in which tickets came in; good in this store alone.
    public var position: UInt64
    /// The ticket with its helpers.
    public var ticket: Ticket
    /// All columns of its citizen's row; nil if there is none, or if it was not asked for.
    public var citizen: [Value]?
    /// Where it was imported from.
    public var source: ImportSource?

    /// An exported ticket.
    public init(position: UInt64, ticket: Ticket, citizen: [Value]?, source: ImportSource?) {
        self.position = position
        self.ticket = ticket
        self.citizen = citizen
        self.source = source
    }
}
