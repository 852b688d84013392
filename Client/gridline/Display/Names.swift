import ReplicaStore
import Screen
import SyncProtocol
import Tickets

// Names of what stands in the data as ASCII codes. Codes that this release does not know are shown as they are.

extension TicketState {
    var words: Words { Words(rawValue, chinese) }
    /// Where a look is worth while.
    var style: Style? {
        switch self {
        case .dispatched, .awaitingHandling: .strong
        case .handled, .closed: .good
        case .withdrawn, .returned, .merged: .faint
        default: nil
        }
    }
}

extension HeldDecision {
    var words: Words {
        switch self {
        case .accepted: Words("accepted", "采纳")
        case .declined: Words("declined", "不采纳")
        case .amended: Words("amended", "修改后采纳")
        }
    }
}

/// The name of a command's kind.
func commandWords(_ kind: String) -> Words { CommandKind(rawValue: kind)?.words ?? Words(same: kind) }

/// A reason's words for its code.
func reasonWords(_ code: String) -> Words {
    let words = Reason.words(forCode: code)
    return Words(words.english, words.chinese)
}

/// The name of a column or argument.
func fieldWords(_ name: String) -> Words {
    switch name {
    case "title": Say.title
    case "kind": Say.kind
    case "description": Say.description
    case "category": Say.category
    case "urgency": Say.urgency
    case "unit": Say.unit
    case "grid": Say.grid
    case "assignee": Say.assignee
    case "location": Say.location
    case "latitude", "longitude": Say.position
    case "finding": Say.finding
    case "tags": Say.tags
    case "state": Say.state
    case "due_at": Say.due
    case "number": Say.number
    case "resolution": Say.resolved
    case "note": Say.note
    default: Words(same: name)
    }
}

extension CommandStanding {
    var words: Words {
        switch self {
        case .onlyHere: Say.onlyHere
        case .offered: Say.offered
        case .needsCentre: Say.needsCentre
        case .judged(let verdict): verdict.words
        case .takenBack: Say.takenBackStanding
        }
    }

    /// The stable code in JSON.
    var code: String {
        switch self {
        case .onlyHere: "only-here"
        case .offered: "offered"
        case .needsCentre: "needs-centre"
        case .judged(let verdict): verdict.rawValue
        case .takenBack: "taken-back"
        }
    }

    var style: Style? {
        switch self {
        case .onlyHere, .offered: .attention
        case .needsCentre, .judged(.held), .judged(.rejected): .bad
        case .judged(.applied), .judged(.merged): .good
        case .judged(.superseded), .takenBack: .faint
        }
    }
}

extension CommandRecord {
    /// `#12` with the official number if there is one.
    var ticketName: String { ticketLabel(localNumber, number) }

    /// Standing, and the later decision where there is one.
    var standingWords: Words {
        let words = decision.map { Say.decided(standing.words, $0.decision.words) } ?? standing.words
        return retraction.map { Say.standingAndRetraction(words, $0.words) } ?? words
    }

    /// The author's own words in one line: the body, or the fields with their values.
    func contentWords(_ language: Language) -> String {
        if let retracts {
            return [retracts.words.text(language), arguments["body"]?.string].compactMap { $0 }.joined(separator: ": ")
        }
        if kind == CommandKind.choose.rawValue { return choiceWords.text(language) }
        if let body = arguments["body"]?.string {
            let text = noteText(kind: kind, body: body)
            return Words(text.english, text.chinese).text(language)
        }
        // What a report is about comes first.
        let sorted = arguments.sorted { $0.key == "title" || $1.key != "title" && $0.key < $1.key }
        return sorted.map { name, value in
            "\(fieldWords(name).text(language))=\(masked(name, value))"
        }.joined(separator: language == .zh ? "，" : ", ")
    }

    /// What a choice chooses: the field and the value.
    private var choiceWords: Words {
        let field = fieldWords(arguments["field"]?.string ?? "")
        let value = arguments["value"].map { shown($0) } ?? arguments["side"]?.string ?? ""
        return Say.choiceContent(field, Words(same: value))
    }

    /// Why it stands as it does, for verdicts that need explaining.
    ///
    /// - Parameter personName: The name of a person by their identifier.
    func explanation(_ personName: (String) -> String) -> Words? {
        // What a dispatcher said on asking for it back is newer than what was said on the command.
        if let answer = retraction?.decision, !answer.reason.isEmpty {
            return Say.decidedBy(Words(same: answer.reason), Words(same: personName(answer.by)))
        }
        // The decision is the last word on a held command. Its reason is a code or the dispatcher's own words.
        if let decision {
            let why = Reason(rawValue: decision.reason) == nil ? Words(same: decision.reason) : reasonWords(decision.reason)
            return Say.decidedBy(why, Words(same: personName(decision.by)))
        }
        switch standing {
        case .needsCentre(let reason): return Say.withHolder(reasonWords(reason), holder)
        case .judged(let verdict) where verdict != .applied || (reason ?? "ok") != "ok":
            return reason.map { Say.withHolder(reasonWords($0), verdict.takesEffect ? nil : holder) }
        default: return nil
        }
    }
}

/// `#12 HT-20260131-0007`: the short number is this device's own, so the official one stands beside it.
func ticketLabel(_ local: Int64, _ official: String?) -> String { "#\(local)" + (official.map { " \($0)" } ?? "") }

extension VerdictElsewhere {
    /// Where the command stands.
    var standingWords: Words { decision.map { Say.decided(verdict.words, $0.decision.words) } ?? verdict.words }

    /// One command as JSON.
    var json: JSON {
        [
            "command": .text(command.description), "verdict": .text(verdict.rawValue), "reason": .text(reason),
            "occurred_at": .time(occurredAt), "decision": decision?.json ?? .null,
            "local_number": localNumber.map { .int($0) } ?? .null, "number": .optional(number),
            "words": .array(words.map { .text($0) }),
        ]
    }
}
