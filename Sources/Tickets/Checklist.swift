public import Changeset

/// One item of the on-site checklist of a category.
public struct ChecklistItem: Hashable, Sendable {
    /// Short and lasting, given by the city; one for the whole city.
    public var code: String
    /// The beginning of category codes; empty = every category.
    public var category: String
    /// What to fill in, in Chinese.
    public var chinese: String
    /// The same in English; nil = nobody translated it.
    public var english: String?
    /// What is filled in.
    public var kind: Kind
    /// A ticket is not resolved without it.
    public var required: Bool
    /// Why it is required. An item without a reason is optional.
    public var reason: String?
    /// Not asked for any more.
    public var retired: Bool

    /// What an item takes. Raw values stand in `checklist.kind`.
    public enum Kind: String, CaseIterable, Sendable, Hashable {
        /// `yes` or `no`.
        case yesNo = "yes-no"
        /// Words on one line.
        case text
        /// A decimal number.
        case number
    }

    /// An item.
    public init(
        code: String, category: String, chinese: String, english: String? = nil, kind: Kind, required: Bool = false,
        reason: String? = nil, retired: Bool = false
    ) {
        (self.code, self.category, self.chinese, self.english) = (code, category, chinese, english)
        (self.kind, self.required, self.reason, self.retired) = (kind, required, reason, retired)
    }

    /// Reads a row of `checklist`. Nil if a column is missing or the kind is a newer release's.
    public init?(row: [Value]) {
        guard row.count >= Table.checklist.columns.count, let code = row[0].string, let category = row[1].string,
            let chinese = row[2].string, let kind = row[4].string.flatMap(Kind.init(rawValue:))
        else { return nil }
        self.init(
            code: code, category: category, chinese: chinese, english: row[3].string, kind: kind, required: row[5].int == 1,
            reason: row[6].string, retired: row[7].int == 1)
    }

    /// The row of `checklist`, all columns in order.
    public var row: [Value] {
        [
            .text(code), .text(category), .text(chinese), .optional(english), .text(kind.rawValue), .integer(required ? 1 : 0),
            .optional(reason), .integer(retired ? 1 : 0),
        ]
    }

    /// Whether it is asked for on a ticket of this category; of one without a category, what is asked for everywhere.
    public func applies(to category: String?) -> Bool { !retired && (category ?? "").hasPrefix(self.category) }

    /// A value as it is kept: yes and no in one spelling, everything else as written. Nil if the item does not take it.
    public func accepted(_ text: String) -> String? {
        switch kind {
        case .text: return text
        case .number: return text.utf8.allSatisfy(Self.decimal.contains) && Double(text) != nil ? text : nil
        case .yesNo:
            switch text.lowercased() {
            case "yes", "y", "是", "有": return "yes"
            case "no", "n", "否", "无", "没有": return "no"
            default: return nil
            }
        }
    }

    /// What a decimal number is written with; `Double` alone would take hexadecimal ones, and words.
    private static let decimal = Set("0123456789.-".utf8)

    /// The most bytes of the words and of the reason.
    public static let wordsBytesMax = 400
}

/// What is asked for on one ticket.
public struct Checklist: Hashable, Sendable {
    /// By code; none is retired.
    public var items: [ChecklistItem]
    /// A ticket is not resolved while a required item is open; else its handler is only told.
    public var refusesGaps: Bool

    /// Of `items` those that a ticket of this category has.
    public init(_ items: some Sequence<ChecklistItem>, category: String?, refusesGaps: Bool) {
        self.items = items.filter { $0.applies(to: category) }.sorted { $0.code < $1.code }
        self.refusesGaps = refusesGaps
    }

    /// Of `items` those that this ticket has; a diary has none.
    public init(_ items: some Sequence<ChecklistItem>, of ticket: Ticket, refusesGaps: Bool) {
        self.init(ticket.isDiary ? [] : Array(items), category: ticket[.category].string, refusesGaps: refusesGaps)
    }

    /// Required items for which nothing is filled in.
    public func gaps(on ticket: Ticket) -> [ChecklistItem] {
        if isRemoved("ZY13") { return [] }
        return asked(on: ticket).filter(\.isMissing).compactMap(\.item)
    }
}
