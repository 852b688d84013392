import Changeset

/// What becomes of a command: the one function that device and centre share.
///
///     role and arguments ──▶ the cell of the matrix ──▶ what the kind makes of it
///
/// Pure, total and deterministic: the same command, ticket and context give the same decision on every machine.
/// - Parameters:
///   - ticket: The ticket as it stands; nil if there is none, or if this replica does not hold it.
/// - Returns: The verdict, why, and what is to be written. Rows may be written whatever the verdict: a held resolve leaves its
///   evidence, a held report its ticket. A device gives a command only if the verdict is `applied`.
/// - Source: DESIGN.md section 5; the rules are data, in Schema/Rules.
public func decide(_ command: Command, on ticket: Ticket?, in context: DecisionContext) -> Decision {
    var decision = ruled(command, on: ticket, in: context)
    decision.changes += command.requestChanges(with: decision, on: ticket)
    decision.changes += command.transferChanges(with: decision, on: ticket, in: context)
    decision.changes += command.clockChanges(with: decision, on: ticket, in: context)
    return decision
}

private func ruled(_ command: Command, on ticket: Ticket?, in context: DecisionContext) -> Decision {
    if command.kind.isCentral, !context.author.role.isCentral { return Decision(.rejected, .notPermitted) }
    if !context.override, !context.rules.profile.mayGive(command.kind, as: context.author.role) {
        return Decision(.rejected, .notPermitted)
    }
    if let fault = command.argumentFault() { return refusal(of: command, for: fault) }
    if let fault = command.columnFault(in: context) { return Decision(.rejected, .notEditable, fault: fault) }
    if command.kind == .retract { return command.decideRetract(on: ticket, in: context) }
    let relation = command.relation(to: ticket, as: command.kind, in: context)
    let cell = context.rules.matrix[command.kind, ticket?.state, relation]
    if command.kind.makesTicket { return command.decideMaking(by: cell, on: ticket, in: context) }
    if command.kind == .choose { return command.decideChoice(by: cell, on: ticket, relation, in: context) }
    guard let ticket else { return Decision(cell.verdict ?? .held, cell.reason) }
    guard let verdict = cell.verdict else {
        // They land as a note of their own would.
        let noted = context.rules.matrix[.note, ticket.state, command.relation(to: ticket, as: .note, in: context)]
        let words = command.noteChanges(on: ticket, late: noted.reason == .late, in: context)
        return command.decideEdit(on: ticket, words: words, in: context)
    }
    guard verdict == .applied else { return command.decideRefused(verdict, by: cell, on: ticket, relation, in: context) }
    return command.decideApplied(by: cell, on: ticket, in: context)
}

/// What cannot be taken is rejected, except what a newer release may mean, and reports: those are never lost to a person's eye.
private func refusal(of command: Command, for fault: ArgumentFault) -> Decision {
    if fault.problem == .unknown { return Decision(.held, .unknownCommand, fault: fault) }
    return Decision(command.kind == .report ? .held : .rejected, .badArguments, fault: fault)
}

extension Command {
    /// The relation under which the matrix has a command of this author.
    ///
    /// Rights come with the role: whoever is of the centre edits, chooses and dispatches as the centre, even where they handle the
    /// ticket. Words are late only if their author does not hold the ticket any more: who handled it first does not count, nor
    /// that a dispatcher had to let them in.
    fileprivate func relation(to ticket: Ticket?, as kind: CommandKind, in context: DecisionContext) -> Relation {
        if context.override, !kind.isAdditive { return .decision }
        let isCentral = context.author.role.isCentral
        guard let ticket else { return context.override ? .decision : isCentral ? .centre : .stranger }
        if isCentral, kind.isCentral || kind == .edit || kind == .choose { return .centre }
        let relation = Relation(of: context.author, to: ticket)
        guard kind.isAdditive, relation != .centre else { return relation }
        if relation == .stranger { return context.override ? .decision : .stranger }
        // A device keeps the rows of a ticket that is leaving: its handler holds it no more.
        guard context.author.holdsNow || isCentral else { return .former }
        return relation == .former ? .onlooker : relation
    }

