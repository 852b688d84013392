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
        if output.json {
            output.data(report)
        } else {
            let heading = output.words(
                "GRID NAME WHAT TASK STATE PERSON COUNT LAST FINDING", "网格 名称 结果 任务 状态 责任人 同类件数 最近 发现的问题")
            output.table(heading.split(separator: " ").map(String.init), report.lines.map { Self.row($0, output) })
        }
        output.say(
            "\(report.made) made; \(report.tasks) tasks in all, \(report.doneCount) done, \(report.foundCount) with a finding.",
            "新建 \(report.made) 项；共 \(report.tasks) 项任务，完成 \(report.doneCount) 项，发现问题 \(report.foundCount) 项。")
        let refused = report.lines.filter { Self.word($0.outcome, output) == nil }
        for line in refused {
            output.say(
                "\(line.grid): \(Explained(line.outcome).english)", "\(line.grid)：\(Explained(line.outcome).chinese)")
        }
        if !refused.isEmpty { throw ExitCode(1) }
    }

    private static func row(_ line: SweepReport.Line, _ output: Output) -> [String] {
        let day = line.lastAt.map { String(Moment.shown($0).prefix(10)) }
        return [
            line.grid, line.name.clipped(20), word(line.outcome, output) ?? output.words("refused", "被拒"), line.task ?? "-",
            line.state.map { StateName.shown($0, output) } ?? "-", line.person ?? "-", line.count == 0 ? "-" : "\(line.count)",
            day ?? "-", line.finding?.clipped(40) ?? "-",
        ]
    }

    /// What became of a grid's task; nil = a reason's code, it was refused.
    private static func word(_ outcome: String, _ output: Output) -> String? {
        switch outcome {
        case "made": output.words("made", "新派")
        case "known": output.words("known", "已有")
        case "planned": output.words("planned", "拟派")
        default: nil
        }
    }
}
