import ArgumentParser
import Queue
import Tickets

/// Lists what the field asks for.
struct Requests: CentreCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests", abstract: "List requests for more time, oldest first: what to answer with grant or refuse.")

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
        for one in requests {
            let days = output.words("\(one.days) \(one.days == 1 ? "day" : "days")", "\(one.days) 天")
            let age = Age.shown(since: one.givenAt, now: Edge.clock(), output)
            output.line(
                "\(one.number ?? one.ticket)  \(one.author)  \(days)  \(Self.state(one.state, output))  "
                    + output.words("due \(Moment.shown(one.dueAt)), asked \(age) ago", "现时限 \(Moment.shown(one.dueAt))，\(age)前申请")
            )
            if let words = one.words { output.wrapped(words.clipped(200), indent: 4) }
            if let answer = one.answer { output.wrapped("\(one.decidedBy ?? "-"): \(answer.clipped(200))", indent: 4) }
        }
        output.say("\(requests.count) requests", "共 \(requests.count) 项申请")
    }

    private static func state(_ word: String, _ output: Output) -> String {
        output.words(word, RequestState(rawValue: word)?.chinese ?? word)
    }
}

/// Says yes to a request.
struct Grant: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Grant the request that waits on a ticket: its due date moves.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: "Fewer or more days than were asked for.")
    var days: Int?
    @Option(help: "Why, in words that the worker reads.")
    var reason: String?

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        try await centre.act(
            .answer(ticket: ticket, isGranted: true, days: days, words: reason, by: try author.author()), output)
    }
}

/// Says no to a request.
struct Refuse: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Refuse the request that waits on a ticket: its due date stays.")

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
