import ArgumentParser
import Changeset
import Tickets

struct DisputeCommand: Action {
    static let configuration = CommandConfiguration(commandName: "dispute", abstract: Say.disputeHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @Option(help: Say.disputeReasonOption.help) var reason: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let status = try context.give(.dispute, on: ticket, ["body": .text(reason)])
        context.console.talk(Say.disputePending)
        return status
    }
}

struct DeferCommand: Action {
    static let configuration = CommandConfiguration(commandName: "defer", abstract: Say.deferHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @Option(help: Say.deferUntilOption.help) var until: String
    @Option(help: Say.deferOpinionOption.help) var opinion: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        guard let day = Day(text: until) else { throw ValidationError(Say.noDay(until).text(context.console.language)) }
        let status = try context.give(.defer, on: ticket, ["until": .integer(day.end), "body": .text(opinion)])
        context.console.talk(Say.deferPending)
        return status
    }
}

struct UrgeCommand: Action {
    static let configuration = CommandConfiguration(commandName: "urge", abstract: Say.urgeHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var words: WordsOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.give(.urge, on: ticket, ["body": .text(try context.words(words))])
    }
}
