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
        if let refused = jointly(step, on: ticket) { return refused }
        let due = arguments["due_at"]?.int
        if let due, due < context.occurredAt { return Decision(.rejected, .pastDate) }
        var escalation = Escalation(
            id, step, at: index + 1, members: text("members") ?? "", author: context.author.person, since: context.occurredAt)
        (escalation.decision, escalation.reason, escalation.dueAt) = (text("decision"), text("body"), due)
        let isMoved = due != nil && due != ticket[.dueAt].int && !isRemoved("HK9")
        return Decision(
            .applied, .ok,
            changes: (isMoved ? [update([.dueAt: .optional(due)])] : []) + [.insert(.escalation, escalation.row(of: ticket.id))]
                + (isRemoved("WF14") ? [] : jointSupervisorChanges(on: ticket, in: context)))
    }

    /// Why the units that are named cannot supervise the ticket together; nil if they can, or none is named where none has to be.
    private func jointly(_ step: LadderStep, on ticket: Ticket) -> Decision? {
        // Their shares would tell every device of a step that only supervisors read.
        if step.isRestricted, isGiven("units") {
            return Decision(.rejected, .badArguments, fault: ArgumentFault("units", .outOfRange))
        }
        // Nobody supervises what it handles itself.
        let isOwn = ticket.unit.map(unitNames.contains) ?? false
        guard isOwn || unitNames.count < step.unitsLeast, !isRemoved("WF14") else { return nil }
        return Decision(.rejected, .superviseJointly)
    }

    /// Says how the step at which the ticket stands ended. Of the lowest one there is no record until it has failed, or a leader settled
    /// the matter on the spot.
    func decideConclude(on ticket: Ticket, in context: DecisionContext) -> Decision {
        guard let outcome = text("outcome").flatMap(StepOutcome.init(rawValue:)) else {
            return Decision(.rejected, .badArguments)
        }
        if let name = text("leader"), let directory = context.directory, directory.people[name] == nil {
            return Decision(.rejected, .unknownPerson, fault: ArgumentFault("leader", .outOfRange))
        }
        func ended(_ step: Escalation) -> Escalation {
            var after = step
            (after.outcome, after.words, after.endedWith, after.leader) = (outcome, text("body"), id, text("leader"))
            (after.endedBy, after.endedAt) = (context.author.person, context.occurredAt)
            return after
        }
        if let step = ticket.openStep {
            guard !step.isRestricted || context.author.role.seesRestricted else { return Decision(.rejected, .notPermitted) }
            let columns = RowChange.columns(from: step.row(of: ticket.id), to: ended(step).row(of: ticket.id))
            return Decision(
                .applied, .ok,
                changes: [.update(.escalation, key: [step.id.value], columns)]
                    + endedSupervision(by: step.id, on: ticket, in: context))
        }
        guard ticket.escalations.isEmpty, outcome != .settled, let lowest = context.rules.profile.ladder.first else {
            return Decision(.superseded, .noStepOpen)
        }
        let since = ticket[.dispatchedAt].int ?? context.occurredAt
        let step = Escalation(
            id, lowest, at: 1, members: ticket.assignee ?? "-", author: context.author.person, since: since)
        return Decision(.applied, .ok, changes: [.insert(.escalation, ended(step).row(of: ticket.id))])
    }
}
