import ArgumentParser
import Changeset

struct ReturnCommand: Action {
    static let configuration = CommandConfiguration(commandName: "return", abstract: Say.returnHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var words: WordsOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.give(.return, on: ticket, ["body": .text(try context.words(words))])
    }
}
