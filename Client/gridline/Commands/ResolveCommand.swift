import ArgumentParser
import Changeset

struct ResolveCommand: Action {
    static let configuration = CommandConfiguration(commandName: "resolve", abstract: Say.resolveHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var words: WordsOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.give(.resolve, on: ticket, ["body": .text(try context.words(words))])
    }
}
