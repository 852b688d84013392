import Changeset
import ReplicaStore
import SyncProtocol
import Tickets

/// A value for people.
func shown(_ value: Value) -> String {
    switch value {
    case .null: ""
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let text): text
    case .blob(let bytes): "(\(bytes.count) B)"
    }
}

/// A field's value for people: times as times.
func shown(_ value: Value, in field: String) -> String {
    guard field.hasSuffix("_at"), let time = value.int else { return shown(value) }
    return ShanghaiTime(time).full
}

/// A value for machines.
func jsonValue(_ value: Value) -> JSON {
    switch value {
    case .null: .null
    case .integer(let number): .int(number)
    case .real(let number): .number(number)
    case .text(let text): .text(text)
    case .blob(let bytes): .text(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
}

/// An argument's value, a citizen's data masked.
func masked(_ name: String, _ value: Value) -> String {
    let text = shown(value)
    switch name {
    case "name": return Masking.name(text)
    case "phone": return Masking.phone(text)
    case "address": return Masking.address(text)
    case "identity_number": return Masking.identityNumber(text)
    default: return text
    }
}

extension TicketSummary {
    /// What stands beside the state: the person's part in it, what waits here, what is held, whether the ticket goes.
    func marks(for person: String) -> [Words] {
        var marks: [Words] = []
        if ticket.helpers.contains(where: { $0.person == person }) { marks.append(Say.helpingMark) }
        if isOnlyHere { marks.append(Say.onlyHereMark) }
        if pendingCount > 0 { marks.append(Say.pendingMark("\(pendingCount)")) }
        if heldCount > 0 { marks.append(Say.heldMark("\(heldCount)")) }
        if leaving != nil { marks.append(Say.leavingMark) }
        if urgedCount > 0 { marks.append(Say.urgedMark(urgedCount)) }
        if ticket.transferCount > 0 { marks.append(Say.transferMark(ticket.transferCount)) }
        return marks
    }

    /// One line of `list --json`.
    var json: JSON {
        .object([
            ("local_number", .int(localNumber)), ("number", .optional(number)), ("id", .text(id.description)),
            ("title", .optional(ticket[.title].string)), ("state", .text(ticket.state.rawValue)),
            ("kind", .optional(ticket[.kind].string)), ("urgency", .optional(ticket[.urgency].string)),
            ("assignee", .optional(ticket.assignee)), ("helpers", .array(ticket.helpers.map { .text($0.person) })),
            ("grid", .optional(ticket.grid)), ("unit", .optional(ticket.unit)), ("due_at", .time(ticket[.dueAt].int)),
            ("pending", .count(pendingCount)), ("held", .count(heldCount)), ("leaving", .optional(leaving)),
            ("only_here", .bool(isOnlyHere)),
        ])
    }
}

extension CommandRecord {
    /// One command as JSON; a citizen's data is masked here too.
    var json: JSON {
        .object([
            ("ordinal", .int(ordinal)), ("command", .text(id.description)), ("kind", .text(kind)),
            ("ticket", .text(ticket.description)), ("local_number", .int(localNumber)), ("number", .optional(number)),
            ("title", .optional(title)),
            (
                "arguments",
                .object(
                    arguments.sorted { $0.key < $1.key }.map { name, value in
                        (name, Self.citizenNames.contains(name) ? .text(masked(name, value)) : jsonValue(value))
                    })
            ),
            ("given_at", .time(givenAt)), ("offered_at", .time(offeredAt)), ("taken_back_at", .time(takenBackAt)),
            ("standing", .text(standing.code)), ("reason", .optional(reasonCode)), ("occurred_at", .time(occurredAt)),
            ("waits_for", .optional(waitsFor?.description)), ("decision", decision?.json ?? .null),
            ("absorbed", .bool(isAbsorbed)), ("holder", holder?.json ?? .null), ("retracts", retracts?.json ?? .null),
            ("retraction", retraction?.json ?? .null),
            (
                "conflicts",
                .array(
                    conflicts.map {
                        [
                            "field": .text($0.field), "trunk": jsonValue($0.trunk), "theirs": jsonValue($0.theirs),
                            "ours": jsonValue($0.ours), "rule": .text($0.rule), "outcome": .text($0.outcome.rawValue),
                            "may": .text($0.may.rawValue), "settled_by": .optional($0.settledBy?.description),
                        ]
                    })
            ),
        ])
    }

    private static let citizenNames: Set<String> = ["name", "phone", "address", "identity_number"]

    private var reasonCode: String? {
        if case .needsCentre(let reason) = standing { return reason }
        return reason
    }
}

extension CommandRecord.Decided {
    var json: JSON {
        ["decision": .text(decision.rawValue), "reason": .text(reason), "by": .text(by), "at": .time(at)]
    }
}

extension NewsItem {
    /// What happened, and what there is to say on it.
    var words: (what: Words, detail: Words) {
        let parts = detail.split(separator: " ", maxSplits: 1).map(String.init)
        let second = parts.count > 1 ? parts[1] : ""
        switch kind {
        case .ticketNew: return (Words("new ticket", "新工单"), Words(same: title ?? ""))
        case .ticketChanged:
            let names = detail.split(separator: ",").map { fieldWords(String($0)) }
            return (
                Words("changed", "有变更"),
                Words(names.map(\.english).joined(separator: ", "), names.map(\.chinese).joined(separator: "、"))
            )
        case .notes: return (Words("notes", "新记录"), Words("\(detail) new", "新增 \(detail) 条"))
        case .ticketLeaving: return (Words("leaving", "离开中"), Say.withHolder(leaveWords(detail), holder))
        case .ticketBack: return (Words("stays", "仍保留"), Words(same: title ?? ""))
        case .ticketLeft: return (Words("left", "已离开"), Say.withHolder(leaveWords(detail), holder))
        case .verdict:
            let verdict = Verdict(rawValue: parts.first ?? "")?.words ?? Words(same: parts.first ?? "")
            return (
                verdict,
                Say.withHolder(reasonWords(second), parts.first.flatMap(Verdict.init)?.takesEffect == false ? holder : nil)
            )
        case .decision:
            let decision = HeldDecision(rawValue: parts.first ?? "")?.words ?? Words(same: parts.first ?? "")
            // A dispatcher's reason is a code or their own words.
            return (
                Words("decided: ", "裁定：") + decision, Reason(rawValue: second) == nil ? Words(same: second) : reasonWords(second)
            )
        case .needsCentre: return (Say.needsCentre, Say.withHolder(reasonWords(detail), holder))
        case .conflict: return (Say.conflictNews, Say.newsOfConflict(detail, by: conflictBy, value: conflictValue))
        case .conflictSettled: return (Say.conflictSettledNews, Say.newsOfConflict(detail, by: conflictBy, value: conflictValue))
        case .readAnew:
            return (Words("read anew", "全部重读"), Words("everything was read from the centre again", "已从中心重新读取全部内容"))
        case .enrolAgain: return (Words("enrol again", "重新登记"), Say.enrolAgain)
        }
    }

    var json: JSON {
        [
            "at": .time(at), "kind": .text(kind.rawValue), "ticket": .optional(ticket?.description),
            "local_number": localNumber.map { .int($0) } ?? .null, "number": .optional(number), "title": .optional(title),
            "command": .optional(command?.description), "detail": .text(detail), "holder": holder?.json ?? .null,
            "conflict_by": .optional(conflictBy), "conflict_value": .optional(conflictValue),
        ]
    }
}

/// Why a ticket leaves: the centre's code.
func leaveWords(_ code: String) -> Words {
    switch code {
    case "", "moved": Words("given to somebody else", "已转给他人")
    case "revoked": Words("this device was revoked", "本机已停用")
    default: Reason(rawValue: code) == nil ? Words(same: code) : reasonWords(code)
    }
}
