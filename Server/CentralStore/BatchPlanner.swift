import Changeset
import SyncProtocol
import Tickets

/// Turns a batch into a plan. Pure: the same for every store, so that two stores cannot differ in what they derive.
///
///     entry ──▶ rows after it ──▶ scopes(of:) before | after ──▶ enter, change, leave ──▶ log, intervals, sums
///       └─────▶ changeset (old, new) + facts ──▶ body ──▶ digest ──▶ chain
public struct BatchPlanner {
    private var base: PlanBase
    private var plan = WritePlan()
    private var head: UInt64
    private var headHash: [UInt8]
    private var rowIndex: [RowKey: Int] = [:]
    /// Helpers and parts: what the scopes of a ticket hang on.
    private var beside: [TicketID: [RowKey]] = [:]
    private var logIndex: [LogKey: Int] = [:]
    private var ticketIntervals = IntervalBook<TicketID>()
    private var personIntervals = IntervalBook<String>()

    private struct LogKey: Hashable {
        var scope: String
        var key: EntityKey
    }

    /// The plan of `batch` on top of `base`.
    ///
    /// - Throws: `StoreError.constraint` if a change names a row that is not there, or makes one that is.
    public static func plan(_ batch: WriteBatch, on base: PlanBase) throws(StoreError) -> WritePlan {
        var planner = BatchPlanner(base)
        return try planner.plan(batch.entries[...])
    }

    /// A planner on top of what was loaded.
    public init(_ base: PlanBase) {
        self.base = base
        head = base.state.head
        headHash = base.state.headHash
        plan.nextNumber = base.nextNumber
        for (key, row) in base.rows where key.table.scopesTicket {
            if let ticket = TicketID(row.values[key.table.ticketColumn ?? 0]) { beside[ticket, default: []].append(key) }
        }
    }

    /// The plan of the next entries of the batch, on top of what was planned before. Plans are written in the order of their making.
    ///
    /// - Throws: As `plan(_:on:)`; the planner is of no use afterwards.
    public mutating func plan(_ entries: ArraySlice<JournalDraft>) throws(StoreError) -> WritePlan {
        plan.entries.reserveCapacity(entries.count)
        for entry in entries { try add(entry) }
        plan.ticketScopes = ticketIntervals.writes
        plan.personScopes = personIntervals.writes
        let made = plan
        base.sums.merge(made.sums) { $1 }
        plan = WritePlan()
        plan.nextNumber = made.nextNumber
        rowIndex = [:]
        logIndex = [:]
        ticketIntervals = IntervalBook()
        personIntervals = IntervalBook()
        return made
    }

    private mutating func add(_ draft: JournalDraft) throws(StoreError) {
        head += 1
        var recorder = EntryRecorder(facts: draft.facts)
        for change in draft.changes { try apply(change, of: draft, &recorder) }
        if let command = draft.command { record(command, &recorder) }
        for conflict in draft.conflicts { try apply(conflict, of: draft, &recorder) }
        remember(draft)
        for ticket in recorder.tickets { try moveScopes(of: ticket, ifNeeded: recorder.rescoped.contains(ticket)) }
        addRecords(of: draft, &recorder)
        let entry = JournalEntry(
            sequence: head, at: draft.at, author: draft.author, kind: draft.kind, entity: recorder.entity(of: draft),
            command: draft.command?.id, salt: draft.salt,
            body: JournalBody.encoded(changeset: recorder.changeset.bytes, facts: recorder.facts),
            previous: headHash)
        if !isPlanted("chain-unlinked") { headHash = entry.hash }
        plan.entries.append(entry)
    }
}

// MARK: - Rows

extension BatchPlanner {
    private mutating func apply(
        _ change: RowChange, of draft: JournalDraft, _ recorder: inout EntryRecorder
    ) throws(StoreError) {
        var change = change
        guard change.isShaped else {
            throw .constraint(detail: "a change of \(change.table.name) with too few or too many values")
        }
        if case .insert(.ticket, var values) = change, let id = TicketID(values[0]) {
            if values[TicketColumn.number.index] == .null { values[TicketColumn.number.index] = number(for: id, at: draft.at) }
            change = .insert(.ticket, values)
        }
        let key = RowKey(change.table, change.key)
        let stood = base.rows[key]
        let before = stood.flatMap { $0.deleted ? nil : $0 }
        let after = try values(after: change, before: before?.values, key: key)
        var changed = UInt64.max
        if let before, let after { changed = differingColumns(before.values, after) }
        if changed == 0 { return }  // nothing changes: neither the row's `changed` nor its entity
        try write(key, before: before, after: after, changed: changed)
        if isPlanted("journal-silent"), change.table == .note { return }
        recorder.changeset.append(change.table.header, from: before?.values, to: after, changed: changed)
        try touch(change.table, key: key, values: after ?? before?.values ?? [], stood: stood, recorder: &recorder)
    }

