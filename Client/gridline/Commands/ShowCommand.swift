import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct ShowCommand: Action {
    static let configuration = CommandConfiguration(commandName: "show", abstract: Say.showHelp.launch)
    @Argument(help: Say.ticketArgument.help) var ticket: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replica()
        let detail = try replica.ticketDetail(replica.resolve(reference: ticket))
        let view = TicketView(
            detail: detail, language: context.console.language, now: try context.now(of: replica),
            personName: { (try? replica.name(ofPerson: $0)) ?? $0 }, gridName: { (try? replica.name(ofGrid: $0)) ?? $0 })
        if context.console.json {
            context.console.out(view.json)
        } else {
            context.console.out(view.lines(on: context.console))
        }
        return .done
    }
}
