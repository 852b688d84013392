import Changeset

extension Command {
    /// Accept, start, resolve, return: the handlers' way through the state machine.
    func decideHandling(on ticket: Ticket, _ relation: Relation, in context: DecisionContext) -> Decision {
        switch relation {
        case .centre: return Decision(.rejected, .notPermitted)
        case .onlooker, .stranger: return Decision(.held, .notYours)
        case .handler, .former: break
        }
        if relation == .handler, let edge = context.rules.edge(from: ticket.state, command: kind, deciding: context.override) {
            if kind == .start, ticket[.startedAt] != .null { return Decision(.superseded, .alreadyStarted) }
            return applied(along: edge, on: ticket, in: context)
        }
        if waitsForAccept(on: ticket, relation, in: context) { return Decision(.rejected, .acceptFirst) }
        return tooLate(on: ticket, relation, in: context)
    }

    private func applied(along edge: Edge, on ticket: Ticket, in context: DecisionContext) -> Decision {
        var columns: [TicketColumn: Value] = [:]
        if edge.to != ticket.state { columns[.state] = .text(edge.to.rawValue) }
        switch kind {
        case .accept: columns[.acceptedAt] = .integer(context.occurredAt)
        case .start: columns[.startedAt] = .integer(context.occurredAt)
        case .resolve: columns[.resolvedAt] = .integer(context.occurredAt)
        default: break
        }
        return Decision(.applied, .ok, changes: [update(columns)] + noteChanges(on: ticket, late: false, in: context))
    }

    /// Nobody else moved it: the author forgot to accept. Only while the command is being given is that certain.
    private func waitsForAccept(on ticket: Ticket, _ relation: Relation, in context: DecisionContext) -> Bool {
        relation == .handler && ticket.state == .dispatched && context.side == .device && context.trunk == nil
    }

    /// The ticket went on without the author. Nothing they wrote is lost: a note keeps it, and a conflict names it.
    private func tooLate(on ticket: Ticket, _ relation: Relation, in context: DecisionContext) -> Decision {
        let reason = whatHappened(to: ticket, relation)
        guard kind == .resolve || kind == .return else { return Decision(.superseded, reason) }
        let words = noteChanges(on: ticket, late: true, in: context)
        // The work was done, and nobody else says so: a dispatcher looks at the evidence.
        if kind == .resolve, reason == .moved || reason == .returned { return Decision(.held, .moved, changes: words) }
        let conflict = Conflict(
            field: kind == .resolve ? "resolution" : "return", trunk: .null, theirs: .text(ticket.state.rawValue),
            ours: arguments["body"] ?? .null, rule: "first")
        return Decision(ticket.state == .withdrawn ? .rejected : .superseded, reason, changes: words, conflicts: [conflict])
    }

    private func whatHappened(to ticket: Ticket, _ relation: Relation) -> Reason {
        switch ticket.state {
        case .withdrawn: .withdrawn
        case .closed: .closed
        case .handled, .awaitingCallback, .awaitingSupervision: .alreadyHandled
        case .returned: .returned
        case .awaitingHandling where relation == .handler && kind == .accept: .alreadyAccepted
        case .received, .awaitingDispatch, .dispatched, .awaitingHandling: .moved
        }
    }
}
