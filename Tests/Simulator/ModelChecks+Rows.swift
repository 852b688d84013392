import Changeset
import Model
import SyncProtocol
import Tickets

extension ModelChecks {
    /// What a device's person gave since the last look: its trunk is what the model shows them.
    func given(_ run: Run, _ device: SimDevice, isChecked: Bool) throws {
        let last = try device.peek().int("SELECT coalesce(max(ordinal), 0) FROM command")
        var before = seen[device.file] ?? 0
        // A copy, or a phone that was put back: what it has is taken as it is.
        let isKnown = seen[device.file] != nil && last >= before
        if !isKnown {
            before = 0
            model.forget(device.file)
        }
        seen[device.file] = last
        for row in try device.peek().rows(
            "SELECT id, payload, taken_back_at FROM command WHERE ordinal > ? ORDER BY ordinal", [.integer(before)])
        {
            guard let id = CommandID(row[0])?.description, let payload = row[1].bytes.flatMap({ try? Payload(decoding: $0) })
            else { continue }
            var command = RuleModel.Command(
                id, payload.kind, by: device.person, on: payload.ticket.description, replica: device.file,
                payload.arguments.asTexts,
                seen: Int(clamping: payload.seen.base))
            let actual = (try? Changeset(parsing: payload.changeset))?.oldColumns(of: payload.ticket) ?? [:]
            command.evidence = actual
            // The first picture of another life of the centre has not come yet: the screen is still that of the life before.
            let hasPicture = payload.seen.incarnation.bytes == incarnation && payload.seen.base > 0
            let foreseen = model.give(command, hand: device.file, isKnown: isKnown && hasPicture)
            guard isChecked, isKnown, hasPicture, payload.kind == "edit", !device.isOldRelease
            else { continue }
            let columns = actual.filter { command.arguments.keys.contains($0.key) }
            guard columns == foreseen else {
                throw run.violation("I13", "the trunk of an edit on \(device.file) is \(columns), its author saw \(foreseen)")
            }
        }
        for row in try device.peek().rows("SELECT id FROM command WHERE taken_back_at IS NOT NULL") {
            if let id = CommandID(row[0])?.description { model.undo(id, hand: device.file) }
        }
        if !isKnown, run.centre.restoredCount > 0 { void(device) }
    }

    /// What an earlier life of the centre said without effect does not show any more, although this life has not spoken yet.
    func void(_ device: SimDevice) {
        for (id, told) in device.ledger.told where Verdict(rawValue: told.verdict)?.takesEffect != true {
            model.undo(id.description, hand: device.file)
        }
    }

    /// I13: after a sync a device shows what the centre has at its base, with its own pending work on top.
    func shown(_ run: Run, _ device: SimDevice) throws {
        let peek = try device.peek()
        guard run.centre.restoredCount == 0, !device.isOldRelease,
            let cursor = try peek.rows("SELECT incarnation, base FROM cursor").first, cursor[0].bytes == incarnation
        else { return }
        let columns = ["finding", "location", "latitude", "longitude", "tags", "title"]
        let pending = try peek.rows(
            """
            SELECT DISTINCT t.id, t.finding, t.location, t.latitude, t.longitude, t.tags, t.title
            FROM command AS c JOIN ticket AS t ON t.id = c.ticket JOIN entity AS e ON e.kind = 1 AND e.id = t.id AND e.leaving IS NULL
            WHERE c.kind IN ('edit', 'choose') AND c.absorbed_at IS NULL AND c.taken_back_at IS NULL
            """)
        for row in pending {
            guard let id = TicketID(row[0])?.description, let base = cursor[1].int,
                let ours = model.shown(id, to: device.file, seen: Int(base))
            else { continue }
            for (name, value) in zip(columns, row.dropFirst()) where value.asText != ours.columns[name] {
                throw run.violation(
                    "I13",
                    "\(device.file) shows \(name) \(value.asText ?? "NULL"), its person gave \(ours.columns[name] ?? "NULL")")
            }
        }
    }

