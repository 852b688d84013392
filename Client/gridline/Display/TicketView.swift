import ReplicaStore
import Screen
import SyncProtocol
import Tickets

/// Everything about one ticket, for people and for machines. A citizen's data is masked in both.
struct TicketView {
    let detail: TicketDetail
    /// Whose device it is.
    let person: String
    let language: Language
    let now: Milliseconds
    let personName: (String) -> String
    let gridName: (String) -> String
    var unitName: (String) -> String = { $0 }
    /// The path of a category by its code; nil for one that the device does not know.
    var categoryPath: (String) -> String? = { _ in nil }

    /// The steps of the city's ladder.
    var ladder: [LadderStep] = []

    /// Who has a ticket that leaves.
    var holder: TicketHolder?
    /// What is asked for on it, with what was filled in.
    var checklist: ChecklistView?
    /// Conflicts in which this person takes part.
    var conflicts: [ConflictView] = []

    private var ticket: Ticket { detail.summary.ticket }

    func lines(on console: Console) -> [String] {
        func lines(_ fields: Fields) -> [String] {
            fields.lines(width: console.width, measure: console.measure, colour: console.colour)
        }
        var fields = head
        fields.rows += place.rows + times.rows
        var text = lines(fields)
        if !ticket.clocks.isEmpty { text += section(Say.clocks) + clockLines(on: console) }
        if !ticket.requests.isEmpty { text += section(Say.requests) + ticket.requests.flatMap { requestLines($0, on: console) } }
        if !ticket.transfers.isEmpty {
            text += section(Say.transfers) + ticket.transfers.flatMap { line($0.line(names: personName), $0.at, on: console) }
        }
        if !ticket.parts.isEmpty {
            text += section(Say.parts) + ticket.parts.flatMap { line($0.line(names: unitName), $0.askedAt, on: console) }
        }
        if let checklist, !checklist.isEmpty { text += section(Say.checklist) + checklist.lines(on: console) }
        if !ticket.rungs.isEmpty {
            text += section(Say.rungs) + ticket.rungs.flatMap { line($0.line(names: personName), $0.at, on: console) }
        }
        if !ticket.escalations.isEmpty {
            text +=
                section(Say.escalations)
                + ticket.escalations.flatMap { line($0.line(on: ladder, names: anybody), $0.at, on: console) }
        }
        if !detail.notes.isEmpty { text += section(Say.notes) + detail.notes.flatMap { noteLines($0, on: console) } }
        if !detail.commands.isEmpty {
            let listing = commandListing(detail.commands, language, namesTicket: false, personName: personName)
            text +=
                section(Say.commandsHere) + listing.lines(width: console.width, measure: console.measure, colour: console.colour)
        }
        if !conflicts.isEmpty {
            let listing = conflictListing(conflicts, for: person, language, namesTicket: false, personName: personName)
            text += section(Say.conflictsTitle)
            text += listing.lines(width: console.width, measure: console.measure, colour: console.colour)
            text.append(Say.bothValues.text(language))
        }
        return text
    }

    /// Where a person as well as a unit can stand.
    private func anybody(_ id: String) -> String {
        let name = personName(id)
        return name == id ? unitName(id) : name
    }

    private func section(_ title: Words) -> [String] { ["", "== " + title.text(language)] }

    private var head: Fields {
        var fields = Fields()
        let summary = detail.summary
        func words(_ words: Words) -> String { words.text(language) }
        let marks = (summary.isOverdue(now: now) ? [Say.overdue] : []) + summary.marks(for: person)
        fields.add(words(Say.ticket), ticketLabel(summary.localNumber, summary.number))
        fields.add(words(Say.title), ticket[.title].string, .strong)
        fields.add(words(Say.state), words(ticket.state.words), ticket.state.style)
        if !marks.isEmpty { fields.add(words(Say.mark), marks.map(words).joined(separator: words(Say.comma)), .attention) }
        fields.add(words(Say.kind), kindText)
        fields.add(words(Say.urgency), word(ticket[.urgency].string) { Urgency(rawValue: $0)?.chinese })
        fields.add(words(Say.channel), word(ticket[.channel].string) { Channel(rawValue: $0)?.chinese })
        fields.add(
            words(Say.category), ticket[.category].string.map { code in categoryPath(code).map { "\(code) \($0)" } ?? code })
        fields.add(words(Say.description), ticket[.description].string.flatMap { $0.isEmpty ? nil : $0 })
        return fields
    }

    private var kindText: String? {
        let kind = word(ticket[.kind].string) { TicketKind(rawValue: $0)?.chinese }
        return ticket[.confidential].int == 1 ? kind.map { "\($0), \(Say.confidential.text(language))" } : kind
    }

