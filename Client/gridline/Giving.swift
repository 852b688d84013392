import Changeset
import ReplicaStore
import SyncProtocol
import Tickets

extension Context {
    /// Gives one command and says that it is recorded.
    ///
    /// - Parameter reference: Nil for a report, which makes its own ticket.
    func give(_ kind: CommandKind, on reference: String?, _ arguments: [String: Value] = [:]) throws -> ExitStatus {
        let id = commandID()
        let made = Command.madeTicket(by: id)
        if let fault = Command(id: id, kind: kind, ticket: made, arguments: arguments).argumentFault() {
            throw Failure.fault(fault)
        }
        let replica = try replica()
        let ticket = try reference.map { try self.ticket($0, in: replica) }
        return try give(kind, id: id, on: ticket, arguments, in: replica)
    }

    /// The same on a ticket that is known, which need not be on the device any more.
    func give(_ kind: CommandKind, id: CommandID? = nil, on ticket: TicketID?, _ arguments: [String: Value], in replica: Replica)
        throws -> ExitStatus
    {
        let id = id ?? commandID()
        let given = try replica.give(
            kind, ticket: ticket, arguments: arguments, id: id, salt: device.random(16), clock: device.clock())
        let record = try replica.command(given.id)
        if console.json {
            let state = try? replica.ticketDetail(given.ticket).summary.ticket.state
            console.out([
                "command": .text(given.id.description), "ordinal": .int(given.ordinal), "kind": .text(kind.rawValue),
                "ticket": .text(given.ticket.description), "local_number": .int(given.localNumber),
                "number": .optional(record?.number), "state": .optional(state?.rawValue),
                "reason": .text(given.reason.rawValue),
            ])
        } else {
            let label = Words(same: ticketLabel(given.localNumber, record?.number))
            console.out(Say.recorded(commandWords(kind.rawValue), label))
        }
        if given.reason != .ok { console.talk(reasonWords(given.reason.rawValue), .attention) }
        return .done
    }
}
