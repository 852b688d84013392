import ArgumentParser
import Queue

/// Answers a held command.
struct Decide: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer a held command: accept, decline, or amend with --set name=value.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "The command's id, as held shows it.")
    var command: String
    @Argument(help: "accept, decline or amend.")
    var answer: HeldAnswer
    @Option(help: "Why; its author reads it. Needed unless it is accepted.")
    var reason: String?
    @Option(help: ArgumentHelp("An argument of the amended command.", valueName: "name=value"))
    var set: [String] = []

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let values = Dictionary(try set.map(assignment), uniquingKeysWith: { $1 })
        let operation = Operation.decide(
            command: command, answer: answer, reason: reason, values: values, by: try author.author())
        guard case .decided(let report) = try await centre.run(operation) else { throw OperationProblem.strangeAnswer }
        if output.json { output.data(report) } else { output.line("\(report.command) \(report.decision)") }
        for follower in report.followed {
            let outcome = follower.decision ?? "held"
            output.say("waited for it: \(follower.command) \(outcome)", "随后裁定:\(follower.command) \(outcome)")
        }
    }
}

extension HeldAnswer: ExpressibleByArgument {}
