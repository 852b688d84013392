import Changeset

extension Command {
    /// Three-way per column against what the author saw.
    ///
    ///     trunk ──ours──▶ ours      trunk ──theirs──▶ the row as it stands
    ///
    /// Only ours changed: taken. Same, or only theirs: nothing to do. Both, differently: the whole command is held with one
    /// conflict per such column, and no column is written. Words that came with it are additive: they land in either case.
    func decideEdit(on ticket: Ticket, in context: DecisionContext) -> Decision {
        let columns = arguments.keys.compactMap(TicketColumn.init(rawValue:)).sorted { $0.index < $1.index }
        if let column = columns.first(where: { !context.rules.mayEdit($0, as: context.author.role) }) {
            return Decision(.rejected, .notEditable, fault: ArgumentFault(column.rawValue, .notOneOf(editable(in: context))))
        }
        let words = noteChanges(on: ticket, late: isLate(on: ticket, in: context), in: context)
        if ticket.state.isFinal, !context.override, !context.author.role.isCentral {
            return Decision(.held, .editAfterClose, changes: words)
        }
        var taken: [TicketColumn: Value] = [:]
        var conflicts: [Conflict] = []
        for column in columns {
            let ours = self.column(column.rawValue)
            let theirs = ticket[column]
            // A column that the given changeset leaves out had the written value already when the author saw it.
            let trunk = context.override ? theirs : context.trunk.map { $0.ticket[column.index] ?? ours } ?? theirs
            if ours == theirs || ours == trunk { continue }
            if theirs == trunk {
                taken[column] = ours
            } else {
                conflicts.append(Conflict(field: column.rawValue, trunk: trunk, theirs: theirs, ours: ours, rule: "hold"))
            }
        }
        guard conflicts.isEmpty else { return Decision(.held, .bothChanged, changes: words, conflicts: conflicts) }
        return taken.isEmpty
            ? Decision(.applied, .nothingToDo, changes: words) : Decision(.applied, .ok, changes: [update(taken)] + words)
    }

    private func editable(in context: DecisionContext) -> [String] {
        TicketColumn.allCases.filter { context.rules.mayEdit($0, as: context.author.role) }.map(\.rawValue)
    }
}
