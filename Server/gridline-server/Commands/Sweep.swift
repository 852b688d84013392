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
        if let grids, grids != "like" { question.grids = grids.listed }
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
            let names = try await Names(of: report.lines.flatMap { [$0.grid, $0.person] }, from: centre, output)
            let heading = output.words("GRID TASK STATE WHAT", "网格 任务 状态 结果")
            output.table(
                heading.split(separator: " ").map(String.init),
                report.lines.map { line in
                    let state = line.state.map { StateName.shown($0, output) } ?? "-"
                    let what = Self.word(line.outcome, output) ?? output.words("refused", "被拒")
                    return [names.grid(line.grid), line.task ?? "-", state, what]
                }, below: report.lines.map { Self.more($0, names, output) })
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

    /// Who has it, why the grid is among them, what was found.
    private static func more(_ line: SweepReport.Line, _ names: Names, _ output: Output) -> String {
        var parts = [line.person.map { names.person($0) } ?? output.words("nobody has it", "尚无责任人")]
        if line.count > 0 { parts.append(output.words("\(line.count) of the category", "同类 \(line.count) 件")) }
        if let last = line.lastAt.map({ Moment.shown($0).prefix(10) }) {
            parts.append(output.words("last \(last)", "最近 \(last)"))
        }
        if let finding = line.finding { parts.append(output.words("found: \(finding)", "发现：\(finding)").clipped(300)) }
        return parts.joined(separator: output.words(", ", "，"))
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
