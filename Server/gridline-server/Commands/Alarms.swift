import ArgumentParser
import Queue
import Tickets

/// Lists what the scheduler raised and still stands.
struct Alarms: CentreCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what is overdue, due soon, or unanswered for too long.",
        discussion: """
            A running serve looks every half minute and raises each once; an alarm goes when its reason is gone. Exit code 1 if \
            anything is overdue.
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Rows at most.")
    var limit: Int = 1000

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let now = Edge.clock()
        guard case .alarms(let alarms) = try await centre.run(.alarms(now: now, limit: limit)) else {
            throw OperationProblem.strangeAnswer
        }
        if output.json {
            output.data(alarms)
        } else {
            let heading = output.words("KIND NUMBER CLOCK DUE ASSIGNEE UNIT STEP SINCE", "类别 编号 时限 到期 责任人 单位 级次 已提示")
            output.table(
                heading.split(separator: " ").map(String.init),
                alarms.map { alarm in
                    [
                        Self.kind(alarm.kind, output), alarm.number ?? alarm.ticket.map { String($0.prefix(8)) } ?? "-",
                        alarm.clock.map { Self.clock($0, output) } ?? alarm.command.map { String($0.prefix(8)) } ?? "-",
                        Moment.shown(alarm.dueAt), alarm.assignee ?? "-", alarm.unit ?? "-",
                        alarm.step.map { output.words($0, alarm.stepName ?? $0) } ?? "-",
                        Age.shown(since: alarm.raisedAt, now: now, output),
                    ]
                })
        }
        output.say("\(alarms.count) alarms", "共 \(alarms.count) 条提示")
        if alarms.contains(where: { $0.kind == "overdue" }) { throw ExitCode(1) }
    }

    private static func kind(_ word: String, _ output: Output) -> String {
        let chinese = ["overdue": "已超时", "due-soon": "即将到期", "undecided": "久未裁定", "unanswered": "久未答复"]
        return output.words(word, chinese[word] ?? word)
    }

    private static func clock(_ word: String, _ output: Output) -> String {
        output.words(word, ClockKind(rawValue: word)?.chinese ?? word)
    }
}
