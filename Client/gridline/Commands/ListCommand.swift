import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct ListCommand: Action {
    static let configuration = CommandConfiguration(commandName: "list", abstract: Say.listHelp.launch)
    @Option(help: Say.stateOption.help) var state: [TicketState] = []
    @Flag(help: Say.mineOption.help) var mine = false
    @Flag(help: Say.allOption.help) var all = false
    @Option(help: Say.searchOption.help) var search: String?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replica()
        let person = try replica.identity().person
        let filter = TicketFilter(
            states: Set(state), assignee: mine ? person : nil, text: search,
            includesFinal: all || !state.isEmpty)
        let tickets = try replica.tickets(filter)
        if context.console.json {
            context.console.out(.array(tickets.map(\.json)))
        } else {
            context.console.out(
                Self.listing(tickets, of: person, now: try context.now(of: replica), context.console.language),
                empty: Say.noTickets)
        }
        return .done
    }

    /// The table: number, state and deadline whole, the title cut where there is no room.
    static func listing(_ tickets: [TicketSummary], of person: String, now: Milliseconds, _ language: Language) -> Listing {
        var listing = Listing(columns: [
            .init(title: "#", alignRight: true), .init(title: Say.number.text(language)),
            .init(title: Say.state.text(language)), .init(title: Say.due.text(language)),
            .init(title: Say.title.text(language), least: 12), .init(title: Say.mark.text(language), least: 8),
        ])
        for summary in tickets {
            let ticket = summary.ticket
            let isOverdue = summary.isOverdue(now: now)
            let marks = (isOverdue ? [Say.overdue] : []) + summary.marks(for: person)
            listing.rows.append([
                .init("\(summary.localNumber)"), .init(summary.number ?? "-"),
                .init(ticket.state.words.text(language), ticket.state.style),
                .init(ticket[.dueAt].int.map { ShanghaiTime($0).short } ?? "-", isOverdue ? .bad : nil),
                .init(ticket[.title].string ?? ""),
                .init(marks.map { $0.text(language) }.joined(separator: ", "), marks.isEmpty ? nil : .attention),
            ])
        }
        return listing
    }
}

extension TicketState: ExpressibleByArgument {}
