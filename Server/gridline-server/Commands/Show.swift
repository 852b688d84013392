import ArgumentParser
import Queue
import Tickets

/// Shows one ticket with everything that happened to it.
struct Show: CentreCommand {
    static let configuration = CommandConfiguration(abstract: "Show a ticket with its history, conflicts and held commands.")

    @OptionGroup var common: CommonOptions
    @Option(name: .customLong("as"), help: ArgumentHelp("Who reads it; else nobody in particular.", valueName: "person"))
    var reader: String?
    @Argument(help: "Official number or UUID.")
    var ticket: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        guard case .ticket(let report) = try await centre.run(.show(ticket: ticket, for: reader)) else {
            throw OperationProblem.strangeAnswer
        }
        guard !output.json else { return output.data(report) }
        let names = try await Names(of: report.ids, from: centre, output)
        TicketPage(report: report, values: Values(output: output, names: names)).show()
    }
}
