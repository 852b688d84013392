import Changeset

extension Command {
    /// Asks for a sent command back.
    ///
    /// What has no effect yet is ended at once, by its author alone: then `applied`, and the changes take away what the held
    /// command left behind; they belong to its own decision. What took effect goes back only by a dispatcher's word, `override`.
    /// A device foresees that the asking arrives, and changes nothing.
    func decideRetract(on ticket: Ticket?, in context: DecisionContext) -> Decision {
        guard let target = context.target, target.person == context.author.person else {
            // The same words whether it is somebody else's or has not come yet: nobody learns which commands exist.
            return Decision(.held, .waitsForTarget)
        }
        if let theirs = target.ticket, theirs != self.ticket {
            return Decision(.rejected, .badArguments, fault: ArgumentFault("target", .outOfRange))
        }
        if target.kind == .retract { return Decision(.rejected, .retractOfRetract) }
        if target.kind?.isCentral == true { return Decision(.rejected, .notRetractable) }
        switch (target.standing, context.side) {
        case (.unsent, _): return Decision(.rejected, .undoInstead)
        case (.takenBack, _), (.void, _): return Decision(.superseded, .nothingToRetract)
        case (.asked, _): return Decision(.superseded, .alreadyAsked)
        case (.underWay, .device), (.undecided, .device), (.effective, .device): return Decision(.applied, .ok)
        case (.underWay, .centre): return Decision(.held, .waitsForTarget)
        case (.undecided, .centre): return Decision(.applied, .ok, changes: remains(of: target, on: ticket, in: context))
        case (.effective, .centre): return decideReversal(of: target, on: ticket, in: context)
        }
    }

    private func decideReversal(of target: RetractTarget, on ticket: Ticket?, in context: DecisionContext) -> Decision {
        switch reversal(of: target, on: ticket, in: context) {
        case .nothing: Decision(.superseded, .nothingToRetract)
        case .tooLate(let conflicts): Decision(.held, .retractTooLate, conflicts: conflicts.map { $0.ending(.open) })
        case .possible(let changes, let conflicts):
            context.override ? Decision(.applied, .ok, changes: changes, conflicts: conflicts) : Decision(.held, .retractAsked)
        }
    }

    /// What a held command left behind: the words that a dispatcher was to judge it by, a report's ticket that nobody took in.
    private func remains(of target: RetractTarget, on ticket: Ticket?, in context: DecisionContext) -> [RowChange] {
        guard let ticket, let changes = target.changes, let kind = target.kind else { return [] }
        if let made = madeState(in: changes) { return withdrawal(of: kind, made: made, on: ticket, in: context) ?? [] }
        return notes(in: changes) + answers(in: changes, on: ticket)
    }

    /// What it takes to put back what the target did.
    private func reversal(of target: RetractTarget, on ticket: Ticket?, in context: DecisionContext) -> Reversal {
        guard let ticket, let changes = target.changes, let kind = target.kind else { return .tooLate([]) }
        if let made = madeState(in: changes) {
            return withdrawal(of: kind, made: made, on: ticket, in: context).map { .possible($0, []) } ?? .tooLate([])
        }
        let notes = notes(in: changes) + answers(in: changes, on: ticket)
        if kind.asksFor != nil {
            // What was answered is the centre's by now.
            guard let request = ticket.requests.first(where: { $0.id == retracted }), request.state == .pending else {
                return .tooLate([])
            }
            return .possible([withdrawal(of: request)] + notes, [])
        }
        if kind.isAboutPart {
            return reversedParts(of: kind, on: ticket, in: context).map { .possible($0 + notes, []) } ?? .tooLate([])
        }
        let steps = columns(in: changes)
        guard !steps.isEmpty else { return notes.isEmpty ? .nothing : .possible(notes, []) }
        if kind == .edit || kind == .choose { return reversedEdit(steps, notes, on: ticket) }
        guard !target.isOvertaken, let back = reversedTransition(kind, steps, on: ticket, in: context) else {
            return .tooLate([])
        }
        return .possible([update(back)] + notes, [])
    }

