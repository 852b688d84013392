import Changeset
import CentralStore
import Tickets

/// The state that a batch is decided on: what was loaded, with everything that the batch has decided so far on top. A pure value,
/// so that a step can be taken back by keeping a copy.
///
/// Sequences are known before anything is written, because the store has one writer: entry n of the batch is head + n.
struct Overlay {
    /// What was loaded, kept up to date by `append`.
    private(set) var loaded: Snapshot
    /// What is to be written.
    private(set) var batch = WriteBatch()
    /// The sequence of the newest entry, written or not.
    private(set) var head: UInt64
    /// Second payloads that came in this round, by digest.
    private(set) var clashes: [[UInt8]: CommandClash] = [:]
    /// Conflicts that are to be written.
    private(set) var conflicts = PendingConflicts()
    /// Hashes of one-time codes that were used in this round.
    private(set) var usedCodes: Set<[UInt8]> = []

    /// An overlay over a state of the store.
    init(_ loaded: Snapshot) {
        self.loaded = loaded
        head = loaded.state.head
        directory = Directory(loaded.persons.values)
    }

    /// Takes in more of the same state of the store. What is here already stays: it may be newer.
    mutating func add(_ more: Snapshot) {
        Self.add(more.tickets, to: &loaded.tickets)
        Self.add(more.commands, to: &loaded.commands)
        Self.add(more.held, to: &loaded.held)
        Self.add(more.persons, to: &loaded.persons)
        Self.add(more.personScopes, to: &loaded.personScopes)
        Self.add(more.devices, to: &loaded.devices)
        Self.add(more.links, to: &loaded.links)
        if !more.persons.isEmpty { directory = Directory(loaded.persons.values) }
    }

    private static func add<Key, Thing>(_ more: [Key: Thing], to loaded: inout [Key: Thing]) {
        // Nearly always: what is loaded first is who and which commands, and then their tickets.
        if loaded.isEmpty { loaded = more } else if !more.isEmpty { loaded.merge(more) { ours, _ in ours } }
    }

    /// Gives the batch away for writing and goes on with an empty one.
    mutating func takeBatch() -> WriteBatch {
        defer {
            batch = WriteBatch()
            conflicts = PendingConflicts()
        }
        return batch
    }

    /// A ticket as of now.
    func ticket(_ id: TicketID) -> Ticket? { loaded.tickets[id]?.ticket }

    /// The ticket's last change; 0 if there is none.
    func version(of id: TicketID) -> UInt64 { loaded.tickets[id]?.version ?? 0 }

    /// Undecided commands on a ticket, oldest first.
    func undecided(on ticket: TicketID) -> [StoredCommand] { (loaded.held[ticket] ?? []).filter(\.isUndecided) }

    /// A person, as `Tickets` wants them.
    func person(_ id: String) -> Person? { loaded.persons[id] }

    /// Everybody who was loaded. Kept, not made for each command: a dispatch of thousands names thousands of people.
    private(set) var directory: Directory

    /// How a person stands to a ticket, now and as of a sequence that they had seen.
    func author(_ person: String, on ticket: TicketID, seen base: UInt64) -> Author {
        guard let record = loaded.persons[person] else {
            return Author(person: person, role: .worker, heldAtSeen: false, holdsNow: false)
        }
        let isCentral = record.role.isCentral
        return Author(
            person: person, role: record.role, grid: record.grid, unit: record.unit,
            heldAtSeen: isCentral || loaded.holds(person, ticket, at: isPlanted("seen-is-now") ? head : min(base, head)),
            holdsNow: isCentral || isPlanted("scope-check-off") || loaded.holdsNow(person, ticket))
    }

    /// Notes one change of state and lets everything that is decided after it see it.
    ///
    /// - Returns: Its sequence.
    @discardableResult
    mutating func append(_ draft: JournalDraft) -> UInt64 {
        head += 1
        batch.entries.append(draft)
        for change in draft.changes { apply(change, of: draft.ticket) }
        conflicts.note(draft)
        if let command = draft.command { apply(command) }
        if let device = draft.device { loaded.devices[device.replica] = device }
        return head
    }

    /// Notes where a device stands now; no change of state.
    mutating func note(_ device: DeviceRecord) {
        loaded.devices[device.replica] = device
        if let index = batch.contacts.firstIndex(where: { $0.replica == device.replica }) {
            batch.contacts[index] = device
        } else {
            batch.contacts.append(device)
        }
    }

