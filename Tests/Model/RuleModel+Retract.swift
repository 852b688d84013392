extension RuleModel {
    /// A command that asks for another one back.
    func retraction(_ command: Command, override: Bool) -> Ruling {
        let name = command.text("target") ?? ""
        guard let target = records[name], target.command.person == command.person else {
            return Ruling(Answer("held", "waits-for-target", waitsFor: name))
        }
        if target.command.kind == "retract" { return Ruling(Answer("rejected", "retract-of-retract")) }
        if target.command.isCentral { return Ruling(Answer("rejected", "not-retractable")) }
        if target.command.ticket != command.ticket { return Ruling(Answer("rejected", "bad-arguments")) }
        if target.isUndecided { return ended(target) }
        guard target.isEffective, target.takenBack == nil else { return Ruling(Answer("superseded", "nothing-to-retract")) }
        let isAsked = undecidedRecords.contains {
            $0.command.kind == "retract" && $0.command.id != command.id
                && $0.command.text("target") == name && $0.now.answer.reason != "waits-for-target"
        }
        if isAsked { return Ruling(Answer("superseded", "already-asked")) }
        var ruling = wayBack(of: target, for: command)
        // What stays as it is, is a conflict once it goes back; while it is asked for, all stands.
        if ruling.answer.reason == "retract-asked", !override { ruling.conflicts = [:] }
        return ruling
    }

    /// Nobody acted on it yet: its author ends it, and what it left behind goes with it.
    private func ended(_ target: Record) -> Ruling {
        var ruling = Ruling(Answer("applied"))
        guard let ticket = ticket(target.command.ticket) else { return ruling }
        if ticket.notes[target.command.id] != nil, target.effect?.made != true { ruling.goes = [target.command.id] }
        if target.effect?.made == true, ticket.state == "received" { ruling.columns["state"] = "withdrawn" }
        return ruling
    }

    /// What goes back of a command that took effect. It is held; a dispatcher who accepts gets the same with `applied`.
    private func wayBack(of target: Record, for command: Command) -> Ruling {
        var ruling = Ruling(Answer("held", "retract-asked"))
        let tooLate = Answer("held", "retract-too-late")
        guard let ticket = ticket(target.command.ticket) else { return Ruling(tooLate) }
        if ticket.notes[target.command.id] != nil { ruling.goes = [target.command.id] }
        let effect = target.effect
        switch target.command.kind {
        case "extend", "dispute", "defer":
            if var request = ticket.requests[target.command.id], request.state == "pending" {
                request.state = "withdrawn"
                ruling.requests[target.command.id] = request
            } else {
                ruling.answer = tooLate
            }
        case "whistle", "report-in", "finish-part":
            if let parts = partsBack(of: target.command, on: ticket) { ruling.parts = parts } else { ruling.answer = tooLate }
        case "fill":
            ruling.answersGone = Set(ticket.answers.keys.filter { $0.hasPrefix(target.command.id + " ") })
            if ruling.answersGone.isEmpty { ruling.answer = Answer("superseded", "nothing-to-retract") }
        case "visit", "note", "explain", "urge":
            if ruling.goes.isEmpty { ruling.answer = Answer("superseded", "nothing-to-retract") }
        case "edit", "choose":
            // What was held may have left words, and accepting it changed no column.
            let columns = (before: effect?.before ?? [:], after: effect?.after ?? [:])
            guard !columns.before.isEmpty || !ruling.goes.isEmpty else {
                return Ruling(Answer("superseded", "nothing-to-retract"))
            }
            for (name, after) in columns.after {
                let (stands, before) = (ticket.columns[name], columns.before[name] ?? nil)
                if stands == after {
                    ruling.columns[name] = .some(before)
                } else if stands != before {
                    ruling.conflicts[name] = Conflict(
                        ticket: ticket.id, trunk: after, theirs: stands, ours: before, rule: "retract", outcome: "theirs",
                        may: "centre", against: writer(of: Self.group(of: name), on: ticket.id, unseenBy: command),
                        settledBy: nil,
                        sequence: 0)
                }
            }
            if ruling.columns.isEmpty, ruling.goes.isEmpty, !ruling.conflicts.isEmpty {
                ruling.answer = tooLate
                // Held: nothing stands because of it yet.
                for name in ruling.conflicts.keys { ruling.conflicts[name]!.outcome = "open" }
            }
            // All of it is back already.
            if ruling.columns.isEmpty, ruling.conflicts.isEmpty, ruling.goes.isEmpty {
                ruling.answer = Answer("superseded", "nothing-to-retract")
            }
        case "report":
            // Where it came from stays with it.
            ruling.goes = []
            ruling.columns["state"] = "withdrawn"
            if ticket.state != "received" { ruling.answer = tooLate }
        default:
            guard let effect, let then = self.ticket(ticket.id, at: effect.sequence) else { return Ruling(tooLate) }
            let stands = ["state", "assignee", "accepted_at", "started_at", "resolved_at"].allSatisfy {
                then.columns[$0] == ticket.columns[$0]
            }
            let back = (effect.before["state"] ?? nil) ?? ticket.state
            if stands, Self.leadsBack(target.command.kind, from: ticket.state, to: back) {
                ruling.columns = effect.before
            } else {
                ruling.answer = tooLate
            }
        }
        return ruling
    }

    /// The edges `retract-…`: a resolve that a dispatcher accepted on a ticket that nobody had accepted has none.
    static func leadsBack(_ kind: String, from: String, to: String) -> Bool {
        switch (kind, from) {
        case ("accept", "awaiting-handling"): to == "dispatched"
        case ("start", "awaiting-handling"), ("resolve", "handled"): to == "awaiting-handling"
        case ("return", "returned"): to == "awaiting-handling" || to == "dispatched"
        default: false
        }
    }

    /// A command that changes the outcome of a conflict.
    func choice(_ command: Command, override: Bool) -> Ruling {
        let (name, field) = (command.text("target") ?? "", command.text("field") ?? "")
        let unknown = Ruling(Answer("held", "waits-for-target", waitsFor: name))
        guard let conflict = disputes[name]?[field], let target = records[name] else { return unknown }
        let isCentral = person(command.person)?.isCentral == true
        let isHandler = ticket(conflict.ticket)?.isHandler(command.person) == true
        let sides = [target.command.person, conflict.against.flatMap { records[$0]?.command.person }]
        guard override || isCentral || isHandler || sides.contains(command.person) else { return unknown }
        // Whoever may not edit a column may not choose its value either.
        let mayEdit = Self.rule(of: field) == nil || Self.mayEdit(field, as: person(command.person)?.role ?? "")
        guard override || mayEdit && (isCentral || conflict.may == "holder" && isHandler) else {
            return Ruling(Answer("rejected", "not-yours-to-choose"))
        }
        if target.isUndecided { return Ruling(Answer("rejected", "decide-instead")) }
        guard Self.rule(of: field) != nil else { return Ruling(Answer("rejected", "not-a-column")) }
        guard let ticket = ticket(conflict.ticket) else { return unknown }
        if ticket.isFinal, !isCentral, !override { return Ruling(Answer("held", "edit-after-close")) }
        let columns = chosen(command, field, of: name)
        var ruling: Ruling
        if columns.allSatisfy({ ticket.columns[$0.key] == $0.value }) {
            ruling = Ruling(Answer("applied", "nothing-to-do"))
        } else {
            ruling = settle(columns, of: command, on: ticket, override: override)
        }
        if ruling.answer.takesEffect {
            let side = command.text("side") ?? "text"
            let after = ticket.columns.merging(ruling.columns.compactMapValues(\.self)) { $1 }.filter {
                ruling.columns[$0.key] != .some(nil)
            }
            let isUnited = Self.rule(of: field) == "union" && columns.contains { after[$0.key] != $0.value }
            ruling.settles = Self.group(of: field).filter { disputes[name]?[$0] != nil }.map {
                Settling(command: name, field: $0, outcome: isUnited ? "both" : side)
            }
        }
        return ruling
    }

    /// What is to stand after a choice: the value that the command gives, of a place `LAT,LON`; without one the chosen side's.
    func chosen(_ command: Command, _ field: String, of target: String) -> [String: String?] {
        let names = Self.group(of: field)
        let isOurs = command.text("side") == "ours"
        guard let value = command.arguments["value"] else {
            return names.reduce(into: [:]) { $0[$1] = .some(disputes[target]?[$1].flatMap { isOurs ? $0.ours : $0.theirs }) }
        }
        guard names.count > 1 else { return [field: value] }
        let parts = (value ?? "").split(separator: ",").map { Double($0).map { String($0) } }
        return zip(names, parts.count == names.count ? parts : names.map { _ in nil }).reduce(into: [:]) {
            $0[$1.0] = .some($1.1)
        }
    }
}
