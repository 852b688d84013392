public import Tickets

/// One unit that was set over one ticket, and what its people did there.
public struct SupervisedLine: Hashable, Sendable {
    /// The ticket.
    public var ticket: TicketID
    /// Its official number.
    public var number: String?
    /// The unit's part.
    public var part: Part
    /// By when its first word is owed; nil = a store that knew no clocks.
    public var dueAt: Milliseconds?
    /// When that came.
    public var metAt: Milliseconds?
    /// When the clock fell away.
    public var endedAt: Milliseconds?
    /// Times that its people urged, while it was set over the ticket.
    public var urged: Int
    /// Words of guidance, likewise.
    public var guided: Int

    /// A line.
    public init(
        ticket: TicketID, number: String?, part: Part, dueAt: Milliseconds?, metAt: Milliseconds?, endedAt: Milliseconds?,
        urged: Int, guided: Int
    ) {
        (self.ticket, self.number, self.part) = (ticket, number, part)
        (self.dueAt, self.metAt, self.endedAt) = (dueAt, metAt, endedAt)
        (self.urged, self.guided) = (urged, guided)
    }

    /// How the duty to say a first word stands. Raw values are stable.
    public enum Standing: String, CaseIterable, Hashable, Sendable {
        case inTime = "in-time"
        case late, open
        case fellAway = "fell-away"
    }

    /// How it stands at a moment: what ended late and unmet was missed, and does not fall away.
    public func standing(at now: Milliseconds) -> Standing {
        guard let dueAt else { return .fellAway }
        if let metAt { return metAt <= dueAt ? .inTime : .late }
        if (endedAt ?? now) > dueAt { return .late }
        return endedAt == nil ? .open : .fellAway
    }
}
