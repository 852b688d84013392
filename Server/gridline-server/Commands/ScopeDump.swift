import ArgumentParser
import Queue

/// Prints every row that a person's replica must hold.
struct ScopeDump: CentreCommand {
    static let configuration = CommandConfiguration(
        commandName: "scope-dump",
        abstract: "Print every row that this person's replica must hold, one canonical JSON object per line.",
        discussion: "Personal data of citizens is in it. The lines are the same with and without --json.")

    @OptionGroup var common: CommonOptions
    @Argument(help: "Whose replica.")
    var person: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        guard case .dump(let lines) = try await centre.run(.scopeDump(person: person)) else {
            throw OperationProblem.strangeAnswer
        }
        for line in lines { output.line(line) }
    }
}
