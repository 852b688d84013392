extension RuleModel {
    /// What a rule says before anything is written.
    struct Ruling {
        var answer: Answer
        var columns: [String: String?] = [:]
        var helpers: [String: String?]?
        var note: Note?
        var conflicts: [String: Conflict] = [:]
        /// The conflict that a choice settles.
        var settles: [Settling] = []
        /// A ticket that is made.
        var made: Ticket?
        /// Commands whose notes go.
        var goes: [String] = []
        /// Requests as they are then.
        var requests: [String: Request] = [:]
        /// What was ruled.
        var rungs: [String: Rung] = [:]
        /// Steps of the ladder as they are then.
        var escalations: [String: Escalation] = [:]
        /// Incidents as they are then.
        var incidents: [String: Incident] = [:]
        /// Parts as they are then.
        var parts: [String: Part] = [:]
        /// What is filled in, and what of it goes.
        var answers: [String: Filled] = [:]
        var answersGone: Set<String> = []
        init(_ answer: Answer) { self.answer = answer }
    }

    /// A conflict that somebody chose about, and how it ends.
    struct Settling {
        var command: String
        var field: String
        var outcome: String
    }

    /// A cell of the matrix: what is said, where the ticket goes, whether the words of a command that is not applied land.
    struct Cell: Equatable {
        var answer: Answer
        var next: String?
        var words = false
        init(_ verdict: String, _ reason: String = "ok", to next: String? = nil, words: Bool = false) {
            (answer, self.next, self.words) = (Answer(verdict, reason), next, words)
        }
    }

    /// A step of the field: `accept start resolve return`.
    static func step(_ kind: String, at state: String, by relation: Relation, isStarted: Bool = false) -> Cell {
        switch relation {
        case .centre: return Cell("rejected", "not-permitted")
        case .onlooker, .stranger: return Cell("held", "not-yours")
        case .handler, .former, .decision: break
        }
        let acts = relation != .former
        switch kind {
        case "accept":
            if state == "dispatched", acts { return Cell("applied", to: "awaiting-handling") }
            if state == "awaiting-handling", acts { return Cell("superseded", "already-accepted") }
            return Cell("superseded", gone(state) ?? "moved")
        case "start":
            if state == "awaiting-handling", acts { return isStarted ? Cell("superseded", "already-started") : Cell("applied") }
            return Cell("superseded", gone(state) ?? "moved")
        case "resolve":
            if state == "awaiting-handling", acts { return Cell("applied", to: "handled") }
            if relation == .decision, state == "dispatched" || state == "returned" { return Cell("applied", to: "handled") }
            if state == "withdrawn" { return Cell("rejected", "withdrawn", words: true) }
            if let reason = gone(state), state != "returned" { return Cell("superseded", reason, words: true) }
            return Cell("held", "moved", words: true)
        default:
            if acts, state == "dispatched" || state == "awaiting-handling" { return Cell("applied", to: "returned") }
            if state == "withdrawn" { return Cell("rejected", "withdrawn", words: true) }
            return Cell("superseded", gone(state) ?? "moved", words: true)
        }
    }

    /// Why a step has nothing left to do; nil while the ticket waits for somebody to handle it.
    private static func gone(_ state: String) -> String? {
        switch state {
        case "handled", "awaiting-callback", "awaiting-supervision": "already-handled"
        case "closed", "withdrawn", "returned": state
        case "merged": "part-of-incident"
        default: nil
        }
    }

    /// An act of the centre: `dispatch assign withdraw close`.
    static func act(_ kind: String, at state: String) -> Cell {
        switch (kind, state) {
        case ("dispatch", "received"), ("dispatch", "awaiting-dispatch"), ("dispatch", "returned"):
            Cell("applied", to: "dispatched")
        case ("dispatch", "dispatched"), ("dispatch", "awaiting-handling"): Cell("superseded", "already-dispatched")
        case ("assign", "dispatched"), ("assign", "awaiting-handling"): Cell("applied", to: "dispatched")
        case ("withdraw", "withdrawn"): Cell("superseded", "withdrawn")
        case ("withdraw", _) where state != "closed": Cell("applied", to: "withdrawn")
        case ("close", "handled"), ("close", "awaiting-callback"), ("close", "awaiting-supervision"):
            Cell("applied", to: "closed")
        case ("close", "closed"), ("reply", "closed"): Cell("superseded", "closed")
        case ("merge", "received"), ("merge", "awaiting-dispatch"), ("merge", "dispatched"), ("merge", "awaiting-handling"),
            ("merge", "returned"):
            Cell("applied", to: "merged")
        case ("merge", "merged"): Cell("applied")
        case ("unmerge", "merged"): Cell("applied", to: "awaiting-dispatch")
        case ("reply", "merged"): Cell("applied", to: "closed")
        case ("unmerge", _), ("reply", _): Cell("rejected", "no-incident")
        case ("merge", _): Cell("rejected", "wrong-state")
        case (_, "merged"): Cell("rejected", "part-of-incident")
        default: Cell("rejected", "wrong-state")
        }
    }

    /// The rule for a command on the city as it stands.
    func rule(_ command: Command, occurredAt: Int, flagged: Bool, override: Bool) -> Ruling {
        if !override, !Self.mayGive(command.kind, as: person(command.person)?.role ?? "worker") {
            return Ruling(Answer("rejected", "not-permitted"))
        }
        switch command.kind {
        case "retract": return retraction(command, override: override)
        case "choose": return choice(command, override: override)
        case "report", "create": return making(command, occurredAt: occurredAt, flagged: flagged, override: override)
        default: break
        }
        let isCentral = person(command.person)?.isCentral == true
        if command.isCentral, !isCentral { return Ruling(Answer("rejected", "not-permitted")) }
        // What a role may not edit is refused whatever the ticket is, or whether it is there: that tells nothing about it.
        if command.isEdit, let role = person(command.person)?.role,
            command.arguments.keys.contains(where: { $0 != "body" && !Self.mayEdit($0, as: role) })
        {
            return Ruling(Answer("rejected", "not-editable"))
        }
        guard let ticket = ticket(command.ticket) else {
            return Ruling(isCentral ? Answer("rejected", "unknown-ticket") : Answer("held", "not-yours"))
        }
        let author = relation(of: command.person, to: ticket.id, seen: command.base)
        let relation = override ? Relation.decision : author
        // Closed, or moved away: who handles it now does not matter, only that the author holds it no more.
        let isLate = ticket.isFinal || !isCentral && !holds(command.person, ticket.id, at: .max)
        func words(late: Bool) -> Note? {
            guard let body = command.route ?? command.text("body"), ticket.notes[command.id] == nil else { return nil }
            let kind = command.kindOfNote
            return Note(kind: kind, author: command.person, body: body, at: flagged ? occurredAt : command.wall, late: late)
        }
        if command.isCentral { return acting(command, on: ticket, occurredAt: occurredAt) { words(late: false) } }
        if relation == .stranger { return Ruling(Answer("held", "not-yours")) }
        if command.kind == "fill" { return filling(command, on: ticket, isLate: isLate) }
        if command.isAdditive {
            var ruling = Ruling(Answer("applied", isLate ? "late" : "ok"))
            ruling.note = words(late: isLate)
            return ruling
        }
        if command.isEdit {
            var ruling = edit(command, on: ticket, override: override)
            if ruling.answer.verdict != "rejected" { ruling.note = words(late: isLate) }
            return ruling
        }
        if command.isAboutPart { return sharing(command, on: ticket, by: relation, occurredAt: occurredAt) { words(late: $0) } }
        if command.isAsking {
            return asking(command, on: ticket, by: relation, occurredAt: occurredAt) { words(late: $0) }
        }
        let cell = Self.step(
            command.kind, at: ticket.state, by: relation, isStarted: ticket.columns["started_at"] != nil)
        if command.kind == "return", cell.answer.takesEffect, let refusal = Self.bounced(ticket) {
            var ruling = Ruling(refusal)
            ruling.note = words(late: true)
            return ruling
        }
        var ruling = Ruling(cell.answer)
        if cell.answer.takesEffect {
            if let next = cell.next { ruling.columns["state"] = next }
            let stamp = ["accept": "accepted_at", "start": "started_at", "resolve": "resolved_at"][command.kind]
            if let stamp { ruling.columns[stamp] = String(occurredAt) }
            ruling.note = words(late: false)
        } else if cell.words {
            ruling.note = words(late: true)
            ruling.conflicts[command.kind == "resolve" ? "resolution" : "return"] = Conflict(
                ticket: ticket.id, trunk: nil, theirs: ticket.state, ours: command.text("body"), rule: "first",
                outcome: cell.answer.verdict == "held" ? "open" : "theirs", may: "centre",
                against: writer(of: ["state", "assignee"], on: ticket.id, unseenBy: command), settledBy: nil, sequence: 0)
        }
        return ruling
    }

    /// What people of the centre alone do.
    private func acting(_ command: Command, on ticket: Ticket, occurredAt: Int, words: () -> Note?) -> Ruling {
        if command.isAnswer { return answering(command, on: ticket, occurredAt: occurredAt) }
        if command.isMerging { return merging(command, on: ticket, occurredAt: occurredAt, words: words) }
        if command.isClimbing { return climbing(command, on: ticket, occurredAt: occurredAt) }
        var ruling = central(command, on: ticket, occurredAt: occurredAt)
        if ruling.answer.takesEffect { ruling.note = words() }
        return ruling
    }

    private func edit(_ command: Command, on ticket: Ticket, override: Bool) -> Ruling {
        let columns = command.arguments.filter { $0.key != "body" }
        let author = person(command.person)
        if ticket.isFinal, author?.isCentral != true, !override { return Ruling(Answer("held", "edit-after-close")) }
        return settle(columns, of: command, on: ticket, override: override)
    }

    private func central(_ command: Command, on ticket: Ticket, occurredAt: Int) -> Ruling {
        let cell = Self.act(command.kind, at: ticket.state)
        var ruling = Ruling(cell.answer)
        guard cell.answer.takesEffect else { return ruling }
        if command.kind == "close", ticket.parts.values.contains(where: \.isOpen) {
            return Ruling(Answer("rejected", "parts-open"))
        }
        if command.kind == "dispatch", let unit = command.text("supervisor") {
            let before = ticket.parts.filter { $0.value.role == "supervisor" && !$0.value.isEnded }
            if !before.contains(where: { $0.value.unit == unit }) {
                for (key, part) in before { ruling.parts[key] = part.ended }
                ruling.parts["\(command.id) \(unit)"] = Part(unit, "supervisor")
            }
        }
        if command.kind == "close" { ruling.columns["closed_at"] = String(occurredAt) }
        // A leader may be named without giving the ticket to anybody.
        let stays = command.kind == "assign" ? ticket.columns["assignee"] ?? nil : nil
        guard command.kind == "dispatch" || command.kind == "assign", let assignee = command.text("assignee") ?? stays else {
            ruling.columns["state"] = cell.next
            return ruling
        }
        let named = command.arguments["helpers"] != nil
        let names = named ? Self.set(command.text("helpers")) : ticket.helpers.keys.sorted()
        guard ([assignee] + (named ? names : [])).allSatisfy({ person($0) != nil }) else {
            return Ruling(Answer("rejected", "unknown-person"))
        }
        if let leader = command.text("leader"), let level = command.text("leader_level") {
            guard person(leader) != nil else { return Ruling(Answer("rejected", "unknown-person")) }
            if ticket.leader(on: level) != leader {
                ruling.rungs[command.id] = Rung(level, owner: leader, ladder: "responsible", at: occurredAt)
            }
        }
        var helpers: [String: String?] = [:]
        for name in names where name != assignee { helpers[name] = ticket.helpers[name] ?? .some(person(name)?.profession) }
        ruling.helpers = helpers
        let isNew = ticket.columns["assignee"] != assignee
        ruling.columns["assignee"] = assignee
        // Given out anew, even to the same person: nobody has accepted it.
        if isNew || command.kind == "dispatch" {
            for stamp in ["accepted_at", "started_at"] { ruling.columns[stamp] = .some(nil) }
        }
        guard command.kind == "dispatch" else {
            if isNew { ruling.columns["state"] = cell.next }
            if !isNew, helpers == ticket.helpers, ruling.rungs.isEmpty { return Ruling(Answer("superseded", "nothing-to-do")) }
            return ruling
        }
        ruling.columns["state"] = cell.next
        ruling.columns["resolved_at"] = .some(nil)
        for name in ["grid", "unit"] {
            let value = [command.text(name), command.givenColumns[name], ticket.columns[name]].compactMap(\.self).first
            ruling.columns[name] = .some(value)
        }
        if ticket.columns["first_responsible"] == nil { ruling.columns["first_responsible"] = assignee }
        let isFirst = ticket.columns["dispatched_at"] == nil
        if isFirst { ruling.columns["dispatched_at"] = String(occurredAt) }
        if let due = command.text("due_at") {
            ruling.columns["due_at"] = due
        } else if isFirst || command.text("class") != nil, let due = command.givenColumns["due_at"] {
            ruling.columns["due_at"] = due
        }
        return ruling
    }

    private func making(_ command: Command, occurredAt: Int, flagged: Bool, override: Bool) -> Ruling {
        let author = person(command.person)
        if command.kind == "create", author?.isCentral != true { return Ruling(Answer("rejected", "not-permitted")) }
        if ticket(command.ticket) != nil { return Ruling(Answer("applied", "nothing-to-do")) }
        var columns = command.givenColumns
        for (name, value) in command.arguments
        where !["name", "phone", "address", "identity_number", "descent", "relay"].contains(name) {
            columns[name] = value
        }
        let written = flagged ? occurredAt : command.wall
        columns["state"] = command.kind == "report" ? "received" : "awaiting-dispatch"
        if command.kind == "report" {
            columns["reporter"] = command.person
            columns["grid"] = command.text("grid") ?? author?.grid
            columns["created_at"] = String(written)
        } else {
            columns["created_at"] = command.text("created_at") ?? String(occurredAt)
        }
        let isOutside = command.kind == "report" && command.text("grid").map { $0 != author?.grid } ?? false
        var ruling = Ruling(isOutside && !override ? Answer("held", "outside-area") : Answer("applied"))
        var made = Ticket(command.ticket, columns: columns)
        // What a volunteer reports goes to somebody of the grids above.
        if author?.role == "volunteer", let relay = command.text("relay"), relay != command.person,
            ["worker", "leader", "guide"].contains(person(relay)?.role)
        {
            made.helpers[relay] = .some(nil)
        }
        ruling.made = made
        if let descent = command.text("descent") {
            ruling.note = Note(
                kind: command.kind == "report" ? "from-task" : "sweep", author: command.person, body: descent, at: written,
                late: false)
        }
        return ruling
    }
}

extension RuleModel.Command {
    /// How a ticket came to its unit: it stands among the ticket's words, by rule or by hand.
    var route: String? { kind == "dispatch" ? text("route") : nil }

    /// The kind of the note that keeps its words.
    var kindOfNote: String {
        if kind == "visit" {
            let persons = text("persons").map { "+\($0)" } ?? ""
            return (text("outcome").map { "visit-\($0)" } ?? "visit") + persons
        }
        return route?.contains("rule=") == true ? "dispatch-rule" : kind
    }
}
