import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SQLiteAccess {
    func append(_ batch: WriteBatch) throws -> Appended {
        let needs = BatchNeeds(of: batch)
        let planner = BatchPlanner(try base(for: needs))
        memory.forget()
        try sql.prepared.cache.prepare(entries: batch.entries.count, sql)
        var appended = Appended(sequences: [], numbers: [:], scopes: [])
        appended.sequences.reserveCapacity(batch.entries.count)
        if needs.isOfImport { appended.numbers.reserveCapacity(batch.entries.count) }
        var last: (entry: JournalEntry, nextNumber: UInt64)?
        try PlansAhead(planner, batch.parts(needs)).each { plan in
            try run(plan)
            appended.add(plan)
            if let entry = plan.entries.last { last = (entry, plan.nextNumber) }
        }
        try runRest(of: batch)
        if let (entry, nextNumber) = last {
            try sql.run(Texts.moveHead, [.sequence(entry.sequence), .blob(entry.hash), .sequence(nextNumber)])
        }
        return appended
    }

    private func run(_ plan: WritePlan) throws {
        try plan.rows.eachInPlace(run)
        try plan.entries.eachInPlace(run)
        try plan.scopeLog.eachInPlace(run)
        for write in plan.ticketScopes {
            let text = write.isNew ? Texts.openTicketScope : Texts.closeTicketScope
            try sql.run(text, Self.values(write.interval, write.holder.value))
        }
        for write in plan.personScopes {
            let text = write.isNew ? Texts.openPersonScope : Texts.closePersonScope
            try sql.run(text, Self.values(write.interval, .text(write.holder)))
        }
        for (key, sum) in plan.sums { try run(key, sum) }
        try plan.commands.eachInPlace(run)
        for clash in plan.clashes { try run(clash) }
        for item in plan.imports {
            try sql.run(
                Texts.insertImport,
                [.text(item.source.source), .text(item.source.externalID), item.ticket.value])
        }
        for device in plan.devices { try run(device) }
        for code in plan.codes { try run(code) }
    }

    private func runRest(of batch: WriteBatch) throws {
        for link in batch.links {
            try sql.run(
                Texts.insertLink,
                [
                    link.place.replica.value, .integer(Int64(link.place.epoch)), .sequence(link.place.sequence),
                    link.command.value, .blob(link.digest), .blob(link.hash),
                ])
        }
        for device in batch.contacts {
            try sql.run(Texts.noteContact, device.contactValues)
        }
        for hash in batch.failedCodes {
            try sql.run("UPDATE enrol_code SET attempts = attempts + 1 WHERE hash = ?", [.blob(hash)])
        }
    }
}

// MARK: - What a plan is made from

extension SQLiteAccess {
    private func base(for needs: BatchNeeds) throws -> PlanBase {
        let number = try sql.first(Texts.nextNumber) { $0.unsigned(0) }
        var base = PlanBase(state: try state(), nextNumber: number ?? 1)
        try loadRows(needs, into: &base)
        var tickets = needs.ticketScopes
        // A change of what is named by itself alone does not name its ticket; its row does.
        for (key, row) in base.rows where key.table.isNamedAlone {
            if let id = TicketID(row.values[1]) { tickets.insert(id) }
        }
        try sql.eachOf(
            tickets.sorted().map { $0.value }, Texts.openTicketScopes,
            { row in base.ticketScopes[try row.id(0), default: [:]][row.text(1)] = row.unsigned(2) })
        try sql.eachOf(
            needs.personScopes.sorted().map(Value.text), Texts.openPersonScopes,
            { row in base.personScopes[row.text(0), default: [:]][row.text(1)] = row.unsigned(2) })
        var verdicts = needs
        // Nor does a conflict's change say whose it is on either side.
        for (key, row) in base.rows where key.table == .conflict {
            guard let record = ConflictRecord(row: row.values) else { continue }
            if let person = record.oursBy { verdicts.needVerdict(record.command, of: person) }
            if let against = record.conflict.against, let person = record.theirsBy { verdicts.needVerdict(against, of: person) }
        }
        base.writers = try writers(needs.writers)
        for writer in base.writers.values.joined() { verdicts.needVerdict(writer.command, of: writer.person) }
        base.commandVersions = try verdictVersions(of: verdicts.commands.sorted().map { $0.value })
        for key in verdicts.sums { base.sums[key] = try sum(key) }
        return base
    }

    /// The versions of verdict entities: of what was last said, or of the last change of a conflict that they show. Of a parked
    /// command there is none.
    func verdictVersions(of commands: [Value]) throws -> [CommandID: UInt64] {
        var versions: [CommandID: UInt64] = [:]
        try sql.eachOf(
            commands, Texts.commandVersions,
            { row in versions[try row.id(0)] = row.unsigned(1) })
        for text in [Texts.versionsByCommand, Texts.versionsByAgainst] {
            try sql.eachOf(
                commands, text,
                { row in
                    let id: CommandID = try row.id(0)
                    if let version = versions[id] { versions[id] = max(version, row.unsigned(1)) }
                })
        }
        return versions
    }

