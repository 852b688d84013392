import CentralStore
import Changeset
import Model
import SyncProtocol
import Tickets

extension ModelChecks {
    /// How many devices have a command.
    func copies(of id: String, _ run: Run) -> Int {
        guard let id = CommandID(text: id) else { return 0 }
        return run.devices.count { $0.ledger.entries[id] != nil }
    }
}

/// One journal entry as the file has it, with the command that it is about.
struct Told {
    var sequence: Int64
    var at: Int64
    var kind: String
    var command: String?
    var facts: [String: Value]
    var changes: [Change]
    /// What its author sealed; nil if nobody can read it, or there is none.
    var payload: Payload?
    var replica: [UInt8]?
    var person: String
    var kindOfCommand: String
    var ticket: String?
    var isFlagged: Bool
    var receivedAt: Int64
    /// Epoch and sequence in the device's chain; empty for an act of the centre.
    var place: [Int]

    init?(_ row: [Value]) {
        guard let sequence = row[0].int, let body = row[5].bytes.flatMap(JournalBody.init(decoding:)) else { return nil }
        self.sequence = sequence
        at = row[1].int ?? 0
        kind = row[3].string ?? ""
        command = CommandID(row[4])?.description
        facts = body.facts
        changes = body.changeset.changes
        payload = row[6].bytes.flatMap { try? Payload(decoding: $0) }
        replica = row[7].bytes
        person = row[8].string ?? row[2].string ?? ""
        kindOfCommand = row[9].string ?? ""
        ticket = TicketID(row[10])?.description
        isFlagged = row[11].int == 1
        receivedAt = row[12].int ?? 0
        place = row[13...14].compactMap { $0.int.map { Int($0) } }
    }

    var reason: String { facts["reason"]?.string ?? "" }
    var decision: String? { facts["decision"]?.string }
    var answer: RuleModel.Answer {
        RuleModel.Answer(
            facts["verdict"]?.string ?? "", reason, waitsFor: facts["waits_for"].flatMap { CommandID($0)?.description })
    }

    /// The command in the model's terms.
    func asCommand(_ id: String, revoked: Set<[UInt8]>, incarnation: [UInt8]) throws -> RuleModel.Command {
        var command = RuleModel.Command(id, kindOfCommand, by: person, on: ticket ?? "", replica: replica.map(hexText))
        command.place = place
        if let replica, revoked.contains(replica) { command.fault = "revoked" }
        guard let payload else {
            command.fault = command.fault ?? "unreadable"
            return command
        }
        command.arguments = payload.arguments.asTexts
        command.base = replica == nil ? Int(sequence) - 1 : Int(clamping: payload.seen.base)
        command.seenElsewhere = replica != nil && payload.seen.incarnation.bytes != incarnation
        command.wall = replica == nil ? Int(at) : Int(payload.given.wall)
        guard let known = payload.command else {
            command.fault = command.fault ?? "unknown-command"
            return command
        }
        if let fault = known.argumentFault() {
            command.fault = command.fault ?? (fault.problem == .unknown ? "unknown-command" : "bad-arguments")
        }
        if replica != nil {
            guard let changeset = try? Changeset(parsing: payload.changeset) else {
                command.fault = command.fault ?? "unreadable"
                return command
            }
            command.evidence = changeset.oldColumns(of: known.ticket)
        }
        command.givenColumns = givenColumns
        return command
    }

    /// What no rule says: the defaults of a new ticket, the place and the deadline of a dispatch.
    var givenColumns: [String: String] {
        guard let command = CommandKind(rawValue: kindOfCommand), [.create, .report, .dispatch].contains(command) else {
            return [:]
        }
        var columns: [String: String] = [:]
        for change in changes where change.table == Table.ticket.name {
            for column in TicketColumn.allCases where change.new.indices.contains(column.index) {
                if command == .dispatch, ![.grid, .unit, .dueAt].contains(column) { continue }
                if let value = change.new[column.index] { columns[column.rawValue] = value.asText }
            }
        }
        return columns
    }
}

extension Changeset {
    /// The old values of a ticket's columns: what its author saw.
    func oldColumns(of ticket: TicketID) -> [String: String?] {
        var old: [String: String?] = [:]
        for change in changes
        where change.table == Table.ticket.name && change.operation == .update && change.key == [ticket.value] {
            for column in TicketColumn.allCases where column != .id && change.old.indices.contains(column.index) {
                if let value = change.old[column.index] { old[column.rawValue] = .some(value.asText) }
            }
        }
        return old
    }
}

