import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension Operations {
    func queue(_ question: QueueQuestion) async throws -> Outcome {
        var filter = QueueFilter()
        if let code = question.state {
            guard let state = TicketState(rawValue: code) else {
                let known = TicketState.allCases.map(\.rawValue).joined(separator: ", ")
                throw OperationProblem(.badArguments, "--state: unknown state; the states are \(known)")
            }
            filter.states = [state]
        }
        filter.grid = question.grid
        filter.assignee = question.assignee
        filter.diaries = question.diaries
        filter.limit = max(0, min(question.limit, 100_000))
        let chosen = filter
        return .tickets(try await read { try $0.queue(chosen).map { TicketLine($0.ticket, heldCount: $0.heldCount) } })
    }

    func held(limit: Int) async throws -> Outcome {
        .held(try await read { try HeldReport.reports(Array(try $0.held().prefix(max(0, limit))), from: $0) })
    }

    func show(_ reference: String, for reader: String?) async throws -> Outcome {
        let id = try await ticket(reference)
        let profile = service.rules.profile
        let sees = try await seesRestricted(reader)
        return try await read { reader in
            guard let detail = try reader.ticket(id) else {
                throw OperationProblem(.unknownTicket, "no ticket has the number or UUID \(reference.printable)")
            }
            // That there was a step which only supervisors read, nobody else reads here either.
            let unseen = sees ? [] : detail.ticket.escalations.filter(\.isRestricted).flatMap { [$0.id, $0.endedWith] }
            let history = try reader.history(of: id).filter { $0.command.map { !unseen.contains($0.id) } ?? true }
                .map(HistoryLine.init)
            let waiting = detail.commands.filter(\.isUndecided).map {
                HeldLine(command: $0, ticket: detail.ticket, conflicts: detail.conflicts[$0.id] ?? [])
            }
            let held = try HeldReport.reports(waiting, from: reader)
            let merged = try reader.merged(into: [id]).map { $0.number ?? $0.ticket.description }
            let records = try reader.conflictRecords(of: detail.conflicts.keys.sorted())
            let conflicts = try ConflictReport.reports(records.sorted { $0.key < $1.key }.flatMap(\.value), from: reader)
            return .ticket(
                TicketReport(
                    detail, history: history, conflicts: conflicts, held: held, transferMax: profile.transferMax,
                    steps: try Self.steps(of: detail.ticket, sees, on: profile.ladder, reader), merged: merged,
                    checklists: try reader.checklists()))
        }
    }

    func whyDue(_ reference: String, for reader: String?) async throws -> Outcome {
        let id = try await ticket(reference)
        let sees = try await seesRestricted(reader)
        let rules = service.rules
        return try await read { reader in
            guard let whole = try reader.ticket(id)?.ticket else {
                throw OperationProblem(.unknownTicket, "no ticket has the number or UUID \(reference.printable)")
            }
            let ticket = sees ? whole : whole.withoutRestricted
            let names = try reader.names(ofUnits: ticket.parts.map(\.unit))
            return .why(
                WhyDueReport(
                    ticket: ticket.id.description, number: ticket.number, dueAt: ticket[.dueAt].int,
                    lines: rules.whyDue(ticket) { names[$0] ?? $0 }.map { .init(english: $0.english, chinese: $0.chinese) }))
        }
    }

    func scopeDump(_ person: String) async throws -> Outcome {
        .dump(
            try await read { reader in
                guard try reader.persons().contains(where: { $0.id == person }) else {
                    throw OperationProblem(.unknownPerson, "no person has the id \(person.printable)")
                }
                return try reader.scopeDump(person: person).flatMap(Self.lines)
            })
    }

    /// One line per row, and one per verdict: `{"entity":…,"id":…,"table":…,"values":{…}}`.
    private static func lines(of entity: PageEntity) -> [String] {
        let id =
            entity.key.kind == .reference
            ? String(decoding: entity.key.id, as: UTF8.self) : entity.key.id.hexadecimal
        let kind = "\(entity.key.kind)"
        func line(_ table: String, _ values: [String: JSONText]) -> String {
            let object: [String: JSONText] = [
                "entity": .text(kind), "id": .text(id), "table": .text(table), "values": .object(values),
            ]
            return String(decoding: JSONText.object(object).bytes, as: UTF8.self)
        }
        var lines: [String] = []
        if let command = entity.command {
            var values: [String: JSONText] = [
                "kind": .text(command.kind), "verdict": .text(command.verdict?.rawValue ?? "parked"),
                "reason": .text(command.reason),
                "sequence": .unsigned(command.sequence), "digest": .text(command.digest.hexadecimal),
                "occurred_at": .number(command.occurredAt),
            ]
            if let decision = command.decision {
                values["decision"] = .text(decision.decision.rawValue)
                values["decision_reason"] = .text(decision.reason)
            }
            lines.append(line("command", values))
        }
        for row in entity.rows where !row.deleted {
            var values: [String: JSONText] = [:]
            for (name, value) in zip(row.table.columns, row.values) { values[name] = value.map { JSONText($0) } }
            lines.append(line(row.table.name, values))
        }
        return lines
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits per byte.
    var hexadecimal: String { reduce(into: "") { $0 += String($1 >> 4, radix: 16) + String($1 & 15, radix: 16) } }
}

extension Value {
    /// As people read it; nil for NULL.
    var shown: String? {
        switch self {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): text
        case .blob(let bytes): bytes.hexadecimal
        }
    }
}

