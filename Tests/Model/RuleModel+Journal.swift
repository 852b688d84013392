extension RuleModel {
    /// A command of a device, or an act at the centre, at its place in the server's order.
    ///
    /// - Parameters:
    ///   - occurredAt: When it happened, as the centre fixed it.
    ///   - sequence: Its entry.
    /// - Returns: The entries that the journal must show from `sequence` on, in order.
    public mutating func judge(_ command: Command, occurredAt: Int, flagged: Bool = false, at sequence: Int) -> [Entry] {
        head = max(head, sequence - 1)
        var ruling: Ruling
        switch command.fault {
        case "bad-arguments"?: ruling = Ruling(Answer(command.makesTicket ? "held" : "rejected", "bad-arguments"))
        case let fault?: ruling = Ruling(Answer("held", fault))
        case nil: ruling = rule(command, occurredAt: occurredAt, flagged: flagged, override: false)
        }
        if command.fault == nil || command.fault == "bad-arguments", let first = blocker(of: command) {
            ruling = Ruling(Answer("held", "waits-for", waitsFor: first))
        }
        if let receipt = command.receipt, command.fault != "revoked" { ruling = restored(ruling, as: receipt) }
        newestOrder += 1
        let standing = Record.Standing(sequence: sequence, answer: ruling.answer, decision: nil)
        records[command.id] = Record(
            command: command, now: standing, history: [], occurredAt: occurredAt, flagged: flagged, order: newestOrder)
        noteStanding(of: command.id)
        var entries = conclude("verdict", nil, ruling, on: command.id)
        entries += revive(command.id)
        return entries
    }

    /// A dispatcher answers a held command.
    ///
    /// - Parameters:
    ///   - decision: `accepted`, `declined` or `amended`.
    ///   - amendments: Arguments in place of those that the author gave.
    ///   - givenColumns: Of a command that makes its ticket only now: as `Command` has them.
    /// - Returns: The entries from `sequence` on, or the reason why nothing can be decided so.
    public mutating func decide(
        _ id: String, _ decision: String, _ amendments: [String: String?] = [:], givenColumns: [String: String] = [:],
        at sequence: Int
    ) -> (entries: [Entry], refusal: String?) {
        guard var record = records[id], record.isUndecided else { return ([], "not-held") }
        head = max(head, sequence - 1)
        if decision == "declined" {
            var declined = Ruling(Answer("rejected"))
            declined.answer = record.now.answer
            return (conclude("decision", decision, declined, on: id) + follow(id), nil)
        }
        // What a lost device sent, or what made the code fail once, may be right for all that; what nobody can read is not.
        let fault = record.command.fault
        guard fault == nil || fault == "revoked" || fault == "poisoned" else { return ([], record.now.answer.reason) }
        record.command.arguments.merge(amendments) { $1 }
        record.command.givenColumns.merge(givenColumns) { $1 }
        record.command.evidence = nil
        var ruling = rule(record.command, occurredAt: record.occurredAt, flagged: record.flagged, override: true)
        if ruling.answer.reason == "retract-asked" { ruling.answer = Answer("applied") }
        guard ruling.answer.takesEffect else { return ([], ruling.answer.reason) }
        let relation = record.command.kind == "retract" ? nil : Relation.decision
        return (conclude("decision", decision, ruling, as: relation, on: id) + follow(id), nil)
    }

    /// The newest undecided command of the same device on the same ticket that this one depends on.
    ///
    /// - Parameter later: Its own record, if it was judged before.
    func blocker(of command: Command, before later: Record? = nil) -> String? {
        guard let replica = command.replica else { return nil }
        return undecidedRecords { $0.ticket == command.ticket }.filter {
            $0.command.replica == replica
                && later.map($0.isBefore) ?? true && $0.command.id != command.id && Self.depends(command, on: $0.command)
        }.sorted { $0.order < $1.order }.max { $0.isBefore($1) }?.command.id
    }

    /// A transition depends on all before it, an edit on what wrote one of its columns, everything on the report that made the ticket;
    /// a retraction on nothing, and nothing on a retraction.
    static func depends(_ later: Command, on earlier: Command) -> Bool {
        if later.makesTicket || later.kind == "retract" || earlier.kind == "retract" { return false }
        if earlier.makesTicket || later.isTransition { return true }
        if later.isAboutPart { return earlier.isAboutPart }
        if later.isAsking { return earlier.kind == "explain" || earlier.isAsking }
        return !writes(later).isDisjoint(with: writes(earlier))
    }

    private static func writes(_ command: Command) -> Set<String> {
        switch command.kind {
        case "edit": Set(command.arguments.keys.filter { $0 != "body" })
        case "choose": Set(group(of: command.text("field") ?? ""))
        default: []
        }
    }

    /// A receipt fixes the verdict; an effect that does not fit any more is held.
    private func restored(_ ruling: Ruling, as receipt: Answer) -> Ruling {
        var restored = ruling
        if receipt.takesEffect {
            guard ruling.answer.takesEffect else { return Ruling(Answer("held", "after-restore")) }
        } else if ruling.answer.takesEffect {
            restored = Ruling(receipt)
        } else {
            // A held command's quarrels are a dispatcher's; of what is no question any more, what stands stands.
            for (name, conflict) in restored.conflicts where (conflict.outcome == "open") != (receipt.verdict == "held") {
                restored.conflicts[name]!.outcome = receipt.verdict == "held" ? "open" : "theirs"
            }
        }
        restored.answer = receipt
        return restored
    }

    /// Writes one entry, and what an accepted retraction of an undecided command ends.
    ///
    /// - Parameter relation: Of a dispatcher's word; nil = the author's own.
    private mutating func conclude(
        _ kind: String, _ decision: String?, _ ruling: Ruling, as relation: Relation? = nil, on id: String
    ) -> [Entry] {
        guard let record = records[id] else { return [] }
        let isRetraction = record.command.kind == "retract" && ruling.answer.takesEffect && decision != "declined"
        let target = isRetraction ? record.command.text("target") : nil
        guard let target, let held = records[target] else { return [write(kind, decision, ruling, as: relation, on: id)] }
        guard held.isUndecided else {
            records[target]!.takenBack = head + 1
            return [write(kind, decision, ruling, on: id)]
        }
        var own = ruling
        (own.columns, own.goes) = ([:], [])
        var entries = [write(kind, decision, own, on: id)]
        var ended = ruling
        ended.answer = Answer("held", "retracted")
        entries.append(write("decision", "declined", ended, on: target))
        return entries + follow(target)
    }

    /// Those that waited for a command, in their order, each decided as if it came now.
    private mutating func follow(_ id: String) -> [Entry] {
        guard let decided = records[id]?.command else { return [] }
        let waiting = undecidedRecords { $0.ticket == decided.ticket }.filter {
            $0.now.answer.reason == "waits-for" && $0.command.replica == decided.replica
        }.sorted { $0.isBefore($1) || !$1.isBefore($0) && $0.order < $1.order }
        var entries: [Entry] = []
        for held in waiting where records[held.command.id]?.isUndecided == true {
            guard let other = blocker(of: held.command, before: held) else {
                entries += again(held)
                continue
            }
            if held.now.answer.waitsFor == id, other != id {
                entries.append(
                    write("held-again", nil, Ruling(Answer("held", "waits-for", waitsFor: other)), on: held.command.id))
            }
        }
        return entries
    }

    /// A retraction that came before its target is decided again when the target has come; a choice when the target has a conflict.
    private mutating func revive(_ id: String) -> [Entry] {
        let waiting = undecidedRecords { $0.target == id }.filter {
            $0.command.kind == "choose" ? disputes[id] != nil : $0.command.person == records[id]?.command.person
        }.sorted { $0.order < $1.order }
        return waiting.flatMap { again($0) }
    }

    private mutating func again(_ held: Record) -> [Entry] {
        let ruling = rule(held.command, occurredAt: held.occurredAt, flagged: held.flagged, override: false)
        guard ruling.answer.verdict != "held" else { return [write("held-again", nil, ruling, on: held.command.id)] }
        return conclude("decision", ruling.answer.takesEffect ? "accepted" : "declined", ruling, on: held.command.id)
    }

    /// One entry with what it changes.
    private mutating func write(
        _ kind: String, _ decision: String?, _ ruling: Ruling, as relation: Relation? = nil, on id: String
    ) -> Entry {
        head += 1
        let command = records[id]!.command
        let before = ticket(command.ticket)
        var relation = relation ?? self.relation(of: command.person, to: command.ticket, seen: command.base)
        // Words are late only where their author holds the ticket no more.
        if command.isAdditive, relation == .former, holds(command.person, command.ticket, at: .max) { relation = .onlooker }
        var after = ruling.made ?? before
        // What a retraction would put back is only its way back until somebody grants it; a receipt may have settled it otherwise.
        if command.kind != "retract" || ruling.answer.takesEffect {
            for (name, value) in ruling.columns { after?.columns[name] = value }
            for note in ruling.goes { after?.notes[note] = nil }
            for (name, request) in ruling.requests { after?.requests[name] = request }
            after?.rungs.merge(ruling.rungs) { $1 }
            after?.parts.merge(ruling.parts) { $1 }
            after?.escalations.merge(ruling.escalations) { $1 }
            after?.incidents.merge(ruling.incidents) { $1 }
            after?.answers.merge(ruling.answers) { $1 }
            for key in ruling.answersGone { after?.answers[key] = nil }
        }
        if let helpers = ruling.helpers { after?.helpers = helpers }
        if let note = ruling.note { after?.notes[id] = note }
        after?.dropRequests(since: before)
        if let before, ruling.answer.takesEffect, decision != "declined" { after?.passOn(since: before, by: command) }
        if let after, after != before {
            tickets[after.id, default: []].append((head, after))
            let emptied = before?.columns.keys.filter { after.columns[$0] == nil } ?? []
            let changed = after.columns.filter { before?.columns[$0.key] != $0.value }.map(\.key) + emptied
            for name in changed { writers[after.id, default: [:]][name, default: []].append((head, id)) }
            if command.kind != "retract", ruling.answer.takesEffect || ruling.made != nil, decision != "declined" {
                records[id]!.effect = Effect(
                    sequence: head, before: changed.reduce(into: [:]) { $0[$1] = .some(before?.columns[$1]) },
                    after: changed.reduce(into: [:]) { $0[$1] = .some(after.columns[$1]) }, wroteNote: ruling.note != nil,
                    made: ruling.made != nil)
            }
        }
        if let decision {
            for (field, conflict) in disputes[id] ?? [:] where conflict.outcome == "open" {
                change(conflict, of: id, field) { $0.outcome = decision == "declined" ? "theirs" : "ours" }
            }
        }
        for (field, conflict) in ruling.conflicts {
            let (first, head) = (disputes[id]?[field], head)
            change(conflict, of: id, field) {
                $0.sequence = head
                // Whoever was named as the other side first has been told so.
                if let first, first.against != nil { ($0.theirs, $0.against) = (first.theirs, first.against) }
            }
        }
        for settled in ruling.settles {
            guard let conflict = disputes[settled.command]?[settled.field] else { continue }
            change(conflict, of: settled.command, settled.field) {
                ($0.settledBy, $0.outcome) = (id, settled.outcome)
            }
        }
        var standing = records[id]!.now
        standing.sequence = head
        if decision == nil { standing.answer = ruling.answer }
        standing.decision = decision
        records[id]!.now = standing
        records[id]!.history.append(standing)
        noteStanding(of: id)
        return Entry(
            kind: kind, command: id, answer: ruling.answer, decision: decision, relation: relation, state: before?.state)
    }

    /// A conflict is another one from the newest entry on.
    private mutating func change(_ conflict: Conflict, of command: String, _ field: String, _ body: (inout Conflict) -> Void) {
        var conflict = conflict
        body(&conflict)
        disputes[command, default: [:]][field] = conflict
        disputeHistory.append((head, command, field, conflict))
    }
}
