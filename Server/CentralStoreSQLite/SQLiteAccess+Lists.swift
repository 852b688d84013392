import CentralStore
import Changeset
import SyncProtocol
import Tickets

// MARK: - Tickets

extension SQLiteAccess {
    func queue(_ filter: QueueFilter) throws -> [QueueLine] {
        var conditions = ["t.deleted = 0"]
        var arguments: [Value] = []
        func add(_ condition: String, _ values: [Value]) {
            conditions.append(condition)
            arguments += values
        }
        if let states = filter.states {
            add("t.state IN \(SQL.list(states.count))", states.map(\.rawValue).sorted().map(Value.text))
        }
        if let grid = filter.grid { add("t.grid = ?", [.text(grid)]) }
        if let unit = filter.unit { add("t.unit = ?", [.text(unit)]) }
        if let assignee = filter.assignee { add("t.assignee = ?", [.text(assignee)]) }
        conditions.append("t.kind \(filter.diaries ? "=" : "<>") '\(TicketKind.diary.rawValue)'")
        if filter.unassigned { conditions.append("t.assignee IS NULL") }
        if let due = filter.dueBefore { add("t.due_at < ?", [.integer(due)]) }
        if let text = filter.text {
            add("(instr(t.title, ?) OR instr(t.description, ?) OR instr(t.number, ?))", Array(repeating: .text(text), count: 3))
        }
        arguments += [.integer(Int64(filter.limit)), .integer(Int64(filter.offset))]
        let columns = Table.ticket.columns.map { "t.\($0)" }.joined(separator: ", ")
        var lines = try sql.all(
            """
            SELECT \(columns), (SELECT count(*) FROM command c
                WHERE c.ticket = t.id AND c.verdict = 'held' AND c.decision IS NULL)
            FROM ticket t WHERE \(conditions.joined(separator: " AND "))
            ORDER BY t.due_at IS NULL, t.due_at, t.created_at, t.id LIMIT ? OFFSET ?
            """, arguments
        ) { row in
            let count = Table.ticket.columns.count
            return QueueLine(ticket: Ticket(row: row.values(0..<count)), heldCount: Int(row.int(count)))
        }
        var places: [TicketID: Int] = [:]
        for (index, line) in lines.enumerated() { places[line.ticket.id] = index }
        try sql.eachOf(
            lines.map(\.ticket.id.value),
            { "SELECT \(TableSQL.of(.helper).columns) FROM helper WHERE deleted = 0 AND ticket IN \($0)" },
            { row in
                let stored = row.stored(.helper)
                if let place = places[try row.id(0)] { lines[place].ticket.apply(.insert(.helper, stored.values)) }
            })
        try sql.eachOf(
            lines.map(\.ticket.id.value),
            { "SELECT \(TableSQL.of(.clock).columns) FROM clock WHERE deleted = 0 AND ticket IN \($0)" },
            { row in
                let stored = row.stored(.clock)
                if let place = TicketID(stored.values[1]).flatMap({ places[$0] }) {
                    lines[place].ticket.apply(.insert(.clock, stored.values))
                }
            })
        return lines
    }

    func ticket(_ id: TicketID) throws -> TicketDetail? {
        guard let loaded = try load(LoadRequest(tickets: [id])).tickets[id] else { return nil }
        let content = try content(whole: [.ticket(id)], changed: [], after: 0, knowing: [:], masked: false)
        let commands = try commands(on: id)
        return TicketDetail(
            ticket: loaded.ticket, version: loaded.version, rows: content[.ticket(id)]?.rows ?? [], commands: commands,
            conflicts: try conflicts(of: commands.map(\.id)))
    }

    /// By way of the journal, which has an index by ticket: commands need none of their own.
    private func commands(on ticket: TicketID) throws -> [StoredCommand] {
        let ids = try sql.all(
            "SELECT DISTINCT command FROM journal WHERE entity = ? AND command IS NOT NULL", [ticket.value]
        ) { row in row.value(0) }
        return try commands(ids).filter { $0.ticket == ticket }.sorted { $0.sequence < $1.sequence }
    }

    private func commands(_ ids: [Value]) throws -> [StoredCommand] {
        var found: [CommandID: StoredCommand] = [:]
        try sql.eachOf(
            ids, { "SELECT \(commandColumns) FROM command WHERE id IN \($0)" },
            { row in
                let command = try row.command()
                found[command.id] = command
            })
        return Array(found.values)
    }

