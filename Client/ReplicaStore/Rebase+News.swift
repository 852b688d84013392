import Changeset
import SyncProtocol
import Tickets

/// What a person sees of one ticket: the row and the notes of others.
struct Shown {
    var row: [Value]
    var othersNoteCount: Int
}

/// Says what others changed. Screens are compared, not entities: one's own command that comes back confirmed is no news.
extension Rebase {
    /// The tickets that the pages name, as they are shown before anything moves.
    func rememberScreen() throws {
        guard try rows.hasTickets() else { return }
        try forEachPage { page in
            for entity in page.entities where entity.key.kind == .ticket {
                guard let id = TicketID(bytes: entity.key.id), before[id] == nil, let shown = try shown(id) else { continue }
                before[id] = shown
            }
        }
    }

    func tellNews() throws {
        for ticket in named { try tellNews(of: ticket) }
    }

    private func tellNews(of id: TicketID) throws {
        // Dropped tickets were told where they were dropped.
        guard try rows.statements.row("SELECT 1 FROM ticket WHERE id=?", [id.value]) != nil else { return }
        if let reason = try rows.leavingReason(of: id) {
            return try rows.tell(.ticketLeaving, at: pull.serverTime, ticket: id, detail: reason)
        }
        guard let before = before[id] else {
            summary.enteredCount += 1
            return try rows.tell(.ticketNew, at: pull.serverTime, ticket: id)
        }
        guard let now = try shown(id) else { return }
        let columns = TicketColumn.allCases.filter { before.row[$0.index] != now.row[$0.index] && !$0.isStamp }
        if !columns.isEmpty {
            try rows.tell(
                .ticketChanged, at: pull.serverTime, ticket: id, detail: columns.map(\.rawValue).joined(separator: ","))
        }
        let noteCount = now.othersNoteCount - before.othersNoteCount
        if noteCount > 0 { try rows.tell(.notes, at: pull.serverTime, ticket: id, detail: String(noteCount)) }
        if !columns.isEmpty || noteCount > 0 { summary.changedCount += 1 }
    }

    private func shown(_ id: TicketID) throws -> Shown? {
        guard let row = try rows.statements.row(Rows.ticketText, [id.value]) else { return nil }
        let count = try rows.count("note WHERE ticket=? AND author<>?", [id.value, .text(standing.identity.person)])
        return Shown(row: row, othersNoteCount: count)
    }
}

extension TicketColumn {
    /// Times that go with a change of state, which is told by itself; the centre corrects the device's clock in them.
    fileprivate var isStamp: Bool {
        [.createdAt, .dispatchedAt, .acceptedAt, .startedAt, .resolvedAt, .closedAt].contains(self)
    }
}
