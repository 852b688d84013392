extension RuleModel {
    /// A ticket that is part of an incident.
    public struct Incident: Hashable, Sendable {
        /// What it went into.
        public var parent: String
        /// When that one is due.
        public var due: String?
        /// When the ticket itself was due before.
        public var ownDue: String?
        /// It stands alone again, or went into another one.
        public var isEnded: Bool
        /// A part.
        public init(into parent: String, due: String?, ownDue: String?, isEnded: Bool = false) {
            (self.parent, self.due, self.ownDue, self.isEnded) = (parent, due, ownDue, isEnded)
        }
    }

    /// Into an incident, out of it, or settled with it.
    func merging(_ command: Command, on ticket: Ticket, occurredAt: Int, words: () -> Note?) -> Ruling {
        let cell = Self.act(command.kind, at: ticket.state)
        var ruling = Ruling(cell.answer)
        guard cell.answer.takesEffect else { return ruling }
        let open = ticket.incidents.first { !$0.value.isEnded }
        if let next = cell.next { ruling.columns["state"] = next }
        var ended = open?.value
        ended?.isEnded = true
        switch command.kind {
        case "merge":
            guard let parent = command.text("parent"), parent != ticket.id else {
                return Ruling(Answer("rejected", "bad-arguments"))
            }
            let (due, moved) = (command.text("due_at"), command.text("own_due_at"))
            guard moved == nil || open?.value.parent == parent else { return Ruling(Answer("superseded", "nothing-to-do")) }
            if let due { ruling.columns["due_at"] = due }
            if let open, open.value.parent == parent {
                var after = open.value
                after.due = due ?? after.due
                after.ownDue = moved ?? after.ownDue
                ruling.incidents[open.key] = after
                // Its own date counts as long as there is no other.
                if let moved, after.due == nil { ruling.columns["due_at"] = moved }
                let shown = ruling.columns["due_at"] ?? ticket.columns["due_at"]
                let isMoved = after != open.value || shown != ticket.columns["due_at"]
                return isMoved ? ruling : Ruling(Answer("superseded", "nothing-to-do"))
            }
            if let open { ruling.incidents[open.key] = ended }
            // What it shows of the incident that it leaves is not its own.
            let own = open == nil ? ticket.columns["due_at"] : open?.value.ownDue
            ruling.columns["due_at"] = .some(due ?? own)
            ruling.incidents[command.id] = Incident(into: parent, due: due, ownDue: own)
        case "unmerge":
            if let open {
                ruling.columns["due_at"] = .some(open.value.ownDue)
                ruling.incidents[open.key] = ended
            }
            ruling.note = words()
        default:
            ruling.columns["closed_at"] = String(occurredAt)
            if ticket.columns["dispatched_at"] != nil, ticket.columns["resolved_at"] == nil {
                ruling.columns["resolved_at"] = command.text("resolved_at") ?? String(occurredAt)
            }
            ruling.note = words()
        }
        return ruling
    }
}
