import ArgumentParser
import Changeset

struct NoteCommand: Action {
    static let configuration = CommandConfiguration(commandName: "note", abstract: Say.noteHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var words: WordsOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.give(.note, on: ticket, ["body": .text(try context.words(words))])
    }
}
