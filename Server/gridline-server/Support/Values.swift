import Foundation
import Queue
import Screen
import SyncProtocol
import Tickets

/// Values and sides of a ticket as people at the centre read them.
struct Values {
    let output: Output
    /// Who the ids are; left out where no value is shown.
    var names: Names

    init(output: Output, names: Names? = nil) {
        self.output = output
        self.names = names ?? Names(output)
    }

    /// A column's value: times as times, codes and ids by name, nothing as such.
    func shown(_ value: String?, in column: String) -> String {
        guard let value, !value.isEmpty else { return output.words("(empty)", "（空）") }
        if column.hasSuffix("_at"), let time = Int64(value) { return Moment.shown(time) }
        switch column {
        case "state": return StateName.shown(value, output)
        case "kind": return word(value, TicketKind(rawValue: value)?.chinese)
        case "channel": return word(value, Channel(rawValue: value)?.chinese)
        case "origin": return word(value, Origin(rawValue: value)?.chinese)
        case "urgency": return word(value, Urgency(rawValue: value)?.chinese)
        case "confidential": return value == "0" ? output.words("no", "否") : output.words("yes", "是")
        default: return names.value(value, in: column)
        }
    }

    /// What may be ids in a value: it, and if it is a list what stands in that.
    static func ids(in value: String?) -> [String?] {
        guard let value, value.contains(",") else { return [value] }
        return value.listed
    }

    /// What stood at the centre: beside words that were kept it is the state that the ticket had meanwhile.
    func theirs(_ value: String?, in field: String) -> String {
        let isState = TicketColumn(rawValue: field) == nil && value.flatMap(TicketState.init(rawValue:)) != nil
        return shown(value, in: isState ? "state" : field)
    }

    /// A column by its name.
    func column(_ name: String) -> String {
        if name == "helpers" { return output.words(name, "协办人") }
        return word(name, TicketColumn(rawValue: name)?.words.chinese)
    }

    /// The same with what `--set` and `--field` take: `现场发现（finding）`.
    func field(_ name: String) -> String {
        let shown = column(name)
        return shown == name ? name : "\(shown)（\(name)）"
    }

    /// `state → handled, resolved_at → …`, in the order of the columns.
    func changes(_ changed: [String: String?]) -> String {
        let order = TicketColumn.allCases.map(\.rawValue)
        return changed.sorted { (order.firstIndex(of: $0.key) ?? 99, $0.key) < (order.firstIndex(of: $1.key) ?? 99, $1.key) }
            .map { "\(column($0.key)) → \(shown($0.value, in: $0.key))" }.joined(separator: output.words(", ", "，"))
    }

    /// A command by its name; as it is if this release does not know it.
    func command(_ kind: String?) -> String { kind.map { word($0, CommandKind(rawValue: $0)?.words.chinese) } ?? "-" }

    /// A verdict by its name.
    func verdict(_ code: String?) -> String {
        guard let code else { return output.words("parked", "已存") }
        return word(code, Verdict(rawValue: code)?.words.chinese)
    }

    /// Who did it when: where the day it came in is another moment than the one it happened, both.
    func who(_ person: String?, _ at: Int64?, _ receivedAt: Int64?) -> String? {
        guard let person else { return nil }
        var parts = [names.person(person)]
        if let at, Moment.shown(at) == Moment.shown(receivedAt) {
            parts.append(Moment.shown(at))
        } else {
            if let at { parts.append(output.words("occurred \(Moment.shown(at))", "发生 \(Moment.shown(at))")) }
            if let receivedAt {
                parts.append(output.words("received \(Moment.shown(receivedAt))", "收到 \(Moment.shown(receivedAt))"))
            }
        }
        return parts.joined(separator: output.words(", ", "，"))
    }

    /// What stands because of a conflict.
    func outcome(_ code: String) -> String {
        switch Conflict.Outcome(rawValue: code) {
        case .ours: output.words("ours stands", "以 ours 为准")
        case .theirs: output.words("theirs stands", "以 theirs 为准")
        case .both: output.words("both stand", "两者并存")
        case .text: output.words("a third value stands", "另定了值")
        case .open: output.words("held: decide", "待裁定")
        case nil: code
        }
    }

    /// The word of a decision.
    func decision(_ code: String) -> String {
        switch HeldDecision(rawValue: code) {
        case .accepted: output.words("accepted", "采纳")
        case .declined: output.words("declined", "不采纳")
        case .amended: output.words("amended", "修改后采纳")
        case nil: code
        }
    }

    /// The beginning of an id, as long as a person needs to name it.
    func short(_ id: String) -> String { String(id.prefix(8)) }

    /// The code in English, the name that people know in Chinese.
    func word(_ code: String, _ chinese: String?) -> String { output.words(code, chinese ?? code) }
}

extension String {
    /// What stands between its commas, without the spaces around it.
    var listed: [String] { split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
}
