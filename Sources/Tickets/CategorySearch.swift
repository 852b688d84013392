/// Finds leaves of a taxonomy by code, by any text of the path, and by pinyin initials.
///
///     "0101"   the code begins so            "环卫"  it stands somewhere in the path
///     "hjws"   the initials of a name        "城管 投诉", "城乡建设/安全生产"  every word must be found
///
/// Pure and deterministic: the same leaves and words give the same list on every machine. A search looks at each leaf once, at
/// its bytes; a thousand leaves take less than a millisecond.
public struct CategorySearch: Sendable {
    private let entries: [Entry]

    private struct Entry: Sendable {
        var category: Category
        var code: [UInt8]
        var levels: [[UInt8]]
        var initials: [[UInt8]]
    }

    /// One leaf that was found, and how well; smaller is better.
    private struct Rank: Comparable {
        var worst: Int
        var sum: Int
        var length: Int
        var code: String

        static func < (left: Rank, right: Rank) -> Bool {
            (left.worst, left.sum, left.length, left.code) < (right.worst, right.sum, right.length, right.code)
        }
    }

    /// - Parameter withRetired: Also leaves that are not in use any more.
    public init(_ categories: some Sequence<Category>, withRetired: Bool = false) {
        entries = categories.filter { withRetired || !$0.retired }.map { category in
            Entry(
                category: category, code: Array(category.code.utf8), levels: category.levels.map { Array($0.utf8) },
                initials: category.initials.map { Array($0.utf8) })
        }
    }

    /// The leaves that have every word, best first. No words find nothing.
    public func hits(_ text: String) -> [Category] { ranked(text).map(\.category) }

    /// The one leaf that somebody means who typed this: its code, or the only one that fits best.
    public func best(_ text: String) -> Category? {
        let found = ranked(text)
        guard let first = found.first else { return nil }
        guard found.count > 1 else { return first.category }
        let second = found[1].rank
        return (first.rank.worst, first.rank.sum) < (second.worst, second.sum) ? first.category : nil
    }

    private func ranked(_ text: String) -> [(category: Category, rank: Rank)] {
        if isRemoved("JS1") { return [] }
        let words = text.lowercased().split { $0.isWhitespace || $0 == "/" || $0 == "／" }.map { Array($0.utf8) }
        guard !words.isEmpty else { return [] }
        let isCode = words.allSatisfy(Self.isDigits)
        var found: [(category: Category, rank: Rank)] = []
        for entry in entries {
            // Codes stay in their own order; among names the shorter one is nearer to what was typed.
            let length = isCode ? 0 : entry.levels[2].count
            var rank = Rank(worst: 0, sum: 0, length: length, code: entry.category.code)
            if words == entry.levels {
                found.append((entry.category, rank))
                continue
            }
            var isHit = true
            for word in words {
                guard let place = Self.place(of: word, in: entry) else {
                    isHit = false
                    break
                }
                rank.worst = max(rank.worst, place)
                rank.sum += place
            }
            if isHit { found.append((entry.category, rank)) }
        }
        return found.sorted { $0.rank < $1.rank }
    }

    private static func isDigits(_ word: [UInt8]) -> Bool { word.allSatisfy { (48...57).contains($0) } }

    /// How well one word fits: the whole of a thing before its beginning, its beginning before its middle, names before initials,
    /// the last level before those above it.
    private static func place(of word: [UInt8], in entry: Entry) -> Int? {
        if isDigits(word) {
            return entry.code == word ? 0 : entry.code.starts(with: word) ? 2 : nil
        }
        let last = entry.levels[2]
        if last == word { return 1 }
        if last.starts(with: word) { return 3 }
        if last.contains(word) { return 4 }
        if entry.levels[1] == word { return 5 }
        if entry.levels[1].contains(word) { return 6 }
        if entry.levels[0] == word { return 7 }
        if entry.levels[0].contains(word) { return 8 }
        guard word.allSatisfy({ (97...122).contains($0) }) else { return nil }
        if entry.initials[2] == word { return 5 }
        if entry.initials[2].starts(with: word) { return 9 }
        if entry.initials[2].contains(word) { return 10 }
        if entry.initials[1].starts(with: word) { return 11 }
        return entry.initials[0].starts(with: word) ? 12 : nil
    }
}

extension [UInt8] {
    /// Whether these bytes stand somewhere in here. UTF-8 has no character inside another, so bytes are as good as characters.
    fileprivate func contains(_ word: [UInt8]) -> Bool {
        guard let first = word.first, word.count <= count else { return false }
        for start in 0...(count - word.count) where self[start] == first {
            if self[start..<(start + word.count)].elementsEqual(word) { return true }
        }
        return false
    }
}
