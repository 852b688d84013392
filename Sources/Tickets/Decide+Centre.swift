import Changeset

extension Command {
    /// Dispatch and assign: a ticket is given to somebody.
    func decideDispatching(by cell: Cell, on ticket: Ticket, in context: DecisionContext) -> Decision {
        if let fault = unknownPerson(in: context) { return Decision(.rejected, .unknownPerson, fault: fault) }
        if lacksApproval(on: ticket, in: context) { return Decision(.rejected, .needsApproval) }
        let state = (cell.to ?? ticket.state).rawValue
        return kind == .dispatch
            ? decideDispatch(to: state, on: ticket, in: context) : decideAssign(to: state, on: ticket, in: context)
    }

    func unknownPerson(in context: DecisionContext) -> ArgumentFault? {
        guard let directory = context.directory else { return nil }
        if let assignee = text("assignee"), directory.people[assignee] == nil { return ArgumentFault("assignee", .outOfRange) }
        if let approver = text("approved_by"), directory.people[approver] == nil {
            return ArgumentFault("approved_by", .outOfRange)
        }
        if let leader = text("leader"), directory.people[leader] == nil { return ArgumentFault("leader", .outOfRange) }
        let helpers = helperNames ?? []
        return helpers.contains { directory.people[$0] == nil } ? ArgumentFault("helpers", .outOfRange) : nil
    }

    private func decideDispatch(to state: String, on ticket: Ticket, in context: DecisionContext) -> Decision {
        let assignee = text("assignee") ?? ""
        var columns: [TicketColumn: Value] = [
            .state: .text(state), .assignee: .text(assignee), .acceptedAt: .null, .startedAt: .null,
            .resolvedAt: .null,
        ]
        if ticket[.firstResponsible] == .null || isRemoved("HT3") { columns[.firstResponsible] = .text(assignee) }
        // The clock starts at the first dispatch and runs on through returns.
        if ticket[.dispatchedAt] == .null { columns[.dispatchedAt] = .integer(context.occurredAt) }
        if isGiven("grid") {
            columns[.grid] = column("grid")
        } else if ticket.grid == nil, let grid = context.directory?.people[assignee]?.grid {
            columns[.grid] = .text(grid)
        }
        if isGiven("unit") { columns[.unit] = column("unit") }
        guard let due = due(of: ticket, in: context) else {
            return Decision(.rejected, .badArguments, fault: ArgumentFault("days", .outOfRange))
        }
        columns[.dueAt] = due
        let changes =
            helperChanges(on: ticket, assignee: assignee, in: context) + supervisorChanges(on: ticket, in: context)
        return Decision(
            .applied, .ok, changes: [update(changed(columns, on: ticket))] + changes + routeChanges(on: ticket, in: context))
    }

    /// Why it went to this unit, and which units stand above that one: a note, so that every device of the ticket has it too.
    private func routeChanges(on ticket: Ticket, in context: DecisionContext) -> [RowChange] {
        guard let route = text("route").flatMap(Route.init) else { return [] }
        return note(route.noteKind, route.text, on: ticket, in: context)
    }

    /// What the dispatcher says, else what stands, else the class's clock from this moment. Nil: a choice the profile forbids.
    private func due(of ticket: Ticket, in context: DecisionContext) -> Value? {
        if isGiven("due_at") { return column("due_at") }
        if ticket[.dueAt] != .null, !isGiven("class") { return ticket[.dueAt] }
        let start = ticket[.dispatchedAt].int ?? context.occurredAt
        let chosen = text("class").flatMap(DeadlineClass.init(rawValue:))
        let deadline = context.rules.deadline(
            dispatchedAt: start,
            class: chosen ?? context.rules.profile.deadlineClass(of: ticket),
            days: arguments["days"]?.int.map { Int($0) })
        return deadline.map { .integer($0.due) }
    }

    private func decideAssign(to state: String, on ticket: Ticket, in context: DecisionContext) -> Decision {
        // Without one, whoever has it keeps it.
        let assignee = text("assignee") ?? ticket.assignee ?? ""
        let helpers = helperChanges(on: ticket, assignee: assignee, in: context) + leaderChanges(on: ticket, in: context)
        // The same person again: only the helpers and leaders change, and what was accepted stays accepted.
        if ticket.assignee == assignee {
            return helpers.isEmpty ? Decision(.superseded, .nothingToDo) : Decision(.applied, .ok, changes: helpers)
        }
        let columns: [TicketColumn: Value] = [
            .state: .text(state), .assignee: .text(assignee), .acceptedAt: .null, .startedAt: .null,
        ]
        return Decision(.applied, .ok, changes: [update(changed(columns, on: ticket))] + helpers)
    }

    /// Somebody else has it from now on, without a dispatcher's choosing.
    func handOver(_ ticket: Ticket, to owner: String, in context: DecisionContext) -> [RowChange] {
        let columns: [TicketColumn: Value] = [
            .state: .text(TicketState.dispatched.rawValue), .assignee: .text(owner), .acceptedAt: .null, .startedAt: .null,
        ]
        return [update(changed(columns, on: ticket))] + helperChanges(on: ticket, assignee: owner, in: context)
    }

    /// Helpers that come and go. Without the argument they stay, only never beside themselves as the assignee.
    private func helperChanges(on ticket: Ticket, assignee: String, in context: DecisionContext) -> [RowChange] {
        let before = ticket.helpers.map(\.person)
        let after = (helperNames ?? before).filter { $0 != assignee }
        let gone = before.filter { !after.contains($0) }.map {
            RowChange.delete(.helper, key: [self.ticket.value, .text($0)])
        }
        let come = after.filter { !before.contains($0) }.map { person in
            let profession = context.directory?.people[person]?.profession
            return RowChange.insert(.helper, [self.ticket.value, .text(person), .optional(profession)])
        }
        return gone + come
    }

    /// Only what differs: a column that stays is no change.
    private func changed(_ columns: [TicketColumn: Value], on ticket: Ticket) -> [TicketColumn: Value] {
        columns.filter { ticket[$0.key] != $0.value }
    }
}
