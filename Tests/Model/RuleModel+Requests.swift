extension RuleModel {
    /// What somebody asked for.
    public struct Request: Hashable, Sendable {
        /// `extension dispute long-term`
        public var kind: String
        /// How many days.
        public var days: Int
        /// `pending granted refused withdrawn`
        public var state: String
        /// How many days were granted.
        public var granted: Int?
        /// The due time that it gave; of a long-term one the review date, asked for or granted.
        public var due: Int?
        /// A request.
        public init(_ kind: String = "extension", days: Int, state: String = "pending", granted: Int? = nil, due: Int? = nil) {
            (self.kind, self.days, self.state, self.granted, self.due) = (kind, days, state, granted, due)
        }
    }

    /// The ticket went from one hand to another, or was sent back.
    public struct Transfer: Hashable, Sendable {
        /// How.
        public var kind: String
        /// Who had it.
        public var giver: String?
        /// Who has it; nil = sent back.
        public var taker: String?
        /// A transfer.
        public init(_ kind: String, giver: String?, taker: String?) { (self.kind, self.giver, self.taker) = (kind, giver, taker) }
    }

    /// A step by which it was settled whose it is.
    public struct Rung: Hashable, Sendable {
        /// `dispute responsible`
        public var ladder: String
        /// `ruling sign-off`, or a leader's level.
        public var level: String
        /// Whose it is, or who answers for it.
        public var owner: String?
        /// When it was written: of two namings on one level the later one counts.
        public var at: Int
        /// A step.
        public init(_ level: String, owner: String?, ladder: String = "dispute", at: Int = 0) {
            (self.level, self.owner, self.ladder, self.at) = (level, owner, ladder, at)
        }
    }

    /// What the city allows, all together.
    static let daysMax = 10
    /// How often a ticket may bounce.
    static let bounceMax = 2
    /// The longest time until a long-term ticket is looked at again.
    static let longTermMax = 365 * 86_400_000

    /// Somebody asks for something: where a handler could send the ticket back, one thing at a time.
    func asking(_ command: Command, on ticket: Ticket, by relation: Relation, occurredAt: Int, words: (Bool) -> Note?) -> Ruling {
        let cell = Self.step("return", at: ticket.state, by: relation)
        guard cell.answer.takesEffect else {
            var ruling = Ruling(cell.answer)
            if cell.words { ruling.note = words(true) }
            return ruling
        }
        let isWaiting = ticket.requests.values.contains { $0.state == "pending" }
        let obstacle =
            isWaiting ? Answer("superseded", "request-pending") : self.obstacle(command, on: ticket, occurredAt: occurredAt)
        var ruling = Ruling(obstacle ?? Answer("applied"))
        ruling.note = words(obstacle != nil)
        guard obstacle == nil else { return ruling }
        switch command.kind {
        case "dispute": ruling.requests[command.id] = Request("dispute", days: 0)
        case "defer": ruling.requests[command.id] = Request("long-term", days: 0, due: command.text("until").flatMap { Int($0) })
        default: ruling.requests[command.id] = Request(days: command.text("days").flatMap { Int($0) } ?? 0)
        }
        return ruling
    }

    private func obstacle(_ command: Command, on ticket: Ticket, occurredAt: Int) -> Answer? {
        switch command.kind {
        case "dispute": return ticket.isSignedOff ? Answer("rejected", "signed-off") : nil
        case "defer": return Self.misdated(command.text("until").flatMap { Int($0) }, occurredAt)
        default:
            // After the citizen was told, in time, within the cap.
            if !ticket.notes.values.contains(where: { $0.kind == "explain" }) { return Answer("rejected", "explain-first") }
            let isLate = ticket.columns["due_at"].flatMap({ Int($0) }).map({ occurredAt > $0 }) ?? true
            if isLate { return Answer("rejected", "after-due") }
            let days = command.text("days").flatMap { Int($0) } ?? 0
            return days + ticket.grantedDays > Self.daysMax ? Answer("rejected", "beyond-cap") : nil
        }
    }

    private static func misdated(_ until: Int?, _ occurredAt: Int) -> Answer? {
        guard let until, until > occurredAt else { return Answer("rejected", "past-date") }
        return until - occurredAt > longTermMax ? Answer("rejected", "beyond-cap") : nil
    }

    /// Why a ticket cannot be sent back any more.
    static func bounced(_ ticket: Ticket) -> Answer? {
        if ticket.isSignedOff { return Answer("rejected", "signed-off") }
        return ticket.isRuled || ticket.bounces >= bounceMax ? Answer("rejected", "dispute-it") : nil
    }

    /// The centre's answer.
    func answering(_ command: Command, on ticket: Ticket, occurredAt: Int) -> Ruling {
        guard ["dispatched", "awaiting-handling", "returned"].contains(ticket.state) else {
            return Ruling(Answer("rejected", ticket.state == "merged" ? "part-of-incident" : "wrong-state"))
        }
        let name = command.text("request") ?? ""
        if command.kind == "rule", let owner = command.text("assignee"), person(owner) == nil {
            return Ruling(Answer("rejected", "unknown-person"))
        }
        guard var request = ticket.requests[name], command.kind != "rule" || request.kind == "dispute" else {
            return Ruling(Answer("rejected", "unknown-request"))
        }
        guard request.state == "pending" else { return Ruling(Answer("superseded", "already-answered")) }
        var ruling = Ruling(Answer("applied"))
        if command.kind == "rule" {
            let (level, owner) = (command.text("level") ?? "", command.text("assignee") ?? "")
            if level == "ruling", ticket.isRuled { return Ruling(Answer("rejected", "sign-off-first")) }
            if level == "sign-off", !ticket.isRuled { return Ruling(Answer("rejected", "ruling-first")) }
            request.state = owner == ticket.columns["assignee"] ? "refused" : "granted"
            if request.state == "granted" { give(ticket, to: owner, in: &ruling) }
            ruling.rungs[command.id] = Rung(level, owner: owner, at: occurredAt)
        } else {
            if request.kind == "dispute" {
                if ticket.isRuled { return Ruling(Answer("rejected", "sign-off-first")) }
                if ticket.bounces > Self.bounceMax { return Ruling(Answer("rejected", "ruling-first")) }
            }
            request.state = command.kind == "refuse" ? "refused" : "granted"
            if command.kind == "grant", let obstacle = grant(command, &request, on: ticket, occurredAt, &ruling) {
                return Ruling(obstacle)
            }
        }
        ruling.requests[name] = request
        return ruling
    }

    private func grant(_ command: Command, _ request: inout Request, on ticket: Ticket, _ occurredAt: Int, _ ruling: inout Ruling)
        -> Answer?
    {
        switch request.kind {
        case "dispute":
            guard let owner = command.text("assignee"), owner != ticket.columns["assignee"] else {
                return Answer("rejected", "bad-arguments")
            }
            if person(owner) == nil { return Answer("rejected", "unknown-person") }
            give(ticket, to: owner, in: &ruling)
            return nil
        case "long-term":
            request.due = command.text("until").flatMap { Int($0) } ?? request.due
            if let obstacle = Self.misdated(request.due, occurredAt) { return obstacle }
        default:
            let days = command.text("days").flatMap { Int($0) } ?? request.days
            guard days + ticket.grantedDays <= Self.daysMax, let due = ticket.columns["due_at"].flatMap({ Int($0) }) else {
                return Answer("rejected", "beyond-cap")
            }
            (request.granted, request.due) = (days, due + days * 86_400_000)
        }
        ruling.columns["due_at"] = request.due.map { String($0) }
        return nil
    }

    private func give(_ ticket: Ticket, to owner: String, in ruling: inout Ruling) {
        ruling.columns = ["state": "dispatched", "assignee": owner, "accepted_at": nil, "started_at": nil]
        var helpers = ticket.helpers
        helpers.removeValue(forKey: owner)
        ruling.helpers = helpers
    }
}

