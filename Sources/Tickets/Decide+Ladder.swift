import Changeset

extension Command {
    /// Brings the ticket to a step of the city's ladder. The steps go one by one: the one below must have failed. The clock runs on; only a
    /// decision with a date moves it.
    func decideEscalate(on ticket: Ticket, in context: DecisionContext) -> Decision {
        let ladder = context.rules.profile.ladder
        guard let index = ladder.firstIndex(where: { $0.code == text("step") }), index > 0 else {
            return Decision(.rejected, .unknownStep, fault: ArgumentFault("step", .notOneOf(ladder.dropFirst().map(\.code))))
        }
        let step = ladder[index]
        guard !step.isRestricted || context.author.role.seesRestricted else { return Decision(.rejected, .notPermitted) }
        guard ticket.ladderStep.map({ $0.outcome == .failed && $0.place == index }) ?? false || isRemoved("HT4") else {
            return Decision(.rejected, .stepOrder)
        }
        let due = arguments["due_at"]?.int
        if let due, due < context.occurredAt { return Decision(.rejected, .pastDate) }
        var escalation = Escalation(
            id, step, at: index + 1, members: text("members") ?? "", author: context.author.person, since: context.occurredAt)
        (escalation.decision, escalation.reason, escalation.dueAt) = (text("decision"), text("body"), due)
        let isMoved = due != nil && due != ticket[.dueAt].int && !isRemoved("HK9")
        return Decision(
            .applied, .ok,
            changes: (isMoved ? [update([.dueAt: .optional(due)])] : []) + [.insert(.escalation, escalation.row(of: ticket.id))])
    }

    /// Says how the step at which the ticket stands ended. Of the lowest one there is no record until it has failed.
    func decideConclude(on ticket: Ticket, in context: DecisionContext) -> Decision {
        guard let outcome = text("outcome").flatMap(StepOutcome.init(rawValue:)) else {
            return Decision(.rejected, .badArguments)
        }
        func ended(_ step: Escalation) -> Escalation {
            var after = step
            (after.outcome, after.words, after.endedWith) = (outcome, text("body"), id)
            (after.endedBy, after.endedAt) = (context.author.person, context.occurredAt)
            return after
        }
        if let step = ticket.openStep {
            guard !step.isRestricted || context.author.role.seesRestricted else { return Decision(.rejected, .notPermitted) }
            let columns = RowChange.columns(from: step.row(of: ticket.id), to: ended(step).row(of: ticket.id))
            return Decision(.applied, .ok, changes: [.update(.escalation, key: [step.id.value], columns)])
        }
        guard ticket.escalations.isEmpty, outcome == .failed, let lowest = context.rules.profile.ladder.first else {
            return Decision(.superseded, .noStepOpen)
        }
        let since = ticket[.dispatchedAt].int ?? context.occurredAt
        let step = Escalation(
            id, lowest, at: 1, members: ticket.assignee ?? "-", author: context.author.person, since: since)
        return Decision(.applied, .ok, changes: [.insert(.escalation, ended(step).row(of: ticket.id))])
    }
}
