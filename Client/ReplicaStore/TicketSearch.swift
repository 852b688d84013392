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
            try rows.summaries(filter).map { summary in
                FoundTicket(summary: summary, hits: try rows.hits(filter.words, in: summary))
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
                let columns = Self.searched.map { "\($0) LIKE \(pattern) ESCAPE '\\'" }.joined(separator: " OR ")
                // As a set, not per ticket: one pass over the notes is a fifth faster.
                return "\(columns) OR t.id IN (SELECT ticket FROM note WHERE body LIKE \(pattern) ESCAPE '\\')"
            }
            conditions.append("(" + choices.joined(separator: " OR ") + ")")
        }
        return try summaries(conditions.joined(separator: " AND "), values).filter { filter.accepts($0) }
    }

    private static let searched = ["n.official", "t.title", "t.description", "t.location", "t.finding", "t.tags"]
    private static let fields: [TicketColumn] = [.title, .location, .description, .finding, .tags]

    /// For each word the first place in which it stands.
    func hits(_ words: [String], in summary: TicketSummary) throws -> [FoundTicket.Hit] {
        guard !words.isEmpty else { return [] }
        var places = [("number", summary.number ?? "")]
        places += Self.fields.map { ($0.rawValue, summary.ticket[$0].string ?? "") }
        places += try statements.rows("SELECT body FROM note WHERE ticket=? ORDER BY occurred_at, id", [summary.id.value])
            .map { ("note", $0[0].string ?? "") }
        var hits: [FoundTicket.Hit] = []
        for word in words.prefix(Replica.searchWordsMax).map(SearchWord.init) {
            for (field, text) in places {
                guard let excerpt = word.excerpt(of: text) else { continue }
                if !hits.contains(where: { $0.field == field }) { hits.append(.init(field: field, excerpt: excerpt)) }
                break
            }
        }
        return hits
    }
}

extension TicketFilter {
    /// What SQL has not looked at.
    func accepts(_ summary: TicketSummary) -> Bool {
        let ticket = summary.ticket
        guard states.isEmpty || states.contains(ticket.state), includesFinal || !ticket.state.isFinal else { return false }
        switch due {
        case nil: return true
        case .within(let range): return ticket[.dueAt].int.map(range.contains) ?? false
        case .overdue(let now): return summary.isOverdue(now: now)
        }
    }
}

/// One word of a search. Input methods write ASCII in two widths (`A3`, `Ａ３`), and people do not see the difference.
struct SearchWord {
    private let word: String

    init(_ word: String) { self.word = word }

    /// For LIKE: as it was typed, in half width and in full width, each once.
    var patterns: [String] {
        let half = String(word.map(Self.halfWidth))
        let full = String(word.map(Self.fullWidth))
        return [word, half, full].enumerated().filter { index, text in ![word, half, full].prefix(index).contains(text) }
            .map { "%" + Self.escaped($0.element) + "%" }
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

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { ["\\", "%", "_"].contains($0) ? ["\\", $0] : [$0] })
    }
}
