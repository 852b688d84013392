import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct LogCommand: Action {
    static let configuration = CommandConfiguration(commandName: "log", abstract: Say.logHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String?
    @Option(help: Say.limitOption.help) var limit = 100
    @Flag(help: Say.elsewhereOption.help) var elsewhere = false
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = try context.replicaToRead()
        if elsewhere { return try showElsewhere(replica, context) }
        let records =
            try ticket.map { try replica.commands(ticket: context.ticket($0, in: replica)) } ?? replica.log(limit: max(1, limit))
        if context.console.json {
            context.console.out(.array(records.map(\.json)))
        } else {
            context.console.out(
                commandListing(records, context.console.language, personName: replica.nameOrID), empty: Say.noCommands)
            let count = try ticket == nil ? replica.verdictsElsewhere().count : 0
            if count > 0 { context.console.talk(Say.elsewhere("\(count)")) }
        }
        return .done
    }

    /// What a phone that was restored has forgotten, and what another device of the same person sent.
    private func showElsewhere(_ replica: Replica, _ context: Context) throws -> ExitStatus {
        let language = context.console.language
        let verdicts = try replica.verdictsElsewhere().suffix(max(1, limit))
        if context.console.json {
            context.console.out(.array(verdicts.map(\.json)))
            return .done
        }
        var listing = Listing(columns: [
            .init(title: Say.command.text(language)), .init(title: Say.time.text(language)),
            .init(title: Say.ticket.text(language), least: 5), .init(title: Say.standing.text(language)),
            .init(title: Say.content.text(language), least: 10),
        ])
        for verdict in verdicts.reversed() {
            let why = verdict.reason == Reason.ok.rawValue ? "" : "[" + reasonWords(verdict.reason).text(language) + "]"
            listing.rows.append([
                .init(String(verdict.command.description.prefix(8))), .init(ShanghaiTime(verdict.occurredAt).short),
                .init(
                    verdict.localNumber.map { ticketLabel($0, verdict.number) } ?? "-",
                    short: verdict.localNumber.map { ticketLabel($0, nil) }),
                .init(verdict.standingWords.text(language)),
                .init((verdict.words + [why]).filter { !$0.isEmpty }.joined(separator: " ")),
            ])
        }
        context.console.out(listing, empty: Say.noneElsewhere)
        return .done
    }
}

/// Commands with their standing; the author's words are cut where there is no room.
func commandListing(
    _ records: [CommandRecord], _ language: Language, namesTicket: Bool = true, personName: (String) -> String
) -> Listing {
    var listing = Listing(columns: [
        .init(title: Say.commandNumber.text(language)), .init(title: Say.time.text(language)),
        .init(title: Say.ticket.text(language), least: 5),
        .init(title: Say.command.text(language)), .init(title: Say.standing.text(language)),
        .init(title: Say.content.text(language), least: 10),
    ])
    for record in records {
        let explanation = record.explanation(personName).map { "[" + $0.text(language) + "]" }
        listing.rows.append([
            .init("\(record.ordinal)"), .init(ShanghaiTime(record.givenAt).short),
            .init(record.ticketName, short: ticketLabel(record.localNumber, nil)),
            .init(commandWords(record.kind).text(language)),
            .init(record.standingWords.text(language), record.standing.style),
            .init([record.contentWords(language), explanation ?? ""].filter { !$0.isEmpty }.joined(separator: " ")),
        ])
    }
    return namesTicket ? listing : listing.without(column: 2)
}
