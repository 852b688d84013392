import Changeset

/// What becomes of columns that are compared together, three ways.
///
///     trunk ──ours──▶ ours      trunk ──theirs──▶ the row as it stands
struct Comparison {
    /// The columns of a group with their rule, in the order of the row.
    let columns: [TicketColumn]
    let line: ColumnRules.Line
    let trunk: [Value]
    let theirs: [Value]
    let ours: [Value]

    /// How it ends.
    enum Ending: Hashable {
        /// Nothing is to be done, and nobody disagrees.
        case nothing
        /// Only the author changed it: these values are to stand.
        case taken([Value])
        /// Both sides changed it, and the rule says what stands.
        case settled([Value], Conflict.Outcome)
        /// Both sides changed it, and a person decides.
        case open
    }

    /// - Parameters:
    ///   - byCentre: The author is of the centre.
    ///   - insists: What the author saw counts as their own word, even where they left it as it was.
    func ending(byCentre: Bool, insists: Bool = false) -> Ending {
        if ours == theirs || ours == trunk && !insists { return .nothing }
        if theirs == trunk || isPlanted("last-writer-wins") { return .taken(ours) }
        switch line.rule {
        case .person: return .open
        case .centre: return byCentre ? .settled(ours, .ours) : .settled(theirs, .theirs)
        case .field: return byCentre != isPlanted("field-for-centre") ? .settled(theirs, .theirs) : .settled(ours, .ours)
        case .union:
            let values = zip(trunk, zip(theirs, ours)).map { united(trunk: $0, theirs: $1.0, ours: $1.1) }
            return values == theirs ? .nothing : .settled(values, .both)
        }
    }

    /// What is to be written so that `values` stand.
    func changes(to values: [Value]) -> [TicketColumn: Value] {
        let differing = columns.indices.filter { values[$0] != theirs[$0] && ($0 == 0 || !isPlanted("group-half-taken")) }
        return Dictionary(uniqueKeysWithValues: differing.map { (columns[$0], values[$0]) })
    }

    /// One conflict a column.
    func conflicts(_ outcome: Conflict.Outcome) -> [Conflict] {
        columns.indices.map {
            Conflict(
                field: columns[$0].rawValue, trunk: trunk[$0], theirs: theirs[$0], ours: ours[$0], rule: line.rule.rawValue,
                outcome: outcome, may: line.may)
        }
    }
}

/// Theirs, with what ours added to the trunk and without what ours took from it. Words are kept in their order; the text of
/// theirs stays as it is if ours makes no difference to it.
private func united(trunk: Value, theirs: Value, ours: Value) -> Value {
    let (trunk, stood, ours) = (words(trunk), words(theirs), words(ours))
    let kept = stood.filter { ours.contains($0) || !trunk.contains($0) || isPlanted("union-lost-removal") }
    let all = kept + ours.filter { !trunk.contains($0) && !kept.contains($0) }
    if all == stood { return theirs }
    return all.isEmpty ? .null : .text(all.joined(separator: ","))
}

/// The words of a comma-separated column, each once.
private func words(_ value: Value) -> [String] {
    var words: [String] = []
    for part in (value.string ?? "").split(separator: ",") {
        let word = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        if !word.isEmpty, !words.contains(word) { words.append(word) }
    }
    return words
}

extension Command {
    /// Compares the columns that a command wants to change, group by group, in the order of the row.
    ///
    /// - Parameter wanted: A column of a group that is not in here counts as left alone.
    func comparisons(_ wanted: [TicketColumn: Value], on ticket: Ticket, in context: DecisionContext) -> [Comparison] {
        let lines = context.rules.columns.lines
        let named = lines.filter { wanted[$0.column] != nil }
        let first = named.filter { line in line.group == nil || named.first { $0.group == line.group } == line }
        return first.map { line in
            let columns = context.rules.columns.together(with: line.column)
            return Comparison(
                columns: columns, line: line, trunk: columns.map { seen($0, wanted[$0], on: ticket, in: context) },
                theirs: columns.map { ticket[$0] },
                ours: columns.map { wanted[$0] ?? seen($0, nil, on: ticket, in: context) })
        }
    }

    /// What the author saw in a column. One that the given changeset leaves out had the written value already. Without a
    /// changeset, and when a dispatcher has accepted, it is what stands.
    private func seen(_ column: TicketColumn, _ wanted: Value?, on ticket: Ticket, in context: DecisionContext) -> Value {
        guard let trunk = context.trunk, !context.override else { return ticket[column] }
        return trunk.ticket[column.index] ?? wanted ?? ticket[column]
    }
}
