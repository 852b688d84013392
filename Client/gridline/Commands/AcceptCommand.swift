import ArgumentParser

struct AcceptCommand: Action {
    static let configuration = CommandConfiguration(commandName: "accept", abstract: Say.acceptHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus { try context.give(.accept, on: ticket) }
}