    private var place: Fields {
        var fields = Fields()
        func words(_ words: Words) -> String { words.text(language) }
        fields.add(words(Say.assignee), ticket.assignee.map(personName))
        for one in ticket.leaders {
            let level = words(Words(one.level.rawValue, one.level.chinese))
            fields.add(words(Say.leader), "\(personName(one.leader)) (\(level))")
        }
        if detail.summary.leaving != nil { fields.add(words(Say.holderNow), holder?.name, .attention) }
        if !ticket.helpers.isEmpty {
            fields.add(words(Say.helpers), ticket.helpers.map { personName($0.person) }.joined(separator: words(Say.comma)))
        }
        fields.add(words(Say.incident), ticket.incident.map { words(Say.partOf($0.name)) }, .attention)
        fields.add(words(Say.grid), ticket.grid.map(gridName))
        fields.add(words(Say.unit), ticket.unit.map(unitName))
        fields.add(words(Say.reporter), ticket[.reporter].string.map(personName))
        fields.add(words(Say.location), ticket[.location].string)
        if ticket[.latitude] != .null {
            fields.add(words(Say.position), "\(shown(ticket[.latitude])), \(shown(ticket[.longitude]))")
        }
        fields.add(words(Say.finding), ticket[.finding].string)
        fields.add(words(Say.tags), ticket[.tags].string)
        guard let citizen = detail.citizen else { return fields }
        fields.add(words(Say.citizen), citizen.name.map(Masking.name))
        fields.add(words(Say.phone), citizen.phone.map(Masking.phone))
        fields.add(words(Say.address), citizen.address.map(Masking.address))
        fields.add(words(Say.identityNumber), citizen.identityNumber.map(Masking.identityNumber))
        return fields
    }

    private static let stamps: [(Words, TicketColumn)] = [
        (Say.created, .createdAt), (Say.dispatched, .dispatchedAt), (Say.due, .dueAt), (Say.accepted, .acceptedAt),
        (Say.started, .startedAt), (Say.resolved, .resolvedAt), (Say.closed, .closedAt),
    ]

    private var times: Fields {
        var fields = Fields()
        for (title, column) in Self.stamps {
            let isOverdue = column == .dueAt && detail.summary.isOverdue(now: now)
            fields.add(title.text(language), ticket[column].int.map { ShanghaiTime($0).full }, isOverdue ? .bad : nil)
        }
        return fields
    }

    /// One line for each promise, the same as at the centre.
    private func clockLines(on console: Console) -> [String] {
        var fields = Fields()
        for clock in ticket.clocks {
            let (title, line) = (clock.title, clock.line(at: now))
            let unit = ticket.part(of: clock).map { Say.inBrackets(Words(same: unitName($0.unit))).text(language) }
            let name = [Words(title.english, title.chinese).text(language), unit].compactMap { $0 }
            fields.add(
                name.joined(separator: language == .zh ? "" : " "), Words(line.english, line.chinese).text(language),
                clock.standing(at: now) == .overdue ? .bad : nil)
        }
        return fields.lines(width: console.width, measure: console.measure, colour: console.colour)
    }

    /// What was asked for, and what the centre said.
    private func requestLines(_ request: TicketRequest, on console: Console) -> [String] {
        let asked =
            switch request.kind {
            case .extension_: Words("days more: \(request.days)", "延期天数：\(request.days)")
            case .dispute: Words("not theirs", "职责争议")
            case .longTerm:
                Words("long-term until \(Day(containing: request.dueAt ?? 0))", "长期办理至 \(Day(containing: request.dueAt ?? 0))")
            }
        let granted = request.grantedDays.map { Words("granted \($0)", "批准 \($0) 天") }
        let state = granted ?? Words(request.state.rawValue, request.state.chinese)
        let head = [ShanghaiTime(request.givenAt).short, personName(request.author), asked.text(language), state.text(language)]
        let answer = request.answer.map { "\(request.decidedBy.map(personName) ?? "-"): \($0)" }
        return [printable(head.joined(separator: "  "))] + (answer.map { indented($0, on: console) } ?? [])
    }

    /// What happened on one day, in words.
    private func line(_ words: DueLine, _ at: Milliseconds, on console: Console) -> [String] {
        [printable(ShanghaiTime(at).short)] + indented(Words(words.english, words.chinese).text(language), on: console)
    }

    /// A code in words.
    private func word(_ code: String?, _ chinese: (String) -> String?) -> String? {
        code.map { language == .zh ? chinese($0) ?? $0 : $0 }
    }

    private func noteLines(_ note: TicketDetail.Note, on console: Console) -> [String] {
        let kind = noteWords(kind: note.kind)
        let head = [
            ShanghaiTime(note.occurredAt).short, personName(note.author), language == .zh ? kind.chinese : kind.english,
            note.late ? Say.inBrackets(Say.late).text(language) : nil,
        ].compactMap { $0 }.joined(separator: "  ")
        let text = noteText(kind: note.kind, body: note.body)
        return [printable(head)] + indented(language == .zh ? text.chinese : text.english, on: console)
    }

