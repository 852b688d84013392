import ArgumentParser
import Queue
import Tickets

/// Makes tickets part of one incident.
struct Merge: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make tickets part of the incident of another one: handled together, due with it, one reply to all callers.",
        discussion: """
            Closing the other ticket gives each of them its words as the reply and closes it; withdrawing the other one sets them free. What \
            workers wrote on them without signal stays with them.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official numbers or UUIDs.")
    var tickets: [String]
    @Option(help: ArgumentHelp("The ticket that they go into.", valueName: "ticket"))
    var into: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(.merge(tickets: tickets, into: into, by: try author.author()), output)
    }
}

/// Takes a ticket out of its incident.
struct Unmerge: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a ticket out of its incident: it waits for a dispatcher, due when it was before.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: "Why, in words that stay with the ticket.")
    var reason: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(.unmerge(ticket: ticket, words: reason, by: try author.author()), output)
    }
}

/// Proposes what to merge.
struct Duplicates: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Propose tickets to merge: of one category and place, close in time, in similar words; the largest group first.",
        discussion: "How close and how similar is the profile's (incident.…). Nothing is written; merge does it.")

    @OptionGroup var common: CommonOptions
    @Option(help: "The longest time from the first to the last; else the profile's.")
    var hours: Int?
    @Option(help: "How many there must be; else the profile's.")
    var least: Int?
    @Option(help: "Rows at most.")
    var limit: Int = 1000

    func validate() throws {
        if let hours, !(1...720).contains(hours) { throw ValidationError("--hours: from 1 to 720.") }
        if let least, !(2...1000).contains(least) { throw ValidationError("--least: from 2 to 1000.") }
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let question = DuplicatesQuestion(hours: hours, least: least, limit: limit)
        guard case .duplicates(let groups) = try await centre.run(.duplicates(question, now: Edge.clock())) else {
            throw OperationProblem.strangeAnswer
        }
        guard !output.json else { return output.data(groups) }
        for group in groups {
            output.line(
                "\(group.parent.number ?? group.parent.id)  \(Moment.shown(group.parent.createdAt))  \(group.area ?? "-")  "
                    + "\(group.category ?? "-")  \(group.parent.title.clipped(60))")
            for one in group.others {
                output.line("  \(one.number ?? one.id)  \(Moment.shown(one.createdAt))  \(one.title.clipped(60))")
            }
        }
        output.say("\(groups.count) proposals", "共 \(groups.count) 组建议")
    }
}
