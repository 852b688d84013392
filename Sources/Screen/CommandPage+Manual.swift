package import SyncProtocol

/// What a manual page says besides its commands.
package struct ManualFrame {
    /// Of the program, "gridline 0.1.0".
    package var release: String
    /// Further sections: a title and its paragraphs; a paragraph with two parts is a term and what it means.
    package var sections: [(title: Words, rows: [(term: String, words: Words)])]

    /// A frame.
    package init(release: String, sections: [(title: Words, rows: [(term: String, words: Words)])]) {
        self.release = release
        self.sections = sections
    }
}

extension CommandPage {
    /// The manual page of a program with all its commands, for `man`: the man(7) macros and nothing else.
    package func manual(_ style: PageStyle, _ frame: ManualFrame) -> [String] {
        let language = style.language
        let troff = Troff(language)
        let name = commandName
        // Without the first line man takes the bytes for Latin 1 where the folder's name does not say the language.
        var lines = [
            ".\\\" -*- coding: utf-8 -*-", ".TH \(name.uppercased()) 1 \"\" \"\(troff.escaped(frame.release))\" \"Gridline\"",
            // Chinese has no spaces to stretch: ragged right.
            ".ad l",
        ]
        func section(_ words: Words) { lines.append(".SH " + troff.quoted(words.text(language))) }
        section(PageWords.name)
        lines.append("\(troff.escaped(name)) \\- \(troff.text(style.said(abstract ?? "")))")
        section(PageWords.synopsis)
        lines += [".B " + troff.quoted(name), troff.text(PageWords.someCommand.text(language) + " ...")]
        if let discussion, !discussion.isEmpty {
            section(PageWords.description)
            lines.append(troff.text(style.said(discussion)))
        }
        section(PageWords.commandsHead)
        let shared = sharedOptions
        for command in shownCommands.flatMap(\.all) where command.shownCommands.isEmpty {
            lines += command.part(style, troff, without: shared)
        }
        section(PageWords.commonOptions)
        let first = shownCommands.first { $0.shownCommands.isEmpty }
        for argument in first?.shownArguments ?? [] where shared.contains(argument.label) {
            lines += troff.term(argument.label, argument.description(language) { style.said($0) })
        }
        for extra in frame.sections {
            section(extra.title)
            for row in extra.rows { lines += troff.term(row.term, row.words.text(language)) }
        }
        return lines
    }

    /// Options that every command has: they are told once.
    private var sharedOptions: Set<String> {
        let commands = shownCommands.flatMap(\.all).filter { $0.shownCommands.isEmpty }
        let labels = commands.map { Set($0.shownArguments.filter { $0.kind != .positional }.map(\.label)) }
        return labels.dropFirst().reduce(labels.first ?? []) { $0.intersection($1) }
    }

    private func part(_ style: PageStyle, _ troff: Troff, without shared: Set<String>) -> [String] {
        var lines = [".SS " + troff.quoted(path.dropFirst().joined(separator: " "))]
        lines += [".B " + troff.quoted(usage(style.language)), ".PP", troff.text(style.said(abstract ?? ""))]
        if let discussion, !discussion.isEmpty { lines += [".PP", troff.text(style.said(discussion))] }
        for argument in shownArguments where !shared.contains(argument.label) {
            lines += troff.term(argument.label, argument.description(style.language) { style.said($0) })
        }
        for example in style.examples(path.dropFirst().joined(separator: " ")) {
            lines += [".PP", troff.text(example.words.text(style.language))]
            lines += [".PP", ".RS 4", ".nf", troff.escaped(example.line), ".fi", ".RE"]
        }
        return lines
    }
}

/// Text for the typesetter.
private struct Troff {
    let language: PageLanguage
    init(_ language: PageLanguage) { self.language = language }

    /// Characters that mean something to it stand for themselves; a minus stays one that can be copied.
    func escaped(_ text: String) -> String {
        var safe = ""
        for character in text {
            switch character {
            case "\\": safe += "\\e"
            case "-": safe += "\\-"
            case "~": safe += "\\(ti"
            case "^": safe += "\\(ha"
            case "`": safe += "\\(ga"
            case "\n": safe += "\n.br\n"
            default: safe.append(character)
            }
        }
        // A line that begins with one of these would be taken for a request.
        return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
    }

    /// Running text. Chinese has no spaces, so it is told where a line may break: between two characters, never before a mark.
    func text(_ text: String) -> String {
        var spaced = ""
        var previous: Character?
        for character in text {
            if let previous, Self.isWide(previous) || Self.isWide(character), !Self.clinging.contains(character),
                !Self.opening.contains(previous), character != " ", previous != " ", character != "\n", previous != "\n"
            {
                spaced += "\u{0}"
            }
            spaced.append(character)
            previous = character
        }
        return escaped(spaced).split(separator: "\u{0}", omittingEmptySubsequences: false).joined(separator: "\\:")
    }

    func quoted(_ text: String) -> String { "\"" + escaped(text).replacing("\"", with: "\\(dq") + "\"" }

    func term(_ label: String, _ text: String) -> [String] { [".TP", ".B " + quoted(label), self.text(text)] }

    private static let clinging: Set<Character> = ["，", "。", "：", "；", "、", "）", "”", "？", "！", "》", "…"]
    private static let opening: Set<Character> = ["（", "“", "《"]
    private static func isWide(_ character: Character) -> Bool { DisplayWidth().cells(character) == 2 }
}