    /// Commands that wrote columns of these tickets, each after its sequence, oldest first: one search of the journal's index.
    private func writers(_ tickets: [TicketID: UInt64]) throws -> [TicketID: [ColumnWriter]] {
        guard let first = tickets.values.min() else { return [:] }
        var found: [TicketID: [ColumnWriter]] = tickets.mapValues { _ in [] }
        try sql.eachOf(
            tickets.keys.sorted().map { $0.value }, after: [.sequence(first)], Texts.writers,
            { row in
                let ticket: TicketID = try row.id(0)
                guard let base = tickets[ticket], row.unsigned(1) > base else { return }
                let columns = ColumnWriter.columns(in: row.optionalBytes(5), of: ticket)
                guard columns?.isEmpty != true else { return }
                found[ticket]?.append(
                    ColumnWriter(
                        sequence: row.unsigned(1), command: try row.id(2), person: row.text(3), occurredAt: row.int(4),
                        columns: columns))
            })
        return found
    }

    private func loadRows(_ needs: BatchNeeds, into base: inout PlanBase) throws {
        var byTable: [Table: [Value]] = [:]
        for key in needs.rows where key.table.keyCount == 1 {
            if key.table == .ticket, let known = TicketID(key.key[0]).flatMap(memory.row) {
                base.rows[key] = known
            } else {
                byTable[key.table, default: []].append(key.key[0])
            }
        }
        for ticket in needs.helpersOf {
            for row in memory.parts(of: ticket) ?? [] { base.rows[RowKey(.part, [row.values[0]])] = row }
            for row in memory.helpers(of: ticket) ?? [] { base.rows[RowKey(.helper, Array(row.values.prefix(2)))] = row }
        }
        for (table, keys) in byTable {
            try sql.eachOf(
                keys, TableSQL.of(table).byKey,
                { row in
                    let stored = row.stored(table)
                    base.rows[RowKey(table, [stored.values[0]])] = stored
                })
        }
        let conflicts = Set(needs.rows.lazy.filter { $0.table == .conflict }.map { $0.key[0] })
        try sql.eachOf(
            Array(conflicts), TableSQL.of(.conflict).byKey,
            { row in
                let stored = row.stored(.conflict)
                base.rows[RowKey(.conflict, Array(stored.values.prefix(2)))] = stored
            })
        try sql.eachOf(
            needs.helpersOf.filter { memory.helpers(of: $0) == nil }.sorted().map { $0.value }, TableSQL.of(.helper).byKey,
            { row in
                let stored = row.stored(.helper)
                base.rows[RowKey(.helper, Array(stored.values.prefix(2)))] = stored
            })
        try sql.eachOf(
            needs.helpersOf.filter { memory.parts(of: $0) == nil }.sorted().map { $0.value }, TableSQL.of(.part).wholeByTicket,
            { row in
                let stored = row.stored(.part)
                base.rows[RowKey(.part, [stored.values[0]])] = stored
            })
    }

    func sum(_ key: SumKey) throws -> Fingerprint {
        try sql.first(
            Texts.sum,
            [.text(key.scope), .integer(Int64(key.kind.rawValue))]
        ) { row in
            Fingerprint(bytes: row.bytes(0), count: row.unsigned(1)) ?? Fingerprint()
        } ?? Fingerprint()
    }
}

// MARK: - One statement per list of a plan

extension SQLiteAccess {
    private func run(_ write: WritePlan.RowWrite) throws {
        let text = TableSQL.of(write.table)
        let statement =
            switch write.mode {
            case .insert: text.insert
            case .update: write.columns & text.indexed == 0 ? text.updateBeside ?? text.update : text.update
            case .replace: text.replace
            }
        try sql.run(statement, write.row.values, Int64(clamping: write.row.changed), write.row.deleted ? 1 : 0)
    }

    private func run(_ entry: JournalEntry) throws {
        try sql.run(
            Texts.insertEntry,
            [
                .sequence(entry.sequence), .integer(entry.at), .text(entry.author), .text(entry.kind.rawValue),
                .optional(bytes: entry.entity), entry.command?.value ?? .null, .optional(bytes: entry.salt), .blob(entry.digest),
                .optional(bytes: entry.body), .blob(entry.hash),
            ])
    }

    private func run(_ write: WritePlan.ScopeWrite) throws {
        try sql.run(
            Texts.writeLog,
            [
                .text(write.scope), .integer(Int64(write.key.kind.rawValue)), .blob(write.key.id), .sequence(write.sequence),
                .optional(sequence: write.entered), .integer(Int64(write.operation.rawValue)),
            ])
    }

