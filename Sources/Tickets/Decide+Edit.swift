import Changeset

extension Command {
    /// A column that the author's role may not edit; nil if there is none.
    func columnFault(in context: DecisionContext) -> ArgumentFault? {
        guard kind == .edit, let column = editedColumns.first(where: { !context.rules.mayEdit($0, as: context.author.role) })
        else { return nil }
        let editable = TicketColumn.allCases.filter { context.rules.mayEdit($0, as: context.author.role) }
        return ArgumentFault(column.rawValue, .notOneOf(editable.map(\.rawValue)))
    }

    private var editedColumns: [TicketColumn] {
        arguments.keys.compactMap(TicketColumn.init(rawValue:)).sorted { $0.index < $1.index }
    }

    /// Takes what only the author changed, and settles what both sides changed by the rule of each column.
    ///
    /// One column that a person has to decide holds the whole command, and none is written.
    /// - Parameter words: The note that came with it: additive, it lands in every case.
    func decideEdit(on ticket: Ticket, words: [RowChange], in context: DecisionContext) -> Decision {
        let wanted = Dictionary(uniqueKeysWithValues: editedColumns.map { ($0, column($0.rawValue)) })
        let compared = comparisons(wanted, on: ticket, in: context).map {
            (comparison: $0, ending: $0.ending(byCentre: context.author.role.isCentral))
        }
        let isHeld = compared.contains { $0.ending == .open }
        var written: [TicketColumn: Value] = [:]
        var conflicts: [Conflict] = []
        for (comparison, ending) in compared {
            switch ending {
            case .nothing: break
            case .taken(let values): written.merge(comparison.changes(to: values)) { $1 }
            case .open: conflicts += comparison.conflicts(.open)
            case .settled(let values, let outcome):
                written.merge(comparison.changes(to: values)) { $1 }
                conflicts += comparison.conflicts(isHeld ? .open : outcome)
            }
        }
        if isHeld { return Decision(.held, .bothChanged, changes: words, conflicts: conflicts) }
        let changes = (written.isEmpty ? [] : [update(written)]) + words
        if conflicts.isEmpty { return Decision(.applied, written.isEmpty ? .nothingToDo : .ok, changes: changes) }
        if written.isEmpty { return Decision(.superseded, lost(conflicts), changes: changes, conflicts: conflicts) }
        return Decision(.merged, .merged, changes: changes, conflicts: conflicts)
    }

    /// Why nothing of the author's is written.
    func lost(_ conflicts: [Conflict]) -> Reason {
        conflicts.contains { $0.rule == ColumnRule.centre.rawValue } ? .centreDecides : .fieldDecides
    }
}
