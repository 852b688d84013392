import ArgumentParser
import Foundation
import Screen
import Tickets

/// Prints the rules of this release. It needs no store.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Print the rules: what becomes of a command, and why.")

    @OptionGroup var common: CommonOptions
    @Option(help: "Only this command.")
    var command: CommandKind?
    @Option(help: "Only tickets in this state.")
    var state: TicketState?
    @Option(help: "Only authors who stand so to the ticket.")
    var relation: Relation?

    func run() {
        let output = common.output
        let extract = RulesExtract(command: command, state: state, relation: relation)
        if output.json { return output.data(RulesReport(extract)) }
        guard !extract.lines.isEmpty else {
            return output.say(
                "A retraction is judged by what has become of the command that it takes back.", "收回按所收回命令的现状裁决。")
        }
        let style = Speaking.style(output.language, width: Speaking.width)
        for line in RulesPage(extract, language: style.language, width: style.width, measure: style.measure).lines {
            output.line(line)
        }
    }
}

/// The rules as `--json` has them.
private struct RulesReport: Encodable {
    struct Cell: Encodable {
        let command, relation, verdict: String
        let state, reason, to: String?
        let words: Bool
    }
    struct Column: Encodable {
        let column, rule, may: String
        let group: String?
    }
    struct Reason: Encodable { let code, zh, en: String }

    let release: Int
    let matrix: [Cell]
    let columns: [Column]
    let reasons: [Reason]

    init(_ extract: RulesExtract) {
        release = Rules.release
        matrix = extract.lines.map {
            Cell(
                command: $0.command.rawValue, relation: $0.relation.rawValue, verdict: $0.verdict, state: $0.state?.rawValue,
                reason: $0.reason?.rawValue, to: $0.cell.to?.rawValue, words: $0.cell.keepsWords)
        }
        columns = extract.columns.map {
            Column(column: $0.column.rawValue, rule: $0.rule.rawValue, may: $0.may.rawValue, group: $0.group)
        }
        reasons = extract.reasons.map { Reason(code: $0.rawValue, zh: $0.chinese, en: $0.english) }
    }
}

extension CommandKind: ExpressibleByArgument {}
extension TicketState: ExpressibleByArgument {}
extension Relation: ExpressibleByArgument {}