    private static func values(_ interval: ScopeInterval, _ holder: Value) -> [Value] {
        [holder, .text(interval.scope), .sequence(interval.since), .optional(sequence: interval.until)]
    }

    private func run(_ key: SumKey, _ sum: Fingerprint) throws {
        try sql.run(
            Texts.writeSum,
            [.text(key.scope), .integer(Int64(key.kind.rawValue)), .blob(sum.bytes), .sequence(sum.count)])
    }

    private func run(_ numbered: WritePlan.Numbered<CommandWrite>) throws {
        switch numbered.thing {
        case .insert(let command): try insert(command, at: numbered.sequence)
        case .judge(let id, _, let verdict, let reason, let occurredAt, let clockFlagged, let waitsFor):
            try sql.run(
                """
                UPDATE command SET verdict = ?2, reason = ?3, occurred_at = ?4, clock_flag = ?5, waits_for = ?6, seq = ?7
                WHERE id = ?1
                """,
                [
                    id.value, .text(verdict.rawValue), .text(reason), .integer(occurredAt), .integer(clockFlagged ? 1 : 0),
                    waitsFor?.value ?? .null, .sequence(numbered.sequence),
                ])
        case .holdAgain(let id, _, let reason, _, let waitsFor):
            try sql.run(
                "UPDATE command SET reason = ?2, waits_for = ?3, seq = ?4 WHERE id = ?1",
                [id.value, .text(reason), waitsFor?.value ?? .null, .sequence(numbered.sequence)])
        case .decide(let id, _, let record):
            try sql.run(
                """
                UPDATE command SET decision = ?2, decision_reason = ?3, decision_seq = ?4, decided_by = ?5, decided_at = ?6
                WHERE id = ?1
                """,
                [
                    id.value, .text(record.decision.rawValue), .text(record.reason), .sequence(numbered.sequence),
                    .text(record.by), .integer(record.at),
                ])
        }
    }

    private func insert(_ command: StoredCommand, at sequence: UInt64) throws {
        try sql.run(
            Texts.insertCommand,
            [
                command.id.value, command.place?.replica.value ?? .null, .optional(command.place.map { Int64($0.epoch) }),
                .optional(sequence: command.place?.sequence), .text(command.person), .text(command.kind),
                command.ticket?.value ?? .null, .optional(bytes: command.payload), .optional(bytes: command.salt),
                .blob(command.digest), .integer(command.receivedAt), .integer(command.occurredAt),
                .integer(command.clockFlagged ? 1 : 0), .optional(command.verdict?.rawValue), .text(command.reason),
                .sequence(sequence), command.waitsFor?.value ?? .null,
            ])
    }

    private func run(_ numbered: WritePlan.Numbered<CommandClash>) throws {
        let clash = numbered.thing
        try sql.run(
            "INSERT INTO command_clash(id, replica, payload, salt, digest, received_at, seq) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                clash.id.value, clash.replica.value, .optional(bytes: clash.payload), .optional(bytes: clash.salt),
                .blob(clash.digest), .integer(clash.receivedAt), .sequence(numbered.sequence),
            ])
    }

    private func run(_ numbered: WritePlan.Numbered<DeviceRecord>) throws {
        try sql.run(
            """
            INSERT INTO device(\(deviceColumns), changed) VALUES \(SQL.list(19))
            ON CONFLICT(replica) DO UPDATE SET person = ?2, serial = ?3, public_key = ?4, certificate = ?5, enrolled_at = ?6,
                epoch = ?7, sequence = ?8, chain_head = ?9, occurred_floor = ?10, revoked_at = ?11, last_contact = ?12,
                unsent = ?13, base = ?14, client_version = ?15, clock_offset = ?16, forks = ?17, oldest_unsent_at = ?18, changed = ?19
            """, numbered.thing.values + [.sequence(numbered.sequence)])
        // A device that enrolled between a backup and its restore brings its serial along.
        try sql.run(
            "UPDATE store SET next_serial = max(next_serial, ? + 1) WHERE id = 1", [.sequence(numbered.thing.serial)])
    }

    private func run(_ numbered: WritePlan.Numbered<EnrolCodeRecord>) throws {
        let code = numbered.thing
        try sql.run(
            """
            INSERT INTO enrol_code(hash, person, made_at, expires_at, used_by, attempts, changed) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(hash) DO UPDATE SET used_by = ?5, attempts = ?6, changed = ?7
            """,
            [
                .blob(code.hash), .text(code.person), .integer(code.madeAt), .integer(code.expiresAt),
                code.usedBy?.value ?? .null, .sequence(code.attempts), .sequence(numbered.sequence),
            ])
    }
}

