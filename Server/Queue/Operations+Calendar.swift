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
            return trial
        }
    }

    /// Each is an act of the author, a few hundred in one transaction.
    private func move(_ moves: [CalendarTrial.Move], years: [Int], by author: String) async throws -> [ActReport] {
        let named = years.map(String.init).joined(separator: "、")
        var refused: [ActReport] = []
        for start in stride(from: 0, to: moves.count, by: 200) {
            let acts = moves[start..<min(start + 200, moves.count)].map { move in
                Act(
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

    /// One ticket's new due date.
    struct Move: Hashable, Sendable {
        var ticket: TicketID
        var due: Milliseconds
    }

    init(before: Rules, years: [CalendarYear]) {
        self.before = before
        self.years = years
    }

    /// A due date that a class gave by the old days moves if the new days give another one. What a person set stays.
    mutating func look(at ticket: Ticket, _ after: Rules) {
        guard let start = ticket[.dispatchedAt].int, let due = ticket[.dueAt].int, ticket[.resolvedAt] == .null else { return }
        report.looked += 1
        let then: Deadline?
        switch before.basis(of: ticket) {
        case .deadline(let found), .chosen(let found):
            if let clock = ticket.clock(.resolution), !clock.source.isEmpty {
                then = after.deadline(of: clock)
            } else {
                then = after.deadline(dispatchedAt: start, class: found.deadlineClass)
            }
        case .other, .none: then = nil
        }
        guard let dueThen = then?.due, dueThen != due else { return }
        report.moved += 1
        moves.append(Move(ticket: ticket.id, due: dueThen))
        guard report.tickets.count < ProfileTrial.ticketsMax else { return }
        report.tickets.append(.init(ticket: ticket.number ?? ticket.id.description, dueAt: due, dueThen: dueThen))
    }
}