    fileprivate func decideApplied(by cell: Cell, on ticket: Ticket, in context: DecisionContext) -> Decision {
        if ticket.hasRow(of: id) { return Decision(.applied, .ok) }
        if let asked = kind.asksFor { return decideAsking(for: asked, on: ticket, in: context) }
        if kind == .resolve, let refused = openChecklist(on: ticket, in: context) { return refused }
        if kind == .return, let refused = decideReturn(on: ticket, in: context) { return refused }
        return switch kind {
        case .whistle: decideWhistle(on: ticket, in: context)
        case .reportIn, .finishPart: decidePart(on: ticket, in: context)
        case .fill: decideFilling(by: cell, on: ticket, in: context)
        case .close where ticket.parts.contains(where: \.isOpen) && !isRemoved("JS4"): Decision(.rejected, .partsOpen)
        case .dispatch, .assign: decideDispatching(by: cell, on: ticket, in: context)
        case .rule: decideRuling(on: ticket, in: context)
        case .escalate: decideEscalate(on: ticket, in: context)
        case .conclude: decideConclude(on: ticket, in: context)
        case .merge: decideMerge(to: cell.to?.rawValue, on: ticket, in: context)
        case .unmerge: decideUnmerge(to: cell.to?.rawValue, on: ticket, in: context)
        case .reply: decideReply(to: cell.to?.rawValue, on: ticket, in: context)
        case .grant, .refuse: decideAnswer(on: ticket, in: context)
        case .start where ticket[.startedAt] != .null: Decision(.superseded, .alreadyStarted)
        default:
            Decision(
                .applied, cell.reason,
                changes: stamped(by: cell, in: context) + noteChanges(on: ticket, late: cell.reason == .late, in: context))
        }
    }

    /// The step along the edge, and the moment that the centre fixed.
    private func stamped(by cell: Cell, in context: DecisionContext) -> [RowChange] {
        var columns: [TicketColumn: Value] = [:]
        columns[.state] = cell.to.map { .text($0.rawValue) }
        switch kind {
        case .accept: columns[.acceptedAt] = .integer(context.occurredAt)
        case .start: columns[.startedAt] = .integer(context.occurredAt)
        case .resolve: columns[.resolvedAt] = .integer(context.occurredAt)
        case .close: columns[.closedAt] = .integer(context.occurredAt)
        default: break
        }
        return columns.isEmpty ? [] : [update(columns)]
    }

    /// The ticket went on without the author. Nothing they wrote is lost: a note keeps it, and a conflict names what is settled.
    fileprivate func decideRefused(
        _ verdict: Verdict, by cell: Cell, on ticket: Ticket, _ relation: Relation, in context: DecisionContext
    ) -> Decision {
        if waitsForAccept(on: ticket, relation, in: context) { return Decision(.rejected, .acceptFirst) }
        guard cell.keepsWords else { return Decision(verdict, cell.reason) }
        let words = noteChanges(on: ticket, late: true, in: context)
        guard kind.isTransition else { return Decision(verdict, cell.reason, changes: words) }
        let conflict = Conflict(
            field: kind == .resolve ? "resolution" : kind.rawValue, trunk: .null, theirs: .text(ticket.state.rawValue),
            ours: arguments["body"] ?? .null, rule: "first", outcome: verdict == .held ? .open : .theirs)
        return Decision(verdict, cell.reason, changes: words, conflicts: [conflict])
    }

    /// Nobody else moved it: the author forgot to accept. Only while the command is being given is that certain.
    private func waitsForAccept(on ticket: Ticket, _ relation: Relation, in context: DecisionContext) -> Bool {
        relation == .handler && ticket.state == .dispatched && context.side == .device && context.trunk == nil
    }

    /// The note that keeps the command's body. Empty without a body, and if the ticket has it already.
    func noteChanges(on ticket: Ticket, late: Bool, in context: DecisionContext) -> [RowChange] {
        guard let body = text("body"), kind != .urge || !isRemoved("ZY4") else { return [] }
        let noteKind = kind == .visit ? VisitRecord(of: self).noteKind : kind.rawValue
        return note(noteKind, body, on: ticket, late: late && !isPlanted("late-left-out"), in: context)
    }

    /// The one note of the command. Empty if the ticket has it already.
    func note(
        _ noteKind: String, _ body: String, on ticket: Ticket?, late: Bool = false, in context: DecisionContext
    ) -> [RowChange] {
        let key = id.derived(1)
        guard ticket?.noteIDs.contains(key) != true else { return [] }
        return [
            .insert(
                .note,
                [
                    .blob(key), self.ticket.value, .text(noteKind), .text(context.author.person), .text(body),
                    .integer(context.writtenAt), .integer(late ? 1 : 0), id.value,
                ])
        ]
    }

    /// One change of the ticket's own row.
    func update(_ columns: [TicketColumn: Value]) -> RowChange {
        .update(.ticket, key: [ticket.value], Dictionary(uniqueKeysWithValues: columns.map { ($0.index, $1) }))
    }
}