    func find(ticket reference: String) throws -> TicketID? {
        let byNumber = try sql.first("SELECT id FROM ticket WHERE number = ? AND deleted = 0", [.text(reference)]) {
            try $0.id(0, as: TicketID.self)
        }
        if let byNumber { return byNumber }
        guard let id = TicketID(text: reference) else { return nil }
        return try sql.first("SELECT id FROM ticket WHERE id = ? AND deleted = 0", [id.value]) { try $0.id(0) }
    }

    func history(of ticket: TicketID) throws -> [HistoryEntry] {
        let entries = try sql.all(
            "SELECT \(journalColumns) FROM journal WHERE entity = ? ORDER BY seq", [ticket.value]
        ) { try $0.journalEntry() }
        let commands = try commands(Array(Set(entries.compactMap { $0.command?.value })))
        let byID = Dictionary(uniqueKeysWithValues: commands.map { ($0.id, $0) })
        return entries.map { entry in
            HistoryEntry(
                sequence: entry.sequence, at: entry.at, author: entry.author, kind: entry.kind,
                command: entry.command.flatMap { byID[$0] }, body: entry.body.flatMap(JournalBody.init(decoding:)))
        }
    }
}

// MARK: - Commands

extension SQLiteAccess {
    func held() throws -> [HeldLine] {
        let commands = try sql.all(
            "SELECT \(commandColumns) FROM command WHERE verdict = 'held' AND decision IS NULL "
                + "ORDER BY received_at, replica, epoch, sequence, seq"
        ) { try $0.command() }
        let tickets = try load(LoadRequest(tickets: Set(commands.compactMap(\.ticket)))).tickets
        let conflicts = try conflicts(of: commands.map(\.id))
        return commands.map { command in
            HeldLine(
                command: command, ticket: command.ticket.flatMap { tickets[$0]?.ticket }, conflicts: conflicts[command.id] ?? [])
        }
    }

    func conflicts(of command: CommandID) throws -> [Conflict] { try conflicts(of: [command])[command] ?? [] }

    private func conflicts(of commands: [CommandID]) throws -> [CommandID: [Conflict]] {
        try conflictRecords(of: commands).mapValues { $0.map(\.conflict) }
    }

    func conflictRecords(of commands: [CommandID]) throws -> [CommandID: [ConflictRecord]] {
        var found: [CommandID: [ConflictRecord]] = [:]
        try sql.eachOf(
            commands.map(\.value),
            { "SELECT \(TableSQL.of(.conflict).columns) FROM conflict WHERE deleted = 0 AND command IN \($0)" },
            { row in
                if let record = ConflictRecord(row: row.stored(.conflict).values) {
                    found[record.command, default: []].append(record)
                }
            })
        return found
    }

    func conflictRecords(_ filter: ConflictFilter) throws -> [ConflictRecord] {
        var conditions = ["deleted = 0"]
        var arguments: [Value] = []
        if !filter.withSettled { conditions.append("settled_at IS NULL AND field IN \(Self.ticketFields)") }
        func add(_ condition: String, _ values: [Value]) {
            conditions.append(condition)
            arguments += values
        }
        if let ticket = filter.ticket { add("ticket = ?", [ticket.value]) }
        if let person = filter.person { add("? IN (ours_by, theirs_by)", [.text(person)]) }
        if let field = filter.field { add("field = ?", [.text(field)]) }
        if !filter.commandPrefix.isEmpty {
            let rest = max(0, 16 - filter.commandPrefix.count)
            add(
                "command BETWEEN ? AND ?",
                [
                    .blob(filter.commandPrefix + [UInt8](repeating: 0, count: rest)),
                    .blob(filter.commandPrefix + [UInt8](repeating: 255, count: rest)),
                ])
        }
        // One named command is found by the key, what is open by the index that has nothing else; the rest is a list for people.
        let isByKey = !filter.commandPrefix.isEmpty
        return try sql.all(
            """
            SELECT \(TableSQL.of(.conflict).columns) FROM conflict
            \(filter.withSettled || isByKey ? "" : "INDEXED BY conflict_unsettled")
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY changed DESC, command, field LIMIT ?
            """, arguments + [.integer(Int64(filter.limit))]
        ) { ConflictRecord(row: $0.stored(.conflict).values) }
    }

    /// What can be chosen about: the state moves by transitions alone. Our own names: there is nothing to escape.
    private static let ticketFields =
        "(" + TicketColumn.allCases.filter { $0 != .state }.map { "'\($0.rawValue)'" }.joined(separator: ", ") + ")"

    func clashes() throws -> [CommandClash] {
        try sql.all("SELECT id, replica, payload, salt, digest, received_at, seq FROM command_clash ORDER BY ordinal") { row in
            var clash = CommandClash(
                id: try row.id(0), replica: try row.id(1), payload: row.optionalBytes(2), salt: row.optionalBytes(3),
                digest: row.bytes(4), receivedAt: row.int(5))
            clash.sequence = row.unsigned(6)
            return clash
        }
    }

