extension RuleModel {
    /// A hand gives a command on what its device shows.
    ///
    /// - Parameters:
    ///   - hand: One physical device; a copy of it is another hand.
    ///   - isKnown: False for what stood on a device before anybody looked: what its changeset says then stays its evidence.
    /// - Returns: The old values that the given changeset must have of the columns that the command edits: what its author saw, where that
    ///   differs from what they wrote.
    public mutating func give(_ command: Command, hand: String, isKnown: Bool = true) -> [String: String?] {
        let view = shown(command.ticket, to: hand, seen: command.base)
        var old: [String: String?] = [:]
        let columns = command.isEdit ? command.arguments.filter { $0.key != "body" } : [:]
        for (name, value) in columns where view?.columns[name] != value { old[name] = .some(view?.columns[name]) }
        var given = command
        if command.isEdit, isKnown { given.evidence = old }
        hands[hand, default: []].append(Given(command: given, isUndone: false))
        return old
    }

    /// A hand takes back a command that was never sent.
    public mutating func undo(_ command: String, hand: String) {
        guard let index = hands[hand]?.firstIndex(where: { $0.command.id == command }) else { return }
        hands[hand]![index].isUndone = true
    }

    /// A device is copied, or put back to what it had when it had given so many commands.
    public mutating func copy(_ hand: String, to other: String, first count: Int = .max) {
        hands[other] = Array((hands[hand] ?? []).prefix(count))
    }

    /// A device's files are other files now.
    public mutating func forget(_ hand: String) { hands[hand] = nil }

    /// The ticket as a device shows it: as the centre had it at the base, and what the device gave since and the centre had not answered by then.
    public func shown(_ id: String, to hand: String, seen base: Int) -> Ticket? {
        var view = ticket(id, at: base)
        for given in hands[hand] ?? [] where given.command.ticket == id && !given.isUndone {
            let command = given.command
            if let answered = records[command.id]?.history.first?.sequence, answered <= base { continue }
            // A device knows its person's role as of its base.
            let role = person(command.person, at: base)?.role ?? "worker"
            if !Self.mayGive(command.kind, as: role) { continue }
            let columns =
                command.kind == "choose" ? [command.text("field") ?? ""] : Array(command.arguments.keys.filter { $0 != "body" })
            if command.isEdit || command.kind == "choose", !columns.allSatisfy({ Self.mayEdit($0, as: role) }) { continue }
            switch command.kind {
            case "choose":
                // Whose ticket it is not any more may not choose: the choice waits for the centre, and does not show.
                guard let ticket = view, !ticket.isFinal, ticket.isHandler(command.person) else { continue }
                let columns = chosen(command, command.text("field") ?? "", of: command.text("target") ?? "")
                let ruling = settle(columns, of: command, on: ticket, override: false)
                guard ruling.answer.takesEffect else { continue }
                for (name, value) in ruling.columns { view?.columns[name] = value }
            case "report" where view == nil:
                view = Ticket(id, columns: command.arguments.compactMapValues(\.self).merging(["state": "received"]) { $1 })
            case "edit":
                guard let ticket = view, !ticket.isFinal else { continue }
                let ruling = settle(
                    command.arguments.filter { $0.key != "body" }, of: command, on: ticket, override: false)
                guard ruling.answer.takesEffect else { continue }
                for (name, value) in ruling.columns { view?.columns[name] = value }
            default: continue
            }
        }
        return view
    }
}
