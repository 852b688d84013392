package import Tickets

/// The rules as somebody asks for them: cells of the matrix, what settles a column, and the reasons that these name.
package struct RulesExtract: Sendable {
    /// One cell with its place.
    package struct Line: Sendable {
        /// What is given.
        package let command: CommandKind
        /// Where the ticket stands; nil = there is none.
        package let state: TicketState?
        /// How its author stands to it.
        package let relation: Relation
        /// What becomes of it.
        package let cell: Cell

        /// `by-columns` where the columns of the ticket decide.
        package var verdict: String { cell.verdict?.rawValue ?? "by-columns" }
        /// Nil where the columns decide.
        package var reason: Reason? { cell.verdict == nil ? nil : cell.reason }
    }

    /// In the order of commands, states, relations.
    package let lines: [Line]
    /// In the order of the row; empty where no command was asked for that they settle.
    package let columns: [ColumnRules.Line]
    /// The reasons that stand in `lines`, and with `columns` theirs; all of them where nothing was left out.
    package let reasons: [Reason]

    /// - Parameters: nil = all of them.
    package init(
        of rules: Rules = .embedded, command: CommandKind? = nil, state: TicketState? = nil, relation: Relation? = nil
    ) {
        let kinds = Matrix.kinds.filter { command == nil || command == $0 }
        let lines = kinds.flatMap { kind in
            Matrix.states.filter { state == nil || state == $0 }.flatMap { place in
                Relation.allCases.filter { relation == nil || relation == $0 }.map {
                    Line(command: kind, state: place, relation: $0, cell: rules.matrix[kind, place, $0])
                }
            }
        }
        self.lines = lines
        columns = lines.contains { $0.cell.verdict == nil } ? rules.columns.lines : []
        var named = Set(lines.compactMap(\.reason))
        if !columns.isEmpty { named.formUnion([.nothingToDo, .bothChanged, .merged, .centreDecides, .fieldDecides]) }
        let isWhole = command == nil && state == nil && relation == nil
        reasons = Reason.allCases.filter { isWhole || named.contains($0) && $0 != .ok }
    }
}