    /// By way of the person's own scope, whose log has every verdict in order.
    func commands(by person: String, limit: Int) throws -> [StoredCommand] {
        let ids = try sql.all(
            "SELECT entity FROM scope_log WHERE scope = ? AND kind = 2 ORDER BY seq DESC LIMIT ?",
            [.text(personScope(person)), .integer(Int64(limit))]
        ) { $0.value(0) }
        return try commands(ids).sorted { $0.version > $1.version }
    }
}

// MARK: - People, devices, codes

extension SQLiteAccess {
    func persons() throws -> [Person] {
        try sql.all("SELECT \(TableSQL.of(.person).columns) FROM person WHERE deleted = 0 ORDER BY id") {
            Person(row: $0.stored(.person).values)
        }
    }

    func grids() throws -> [GridRecord] {
        try sql.all("SELECT id, name, parent FROM grid WHERE deleted = 0 ORDER BY id") {
            GridRecord(id: $0.text(0), name: $0.text(1), parent: $0.optionalText(2))
        }
    }

    func references(_ table: Table) throws -> [[Value]] {
        guard table.isReference else { return [] }
        return try sql.all(
            "SELECT \(TableSQL.of(table).columns) FROM \(table.name) WHERE deleted = 0 ORDER BY \(table.columns[0])"
        ) { $0.stored(table).values }
    }

    func references(_ table: Table, after key: String, limit: Int) throws -> [[Value]] {
        guard table.isReference else { return [] }
        let id = table.columns[0]
        return try sql.all(
            "SELECT \(TableSQL.of(table).columns) FROM \(table.name) WHERE deleted = 0 AND \(id) > ? ORDER BY \(id) LIMIT ?",
            [.text(key), .integer(Int64(limit))]
        ) { $0.stored(table).values }
    }

    func devices() throws -> [DeviceRecord] {
        // A file of version 1 that is verified and not opened has no such column yet.
        let columns = try schemaVersion() < 2 ? deviceColumns.replacing("oldest_unsent_at", with: "NULL") : deviceColumns
        return try sql.all("SELECT \(columns) FROM device ORDER BY serial") { try $0.device() }
    }

    func enrolCode(hash: [UInt8]) throws -> EnrolCodeRecord? {
        try sql.first(
            "SELECT hash, person, made_at, expires_at, used_by, attempts FROM enrol_code WHERE hash = ?", [.blob(hash)]
        ) { row in
            var code = EnrolCodeRecord(hash: row.bytes(0), person: row.text(1), madeAt: row.int(2), expiresAt: row.int(3))
            code.usedBy = try row.optionalID(4)
            code.attempts = row.unsigned(5)
            return code
        }
    }

    func imported(source: String, externalIDs: [String]) throws -> [String: TicketID] {
        var found: [String: TicketID] = [:]
        try sql.eachOf(
            externalIDs.map(Value.text), after: [.text(source)],
            { "SELECT external_id, ticket FROM import_source WHERE source = ? AND external_id IN \($0)" },
            { row in found[row.text(0)] = try row.id(1, as: TicketID.self) })
        return found
    }

    func counts() throws -> StoreCounts {
        var counts = StoreCounts()
        try sql.each("SELECT coalesce(verdict, 'parked'), count(*) FROM command GROUP BY 1") {
            counts.commands[$0.text(0)] = Int($0.int(1))
        }
        try sql.each("SELECT state, count(*) FROM ticket WHERE deleted = 0 GROUP BY state") {
            counts.tickets[$0.text(0)] = Int($0.int(1))
        }
        func one(_ text: String) throws -> Int { Int(try sql.first(text) { $0.int(0) } ?? 0) }
        // Diaries wait for nobody. They are looked for among the tickets that wait, not among all.
        let waiting = TicketState.awaitingDispatch.rawValue
        let diaries = try one(
            """
            SELECT count(*) FROM ticket INDEXED BY ticket_by_state
            WHERE state = '\(waiting)' AND kind = '\(TicketKind.diary.rawValue)' AND deleted = 0
            """)
        if diaries > 0 { counts.tickets[waiting]? -= diaries }
        counts.undecided = try one("SELECT count(*) FROM command WHERE verdict = 'held' AND decision IS NULL")
        counts.devices = try one("SELECT count(*) FROM device WHERE revoked_at IS NULL")
        counts.clashes = try one("SELECT count(*) FROM command_clash")
        counts.conflicts = try one("SELECT count(*) FROM conflict WHERE deleted = 0")
        return counts
    }
}