    private func indented(_ text: String, on console: Console) -> [String] {
        console.measure.wrapped(printable(text, keepsLines: true), to: console.width.map { max(20, $0 - 2) } ?? Int.max)
            .map { "  " + $0 }
    }

    var json: JSON {
        let citizen: JSON =
            detail.citizen.map {
                [
                    "name": .optional($0.name.map(Masking.name)), "phone": .optional($0.phone.map(Masking.phone)),
                    "address": .optional($0.address.map(Masking.address)),
                    "identity_number": .optional($0.identityNumber.map(Masking.identityNumber)),
                ]
            } ?? .null
        let row = TicketColumn.allCases.map { column -> (String, JSON) in
            if column.rawValue.hasSuffix("_at") { return (column.rawValue, .time(ticket[column].int)) }
            if column == .id { return ("id", .text(ticket.id.description)) }
            return (column.rawValue, jsonValue(ticket[column]))
        }
        return [
            "summary": detail.summary.json, "ticket": .object(row), "citizen": citizen,
            "clocks": .array(ticket.clocks.map { $0.json(at: now) }), "requests": .array(ticket.requests.map(\.json)),
            "transfers": .array(ticket.transfers.map(\.json)), "parts": .array(ticket.parts.map(\.json)),
            "checklist": checklist?.json ?? .array([]),
            "rulings": .array(ticket.rungs.map(\.json)), "steps": .array(ticket.escalations.map(\.json)),
            "incidents": .array(ticket.incidents.map(\.json)), "leaders": .array(ticket.leaders.map(\.json)),
            "transfer_count": .count(ticket.transferCount), "urged_count": .count(detail.summary.urgedCount),
            "notes": .array(
                detail.notes.map {
                    [
                        "kind": .text($0.kind), "author": .text($0.author), "body": .text($0.body),
                        "occurred_at": .time($0.occurredAt), "late": .bool($0.late),
                        "command": .optional($0.command?.description),
                    ]
                }),
            "commands": .array(detail.commands.map(\.json)),
            "conflicts": .array(conflicts.map { $0.json(for: person) }), "holder": holder?.json ?? .null,
        ]
    }
}

extension Clock {
    func json(at now: Milliseconds) -> JSON {
        [
            "kind": .text(kind.rawValue), "class": .optional(deadlineClass?.rawValue),
            "days": days.map { .count($0) } ?? .null, "source": .text(source), "start_at": .time(start), "due_at": .time(due),
            "met_at": .time(metAt), "ended_at": .time(endedAt), "standing": .text(standing(at: now).rawValue),
        ]
    }
}

extension Transfer {
    var json: JSON {
        [
            "command": .text(id.description), "kind": .text(kind), "giver": .optional(giver), "taker": .optional(taker),
            "author": .text(author), "at": .time(at), "approved_by": .optional(approvedBy),
        ]
    }
}

extension Part {
    var json: JSON {
        [
            "unit": .text(unit), "role": .text(role.rawValue), "asked_at": .time(askedAt), "reported_at": .time(reportedAt),
            "done_at": .time(doneAt), "ended_at": .time(endedAt),
        ]
    }
}

extension Incident {
    var json: JSON {
        [
            "command": .text(id.description), "parent": .text(parent.description), "number": .optional(number),
            "due_at": .time(dueAt), "author": .text(author), "at": .time(at), "ended_at": .time(endedAt),
        ]
    }
}

extension Escalation {
    var json: JSON {
        [
            "command": .text(id.description), "step": .text(step), "place": .count(place), "members": .text(members),
            "decision": .optional(decision), "reason": .optional(reason), "due_at": .time(dueAt), "author": .text(author),
            "at": .time(at), "outcome": .optional(outcome?.rawValue), "words": .optional(words), "ended_by": .optional(endedBy),
            "ended_at": .time(endedAt), "leader": .optional(leader),
        ]
    }
}

extension Responsible {
    var json: JSON {
        ["level": .text(level.rawValue), "leader": .text(leader), "author": .text(author), "at": .time(at)]
    }
}

extension Rung {
    var json: JSON {
        [
            "command": .text(id.description), "level": .text(level.rawValue), "members": .text(members),
            "owner": .optional(owner),
            "words": .optional(words), "author": .text(author), "at": .time(at),
        ]
    }
}

extension TicketRequest {
    var json: JSON {
        [
            "request": .text(id.description), "kind": .text(kind.rawValue), "author": .text(author), "given_at": .time(givenAt),
            "days": .count(days), "state": .text(state.rawValue), "granted_days": grantedDays.map { .count($0) } ?? .null,
            "due_at": .time(dueAt), "answer": .optional(answer), "decided_by": .optional(decidedBy),
            "decided_at": .time(decidedAt),
        ]
    }
}
