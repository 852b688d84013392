import Foundation

/// String literals of Swift sources, with the calls that they stand in. Enough of Swift's lexical rules for this tree.
struct SourceText {
    struct Literal {
        var file: String
        var line: Int
        /// With every interpolation as %1, %2 …
        var text: String
        /// Names before the open brackets around it, innermost last: `Words`, `Failure` …
        var callees: [String]
    }

    private(set) var literals: [Literal] = []
    private let characters: [Character]
    private let file: String
    private var line = 1
    private var index = 0

    init(_ path: String) throws {
        file = path
        characters = Array(try String(contentsOf: Place.root.appendingPathComponent(path), encoding: .utf8))
        var callees: [String] = []
        read(&callees, until: nil)
    }

    static func files(_ folder: String) -> [String] {
        let base = Place.root.appendingPathComponent(folder)
        let all = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(".swift") && !$0.hasSuffix(".pb.swift") }.map { folder + "/" + $0 }.sorted()
    }

    static func literals(_ folders: String...) throws -> [Literal] {
        try folders.flatMap(files).flatMap { try SourceText($0).literals }
    }

    private func starts(_ text: String) -> Bool { characters[index...].starts(with: text) }

    private mutating func step() {
        if characters[index] == "\n" { line += 1 }
        index += 1
    }

    /// Reads code up to a closing bracket of its own (for an interpolation) or the end.
    private mutating func read(_ callees: inout [String], until end: Character?) {
        let depth = callees.count
        while index < characters.count {
            let character = characters[index]
            if starts("//") {
                while index < characters.count, characters[index] != "\n" { step() }
            } else if starts("\"\"\"") {
                literal("\"\"\"", callees)
            } else if character == "\"" {
                literal("\"", callees)
            } else if character == "#", starts("#\"") || starts("#/") {
                // A raw string or expression: none of them is for people.
                let close = starts("#\"") ? "\"#" : "/#"
                step(); step()
                while index < characters.count, !starts(close) { step() }
                step(); step()
            } else if character == "(" || character == "[" {
                let isSame = characters[(index + 1)...].starts(with: "same:")
                callees.append(character == "(" ? name(before: index) + (isSame ? "(same:)" : "") : "")
                step()
            } else if character == ")" || character == "]" {
                if callees.count == depth, end == character { return }
                if callees.count > depth { callees.removeLast() }
                step()
            } else {
                step()
            }
        }
    }

    private func name(before place: Int) -> String {
        var start = place
        while start > 0, characters[start - 1].isLetter || characters[start - 1].isNumber || "._?".contains(characters[start - 1])
        { start -= 1 }
        return String(characters[start..<place].split(separator: ".").last ?? [])
    }

    private mutating func literal(_ mark: String, _ callees: [String]) {
        let first = line
        for _ in mark { step() }
        var text = ""
        var places = 0
        while index < characters.count, !starts(mark) {
            if characters[index] == "\\" {
                step()
                if characters[index] == "(" {
                    step()
                    places += 1
                    text += "%\(places)"
                    var inner = callees
                    read(&inner, until: ")")
                } else if characters[index] == "\n" {
                    // A line that goes on: its indent does not count.
                    while index < characters.count, characters[index].isWhitespace { step() }
                    continue
                } else {
                    text +=
                        characters[index] == "n"
                        ? "\n" : characters[index] == "t" ? "\t" : characters[index] == "u" ? "u" : String(characters[index])
                }
            } else {
                text.append(characters[index])
            }
            step()
        }
        for _ in mark { step() }
        if mark.count == 3 {
            let lines = text.components(separatedBy: "\n").dropFirst()
            let indent = lines.last?.count ?? 0
            text = lines.dropLast().map { String($0.dropFirst(min(indent, $0.prefix { $0 == " " }.count))) }.joined(
                separator: "\n")
        }
        literals.append(Literal(file: file, line: first, text: text, callees: callees))
    }
}

extension String {
    var hasHan: Bool { unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) } }
    /// Three English words and more one after the other that are no command line: a sentence.
    var hasEnglishSentence: Bool {
        let commands = #"(gridline|gridline-server|apt|iconv|chmod|YYYY|RFC|SIGTERM)\b.*"#
        let text = components(separatedBy: CharacterSet(charactersIn: "，。：；（）、“”\n"))
            .map { $0.replacingOccurrences(of: commands, with: "", options: .regularExpression) }
        return text.contains { $0.range(of: #"[A-Za-z]{2,}( [a-z]{2,}){2,}"#, options: .regularExpression) != nil }
    }
    /// %1, %2 … in it.
    var places: Set<String> { Set(matches(of: /%[1-9]/).map { String($0.output) }) }
}
