import Changeset

extension Command {
    /// A report in the field, a creation at the centre.
    ///
    /// A report is never rejected: outside its author's area the ticket lands and the command is held. On the device the author
    /// goes on working with it, so there it counts as applied with that reason.
    func decideMaking(by cell: Cell, on existing: Ticket?, in context: DecisionContext) -> Decision {
        guard ticket == Command.madeTicket(by: id) else {
            return Decision(kind == .report ? .held : .rejected, .badArguments, fault: ArgumentFault("ticket", .outOfRange))
        }
        guard existing == nil, cell.verdict == .applied, let state = cell.to else {
            return Decision(cell.verdict ?? .held, cell.reason)
        }
        var changes: [RowChange] = [.insert(.ticket, newRow(state: state, in: context))]
        let citizen = ["name", "phone", "address", "identity_number"].map(column)
        if citizen.contains(where: { $0 != .null }) { changes.append(.insert(.citizen, [ticket.value] + citizen)) }
        changes += descentChanges(in: context) + relayChanges(in: context)
        guard kind == .report, isOutsideArea(context.author), !context.override else {
            return Decision(.applied, cell.reason, changes: changes)
        }
        return Decision(context.side == .device ? .applied : .held, .outsideArea, changes: changes)
    }

    /// Where it comes from: a note, so that every device of the new ticket has it too.
    private func descentChanges(in context: DecisionContext) -> [RowChange] {
        guard let descent = text("descent").flatMap(Descent.init) else { return [] }
        return note(kind == .report ? Descent.ofReport : Descent.ofTask, descent.text, on: nil, in: context)
    }

    private func isOutsideArea(_ author: Author) -> Bool {
        guard let grid = text("grid"), !author.role.isCentral else { return false }
        return grid != author.grid
    }

    private func newRow(state: TicketState, in context: DecisionContext) -> [Value] {
        let reported = kind == .report
        var row = [Value](repeating: .null, count: TicketColumn.allCases.count)
        func set(_ column: TicketColumn, _ value: Value) { row[column.index] = value }
        func given(_ column: TicketColumn, else other: Value = .null) {
            set(column, isGiven(column.rawValue) ? self.column(column.rawValue) : other)
        }
        set(.id, ticket.value)
        set(.state, .text(state.rawValue))
        let made = text("kind").flatMap(TicketKind.init(rawValue:))
        let isCalled = !reported && made != .diary && (made?.isTask != true || isRemoved("WZ2"))
        set(.origin, .text((!isCalled ? Origin.patrol : .caller).rawValue))
        set(.confidential, .integer(text("kind") == TicketKind.complaint.rawValue && !isRemoved("HT6") ? 1 : 0))
        set(.reporter, reported ? .text(context.author.person) : .null)
        given(.kind, else: .text((reported ? TicketKind.gridReport : .assistance).rawValue))
        given(.channel, else: .text((reported ? Channel.gridWorker : .phone).rawValue))
        given(.title)
        given(.description, else: .text(""))
        given(.category)
        given(.urgency, else: .text(Urgency.normal.rawValue))
        given(.grid, else: reported ? .optional(context.author.grid) : .null)
        given(.location)
        given(.latitude)
        given(.longitude)
        if !reported { given(.unit) }
        set(.createdAt, .integer(reported ? context.writtenAt : arguments["created_at"]?.int ?? context.occurredAt))
        return row
    }
}
