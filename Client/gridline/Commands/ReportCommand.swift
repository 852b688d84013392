import ArgumentParser
import Changeset

struct ReportCommand: Action {
    static let configuration = CommandConfiguration(commandName: "report", abstract: Say.reportHelp.launch)
    @Argument(help: Say.title.help) var words: String?
    @Option(help: Say.title.help) var title: String?
    @Option(help: Say.wordsArgument.help) var description: String?
    @Option(help: Say.categoryOption.help) var category: String?
    @Option(help: Say.kind.help) var kind: String?
    @Option(help: Say.urgency.help) var urgency: String?
    @Option(help: Say.location.help) var location: String?
    @Option(help: Say.degreesOption.help) var latitude: Double?
    @Option(help: Say.degreesOption.help) var longitude: Double?
    @Option(help: Say.grid.help) var grid: String?
    @Option(help: Say.citizenOption.help) var name: String?
    @Option(help: Say.citizenOption.help) var phone: String?
    @Option(help: Say.citizenOption.help) var address: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus { try context.give(.report, on: nil, arguments(context)) }

    /// What the options say, by argument of the command.
    func arguments(_ context: Context) throws -> [String: Value] {
        guard words == nil || title == nil else { throw Failure.wordsTwice }
        let heading = try words ?? title ?? context.console.ask(Say.title, orElse: .needsWords)
        var arguments: [String: Value] = ["title": .text(heading)]
        let texts = [
            "description": description, "kind": kind, "urgency": urgency, "location": location,
            "grid": grid, "name": name, "phone": phone, "address": address,
        ]
        for (argument, value) in texts { if let value = try context.text(value) { arguments[argument] = .text(value) } }
        if let category = try context.text(category) { arguments["category"] = .text(try context.categoryCode(category)) }
        if let latitude { arguments["latitude"] = .real(latitude) }
        if let longitude { arguments["longitude"] = .real(longitude) }
        return arguments
    }
}
