import Changeset

extension Command {
    /// Most items that one command fills in.
    static let answerCountMax = 100

    /// Items and what they get, in the order of their codes; nil in place of a value clears the item. Nil if a line is no
    /// `CODE=VALUE`, an item comes twice, or there are none or too many.
    public var filled: [(item: String, value: String?)]? {
        guard let lines = text("answers")?.split(separator: "\n"), (1...Self.answerCountMax).contains(lines.count) else {
            return nil
        }
        var found: [String: String?] = [:]
        for line in lines {
            guard let mark = line.firstIndex(of: "="), case let item = String(line[..<mark]), Self.isCode(item) else {
                return nil
            }
            let value = String(line[line.index(after: mark)...])
            guard found.updateValue(value.isEmpty ? nil : value, forKey: item) == nil else { return nil }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || [45, 46, 95].contains($0)
            }
    }

    /// Fills items in, each over what its author saw: additive, so that nobody's answer is lost and the order of arrival does not
    /// matter.
    func decideFilling(by cell: Cell, on ticket: Ticket, in context: DecisionContext) -> Decision {
        if let fault = checklistFault(in: context) { return Decision(.rejected, .badArguments, fault: fault) }
        var changes: [RowChange] = []
        for (place, one) in (filled ?? []).enumerated() {
            let key = id.derived(UInt64(16 + place))
            if ticket.answers.contains(where: { $0.id == key }) { continue }
            let standing = ticket.standing(one.item)
            let seen = context.trunk?.answers[one.item]
            if seen == nil, standing.isEmpty ? one.value == nil : standing.allSatisfy({ $0.value == one.value }) { continue }
            let answer = Answer(
                id: key, item: one.item, value: one.value, replaces: seen ?? standing.map(\.id), author: context.author.person,
                filledAt: context.writtenAt, command: id)
            changes.append(.insert(.answer, answer.row(of: ticket.id)))
        }
        return Decision(.applied, changes.isEmpty ? .nothingToDo : cell.reason, changes: changes)
    }

    /// Only while the command is being given: later the checklist may be another one, and what was filled in counts.
    private func checklistFault(in context: DecisionContext) -> ArgumentFault? {
        guard let checklist = context.checklist else { return nil }
        for (code, value) in filled ?? [] {
            guard let item = checklist.items.first(where: { $0.code == code }) else {
                return ArgumentFault(code, .notOneOf(checklist.items.map(\.code)))
            }
            guard let value, item.accepted(value) != value else { continue }
            return ArgumentFault(code, item.kind == .yesNo ? .notOneOf(["yes", "no"]) : .wrongType)
        }
        return nil
    }

    /// Why a ticket is not resolved yet: what has to be filled in first.
    func openChecklist(on ticket: Ticket, in context: DecisionContext) -> Decision? {
        guard let checklist = context.checklist, checklist.refusesGaps, let gap = checklist.gaps(on: ticket).first else {
            return nil
        }
        return Decision(.rejected, .checklistOpen, fault: ArgumentFault(gap.code, .missing))
    }
}
