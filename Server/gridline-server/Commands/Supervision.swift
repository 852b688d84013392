import ArgumentParser
import Queue
import Tickets

/// Counts what the units that were set over tickets did.
struct Supervision: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count what the units that supervise tickets did: first word in time or late, urged, guided, reported.",
        discussion: """
            One line for each unit; with --explain every ticket behind it. Units are counted, persons never. Counted are units set over a \
            ticket by dispatch --supervisor and by escalate --unit, asked for from --since to --until, both days included.
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Only this unit.")
    var unit: String?
    @OptionGroup var days: DaysOptions
    @Flag(help: "Also every case that was counted.")
    var explain = false

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let stretch = try days.stretch()
        let question = SupervisionQuestion(
            unit: unit, since: stretch.since, until: stretch.until, withCases: explain, now: Edge.clock())
        guard case .supervision(let report) = try await centre.run(.supervision(question)) else {
            throw OperationProblem.strangeAnswer
        }
        if output.json { return output.data(report) }
        let names = try await Names(of: report.units.map(\.unit), from: centre, output)
        let heading = output.words(
            "ASKED IN-TIME LATE OPEN FELL-AWAY PERCENT URGED GUIDED REPORTED", "督办件 按时 逾期 进行中 不再需要 按时率 催办 指导 报告")
        output.table(
            heading.split(separator: " ").map(String.init),
            report.units.map { line in
                [line.asked, line.inTime, line.late, line.open, line.fellAway].map(String.init)
                    + [line.percent.map { "\($0) %" } ?? "-"]
                    + [line.urged, line.guided, line.reported].map(String.init)
            }, above: report.units.map { names.unit($0.unit) })
        guard explain, !report.cases.isEmpty else { return }
        output.line("")
        let columns = output.words("TICKET ROLE STANDING UNIT", "工单 督办 结果 单位")
        output.table(
            columns.split(separator: " ").map(String.init),
            report.cases.map { one in
                let role = output.words(one.role, PartRole(rawValue: one.role)?.chinese ?? one.role)
                return [one.ticket, role, Self.words(one.standing, output), names.unit(one.unit)]
            }, below: report.cases.map { Self.times($0, output) })
    }

    /// When it was asked, when its first word was due, when that came, when it reported.
    private static func times(_ one: SupervisionReport.Case, _ output: Output) -> String {
        let times = [
            (output.words("asked", "通知"), one.askedAt), (output.words("due", "时限"), one.dueAt),
            (output.words("first word", "首次"), one.firstAt), (output.words("reported", "报告"), one.reportedAt),
        ]
        return times.compactMap { name, at in at.map { "\(name) \(Moment.shown($0))" } }.joined(
            separator: output.words(", ", "，"))
    }

    private static func words(_ standing: String, _ output: Output) -> String {
        switch standing {
        case "in-time": output.words("in time", "按时")
        case "late": output.words("late", "逾期")
        case "open": output.words("open", "进行中")
        case "fell-away": output.words("fell away", "不再需要")
        default: standing
        }
    }
}

/// A stretch of days.
struct DaysOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The first day, YYYY-MM-DD; else the first of all.", valueName: "day"))
    var since: String?
    @Option(help: ArgumentHelp("The last day, YYYY-MM-DD; else today.", valueName: "day"))
    var until: String?

    /// From the beginning of the first day to the end of the last, exclusive; milliseconds since 1970 UTC.
    func stretch() throws -> (since: Milliseconds, until: Milliseconds) {
        let (first, last) = (since.flatMap { Day(text: $0) }, until.flatMap { Day(text: $0) })
        guard (first == nil) == (since == nil) else { throw ValidationError("--since is no day; write it as 2026-09-30.") }
        guard (last == nil) == (until == nil) else { throw ValidationError("--until is no day; write it as 2026-09-30.") }
        return (first?.start ?? 0, last?.next.start ?? Edge.clock() + 1)
    }
}
