import Changeset
import Fixture
import ReplicaStore
import SyncProtocol
import Tickets

/// What people do on their devices.
extension Run {
    func personActs(_ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        let device = device(event)
        step.devices.append(device)
        try settleDoubts(device)
        switch event.kind {
        case .undo: try undo(device, event)
        case .retract: try retract(device, event, &dice, &step)
        case .choose: try choose(device, event, &dice, &step)
        default: try give(device, event, &dice, &step)
        }
    }

    /// How something on a device ended.
    enum Outcome<T> {
        case done(T)
        /// The rules, or the state of the device, say no. Nothing was written.
        case refused(ReplicaError)
        /// It died on the way, or its disk failed: before or after, never between.
        case inDoubt
    }

    /// Does something on a device whose disk may fail.
    ///
    /// - Throws: A violation if it fails although its disk is whole.
    func attempt<T>(_ device: SimDevice, _ what: String, _ body: () throws -> T) throws -> Outcome<T> {
        do {
            let result = try body()
            return device.noteAccidents() ? afterAccident(device, what) : .done(result)
        } catch let error as ReplicaError {
            if device.noteAccidents() { return afterAccident(device, what) }
            switch error {
            case .refused, .leaving, .nothingToUndo, .revoked, .unknownTicket: return .refused(error)
            default: throw violation("I9", "\(what) of \(device.file) failed on a whole disk: \(error)")
            }
        }
    }

    /// The program ends with an error, as the client does; the next one opens the files anew.
    private func afterAccident<T>(_ device: SimDevice, _ what: String) -> Outcome<T> {
        tell("accident in \(what)")
        device.close()
        return .inDoubt
    }

    /// What was under way when a device died either happened or not; from now on it is settled.
    ///
    /// What a process that was killed left in its log is not on the disk yet. The next one takes it in before it shows anything, but looks
    /// for the log where real files are: here that is done in its place. If the machine goes down meanwhile, all is as open as before.
    func settleDoubts(_ device: SimDevice) throws {
        guard !device.ledger.inDoubt.isEmpty else { return }
        _ = try? device.peek().rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if device.noteAccidents() { return device.close() }
        for (id, entry) in device.ledger.inDoubt.sorted(by: { $0.key < $1.key }) {
            let row = try device.peek().rows("SELECT taken_back_at FROM command WHERE id = ?", [id.value]).first
            device.ledger.inDoubt[id] = nil
            guard let row else {
                if device.ledger.entries[id] != nil { throw violation("I9", "undoing on \(device.file) lost the command \(id)") }
                continue
            }
            var settled = entry
            settled.isTakenBack = row[0] != .null
            device.ledger.entries[id] = settled
        }
    }

    /// Gives a command and keeps the account.
    func give(
        _ kind: CommandKind, _ ticket: TicketID?, _ arguments: [String: Value], on device: SimDevice, _ dice: inout SplitMix64,
        _ step: inout Step
    ) throws {
        let id = dice.commandID()
        let entry = Ledger.Entry(
            kind: kind, ticket: ticket ?? Command.madeTicket(by: id),
            words: arguments["body"]?.string ?? arguments["title"]?.string)
        let salt = dice.bytes(16)
        let outcome = try attempt(device, "give \(kind.rawValue)") {
            try device.replica().give(kind, ticket: ticket, arguments: arguments, id: id, salt: salt, clock: device.reading)
        }
        switch outcome {
        case .done(let given):
            device.ledger.entries[id] = entry
            step.given.append((device, id))
            mark("give \(kind.rawValue) \(given.reason.rawValue)")
        case .refused(let error): mark("refused \(kind.rawValue) \(name(of: error))")
        case .inDoubt: device.ledger.inDoubt[id] = entry
        }
    }

    private func name(of error: ReplicaError) -> String {
        switch error {
        case .refused(let reason, _): reason.rawValue
        default: error.code
        }
    }

    private struct Seen {
        var id: TicketID
        var state: String
    }

    private func seen(on device: SimDevice) throws -> [Seen] {
        try device.peek().rows("SELECT id, state FROM ticket ORDER BY id").compactMap { row in
            TicketID(row[0]).map { Seen(id: $0, state: row[1].string ?? "") }
        }
    }

