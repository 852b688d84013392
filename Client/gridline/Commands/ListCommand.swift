import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct ListCommand: Action {
    static let configuration = CommandConfiguration(commandName: "list", abstract: Say.listHelp.launch)
    @Option(help: Say.dueOption.help) var due: DueChoice?
    @Option(help: Say.searchOption.help) var search: String?
    @Option(help: Say.gridOption.help) var grid: String?
    @Option(name: [.long, .customLong("state")], help: Say.stateOption.help) var status: [TicketState] = []
    @Flag(help: Say.mineOption.help) var mine = false
    @Flag(help: Say.tasksOption.help) var tasks = false
    @Flag(help: Say.allOption.help) var all = false
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        try Self.run(in: context, searched: search != nil, filter: filter(person:now:), emptyWords: emptyWords)
    }

    /// Without options.
    static func plain(_ context: Context) throws -> ExitStatus {
        try run(in: context, searched: false, filter: { _, _ in TicketFilter(includesFinal: false) }) { replica in
            let count = try replica.ticketCount()
            return count > 0 ? Say.onlyFinalTickets("\(count)") : Say.noTickets
        }
    }

    private static func run(
        in context: Context, searched: Bool, filter: (_ person: String, _ now: Milliseconds) throws -> TicketFilter,
        emptyWords: (Replica) throws -> Words
    ) throws -> ExitStatus {
        let replica = try context.replicaToRead()
        let person = try replica.identity().person
        let now = try context.now(of: replica)
        let found = try replica.search(try filter(person, now))
        let console = context.console
        if console.json {
            console.out(.array(found.map { $0.json(searched: searched) }))
        } else if found.isEmpty {
            console.talk(try emptyWords(replica))
        } else {
            console.out(listing(found, of: person, now: now, console.language), empty: Say.noTickets)
            console.talk(totals(found.map(\.summary), now: now))
        }
        return .done
    }

    /// What the options say, all of them together.
    func filter(person: String, now: Milliseconds) throws -> TicketFilter {
        let words = (search ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count <= Replica.searchWordsMax else { throw Failure.tooManyWords }
        return TicketFilter(
            states: Set(status), assignee: mine ? person : nil, grid: grid, due: due?.filter(now: now), words: words,
            includesFinal: all || !status.isEmpty, onlyTasks: tasks)
    }

    /// Nothing to show: because nothing is here, or because nothing is like that.
    private func emptyWords(in replica: Replica) throws -> Words {
        let count = try replica.ticketCount()
        guard count > 0 else { return Say.noTickets }
        let options = [
            due.map { "--due \($0.typed)" }, search.map { "--search \($0)" }, grid.map { "--grid \($0)" },
            status.isEmpty ? nil : status.map { "--status \($0.rawValue)" }.joined(separator: " "), mine ? "--mine" : nil,
            tasks ? "--tasks" : nil,
        ].compactMap { $0 }.joined(separator: " ")
        if options.isEmpty { return Say.onlyFinalTickets("\(count)") }
        return all || !status.isEmpty ? Say.noMatch(options, "\(count)") : Say.noOpenMatch(options, "\(count)")
    }

    /// One line that sums the list up.
    static func totals(_ tickets: [TicketSummary], now: Milliseconds) -> Words {
        let today = ShanghaiTime(now).midnight
        let parts: [(Int, Words)] = [
            (tickets.count { $0.ticket.isTask }, Say.totalTasks),
            (tickets.count { $0.isOverdue(now: now) }, Say.totalOverdue),
            (
                tickets.count { ticket in
                    ticket.nextDue.map { (max(now, today)..<today &+ 86_400_000).contains($0) } ?? false
                }, Say.totalToday
            ),
            (tickets.count { $0.pendingCount > 0 }, Say.totalPending), (tickets.count { $0.heldCount > 0 }, Say.totalHeld),
        ]
        let shown = [Say.totalTickets("\(tickets.count)")] + parts.filter { $0.0 > 0 }.map { $0.1("\($0.0)") }
        return Words(
            shown.map(\.english).joined(separator: ", ") + ".", shown.map(\.chinese).joined(separator: "，") + "。")
    }

    /// The table: number, state and deadline whole, the title cut where there is no room.
    static func listing(_ found: [FoundTicket], of person: String, now: Milliseconds, _ language: Language) -> Listing {
        var listing = Listing(columns: [
            .init(title: "#", alignRight: true), .init(title: Say.number.text(language)),
            .init(title: Say.state.text(language), least: 10), .init(title: Say.due.text(language)),
            .init(title: Say.title.text(language), least: 12), .init(title: Say.hit.text(language), least: 12),
            .init(title: Say.mark.text(language), least: 8),
        ])
        for one in found {
            let summary = one.summary
            let ticket = summary.ticket
            let isOverdue = summary.isOverdue(now: now)
            let marks = (isOverdue ? [Say.overdue] : []) + summary.marks(for: person)
            listing.rows.append([
                .init("\(summary.localNumber)"), .init(summary.number ?? "-"),
                .init(ticket.state.words.text(language), ticket.state.style),
                .init(summary.nextDue.map { ShanghaiTime($0).short } ?? "-", isOverdue ? .bad : nil),
                .init(ticket[.title].string ?? ""),
                .init(one.hits.map { $0.text(language) }.joined(separator: Say.semicolon.text(language))),
                .init(
                    marks.map { $0.text(language) }.joined(separator: Say.comma.text(language)), marks.isEmpty ? nil : .attention),
            ])
        }
        return found.allSatisfy(\.hits.isEmpty) ? listing.without(column: 5) : listing
    }
}

extension FoundTicket {
    func json(searched: Bool) -> JSON {
        guard searched, case .object(let members) = summary.json else { return summary.json }
        let hits = hits.map { JSON.object([("field", .text($0.field)), ("excerpt", .text($0.excerpt))]) }
        return .object(members + [("hits", .array(hits))])
    }
}

extension FoundTicket.Hit {
    /// Number and title stand in the table already: there the place alone is enough.
    func text(_ language: Language) -> String {
        let place = fieldWords(field).text(language)
        return ["number", "title"].contains(field) ? place : place + Say.colon.text(language) + excerpt
    }
}
