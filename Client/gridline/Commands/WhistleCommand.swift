import ArgumentParser
import Changeset
import Tickets

struct WhistleCommand: Action {
    static let configuration = CommandConfiguration(commandName: "whistle", abstract: Say.whistleHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @Option(help: Say.whistleUnitsOption.help) var units: String
    @Option(help: Say.whistleReasonOption.help) var reason: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replica()
        let known = Set(try replica.units().filter { !$0.retired }.map(\.id))
        if let strange = Command.names(in: units).first(where: { !known.contains($0) }) {
            throw ValidationError(Say.unknownUnit(strange).text(context.console.language))
        }
        return try context.give(
            .whistle, on: try context.ticket(ticket, in: replica), ["units": .text(units), "body": .text(reason)], in: replica)
    }
}

struct ReportInCommand: Action {
    static let configuration = CommandConfiguration(commandName: "report-in", abstract: Say.reportInHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus { try context.give(.reportIn, on: ticket, [:]) }
}

struct FinishPartCommand: Action {
    static let configuration = CommandConfiguration(commandName: "finish-part", abstract: Say.finishPartHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @Option(help: Say.finishPartTextOption.help) var text: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.give(.finishPart, on: ticket, ["body": .text(text)])
    }
}
