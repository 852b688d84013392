import ArgumentParser
import Queue

/// Changes columns of a ticket.
struct Edit: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change columns of a ticket: --set title=… --set grid=… --clear unit.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: ArgumentHelp("A column and its new value.", valueName: "column=value"))
    var set: [String] = []
    @Option(help: ArgumentHelp("A column that becomes empty.", valueName: "column"))
    var clear: [String] = []

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        var values: [String: String?] = [:]
        for pair in set {
            let (name, value) = try assignment(pair)
            values[name] = .some(value)
        }
        for name in clear { values[name] = .some(nil) }
        guard !values.isEmpty else { throw ValidationError("Give --set column=value or --clear column.") }
        try await centre.act(.edit(ticket: ticket, values: values, by: try author.author()), output)
    }
}

/// Reads `column=value`.
func assignment(_ pair: String) throws -> (String, String) {
    guard let sign = pair.firstIndex(of: "="), sign != pair.startIndex else {
        throw ValidationError("--set: \(pair) is not column=value.")
    }
    return (String(pair[..<sign]), String(pair[pair.index(after: sign)...]))
}
