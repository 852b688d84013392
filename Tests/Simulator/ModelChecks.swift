import CentralStore
import Changeset
import Model
import SyncProtocol
import Tickets

/// What the centre said and wrote, against the model of the rules: every verdict, decision and renewal in the journal's order, the ticket that
/// each entry leaves, what each author saw, and at quiet every row.
///
/// I5 (where a ticket goes), I1 (one verdict, the right one, one decision), I6 (words and conflicts), I10 (who waits for whom), I12 (when it
/// happened), I13 (a trunk is what its author's screen showed), I2 (an entry that nothing explains).
package final class ModelChecks: Checker {
    var model = RuleModel()
    /// The last entry that was read.
    private var fed: Int64 = 0
    var incarnation: [UInt8] = []
    /// What the journal has to say next.
    private var due: [RuleModel.Entry] = []
    /// Tickets as the journal's changesets leave them.
    var observed: [String: RuleModel.Ticket] = [:]
    /// Replicas that were revoked, and since when.
    private var revoked: [[UInt8]: Int64] = [:]
    /// Before a restore: what was said of a command, oldest first.
    var earlier: [String: [RuleModel.Answer]] = [:]
    /// Before a restore: commands of which a device keeps the receipt, as long as no phone got older files since.
    private var receipted: Set<String> = []
    /// The same by verdict, as it was before the step that is looked at: what a device may have shown in it.
    private var heard: [String: Set<String>] = [:]
    /// Per replica, the latest moment of a command that was surely no outlier.
    private var floors: [[UInt8]: Int64] = [:]
    /// How many commands of a device were looked at, by file.
    var seen: [String: Int64] = [:]

    /// What each device held when it was looked at last, and its last piece of news.
    var held: [String: (tickets: Set<Value>, news: Int64)] = [:]

    /// The model at each backup, by the hash of the last entry in it: a second restore may go to another branch than the first one.
    private var backups: [Value: (model: RuleModel, revoked: [[UInt8]: Int64])] = [:]

    /// Commands that were in flight when the centre died, and have no verdict yet.
    var suspects: Set<String> = []
    /// At how many stops of the centre a command was alone in flight.
    var aloneAtStops: [String: Int] = [:]
    /// How many stops were looked at.
    var stopCount = 0

    package init() {}

    package func begin(_ run: Run) throws {
        try feed(run)
        for device in run.devices { try given(run, device, isChecked: false) }
    }

    package func step(_ run: Run, _ step: Step) throws {
        if step.touchesCentre { countStops(run) }
        if step.touchesCentre, run.centre.service != nil {
            try feed(run)
            try refusals(run)
            try refusedDecisions(run)
        }
        if step.event.kind == .backup { try remember(run) }
        // A centre that died may have decided some before, of which the model hears when it runs again.
        if step.touchesCentre, run.centre.service != nil { try watchSuspects(run) }
        if [.restorePhone, .clone].contains(step.event.kind) {
            // Whose files are which is not what it was: what devices have is taken as it is.
            (receipted, seen, held) = ([], [:], [:])
        }
        for device in step.devices { try given(run, device, isChecked: true) }
        for device in step.synced { try shown(run, device) }
        for device in step.devices { try left(run, device) }
        // Only whoever synced was told something; other files are other ears.
        let isOther = [.restorePhone, .clone].contains(step.event.kind)
        if run.centre.restoredCount > 0, isOther || !step.synced.isEmpty { hear(run) }
    }

    package func lose(_ run: Run) throws {
        countStops(run)
        try feed(run)
    }

    package func quiet(_ run: Run) throws {
        try feed(run)
        guard due.isEmpty else { throw run.violation("I10", "\(due.count) entries are missing, first \(due[0])") }
        try rows(run)
        for device in run.devices { try disputes(run, device) }
    }

    // MARK: the journal

    /// Reads what was written since the last look.
    private func feed(_ run: Run) throws {
        let peek = try run.centre.peek()
        let store = try peek.rows("SELECT incarnation, head FROM store")[0]
        if store[0].bytes != incarnation {
            if !incarnation.isEmpty { try restored(run, peek, head: store[1].int ?? 0) }
            incarnation = store[0].bytes ?? []
        }
        let entries = try peek.rows(
            """
            SELECT j.seq, j.at, j.author, j.kind, j.command, j.body, c.payload, c.replica, c.person, c.kind, c.ticket, c.clock_flag,
                c.received_at, c.epoch, c.sequence
            FROM journal j LEFT JOIN command c ON c.id = j.command WHERE j.seq > ? ORDER BY j.seq
            """, [.integer(fed)])
        for row in entries {
            guard let entry = Told(row) else { throw run.violation("I8", "entry \(row[0]) cannot be read") }
            try take(entry, run)
            fed = entry.sequence
        }
    }

    private func remember(_ run: Run) throws {
        guard let head = run.centre.backups.last?.head, run.centre.service != nil else { return }
        backups[try run.centre.peek().value("SELECT hash FROM journal WHERE seq = ?", [.integer(head)])] = (model, revoked)
    }

    /// The store is a backup now: the model forgets what came after it, and keeps what devices were told.
    private func restored(_ run: Run, _ peek: Peek, head: Int64) throws {
        for device in run.devices where !device.isWiped { receipted.formUnion(device.ledger.told.keys.map(\.description)) }
        // A request from before the restore that comes after it shows no receipts: what is in it may be judged as if it were new.
        if !run.inTransit.isEmpty || !run.sent.isEmpty { receipted = [] }
        let mark = try peek.rows("SELECT max(seq) FROM journal WHERE kind = 'restored'")[0][0].int ?? head
        let hash = try peek.value("SELECT hash FROM journal WHERE seq = ?", [.integer(mark - 1)])
        let before = model
        if let backup = backups[hash] {
            model.restore(backup.model, to: Int(mark) - 1)
            revoked = backup.revoked
        } else {
            model.restore(to: Int(mark) - 1)
        }
        for id in before.commandIDs {
            guard let record = before.record(id), record.history != model.record(id)?.history else { continue }
            earlier[id, default: []] += record.history.map(\.answer)
        }
        fed = mark - 1
        revoked = revoked.filter { $0.value < mark }
        due = []
        floors = [:]
        observed = model.ticketIDs.reduce(into: [:]) { $0[$1] = model.ticket($1) }
        for device in run.devices { void(device) }
        hear(run)
    }

    private func hear(_ run: Run) {
        heard = [:]
        for device in run.devices {
            for (id, told) in device.ledger.told { heard[id.description, default: []].insert(told.verdict) }
        }
    }

    private func take(_ told: Told, _ run: Run) throws {
        switch told.kind {
        case "person": people(told)
        case "verdict", "import", "decision", "held-again": try judged(told, run)
        case "revoke": if let replica = told.facts["replica"]?.bytes { revoked[replica] = told.sequence }
        default:
            guard due.isEmpty else { throw run.violation("I10", "entry \(told.sequence) came before \(due[0])") }
        }
    }

    private func people(_ told: Told) {
        for change in told.changes where change.table == Table.person.name {
            guard let id = change.key.first?.string else { continue }
            var person = model.person(id) ?? RuleModel.Person(id, role: "")
            func now(_ column: Int) -> Value?? { change.new.indices.contains(column) ? change.new[column] : nil }
            if case .some(.some(let role)) = now(2) { person.role = role.string ?? "" }
            if case .some(.some(let grid)) = now(3) { person.grid = grid.string }
            if case .some(.some(let unit)) = now(4) { person.unit = unit.string }
            if case .some(.some(let profession)) = now(5) { person.profession = profession.string }
            model.put(person, at: Int(told.sequence))
        }
    }

    /// An entry about a command: what the model says must stand there, and the ticket must be as the model has it.
    private func judged(_ told: Told, _ run: Run) throws {
        guard let id = told.command else { throw run.violation("I8", "entry \(told.sequence) names no command") }
        if due.isEmpty {
            if told.kind == "decision" {
                let amendments: [String: String?] = told.decision == "amended" ? ["body": Run.amendment] : [:]
                let (entries, refusal) = model.decide(
                    id, told.decision ?? "", amendments, givenColumns: told.givenColumns, at: Int(told.sequence))
                if let refusal {
                    throw run.violation("I5", "\(told.decision ?? "") of \(id) stands in entry \(told.sequence), but \(refusal)")
                }
                due = entries
            } else {
                guard told.kind != "held-again" else {
                    throw run.violation("I10", "entry \(told.sequence) renews \(id) for no reason")
                }
                guard model.record(id) == nil else {
                    throw run.violation("I2", "\(id) got a second verdict in entry \(told.sequence)")
                }
                due = try judgement(told, id, run)
            }
        }
        let expected = due.removeFirst()
        cover(expected, told, run)
        try compare(expected, told, run)
        let ticket = apply(told)
        if let ticket { try compare(ticket: ticket, told, run) }
    }

    private func judgement(_ told: Told, _ id: String, _ run: Run) throws -> [RuleModel.Entry] {
        var command = try told.asCommand(id, revoked: Set(revoked.keys), incarnation: incarnation)
        witness(&command, told)
        if told.reason == "poisoned" {
            try givenUp(run, id, told.kindOfCommand)
            command.fault = "poisoned"
        }
        let occurred = Int(told.facts["occurred_at"]?.int ?? told.at)
        if earlier[id] == nil { try moment(told, run) }
        // A copy costs as much as the judgement; only what may have come with a receipt is judged again.
        let before = earlier[id] == nil ? nil : model
        let entries = model.judge(command, occurredAt: occurred, flagged: told.isFlagged, at: Int(told.sequence))
        // Told before, and no copy of it anywhere: what fits no more is held, and nothing else is said than before.
        let mustBeReceipted = receipted.contains(id) && told.answer.verdict != "held" && copies(of: id, run) == 1
        guard entries[0].answer != told.answer || mustBeReceipted, let receipts = earlier[id], let before else { return entries }
        // After a restore it may have come with its receipt, with which one shows in what it says and writes: an old request has an old one.
        let likely = receipts.filter { heard[id]?.contains($0.verdict) == true }
        let isNoteLeft = told.changes.contains { $0.table == Table.note.name && $0.operation == .insert }
        var found: (model: RuleModel, entries: [RuleModel.Entry])?
        for receipt in likely.reversed() + receipts.reversed() {
            var again = before
            command.receipt = receipt
            let entries = again.judge(command, occurredAt: occurred, flagged: told.isFlagged, at: Int(told.sequence))
            guard entries[0].answer == told.answer else { continue }
            let isSame = (again.ticket(command.ticket, at: Int(told.sequence))?.notes[id] != nil) == isNoteLeft
            if isSame || found == nil { found = (again, entries) }
            if isSame { break }
        }
        if let found {
            model = found.model
            return found.entries
        }
        guard !mustBeReceipted else {
            throw run.violation(
                "I19", "\(id) is \(told.answer) after a restore, its receipt says \(receipts.last.map { "\($0)" } ?? "")")
        }
        return entries
    }

    /// I12: a command happened after what its author had seen, before it arrived, and not before an earlier one of its device, unless that one's
    /// clock disagreed with itself.
    private func moment(_ told: Told, _ run: Run) throws {
        guard let replica = told.replica, let at = told.facts["occurred_at"]?.int,
            let payload = told.payload
        else { return }
        let seen = min(Int64(payload.seen.serverTime), told.receivedAt)
        let place = "entry \(told.sequence), \(told.kindOfCommand) of \(told.person)"
        guard at >= seen, at <= told.receivedAt else {
            throw run.violation(
                "I12", "\(place) happened at \(at), but its author had seen \(seen), and it arrived at \(told.receivedAt)")
        }
        if let floor = floors[replica], at < min(floor, told.receivedAt) {
            throw run.violation("I12", "\(place) happened at \(at), before an earlier command of the same device at \(floor)")
        }
        let isSure = at > seen && at < told.receivedAt
        if isSure { floors[replica] = max(floors[replica] ?? .min, at) }
    }

    private func compare(_ expected: RuleModel.Entry, _ told: Told, _ run: Run) throws {
        let place = "entry \(told.sequence), \(told.kindOfCommand) of \(told.person)"
        guard expected.kind == told.kind || expected.kind == "verdict" && told.kind == "import", expected.command == told.command
        else {
            throw run.violation("I10", "\(place): it should be the \(expected.kind) of \(expected.command)")
        }
        if told.kind == "decision" {
            guard expected.decision == told.decision else {
                throw run.violation("I1", "\(place): \(told.decision ?? "nothing"), should be \(expected.decision ?? "nothing")")
            }
            return
        }
        guard expected.answer.verdict == told.answer.verdict, expected.answer.reason == told.answer.reason else {
            throw run.violation(
                told.answer.reason == "waits-for" || expected.answer.reason == "waits-for" ? "I10" : "I5",
                "\(place) at \(expected.state ?? "nothing") by \(expected.relation?.rawValue ?? ""): \(told.answer.verdict) \(told.answer.reason), should be \(expected.answer.verdict) \(expected.answer.reason)"
            )
        }
        guard expected.answer.waitsFor == told.answer.waitsFor else {
            throw run.violation("I10", "\(place): it waits for another command than it should")
        }
    }

    /// Which part a row is: an update of it names the row alone.
    private var partKeys: [Value: String] = [:]

    /// Plays an entry's changes on the picture of its ticket.
    private func apply(_ told: Told) -> String? {
        var touched = told.ticket
        for change in told.changes {
            guard let table = Table(name: change.table), let column = table.ticketColumn, table != .conflict else { continue }
            let values = change.operation == .delete ? change.old : change.new
            let named = change.operation == .update ? change.old : values
            // Of a row that is named by itself alone, an update does not say whose it is.
            let owner =
                column == 1 && change.operation == .update
                ? told.ticket.flatMap { TicketID(text: $0) } : TicketID(named[column] ?? nil)
            guard let id = owner else { continue }
            touched = id.description
            var ticket = observed[id.description] ?? RuleModel.Ticket(id.description, columns: [:])
            if table == .part {
                play(part: change, on: &ticket)
            } else if table == .answer {
                play(answer: change, on: &ticket)
            } else {
                ticket.apply(change, of: table)
            }
            observed[id.description] = ticket
        }
        return touched
    }

    /// Which answer a row is.
    var answerKeys: [Value: String] = [:]

    private func play(part change: Change, on ticket: inout RuleModel.Ticket) {
        func now(_ column: PartColumn) -> Value? {
            PartColumn.allCases.firstIndex(of: column).flatMap { change.new.indices.contains($0) ? change.new[$0] : nil }
        }
        guard let row = change.key.first else { return }
        if change.operation == .insert {
            let unit = now(.unit)?.string ?? ""
            partKeys[row] = "\(CommandID(now(.command))?.description ?? "") \(unit)"
            ticket.parts[partKeys[row]!] = RuleModel.Part(unit, now(.role)?.string ?? "")
        }
        guard let key = partKeys[row], var part = ticket.parts[key] else { return }
        if let reported = now(.reportedBy) { part.reported = CommandID(reported)?.description }
        if let done = now(.doneBy) { part.done = CommandID(done)?.description }
        if let ended = now(.endedAt) { part.isEnded = ended != .null }
        ticket.parts[key] = part
    }

    private func compare(ticket id: String, _ told: Told, _ run: Run) throws {
        let then = model.ticket(id, at: Int(told.sequence))
        guard var theirs = observed[id], let ours = then else {
            guard observed[id] == nil, then == nil else {
                throw run.violation("I5", "entry \(told.sequence): there is \(observed[id] == nil ? "no" : "a") ticket")
            }
            return
        }
        if theirs.isSame(as: ours, but: ["id", "number"]) { return }
        for name in ["id", "number"] { theirs.columns[name] = nil }
        var mine = ours
        for name in ["id", "number"] { mine.columns[name] = nil }
        for tags in [RuleModel.set(theirs.columns["tags"]), RuleModel.set(mine.columns["tags"])] where tags.count > 1 {
            if Set(RuleModel.set(theirs.columns["tags"])) == Set(RuleModel.set(mine.columns["tags"])) {
                theirs.columns["tags"] = mine.columns["tags"]
            }
        }
        if theirs == mine { return }
        let place = "entry \(told.sequence), \(told.kindOfCommand) of \(told.person) on \(id.prefix(8))"
        let names = Set(theirs.columns.keys).union(mine.columns.keys).filter { theirs.columns[$0] != mine.columns[$0] }.sorted()
        if names.contains("state") {
            throw run.violation("I5", "\(place): at \(theirs.state), should be at \(mine.state)")
        }
        if let name = names.first {
            let rule = name == "due_at" ? "I12" : name.hasSuffix("_at") ? "I12" : "I6"
            throw run.violation(
                rule, "\(place): \(name) is \(theirs.columns[name] ?? "NULL"), should be \(mine.columns[name] ?? "NULL")")
        }
        if theirs.notes != mine.notes {
            let odd = Set(theirs.notes.keys).union(mine.notes.keys).filter { theirs.notes[$0] != mine.notes[$0] }.sorted()
            throw run.violation(
                "I6",
                "\(place): the note of \(odd[0]) is \(theirs.notes[odd[0]].map { "\($0)" } ?? "not there"), should be \(mine.notes[odd[0]].map { "\($0)" } ?? "not there")"
            )
        }
        guard theirs.requests == mine.requests, theirs.transfers == mine.transfers, theirs.rungs == mine.rungs,
            theirs.parts == mine.parts, theirs.escalations == mine.escalations, theirs.incidents == mine.incidents,
            theirs.answers == mine.answers
        else {
            let says =
                "\(theirs.requests) \(theirs.transfers) \(theirs.rungs) \(theirs.parts) \(theirs.escalations) \(theirs.incidents) \(theirs.answers)"
            throw run.violation(
                "I5",
                "\(place): \(says), should be \(mine.requests) \(mine.transfers) \(mine.rungs) \(mine.parts) \(mine.escalations) \(mine.incidents) \(mine.answers)"
            )
        }
        throw run.violation("I4", "\(place): helpers \(theirs.helpers.keys.sorted()), should be \(mine.helpers.keys.sorted())")
    }

    /// A cell counts if its verdict stood in the journal and was the right one; so does the one of what a dispatcher accepted.
    private func cover(_ expected: RuleModel.Entry, _ told: Told, _ run: Run) {
        let isAccepted = told.kind == "decision" && told.decision != "declined" && expected.relation == .decision
        guard told.kind == "verdict" || isAccepted else {
            run.count("renewed \(told.kind) \(told.kindOfCommand) \(expected.answer.reason)")
            return
        }
        // What becomes of a retraction depends on its target: it has no cells.
        let word = told.kindOfCommand == CommandKind.retract.rawValue ? "asked" : "cell"
        run.count(
            "\(word) \(told.kindOfCommand) \(expected.state ?? "-") \(expected.relation?.rawValue ?? "-") \(expected.answer.verdict) \(expected.answer.reason)"
        )
    }
}

extension Run {
    /// The words of every amendment.
    package static let amendment = "经核对修正"
}
