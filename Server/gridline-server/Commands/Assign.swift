import ArgumentParser
import Queue

/// Gives a ticket that is under way to somebody else.
struct Assign: CentreCommand {
    static let configuration = CommandConfiguration(abstract: "Give a ticket that is under way to somebody else.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: ArgumentHelp("Who becomes responsible.", valueName: "person"))
    var to: String
    @Option(help: ArgumentHelp("Who helps from now on; may be given several times; none = as before.", valueName: "person"))
    var helper: [String] = []
    @Option(help: ArgumentHelp("Which supervisor approves that it leaves its first unit.", valueName: "person"))
    var approvedBy: String?

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(
            .assign(ticket: ticket, to: to, helpers: helper, approvedBy: approvedBy, by: try author.author()), output)
    }
}
