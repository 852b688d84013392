import ArgumentParser
import Changeset
import ReplicaStore
import Screen
import SyncProtocol
import Tickets

struct ChecklistCommand: Action {
    static let configuration = CommandConfiguration(commandName: "checklist", abstract: Say.checklistHelp.launch)
    @Argument(help: Say.ticketArgument.help, completion: .tickets) var ticket: String
    @Option(name: .customLong("set"), help: Say.checklistSetOption.help) var values: [String] = []
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        let replica = values.isEmpty ? try context.replicaToRead() : try context.replica()
        let id = try context.ticket(ticket, in: replica)
        let detail = try replica.ticketDetail(id)
        let checklist = try replica.checklist(of: detail.summary.ticket)
        guard values.isEmpty else {
            let answers = try values.map { try Self.line($0, checklist, context.console.language) }
            return try context.give(.fill, on: id, ["answers": .text(answers.joined(separator: "\n"))], in: replica)
        }
        let view = ChecklistView(
            detail.summary.ticket, checklist, language: context.console.language, personName: replica.nameOrID,
            item: { try? replica.checklistItem($0) })
        if context.console.json {
            context.console.out(view.json)
        } else if view.isEmpty {
            context.console.talk(Say.noChecklist)
        } else {
            context.console.out(view.lines(on: context.console))
        }
        return .done
    }

    /// `CODE=VALUE` with yes and no in one spelling. What the item does not take goes on as it is: the rules say what is wrong.
    private static func line(_ text: String, _ checklist: Checklist?, _ language: Language) throws -> String {
        guard let mark = text.firstIndex(of: "="), mark != text.startIndex, !text.contains(where: \.isNewline) else {
            throw ValidationError(Say.noAnswer(text).text(language))
        }
        let (code, value) = (String(text[..<mark]), String(text[text.index(after: mark)...]))
        let item = checklist?.items.first { $0.code == code }
        return "\(code)=\(item?.accepted(value) ?? value)"
    }
}

/// The checklist of one ticket: what is asked for, what was filled in, what is missing.
struct ChecklistView {
    private let lines: [FilledItem]
    private let language: Language
    private let personName: (String) -> String

    init(
        _ ticket: Ticket, _ checklist: Checklist?, language: Language, personName: @escaping (String) -> String,
        item: (String) -> ChecklistItem?
    ) {
        self.language = language
        self.personName = personName
        let asked = checklist ?? Checklist([], of: ticket, refusesGaps: false)
        lines = asked.lines(on: ticket, known: item)
    }

    var isEmpty: Bool { lines.isEmpty }

    func lines(on console: Console) -> [String] {
        lines.flatMap { line in
            let title = line.item.map { Words($0.english ?? $0.chinese, $0.chinese).text(language) }
            let head = [line.code, title].compactMap { $0 }.joined(separator: "  ")
            let style: Style? = line.isMissing ? .attention : line.isDisputed ? .bad : nil
            let said = wrapped(said(line), console).map { style?.applied(to: $0, colour: console.colour) ?? $0 }
            return wrapped(head, console).enumerated().map { $0 == 0 ? $1 : "    " + $1 } + said.map { "    " + $0 }
        }
    }

    private func wrapped(_ text: String, _ console: Console) -> [String] {
        console.measure.wrapped(printable(text), to: console.width.map { max(20, $0 - 4) } ?? Int.max)
    }

    private func said(_ line: FilledItem) -> String {
        let filled = line.answers.filter { $0.value != nil || line.answers.count > 1 }
        if filled.isEmpty {
            guard line.isMissing else { return Say.notFilled.text(language) }
            return Say.requiredItem(line.item?.reason ?? "").text(language)
        }
        let told = filled.map { "\(shown($0.value, line.item)) (\(personName($0.author)) \(ShanghaiTime($0.filledAt).short))" }
        let mark = line.isDisputed ? [Say.answersDiffer.text(language)] : []
        return (told + mark).joined(separator: Say.comma.text(language))
    }

    private func shown(_ value: String?, _ item: ChecklistItem?) -> String {
        guard let value else { return Say.cleared.text(language) }
        guard item?.kind == .yesNo else { return value }
        return value == "yes" ? Say.yes.text(language) : value == "no" ? Say.no.text(language) : value
    }

    var json: JSON {
        .array(
            lines.map { line in
                [
                    "code": .text(line.code), "chinese": .optional(line.item?.chinese), "english": .optional(line.item?.english),
                    "kind": .optional(line.item?.kind.rawValue), "required": .bool(line.isRequired),
                    "reason": .optional(line.item?.reason), "missing": .bool(line.isMissing), "differ": .bool(line.isDisputed),
                    "answers": .array(
                        line.answers.map {
                            [
                                "value": .optional($0.value), "author": .text($0.author), "filled_at": .time($0.filledAt),
                                "command": .text($0.command.description),
                            ]
                        }),
                ]
            })
    }
}
