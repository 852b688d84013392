import ArgumentParser
import Queue

/// Closes a handled ticket.
struct Close: CentreCommand {
    static let configuration = CommandConfiguration(abstract: "Close a ticket that was handled.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: "Why, in words that stay with the ticket.")
    var reason: String?

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(.close(ticket: ticket, words: reason, by: try author.author()), output)
    }
}
