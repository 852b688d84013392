public import Changeset

/// The working days of one year, as an operator loaded them.
public struct CalendarYear: Hashable, Sendable {
    /// The year.
    public var year: Int
    /// Its lines `date,kind,name`, each with a line feed.
    public var body: String
    /// When the centre took it.
    public var loadedAt: Milliseconds

    /// A year.
    public init(year: Int, body: String, loadedAt: Milliseconds) {
        self.year = year
        self.body = body
        self.loadedAt = loadedAt
    }

    /// Reads a row of `calendar`; nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= Table.calendar.columns.count, let year = row[0].string.flatMap({ Int($0) }), let body = row[1].string,
            let loadedAt = row[2].int
        else { return nil }
        self.init(year: year, body: body, loadedAt: loadedAt)
    }

    /// The row of `calendar`, all columns in order.
    public var row: [Value] { [.text(String(year)), .text(body), .integer(loadedAt)] }
}

extension WorkCalendar {
    /// Years that a calendar may have.
    public static let years = 2004...2100
    /// The header of a calendar's file.
    public static let header = "date,kind,name\n"

    /// This calendar with some years in place of its own. A year whose lines cannot be read is passed over: a device takes what it
    /// understands, and the centre loads no other.
    public func with(_ loaded: [CalendarYear]) -> WorkCalendar {
        var calendar = self
        for one in loaded where Self.years.contains(one.year) {
            guard let read = try? WorkCalendar(csv: Self.header + one.body), read.years == [one.year] else { continue }
            calendar.replace(one.year, by: Array(one.body.utf8))
        }
        return calendar
    }

    /// Reads what an operator loads: whole years, sorted, each possible. Days of the December before the first of them go into that
    /// year, as the notices have them.
    ///
    /// - Returns: Each year of the file with its lines, ascending.
    /// - Throws: The first line that is wrong, and what is impossible about it.
    public func publication(csv text: String) throws(CalendarError) -> [(year: Int, body: String)] {
        guard text.utf8.starts(with: Self.header.utf8) else { throw .unreadable(line: 1) }
        let file = try WorkCalendar(csv: text)
        let lines = Tickets.csv(text).dropFirst()
        guard let first = lines.first else { throw .noYear }
        if let line = lines.first(where: { !Self.years.contains(Day(text: $0.1[0])?.parts.year ?? 0) }) {
            throw .year(line: line.0)
        }
        var found: [(year: Int, body: String)] = []
        for year in file.years {
            let own = lines.filter { Day(text: $0.1[0])?.parts.year == year }
            let isBefore = own.first?.0 == first.0 && own.allSatisfy { Day(text: $0.1[0])?.parts.month == 12 }
            if isBefore, file.years.count > 1, isPublished(year) {
                found.append((year, merged(year, with: file)))
            } else {
                try file.check(year, lastLine: own.last?.0 ?? 1)
                found.append((year, own.map { $0.1.joined(separator: ",") + "\n" }.joined()))
            }
        }
        return found
    }

    /// What no arrangement of a year can be without, and what none can have.
    private func check(_ year: Int, lastLine: Int) throws(CalendarError) {
        for (month, date) in [(1, 1), (5, 1), (10, 1)] {
            let day = Day(year: year, month: month, day: date)
            if isWorked(day) { throw .holidayIsWorked(line: lastLine, day: day) }
        }
        let own = entries.filter { $0.day.parts.year == year }
        let free = own.filter { !$0.isWorked && !$0.day.isWeekend }.count
        guard own.filter(\.isWorked).count <= free else { throw .workedTooMuch(line: lastLine, year: year) }
    }

    private func merged(_ year: Int, with file: WorkCalendar) -> String {
        let new = file.entries.filter { $0.day.parts.year == year }
        let kept = entries.filter { entry in entry.day.parts.year == year && !new.contains { $0.day == entry.day } }
        return (kept + new).sorted { $0.day < $1.day }.map { "\($0.day),\($0.isWorked ? "work" : "off"),\($0.name)\n" }.joined()
    }
}
