import ArgumentParser
import ReplicaStore
import SyncProtocol

/// The program: parse, run, and say in the person's language how it went.
struct Gridline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridline", abstract: Say.program.launch, discussion: Say.moreHelp.launch,
        subcommands: [
            EnrolCommand.self, SyncCommand.self, StatusCommand.self, ListCommand.self, ShowCommand.self, WhyDueCommand.self,
            AcceptCommand.self,
            StartCommand.self, VisitCommand.self, NoteCommand.self, EditCommand.self, ExplainCommand.self, ExtendCommand.self,
            DisputeCommand.self, DeferCommand.self, UrgeCommand.self, WhistleCommand.self,
            ReportInCommand.self, FinishPartCommand.self, ChecklistCommand.self, TaskCommand.self, RosterCommand.self,
            DiaryCommand.self, ResolveCommand.self, ReturnCommand.self,
            ReportCommand.self, CategoriesCommand.self, WhoCommand.self, LogCommand.self, NewsCommand.self, OutboxCommand.self,
            UndoCommand.self,
            RetractCommand.self, ConflictsCommand.self,
            RescueCommand.self,
            CheckCommand.self, RulesCommand.self, CompletionsCommand.self, ManualCommand.self, VersionCommand.self,
        ])

    /// One run.
    ///
    /// - Parameter raw: The command line without the program's name, byte by byte.
    /// - Returns: The exit status.
    static func main(raw: [[UInt8]]) -> Int32 {
        if raw.first?.elementsEqual(Completion.question.utf8) == true { return Completion.answer(raw) }
        do {
            if raw.count == 1, let status = try plain(String(decoding: raw[0], as: UTF8.self)) { return status.rawValue }
            var command = try parse(raw)
            try command.run()
            return ExitStatus.done.rawValue
        } catch { return finish(error, raw) }
    }

    /// What the commands that people type all day do when nothing is said beside their name. They go past the parser, which takes
    /// longer to learn what options there are than a sync with nothing new takes in all.
    ///
    /// - Returns: nil for any other command.
    private static func plain(_ name: String) throws -> ExitStatus? {
        guard name == "sync" || name == "list" else { return nil }
        Replica.endsWithProcess()
        return name == "sync" ? try SyncCommand.plain(.plain) : try ListCommand.plain(.plain)
    }

    /// The command that the line names.
    ///
    /// - Throws: `Failure` or the parser's own errors.
    static func parse(_ raw: [[UInt8]]) throws -> any ParsableCommand {
        let arguments = try hoisted(validated(raw))
        // The parser's own way begins by looking at every command there is. What the named command understands by itself means the
        // same; everything else (help, mistakes) goes the long way.
        if let name = arguments.first,
            let known = configuration.subcommands.first(where: { $0.configuration.commandName == name }),
            let command = try? known.parse(Array(arguments.dropFirst()))
        {
            return command
        }
        return try parseAsRoot(arguments)
    }
}
