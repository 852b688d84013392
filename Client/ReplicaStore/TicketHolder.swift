import Changeset
public import Tickets

/// Who has a ticket now: its assignee, or the unit it is with.
public struct TicketHolder: Hashable, Sendable {
    /// The person; nil if the centre named a unit alone.
    public var person: String?
    /// The unit, if that is all there is to say.
    public var unit: String?
    /// The name of either, or its identifier if the device does not know it.
    public var name: String

    /// The reason of a leave and, behind a blank, who has the ticket: `p:<person>` or `u:<unit>`.
    static func parts(of leaveReason: String) -> (reason: String, holder: String?) {
        let parts = leaveReason.split(separator: " ", maxSplits: 1).map(String.init)
        return (parts.first ?? "", parts.count > 1 ? parts[1] : nil)
    }
}

extension NewsKind {
    /// It tells that a ticket went to somebody else, or what that made of a command.
    var isAboutHandover: Bool { [.ticketLeaving, .ticketLeft, .verdict, .decision, .needsCentre].contains(self) }
    /// It tells of a conflict with a value of somebody else's.
    var isAboutConflict: Bool { self == .conflict || self == .conflictSettled }
}

extension Rows {
    /// Of a ticket that is here, its assignee; of one that left, who had it then. Nil if that is the person of this device, or if
    /// nobody said.
    func holder(of ticket: TicketID) throws -> TicketHolder? {
        let row = try statements.row(
            """
            SELECT t.assignee, n.holder, e.leaving IS NOT NULL OR t.id IS NULL FROM local_number AS n
            LEFT JOIN ticket AS t ON t.id = n.ticket LEFT JOIN entity AS e ON e.kind = 1 AND e.id = n.ticket WHERE n.ticket=?
            """, [ticket.value])
        guard let row else { return nil }
        // What it became afterwards is nobody's on this device to know.
        let code = row[2].int == 1 ? row[1].string : row[0].string.map { "p:" + $0 }
        guard let code, code.count > 2 else { return nil }
        let id = String(code.dropFirst(2))
        if code.hasPrefix("u:") {
            let name = try statements.row("SELECT name FROM unit WHERE id=?", [.text(id)])?.first?.string
            return TicketHolder(person: nil, unit: id, name: name ?? id)
        }
        guard code.hasPrefix("p:") else { return nil }
        let me = try statements.row("SELECT person FROM identity")?.first?.string
        return id == me ? nil : TicketHolder(person: id, unit: nil, name: try person(id)?.name ?? id)
    }
}

extension Replica {
    /// Who has a ticket now, if it is somebody else and this person may know.
    public func holder(of ticket: TicketID) throws -> TicketHolder? { try read { try $0.holder(of: ticket) } }
}
