import Foundation
package import SyncProtocol

/// A command with its arguments and subcommands, as the argument parser describes it (`--experimental-dump-help`).
package struct CommandPage: Decodable, Sendable {
    /// Commands above it, outermost first.
    package var superCommands: [String]?
    /// Its name.
    package var commandName: String
    /// What it does, in one line.
    package var abstract: String?
    /// More about it.
    package var discussion: String?
    /// Hidden commands are left out of help.
    package var shouldDisplay: Bool
    /// The commands below it.
    package var subcommands: [CommandPage]?
    /// What it takes.
    package var arguments: [Argument]?

    /// An argument, an option or a flag.
    package struct Argument: Decodable, Sendable {
        /// The three kinds.
        package enum Kind: String, Decodable, Sendable {
            case positional, option, flag
        }
        /// `--name` or `-n`.
        package struct Name: Decodable, Sendable {
            var kind: String
            var name: String
            /// As it is typed.
            package var typed: String { (kind == "long" ? "--" : "-") + name }
        }
        /// Which kind.
        package var kind: Kind
        /// Hidden ones are left out.
        package var shouldDisplay: Bool
        /// It may be left out.
        package var isOptional: Bool
        /// It may be given several times.
        package var isRepeating: Bool
        /// None where it is positional.
        package var names: [Name]?
        /// What stands for its value.
        package var valueName: String?
        /// Its value where none is given.
        package var defaultValue: String?
        /// Every value that it can have.
        package var allValues: [String]?
        /// What it is, in one line.
        package var abstract: String?
    }

    /// - Parameter dump: What `_dumpHelp()` returns. Nil if it is not that.
    package init?(dump: String) {
        struct Tool: Decodable { var command: CommandPage }
        guard let tool = try? JSONDecoder().decode(Tool.self, from: Data(dump.utf8)) else { return nil }
        self = tool.command
    }

    /// `gridline list`
    package var path: [String] { (superCommands ?? []) + [commandName] }
    /// What is shown of it.
    package var shownCommands: [CommandPage] {
        // The parser's own `help` is spoken of at the end of a page.
        (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }
    package var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    /// The command that a line names: goes down as long as the next word is a subcommand.
    package func command(named words: [String]) -> CommandPage {
        var page = self
        for word in words where !word.hasPrefix("-") {
            guard let next = page.subcommands?.first(where: { $0.commandName == word && word != "help" }) else { break }
            page = next
        }
        return page
    }

    /// Every command of the program, itself first.
    package var all: [CommandPage] { [self] + shownCommands.flatMap(\.all) }

    /// `gridline note <ticket> [<text>] [--note <note>] …` in one line: what must be given, then what may.
    package func usage(_ language: PageLanguage) -> String {
        var parts = path
        var hasOptions = false
        for argument in shownArguments {
            if argument.kind == .positional {
                let name = argument.label + (argument.isRepeating ? " ..." : "")
                parts.append(argument.isOptional ? "[\(name)]" : name)
            } else if argument.isOptional {
                hasOptions = true
            } else {
                parts.append(argument.label)
            }
        }
        if hasOptions { parts.append(PageWords.someOptions.text(language)) }
        if !shownCommands.isEmpty { parts.append(PageWords.someCommand.text(language)) }
        return parts.joined(separator: " ")
    }
}

extension CommandPage.Argument {
    /// `-h, --help`, `--lang <lang>`, `<ticket>`
    package var label: String {
        let value = "<\(valueName ?? "value")>"
        guard kind != .positional else { return value }
        let typed = (names ?? []).map(\.typed).sorted { $0.count < $1.count }.joined(separator: ", ")
        return kind == .option ? "\(typed) \(value)" : typed
    }

    /// What it is, what it can be, and what it is where it is not given.
    func description(_ language: PageLanguage, _ translate: (String) -> String) -> String {
        var parts = [translate(abstract ?? "")]
        // A switch's only value and an enumeration that the sentence spells out already say nothing new.
        if let values = allValues, !values.isEmpty, !values.allSatisfy({ (abstract ?? "").contains($0) }) {
            parts.append(PageWords.values(values.joined(separator: ", ")).text(language))
        }
        if let defaultValue, !defaultValue.isEmpty { parts.append(PageWords.defaultValue(defaultValue).text(language)) }
        return parts.filter { !$0.isEmpty }.joined(separator: language == .zh ? "" : " ")
    }
}

/// The two languages that a page is written in.
package enum PageLanguage: Sendable {
    case zh, en
}

extension Words {
    func text(_ language: PageLanguage) -> String { language == .zh ? chinese : english }
}

/// A command line that shows what a command is for.
package struct Example: Sendable {
    /// As it is typed.
    package var line: String
    /// What it does.
    package var words: Words

    /// An example.
    package init(_ line: String, _ english: String, _ chinese: String) {
        self.line = line
        words = Words(english, chinese)
    }
}

/// The words of a page's frame.
enum PageWords {
    static let usage = Words("Usage:", "用法：")
    static let arguments = Words("Arguments:", "参数：")
    static let options = Words("Options:", "选项：")
    static let commands = Words("Commands:", "命令：")
    static let examples = Words("Examples:", "示例：")
    static let someOptions = Words("[options]", "[选项]")
    static let someCommand = Words("<command>", "<命令>")
    static let values = Words("(%1)", "（%1）")
    static let defaultValue = Words("(default: %1)", "（默认 %1）")
    static let more = Words("More about a command: %1 help <command>", "各命令的详细说明：%1 help <命令>")
    static let help = Words("Show help information.", "显示帮助。")
    static let version = Words("Show the version.", "显示版本。")
    static let name = Words("NAME", "名称")
    static let synopsis = Words("SYNOPSIS", "概要")
    static let description = Words("DESCRIPTION", "说明")
    static let commandsHead = Words("COMMANDS", "命令")
    static let optionsHead = Words("OPTIONS", "选项")
    static let examplesHead = Words("EXAMPLES", "示例")
    static let commonOptions = Words("Options of every command", "各命令通用选项")
}
