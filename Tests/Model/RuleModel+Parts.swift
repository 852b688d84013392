extension RuleModel {
    /// One unit's share in a ticket.
    public struct Part: Hashable, Sendable {
        /// Which unit.
        public var unit: String
        /// `joint supervisor joint-supervisor`
        public var role: String
        /// The command with which it reported in.
        public var reported: String?
        /// The command with which it did its share.
        public var done: String?
        /// Nobody needs it any more.
        public var isEnded: Bool
        /// When it was asked for. Who has two shares, because one of them was taken back, does the older one first.
        public var asked: Int
        /// A share.
        public init(
            _ unit: String, _ role: String, reported: String? = nil, done: String? = nil, isEnded: Bool = false, asked: Int = 0
        ) {
            (self.unit, self.role, self.reported, self.done, self.isEnded) = (unit, role, reported, done, isEnded)
            self.asked = asked
        }
        /// The rest: when it was asked for stands in its row and its clock, and is compared there.
        public static func == (left: Part, right: Part) -> Bool {
            (left.unit, left.role, left.reported, left.done, left.isEnded)
                == (right.unit, right.role, right.reported, right.done, right.isEnded)
        }
        /// As `==`.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(unit)
            hasher.combine(role)
        }
        /// Called in, and not done.
        var isOpen: Bool { role == "joint" && done == nil && !isEnded }
        /// Supervises the ticket with others.
        var isSupervising: Bool { role == "joint-supervisor" && !isEnded }
        var ended: Part {
            var part = self
            part.isEnded = true
            return part
        }
    }

    /// Units are called in where a handler could send the ticket back; they report in and finish on any ticket that is under way.
    func sharing(_ command: Command, on ticket: Ticket, by relation: Relation, occurredAt: Int, words: (Bool) -> Note?) -> Ruling
    {
        let cell =
            command.kind == "whistle"
            ? Self.step("return", at: ticket.state, by: relation) : Self.share(at: ticket.state, by: relation)
        func refused(_ answer: Answer) -> Ruling {
            var ruling = Ruling(answer)
            ruling.note = words(true)
            return ruling
        }
        guard cell.answer.takesEffect else { return cell.words ? refused(cell.answer) : Ruling(cell.answer) }
        var ruling = Ruling(Answer("applied"))
        if command.kind == "whistle" {
            let names = Set(Self.set(command.text("units"))).filter { name in
                !ticket.parts.values.contains { $0.isOpen && $0.unit == name }
            }
            if names.isEmpty { return refused(Answer("superseded", "nothing-to-do")) }
            for name in names { ruling.parts["\(command.id) \(name)"] = Part(name, "joint", asked: occurredAt) }
        } else {
            let unit = person(command.person)?.unit
            let isReport = command.kind == "report-in"
            let own = ticket.parts.filter {
                $0.value.unit == unit && !$0.value.isEnded && ($0.value.role == "joint" || isReport && $0.value.isSupervising)
            }
            if own.isEmpty { return refused(Answer("rejected", "no-part")) }
            let awaited = own.filter { $0.value.isOpen || $0.value.isSupervising }
            if awaited.isEmpty { return refused(Answer("superseded", "part-done")) }
            // A unit supervises once, and its share comes first: of two the older one.
            let due = awaited.filter { !isReport || $0.value.reported == nil }
                .sorted { ($0.value.isOpen ? 0 : 1, $0.value.asked, $0.key) < ($1.value.isOpen ? 0 : 1, $1.value.asked, $1.key) }
            guard let (key, part) = due.first else {
                return refused(Answer("superseded", "already-reported"))
            }
            var after = part
            after.reported = part.reported ?? command.id
            if command.kind == "finish-part" { after.done = command.id }
            ruling.parts[key] = after
        }
        ruling.note = words(false)
        return ruling
    }

    /// Where a unit that was called in reports and finishes.
    private static func share(at state: String, by relation: Relation) -> Cell {
        switch relation {
        case .centre: return Cell("rejected", "not-permitted")
        case .stranger: return Cell("held", "not-yours")
        case .handler, .former, .onlooker, .decision: break
        }
        switch state {
        case "closed": return Cell("superseded", "closed", words: true)
        case "merged": return Cell("superseded", "part-of-incident", words: true)
        case "withdrawn": return Cell("rejected", "withdrawn", words: true)
        case "received", "awaiting-dispatch": return Cell("superseded", "moved", words: true)
        default: return relation == .former ? Cell("superseded", "moved", words: true) : Cell("applied")
        }
    }

    /// Parts as they were before a command; nil if somebody went on from it.
    func partsBack(of target: Command, on ticket: Ticket) -> [String: Part]? {
        if ticket.isFinal { return nil }
        let living = ticket.parts.filter { !$0.value.isEnded }
        if target.kind == "whistle" {
            let called = living.filter { $0.key.hasPrefix(target.id + " ") }
            guard !called.isEmpty, called.values.allSatisfy({ $0.reported == nil }) else { return nil }
            return called.mapValues(\.ended)
        }
        let isReport = target.kind == "report-in"
        guard let (key, part) = living.first(where: { (isReport ? $0.value.reported : $0.value.done) == target.id }),
            !isReport || part.done == nil
        else { return nil }
        var after = part
        after.done = nil
        if part.reported == target.id { after.reported = nil }
        return [key: after]
    }
}
