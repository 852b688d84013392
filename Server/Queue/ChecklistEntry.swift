import Changeset
import Tickets

/// An item of a checklist as an operator writes it.
public struct ChecklistEntry: Codable, Hashable, Sendable {
    /// The line of its file; 0 = none.
    public var line: Int
    /// The code, ASCII letters, digits, `-`, `_`, `.`; one for the whole city.
    public var code: String
    /// The beginning of category codes; empty = every category.
    public var category: String
    /// What to fill in, in Chinese.
    public var chinese: String
    /// The same in English.
    public var english: String?
    /// A word of `ChecklistItem.Kind`.
    public var kind: String
    /// A ticket is not resolved without it.
    public var required: Bool
    /// Why.
    public var reason: String?
    /// Not asked for any more.
    public var retired: Bool

    /// The item as devices get it.
    /// - Throws: `badArguments` for an unknown kind, a code that could not be typed, a required item without a reason.
    func item() throws(OperationProblem) -> ChecklistItem {
        try OperationProblem.checkID(code)
        guard let kind = ChecklistItem.Kind(rawValue: kind) else {
            throw OperationProblem(.badArguments, "\(code): unknown kind")
        }
        guard !required || reason != nil else {
            throw OperationProblem(.badArguments, "\(code): a required item says why it is required")
        }
        return ChecklistItem(
            code: code, category: category, chinese: chinese, english: english, kind: kind, required: required, reason: reason,
            retired: retired)
    }
}

/// One item of a ticket's checklist with what was filled in.
public struct ChecklistLine: Codable, Hashable, Sendable {
    /// The code.
    public var code: String
    /// What to fill in; of an item that nobody knows any more the code.
    public var chinese: String
    /// The same in English.
    public var english: String?
    /// A ticket is not resolved without it.
    public var required: Bool
    /// Why.
    public var reason: String?
    /// What stands: none, one, or several that people wrote without knowing of each other.
    public var answers: [Filled]

    /// What somebody filled in.
    public struct Filled: Codable, Hashable, Sendable {
        /// Nil = it was cleared.
        public var value: String?
        /// Who.
        public var author: String
        /// When, milliseconds since 1970 UTC.
        public var filledAt: Int64
    }

    /// The lines of a ticket: what is asked for, then what was filled in beyond that.
    static func all(of ticket: Ticket, among items: [ChecklistItem]) -> [ChecklistLine] {
        let asked = Checklist(items, category: ticket[.category].string, refusesGaps: true).items
        let known = Dictionary(items.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
        let others = ticket.filledItems.subtracting(asked.map(\.code)).sorted()
        return (asked.map(\.code) + others).map { code in
            let (item, isAsked) = (known[code], asked.contains { $0.code == code })
            return ChecklistLine(
                code: code, chinese: item?.chinese ?? code, english: item?.english, required: isAsked && item?.required == true,
                reason: item?.reason,
                answers: ticket.standing(code).map { Filled(value: $0.value, author: $0.author, filledAt: $0.filledAt) })
        }
    }
}
