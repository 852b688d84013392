import ArgumentParser
import Glibc
import SyncProtocol

/// The program: parse, run, and say in the person's language how it went.
struct Gridline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridline", abstract: Say.program.launch, discussion: Say.moreHelp.launch,
        subcommands: [
            EnrolCommand.self, SyncCommand.self, StatusCommand.self, ListCommand.self, ShowCommand.self, AcceptCommand.self,
            StartCommand.self, VisitCommand.self, NoteCommand.self, EditCommand.self, ResolveCommand.self, ReturnCommand.self,
            ReportCommand.self, LogCommand.self, NewsCommand.self, OutboxCommand.self, UndoCommand.self, RescueCommand.self,
            CheckCommand.self, VersionCommand.self,
        ])

    /// One run.
    ///
    /// - Parameter raw: The command line without the program's name, byte by byte.
    /// - Returns: The exit status.
    static func main(raw: [[UInt8]]) -> Int32 {
        do {
            var command = try parse(raw)
            try command.run()
            return ExitStatus.done.rawValue
        } catch { return finish(error) }
    }

    /// The command that the line names.
    ///
    /// - Throws: `Failure` or the parser's own errors.
    static func parse(_ raw: [[UInt8]]) throws -> any ParsableCommand { try parseAsRoot(hoisted(validated(raw))) }

    /// Says what an error means.
    private static func finish(_ error: any Error) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        let language = Language.launch
        let code = exitCode(for: error)
        // Help that was asked for is a result; a line that was not understood is an error with the parser's hint.
        if code == .success {
            print(ParserWords.translated(fullMessage(for: error), to: language))
            return code.rawValue
        }
        let failure =
            code == .validationFailure
            ? Failure.usage(Say.usageError.text(language) + "\n" + ParserWords.translated(fullMessage(for: error), to: language))
            : Failure(error)
        let style = Terminal.colour(isTerminal: isatty(STDERR_FILENO) == 1, environment)
        let text = printable("gridline: " + failure.text(language), keepsLines: true)
        File.writeAll(descriptor: STDERR_FILENO, Array((Style.bad.applied(to: text, colour: style) + "\n").utf8))
        return failure.exit.rawValue
    }
}

/// The argument parser speaks English only; these are the words of its frame, which every help text has.
enum ParserWords {
    static func translated(_ text: String, to language: Language) -> String {
        guard language == .zh else { return text }
        return words.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    private static let words = [
        ("OVERVIEW: ", ""), ("USAGE:", "用法："), ("Usage:", "用法："), ("SUBCOMMANDS:", "命令："), ("ARGUMENTS:", "参数："),
        ("OPTIONS:", "选项："), ("Show help information.", "显示帮助。"), ("Error: ", "错误："), ("(default: ", "（默认："),
        ("(values: ", "（可选："),
        ("Missing expected argument", "缺少参数"), ("Unknown option", "未知选项"), ("Unexpected argument", "多余的参数"),
        ("Missing value for", "缺少取值："), ("See 'gridline help <subcommand>' for detailed help.", "各命令的详细说明：gridline help <命令>"),
        ("for more information.", "查看详情。"), ("  See '", "  用 '"), ("<subcommand>", "<命令>"), ("<options>", "<选项>"),
        ("The value '", "取值 '"), ("' is invalid for '", "' 不适用于 '"),
        ("Please provide one of the following:", "请用以下之一："), ("Help:  ", "说明："),
        ("Show subcommand help information.", "显示命令的帮助。"),
    ]
}