extension Array {
    /// Gives each element where it stands: a loop would copy it, with everything that it refers to, and let it go again.
    fileprivate func eachInPlace(_ body: (Element) throws -> Void) rethrows {
        try withUnsafeBufferPointer { elements in
            for index in elements.indices { try body(elements[index]) }
        }
    }
}

/// The statements of every batch.
private enum Texts {
    static let insertImport = StatementText("INSERT INTO import_source(source, external_id, ticket) VALUES (?, ?, ?)")
    static let moveHead = StatementText("UPDATE store SET head = ?, head_hash = ?, next_number = ? WHERE id = 1")
    static let nextNumber = StatementText("SELECT next_number FROM store WHERE id = 1")
    static let insertLink = StatementText("INSERT INTO chain(\(linkColumns)) VALUES (?, ?, ?, ?, ?, ?)")
    static let noteContact = StatementText(
        """
        UPDATE device SET epoch = ?2, sequence = ?3, chain_head = ?4, occurred_floor = ?5, last_contact = ?6, unsent = ?7,
            base = ?8, client_version = ?9, clock_offset = ?10, oldest_unsent_at = ?11
        WHERE replica = ?1
        """)
    static let openTicketScopes = ListText {
        "SELECT ticket, scope, since FROM ticket_scope WHERE until IS NULL AND ticket IN \($0)"
    }
    static let openPersonScopes = ListText {
        "SELECT person, scope, since FROM person_scope WHERE until IS NULL AND person IN \($0)"
    }
    static let commandVersions = ListText {
        "SELECT id, coalesce(decision_seq, seq) FROM command WHERE verdict IS NOT NULL AND id IN \($0)"
    }
    static let versionsByCommand = ListText {
        "SELECT command, max(changed) FROM conflict WHERE command IN \($0) GROUP BY command"
    }
    static let versionsByAgainst = ListText {
        "SELECT against, max(changed) FROM conflict WHERE against IN \($0) GROUP BY against"
    }
    static let writers = ListText {
        """
        SELECT j.entity, j.seq, j.command, c.person, c.occurred_at, j.body FROM journal j JOIN command c ON c.id = j.command
        WHERE j.seq > ? AND j.entity IN \($0) ORDER BY j.entity, j.seq
        """
    }
    static let sum = StatementText("SELECT sum, count FROM scope_sum WHERE scope = ? AND kind = ?")
    static let writeSum = StatementText(
        """
        INSERT INTO scope_sum(scope, kind, sum, count) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT(scope, kind) DO UPDATE SET sum = ?3, count = ?4
        """)
    static let insertEntry = StatementText("INSERT INTO journal(\(journalColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    static let writeLog = StatementText(
        """
        INSERT INTO scope_log(scope, kind, entity, seq, entered, op) VALUES (?1, ?2, ?3, ?4, coalesce(?5, ?4), ?6)
        ON CONFLICT(scope, kind, entity) DO UPDATE SET seq = ?4, entered = coalesce(?5, entered), op = ?6
        """)
    static let openTicketScope = StatementText("INSERT INTO ticket_scope(ticket, scope, since, until) VALUES (?1, ?2, ?3, ?4)")
    static let closeTicketScope = StatementText(
        "UPDATE ticket_scope SET until = ?4 WHERE ticket = ?1 AND scope = ?2 AND since = ?3")
    static let openPersonScope = StatementText("INSERT INTO person_scope(person, scope, since, until) VALUES (?1, ?2, ?3, ?4)")
    static let closePersonScope = StatementText(
        "UPDATE person_scope SET until = ?4 WHERE person = ?1 AND scope = ?2 AND since = ?3")
    static let insertCommand = StatementText(
        """
        INSERT INTO command(id, replica, epoch, sequence, person, kind, ticket, payload, salt, digest, received_at,
            occurred_at, clock_flag, verdict, reason, seq, waits_for)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
}

extension Appended {
    /// Takes in what one more plan gave.
    fileprivate mutating func add(_ plan: WritePlan) {
        sequences.append(contentsOf: plan.entries.lazy.map(\.sequence))
        numbers.merge(plan.numbers) { $1 }
        // An import's are all of one scope: its author's.
        var last = ""
        for write in plan.scopeLog where write.scope != last {
            last = write.scope
            scopes.insert(last)
        }
    }
}

extension DeviceRecord {
    /// What a contact changes, behind the replica.
    fileprivate var contactValues: [Value] {
        [
            replica.value, .integer(Int64(epoch)), .sequence(sequence), .blob(chainHead), .integer(occurredFloor),
            .optional(lastContact), .optional(sequence: unsent), .optional(sequence: base), .optional(clientVersion),
            .optional(clockOffset), .optional(oldestUnsentAt),
        ]
    }
}