extension RuleModel.Ticket {
    /// All that was granted.
    var grantedDays: Int { requests.values.reduce(0) { $0 + ($1.granted ?? 0) } }
    /// How often somebody said that it is not theirs.
    var bounces: Int {
        transfers.values.count { $0.taker == nil } + requests.values.count { $0.kind == "dispute" && $0.state != "withdrawn" }
    }
    /// Somebody ruled whose it is.
    var isRuled: Bool { rungs.values.contains { $0.ladder == "dispute" } }
    /// Who answers for it on a level: whoever was named last.
    func leader(on level: String) -> String? {
        let named = rungs.filter { $0.value.ladder == "responsible" && $0.value.level == level }
        return named.max { ($0.value.at, $0.key) < ($1.value.at, $1.key) }?.value.owner
    }
    /// A leader said whose it is.
    var isSignedOff: Bool { rungs.values.contains { $0.level == "sign-off" } }

    /// Nobody answers what was asked for on a ticket that is done or gone, nor a dispute of somebody who does not have it any more.
    mutating func dropRequests(since before: RuleModel.Ticket?) {
        let isDone = columns["resolved_at"] != nil || isFinal || state == "merged"
        let isMoved = before.map { $0.columns["assignee"] != columns["assignee"] } ?? false
        for (id, request) in requests where request.state == "pending" && (isDone || isMoved && request.kind == "dispute") {
            requests[id]!.state = "withdrawn"
        }
    }

    /// Who had it before and has it now, by an effective command.
    mutating func passOn(since before: RuleModel.Ticket, by command: RuleModel.Command) {
        let (was, stands) = (before.columns["assignee"], columns["assignee"])
        if command.kind == "return", state == "returned", before.state != "returned" {
            transfers[command.id] = RuleModel.Transfer("return", giver: was, taker: nil)
        } else if was != nil, stands != nil, was != stands {
            transfers[command.id] = RuleModel.Transfer(command.kind, giver: was, taker: stands)
        } else if command.kind == "retract", before.state == "returned", state != "returned" {
            transfers[command.text("target") ?? ""] = nil
        }
    }
}
