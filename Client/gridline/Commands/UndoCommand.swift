import ArgumentParser
import ReplicaStore
import SyncProtocol

struct UndoCommand: Action {
    static let configuration = CommandConfiguration(commandName: "undo", abstract: Say.undoHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replica()
        let record = try replica.undo(ticket: context.ticket(ticket, in: replica), at: context.device.now())
        guard !context.console.json else {
            context.console.out(record.json)
            return .done
        }
        context.console.out(Say.takenBack(commandWords(record.kind), Words(same: record.ticketName)))
        // The author's words once more: they may want to give them on another ticket.
        let content = record.contentWords(context.console.language)
        if !content.isEmpty { context.console.talk(Say.words(content)) }
        return .done
    }
}