    /// The row's values after the change; nil if it is gone.
    private func values(after change: RowChange, before: [Value]?, key: RowKey) throws(StoreError) -> [Value]? {
        switch change {
        case .insert(let table, let values):
            if before != nil, table == .ticket || table.isNamedAlone {
                throw .constraint(detail: "a row of \(table.name) made twice")
            }
            return values
        case .update(let table, _, let columns):
            guard var values = before else { throw .constraint(detail: "a change of a row of \(table.name) that is not there") }
            for (index, value) in columns {
                guard values.indices.contains(index), index >= table.keyCount || values[index] == value else {
                    throw .constraint(detail: "column \(index) of \(table.name) cannot change")
                }
                values[index] = value
            }
            return values
        case .delete(let table, _):
            guard before != nil else { throw .constraint(detail: "the end of a row of \(table.name) that is not there") }
            return nil
        }
    }

    private mutating func write(
        _ key: RowKey, before: StoredRow?, after: [Value]?, changed: UInt64
    ) throws(StoreError) {
        let row = StoredRow(values: after ?? before?.values ?? [], changed: head, deleted: after == nil)
        let stood = base.rows.updateValue(row, forKey: key) != nil
        if let index = rowIndex[key] {
            plan.rows[index].row = row
            plan.rows[index].columns |= changed
            return
        }
        rowIndex[key] = plan.rows.count
        let mode: WritePlan.RowWrite.Mode = stood ? .update : (key.table == .conflict ? .replace : .insert)
        plan.rows.append(WritePlan.RowWrite(table: key.table, row: row, mode: mode, columns: changed))
        if key.table.scopesTicket, !stood, let ticket = TicketID(row.values[key.table.ticketColumn ?? 0]) {
            beside[ticket, default: []].append(key)
        }
    }

    private mutating func touch(
        _ table: Table, key: RowKey, values: [Value], stood: StoredRow?, recorder: inout EntryRecorder
    ) throws(StoreError) {
        switch table {
        case .ticket, .citizen, .helper, .note, .clock, .request, .transfer, .rung, .part, .escalation, .incident, .answer:
            guard let column = table.ticketColumn, let ticket = TicketID(values[column]) else {
                throw .constraint(detail: "a row of \(table.name) without a ticket")
            }
            recorder.touch(ticket, rescope: table == .ticket || table.scopesTicket)
        case .conflict: touchSides(of: values)
        case .person:
            let id = values[0].string ?? ""
            try moveScopes(ofPerson: id, values: base.rows[key]?.deleted == true ? nil : values)
            reference(.person(id), stood: stood, &recorder)
        case .grid, .unit, .category, .profile, .duty, .expert, .calendar, .checklist, .roster:
            reference(.reference(table, values[0].string ?? ""), stood: stood, &recorder)
        }
    }

    private mutating func apply(
        _ conflict: Conflict, of draft: JournalDraft, _ recorder: inout EntryRecorder
    ) throws(StoreError) {
        guard let command = draft.command?.id, let ticket = draft.ticket else {
            throw .constraint(detail: "a conflict without its command or ticket")
        }
        var record = ConflictRecord(conflict, command: command, ticket: ticket)
        record.oursBy = draft.command?.person
        record.oursAt = draft.oursAt ?? draft.command?.occurredAt
        let theirs = draft.seenBase.flatMap { writer(of: conflict.field, on: ticket, after: $0, besides: command) }
        record.conflict.against = isPlanted("other-side-unnamed") ? nil : theirs?.command
        record.theirsBy = theirs?.person
        record.theirsAt = theirs?.occurredAt
        let stood = base.rows[RowKey(.conflict, record.key)].flatMap { $0.deleted ? nil : ConflictRecord(row: $0.values) }
        if let stood { record.keepTheirs(of: stood) }
        try apply(.insert(.conflict, record.row), of: draft, &recorder)
    }

