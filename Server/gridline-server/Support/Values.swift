import Queue
import Tickets

/// Columns and codes as people at the centre read them. Column names stay as `--set` takes them.
struct Values {
    let output: Output

    /// A column's value: times as times, states by name, nothing as such.
    func shown(_ value: String?, in column: String) -> String {
        guard let value, !value.isEmpty else { return output.words("(empty)", "（空）") }
        if column.hasSuffix("_at"), let time = Int64(value) { return Moment.shown(time) }
        return column == "state" ? StateName.shown(value, output) : value
    }

    /// `state → handled, resolved_at → …`, in the order of the columns.
    func changes(_ changed: [String: String?]) -> String {
        let order = TicketColumn.allCases.map(\.rawValue)
        return changed.sorted { (order.firstIndex(of: $0.key) ?? 99, $0.key) < (order.firstIndex(of: $1.key) ?? 99, $1.key) }
            .map { "\($0.key) → \(shown($0.value, in: $0.key))" }.joined(separator: output.words(", ", "，"))
    }

    /// Who did it when: where the day it came in is another moment than the one it happened, both.
    func who(_ person: String?, _ at: Int64?, _ receivedAt: Int64?) -> String? {
        guard let person else { return nil }
        var parts = [person]
        if let at, Moment.shown(at) == Moment.shown(receivedAt) {
            return "\(person)\(output.words(", ", "，"))\(Moment.shown(at))"
        }
        if let at { parts.append(output.words("occurred \(Moment.shown(at))", "发生 \(Moment.shown(at))")) }
        if let receivedAt { parts.append(output.words("received \(Moment.shown(receivedAt))", "收到 \(Moment.shown(receivedAt))")) }
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
}