    /// Three-way in reverse: a column that still has the target's value goes back; one that changed since stays, as a conflict.
    private func reversedEdit(_ steps: [Step], _ notes: [RowChange], on ticket: Ticket) -> Reversal {
        var back: [TicketColumn: Value] = [:]
        var conflicts: [Conflict] = []
        for step in steps {
            let theirs = ticket[step.column]
            if theirs == step.new {
                back[step.column] = step.old
            } else if theirs != step.old {
                conflicts.append(
                    Conflict(
                        field: step.column.rawValue, trunk: step.new, theirs: theirs, ours: step.old, rule: "retract",
                        outcome: .theirs))
            }
        }
        let changes = (back.isEmpty ? [] : [update(back)]) + (isPlanted("words-not-taken-back") ? [] : notes)
        if changes.isEmpty { return conflicts.isEmpty ? .nothing : .tooLate(conflicts) }
        return .possible(changes, conflicts)
    }

    /// The step back, if the ticket still stands where the target brought it and an edge of its own leads back.
    private func reversedTransition(_ kind: CommandKind, _ steps: [Step], on ticket: Ticket, in context: DecisionContext)
        -> [TicketColumn: Value]?
    {
        guard steps.allSatisfy({ ticket[$0.column] == $0.new }) else { return nil }
        // Work that was begun would have begun on a ticket that nobody accepted.
        if kind == .accept, ticket[.startedAt] != .null { return nil }
        let before = steps.first { $0.column == .state }.flatMap { TicketState(rawValue: $0.old.string ?? "") } ?? ticket.state
        guard context.rules.wayBack(of: kind, from: ticket.state, to: before) != nil else { return nil }
        return Dictionary(uniqueKeysWithValues: steps.map { ($0.column, $0.old) })
    }

    /// A report goes back by withdrawing its ticket, as long as nobody took that in.
    private func withdrawal(of kind: CommandKind, made: TicketState, on ticket: Ticket, in context: DecisionContext)
        -> [RowChange]?
    {
        guard ticket.state == made, context.rules.wayBack(of: kind, from: made, to: .withdrawn) != nil else { return nil }
        return [update([.state: .text(TicketState.withdrawn.rawValue)])]
    }
}

/// Whether and how the effect of a command goes back.
private enum Reversal {
    /// It stands as before already.
    case nothing
    /// Others went on from it.
    case tooLate([Conflict])
    /// These rows, and these columns that stay.
    case possible([RowChange], [Conflict])
}

/// What a command made of one column: the first old value and the last new one.
private struct Step {
    let column: TicketColumn
    let old: Value
    var new: Value
}

extension Conflict {
    fileprivate func ending(_ outcome: Outcome) -> Conflict {
        var conflict = self
        conflict.outcome = outcome
        return conflict
    }
}

private func columns(in changes: [Change]) -> [Step] {
    var steps: [TicketColumn: Step] = [:]
    for change in changes where change.table == Table.ticket.name && change.operation == .update {
        for (column, values) in zip(TicketColumn.allCases, zip(change.old, change.new)) {
            guard column != .id, let old = values.0, let new = values.1 else { continue }
            steps[column, default: Step(column: column, old: old, new: new)].new = new
        }
    }
    return steps.values.sorted { $0.column.index < $1.column.index }
}

private func notes(in changes: [Change]) -> [RowChange] {
    changes.filter { $0.table == Table.note.name && $0.operation == .insert }.map { .delete(.note, key: $0.key) }
}

/// What it filled in goes, as far as it is there; what it stood in place of stands again.
private func answers(in changes: [Change], on ticket: Ticket) -> [RowChange] {
    changes.filter { change in
        change.table == Table.answer.name && change.operation == .insert
            && ticket.answers.contains { change.key == [.blob($0.id)] }
    }.map { .delete(.answer, key: $0.key) }
}

private func madeState(in changes: [Change]) -> TicketState? {
    let made = changes.first { $0.table == Table.ticket.name && $0.operation == .insert }
    return made.flatMap { $0.new.count > TicketColumn.state.index ? $0.new[TicketColumn.state.index]?.string : nil }
        .flatMap(TicketState.init(rawValue:))
}
