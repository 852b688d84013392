import ArgumentParser
import Glibc
import ReplicaStore
import Screen
import SyncProtocol
import Tickets

/// What every command has: options, the console, the edge, the replica's place.
struct Context {
    let console: Console
    let device: Device
    let home: String

    /// The replica's file.
    var replicaPath: String { home + "/replica.sqlite" }

    /// Opens the replica.
    func replica() throws -> Replica { try Replica.open(at: replicaPath) }

    /// Opens the replica for looking at it. Where nothing can be written it says so, and shows what there is.
    func replicaToRead() throws -> Replica {
        let replica = try Replica.openForReading(at: replicaPath)
        if let reason = replica.unwritable {
            let (why, then) = (ReplicaWords.of(reason), Say.onlyToRead)
            let words = Words("\(reason.code) \(why.english)\n\(then.english)", "\(reason.code) \(why.chinese)\n\(then.chinese)")
            console.talk(words, .attention)
        }
        return replica
    }

    /// The device's clock, corrected: what is overdue must not hang on a wrong clock.
    func now(of replica: Replica) throws -> Milliseconds { device.now() &+ (try replica.clockOffset() ?? 0) }

    /// A new identity for a command.
    func commandID() -> CommandID { CommandID(bytes: device.random(16))! }  // 16 bytes were asked for

    /// Bytes of standard input: a note of the greatest length and its line end.
    func standardInput() throws -> String {
        let bytes: [UInt8]
        do throws(File.Refusal) {
            bytes = try File.read(descriptor: STDIN_FILENO, bytesMax: ArgumentRule.bodyBytesMax + 2)
        } catch { throw Failure.unreadable(Say.standardInput.text(console.language), error) }
        return try decodedWords(bytes)
    }

    /// A text that may be `-`.
    func text(_ text: String?) throws -> String? { text == "-" ? try standardInput() : text }

    /// The words of a command: behind the number, with --note, from standard input, or asked for.
    func words(_ options: WordsOptions) throws -> String {
        guard options.text == nil || options.note == nil else { throw Failure.wordsTwice }
        if let given = try text(options.text ?? options.note) { return given }
        return try console.ask(Say.words(""), orElse: .needsWords)
    }
}

/// Options that every command has.
struct CommonOptions: ParsableArguments {
    @Option(help: Say.langOption.help) var lang: Language?
    @Flag(help: Say.jsonOption.help) var json = false
    @Flag(name: .shortAndLong, help: Say.quietOption.help) var quiet = false
    @Flag(help: Say.noInputOption.help) var noInput = false
    @Option(help: Say.ambiguousOption.help) var ambiguousWidth = 1

    func validate() throws {
        guard (1...2).contains(ambiguousWidth) else { throw ValidationError(Say.oneOrTwo.launch) }
    }

    /// The context of this run, from the process's edge.
    func context() -> Context {
        Context(language: lang?.rawValue, json: json, quiet: quiet, noInput: noInput, ambiguousWidth: ambiguousWidth)
    }
}

extension Context {
    /// Of a command line without options.
    static var plain: Context { Context(language: nil, json: false, quiet: false, noInput: false, ambiguousWidth: 1) }

    fileprivate init(language: String?, json: Bool, quiet: Bool, noInput: Bool, ambiguousWidth: Int) {
        let console = Console(
            language: Language.chosen(flag: language, environment), json: json,
            mayAsk: !noInput && isatty(STDIN_FILENO) == 1, width: Terminal.width(environment),
            measure: DisplayWidth(ambiguous: ambiguousWidth),
            colour: Terminal.colour(isTerminal: isatty(STDOUT_FILENO) == 1, environment),
            colourOfTalk: Terminal.colour(isTerminal: isatty(STDERR_FILENO) == 1, environment), quiet: quiet,
            showsProgress: !json && !quiet && isatty(STDERR_FILENO) == 1)
        self.init(console: console, device: Device(), home: homeFolder(environment))
    }
}

/// The words of a command.
struct WordsOptions: ParsableArguments {
    @Argument(help: Say.wordsArgument.help) var text: String?
    @Option(help: Say.noteOption.help) var note: String?
}

/// A command of this program: thin, it asks the modules below and shows what they say.
protocol Action: ParsableCommand {
    var common: CommonOptions { get }
    /// - Returns: How the run ends.
    func run(in context: Context) throws -> ExitStatus
}

extension Action {
    func run() throws {
        let status = try run(in: common.context())
        if status != .done { throw ExitCode(status.rawValue) }
    }
}