    /// Keeps a header.
    mutating func link(_ link: ChainLink) {
        guard loaded.links[link.place] == nil else { return }
        loaded.links[link.place] = link
        batch.links.append(link)
    }

    /// Lets a second delivery of the same second payload find it.
    mutating func keep(_ clash: CommandClash) { clashes[clash.digest] = clash }

    /// A code is worth nothing from here on.
    mutating func use(code hash: [UInt8]) { usedCodes.insert(hash) }

    /// Notes a code that was presented in vain.
    mutating func fail(code hash: [UInt8]) { batch.failedCodes.append(hash) }

    /// People and their scopes change with the entry that was appended last.
    mutating func put(_ record: Person) {
        let before = loaded.personScopes[record.id] ?? []
        loaded.persons[record.id] = record
        directory.people[record.id] = record
        loaded.personScopes[record.id] = moved(before, to: scopes(of: record))
    }

    private mutating func apply(_ change: RowChange, of named: TicketID?) {
        guard let column = change.table.ticketColumn, change.table != .conflict else { return }
        if case .insert(.ticket, let row) = change, let id = TicketID(row[0]), loaded.tickets[id] == nil {
            let ticket = Ticket(row: row)
            loaded.tickets[id] = LoadedTicket(ticket: ticket, version: head, scopes: moved([], to: scopes(of: ticket)))
            return
        }
        let owner: Value? =
            switch change {
            case .insert(_, let row): row.indices.contains(column) ? row[column] : nil
            case .update(let table, let key, _), .delete(let table, let key): column < table.keyCount ? key[column] : nil
            }
        // In place: a ticket with many notes is not copied for each command on it. A note's end does not say whose it was.
        guard let id = TicketID(owner) ?? named, let index = loaded.tickets.index(forKey: id) else { return }
        loaded.tickets.values[index].ticket.apply(change)
        loaded.tickets.values[index].version = head
        guard [.ticket, .helper, .part].contains(change.table) else { return }
        let names = scopes(of: loaded.tickets.values[index].ticket)
        loaded.tickets.values[index].scopes = moved(loaded.tickets.values[index].scopes, to: names)
    }

    private mutating func apply(_ write: CommandWrite) {
        switch write {
        case .insert(var command):
            command.sequence = head
            loaded.commands[command.id] = command
            if command.isUndecided, let ticket = command.ticket { loaded.held[ticket, default: []].append(command) }
        case .judge(let id, _, let verdict, let reason, let occurredAt, let clockFlagged, let waitsFor):
            let sequence = head
            change(id) { command in
                command.verdict = verdict
                command.reason = reason
                command.occurredAt = occurredAt
                command.clockFlagged = clockFlagged
                command.waitsFor = waitsFor
                command.sequence = sequence
            }
        case .holdAgain(let id, _, let reason, _, let waitsFor):
            let sequence = head
            change(id) { command in
                command.reason = reason
                command.waitsFor = waitsFor
                command.sequence = sequence
            }
        case .decide(let id, _, var decision):
            decision.sequence = head
            change(id) { $0.decision = decision }
        }
    }

    private mutating func change(_ id: CommandID, _ body: (inout StoredCommand) -> Void) {
        guard var command = loaded.commands[id] ?? heldCommand(id) else { return }
        body(&command)
        loaded.commands[id] = command
        guard let ticket = command.ticket, let index = loaded.held[ticket]?.firstIndex(where: { $0.id == id }) else { return }
        loaded.held[ticket]?[index] = command
    }

    private func heldCommand(_ id: CommandID) -> StoredCommand? {
        for commands in loaded.held.values {
            if let found = commands.first(where: { $0.id == id }) { return found }
        }
        return nil
    }

    /// Closes the intervals that end with the newest entry and opens those that begin with it.
    private func moved(_ intervals: [ScopeInterval], to names: Set<String>) -> [ScopeInterval] {
        // What nearly every change leaves as it is.
        let isOpen = names.allSatisfy { name in intervals.contains { $0.until == nil && $0.scope == name } }
        if isOpen, !intervals.contains(where: { $0.until == nil && !names.contains($0.scope) }) { return intervals }
        var intervals = intervals
        var open: Set<String> = []
        for index in intervals.indices where intervals[index].until == nil {
            if names.contains(intervals[index].scope) {
                open.insert(intervals[index].scope)
            } else {
                intervals[index].until = head
            }
        }
        for name in names.subtracting(open).sorted() { intervals.append(ScopeInterval(scope: name, since: head)) }
        return intervals
    }
}