    /// What this entry writes may be theirs to a later one of the same batch.
    private mutating func remember(_ draft: JournalDraft) {
        guard let ticket = draft.ticket, base.writers[ticket] != nil, let command = draft.command else { return }
        let columns = draft.changes.reduce(into: Set<Int>()) { columns, change in
            if case .update(.ticket, _, let values) = change { columns.formUnion(values.keys) }
        }
        guard !columns.isEmpty else { return }
        base.writers[ticket]?.append(
            ColumnWriter(
                sequence: head, command: command.id, person: command.person, occurredAt: command.occurredAt ?? draft.at,
                columns: columns))
    }

    /// Whose command wrote a field last: nobody's if it cannot be read any more, or has no verdict entity that could show it.
    private func writer(of field: String, on ticket: TicketID, after base: UInt64, besides command: CommandID) -> ColumnWriter? {
        let columns = Set(TicketColumn.written(by: field).map(\.index))
        let found = (self.base.writers[ticket] ?? []).last { writer in
            writer.sequence > base && writer.command != command && (writer.columns.map { !$0.isDisjoint(with: columns) } ?? true)
        }
        guard let found, found.columns != nil, self.base.commandVersions[found.command] != nil else { return nil }
        return found
    }

    /// A conflict is a row of two verdict entities: of its command, and of the one that wrote theirs.
    private mutating func touchSides(of row: [Value]) {
        guard let record = ConflictRecord(row: row) else { return }
        if let person = record.oursBy { touchVerdict(record.command, of: person) }
        if !isPlanted("conflict-told-once"), let against = record.conflict.against, let person = record.theirsBy {
            touchVerdict(against, of: person)
        }
    }

    /// The entity of a command that has its verdict already, or gets it with this entry.
    private mutating func touchVerdict(_ command: CommandID, of person: String) {
        guard let old = base.commandVersions[command], old != head else { return }
        let key = EntityKey.verdict(command)
        log(personScope(person), key, .change)
        sum(SumKey(scope: personScope(person), kind: .verdict), key, from: old)
        base.commandVersions[command] = head
    }

    private mutating func number(for ticket: TicketID, at: Milliseconds) -> Value {
        let number = officialNumber(ordinal: plan.nextNumber, at: at)
        plan.nextNumber += 1
        plan.numbers[ticket] = number
        return .text(number)
    }
}

// MARK: - Scopes

extension BatchPlanner {
    private mutating func moveScopes(of ticket: TicketID, ifNeeded rescope: Bool) throws(StoreError) {
        guard let row = base.rows[RowKey(.ticket, [ticket.value])] else {
            throw .constraint(detail: "a row of a ticket that is not there")
        }
        var open = base.ticketScopes[ticket] ?? [:]
        if rescope {
            let after = scopesNow(of: ticket, row)
            if after.isEmpty, open.isEmpty { return }
            for scope in open.keys.filter({ !after.contains($0) }).sorted() {
                if !isPlanted("stay-not-ended") { ticketIntervals.close(ticket, scope, since: open[scope] ?? 0, until: head) }
                if !isPlanted("leave-unlogged") { log(scope, .ticket(ticket), .leave) }
                open[scope] = nil
            }
            for scope in after.sorted() where open[scope] == nil {
                ticketIntervals.open(ticket, scope, since: head)
                log(scope, .ticket(ticket), .enter)
                open[scope] = head
            }
            base.ticketScopes[ticket] = open
        }
        for scope in open.keys.sorted() where open[scope] != head { log(scope, .ticket(ticket), .change) }
    }

    private func scopesNow(of id: TicketID, _ row: StoredRow) -> Set<String> {
        guard !row.deleted else { return [] }
        var ticket = Ticket(row: row.values)
        for key in beside[id] ?? [] {
            if let row = base.rows[key], !row.deleted { ticket.apply(.insert(key.table, row.values)) }
        }
        return scopes(of: ticket)
    }

    private mutating func moveScopes(ofPerson id: String, values: [Value]?) throws(StoreError) {
        var after: Set<String> = []
        if let values {
            guard let person = Person(row: values) else {
                throw .constraint(detail: "a person's row that this release cannot read")
            }
            after = scopes(of: person)
        }
        var open = base.personScopes[id] ?? [:]
        for scope in open.keys.filter({ !after.contains($0) }).sorted() {
            personIntervals.close(id, scope, since: open[scope] ?? 0, until: head)
            open[scope] = nil
        }
        for scope in after.sorted() where open[scope] == nil {
            personIntervals.open(id, scope, since: head)
            open[scope] = head
        }
        base.personScopes[id] = open
    }