    /// Mostly what fits the ticket's state, so that histories get somewhere; the rest tries what is refused.
    private func give(_ device: SimDevice, _ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        let tickets = try seen(on: device)
        // The smaller of two picks: most work is on the same few tickets.
        let count = max(1, tickets.count)
        let place = min(Int(event.what % 1009) % count, Int(event.what / 1009 % 1013) % count)
        let ticket = tickets.isEmpty ? nil : tickets[place]
        let fitting: [CommandKind] =
            switch ticket?.state {
            case "dispatched": [.accept, .accept, .accept, .accept, .return, .dispute, .edit]
            case "awaiting-handling":
                [
                    .start, .resolve, .resolve, .resolve, .edit, .return, .explain, .extend, .dispute, .defer, .whistle, .fill,
                    .fill,
                ]
            case nil: [.report]
            default: [.note, .edit, .visit, .finishPart, .fill]
            }
        let any: [CommandKind] = [
            .accept, .start, .visit, .note, .edit, .edit, .edit, .edit, .resolve, .return, .report, .explain, .extend,
            .dispute, .defer, .urge, .whistle, .reportIn, .reportIn, .finishPart, .fill, .fill,
        ]
        let pool = event.what / 1_022_117 % 10 < 4 ? fitting : any
        let kind = pool[Int(dice.next() % UInt64(pool.count))]
        guard kind.makesTicket || ticket != nil else { return mark("nothing to give on") }
        let arguments = arguments(of: kind, by: device, &dice)
        try give(kind, kind.makesTicket ? nil : ticket?.id, arguments, on: device, &dice, &step)
    }

    private func arguments(of kind: CommandKind, by device: SimDevice, _ dice: inout SplitMix64) -> [String: Value] {
        let words = Value.text("\(device.person)第\(device.ledger.entries.count)句" + (dice.chance(0.03) ? long : ""))
        switch kind {
        case .edit: return edit(words, &dice)
        case .report:
            var arguments: [String: Value] = ["title": words, "description": words]
            if dice.chance(0.2) {
                let task = TicketID(bytes: [UInt8](repeating: UInt8(dice.next() % 4), count: 16))!  // 16 bytes
                arguments["descent"] = .text(Descent(from: task, number: nil, words: "巡查 发现").text)
            }
            if script.isWide, device.ledger.entries.count % 3 == 0 {
                arguments["name"] = .text("来电人\(device.ledger.entries.count)")
            }
            if dice.chance(0.3) { arguments["grid"] = .text(dice.chance(0.5) ? "g1" : "g2") }
            return arguments
        case .accept, .start: return [:]
        case .extend: return ["body": words, "days": .integer(Int64(dice.next() % 6) + 1)]
        case .whistle: return ["body": words, "units": .text(["u1", "u2", "u1,u2"][Int(dice.next() % 3)])]
        case .reportIn: return [:]
        case .fill:
            // Few items and few values, so that people meet; now and then one is cleared, or an answer is none.
            let seen = "id-seen=" + ["yes", "no", "", "maybe"][Int(dice.next() % 9) % 4]
            let count = "count=" + ["1", "2", ""][Int(dice.next() % 7) % 3]
            return ["answers": .text([seen, count, seen + "\n" + count][Int(dice.next() % 3)])]
        case .defer:
            // Now and then to a day that has passed.
            let days = Int64(dice.next() % 40) - 2
            return ["body": words, "until": .integer(device.reading.wall + days * 86_400_000)]
        case .resolve: return dice.chance(0.2) ? [:] : ["body": words]
        case .visit:
            var arguments = ["body": words, "outcome": Value.text(["met", "absent", "refused"][Int(dice.next() % 3)])]
            let place = device.ledger.entries.count
            if script.isWide, place % 3 == 0 { arguments["persons"] = .integer(Int64(place % 5) + 1) }
            return arguments
        default: return ["body": words]
        }
    }

    /// Columns that people in the field may write, and now and then one that they may not. A third of the values are the same
    /// for everybody, so that two people do the same thing.
    private func edit(_ words: Value, _ dice: inout SplitMix64) -> [String: Value] {
        let common = Value.text(["东门", "西门", "北门"][Int(dice.next() % 3)])
        let value = dice.chance(0.3) ? common : words
        var arguments: [String: Value] = [:]
        switch dice.next() % 12 {
        case 0, 1, 2: arguments = ["finding": value]
        case 3, 4, 5: arguments = ["location": value]
        case 6, 7:
            let all = ["积水", "停电", "噪声", "占道"].filter { _ in dice.chance(0.5) }
            arguments = ["tags": all.isEmpty ? .null : .text(all.joined(separator: ","))]
        case 8: arguments = ["finding": value, "location": common]
        case 9:
            arguments = ["latitude": .real(37 + Double(dice.next() % 5)), "longitude": .real(79 + Double(dice.next() % 5))]
        case 10: arguments = [["location", "finding"][Int(dice.next() % 2)]: .null]
        default: arguments = ["title": value]
        }
        if dice.chance(0.25) { arguments["body"] = words }
        return arguments
    }

