import ArgumentParser
import Changeset
import ReplicaStore
import Tickets

struct ResolveCommand: Action {
    static let configuration = CommandConfiguration(commandName: "resolve", abstract: Say.resolveHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var words: WordsOptions
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let status = try context.give(.resolve, on: ticket, ["body": .text(try context.words(words))])
        // Where the city only warns.
        let replica = try context.replica()
        let resolved = try replica.ticketDetail(try context.ticket(ticket, in: replica)).summary.ticket
        let gaps = try replica.checklist(of: resolved)?.gaps(on: resolved) ?? []
        if !gaps.isEmpty {
            context.console.talk(Say.checklistGaps(gaps.map(\.code).joined(separator: ", ")), .attention)
        }
        return status
    }
}
