import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct WhyDueCommand: Action {
    static let configuration = CommandConfiguration(commandName: "why-due", abstract: Say.whyDueHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replica()
        let ticket = try replica.ticketDetail(try context.ticket(ticket, in: replica)).summary.ticket
        let lines = try replica.rulesInForce().whyDue(ticket) { (try? replica.name(ofUnit: $0)) ?? $0 }
        let console = context.console
        if console.json {
            console.out([
                "ticket": .text(ticket.id.description), "number": .optional(ticket.number), "due_at": .time(ticket[.dueAt].int),
                "lines": .array(lines.map { ["english": .text($0.english), "chinese": .text($0.chinese)] }),
            ])
        } else {
            console.out(lines.map { console.wrapped(Words($0.english, $0.chinese).text(console.language)) })
        }
        return .done
    }
}
