import ArgumentParser
import Queue

/// Takes a ticket back from everybody.
struct Withdraw: CentreCommand {
    static let configuration = CommandConfiguration(abstract: "Take a ticket back from everybody.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: "Why, in words that stay with the ticket.")
    var reason: String?

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(.withdraw(ticket: ticket, words: reason, by: try author.author()), output)
    }
}
