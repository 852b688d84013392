import Changeset

extension Command {
    /// Asks for what only the centre gives: more time, another owner, a long-term state. Nothing moves until it answers, and one waits at a
    /// time.
    ///
    /// In time is when it was asked, not when it arrives: no signal is no fault. What is refused keeps its words with the ticket.
    func decideAsking(for kind: RequestKind, on ticket: Ticket, in context: DecisionContext) -> Decision {
        func refused(_ verdict: Verdict, _ reason: Reason) -> Decision {
            Decision(verdict, reason, changes: noteChanges(on: ticket, late: true, in: context))
        }
        if ticket.pendingRequest != nil { return refused(.superseded, .requestPending) }
        if let reason = obstacle(to: kind, on: ticket, in: context) { return refused(.rejected, reason) }
        var request = TicketRequest(
            kind, id: id, author: context.author.person, givenAt: context.occurredAt,
            days: Int(clamping: arguments["days"]?.int ?? 0))
        if kind == .longTerm { request.dueAt = arguments["until"]?.int }
        return Decision(
            .applied, .ok,
            changes: noteChanges(on: ticket, late: false, in: context) + [.insert(.request, request.row(of: ticket.id))])
    }

    /// More time: after the citizen was told, in time, within the city's cap. A dispute: until a leader has signed it off. The long-term state:
    /// to a day to come, also of what is overdue already, because nothing else takes it out of that.
    private func obstacle(to kind: RequestKind, on ticket: Ticket, in context: DecisionContext) -> Reason? {
        let profile = context.rules.profile
        switch kind {
        case .extension_:
            guard !ticket.explanations.isEmpty || isRemoved("HT8") else { return .explainFirst }
            guard let due = ticket[.dueAt].int, context.occurredAt <= due else { return .afterDue }
            let days = Int(clamping: arguments["days"]?.int ?? 0)
            return days + ticket.grantedDays <= profile.extensionDaysMax ? nil : .beyondCap
        case .dispute: return ticket.isSignedOff ? .signedOff : nil
        case .longTerm: return reviewFault(arguments["until"]?.int, in: context)
        }
    }

    private func reviewFault(_ until: Milliseconds?, in context: DecisionContext) -> Reason? {
        guard let until, until > context.occurredAt else { return .pastDate }
        let longest = Milliseconds(context.rules.profile.longTermDaysMax) * 86_400_000
        return until - context.occurredAt <= longest ? nil : .beyondCap
    }

    /// Sends it back, as often as the city bears; then somebody has to say whose it is.
    func decideReturn(on ticket: Ticket, in context: DecisionContext) -> Decision? {
        guard !isRemoved("WF9"), ticket.isRuled || ticket.bounceCount >= context.rules.profile.bounceMax else { return nil }
        return Decision(
            .rejected, ticket.isSignedOff ? .signedOff : .disputeIt, changes: noteChanges(on: ticket, late: true, in: context))
    }

    /// The centre's answer to a request. The time goes on while nobody answers, so a late yes is a yes.
    func decideAnswer(on ticket: Ticket, in context: DecisionContext) -> Decision {
        guard let request = named(on: ticket) else { return Decision(.rejected, .unknownRequest) }
        guard request.state == .pending else { return Decision(.superseded, .alreadyAnswered) }
        if request.kind == .dispute, let reason = ruling(on: ticket, in: context) { return Decision(.rejected, reason) }
        if kind == .refuse {
            return Decision(.applied, .ok, changes: [change(request, to: answered(request, .refused, in: context))])
        }
        var granted = answered(request, .granted, in: context)
        switch request.kind {
        case .extension_:
            let days = arguments["days"]?.int.map { Int(clamping: $0) } ?? request.days
            guard days + ticket.grantedDays <= context.rules.profile.extensionDaysMax, let due = ticket[.dueAt].int else {
                return Decision(.rejected, .beyondCap)
            }
            (granted.grantedDays, granted.dueAt) = (days, context.rules.extended(due, by: days))
        case .dispute:
            guard let owner = text("assignee") else {
                return Decision(.rejected, .badArguments, fault: ArgumentFault("assignee", .missing))
            }
            if let fault = unknownPerson(in: context) { return Decision(.rejected, .unknownPerson, fault: fault) }
            guard owner != ticket.assignee else {
                return Decision(.rejected, .badArguments, fault: ArgumentFault("assignee", .outOfRange))
            }
            return Decision(.applied, .ok, changes: handOver(ticket, to: owner, in: context) + [change(request, to: granted)])
        case .longTerm:
            granted.dueAt = arguments["until"]?.int ?? request.dueAt
            if let reason = reviewFault(granted.dueAt, in: context) { return Decision(.rejected, reason) }
        }
        return Decision(
            .applied, .ok, changes: [update([.dueAt: .optional(granted.dueAt)]), change(request, to: granted)])
    }

    /// Who must rule before a dispute is answered: several beyond the city's limit, a leader once they have.
    private func ruling(on ticket: Ticket, in context: DecisionContext) -> Reason? {
        if isRemoved("WF9") { return nil }
        if ticket.isRuled { return .signOffFirst }
        return ticket.bounceCount > context.rules.profile.bounceMax ? .rulingFirst : nil
    }

    /// Settles a dispute above the dispatcher: jointly, then, if it is disputed again, by a leader, which is final. The clock ran on.
    func decideRuling(on ticket: Ticket, in context: DecisionContext) -> Decision {
        if let fault = unknownPerson(in: context) { return Decision(.rejected, .unknownPerson, fault: fault) }
        guard let request = named(on: ticket), request.kind == .dispute else { return Decision(.rejected, .unknownRequest) }
        guard request.state == .pending else { return Decision(.superseded, .alreadyAnswered) }
        let level = text("level").flatMap(RungLevel.init(rawValue:)) ?? .ruling
        if level == .ruling, ticket.isRuled { return Decision(.rejected, .signOffFirst) }
        if level == .signOff, !ticket.isRuled { return Decision(.rejected, .rulingFirst) }
        let owner = text("assignee") ?? ""
        let isMoved = owner != ticket.assignee
        return Decision(
            .applied, .ok,
            changes: (isMoved ? handOver(ticket, to: owner, in: context) : [])
                + [
                    change(request, to: answered(request, isMoved ? .granted : .refused, in: context)),
                    .insert(.rung, Rung(self, level, on: request.id, in: context).row(of: ticket.id)),
                ])
    }

    /// The request that the command names.
    private func named(on ticket: Ticket) -> TicketRequest? {
        text("request").flatMap { CommandID(text: $0) }.flatMap { name in ticket.requests.first { $0.id == name } }
    }

    private func answered(_ request: TicketRequest, _ state: RequestState, in context: DecisionContext) -> TicketRequest {
        var answered = request
        (answered.state, answered.answer) = (state, text("body"))
        (answered.decidedBy, answered.decidedAt) = (context.author.person, context.occurredAt)
        return answered
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

    /// Nobody answers a request on a ticket that is done or gone, nor a dispute of somebody who does not have it any more.
    func requestChanges(with decision: Decision, on ticket: Ticket?) -> [RowChange] {
        guard let ticket, let pending = ticket.pendingRequest, !decision.changes.isEmpty else { return [] }
        let after = decision.changes.reduce(into: ticket) { $0.apply($1) }
        let isMoot = pending.kind == .dispute && after.assignee != ticket.assignee
        guard after.pendingRequest != nil, isMoot || after[.resolvedAt] != .null || after.state.isFinal || after.state == .merged
        else { return [] }
        return [withdrawal(of: pending)]
    }
}