    /// I16, I13: a ticket that is not on the device any more has left with a word, and not before its person's commands were answered.
    func left(_ run: Run, _ device: SimDevice) throws {
        let peek = try device.peek()
        let tickets = Set(try peek.rows("SELECT id FROM entity WHERE kind = 1").map { $0[0] })
        let news = try peek.int("SELECT coalesce(max(ordinal), 0) FROM news")
        defer { held[device.file] = (tickets, news) }
        // A phone with older files, or an erased one, begins anew.
        guard let before = held[device.file], news >= before.news,
            try peek.value("SELECT revoked_at FROM identity") == .null
        else { return }
        let gone = before.tickets.subtracting(tickets)
        guard !gone.isEmpty else { return }
        // I13: what its person gave on it still stands there as long as the centre has not spoken. Spoken has, too, a life of the centre
        // that ended in the same step, after the ticket had left.
        let pending = try peek.rows(
            """
            SELECT DISTINCT ticket FROM command c WHERE absorbed_at IS NULL AND taken_back_at IS NULL AND NOT (
                verdict_incarnation IS NOT NULL AND verdict_incarnation <> (SELECT incarnation FROM cursor)
                AND EXISTS (SELECT 1 FROM news l, news r WHERE l.kind = 'ticket-left' AND l.ticket = c.ticket AND l.ordinal > ?
                    AND r.kind = 'read-anew' AND r.ordinal > l.ordinal))
            """, [.integer(before.news)]
        ).map { $0[0] }
        guard gone.isDisjoint(with: pending) else {
            throw run.violation("I13", "a ticket went from \(device.file) although its person waits for an answer on it")
        }
        let told = try peek.rows("SELECT ticket FROM news WHERE ordinal > ? AND kind = 'ticket-left'", [.integer(before.news)])
        guard gone.isSubset(of: Set(told.map { $0[0] })) else {
            throw run.violation("I16", "a ticket left \(device.file), and nobody was told")
        }
    }

    /// I6: both authors of a conflict have it.
    func disputes(_ run: Run, _ device: SimDevice) throws {
        guard run.centre.restoredCount == 0, !device.isWiped, !device.isOldRelease else { return }
        var expected: Set<String> = []
        for id in model.commandIDs {
            guard let author = model.record(id)?.command.person else { continue }
            for (field, conflict) in model.conflicts(of: id) {
                let other = conflict.against.flatMap { model.record($0)?.command.person }
                if author == device.person || other == device.person { expected.insert("\(id) \(field)") }
            }
        }
        let known = Set(
            try device.peek().rows("SELECT command, field FROM conflict").map {
                "\(CommandID($0[0])?.description ?? "") \($0[1].string ?? "")"
            })
        guard known == expected else {
            throw run.violation("I6", "\(device.file) has \(known.count) conflicts, its person is a side of \(expected.count)")
        }
    }

    /// Every ticket, helper, note and conflict of the store.
    func rows(_ run: Run) throws {
        let peek = try run.centre.peek()
        var stored: [String: RuleModel.Ticket] = [:]
        let names = TicketColumn.allCases.map(\.rawValue)
        for row in try peek.rows("SELECT \(names.joined(separator: ", ")) FROM ticket WHERE deleted = 0") {
            guard let id = TicketID(row[0])?.description else { continue }
            var ticket = RuleModel.Ticket(id, columns: [:])
            for (name, value) in zip(names, row) { ticket.columns[name] = value.asText }
            stored[id] = ticket
        }
        for row in try peek.rows("SELECT ticket, person, profession FROM helper WHERE deleted = 0") {
            if let id = TicketID(row[0])?.description { stored[id]?.helpers[row[1].string ?? ""] = .some(row[2].string) }
        }
        for row in try peek.rows(
            "SELECT id, ticket, kind, author, body, occurred_at, late, command FROM note WHERE deleted = 0")
        {
            guard let id = TicketID(row[1])?.description, let command = CommandID(row[7])?.description else { continue }
            guard stored[id]?.notes.updateValue(RuleModel.Note(row: row), forKey: command) == nil else {
                throw run.violation("I2", "the command \(command) left two notes")
            }
        }
        for row in try peek.rows("SELECT id, ticket, kind, giver, taker FROM transfer WHERE deleted = 0") {
            guard let id = TicketID(row[1])?.description, let command = CommandID(row[0])?.description else { continue }
            stored[id]?.transfers[command] = RuleModel.Transfer(row[2].string ?? "", giver: row[3].string, taker: row[4].string)
        }
        for row in try peek.rows(
            "SELECT command, ticket, unit, role, reported_by, done_by, ended_at, asked_at FROM part WHERE deleted = 0")
        {
            guard let id = TicketID(row[1])?.description, let command = CommandID(row[0])?.description else { continue }
            stored[id]?.parts["\(command) \(row[2].string ?? "")"] = RuleModel.Part(
                row[2].string ?? "", row[3].string ?? "", reported: CommandID(row[4])?.description,
                done: CommandID(row[5])?.description, isEnded: row[6] != .null, asked: Int(row[7].int ?? 0))
        }
        for row in try peek.rows("SELECT id, ticket, parent, due_at, own_due_at, ended_at FROM incident WHERE deleted = 0") {
            guard let id = TicketID(row[1])?.description, let command = CommandID(row[0])?.description else { continue }
            stored[id]?.incidents[command] = RuleModel.Incident(
                into: TicketID(row[2])?.description ?? "", due: row[3].asText, ownDue: row[4].asText, isEnded: row[5] != .null)
        }
        for row in try peek.rows("SELECT id, ticket, place, due_at, outcome, leader FROM escalation WHERE deleted = 0") {
            guard let id = TicketID(row[1])?.description, let command = CommandID(row[0])?.description else { continue }
            stored[id]?.escalations[command] = RuleModel.Escalation(
                Int(row[2].int ?? 0), due: row[3].int.map { Int($0) }, outcome: row[4].string, leader: row[5].string)
        }
        for row in try peek.rows("SELECT \(Table.answer.columnList) FROM answer WHERE deleted = 0") {
            guard let id = TicketID(row[1])?.description, let answer = Answer(row: row) else { continue }
            stored[id]?.answers["\(answer.command) \(answer.item)"] = filled(answer)
        }
        for row in try peek.rows("SELECT id, ticket, level, owner, ladder, at FROM rung WHERE deleted = 0") {
            guard let id = TicketID(row[1])?.description, let command = CommandID(row[0])?.description else { continue }
            stored[id]?.rungs[command] = RuleModel.Rung(
                row[2].string ?? "", owner: row[3].string, ladder: row[4].string ?? "", at: Int(row[5].int ?? 0))
        }
        for row in try peek.rows("SELECT id, ticket, days, state, granted_days, kind, due_at FROM request WHERE deleted = 0") {
            guard let id = TicketID(row[1])?.description, let command = CommandID(row[0])?.description else { continue }
            stored[id]?.requests[command] = RuleModel.Request(
                row[5].string ?? "", days: Int(row[2].int ?? 0), state: row[3].string ?? "", granted: row[4].int.map { Int($0) },
                due: row[6].int.map { Int($0) })
        }
        guard stored == observed else {
            let odd = Set(stored.keys).union(observed.keys).filter { stored[$0] != observed[$0] }.sorted()
            throw run.violation("I8", "the rows of \(odd[0]) are not what the journal says")
        }
        try commands(run, peek)
        try conflicts(run, peek)
    }

