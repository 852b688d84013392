import Changeset

extension Command {
    /// Asks for more time: after the citizen was told, in time, within the city's cap, and once at a time.
    ///
    /// In time is when it was asked, not when it arrives: no signal is no fault. What is refused keeps its words with the ticket.
    func decideExtension(on ticket: Ticket, in context: DecisionContext) -> Decision {
        func refused(_ verdict: Verdict, _ reason: Reason) -> Decision {
            Decision(verdict, reason, changes: noteChanges(on: ticket, late: true, in: context))
        }
        if ticket.pendingRequest != nil { return refused(.superseded, .requestPending) }
        guard !ticket.explanations.isEmpty || isRemoved("HT8") else { return refused(.rejected, .explainFirst) }
        guard let due = ticket[.dueAt].int, context.occurredAt <= due else { return refused(.rejected, .afterDue) }
        let days = Int(clamping: arguments["days"]?.int ?? 0)
        guard days + ticket.grantedDays <= context.rules.profile.extensionDaysMax else { return refused(.rejected, .beyondCap) }
        let request = TicketRequest(
            .extension_, id: id, author: context.author.person, givenAt: context.occurredAt, days: days)
        return Decision(
            .applied, .ok,
            changes: noteChanges(on: ticket, late: false, in: context) + [.insert(.request, request.row(of: ticket.id))])
    }

    /// The centre's answer to a request. The time goes on while nobody answers, so a late yes is a yes.
    func decideAnswer(on ticket: Ticket, in context: DecisionContext) -> Decision {
        guard let named = text("request").flatMap({ CommandID(text: $0) }),
            let request = ticket.requests.first(where: { $0.id == named })
        else { return Decision(.rejected, .unknownRequest) }
        guard request.state == .pending else { return Decision(.superseded, .alreadyAnswered) }
        var answered = request
        (answered.answer, answered.decidedBy, answered.decidedAt) = (text("body"), context.author.person, context.occurredAt)
        guard kind == .grant else {
            answered.state = .refused
            return Decision(.applied, .ok, changes: [change(request, to: answered)])
        }
        let days = arguments["days"]?.int.map { Int(clamping: $0) } ?? request.days
        guard days + ticket.grantedDays <= context.rules.profile.extensionDaysMax, let due = ticket[.dueAt].int else {
            return Decision(.rejected, .beyondCap)
        }
        let moved = context.rules.extended(due, by: days)
        (answered.state, answered.grantedDays, answered.dueAt) = (.granted, days, moved)
        return Decision(.applied, .ok, changes: [update([.dueAt: .integer(moved)]), change(request, to: answered)])
    }

    /// A request that its author wants back, or that nobody need answer any more.
    func withdrawal(of request: TicketRequest) -> RowChange {
        var gone = request
        gone.state = .withdrawn
        return change(request, to: gone)
    }

    private func change(_ request: TicketRequest, to answered: TicketRequest) -> RowChange {
        .update(
            .request, key: [request.id.value],
            RowChange.columns(from: request.row(of: ticket), to: answered.row(of: ticket)))
    }

    /// Nobody answers a request on a ticket that is done or gone.
    func requestChanges(with decision: Decision, on ticket: Ticket?) -> [RowChange] {
        guard let ticket, let pending = ticket.pendingRequest, !decision.changes.isEmpty else { return [] }
        let after = decision.changes.reduce(into: ticket) { $0.apply($1) }
        guard after.pendingRequest != nil, after[.resolvedAt] != .null || after.state.isFinal else { return [] }
        return [withdrawal(of: pending)]
    }
}
