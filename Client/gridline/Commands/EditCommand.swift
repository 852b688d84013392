import ArgumentParser
import Changeset

struct EditCommand: Action {
    static let configuration = CommandConfiguration(commandName: "edit", abstract: Say.editHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @Option(help: Say.valueOption.help) var location: String?
    @Option(help: Say.degreesOption.help) var latitude: Double?
    @Option(help: Say.degreesOption.help) var longitude: Double?
    @Option(help: Say.valueOption.help) var finding: String?
    @Option(help: Say.valueOption.help) var tags: String?
    @Option(help: Say.valueOption.help) var title: String?
    @Option(help: Say.valueOption.help) var description: String?
    @Option(help: Say.valueOption.help) var category: String?
    @Option(help: Say.valueOption.help) var urgency: String?
    @Option(help: Say.valueOption.help) var kind: String?
    @Option(help: Say.valueOption.help) var grid: String?
    @Option(help: Say.valueOption.help) var unit: String?
    @Option(help: Say.clearOption.help) var clear: [String] = []
    @Option(help: Say.editNoteOption.help) var note: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus { try context.give(.edit, on: ticket, arguments(context)) }

    /// What the options say, by column. A column that is both set and cleared keeps its new value.
    func arguments(_ context: Context) throws -> [String: Value] {
        var arguments: [String: Value] = [:]
        for column in clear { arguments[column] = .null }
        let texts = [
            "location": location, "finding": finding, "tags": tags, "title": title, "description": description,
            "category": category, "urgency": urgency, "kind": kind, "grid": grid, "unit": unit,
        ]
        for (column, value) in texts { if let value = try context.text(value) { arguments[column] = .text(value) } }
        if let latitude { arguments["latitude"] = .real(latitude) }
        if let longitude { arguments["longitude"] = .real(longitude) }
        if arguments.isEmpty { throw Failure.nothingToEdit }
        if let note = try context.text(note) { arguments["body"] = .text(note) }
        return arguments
    }
}
