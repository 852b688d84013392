extension RuleModel {
    /// A ticket at a step of the ladder.
    public struct Escalation: Hashable, Sendable {
        /// How many steps it is from the bottom, from 1.
        public var place: Int
        /// The due time that was decided.
        public var due: Int?
        /// `failed settled on-the-spot`; nil = it is open.
        public var outcome: String?
        /// Who settled it on the spot.
        public var leader: String?
        /// A step.
        public init(_ place: Int, due: Int? = nil, outcome: String? = nil, leader: String? = nil) {
            (self.place, self.due, self.outcome, self.leader) = (place, due, outcome, leader)
        }
    }

    /// The city's ladder; supervisors alone go to its last step.
    public static let ladder = ["local", "county-meeting", "task-force"]
    /// How many units each step wants, that supervise together.
    public static let unitsLeast = [0, 0, 0]
    /// Where the last step is for supervisors alone.
    static func isRestricted(_ place: Int) -> Bool { place == ladder.count }

    /// Up the ladder, one step at a time, or how a step ended.
    func climbing(_ command: Command, on ticket: Ticket, occurredAt: Int) -> Ruling {
        let isUnderWay = ["dispatched", "awaiting-handling", "returned"].contains(ticket.state)
        let isHandled = ["handled", "awaiting-callback", "awaiting-supervision", "closed"].contains(ticket.state)
        guard isUnderWay || isHandled && command.kind == "conclude" else {
            return Ruling(Answer("rejected", ticket.state == "merged" ? "part-of-incident" : "wrong-state"))
        }
        let isSupervisor = person(command.person)?.role == "supervisor"
        let highest = ticket.escalations.max { $0.value.place < $1.value.place }
        var ruling = Ruling(Answer("applied"))
        if command.kind == "escalate" {
            guard let index = Self.ladder.firstIndex(of: command.text("step") ?? ""), index > 0 else {
                return Ruling(Answer("rejected", "unknown-step"))
            }
            if Self.isRestricted(index + 1), !isSupervisor { return Ruling(Answer("rejected", "not-permitted")) }
            guard let highest, highest.value.place == index, highest.value.outcome == "failed" else {
                return Ruling(Answer("rejected", "step-order"))
            }
            let units = Set(Self.set(command.text("units")))
            if Self.isRestricted(index + 1), !units.isEmpty { return Ruling(Answer("rejected", "bad-arguments")) }
            if units.count < Self.unitsLeast[index] || units.contains((ticket.columns["unit"] ?? nil) ?? "-") {
                return Ruling(Answer("rejected", "supervise-jointly"))
            }
            let due = command.text("due_at").flatMap { Int($0) }
            if let due, due < occurredAt { return Ruling(Answer("rejected", "past-date")) }
            if let due { ruling.columns["due_at"] = String(due) }
            ruling.escalations[command.id] = Escalation(index + 1, due: due)
            // Who supervises with others already goes on by the step that brought it.
            for unit in units where !ticket.parts.values.contains(where: { $0.isSupervising && $0.unit == unit }) {
                ruling.parts["\(command.id) \(unit)"] = Part(unit, "joint-supervisor")
            }
            return ruling
        }
        let (outcome, leader) = (command.text("outcome"), command.text("leader"))
        if let leader, person(leader) == nil { return Ruling(Answer("rejected", "unknown-person")) }
        guard let highest else {
            if outcome == "settled" { return Ruling(Answer("superseded", "no-step-open")) }
            ruling.escalations[command.id] = Escalation(1, outcome: outcome, leader: leader)
            return ruling
        }
        guard highest.value.outcome == nil else { return Ruling(Answer("superseded", "no-step-open")) }
        if Self.isRestricted(highest.value.place), !isSupervisor { return Ruling(Answer("rejected", "not-permitted")) }
        var ended = highest.value
        (ended.outcome, ended.leader) = (outcome, leader)
        ruling.escalations[highest.key] = ended
        for (key, part) in ticket.parts where part.isSupervising && key.hasPrefix(highest.key + " ") {
            ruling.parts[key] = part.ended
        }
        return ruling
    }
}
