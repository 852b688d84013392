import ArgumentParser
import Foundation
import Queue
import Screen
import SyncProtocol

#if GRIDLINE_PLANTED
    import Tickets
#endif

/// How this program speaks before any command of it runs: help, the manual page, and what is wrong with a command line, in the
/// operator's language. The commands keep their English sentences; the tables beside this file have the Chinese.
enum Speaking {
    /// `--lang`, then the environment.
    static func language(_ arguments: [String]) -> Language {
        for (index, argument) in arguments.enumerated() {
            let value =
                argument.hasPrefix("--lang=")
                ? String(argument.dropFirst(7)) : argument == "--lang" ? arguments.dropFirst(index + 1).first : nil
            if let language = value.flatMap(Language.init(rawValue:)) { return language }
        }
        return .ofEnvironment
    }

    static func style(_ language: Language, width: Int) -> PageStyle {
        PageStyle(
            language: language == .zh ? .zh : .en, width: width, measure: DisplayWidth(),
            examples: { ServerExamples.of[$0] ?? [] },
            translate: { language == .zh ? HelpSentences.translation.words($0)?.chinese ?? $0 : $0 })
    }

    /// The manual page of the whole program.
    static func manual(_ language: Language) -> [String] {
        let frame = ManualFrame(
            release: "gridline-server \(Release.version)",
            sections: [
                (
                    Words("ENVIRONMENT", "环境变量"),
                    [
                        ("GRIDLINE_STORE", Words("The store's folder.", "库目录。")),
                        ("GRIDLINE_AS", Words("Who does it.", "以谁的名义办理。")),
                        ("GRIDLINE_CONFIG", Words("The configuration file of serve.", "serve 的配置文件。")),
                        ("GRIDLINE_LANG", Words("zh or en.", "zh 或 en。")),
                    ]
                )
            ])
        return CommandPage(dump: GridlineServer._dumpHelp())?.manual(style(language, width: 80), frame) ?? []
    }

    /// Ends the process as an error says.
    static func end(_ error: any Error, _ arguments: [String]) -> Never {
        if let code = error as? ExitCode { exit(code.rawValue) }
        let language = language(arguments)
        let root = CommandPage(dump: GridlineServer._dumpHelp())
        let words = arguments.first == "help" ? Array(arguments.dropFirst()) : arguments
        let full = GridlineServer.fullMessage(for: error)
        if GridlineServer.exitCode(for: error) == .success {
            let isHelp = full.contains("USAGE:") && !words.contains { $0.contains("completion-script") || $0.hasPrefix("---") }
            let page = isHelp ? root?.command(named: words).help(style(language, width: width)) : nil
            write(page ?? [full], to: .standardOutput)
            exit(0)
        }
        guard GridlineServer.exitCode(for: error) == .validationFailure, let root else {
            write([full], to: .standardError)
            exit(GridlineServer.exitCode(for: error).rawValue)
        }
        write(usage(GridlineServer.message(for: error), root, words, language), to: .standardError)
        exit(64)
    }

    /// What is wrong with a command line, what may have been meant, and how it goes.
    static func usage(_ message: String, _ root: CommandPage, _ words: [String], _ language: Language) -> [String] {
        let page = root.command(named: words)
        let said =
            ParserSentences.words(message) ?? HelpSentences.translation.words(message) ?? Words(same: message)
        var lines = ["gridline-server: " + text(said, language)]
        let stranger = Translation.values(of: message, in: "Unexpected argument '%1'")?.first
        let many = Translation.values(of: message, in: "%1 unexpected arguments: '%2'")?.last
        let typed = stranger ?? many?.components(separatedBy: "', '").first
        let option = ParserSentences.unknownOption(message)
        let near =
            typed.map { Screen.Nearest.words(to: $0, in: page.shownCommands.map(\.commandName)) }
            ?? option.map { Screen.Nearest.words(to: $0, in: page.shownArguments.flatMap { ($0.names ?? []).map(\.typed) }) }
            ?? []
        if !near.isEmpty {
            lines.append(text(Words("Did you mean: %1", "您是不是要输入：%1")(near.joined(separator: ", ")), language))
        }
        lines.append(text(Words("Usage: %1", "用法：%1")(page.usage(language == .zh ? .zh : .en)), language))
        lines.append(text(Words("More: %1 --help", "详细说明：%1 --help")(page.path.joined(separator: " ")), language))
        return lines
    }

    /// The words of a problem in the operator's language.
    static func said(_ problem: OperationProblem, _ language: Language) -> String {
        guard language == .zh else { return problem.description }
        let detail = problem.message.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            ProblemSentences.translation.words(String(line))?.chinese ?? String(line)
        }
        return "\(problem.code.rawValue) \(problem.code.chinese)：\(detail.joined(separator: "\n"))"
    }

    private static func text(_ words: Words, _ language: Language) -> String { language == .zh ? words.chinese : words.english }

    /// Of the terminal, at most 100: longer lines are hard to read.
    static var width: Int {
        var size = winsize()
        let own = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 20 ? Int(size.ws_col) : 80
        return min(ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? own, 100)
    }

    private static func write(_ lines: [String], to handle: FileHandle) {
        try? handle.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}

extension GridlineServer {
    /// Runs the command that the line names. The parser's own entry would speak English whatever the operator wants.
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        #if GRIDLINE_PLANTED
            // The mechanisms' proof runs this program without one of them.
            removeMechanism(ProcessInfo.processInfo.environment["GRIDLINE_WITHOUT"])
        #endif
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch { Speaking.end(error, arguments) }
    }
}
