internal import SyncProtocol

/// What turns a page into text: language, room, and what the page itself does not say.
package struct PageStyle {
    /// Of frame and content.
    package var language: PageLanguage
    /// Cells of a line.
    package var width: Int
    /// How wide characters are.
    package var measure: DisplayWidth
    /// Examples of a command, by its path without the program's name.
    package var examples: (String) -> [Example]
    /// The page's own sentences, which the parser gives in one language, in the language wanted.
    package var translate: (String) -> String

    /// A style.
    package init(
        language: PageLanguage, width: Int, measure: DisplayWidth, examples: @escaping (String) -> [Example],
        translate: @escaping (String) -> String = { $0 }
    ) {
        self.language = language
        self.width = width
        self.measure = measure
        self.examples = examples
        self.translate = translate
    }

    /// The page's own sentence, and the parser's own two.
    func said(_ text: String) -> String {
        switch text {
        case PageWords.help.english: PageWords.help.text(language)
        case PageWords.version.english: PageWords.version.text(language)
        default: translate(text)
        }
    }
}

extension CommandPage {
    /// What `--help` shows, line by line; no line is wider than `style.width` unless it is to be typed as it stands.
    package func help(_ style: PageStyle) -> [String] {
        let language = style.language
        var lines = style.measure.wrapped(style.said(abstract ?? ""), to: style.width)
        func section(_ title: Words, _ rows: [(String, String)]) {
            guard !rows.isEmpty else { return }
            lines += ["", title.text(language)] + Self.rows(rows, style)
        }
        let usage = PageWords.usage.text(language) + (language == .en ? " " : "") + self.usage(language)
        lines += [""] + style.measure.wrapped(usage, to: style.width)
        if let discussion, !discussion.isEmpty {
            lines += [""] + style.measure.wrapped(style.said(discussion), to: style.width)
        }
        let arguments = shownArguments
        func described(_ argument: Argument) -> (String, String) {
            (argument.label, argument.description(language) { style.said($0) })
        }
        section(PageWords.arguments, arguments.filter { $0.kind == .positional }.map(described))
        section(PageWords.commands, shownCommands.map { ($0.commandName, style.said($0.abstract ?? "")) })
        section(PageWords.options, arguments.filter { $0.kind != .positional }.map(described))
        let examples = style.examples(path.dropFirst().joined(separator: " "))
        if !examples.isEmpty {
            lines += ["", PageWords.examples.text(language)]
            for example in examples {
                lines += style.measure.wrapped(example.words.text(language), to: style.width - 2).map { "  " + $0 }
                lines.append("      " + example.line)
            }
        }
        if !shownCommands.isEmpty { lines += ["", PageWords.more(path.joined(separator: " ")).text(language)] }
        return lines
    }

    /// Labels, and beside or below them what they mean.
    private static func rows(_ rows: [(String, String)], _ style: PageStyle) -> [String] {
        let measure = style.measure
        // A few long labels must not push everything else to the right edge.
        let widest = rows.map { measure.cells($0.0) }.filter { $0 <= 24 }.max() ?? 0
        let left = 2 + widest + 2
        return rows.flatMap { label, text -> [String] in
            let wrapped = measure.wrapped(text, to: max(20, style.width - left)).map { String(repeating: " ", count: left) + $0 }
            let head = "  " + label
            guard measure.cells(label) <= widest, let first = wrapped.first else { return [head] + wrapped }
            return [measure.fitted(head, to: left) + first.dropFirst(left)] + wrapped.dropFirst()
        }
    }
}
