import ArgumentParser
import ReplicaStore
import SyncProtocol
import Tickets

struct RescueCommand: Action {
    static let configuration = CommandConfiguration(commandName: "rescue", abstract: Say.rescueHelp.launch)
    @Argument(help: Say.fileArgument.help) var file: String
    @Flag(help: Say.takeInOption.help) var takeIn = false
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let report = try context.console.working(Say.rescuing) { _ in try Replica.rescue(file: file) }
        let taken = takeIn ? try context.replica().takeIn(report.commands, at: context.device.now()) : nil
        let console = context.console
        if console.json {
            console.out(json(report, taken: taken))
        } else {
            console.out(listing(report.commands, console.language), empty: Say.noCommands)
            let unsentCount = report.commands.count { $0.isUnsent }
            console.talk(Say.rescued("\(report.commands.count)", "\(unsentCount)"))
            if report.damagedCount > 0 || !report.missingOrdinals.isEmpty {
                console.talk(Say.rescueLosses("\(report.damagedCount)", "\(report.missingOrdinals.count)"), .attention)
            }
            if let taken { console.talk(Say.takenIn("\(taken)")) }
        }
        return .done
    }

    private func listing(_ commands: [RescuedCommand], _ language: Language) -> Listing {
        var listing = Listing(columns: [
            .init(title: Say.time.text(language)), .init(title: Say.ticket.text(language)),
            .init(title: Say.command.text(language)), .init(title: Say.standing.text(language)),
            .init(title: Say.content.text(language), least: 10),
        ])
        for command in commands {
            let content = command.arguments.sorted { $0.key < $1.key }.map { name, value in
                name == "body" ? shown(value) : "\(fieldWords(name).text(language))=\(masked(name, value))"
            }
            listing.rows.append([
                .init(ShanghaiTime(command.givenAt).short), .init(String(command.ticket.description.prefix(8))),
                .init(commandWords(command.kind).text(language)), .init(standing(of: command).text(language)),
                .init(content.joined(separator: ", ")),
            ])
        }
        return listing
    }

    private func standing(of command: RescuedCommand) -> Words {
        if command.wasTakenBack { return Say.takenBackStanding }
        if let verdict = command.verdict { return verdict.words }
        return command.wasOffered ? Say.offered : Say.onlyHere
    }

    /// Without the sealed bytes: they have a citizen's data unmasked, and --take-in carries them where they belong.
    private func json(_ report: RescueReport, taken: Int?) -> JSON {
        [
            "owner": report.owner.map {
                ["replica": .text($0.replica.description), "person": .text($0.person), "server": .text($0.server)]
            } ?? .null,
            "commands": .array(
                report.commands.map { command in
                    [
                        "ordinal": .int(command.ordinal), "command": .text(command.id.description), "kind": .text(command.kind),
                        "ticket": .text(command.ticket.description), "given_at": .time(command.givenAt),
                        "arguments": .object(
                            command.arguments.sorted { $0.key < $1.key }.map { ($0, .text(masked($0, $1))) }),
                        "offered": .bool(command.wasOffered), "taken_back": .bool(command.wasTakenBack),
                        "verdict": .optional(command.verdict?.rawValue), "unsent": .bool(command.isUnsent),
                    ]
                }),
            "missing_ordinals": .array(report.missingOrdinals.map { .int($0) }), "damaged": .count(report.damagedCount),
            "pages": .count(report.pageCount), "taken_in": taken.map { .count($0) } ?? .null,
        ]
    }
}
