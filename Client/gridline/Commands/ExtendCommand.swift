import ArgumentParser
import Changeset

struct ExplainCommand: Action {
    static let configuration = CommandConfiguration(commandName: "explain", abstract: Say.explainHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var words: WordsOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.give(.explain, on: ticket, ["body": .text(try context.words(words))])
    }
}

struct ExtendCommand: Action {
    static let configuration = CommandConfiguration(commandName: "extend", abstract: Say.extendHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @Option(help: Say.extendDaysOption.help) var days: Int
    @Option(help: Say.extendReasonOption.help) var reason: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let status = try context.give(.extend, on: ticket, ["days": .integer(Int64(days)), "body": .text(reason)])
        context.console.talk(Say.extensionPending)
        return status
    }
}
