import Changeset

extension Command {
    /// The units in `units`, sorted, each once.
    var unitNames: [String] { Self.names(in: text("units") ?? "") }

    /// Calls units in: one part each, for those that are not called in already.
    func decideWhistle(on ticket: Ticket, in context: DecisionContext) -> Decision {
        let called = unitNames.filter { name in !ticket.parts.contains { $0.isOpen && $0.unit == name } }
        guard !called.isEmpty else {
            return Decision(.superseded, .nothingToDo, changes: noteChanges(on: ticket, late: true, in: context))
        }
        let parts = called.enumerated().map { place, unit in
            RowChange.insert(.part, Part(unit, .joint, by: id, place: place, at: context.occurredAt).row(of: ticket.id))
        }
        return Decision(.applied, .ok, changes: noteChanges(on: ticket, late: false, in: context) + parts)
    }

    /// A unit that was called in reports in, or says that its share is done; who does the share without a word before has reported in by it.
    func decidePart(on ticket: Ticket, in context: DecisionContext) -> Decision {
        func refused(_ verdict: Verdict, _ reason: Reason) -> Decision {
            Decision(verdict, reason, changes: noteChanges(on: ticket, late: true, in: context))
        }
        // Who supervises with others has nothing to finish: it reports what it did.
        let own = ticket.parts.filter {
            $0.unit == context.author.unit && $0.endedAt == nil
                && ($0.role == .joint || $0.role == .jointSupervisor && kind == .reportIn)
        }
        let awaited = own.filter { $0.isOpen || $0.role == .jointSupervisor }
        let due = awaited.filter { kind != .reportIn || $0.reportedAt == nil }
        // Its share before what it supervises. A unit has two shares once it was called in again and then took back that the first one was
        // done: the older one, on the device as at the centre, in whatever order the rows come.
        guard let part = due.filter(\.isOpen).min(by: Part.isOlder) ?? due.min(by: Part.isOlder) else {
            if own.isEmpty { return refused(.rejected, .noPart) }
            return refused(.superseded, awaited.isEmpty ? .partDone : .alreadyReported)
        }
        var after = part
        if part.reportedAt == nil { (after.reportedBy, after.reportedAt) = (id, context.occurredAt) }
        if kind == .finishPart { (after.doneBy, after.doneAt) = (id, context.occurredAt) }
        return Decision(
            .applied, .ok,
            changes: noteChanges(on: ticket, late: false, in: context) + [part.change(to: after, of: ticket.id)].compactMap { $0 }
        )
    }

    /// The unit that a dispatch sets over the ticket, in place of another one.
    func supervisorChanges(on ticket: Ticket, in context: DecisionContext) -> [RowChange] {
        guard let unit = text("supervisor"), !isRemoved("WF1") else { return [] }
        let before = ticket.parts.filter { $0.role == .supervisor && $0.endedAt == nil }
        if before.contains(where: { $0.unit == unit }) { return [] }
        return before.compactMap { ended($0, on: ticket, in: context) }
            + [.insert(.part, Part(unit, .supervisor, by: id, place: 0, at: context.occurredAt).row(of: ticket.id))]
    }

    /// The units that supervise the ticket together from this step on: one part each, but for those that do already.
    func jointSupervisorChanges(on ticket: Ticket, in context: DecisionContext) -> [RowChange] {
        let before = ticket.parts.filter { $0.role == .jointSupervisor && $0.endedAt == nil }.map(\.unit)
        return unitNames.filter { !before.contains($0) }.enumerated().map { place, unit in
            .insert(.part, Part(unit, .jointSupervisor, by: id, place: place, at: context.occurredAt).row(of: ticket.id))
        }
    }

    /// With a step end the duties of those that supervised by it.
    func endedSupervision(by step: CommandID, on ticket: Ticket, in context: DecisionContext) -> [RowChange] {
        ticket.parts.filter { $0.role == .jointSupervisor && $0.command == step && $0.endedAt == nil }
            .compactMap { ended($0, on: ticket, in: context) }
    }

    /// What goes back of a part; nil if somebody went on from it.
    func reversedParts(of kind: CommandKind, on ticket: Ticket, in context: DecisionContext) -> [RowChange]? {
        guard !ticket.state.isFinal, let target = retracted else { return nil }
        if kind == .whistle {
            let called = ticket.parts.filter { $0.command == target && $0.endedAt == nil }
            guard !called.isEmpty, called.allSatisfy({ $0.reportedAt == nil }) else { return nil }
            return called.compactMap { ended($0, on: ticket, in: context) }
        }
        let isReport = kind == .reportIn
        guard let part = ticket.parts.first(where: { (isReport ? $0.reportedBy : $0.doneBy) == target && $0.endedAt == nil }),
            !isReport || part.doneAt == nil
        else { return nil }
        var after = part
        (after.doneBy, after.doneAt) = (nil, nil)
        if part.reportedBy == target { (after.reportedBy, after.reportedAt) = (nil, nil) }
        return [part.change(to: after, of: ticket.id)].compactMap { $0 }
    }

    private func ended(_ part: Part, on ticket: Ticket, in context: DecisionContext) -> RowChange? {
        var after = part
        after.endedAt = context.occurredAt
        return part.change(to: after, of: ticket.id)
    }
}
