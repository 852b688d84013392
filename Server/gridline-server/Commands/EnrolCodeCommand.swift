import ArgumentParser
import Queue

/// Makes a one-time code with which a person enrols one device.
struct EnrolCodeCommand: CentreCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol-code", abstract: "Make a one-time code with which a person enrols one device. It is shown once.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Whose device.")
    var person: String
    @Option(help: "How long it is good, 1 to 10 minutes.")
    var minutes: Int = 10

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let operation = Operation.enrolCode(person: person, minutes: minutes, by: try author.author())
        guard case .code(let code) = try await centre.run(operation) else { throw OperationProblem.strangeAnswer }
        if output.json {
            output.data(code)
        } else {
            output.line(code.code)
            output.say(
                "For \(code.person), until \(Moment.shown(code.expiresAt)). It is not shown again.",
                "供 \(code.person) 使用，有效至 \(Moment.shown(code.expiresAt))。不再显示。")
        }
    }
}