extension TicketLine {
    init(_ ticket: Ticket, heldCount: Int) {
        self.init(
            id: ticket.id.description, number: ticket.number, state: ticket[.state].string ?? "",
            title: ticket[.title].string ?? "",
            grid: ticket.grid, assignee: ticket.assignee, urgency: ticket[.urgency].string ?? "", dueAt: ticket[.dueAt].int,
            createdAt: ticket[.createdAt].int ?? 0, heldCount: heldCount)
    }
}

extension HeldReport {
    init(_ line: HeldLine) {
        let command = line.command
        let payload = command.payload.flatMap { try? Payload(decoding: $0) }
        self.init(
            command: command.id.description, ticket: command.ticket?.description, number: line.ticket?.number,
            person: command.person,
            kind: command.kind, reason: command.reason, receivedAt: command.receivedAt, occurredAt: command.occurredAt,
            waitsFor: command.waitsFor?.description, arguments: payload?.arguments.compactMapValues(\.shown) ?? [:],
            conflicts: [])
    }
}

extension HistoryLine {
    init(_ entry: HistoryEntry) {
        self.init(
            sequence: entry.sequence, at: entry.at, author: entry.author, kind: entry.kind.rawValue,
            command: entry.command?.id.description, commandKind: entry.command?.kind, verdict: entry.command?.verdict?.rawValue,
            reason: entry.command?.reason)
    }
}

extension ClockReport {
    init(_ clock: Clock, of ticket: Ticket) {
        self.init(
            kind: clock.kind.rawValue, unit: ticket.part(of: clock)?.unit, deadlineClass: clock.deadlineClass?.rawValue,
            days: clock.days, source: clock.source,
            startAt: clock.start, dueAt: clock.due, metAt: clock.metAt, endedAt: clock.endedAt)
    }

    /// The clock as the rules know it, to be shown; nil for a kind of another release.
    public func clock(of ticket: TicketID) -> Clock? {
        guard let kind = ClockKind(rawValue: kind) else { return nil }
        var clock = Clock(
            kind, of: ticket, deadlineClass: deadlineClass.flatMap(DeadlineClass.init(rawValue:)), days: days, source: source,
            start: startAt, due: dueAt)
        (clock.metAt, clock.endedAt) = (metAt, endedAt)
        return clock
    }
}

extension TicketReport {
    init(
        _ detail: TicketDetail, history: [HistoryLine], conflicts: [ConflictReport], held: [HeldReport], transferMax: Int,
        steps: [StepReport], merged: [String], checklists: [ChecklistItem]
    ) {
        func named(_ row: EntityRow) -> [String: String] {
            var columns: [String: String] = [:]
            for (name, value) in zip(row.table.columns, row.values) { columns[name] = value?.shown }
            return columns
        }
        func rows(of table: Table) -> [[String: String]] {
            detail.rows.filter { $0.table == table }.map(named).sorted {
                (Int64($0["at"] ?? $0["asked_at"] ?? "") ?? 0) < (Int64($1["at"] ?? $1["asked_at"] ?? "") ?? 0)
            }
        }
        let notes = detail.rows.filter { $0.table == .note }.map(named)
        self.init(
            id: detail.ticket.id.description,
            columns: named(EntityRow(.ticket, detail.ticket.row.map { $0 })),
            citizen: detail.rows.first { $0.table == .citizen }.map(named),
            helpers: detail.ticket.helpers.map(\.person),
            clocks: detail.ticket.clocks.map { ClockReport($0, of: detail.ticket) },
            transfers: rows(of: .transfer), transferCount: detail.ticket.transferCount,
            isTransferredTooOften: detail.ticket.transferCount > transferMax, parts: rows(of: .part),
            checklist: ChecklistLine.all(of: detail.ticket, among: checklists),
            rulings: rows(of: .rung).filter { $0["ladder"] != Responsible.ladder },
            leaders: detail.ticket.leaders.map { LeaderReport($0) },
            incidents: rows(of: .incident), merged: merged, steps: steps,
            urgedCount: notes.count { $0["kind"] == "urge" && $0["late"] == "0" },
            notes: notes.sorted {
                (Int64($0["occurred_at"] ?? "") ?? 0, $0["id"] ?? "") < (Int64($1["occurred_at"] ?? "") ?? 0, $1["id"] ?? "")
            },
            history: history,
            conflicts: conflicts,
            held: held)
    }
}
