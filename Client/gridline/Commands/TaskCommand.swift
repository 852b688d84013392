import ArgumentParser
import Changeset
import ReplicaStore
import SyncProtocol
import Tickets

struct TaskCommand: Action {
    static let configuration = CommandConfiguration(commandName: "task", abstract: Say.taskHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @Option(help: Say.taskDoneOption.help) var done: String?
    @Option(help: Say.taskFoundOption.help) var found: String?
    @Option(help: Say.taskReportOption.help) var report: String?
    @OptionGroup var common: CommonOptions

    /// A task goes the way of every ticket: what is still missing of that way is given here, in its order, each a command of its own.
    func run(in context: Context) throws -> ExitStatus {
        func mistake(_ words: Words) -> ValidationError { ValidationError(words.text(context.console.language)) }
        guard let words = try context.text(done ?? found), done == nil || found == nil else { throw mistake(Say.taskOneOf) }
        guard report == nil || found != nil else { throw mistake(Say.taskReportNeedsFinding) }
        let replica = try context.replica()
        let id = try context.ticket(ticket, in: replica)
        let summary = try replica.ticketDetail(id).summary
        let task = summary.ticket
        guard task.isTask else { throw mistake(Say.noTask(ticketLabel(summary.localNumber, summary.number))) }
        // Where it cannot be finished any more, the rules say why before anything is written, or reported a second time.
        guard task.state == .dispatched || task.state == .awaitingHandling else {
            return try context.give(.resolve, on: id, ["body": .text(words)], in: replica)
        }
        if let checklist = try replica.checklist(of: task), checklist.refusesGaps, let gap = checklist.gaps(on: task).first {
            throw ReplicaError.refused(.checklistOpen, fault: ArgumentFault(gap.code, .missing))
        }
        if task.state == .dispatched { _ = try context.give(.accept, on: id, [:], in: replica) }
        if found != nil { _ = try context.give(.edit, on: id, ["finding": .text(words)], in: replica) }
        if let report {
            let title = try context.text(report) ?? report
            var arguments: [String: Value] = [
                "title": .text(title), "description": .text(words),
                "descent": .text(Descent(from: id, number: summary.number, words: task[.title].string).text),
            ]
            for column in [TicketColumn.category, .grid, .location] where task[column] != .null {
                arguments[column.rawValue] = task[column]
            }
            _ = try context.give(.report, on: nil, arguments, in: replica)
        }
        return try context.give(.resolve, on: id, ["body": .text(words)], in: replica)
    }
}
