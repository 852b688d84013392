import Changeset
import SyncService
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

extension Operations {
    /// Items come or change. One that is asked for on no category at all is a mistake of its file.
    func put(checklists entries: [ChecklistEntry], by author: String) async throws -> ImportReport {
        let codes = try await read { try $0.categories().filter { !$0.retired }.map(\.code) }
        let beginnings = Set(entries.map(\.category)).filter { beginning in
            beginning.isEmpty || codes.contains { $0.hasPrefix(beginning) }
        }
        func fits(_ entry: ChecklistEntry) -> Bool { entry.retired || beginnings.contains(entry.category) }
        let items = try entries.filter(fits).map { (entry) throws(OperationProblem) in try entry.item() }
        var report = ImportReport(try await service.put(.checklists(items), by: author).count, of: items.count)
        for stranger in entries where !fits(stranger) {
            let reason = "no category in use begins so; the item would be asked for nowhere"
            report.add(ImportFault(line: stranger.line, field: "category", code: .badWord, reason: reason))
        }
        return report
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
    /// A word of `ChecklistItem.Kind`; nil = nobody knows the item any more.
    public var kind: String?
    /// A ticket is not resolved without it.
    public var required: Bool
    /// Why.
    public var reason: String?
    /// It is required, and nothing is filled in.
    public var missing: Bool
    /// Several answers stand that say different things, until somebody fills it in again.
    public var differ: Bool
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
        let known = Dictionary(items.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
        return Checklist(items, of: ticket, refusesGaps: true).lines(on: ticket, known: { known[$0] }).map { line in
            ChecklistLine(
                code: line.code, chinese: line.item?.chinese ?? line.code, english: line.item?.english,
                kind: line.item?.kind.rawValue, required: line.isRequired, reason: line.item?.reason, missing: line.isMissing,
                differ: line.isDisputed,
                answers: line.answers.map { Filled(value: $0.value, author: $0.author, filledAt: $0.filledAt) })
        }
    }
}
