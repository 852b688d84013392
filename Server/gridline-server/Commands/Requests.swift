import ArgumentParser
import Queue
import Tickets

/// Lists what the field asks for.
struct Requests: CentreCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests",
        abstract: "List what the field asks for, oldest first: what to answer with grant, refuse or rule.")

    @OptionGroup var common: CommonOptions
    @Flag(help: "Also those that are answered.")
    var all = false
    @Option(help: "Rows at most.")
    var limit: Int = 1000

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        guard case .requests(let requests) = try await centre.run(.requests(withAnswered: all, limit: limit)) else {
            throw OperationProblem.strangeAnswer
        }
        guard !output.json else { return output.data(requests) }
        let names = try await Names(of: requests.flatMap { [$0.author, $0.decidedBy] }, from: centre, output)
        for one in requests {
            let days = Self.asked(one, output)
            let age = Age.shown(since: one.givenAt, now: Edge.clock(), output)
            output.line(
                "\(one.number ?? one.ticket)  \(names.person(one.author))  \(days)  \(Self.state(one.state, output))  "
                    + output.words("due \(Moment.shown(one.dueAt)), asked \(age) ago", "现时限 \(Moment.shown(one.dueAt))，\(age)前申请")
            )
            if let words = one.words { output.wrapped(words.clipped(200), indent: 4) }
            if let answer = one.answer { output.wrapped("\(names.person(one.decidedBy)): \(answer.clipped(200))", indent: 4) }
        }
        output.say("\(requests.count) requests", "共 \(requests.count) 项申请")
    }

    /// What is asked for.
    private static func asked(_ one: RequestReport, _ output: Output) -> String {
        switch one.kind {
        case "dispute": output.words("dispute", "职责争议")
        case "long-term": output.words("long-term until \(Moment.shown(one.until))", "长期办理至 \(Moment.shown(one.until))")
        default: output.words("\(one.days) \(one.days == 1 ? "day" : "days")", "\(one.days) 天")
        }
    }

    private static func state(_ word: String, _ output: Output) -> String {
        output.words(word, RequestState(rawValue: word)?.chinese ?? word)
    }
}

/// Says yes to a request.
struct Grant: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Grant the request that waits on a ticket: its due date moves, or somebody else has it.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: "Fewer or more days than were asked for.")
    var days: Int?
    @Option(help: ArgumentHelp("Of a dispute: who has the ticket from now on.", valueName: "person"))
    var to: String?
    @Option(help: ArgumentHelp("Of a long-term one: another review date than was asked for, YYYY-MM-DD.", valueName: "day"))
    var until: String?
    @Option(help: "Why, in words that the worker reads.")
    var reason: String?

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(
            .answer(ticket: ticket, isGranted: true, days: days, to: to, until: until, words: reason, by: try author.author()),
            output)
    }
}

/// Says no to a request.
struct Refuse: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Refuse the request that waits on a ticket: it stays as it is.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: "Why, in words that the worker reads.")
    var reason: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(
            .answer(ticket: ticket, isGranted: false, days: nil, words: reason, by: try author.author()), output)
    }
}

/// Settles a dispute above the dispatcher.
struct Rule: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Settle the dispute on a ticket by a joint ruling; disputed again, by a leader's sign-off.",
        discussion: "The clock runs on meanwhile. A sign-off needs a ruling before it, and is final.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: ArgumentHelp("Who has to handle it.", valueName: "person"))
    var to: String
    @Option(help: ArgumentHelp("Who took part; may be given several times.", valueName: "name"))
    var member: [String]
    @Option(help: "Why, in words that the worker reads.")
    var reason: String
    @Flag(help: "A leader signed it off.")
    var signOff = false

    func validate() throws {
        if member.isEmpty { throw ValidationError("Name at least one --member.") }
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(
            .rule(
                ticket: ticket, isSignedOff: signOff, to: to, members: member.joined(separator: ","), words: reason,
                by: try author.author()), output)
    }
}

/// Urges whoever handles a ticket.
struct Urge: CentreCommand {
    static let configuration = CommandConfiguration(abstract: "Urge who handles a ticket. It can be repeated, and is counted.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Argument(help: "What the worker reads.")
    var words: String

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(.urge(ticket: ticket, words: words, by: try author.author()), output)
    }
}
