import Changeset
public import Tickets

/// On-site checklists, without signal.
extension Replica {
    /// What is asked for on a ticket; nil where this file has no checklists yet.
    public func checklist(of ticket: Ticket) throws -> Checklist? { try read { try $0.checklist(of: ticket) } }

    /// An item, also one that is not asked for any more; nil if the device does not know it.
    public func checklistItem(_ code: String) throws -> ChecklistItem? {
        try read { rows in
            guard try rows.has(.checklist) else { return nil }
            let text = "SELECT \(Table.checklist.columnList) FROM checklist WHERE code=?"
            return try rows.statements.row(text, [.text(code)]).flatMap(ChecklistItem.init(row:))
        }
    }
}

extension Rows {
    /// What is asked for on a ticket; nil where this file has no checklists yet.
    func checklist(of ticket: Ticket) throws -> Checklist? {
        guard try has(.checklist) else { return nil }
        // Items hang on beginnings of the code, so that each beginning is one search.
        let category = ticket[.category].string ?? ""
        let beginnings = (0...min(12, category.count)).map { Value.text(String(category.prefix($0))) }
        let marks = beginnings.map { _ in "?" }.joined(separator: ",")
        let items = try statements.rows(
            "SELECT \(Table.checklist.columnList) FROM checklist WHERE category IN (\(marks))", beginnings
        ).compactMap(ChecklistItem.init(row:))
        var checklist = Checklist(items, of: ticket, refusesGaps: true)
        // The city's file is read only where it makes a difference.
        if !checklist.gaps(on: ticket).isEmpty { checklist.refusesGaps = try refusesChecklistGaps() }
        return checklist
    }

    private func refusesChecklistGaps() throws -> Bool {
        try profileInForce()?.refusesChecklistGaps ?? true
    }
}
