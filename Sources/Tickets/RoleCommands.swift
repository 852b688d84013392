extension CommandKind {
    /// Words with a space between, as commands of the field. Nil for another word, or one that comes twice.
    static func list(_ text: String) -> [CommandKind]? {
        var kinds: [CommandKind] = []
        for word in text.split(separator: " ") {
            guard let kind = CommandKind(rawValue: String(word)), !kind.isCentral, !kinds.contains(kind) else { return nil }
            kinds.append(kind)
        }
        return kinds.isEmpty ? nil : kinds
    }
}

extension Command {
    /// What a volunteer reports is relayed upward: whoever works in the grid above helps with the ticket from the first moment.
    func relayChanges(in context: DecisionContext) -> [RowChange] {
        guard kind == .report, context.author.role == .volunteer, let person = text("relay"), person != context.author.person,
            !isRemoved("WZ1")
        else { return [] }
        // Where people are known it must be somebody of the grids: a report is never refused, so it goes to a dispatcher alone.
        if let directory = context.directory, directory.people[person]?.role.takesRelays != true { return [] }
        return [.insert(.helper, [ticket.value, .text(person), .null])]
    }
}
