import ArgumentParser
import Queue

/// Lists the central queue.
struct ListQueue: CentreCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "List the central queue, most urgent first.")

    @OptionGroup var common: CommonOptions
    @Option(help: "received, awaiting-dispatch, dispatched, awaiting-handling, handled, closed, withdrawn, returned, merged.")
    var state: String?
    @Option(help: "Only this grid.")
    var grid: String?
    @Option(help: "Only this responsible person.")
    var assignee: String?
    @Flag(help: "The handover diaries alone.")
    var diaries = false
    @Option(help: "Rows at most.")
    var limit: Int = 100

    func run(_ centre: any OperationRunner, _ output: Output) async throws {
        let question = QueueQuestion(state: state, grid: grid, assignee: assignee, diaries: diaries, limit: limit)
        guard case .tickets(let lines) = try await centre.run(.queue(question)) else { throw OperationProblem.strangeAnswer }
        if output.json {
            output.data(lines)
        } else {
            let heading = output.words("NUMBER STATE DUE ASSIGNEE GRID HELD TITLE", "编号 状态 时限 责任人 网格 待裁定 标题")
            output.table(
                heading.split(separator: " ").map(String.init),
                lines.map { line in
                    [
                        line.number ?? String(line.id.prefix(8)), StateName.shown(line.state, output), Moment.shown(line.dueAt),
                        line.assignee ?? "-", line.grid ?? "-", line.heldCount == 0 ? "-" : "\(line.heldCount)",
                        line.title.clipped(40),
                    ]
                })
        }
    }
}
