extension RuleModel {
    /// What somebody filled in for an item.
    public struct Filled: Hashable, Sendable {
        /// The item.
        public var item: String
        /// What they wrote; nil = they cleared it.
        public var value: String?
        /// What it stands in place of: `<command> <item>` each.
        public var over: Set<String>
        /// Who.
        public var author: String
        /// Something that was filled in.
        public init(_ item: String, _ value: String?, over: Set<String>, author: String) {
            (self.item, self.value, self.over, self.author) = (item, value, over, author)
        }
    }

    /// Each item is filled in over what its author saw, wherever words may land; nobody's answer goes because of another one.
    func filling(_ command: Command, on ticket: Ticket, isLate: Bool) -> Ruling {
        var ruling = Ruling(Answer("applied", isLate ? "late" : "ok"))
        for (item, value) in command.fills {
            let key = "\(command.id) \(item)"
            guard ticket.answers[key] == nil else { continue }
            let standing = ticket.standing(item)
            let seen = command.over[item]
            let isSame = standing.isEmpty ? value == nil : standing.allSatisfy { ticket.answers[$0]?.value == value }
            if seen == nil, isSame { continue }
            ruling.answers[key] = Filled(item, value, over: seen ?? standing, author: command.person)
        }
        if ruling.answers.isEmpty { ruling.answer = Answer("applied", "nothing-to-do") }
        return ruling
    }
}

extension RuleModel.Command {
    /// Items and what they get.
    var fills: [String: String?] {
        (text("answers") ?? "").split(separator: "\n").reduce(into: [:]) { fills, line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fills[String(parts[0])] = .some(parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil)
        }
    }
}

extension RuleModel.Ticket {
    /// Answers for an item that nobody wrote over.
    func standing(_ item: String) -> Set<String> {
        let all = answers.filter { $0.value.item == item }
        let gone = all.values.reduce(into: Set<String>()) { $0.formUnion($1.over) }
        return Set(all.keys).subtracting(gone)
    }
}
