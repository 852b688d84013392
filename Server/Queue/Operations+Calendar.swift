import CentralStore
import Changeset
import SyncService
import Tickets

/// Working days as an operator loads them.
extension Operations {
    /// Moves the due dates that hang on the new days, then puts the years in force. In this order, so that an interrupted run can be given again: what was
    /// moved already is not counted by the old days any more, and is passed over.
    func put(calendar csv: String, by author: String) async throws -> CalendarReport {
        var trial = try await trial(calendar: csv)
        trial.report.refused = try await move(trial.moves, years: trial.report.years, by: author)
        // Also the parts of an incident behind whose act an earlier run was cut off.
        try await follow(trial.incidents.sorted(), by: author)
        _ = try await service.put(.calendar(trial.years), by: author)
        // Dispatched in between, and counted by the old days.
        let late = try await self.trial(calendar: csv, before: trial.before)
        trial.report.refused += try await move(
            late.moves.filter { !trial.moves.contains($0) }, years: trial.report.years, by: author)
        return trial.report
    }

    func trial(calendar csv: String) async throws -> CalendarTrial { try await trial(calendar: csv, before: service.rules) }

    private func trial(calendar csv: String, before: Rules) async throws -> CalendarTrial {
        // When it is taken the centre's one writer says.
        let years = try CalendarFile.years(csv, beside: before.calendar).map {
            CalendarYear(year: $0.year, body: $0.body, loadedAt: 0)
        }
        var rules = before
        rules.calendar = before.calendar.with(years)
        let after = rules
        return try await read { reader in
            var trial = CalendarTrial(before: before, years: years)
            trial.report.years = years.map(\.year).filter { year in
                let start = Day(year: year, month: 1, day: 1).number
                return !before.calendar.isPublished(year)
                    || (start..<start + 366).contains {
                        before.calendar.entry(of: Day(number: $0)) != after.calendar.entry(of: Day(number: $0))
                    }
            }
            guard !trial.report.years.isEmpty else { return trial }
            try reader.underWay { trial.look(at: $0, after) }
            for start in stride(from: 0, to: trial.parts.count, by: 500) {
                let page = Set(trial.parts[start..<min(start + 500, trial.parts.count)])
                let loaded = try reader.load(LoadRequest(tickets: page)).tickets
                for id in page.sorted() { loaded[id].map { trial.look(atPart: $0.ticket, after) } }
            }
            return trial
        }
    }

    /// Each is an act of the author, a few hundred in one transaction.
    private func move(_ moves: [CalendarTrial.Move], years: [Int], by author: String) async throws -> [ActReport] {
        let named = years.map(String.init).joined(separator: "、")
        var refused: [ActReport] = []
        for start in stride(from: 0, to: moves.count, by: 200) {
            let acts = moves[start..<min(start + 200, moves.count)].map { move in
                if let incident = move.incident {
                    let arguments: [String: Value] = [
                        "parent": .text(incident.description), "own_due_at": .integer(move.due),
                    ]
                    return Act(id: newID(), kind: .merge, ticket: move.ticket, arguments: arguments)
                }
                return Act(
                    id: newID(), kind: .edit, ticket: move.ticket,
                    arguments: [
                        "due_at": .integer(move.due),
                        "body": .text("载入 \(named) 年工作日安排，时限随之调整 / due anew by the working days of \(named)"),
                    ])
            }
            refused += try await reports(acts, by: author).filter { !$0.isApplied && $0.verdict != "superseded" }
        }
        return refused
    }

    func calendarYear(_ year: Int) -> CalendarYearReport {
        let calendar = service.rules.calendar
        let start = Day(year: year, month: 1, day: 1)
        let days = (start.number..<Day(year: year + 1, month: 1, day: 1).number).map(Day.init(number:))
        let source = calendar.loadedYears.contains(year) ? "loaded" : calendar.isPublished(year) ? "compiled-in" : "unpublished"
        return CalendarYearReport(
            year: year, source: source, worked: days.filter(calendar.isWorked).count,
            days: days.compactMap(calendar.entry).map {
                .init(date: $0.day.description, kind: $0.isWorked ? "work" : "off", name: $0.name)
            })
    }
}

/// What loading years would move.
struct CalendarTrial: Sendable {
    let before: Rules
    let years: [CalendarYear]
    var report = CalendarReport()
    var moves: [Move] = []
    /// When those are due then that move by themselves.
    private var moved: [TicketID: Milliseconds] = [:]
    /// Tickets that are part of an incident: their own rows have to be read, and they are looked at last.
    var parts: [TicketID] = []
    /// What those went into.
    var incidents: Set<TicketID> = []

    /// One ticket's new due date.
    struct Move: Hashable, Sendable {
        var ticket: TicketID
        var due: Milliseconds
        /// Of a part of an incident what it went into: the date is the part's own, which it shows only if the incident has none.
        var incident: TicketID?
    }

    init(before: Rules, years: [CalendarYear]) {
        self.before = before
        self.years = years
    }

    /// A due date that a class gave by the old days moves if the new days give another one. What a person set stays.
    mutating func look(at ticket: Ticket, _ after: Rules) {
        if ticket.state == .merged { return parts.append(ticket.id) }
        guard ticket[.dispatchedAt] != .null, let due = ticket[.dueAt].int, ticket[.resolvedAt] == .null else { return }
        report.looked += 1
        guard let then = anew(ticket, after), then != due else { return }
        moves.append(Move(ticket: ticket.id, due: then))
        moved[ticket.id] = then
        note(ticket, from: due, to: then)
    }

    /// A part of an incident is due with that one; what it was due itself moves as the date of any other ticket.
    mutating func look(atPart ticket: Ticket, _ after: Rules) {
        guard let incident = ticket.incident, let due = ticket[.dueAt].int, ticket[.resolvedAt] == .null else { return }
        report.looked += 1
        incidents.insert(incident.parent)
        var then = moved[incident.parent]
        if let own = incident.ownDueAt {
            var alone = ticket
            alone[.dueAt] = .integer(own)
            for index in alone.clocks.indices where alone.clocks[index].kind == .resolution { alone.clocks[index].due = own }
            if let ownThen = anew(alone, after), ownThen != own {
                moves.append(Move(ticket: ticket.id, due: ownThen, incident: incident.parent))
                if incident.dueAt == nil { then = ownThen }
            }
        }
        if let then, then != due { note(ticket, from: due, to: then) }
    }

    /// When a ticket whose date a class gave by the old days is due by the new ones; nil if a person set it.
    private func anew(_ ticket: Ticket, _ after: Rules) -> Milliseconds? {
        guard let start = ticket[.dispatchedAt].int else { return nil }
        switch before.basis(of: ticket) {
        case .deadline(let found), .chosen(let found):
            if let clock = ticket.clock(.resolution), !clock.source.isEmpty { return after.deadline(of: clock)?.due }
            return after.deadline(dispatchedAt: start, class: found.deadlineClass)?.due
        case .other, .none: return nil
        }
    }

    private mutating func note(_ ticket: Ticket, from due: Milliseconds, to dueThen: Milliseconds) {
        report.moved += 1
        guard report.tickets.count < ProfileTrial.ticketsMax else { return }
        report.tickets.append(.init(ticket: ticket.number ?? ticket.id.description, dueAt: due, dueThen: dueThen))
    }
}