    private func commands(_ run: Run, _ peek: Peek) throws {
        for row in try peek.rows("SELECT id, verdict, reason, decision, person FROM command WHERE verdict IS NOT NULL") {
            guard let id = CommandID(row[0])?.description else { continue }
            guard let record = model.record(id) else { throw run.violation("I1", "the command \(id) stands in no entry") }
            guard row[1].string == record.now.answer.verdict, row[2].string == record.now.answer.reason,
                row[3].string == record.now.decision
            else {
                throw run.violation(
                    "I1",
                    "\(record.command.kind) \(id) is \(row[1].string ?? "") \(row[2].string ?? "") \(row[3].string ?? ""), should be \(record.now.answer) \(record.now.decision ?? "")"
                )
            }
        }
    }

    /// I6: who lost what, and who may still change it.
    private func conflicts(_ run: Run, _ peek: Peek) throws {
        let names = Table.conflict.columns
        var stored: [String: [String: [String: String]]] = [:]
        for row in try peek.rows("SELECT \(names.joined(separator: ", ")) FROM conflict WHERE deleted = 0") {
            var texts: [String: String] = [:]
            for (name, value) in zip(names, row) {
                texts[name] =
                    ["command", "against", "settled_by"].contains(name) ? CommandID(value)?.description : value.asText
            }
            stored[texts["command"] ?? "", default: [:]][texts["field"] ?? ""] = texts
        }
        for id in Set(model.commandIDs).union(stored.keys).sorted() {
            let (theirs, ours) = (stored[id] ?? [:], model.conflicts(of: id))
            let kind = model.record(id)?.command.kind ?? "command"
            guard Set(theirs.keys) == Set(ours.keys) else {
                throw run.violation(
                    "I6", "\(kind) \(id) has conflicts on \(theirs.keys.sorted()), should have on \(ours.keys.sorted())")
            }
            for (field, conflict) in ours.sorted(by: { $0.key < $1.key }) {
                try compare(conflict, theirs[field] ?? [:], "\(kind) \(id) on \(field)", run, has: Set(names))
            }
        }
    }

    private func compare(
        _ ours: RuleModel.Conflict, _ theirs: [String: String], _ place: String, _ run: Run, has columns: Set<String>
    ) throws {
        let expected: [(String, String?)] = [
            ("trunk", ours.trunk), ("theirs", ours.theirs), ("ours", ours.ours), ("rule", ours.rule), ("may", ours.may),
            ("against", ours.against), ("settled_by", ours.settledBy), ("outcome", ours.outcome),
        ]
        for (name, value) in expected where columns.contains(name) {
            guard theirs[name] == value else {
                throw run.violation("I6", "\(place): \(name) is \(theirs[name] ?? "NULL"), should be \(value ?? "NULL")")
            }
        }
    }
}
