import ArgumentParser
import Queue
import Tickets

/// Brings a ticket to a step of the city's ladder.
struct Escalate: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring a ticket to the next step of the city's ladder: a joint meeting, a supervision order, a task force.",
        discussion: """
            The step below must have failed: record that with conclude. The clock runs on; only a decision with --due moves it, and \
            why-due shows it on both sides. A step that the profile restricts is for supervisors alone. Each --unit owes a first word \
            (urge, note, report-in) by a clock of its own until the step ends; supervision counts what they did.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: ArgumentHelp("Which step, as ladder lists them.", valueName: "code"))
    var step: String
    @Option(help: ArgumentHelp("Who took part; may be given several times.", valueName: "name"))
    var member: [String] = []
    @Option(
        help: ArgumentHelp(
            "A unit that supervises the ticket together with the others; may be given several times.", valueName: "unit"))
    var unit: [String] = []
    @Option(help: "What was decided.")
    var decision: String
    @Option(help: ArgumentHelp("Until when, if that was decided, YYYY-MM-DD.", valueName: "day"))
    var due: String?
    @Option(help: "Why it came to that.")
    var reason: String

    func validate() throws {
        if member.isEmpty && unit.isEmpty { throw ValidationError("Name at least one --member.") }
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let order = EscalationOrder(
            ticket: ticket, step: step, members: (member + unit).joined(separator: ","), decision: decision, due: due,
            reason: reason, units: unit)
        try await centre.act(.escalate(order, by: try author.author()), output)
    }
}

/// Says how the step at which a ticket stands ended.
struct Conclude: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record how the step of the ladder at which a ticket stands ended: the next one needs its failure.",
        discussion: """
            Before anybody escalated it a ticket stands at the lowest step, its ordinary handling. A leader may settle any step on the \
            spot, the lowest one too.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Flag(help: "It did not settle the matter.")
    var failed = false
    @Flag(help: "It did.")
    var settled = false
    @Option(help: ArgumentHelp("A leader settled it on the spot: which one.", valueName: "person"))
    var onTheSpot: String?
    @Option(help: "What came of it.")
    var reason: String

    func validate() throws {
        if [failed, settled, onTheSpot != nil].count(where: { $0 }) != 1 {
            throw ValidationError("Say --failed, --settled or --on-the-spot.")
        }
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let outcome: StepOutcome = failed ? .failed : settled ? .settled : .onTheSpot
        let order = ConclusionOrder(ticket: ticket, outcome: outcome, leader: onTheSpot, words: reason)
        try await centre.act(.conclude(order, by: try author.author()), output)
    }
}

/// Shows the ladder and what stands on it.
struct Ladder: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the city's ladder and the tickets on it, the longest first; or each step that one ticket was brought to.",
        discussion: "Restricted steps are shown to supervisors alone: name one with --as.")

    @OptionGroup var common: CommonOptions
    @Option(name: .customLong("as"), help: ArgumentHelp("Who reads it; else nobody in particular.", valueName: "person"))
    var reader: String?
    @Argument(help: "Official number or UUID.")
    var ticket: String?
    @Option(help: "Rows at most.")
    var limit: Int = 1000

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        guard case .ladder(let report) = try await centre.run(.ladder(ticket: ticket, limit: limit, for: reader)) else {
            throw OperationProblem.strangeAnswer
        }
        guard !output.json else { return output.data(report) }
        if ticket == nil {
            for (index, step) in report.ladder.enumerated() {
                let mark = step.isRestricted ? output.words(" (supervisors alone)", "（仅督办员）") : ""
                let least = step.unitsLeast
                let units = least > 0 ? output.words(" (at least \(least) units supervise)", "（至少 \(least) 个单位联合督办）") : ""
                output.line("\(index + 1)  \(step.code)  \(output.words(step.english, step.chinese))\(mark)\(units)")
            }
            if !report.steps.isEmpty { output.line("") }
        }
        for step in report.steps {
            let due = output.words("due \(Moment.shown(step.dueAt))", "时限 \(Moment.shown(step.dueAt))")
            output.line("\(step.number ?? step.ticket)  \(Moment.shown(step.at))  \(due)")
            output.wrapped(output.words(step.english, step.chinese), indent: 4)
        }
        output.say("\(report.steps.count) steps", "共 \(report.steps.count) 级")
    }
}
