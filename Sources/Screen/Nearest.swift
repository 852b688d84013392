/// What a person may have meant.
package enum Nearest {
    /// The words of a list that differ from `word` by a slip of the fingers, nearest first.
    ///
    /// A slip: one character wrong, missing, too many, or two exchanged; in longer words one for every three characters.
    package static func words(to word: String, in list: [String], countMax: Int = 3) -> [String] {
        let typed = Array(word.lowercased())
        let slipsMax = max(1, min(3, typed.count / 3))
        var found: [(word: String, distance: Int)] = []
        for candidate in list {
            let meant = Array(candidate.lowercased())
            // The beginning of a word is no slip but a word not finished.
            let isBeginning = typed.count >= 2 && meant.starts(with: typed)
            let distance = isBeginning ? 1 : distance(typed, meant)
            if distance <= slipsMax, distance < max(typed.count, 2) { found.append((candidate, distance)) }
        }
        return found.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
            .prefix(countMax).map(\.element.word)
    }

    /// Edits from one text to the other: replace, insert, remove, exchange two neighbours (optimal string alignment).
    package static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var next = [row + 1]
            for column in 0..<right.count {
                var cost = min(last[column + 1] + 1, next[column] + 1, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, before[column - 1] + 1)
                }
                next.append(cost)
            }
            (before, last) = (last, next)
        }
        return last[right.count]
    }
}
