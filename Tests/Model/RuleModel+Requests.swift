extension RuleModel {
    /// More time that somebody asked for.
    public struct Request: Hashable, Sendable {
        /// How many days.
        public var days: Int
        /// `pending granted refused withdrawn`
        public var state: String
        /// How many days were granted.
        public var granted: Int?
        /// A request.
        public init(days: Int, state: String = "pending", granted: Int? = nil) {
            (self.days, self.state, self.granted) = (days, state, granted)
        }
    }

    /// What the city allows, all together.
    static let daysMax = 10

    /// Somebody asks for more time: where a handler could send the ticket back, after the citizen was told, in time, within the cap, once.
    func asking(_ command: Command, on ticket: Ticket, by relation: Relation, occurredAt: Int, words: (Bool) -> Note?) -> Ruling {
        let cell = Self.step("return", at: ticket.state, by: relation)
        guard cell.answer.takesEffect else {
            var ruling = Ruling(cell.answer)
            if cell.words { ruling.note = words(true) }
            return ruling
        }
        let days = command.text("days").flatMap { Int($0) } ?? 0
        let obstacle: Answer? =
            if ticket.requests.values.contains(where: { $0.state == "pending" }) {
                Answer("superseded", "request-pending")
            } else if !ticket.notes.values.contains(where: { $0.kind == "explain" }) {
                Answer("rejected", "explain-first")
            } else if ticket.columns["due_at"].flatMap({ Int($0) }).map({ occurredAt > $0 }) ?? true {
                Answer("rejected", "after-due")
            } else if days + ticket.grantedDays > Self.daysMax {
                Answer("rejected", "beyond-cap")
            } else { nil }
        var ruling = Ruling(obstacle ?? Answer("applied"))
        ruling.note = words(obstacle != nil)
        if obstacle == nil { ruling.requests[command.id] = Request(days: days) }
        return ruling
    }

    /// The centre's answer.
    func answering(_ command: Command, on ticket: Ticket) -> Ruling {
        guard ["dispatched", "awaiting-handling", "returned"].contains(ticket.state) else {
            return Ruling(Answer("rejected", "wrong-state"))
        }
        let name = command.text("request") ?? ""
        guard var request = ticket.requests[name] else { return Ruling(Answer("rejected", "unknown-request")) }
        guard request.state == "pending" else { return Ruling(Answer("superseded", "already-answered")) }
        var ruling = Ruling(Answer("applied"))
        if command.kind == "refuse" {
            request.state = "refused"
        } else {
            let days = command.text("days").flatMap { Int($0) } ?? request.days
            guard days + ticket.grantedDays <= Self.daysMax, let due = ticket.columns["due_at"].flatMap({ Int($0) }) else {
                return Ruling(Answer("rejected", "beyond-cap"))
            }
            (request.state, request.granted) = ("granted", days)
            ruling.columns["due_at"] = String(due + days * 86_400_000)
        }
        ruling.requests[name] = request
        return ruling
    }
}

extension RuleModel.Ticket {
    /// All that was granted.
    var grantedDays: Int { requests.values.reduce(0) { $0 + ($1.granted ?? 0) } }

    /// Nobody answers what was asked for on a ticket that is done or gone.
    mutating func dropRequests() {
        guard columns["resolved_at"] != nil || isFinal else { return }
        for (id, request) in requests where request.state == "pending" { requests[id]!.state = "withdrawn" }
    }
}
