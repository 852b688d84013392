package import SyncProtocol

/// Chinese for sentences that a library or another module says in English: a table of `Words`, whose places %1 … %9 stand for
/// whatever the sentence has there.
package struct Translation: Sendable {
    private let exact: [String: String]
    private let patterns: [Words]

    /// - Parameter table: The first pattern that fits counts, so the narrower ones come first.
    package init(_ table: [Words]) {
        exact = Dictionary(table.lazy.filter { !$0.english.contains("%") }.map { ($0.english, $0.chinese) }) { first, _ in first }
        patterns = table.filter { $0.english.contains("%") }
    }

    /// The sentence in both languages; nil if the table does not have it.
    package func words(_ english: String) -> Words? {
        if let chinese = exact[english] { return Words(english, chinese) }
        for pattern in patterns {
            guard let values = Self.values(of: english, in: pattern.english) else { continue }
            // A value can be a sentence of the table itself, as where an error names its cause.
            let chinese = values.map { $0.count < english.count ? words($0)?.chinese ?? $0 : $0 }
            return Words(english, Words.filled(pattern.chinese, chinese))
        }
        return nil
    }

    /// What stands in the places of a pattern, in the order of their numbers; nil if the text is not of this form.
    package static func values(of text: String, in pattern: String) -> [String]? {
        var values: [Int: String] = [:]
        var rest = text[...]
        var open: Int?
        var pieces = pattern.split(separator: "%", omittingEmptySubsequences: false)[...]
        let head = pieces.removeFirst()
        guard rest.hasPrefix(head) else { return nil }
        rest = rest.dropFirst(head.count)
        for piece in pieces {
            guard let place = piece.first?.wholeNumberValue else { return nil }
            let literal = piece.dropFirst()
            if literal.isEmpty {
                open = place
            } else {
                // The last literal must end the text, so that a value may have the same words in it.
                guard
                    let found = piece.endIndex == pattern.endIndex
                        ? rest.hasSuffix(literal) ? rest.index(rest.endIndex, offsetBy: -literal.count) : nil
                        : rest.firstRange(of: literal)?.lowerBound
                else { return nil }
                values[place] = String(rest[..<found])
                rest = rest[rest.index(found, offsetBy: literal.count)...]
                open = nil
            }
        }
        if let open { values[open] = String(rest) } else if !rest.isEmpty { return nil }
        return (1...max(1, values.keys.max() ?? 1)).map { values[$0] ?? "" }
    }
}
