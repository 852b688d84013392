import Testing

@testable import Tickets

/// A year that an operator loads takes the place of what is compiled in; an impossible one is refused with its line.
@Suite struct `Years that are loaded` {
    private let embedded = Rules.embedded.calendar
    private let year2027 = """
        date,kind,name
        2027-01-01,off,元旦
        2027-02-05,off,春节
        2027-02-08,off,春节
        2027-02-13,work,春节
        2027-05-03,off,劳动节
        2027-10-01,off,国庆节

        """

    private func loaded(_ text: String) throws -> WorkCalendar {
        embedded.with(try embedded.publication(csv: text).map { CalendarYear(year: $0.year, body: $0.body, loadedAt: 1) })
    }

    @Test func `a loaded year is published, and every other day stays as it was`() throws {
        #expect(!embedded.isPublished(2027))
        let calendar = try loaded(year2027)
        #expect(calendar.isPublished(2027) && !calendar.isPublished(2028) && calendar.loadedYears == [2027])
        #expect(!calendar.isWorked(Day(year: 2027, month: 2, day: 8)) && calendar.isWorked(Day(year: 2027, month: 2, day: 13)))
        for number in Day(year: 2003, month: 12, day: 1).number..<Day(year: 2027, month: 1, day: 1).number {
            let day = Day(number: number)
            #expect(calendar.entry(of: day) == embedded.entry(of: day))
        }
        #expect(calendar.entries.map(\.day) == calendar.entries.map(\.day).sorted())
        #expect(calendar.with([]) == calendar)
    }

    @Test func `a year that is there already is replaced whole, and December before the first year goes into its own`() throws {
        let text = year2027.replacing("date,kind,name\n", with: "date,kind,name\n2026-12-31,off,元旦\n")
        let calendar = try loaded(text)
        #expect(!calendar.isWorked(Day(year: 2026, month: 12, day: 31)))
        #expect(
            calendar.entries.filter { $0.day.parts.year == 2026 }.count == embedded.entries.filter { $0.day.parts.year == 2026 }
                .count + 1)
        let again = try calendar.publication(csv: year2027.replacing("2027-05-03,off,劳动节\n", with: ""))
        #expect(
            calendar.with(again.map { CalendarYear(year: $0.year, body: $0.body, loadedAt: 2) }).isWorked(
                Day(year: 2027, month: 5, day: 3)))
    }

    @Test(arguments: [
        ("day,kind\n", CalendarError.unreadable(line: 1)), ("date,kind,name\n", .noYear),
        ("date,kind,name\n2027-02-29,off,春节\n", .unreadable(line: 2)),
        ("date,kind,name\n2027-01-01,maybe,元旦\n", .unreadable(line: 2)),
        ("date,kind,name\n2027-10-01,off,国庆节\n2027-01-01,off,元旦\n", .unsorted(line: 3)),
        ("date,kind,name\n2027-01-04,work,元旦\n", .worksAnyway(line: 2, day: Day(year: 2027, month: 1, day: 4))),
        ("date,kind,name\n2027-01-01,off,元旦", .cutOff), ("date,kind,name\n1999-01-01,off,元旦\n", .year(line: 2)),
        ("date,kind,name\n2027-01-01,off,元旦\n", .holidayIsWorked(line: 2, day: Day(year: 2027, month: 10, day: 1))),
        (
            "date,kind,name\n2027-01-01,off,元旦\n2027-01-02,work,元旦\n2027-01-03,work,元旦\n2027-01-09,work,元旦\n2027-10-01,off,国庆节\n",
            .workedTooMuch(line: 6, year: 2027)
        ),
    ])
    func `an impossible calendar is refused with its line`(text: String, error: CalendarError) {
        #expect(throws: error) { try embedded.publication(csv: text) }
        #expect(!error.description.isEmpty)
    }

    @Test func `what a device cannot read it passes over, and counts on`() {
        for body in ["", "x\n", "2027-01-01,off,元旦", "2026-01-01,off,元旦\n", "2027-01-01,off,元旦\n2028-01-01,off,元旦\n"] {
            #expect(embedded.with([CalendarYear(year: 2027, body: body, loadedAt: 1)]) == embedded)
        }
        #expect(embedded.with([CalendarYear(year: 99_999, body: "99999-01-01,off,元旦\n", loadedAt: 1)]) == embedded)
    }

    @Test func `a deadline over the new year is provisional until the year is loaded, and moves with it`() throws {
        var rules = Rules.embedded
        let start = Day(year: 2026, month: 12, day: 30).start + 36_000_000
        let before = try #require(rules.deadline(dispatchedAt: start, class: .general))
        #expect(before.isProvisional && before.due == Day(year: 2027, month: 1, day: 4).end)
        rules.calendar = try loaded(year2027.replacing("2027-01-01,off,元旦\n", with: "2027-01-01,off,元旦\n2027-01-04,off,元旦\n"))
        let after = try #require(rules.deadline(dispatchedAt: start, class: .general))
        #expect(!after.isProvisional && after.due == Day(year: 2027, month: 1, day: 6).end)
        #expect(rules.sum(of: after).contains { $0.english.contains("2027") && $0.english.contains("loaded") })
    }
}