    private mutating func log(_ scope: String, _ key: EntityKey, _ operation: EntityOperation) {
        var write = WritePlan.ScopeWrite(scope: scope, key: key, sequence: head, entered: nil, operation: operation)
        if operation == .enter { write.entered = head }
        let place = LogKey(scope: scope, key: key)
        guard let index = logIndex[place] else {
            logIndex[place] = plan.scopeLog.count
            plan.scopeLog.append(write)
            return
        }
        if operation == .change, plan.scopeLog[index].entered != nil { write.operation = .enter }
        write.entered = write.entered ?? plan.scopeLog[index].entered
        plan.scopeLog[index] = write
    }

    /// A reference never leaves: one whose row is deleted stays an entity, so that every replica hears of the deletion.
    private mutating func reference(_ key: EntityKey, stood: StoredRow?, _ recorder: inout EntryRecorder) {
        log(referenceScope, key, stood == nil ? .enter : .change)
        sum(SumKey(scope: referenceScope, kind: .reference), key, from: stood?.changed)
        if recorder.reference == nil { recorder.reference = key.id }
    }

    private mutating func sum(_ place: SumKey, _ key: EntityKey, from old: UInt64?) {
        var sum = plan.sums[place] ?? base.sums[place] ?? Fingerprint()
        if let old, !isPlanted("sum-keeps-old") { sum.remove(key, version: old) }
        sum.add(key, version: head)
        plan.sums[place] = sum
    }
}

// MARK: - Commands and the rest

extension BatchPlanner {
    private mutating func record(_ command: CommandWrite, _ recorder: inout EntryRecorder) {
        if !command.parks, !(isPlanted("decision-untold") && base.commandVersions[command.id] != nil) {
            let key = EntityKey.verdict(command.id)
            let scope = personScope(command.person)
            let old: UInt64? =
                switch command {
                case .holdAgain, .decide: base.commandVersions[command.id]
                case .insert, .judge: nil
                }
            log(scope, key, old == nil ? .enter : .change)
            sum(SumKey(scope: scope, kind: .verdict), key, from: old)
            base.commandVersions[command.id] = head
        }
        plan.commands.append(WritePlan.Numbered(sequence: head, thing: command))
        command.addFacts(to: &recorder.facts)
    }

    private mutating func addRecords(of draft: JournalDraft, _ recorder: inout EntryRecorder) {
        if let device = draft.device {
            plan.devices.append(WritePlan.Numbered(sequence: head, thing: device))
            recorder.facts["replica"] = device.replica.value
            recorder.facts["person"] = .text(device.person)
            recorder.facts["serial"] = .integer(Int64(clamping: device.serial))
        }
        if let code = draft.enrolCode { plan.codes.append(WritePlan.Numbered(sequence: head, thing: code)) }
        if let clash = draft.clash {
            plan.clashes.append(WritePlan.Numbered(sequence: head, thing: clash))
            recorder.facts["digest"] = .blob(clash.digest)
        }
        if let source = draft.importSource, let ticket = draft.ticket {
            plan.imports.append((source, ticket))
            recorder.facts["source"] = .text(source.source)
            recorder.facts["external_id"] = .text(source.externalID)
        }
    }
}

/// What one entry has touched so far.
private struct EntryRecorder {
    var changeset = ChangesetWriter()
    var facts = FactList()
    var tickets: [TicketID] = []
    var rescoped: Set<TicketID> = []
    var reference: [UInt8]?

    init(facts: [String: Value]) { for (name, value) in facts { self.facts[name] = value } }

    /// What the entry is listed under. An entry with rows of other tickets than its own is not listed under one of them: who asks
    /// the journal what changed of a ticket would miss it with the others.
    func entity(of draft: JournalDraft) -> [UInt8]? {
        guard let own = draft.ticket ?? tickets.first else { return reference ?? draft.subject.map { Array($0.utf8) } }
        return tickets.contains { $0 != own } ? JournalEntry.severalTickets : own.bytes
    }

    mutating func touch(_ ticket: TicketID, rescope: Bool) {
        if !tickets.contains(ticket) { tickets.append(ticket) }
        if rescope { rescoped.insert(ticket) }
    }
}
