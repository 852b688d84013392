import ArgumentParser
import Changeset
import Tickets

struct VisitCommand: Action {
    static let configuration = CommandConfiguration(commandName: "visit", abstract: Say.visitHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var words: WordsOptions
    @Option(help: Say.outcomeOption.help) var outcome: String?
    @Option(help: Say.personsOption.help) var persons: Int?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        var arguments = ["body": Value.text(try context.words(words))]
        if let outcome { arguments["outcome"] = .text(outcome) }
        if let persons { arguments["persons"] = .integer(Int64(persons)) }
        return try context.give(.visit, on: ticket, arguments)
    }
}
