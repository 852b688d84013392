public import Changeset

/// The columns of `incident`, in order. Raw values are the SQL names.
public enum IncidentColumn: String, CaseIterable, Sendable, Hashable {
    case id, ticket, parent, number
    case dueAt = "due_at"
    case ownDueAt = "own_due_at"
    case author, at
    case endedAt = "ended_at"
    case endedWith = "ended_with"
}

/// A ticket that is part of an incident: it is handled, and answered, with another one.
public struct Incident: Hashable, Sendable {
    /// The command that merged it.
    public var id: CommandID
    /// The ticket that it went into.
    public var parent: TicketID
    /// Its official number.
    public var number: String?
    /// When that one is due, as the centre said last; nil = nobody dispatched it.
    public var dueAt: Milliseconds?
    /// When the ticket itself was due before; it moves with the working days as other dates do.
    public var ownDueAt: Milliseconds?
    /// Who merged it.
    public var author: String
    /// When.
    public var at: Milliseconds
    /// When it became a ticket of its own again; nil = it did not.
    public var endedAt: Milliseconds?
    /// The command that did it.
    public var endedWith: CommandID?

    init(_ command: Command, into parent: TicketID, ownDueAt: Milliseconds?, in context: DecisionContext) {
        id = command.id
        self.parent = parent
        number = command.text("number")
        dueAt = command.arguments["due_at"]?.int
        self.ownDueAt = ownDueAt
        author = context.author.person
        at = context.occurredAt
    }

    /// Reads a row of `incident`. Nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= IncidentColumn.allCases.count, let id = CommandID(row[0]), let parent = TicketID(row[2]),
            let at = row[7].int
        else { return nil }
        (self.id, self.parent, self.at) = (id, parent, at)
        (number, dueAt, ownDueAt) = (row[3].string, row[4].int, row[5].int)
        author = row[6].string ?? ""
        (endedAt, endedWith) = (row[8].int, CommandID(row[9]))
    }

    /// The row of `incident`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            id.value, ticket.value, parent.value, .optional(number), .optional(dueAt), .optional(ownDueAt), .text(author),
            .integer(at), .optional(endedAt), endedWith?.value ?? .null,
        ]
    }

    /// The ticket that it went into, as people name it.
    public var name: String { number ?? String(parent.description.prefix(8)) }

    /// What it is to `after`, as a change of its columns; nil if that is the same.
    func change(to after: Incident, of ticket: TicketID) -> RowChange? {
        .update(.incident, key: [id.value], from: row(of: ticket), to: after.row(of: ticket))
    }
}

extension Ticket {
    /// What it is part of; nil = it stands alone.
    public var incident: Incident? { incidents.last { $0.endedAt == nil } }
}

extension Command {
    /// Makes the ticket part of an incident: it is handled and answered with another one from then on, and due with it, as soon as that one
    /// has a date; until then its own counts. Given again, it follows the other one's date, and takes the ticket's own where the calendar moved it.
    func decideMerge(to state: String?, on ticket: Ticket, in context: DecisionContext) -> Decision {
        guard let parent = text("parent").flatMap({ TicketID(text: $0) }), parent != ticket.id else {
            return Decision(.rejected, .badArguments, fault: ArgumentFault("parent", .outOfRange))
        }
        let (now, due, moved) = (ticket.incident, arguments["due_at"]?.int, arguments["own_due_at"]?.int)
        // The calendar moves a date of a part. Whoever took the ticket out of that incident meanwhile is not undone by it.
        guard moved == nil || now?.parent == parent else { return Decision(.superseded, .nothingToDo) }
        // Of a ticket that is part of an incident the column has that one's date; its own may be none.
        let own = moved ?? (now == nil ? ticket[.dueAt].int : now?.ownDueAt)
        let isFollowing = now?.parent == parent && (moved == nil || now?.dueAt != nil)
        let shown = due ?? (isFollowing ? ticket[.dueAt].int : own)
        var columns: [TicketColumn: Value] = [:]
        if .optional(shown) != ticket[.dueAt] { columns[.dueAt] = .optional(shown) }
        if let state, state != ticket.state.rawValue { columns[.state] = .text(state) }
        var changes = columns.isEmpty ? [] : [update(columns)]
        if let now, now.parent == parent {
            var after = now
            (after.dueAt, after.ownDueAt, after.number) = (due ?? now.dueAt, own, text("number") ?? now.number)
            changes += [now.change(to: after, of: ticket.id)].compactMap { $0 }
            return changes.isEmpty ? Decision(.superseded, .nothingToDo) : Decision(.applied, .ok, changes: changes)
        }
        if let now { changes += [ended(now, on: ticket, in: context)].compactMap { $0 } }
        let incident = Incident(self, into: parent, ownDueAt: own, in: context)
        return Decision(.applied, .ok, changes: changes + [.insert(.incident, incident.row(of: ticket.id))])
    }

    /// The ticket stands alone again, due when it was before, and waits for a dispatcher.
    func decideUnmerge(to state: String?, on ticket: Ticket, in context: DecisionContext) -> Decision {
        var columns: [TicketColumn: Value] = [.state: .optional(state)]
        if let incident = ticket.incident, .optional(incident.ownDueAt) != ticket[.dueAt] {
            columns[.dueAt] = .optional(incident.ownDueAt)
        }
        let end = ticket.incident.flatMap { ended($0, on: ticket, in: context) }
        return Decision(
            .applied, .ok,
            changes: [update(columns)] + [end].compactMap { $0 } + noteChanges(on: ticket, late: false, in: context))
    }

    /// The incident was settled: the caller of this ticket gets the one reply, and it is closed with the other one. It counts as resolved when
    /// that one was.
    func decideReply(to state: String?, on ticket: Ticket, in context: DecisionContext) -> Decision {
        var columns: [TicketColumn: Value] = [.state: .optional(state), .closedAt: .integer(context.occurredAt)]
        if ticket[.dispatchedAt] != .null, ticket[.resolvedAt] == .null {
            columns[.resolvedAt] = .integer(arguments["resolved_at"]?.int ?? context.occurredAt)
        }
        return Decision(.applied, .ok, changes: [update(columns)] + noteChanges(on: ticket, late: false, in: context))
    }

    private func ended(_ incident: Incident, on ticket: Ticket, in context: DecisionContext) -> RowChange? {
        var after = incident
        (after.endedAt, after.endedWith) = (context.occurredAt, id)
        return incident.change(to: after, of: ticket.id)
    }
}

extension Rules {
    /// Of a ticket that is part of an incident: the clock is the other one's.
    func incidentLines(of ticket: Ticket) -> [DueLine]? {
        guard let incident = ticket.incident, !isRemoved("ZY12") else { return nil }
        let merged = DueWords.moment(incident.at)
        let first = DueLine(
            "\(merged.english)  part of incident \(incident.name): its clock counts",
            "\(merged.chinese)  并入 \(incident.name)：以其时限为准")
        if let due = incident.dueAt.map({ DueWords.moment($0) }) {
            return [first, DueLine("\(due.english)  due with it", "\(due.chinese)  随其到期")]
        }
        if let own = incident.ownDueAt.map({ DueWords.moment($0) }) {
            return [first, DueLine("\(own.english)  due as before: that one has no date yet", "\(own.chinese)  主单尚无时限，仍按原时限到期")]
        }
        return [first, DueLine("no due date yet: its clock starts at the dispatch", "暂无时限：自其派遣起计时")]
    }
}
