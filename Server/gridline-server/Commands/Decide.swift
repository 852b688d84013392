import ArgumentParser
import Queue

/// Shows a held command with what follows from each answer, or answers it.
struct Decide: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at a held command, or answer it: accept, decline, or amend with --set name=value.",
        discussion:
            "Without an answer: both sides, who wrote what and when, and what follows from each answer; with --set also from the amendment. Nothing is written."
    )

    @OptionGroup var common: CommonOptions
    @Option(name: .customLong("as"), help: ArgumentHelp("Who does it; else GRIDLINE_AS.", valueName: "person"))
    var person: String?
    @Argument(help: "The command's id, as held shows it, or its beginning.")
    var command: String
    @Argument(help: "accept, decline or amend.")
    var answer: HeldAnswer?
    @Option(help: "Why; its author reads it. Needed unless it is accepted.")
    var reason: String?
    @Option(help: ArgumentHelp("An argument of the amended command.", valueName: "name=value"))
    var set: [String] = []

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let values = Dictionary(try set.map(assignment), uniquingKeysWith: { $1 })
        guard let answer else { return try await weigh(centre, values, output) }
        let operation = Operation.decide(
            command: command, answer: answer, reason: reason, values: values, by: try AuthorOption.author(person))
        guard case .decided(let report) = try await centre.run(operation) else { throw OperationProblem.strangeAnswer }
        if output.json {
            output.data(report)
        } else {
            output.line("\(report.command) \(Values(output: output).decision(report.decision))")
        }
        for follower in report.followed {
            output.say("waited for it: \(follower.line(output))", "随后裁定：\(follower.line(output))")
        }
    }

    private func weigh(_ centre: any OperationRunner, _ values: [String: String], _ output: Output) async throws {
        guard case .weighed(let report) = try await centre.run(.weigh(command: command, values: values)) else {
            throw OperationProblem.strangeAnswer
        }
        guard !output.json else { return output.data(report) }
        let names = try await Names(of: report.ids, from: centre, output)
        HeldPage(report: report, values: Values(output: output, names: names)).show()
    }
}

extension HeldAnswer: ExpressibleByArgument {}

extension DecisionReport.Follower {
    /// `3f2a91c0 note accepted`.
    func line(_ output: Output) -> String {
        let values = Values(output: output)
        let outcome = decision.map(values.decision) ?? output.words("still held", "仍待裁定")
        return [values.short(command), kind.map { values.command($0) }, outcome].compactMap { $0 }.joined(separator: " ")
    }
}
