public import Changeset

extension Command {
    /// The columns of `ticket` that the command may write, whatever its verdict.
    public var columnsWritten: Set<TicketColumn> {
        switch kind {
        case .visit, .note, .retract, .explain, .extend, .dispute, .defer, .urge, .refuse, .whistle, .reportIn, .finishPart,
            .conclude, .fill:
            []
        case .grant: [.dueAt, .state, .assignee, .acceptedAt, .startedAt]
        case .escalate: [.dueAt]
        case .merge, .unmerge: [.state, .dueAt]
        case .reply: [.state, .closedAt, .resolvedAt]
        case .rule: [.state, .assignee, .acceptedAt, .startedAt]
        case .accept: [.state, .acceptedAt]
        case .start: [.startedAt]
        case .resolve: [.state, .resolvedAt]
        case .return, .withdraw: [.state]
        case .close: [.state, .closedAt]
        case .edit: Set(arguments.keys.compactMap(TicketColumn.init(rawValue:)))
        case .choose:
            text("field").flatMap(TicketColumn.init(rawValue:)).map { Set(ColumnRules.embedded.together(with: $0)) } ?? []
        case .assign: [.state, .assignee, .acceptedAt, .startedAt]
        case .dispatch:
            [.state, .assignee, .firstResponsible, .grid, .unit, .dispatchedAt, .dueAt, .acceptedAt, .startedAt, .resolvedAt]
        case .report, .create: Set(TicketColumn.allCases)
        }
    }
}

/// True if `later` must not be decided before `earlier` is.
///
/// Both are of one replica, `later` given after `earlier`. On one ticket: a transition depends on everything before it, an edit
/// or a choice on what wrote one of its columns, a request on the explanation and the request before it, what is about parts on that before it, additive commands only on
/// the report that made the ticket. A retraction is an asking: it
/// is judged by what has become of its target, and nothing waits for it.
/// - Source: DESIGN.md section 5.
public func dependsOn(_ later: Command, _ earlier: Command) -> Bool {
    guard later.ticket == earlier.ticket, later.id != earlier.id, !later.kind.makesTicket, later.kind != .retract,
        earlier.kind != .retract
    else { return false }
    if earlier.kind.makesTicket || later.kind.isTransition { return !isPlanted("step-waits-for-nothing") }
    // Whoever told the citizen may ask, and asks once at a time.
    if later.kind.isAboutPart { return earlier.kind.isAboutPart }
    if later.kind.asksFor != nil { return earlier.kind == .explain || earlier.kind.asksFor != nil }
    return (later.kind == .edit || later.kind == .choose) && !later.columnsWritten.isDisjoint(with: earlier.columnsWritten)
}

extension Trunk {
    /// What the author saw of a ticket: the old values in the given changeset.
    ///
    /// Empty if the changeset does not update the ticket's row. Positions beyond this release's columns are left out.
    public init(_ changeset: Changeset, ticket: TicketID) {
        self.init()
        for change in changeset.changes where change.operation == .insert && change.table == Table.answer.name {
            if let answer = Answer(row: change.new.map { $0 ?? .null }) { answers[answer.item] = answer.replaces }
        }
        for change in changeset.changes where change.operation == .update && change.table == Table.ticket.name {
            guard change.isKey(ticket.value) else { continue }
            for (index, value) in change.old.enumerated() where change.keyOrdinals[index] == 0 {
                if let value, index < TicketColumn.allCases.count { self.ticket[index] = value }
            }
        }
    }
}
