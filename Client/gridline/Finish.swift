import ArgumentParser
import Glibc
import Screen
import SyncProtocol

extension Gridline {
    /// Says how a run ended that did not just end.
    ///
    /// - Parameter raw: The command line, to name the command that was meant.
    /// - Returns: The exit status.
    static func finish(_ error: any Error, _ raw: [[UInt8]]) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        let language = Language.launch
        let words = (try? validated(raw)).map(hoisted) ?? []
        let failure: Failure
        switch exitCode(for: error) {
        case .success:
            // Scripts and dumps are for machines; everything else that the parser ends well with is help.
            let isForMachines = words.contains { $0.contains("completion-script") || $0 == "--experimental-dump-help" }
            let text = isForMachines ? [fullMessage(for: error)] : Pages.help(of: named(words), language, width: helpWidth)
            File.writeAll(descriptor: STDOUT_FILENO, Array((text.joined(separator: "\n") + "\n").utf8))
            return ExitStatus.done.rawValue
        case .validationFailure: failure = Usage(words: named(words), message: message(for: error)).failure(language)
        default: failure = Failure(error)
        }
        let style = Terminal.colour(isTerminal: isatty(STDERR_FILENO) == 1, environment)
        let said = printable("gridline: " + failure.text(language), keepsLines: true)
        let text = Terminal.width(environment).map { DisplayWidth().wrapped(said, to: $0).joined(separator: "\n") } ?? said
        File.writeAll(descriptor: STDERR_FILENO, Array((Style.bad.applied(to: text, colour: style) + "\n").utf8))
        return failure.exit.rawValue
    }

    /// Without the word `help`, which names no command of its own.
    private static func named(_ words: [String]) -> [String] { words.first == "help" ? Array(words.dropFirst()) : words }

    /// As wide as the terminal, but a line of text that is too long is hard to read.
    private static var helpWidth: Int { min(Terminal.width(environment) ?? 80, 100) }
}

/// A command line that the parser did not understand, told in the person's language, with what may have been meant.
struct Usage {
    /// Of the command line.
    let words: [String]
    /// The parser's own sentence.
    let message: String

    func failure(_ language: Language) -> Failure {
        guard let root = Pages.root else { return .usage(Words(same: message)) }
        let names = root.shownCommands.map(\.commandName)
        if let first = words.first, !first.hasPrefix("-"), !names.contains(first), !["help"].contains(first) {
            return .unknownCommand(first, near: Nearest.words(to: first, in: names), all: names)
        }
        let page = root.command(named: words)
        let usage = page.usage(language == .zh ? .zh : .en)
        let said = ParserSentences.words(message) ?? Words(same: message)
        var lines = [Say.usageError, said]
        let near = suggestions(page)
        if !near.isEmpty { lines.append(Say.didYouMean(near.joined(separator: ", "))) }
        lines += [Say.usageLine(usage), Say.moreHelpLine(page.path.joined(separator: " "))]
        return .usage(
            Words(lines.map(\.english).joined(separator: "\n"), lines.map(\.chinese).joined(separator: "\n")))
    }

    /// Options or values that are spelt nearly like what was typed.
    private func suggestions(_ page: CommandPage) -> [String] {
        if let option = ParserSentences.unknownOption(message) {
            return Nearest.words(to: option, in: page.shownArguments.flatMap { ($0.names ?? []).map(\.typed) })
        }
        guard let parts = Translation.values(of: message, in: "The value '%1' is invalid for '%2'%3"), parts.count > 1 else {
            return []
        }
        let argument = page.shownArguments.first { parts[1].hasSuffix("<\($0.valueName ?? "")>") }
        var values = argument?.allValues ?? []
        if argument?.valueName == "status" { values += TicketStateName.allChinese }
        return Nearest.words(to: parts[0], in: values)
    }
}
