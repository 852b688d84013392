/// How many cells of a terminal a text takes. East Asian wide characters take two; marks that sit on another character none.
package struct DisplayWidth: Sendable {
    /// Cells of an ambiguous character (Greek, Cyrillic, `“…”`): 1 in most terminals, 2 in some Chinese ones.
    package var ambiguous: Int

    /// - Parameter ambiguous: Cells of an ambiguous character.
    package init(ambiguous: Int = 1) { self.ambiguous = ambiguous }

    /// Cells of a whole text. Line breaks count nothing: measure line by line.
    package func cells(_ text: String) -> Int {
        // The common case by far, and twenty times as fast.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text.utf8.count }
        return text.reduce(0) { $0 + cells($1) }
    }

    /// Cells of one character as a person sees it; what follows its first scalar only decorates it.
    package func cells(_ character: Character) -> Int {
        let scalar = character.unicodeScalars.first!  // a Character is never empty
        if scalar.value < 0x7f { return scalar.value < 0x20 ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        // A flag is two regional indicators in one character.
        if (0x1f1e6...0x1f1ff).contains(scalar.value) { return 2 }
        if Self.contains(WidthTables.wide, scalar.value) { return 2 }
        return ambiguous == 2 && Self.contains(WidthTables.ambiguous, scalar.value) ? 2 : 1
    }

    /// The text padded with spaces to `width` cells, or cut to it with `..` at the end.
    package func fitted(_ text: String, to width: Int, alignRight: Bool = false) -> String {
        let taken = cells(text)
        guard taken > width else {
            let space = String(repeating: " ", count: width - taken)
            return alignRight ? space + text : text + space
        }
        guard width > 2 else { return String(repeating: ".", count: max(0, width)) }
        let (head, used) = prefix(text, cells: width - 2)
        return head + ".." + String(repeating: " ", count: width - 2 - used)
    }

    /// The longest beginning that fits, and its cells.
    private func prefix(_ text: String, cells limit: Int) -> (String, Int) {
        var head = ""
        var used = 0
        for character in text {
            let next = cells(character)
            if used + next > limit { break }
            head.append(character)
            used += next
        }
        return (head, used)
    }

    /// The text in lines of at most `width` cells (at least 2). Breaks at line breaks, else after the last space, else between any two
    /// characters, as Chinese is written.
    package func wrapped(_ text: String, to width: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrappedLine($0, to: max(2, width)) }
    }

    private func wrappedLine(_ text: Substring, to width: Int) -> [String] {
        var lines: [String] = []
        var line: [Character] = []
        var used = 0
        for character in text {
            let next = cells(character)
            if used + next > width {
                var carried = Self.carriedOver(&line, before: character)
                carried = clinging(&line, carried, before: character, width)
                lines.append(String(line))
                line = carried
                used = line.reduce(0) { $0 + cells($1) }
                if line.isEmpty && character == " " { continue }
            }
            line.append(character)
            used += next
        }
        return lines + [String(line)]
    }

    /// Takes the unfinished ASCII word from the end of `line`, and the spaces before it, so that words stay whole.
    private static func carriedOver(_ line: inout [Character], before next: Character) -> [Character] {
        var start = line.count
        if next.isASCII && next != " " {
            while start > 0, line[start - 1].isASCII, line[start - 1] != " " { start -= 1 }
        }
        // A word as long as the line, or after Chinese without a space, is cut where it stands.
        guard start > 0 else { return [] }
        let carried = Array(line[start...])
        line.removeSubrange(start...)
        while line.last == " " { line.removeLast() }
        return carried
    }

    /// Keeps marks where Chinese has them: none that closes at the beginning of a line, none that opens at its end.
    private func clinging(_ line: inout [Character], _ carried: [Character], before next: Character, _ width: Int) -> [Character]
    {
        var carried = carried
        func fits(_ one: Character) -> Bool { carried.reduce(cells(next) + cells(one)) { $0 + cells($1) } <= width }
        while line.count > 1, let last = line.last, fits(last) {
            let first = carried.first ?? next
            guard Self.closing.contains(first) || Self.opening.contains(last) else { break }
            carried.insert(line.removeLast(), at: 0)
        }
        return carried
    }

    private static let closing: Set<Character> = ["，", "。", "：", "；", "、", "）", "”", "’", "？", "！", "》", "」", "…", "%", "℃"]
    private static let opening: Set<Character> = ["（", "“", "‘", "《", "「"]

    private static func contains(_ ranges: [ClosedRange<UInt32>], _ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }
}

/// Text from elsewhere, made safe for a terminal: control characters could move the cursor, change colours or hide words.
///
/// - Parameter keepsLines: line breaks stay; else they become spaces.
package func printable(_ text: String, keepsLines: Bool = false) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x0a where keepsLines: safe.append(scalar)
        case 0x09, 0x0a, 0x2028, 0x2029: safe.append(" ")
        // Directional overrides can show a text backwards; the letters themselves carry their direction.
        case 0x202a...0x202e, 0x2066...0x2069: continue
        case 0..<0x20, 0x7f..<0xa0: safe.append("\u{fffd}")
        default: safe.append(scalar)
        }
    }
    return String(safe)
}
