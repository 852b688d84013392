import ArgumentParser
import Screen
import SyncProtocol
import Tickets

struct RulesCommand: Action {
    static let configuration = CommandConfiguration(commandName: "rules", abstract: Say.rulesHelp.launch)
    @Option(help: Say.rulesCommandOption.help) var command: CommandKind?
    @Option(help: Say.rulesStateOption.help) var state: TicketState?
    @Option(help: Say.rulesRelationOption.help) var relation: Relation?
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let console = context.console
        let extract = RulesExtract(command: command, state: state, relation: relation)
        if console.json {
            console.out(extract.json)
        } else if extract.lines.isEmpty {
            console.talk(Say.rulesOfRetract)
        } else {
            let language: PageLanguage = console.language == .zh ? .zh : .en
            console.out(
                RulesPage(extract, language: language, width: min(console.width ?? 80, 100), measure: console.measure).lines)
        }
        return .done
    }
}

extension RulesExtract {
    var json: JSON {
        [
            "release": .count(Rules.release),
            "matrix": .array(
                lines.map { line -> JSON in
                    [
                        "command": .text(line.command.rawValue), "state": .optional(line.state?.rawValue),
                        "relation": .text(line.relation.rawValue), "verdict": .text(line.verdict),
                        "reason": .optional(line.reason?.rawValue), "to": .optional(line.cell.to?.rawValue),
                        "words": .bool(line.cell.keepsWords),
                    ]
                }),
            "columns": .array(
                columns.map { line -> JSON in
                    [
                        "column": .text(line.column.rawValue), "rule": .text(line.rule.rawValue), "group": .optional(line.group),
                        "may": .text(line.may.rawValue),
                    ]
                }),
            "reasons": .array(
                reasons.map { reason -> JSON in
                    ["code": .text(reason.rawValue), "zh": .text(reason.chinese), "en": .text(reason.english)]
                }),
        ]
    }
}

extension CommandKind: ExpressibleByArgument {}
extension Relation: ExpressibleByArgument {}