    private func undo(_ device: SimDevice, _ event: Event) throws {
        // Some try it with what was offered already: that has to be refused.
        let which = event.salt % 4 == 0 ? "" : "offered_at IS NULL AND "
        let open = try device.peek().rows(
            "SELECT id, ticket FROM command WHERE \(which)taken_back_at IS NULL AND verdict IS NULL ORDER BY ordinal")
        guard !open.isEmpty, let ticket = TicketID(open[Int(event.what) % open.count][1]) else { return mark("nothing to undo") }
        let newest = try device.peek().rows(
            "SELECT id FROM command WHERE ticket = ? AND taken_back_at IS NULL ORDER BY ordinal DESC LIMIT 1", [ticket.value])
        guard let id = CommandID(newest.first?.first), let entry = device.ledger.entries[id] else {
            throw violation("I6", "\(device.file) has a command that nobody gave")
        }
        switch try attempt(device, "undo", { try device.replica().undo(ticket: ticket, at: device.reading.wall) }) {
        case .done(let record):
            guard record.id == id else { throw violation("I6", "undo took back another command") }
            device.ledger.entries[id]?.isTakenBack = true
            mark("undo")
        case .refused: mark("refused undo")
        case .inDoubt: device.ledger.inDoubt[id] = entry
        }
    }

    /// Asks for something back that was sent, whatever has become of it; mostly lately given, also on another device of the person.
    private func retract(_ device: SimDevice, _ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        let elsewhere = try device.peek().rows(
            """
            SELECT e.command, n.ticket FROM verdict_elsewhere e JOIN note n ON n.command = e.command
            ORDER BY e.sequence DESC LIMIT 6
            """)
        let sent =
            try elsewhere
            + device.peek().rows(
                "SELECT id, ticket FROM command WHERE offered_at IS NOT NULL AND taken_back_at IS NULL ORDER BY ordinal DESC LIMIT 12"
            )
        guard !sent.isEmpty else { return mark("nothing to retract") }
        let row = sent[Int(event.what) % sent.count]
        guard let target = CommandID(row[0]), let ticket = TicketID(row[1]) else { return }
        try give(
            .retract, ticket, ["target": .text(target.description), "body": .text("收回")], on: device, &dice, &step)
    }

    /// Settles a conflict that the device shows, where the release can; mostly one that is its person's to settle.
    private func choose(_ device: SimDevice, _ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        guard let kind = CommandKind(rawValue: "choose") else { return }
        let all = try device.peek().rows("SELECT command, field, ticket, theirs, ours FROM conflict ORDER BY command, field")
        let own = try device.peek().rows(
            """
            SELECT c.command, c.field, c.ticket, c.theirs, c.ours FROM conflict c WHERE c.may = 'holder' AND (
                EXISTS (SELECT 1 FROM ticket t WHERE t.id = c.ticket AND t.assignee = ?1)
                OR EXISTS (SELECT 1 FROM helper h WHERE h.ticket = c.ticket AND h.person = ?1))
            ORDER BY c.command, c.field
            """, [.text(device.person)])
        let conflicts = own.isEmpty || event.salt % 4 == 0 ? all : own
        guard !conflicts.isEmpty else { return mark("nothing to choose") }
        let row = conflicts[Int(event.what) % conflicts.count]
        guard let target = CommandID(row[0]), let ticket = TicketID(row[2]) else { return }
        try give(kind, ticket, choice(target, row, &dice), on: device, &dice, &step)
    }

    /// - Parameter row: command, field, ticket, theirs, ours of a conflict.
    func choice(_ target: CommandID, _ row: [Value], _ dice: inout SplitMix64) -> [String: Value] {
        let side = ["ours", "theirs", "text"][Int(dice.next() % 3)]
        let value = side == "ours" ? row[4] : side == "theirs" ? row[3] : .text("选定\(dice.next() % 9)")
        return ["target": .text(target.description), "field": row[1], "side": .text(side), "value": value]
    }

    private var long: String { String(repeating: "，现场情况较为复杂", count: 30) }
}
