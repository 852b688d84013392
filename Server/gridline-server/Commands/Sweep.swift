import ArgumentParser
import Queue
import Tickets

/// One closed ticket becomes tasks over other grids.
struct Sweep: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make one task for each grid from a closed ticket, or show how far they are.",
        discussion: """
            With --grids like they go to the grids that had the same category within a year; each line says how often, and when last. \
            Given again, it makes nothing twice. Without --grids it shows the tasks of the ticket and what was found.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var author: AuthorOption
    @Argument(help: "Official number or UUID.")
    var ticket: String
    @Option(help: "like, or grids with commas between.")
    var grids: String?
    @Option(help: "Of like: days back that count.")
    var days: Int = 365
    @Option(help: "task-report, task-publicity, task-inspection or task-service.")
    var kind: String = TicketKind.inspectionTask.rawValue
    @Option(help: ArgumentHelp("The last day for it, YYYY-MM-DD.", valueName: "day"))
    var due: String?
    @Option(help: "Why, in words that the workers read.")
    var reason: String?
    @Flag(help: "Show which grids and why, make nothing.")
    var dryRun = false

    func validate() throws {
        guard grids == nil || reason != nil else { throw ValidationError("Say why with --reason.") }
        guard (1...36_500).contains(days) else { throw ValidationError("--days is from 1 to 36500.") }
    }

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        var question = SweepQuestion(
            ticket: ticket, grids: nil, isLook: grids == nil, isDryRun: dryRun,
            since: Edge.clock() - Int64(days) * 86_400_000, kind: kind, reason: reason ?? "")
        if let grids, grids != "like" { question.grids = grids.split(separator: ",").map { String($0.drop { $0 == " " }) } }
        if let due {
            guard let day = Day(text: due) else { throw ValidationError("--due is no day; write it as 2026-09-30.") }
            question.dueAt = day.end
        }
        let person = question.isLook || dryRun ? nil : try author.author()
        guard case .swept(let report) = try await centre.run(.sweep(question, by: person)) else {
            throw OperationProblem.strangeAnswer
        }
        if output.json { return output.data(report) }
        for line in report.lines { output.line(Self.shown(line, report, output)) }
        output.say(
            "\(report.made) made; \(report.tasks) tasks in all, \(report.doneCount) done, \(report.foundCount) with a finding.",
            "新建 \(report.made) 项；共 \(report.tasks) 项任务，完成 \(report.doneCount) 项，发现问题 \(report.foundCount) 项。")
    }

    private static func shown(_ line: SweepReport.Line, _ report: SweepReport, _ output: Output) -> String {
        let category = report.category ?? "-"
        let why =
            line.count == 0
            ? output.words("named by hand", "指定")
            : output.words(
                "\(line.count) of category \(category), the last on \(Moment.shown(line.lastAt))",
                "分类 \(category) 共 \(line.count) 件，最近 \(Moment.shown(line.lastAt))")
        let task = [line.task, line.state.map { StateName.shown($0, output) }].compactMap { $0 }.joined(separator: " ")
        let person = line.person ?? output.words("nobody works there", "无人可派")
        let finding = line.finding.map { "  " + $0.clipped(200) } ?? ""
        return "\(line.grid) \(line.name)  \(line.outcome)  \(task)  \(person)  \(why)\(finding)"
    }
}
