import ArgumentParser

struct StartCommand: Action {
    static let configuration = CommandConfiguration(commandName: "start", abstract: Say.startHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus { try context.give(.start, on: ticket) }
}
