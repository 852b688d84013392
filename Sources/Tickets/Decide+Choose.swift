import Changeset

extension Command {
    /// Changes the outcome of a conflict.
    ///
    /// - Parameters:
    ///   - cell: What the matrix says before the columns are looked at.
    ///   - relation: The author's, as the matrix has it.
    func decideChoice(by cell: Cell, on ticket: Ticket?, _ relation: Relation, in context: DecisionContext) -> Decision {
        let field = text("field") ?? ""
        guard let target = context.choice, let conflict = target.conflicts.first(where: { $0.field == field }),
            concerns(target, relation, in: context)
        else {
            // The same words whether it is nobody's business or has not come yet: nobody learns which conflicts exist.
            return Decision(.held, .waitsForTarget)
        }
        guard target.ticket == self.ticket else {
            return Decision(.rejected, .badArguments, fault: ArgumentFault("target", .outOfRange))
        }
        let column = TicketColumn(rawValue: field)
        guard context.override || mayChoose(conflict, column, by: cell, in: context) else {
            return Decision(.rejected, .notYoursToChoose)
        }
        if conflict.outcome == .open, !isPlanted("open-chosen") { return Decision(.rejected, .decideInstead) }
        guard let column, context.rules.columns[column] != nil else { return Decision(.rejected, .notAColumn) }
        guard let ticket, cell.verdict == nil else { return Decision(cell.verdict ?? .held, cell.reason) }
        return settle(target, at: column, on: ticket, in: context)
    }

    /// Either side's author, the centre, and who handles the ticket.
    private func concerns(_ target: ChoiceTarget, _ relation: Relation, in context: DecisionContext) -> Bool {
        target.person == context.author.person || target.against == context.author.person || context.author.role.isCentral
            || relation == .handler || relation == .decision
    }

    private func mayChoose(_ conflict: Conflict, _ column: TicketColumn?, by cell: Cell, in context: DecisionContext) -> Bool {
        let role = context.author.role
        guard cell.reason != .notYoursToChoose, conflict.may == .holder || role.isCentral else { return false }
        return column.map { context.rules.columns[$0] == nil || context.rules.mayEdit($0, as: role) } ?? true
    }

    /// Three-way as an edit is, except that a value which is chosen is wanted, even if it stood when the author chose it.
    private func settle(_ target: ChoiceTarget, at column: TicketColumn, on ticket: Ticket, in context: DecisionContext)
        -> Decision
    {
        let wanted = wanted(of: target, context.rules.columns.together(with: column), on: ticket)
        var settled = SettledConflict(
            target: chosen ?? id,
            fields: wanted.map(\.0.rawValue).filter { name in target.conflicts.contains { $0.field == name } },
            outcome: outcome)
        let compared = comparisons(Dictionary(uniqueKeysWithValues: wanted), on: ticket, in: context)
        guard let comparison = compared.first else { return Decision(.rejected, .notAColumn) }
        switch comparison.ending(byCentre: context.author.role.isCentral, insists: true) {
        case .nothing:
            if comparison.ours != comparison.theirs { settled.outcome = .both }
            return Decision(.applied, .nothingToDo, settles: settled)
        case .taken(let values):
            return Decision(.applied, .ok, changes: [update(comparison.changes(to: values))], settles: settled)
        case .open: return Decision(.held, .bothChanged, conflicts: comparison.conflicts(.open))
        case .settled(_, .theirs):
            let conflicts = comparison.conflicts(.theirs)
            return Decision(.superseded, lost(conflicts), conflicts: conflicts)
        case .settled(let values, let outcome):
            // Where nothing of theirs is left, what stands is the choice itself.
            if outcome == .both, values != comparison.ours { settled.outcome = .both }
            return Decision(
                .merged, .merged, changes: [update(comparison.changes(to: values))], conflicts: comparison.conflicts(outcome),
                settles: settled)
        }
    }

    private var outcome: Conflict.Outcome {
        switch text("side").flatMap(Choice.init(rawValue:)) {
        case .ours: .ours
        case .theirs: .theirs
        case .text, nil: .text
        }
    }

    /// The values that are to stand: the command's own, or those of the chosen side.
    private func wanted(of target: ChoiceTarget, _ columns: [TicketColumn], on ticket: Ticket) -> [(TicketColumn, Value)] {
        if let value = arguments["value"] {
            if columns.count == 1 { return [(columns[0], stored(value, in: columns[0]))] }
            return Array(zip(columns, place(value) ?? columns.map { _ in .null }))
        }
        return columns.map { column in
            let conflict = target.conflicts.first { $0.field == column.rawValue }
            return (column, (outcome == .ours ? conflict?.ours : conflict?.theirs) ?? ticket[column])
        }
    }
}
