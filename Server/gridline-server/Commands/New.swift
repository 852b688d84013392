import ArgumentParser
import Queue

/// Takes in one request of a citizen.
struct New: CentreCommand {
    static let configuration = CommandConfiguration(abstract: "Take in one request: a new ticket. Prints its official number.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Option(help: "What it is about.")
    var title: String
    @Option(help: "What the citizen says.")
    var description: String?
    @Option(help: "A code of the taxonomy.")
    var category: String?
    @Option(
        help:
            "consultation, assistance, suggestion, complaint, dispute, grid-report, task-report, task-publicity, task-inspection, task-service."
    )
    var kind: String?
    @Option(help: "normal or urgent.")
    var urgency: String?
    @Option(help: "phone, sms, web, wechat, weibo, app, grid-worker, other-system.")
    var channel: String?
    @Option(help: "The grid.")
    var grid: String?
    @Option(help: "The place in words.")
    var location: String?
    @Option(help: "WGS84 degrees; with --longitude.")
    var latitude: Double?
    @Option(help: "WGS84 degrees; with --latitude.")
    var longitude: Double?
    @Option(name: .customLong("citizen-name"), help: "The citizen's name.")
    var citizenName: String?
    @Option(help: "The citizen's phone.")
    var phone: String?
    @Option(help: "The citizen's address.")
    var address: String?
    @Option(help: "The citizen's identity number.")
    var identityNumber: String?

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let given: [(String, String?)] = [
            ("title", title), ("description", description), ("category", category), ("kind", kind), ("urgency", urgency),
            ("channel", channel), ("grid", grid), ("location", location), ("name", citizenName), ("phone", phone),
            ("address", address), ("identity_number", identityNumber),
        ]
        let texts = Dictionary(uniqueKeysWithValues: given.compactMap { name, text in text.map { (name, $0) } })
        let ticket = NewTicket(texts: texts, latitude: latitude, longitude: longitude)
        try await centre.act(.new(ticket, by: try author.author()), output)
    }
}
