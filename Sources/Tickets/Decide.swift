import Changeset

/// What becomes of a command: the one function that device and centre share.
///
/// Pure, total and deterministic: the same command, ticket and context give the same decision on every machine.
/// - Parameters:
///   - ticket: The ticket as it stands; nil if there is none, or if this replica does not hold it.
/// - Returns: The verdict, why, and what is to be written. Rows may be written whatever the verdict: a held resolve leaves its
///   evidence, a held report its ticket. A device gives a command only if the verdict is `applied`.
/// - Source: DESIGN.md section 5; every cell is in Schema/Rules/states.md.
public func decide(_ command: Command, on ticket: Ticket?, in context: DecisionContext) -> Decision {
    if command.kind.isCentral, !context.author.role.isCentral { return Decision(.rejected, .notPermitted) }
    if let fault = command.argumentFault() { return refusal(of: command, for: fault) }
    if command.kind.makesTicket { return command.decideMaking(on: ticket, in: context) }
    if command.kind == .retract { return command.decideRetract(on: ticket, in: context) }
    guard let ticket else {
        // The same words as for somebody else's ticket: nobody learns which tickets exist.
        return context.author.role.isCentral ? Decision(.rejected, .unknownTicket) : Decision(.held, .notYours)
    }
    let relation = context.override ? .handler : Relation(of: context.author, to: ticket)
    guard relation != .stranger else { return Decision(.held, .notYours) }
    switch command.kind {
    case .visit, .note: return command.decideWords(on: ticket, relation, in: context)
    case .edit: return command.decideEdit(on: ticket, in: context)
    case .accept, .start, .resolve, .return: return command.decideHandling(on: ticket, relation, in: context)
    case .dispatch, .assign, .withdraw, .close: return command.decideAtCentre(on: ticket, in: context)
    case .report, .create: return command.decideMaking(on: ticket, in: context)
    case .retract: return command.decideRetract(on: ticket, in: context)
    case .choose: return Decision(.held, .unknownCommand)
    }
}

/// What cannot be taken is rejected, except what a newer release may mean, and reports: those are never lost to a person's eye.
private func refusal(of command: Command, for fault: ArgumentFault) -> Decision {
    if fault.problem == .unknown { return Decision(.held, .unknownCommand, fault: fault) }
    return Decision(command.kind == .report ? .held : .rejected, .badArguments, fault: fault)
}

extension Command {
    /// Additive: they land wherever their author holds the ticket or held it.
    func decideWords(on ticket: Ticket, _ relation: Relation, in context: DecisionContext) -> Decision {
        let late = isLate(on: ticket, in: context)
        return Decision(.applied, late ? .late : .ok, changes: noteChanges(on: ticket, late: late, in: context))
    }

    /// True where words come to a ticket that is finished or has left its author.
    func isLate(on ticket: Ticket, in context: DecisionContext) -> Bool {
        ticket.state.isFinal || !(context.author.holdsNow || context.author.role.isCentral)
    }

    /// The note that keeps the command's body. Empty without a body, and if the ticket has it already.
    func noteChanges(on ticket: Ticket, late: Bool, in context: DecisionContext) -> [RowChange] {
        let key = id.derived(1)
        guard let body = text("body"), !ticket.noteIDs.contains(key) else { return [] }
        let outcome = kind == .visit ? text("outcome").map { "-" + $0 } ?? "" : ""
        return [
            .insert(
                .note,
                [
                    .blob(key), self.ticket.value, .text(kind.rawValue + outcome), .text(context.author.person), .text(body),
                    .integer(context.writtenAt), .integer(late ? 1 : 0), id.value,
                ])
        ]
    }

    /// One change of the ticket's own row.
    func update(_ columns: [TicketColumn: Value]) -> RowChange {
        .update(.ticket, key: [ticket.value], Dictionary(uniqueKeysWithValues: columns.map { ($0.index, $1) }))
    }
}
