/// Which days are worked: Monday to Friday, less the State Council's days off, plus its make-up days (调休).
///
/// The file stays as it is and is searched by halves: it is sorted, every command that is given has the calendar with it, and reading
/// twenty years of days would cost more than the command.
///
/// - Source: the State Council's yearly notices; the form stands in Schema/README.md, "Calendar".
public struct WorkCalendar: Hashable, Sendable {
    /// A day that differs from the week's rhythm.
    public struct Entry: Hashable, Sendable {
        /// The day.
        public var day: Day
        /// True = a make-up working day, false = a day off.
        public var isWorked: Bool
        /// The holiday's name as the notice has it: `春节`.
        public var name: String
    }

    /// `date,kind,name` lines after the header, sorted by date.
    private var lines: [UInt8]
    /// Years that an operator loaded in place of what is compiled in, ascending.
    public private(set) var loadedYears: [Int] = []

    /// The week's rhythm alone; every deadline is provisional.
    public init() { lines = [] }

    /// A calendar that has been read before, such as the one that is compiled in, which a test reads whole.
    init(trusted text: [UInt8]) {
        lines = text.firstIndex(of: 0x0A).map { Array(text[($0 + 1)...]) } ?? []
    }

    /// Reads `date,kind,name` with kind `off` or `work`, sorted by date.
    ///
    /// - Throws: The first line that is not so, and what is impossible about it.
    public init(csv text: String) throws(CalendarError) {
        var before: Day?
        for (number, fields) in Tickets.csv(text).dropFirst() {
            guard fields.count == 3, let day = Day(text: fields[0]), !fields[2].isEmpty else { throw .unreadable(line: number) }
            guard fields[1] == "off" || fields[1] == "work" else { throw .unreadable(line: number) }
            if let before, day <= before { throw .unsorted(line: number) }
            guard fields[1] == "off" || day.isWeekend else { throw .worksAnyway(line: number, day: day) }
            before = day
        }
        guard text.utf8.last == 0x0A || text.isEmpty else { throw .cutOff }
        self.init(trusted: Array(text.utf8))
    }

    /// True if people work on that day.
    public func isWorked(_ day: Day) -> Bool { entry(of: day)?.isWorked ?? !day.isWeekend }

    /// What the calendar says of a day; nil where the week's rhythm holds.
    public func entry(of day: Day) -> Entry? {
        let place = firstLine(from: day)
        guard place < lines.endIndex, date(at: place) == Self.key(day) else { return nil }
        return entry(at: place)
    }

    /// True if the year's arrangement is in here. A deadline that is counted through any other year is provisional.
    public func isPublished(_ year: Int) -> Bool {
        let place = firstLine(from: Day(year: year, month: 1, day: 1))
        return place < lines.endIndex && date(at: place) / 10_000 == year
    }

    /// The years that are in here, ascending.
    public var years: [Int] {
        var years: [Int] = []
        for entry in entries where years.last != entry.day.parts.year { years.append(entry.day.parts.year) }
        return years
    }

    /// Puts one year's lines, which were read before, in place of its own.
    mutating func replace(_ year: Int, by body: [UInt8]) {
        let start = firstLine(from: Day(year: year, month: 1, day: 1))
        let end = firstLine(from: Day(year: year + 1, month: 1, day: 1))
        lines = Array(lines[..<start]) + body + Array(lines[end...])
        loadedYears = Set(loadedYears + [year]).sorted()
    }

    /// Every day that differs from the week's rhythm, in order.
    public var entries: [Entry] {
        var entries: [Entry] = []
        var place = lines.startIndex
        while place < lines.endIndex {
            entries.append(entry(at: place))
            place = lineEnd(from: place) + 1
        }
        return entries
    }

    /// Where the first line stands that is not before a day; the end if there is none.
    private func firstLine(from day: Day) -> Int {
        let wanted = Self.key(day)
        var (low, high) = (lines.startIndex, lines.endIndex)
        while low < high {
            var middle = low + (high - low) / 2
            while middle > low, lines[middle - 1] != 0x0A { middle -= 1 }
            if date(at: middle) < wanted { low = min(lineEnd(from: middle) + 1, high) } else { high = middle }
        }
        return low
    }

    private func lineEnd(from place: Int) -> Int { lines[place...].firstIndex(of: 0x0A) ?? lines.endIndex }

    /// 2026-02-14 as 20260214. Only digits stand at these places: the file was read before.
    private func date(at place: Int) -> Int {
        [0, 1, 2, 3, 5, 6, 8, 9].reduce(0) { $0 * 10 + Int(lines[place + $1] &- 0x30) }
    }

    private static func key(_ day: Day) -> Int {
        let (year, month, date) = day.parts
        return year * 10_000 + month * 100 + date
    }

    private func entry(at place: Int) -> Entry {
        let date = date(at: place)
        let isWorked = lines[place + 11] == UInt8(ascii: "w")
        let name = lines[(place + (isWorked ? 16 : 15))..<lineEnd(from: place)]
        return Entry(
            day: Day(year: date / 10_000, month: date / 100 % 100, day: date % 100), isWorked: isWorked,
            name: String(decoding: name, as: UTF8.self))
    }
}

/// What is wrong with a calendar's file; lines count from 1 with the header.
public enum CalendarError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is not `date,kind,name`, or the date is no day.
    case unreadable(line: Int)
    /// The day is not after the line before.
    case unsorted(line: Int)
    /// A make-up working day on a day that is worked anyway.
    case worksAnyway(line: Int, day: Day)
    /// The last line has no end.
    case cutOff
    /// A day of a year that no calendar has.
    case year(line: Int)
    /// There is no day in it.
    case noYear
    /// A statutory holiday on which people would work; the line is the year's last.
    case holidayIsWorked(line: Int, day: Day)
    /// More make-up working days than days off on which people would have worked.
    case workedTooMuch(line: Int, year: Int)

    /// The line; 0 = none.
    public var line: Int {
        switch self {
        case .unreadable(let line), .unsorted(let line), .worksAnyway(let line, _), .year(let line),
            .holidayIsWorked(let line, _),
            .workedTooMuch(let line, _):
            line
        case .cutOff, .noYear: 0
        }
    }

    /// What to correct.
    public var description: String {
        switch self {
        case .unreadable(let line): "the calendar's line \(line) cannot be read; write date,kind,name with kind off or work"
        case .unsorted(let line): "the calendar's line \(line) is not after the one before; sort by date, each day once"
        case .worksAnyway(let line, let day):
            "the calendar's line \(line) makes \(day) a working day, which it is anyway; correct the date"
        case .cutOff: "the calendar's last line has no end; the file may have been cut off"
        case .year(let line): "the calendar's line \(line) has a year before 2004 or after 2100; correct the date"
        case .noYear: "the calendar has no day; write one line for each day that differs from the week"
        case .holidayIsWorked(let line, let day):
            "the calendar's line \(line) ends a year in which people work on \(day), which is a holiday by law; the year is not whole"
        case .workedTooMuch(let line, let year):
            "the calendar's line \(line) ends the year \(year), which makes up for more days than it takes off; look for a missing line"
        }
    }
}
