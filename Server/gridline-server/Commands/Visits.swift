import ArgumentParser
import Queue
import Tickets

/// Names the leader who answers for a hard case.
struct Lead: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Name the leader who answers for a ticket on one of six levels; they stay named whoever handles it.",
        discussion: "Of each level whoever was named last counts. Devices show it. The ticket must be under way.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: ArgumentHelp("Who answers for it.", valueName: "person"))
    var leader: String
    @Option(help: "city, county, township, village, grid or micro-grid.")
    var level: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(.lead(ticket: ticket, leader: leader, level: level, by: try author.author()), output)
    }
}

/// Writes a visit down at the centre.
struct Visit: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write down that somebody was visited or received about a ticket, and how many persons it was.",
        discussion: "One record is one batch. visits counts batches and persons.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Argument(help: "What was found and said.")
    var words: String
    @Option(help: "met, absent, refused or received.")
    var outcome: String?
    @Option(help: "How many persons.")
    var persons: Int?

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let order = VisitOrder(ticket: ticket, words: words, outcome: outcome, persons: persons)
        try await centre.act(.visit(order, by: try author.author()), output)
    }
}

/// Counts visits.
struct Visits: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count visits whose persons were counted: batches and persons, received or visited.",
        discussion: "With --explain every visit that was counted, by its ticket. Who went is never counted.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var days: DaysOptions
    @Flag(help: "Also every case that was counted.")
    var explain = false

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let stretch = try days.stretch()
        let question = Operation.visits(since: stretch.since, until: stretch.until, withCases: explain)
        guard case .visits(let report) = try await centre.run(question) else { throw OperationProblem.strangeAnswer }
        if output.json { return output.data(report) }
        let went = (report.batches - report.receivedBatches, report.persons - report.receivedPersons)
        output.line(
            output.words("\(report.batches) batches, \(report.persons) persons", "\(report.batches) 批次 \(report.persons) 人"))
        output.line(
            output.words(
                "received \(report.receivedBatches), \(report.receivedPersons) persons; visited \(went.0), \(went.1) persons",
                "接访 \(report.receivedBatches) 批次 \(report.receivedPersons) 人；下访 \(went.0) 批次 \(went.1) 人"))
        guard explain, !report.cases.isEmpty else { return }
        output.line("")
        let heading = output.words("TICKET AT PERSONS VISIT", "工单 时间 人数 走访")
        output.table(
            heading.split(separator: " ").map(String.init),
            report.cases.map { one in
                let words = noteWords(kind: "visit" + (one.outcome.map { "-" + $0 } ?? ""))
                return [one.ticket, Moment.shown(one.at), "\(one.persons)", output.words(words.english, words.chinese)]
            })
    }
}
