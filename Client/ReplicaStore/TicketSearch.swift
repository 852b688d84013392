import Changeset
import Tickets

/// A ticket that a search found, and where.
public struct FoundTicket: Hashable, Sendable {
    /// Its line in the list.
    public var summary: TicketSummary
    /// Where the words stand, each place once; empty if nothing was searched for.
    public var hits: [Hit]

    /// A place where a word stands.
    public struct Hit: Hashable, Sendable {
        /// The column: "number", "title", "description", "location", "finding", "tags", or "note".
        public var field: String
        /// The word with some of what stands around it, on one line; ".." where something was left out.
        public var excerpt: String
    }
}

extension Replica {
    /// Words of a search that are looked at; a person types a handful.
    public static let searchWordsMax = 32

    /// Tickets by deadline, with the places where the filter's words stand.
    ///
    /// A word stands in a ticket if it is part of the official number, title, description, location, finding or tags, or of a
    /// note. ASCII letters match in either case and in either width. A citizen's data is never searched. It is a scan: one
    /// replica has some tens of tickets, and no index finds two Chinese characters (decision 0011).
    public func search(_ filter: TicketFilter) throws -> [FoundTicket] {
        try read { rows in
            try rows.summaries(filter).compactMap { summary in
                try rows.hits(filter.words, in: summary).map { FoundTicket(summary: summary, hits: $0) }
            }
        }
    }
}

extension Rows {
    func summaries(_ filter: TicketFilter) throws -> [TicketSummary] {
        var conditions = ["true"]
        var values: [Value] = []
        func place(_ value: Value) -> String {
            values.append(value)
            return "?\(values.count)"
        }
        if let assignee = filter.assignee { conditions.append("t.assignee = \(place(.text(assignee)))") }
        if let grid = filter.grid {
            let grid = place(.text(grid))
            conditions.append("(t.grid = \(grid) OR t.grid IN (SELECT id FROM grid WHERE name = \(grid)))")
        }
        for word in filter.words.prefix(Replica.searchWordsMax) {
            let choices = SearchWord(word).patterns.map { pattern in
                let pattern = place(.text(pattern))
                let columns = Self.searched.map { "\($0) LIKE \(pattern)" }.joined(separator: " OR ")
                // As a set, not per ticket: one pass over the notes is a fifth faster.
                return "\(columns) OR t.id IN (SELECT ticket FROM note WHERE body LIKE \(pattern))"
            }
            conditions.append("(" + choices.joined(separator: " OR ") + ")")
        }
        return try summaries(conditions.joined(separator: " AND "), values).filter { filter.accepts($0) }
    }

    private static let searched = ["n.official", "t.title", "t.description", "t.location", "t.finding", "t.tags"]
    private static let fields: [TicketColumn] = [.title, .location, .description, .finding, .tags]

    /// For each word the first place in which it stands; nil if one of them stands nowhere.
    func hits(_ words: [String], in summary: TicketSummary) throws -> [FoundTicket.Hit]? {
        guard !words.isEmpty else { return [] }
        var places = [("number", summary.number ?? "")]
        places += Self.fields.map { ($0.rawValue, summary.ticket[$0].string ?? "") }
        places += try statements.rows("SELECT body FROM note WHERE ticket=? ORDER BY occurred_at, id", [summary.id.value])
            .map { ("note", $0[0].string ?? "") }
        var hits: [FoundTicket.Hit] = []
        for word in words.prefix(Replica.searchWordsMax).map(SearchWord.init) {
            let hit = places.lazy.compactMap { field, text in
                word.excerpt(of: text).map { FoundTicket.Hit(field: field, excerpt: $0) }
            }.first
            guard let hit else { return nil }
            if !hits.contains(where: { $0.field == hit.field }) { hits.append(hit) }
        }
        return hits
    }
}

extension TicketFilter {
    /// What SQL has not looked at.
    func accepts(_ summary: TicketSummary) -> Bool {
        let ticket = summary.ticket
        guard states.isEmpty || states.contains(ticket.state), includesFinal || !ticket.state.isFinal else { return false }
        // A diary has a command of its own.
        if ticket.isDiary || onlyTasks && !ticket.isTask { return false }
        switch due {
        case nil: return true
        case .within(let range): return [ticket[.dueAt].int, summary.nextDue].contains { $0.map(range.contains) ?? false }
        case .overdue(let now): return summary.isOverdue(now: now)
        }
    }
}

/// One word of a search. Input methods write ASCII in two widths (`A3`, `Ａ３`), and people do not see the difference.
struct SearchWord {
    private let word: String

    init(_ word: String) { self.word = word }

    /// For LIKE, which itself takes ASCII letters in either case. Letters and digits stand in one width each within a word, as an
    /// input method writes them; a mark may stand in either. What matches besides the word, `excerpt` sorts out.
    var patterns: [String] {
        let half = word.map(Self.halfWidth)
        var patterns: [String] = []
        for letters in [
            { $0 }, { Self.fullWidth(Self.changed($0, upper: true)) }, { Self.fullWidth(Self.changed($0, upper: false)) },
        ]
            as [(Character) -> Character]
        {
            for digits in [{ $0 }, Self.fullWidth] as [(Character) -> Character] {
                let pattern = half.map { character -> Character in
                    guard character.isASCII, character != " " else { return character }
                    return character.isLetter ? letters(character) : character.isNumber ? digits(character) : "_"
                }
                let text = "%" + String(pattern) + "%"
                if !patterns.contains(text) { patterns.append(text) }
            }
        }
        return patterns
    }

    private static func changed(_ character: Character, upper: Bool) -> Character {
        (upper ? character.uppercased() : character.lowercased()).first ?? character
    }

    /// The word with about ten characters before it and twenty behind; nil if it does not stand in the text.
    func excerpt(of text: String) -> String? {
        let wanted = word.map(Self.folded)
        let characters = Array(text)
        let folded = characters.map(Self.folded)
        guard !wanted.isEmpty, folded.count >= wanted.count else { return nil }
        let starts = 0...(folded.count - wanted.count)
        guard let start = starts.first(where: { folded[$0] == wanted[0] && folded[$0...].starts(with: wanted) }) else {
            return nil
        }
        let from = max(0, start - 10)
        let to = min(characters.count, start + wanted.count + 20)
        let middle = String(characters[from..<to].map { $0.isNewline ? " " : $0 })
        return (from > 0 ? ".." : "") + middle + (to < characters.count ? ".." : "")
    }

    private static func folded(_ character: Character) -> Character {
        let half = halfWidth(character)
        guard half.isASCII else { return half }
        return half.lowercased().first ?? half
    }

    private static func halfWidth(_ character: Character) -> Character {
        shifted(character, 0xff01...0xff5e, by: -0xfee0) ?? (character == "\u{3000}" ? " " : character)
    }

    private static func fullWidth(_ character: Character) -> Character {
        shifted(character, 0x21...0x7e, by: 0xfee0) ?? character
    }

    private static func shifted(_ character: Character, _ range: ClosedRange<UInt32>, by distance: Int) -> Character? {
        guard character.unicodeScalars.count == 1, let scalar = character.unicodeScalars.first, range.contains(scalar.value)
        else {
            return nil
        }
        return Unicode.Scalar(UInt32(Int(scalar.value) + distance)).map(Character.init)
    }
}
