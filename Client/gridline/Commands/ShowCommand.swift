import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct ShowCommand: Action {
    static let configuration = CommandConfiguration(commandName: "show", abstract: Say.showHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replicaToRead()
        let id = try context.ticket(ticket, in: replica)
        guard let detail = try detail(of: id, in: replica) else { return try showGone(id, in: replica, context.console) }
        let shown = detail.summary.ticket
        let checklist = ChecklistView(
            shown, try replica.checklist(of: shown), language: context.console.language, personName: replica.nameOrID,
            item: { try? replica.checklistItem($0) })
        let view = TicketView(
            detail: detail, person: try replica.identity().person, language: context.console.language,
            now: try context.now(of: replica), personName: replica.nameOrID,
            gridName: { (try? replica.name(ofGrid: $0)) ?? $0 }, unitName: { (try? replica.name(ofUnit: $0)) ?? $0 },
            categoryPath: { (try? replica.category($0))??.path }, ladder: try replica.rulesInForce().profile.ladder,
            holder: try replica.holder(of: id), checklist: checklist,
            conflicts: try replica.conflicts(of: id))
        if context.console.json {
            context.console.out(view.json)
        } else {
            context.console.out(view.lines(on: context.console))
        }
        return .done
    }

    /// Nil where the ticket has left the device.
    private func detail(of id: TicketID, in replica: Replica) throws -> TicketDetail? {
        do { return try replica.ticketDetail(id) } catch ReplicaError.unknownTicket { return nil }
    }

    /// What its person gave on a ticket stays readable when the ticket has left.
    private func showGone(_ id: TicketID, in replica: Replica, _ console: Console) throws -> ExitStatus {
        let records = try replica.commands(ticket: id)
        let conflicts = try replica.conflicts(of: id)
        let person = try replica.identity().person
        if console.json {
            console.out([
                "summary": nil, "ticket": nil, "citizen": nil, "notes": [], "commands": .array(records.map(\.json)),
                "holder": try replica.holder(of: id)?.json ?? .null,
                "conflicts": .array(conflicts.map { $0.json(for: person) }),
            ])
        } else {
            console.talk(Say.withHolder(Say.ticketGone, try replica.holder(of: id)), .attention)
            console.talk(Say.givenOnIt)
            console.out(commandListing(records, console.language, personName: replica.nameOrID), empty: Say.noCommands)
            if !conflicts.isEmpty {
                let listing = conflictListing(
                    conflicts, for: person, console.language, namesTicket: false, personName: replica.nameOrID)
                console.out(listing, empty: Say.noConflicts)
                console.talk(Say.bothValues)
            }
        }
        return .done
    }
}