extension [String: Value] {
    /// Arguments as texts; numbers of a place as reals, as SQLite stores them.
    var asTexts: [String: String?] {
        reduce(into: [:]) { texts, argument in
            if ["latitude", "longitude"].contains(argument.key), case .integer(let number) = argument.value {
                texts[argument.key] = String(Double(number))
            } else {
                texts[argument.key] = .some(argument.value.asText)
            }
        }
    }
}

extension Value {
    /// Any value as text; nil is NULL.
    var asText: String? {
        switch self {
        case .null: nil
        case .text(let text): text
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .blob(let bytes): hexText(bytes)
        }
    }
}

extension RuleModel.Ticket {
    /// Plays one change of one of its rows.
    mutating func apply(_ change: Change, of table: Table) {
        switch table {
        case .ticket:
            for column in TicketColumn.allCases where change.new.indices.contains(column.index) {
                if let value = change.new[column.index] { columns[column.rawValue] = value.asText }
            }
        case .helper:
            guard let person = change.key.last?.string else { return }
            helpers[person] = change.operation == .delete ? nil : .some(change.new.last??.string)
        case .note:
            let values = change.operation == .delete ? change.old : change.new
            guard change.operation != .update, let command = values[7].flatMap({ CommandID($0) })?.description else { return }
            notes[command] = change.operation == .delete ? nil : RuleModel.Note(row: values.map { $0 ?? .null })
        case .request:
            func now(_ column: RequestColumn) -> Value? {
                change.new.indices.contains(column.index) ? change.new[column.index] : nil
            }
            guard let id = CommandID(change.key.first)?.description else { return }
            var request = requests[id] ?? RuleModel.Request(now(.kind)?.string ?? "", days: Int(now(.days)?.int ?? 0))
            if let state = now(.state)?.string { request.state = state }
            if let granted = now(.grantedDays)?.int { request.granted = Int(granted) }
            if let due = now(.dueAt)?.int { request.due = Int(due) }
            requests[id] = request
        case .transfer:
            guard let id = CommandID(change.key.first)?.description else { return }
            let row = change.new.map { $0?.string }
            transfers[id] = change.operation == .delete ? nil : RuleModel.Transfer(row[2] ?? "", giver: row[3], taker: row[4])
        case .incident:
            func told(_ index: Int) -> Value? { change.new.indices.contains(index) ? change.new[index] : nil }
            guard let id = CommandID(change.key.first)?.description else { return }
            let parent = told(2).flatMap { TicketID($0)?.description } ?? ""
            var incident = incidents[id] ?? RuleModel.Incident(into: parent, due: nil, ownDue: told(5)?.asText)
            if let due = told(4) { incident.due = due.asText }
            if let own = told(5) { incident.ownDue = own.asText }
            if let ended = told(8) { incident.isEnded = ended != .null }
            incidents[id] = incident
        case .escalation:
            func now(_ column: EscalationColumn) -> Value? {
                EscalationColumn.allCases.firstIndex(of: column).flatMap {
                    change.new.indices.contains($0) ? change.new[$0] : nil
                }
            }
            guard let id = CommandID(change.key.first)?.description else { return }
            var step = escalations[id] ?? RuleModel.Escalation(Int(now(.place)?.int ?? 0), due: now(.dueAt)?.int.map { Int($0) })
            if let outcome = now(.outcome)?.string { step.outcome = outcome }
            if let leader = now(.leader)?.string { step.leader = leader }
            escalations[id] = step
        case .rung:
            guard let id = CommandID(change.key.first)?.description else { return }
            rungs[id] = RuleModel.Rung(
                change.new[3]?.string ?? "", owner: change.new[6]?.string, ladder: change.new[2]?.string ?? "",
                at: Int(change.new[9]?.int ?? 0))
        default: break
        }
    }
}

extension RuleModel.Note {
    /// A row of `note`.
    init(row: [Value]) {
        self.init(
            kind: row[2].string ?? "", author: row[3].string ?? "", body: row[4].string ?? "", at: Int(row[5].int ?? 0),
            late: row[6].int == 1)
    }
}

extension RuleModel.Ticket {
    /// Whether two pictures of a ticket are alike, columns left out.
    func isSame(as other: RuleModel.Ticket, but names: Set<String>) -> Bool {
        func count(_ columns: [String: String]) -> Int { columns.count - names.count { columns[$0] != nil } }
        // Whatever else a ticket has, also what comes after today.
        var (ours, theirs) = (self, other)
        (ours.columns, theirs.columns) = ([:], [:])
        guard ours == theirs, count(columns) == count(other.columns) else { return false }
        return columns.allSatisfy { name, value in other.columns[name] == value || names.contains(name) }
    }
}
