import Schema
import Testing
import Tickets

@Suite struct CalendarTests {
    private let calendar = Rules.embedded.calendar

    /// Working days per year, counted by hand from the notices and equal to what a second implementation has; the one day on which
    /// that one differs is 2005-12-31, which the notice for 2006 (国办发明电〔2005〕35号) makes a working day.
    @Test(arguments: [
        2004: 252, 2005: 251, 2006: 251, 2007: 249, 2008: 251, 2009: 250, 2010: 250, 2011: 250, 2012: 249, 2013: 250, 2014: 250,
        2015: 249, 2016: 250, 2017: 249, 2018: 250, 2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248,
        2026: 248,
    ])
    func `a year has its working days`(year: Int, count: Int) {
        var day = Day(year: year, month: 1, day: 1)
        var worked = 0
        while day.parts.year == year {
            if calendar.isWorked(day) { worked += 1 }
            day = day.next
        }
        #expect(worked == count)
        #expect(calendar.isPublished(year))
    }

    @Test func `the file that is compiled in is read without a fault, and each of its days is found by searching`() throws {
        let read = try WorkCalendar(csv: String(decoding: SchemaResource.calendar, as: UTF8.self))
        #expect(read == calendar)
        #expect(calendar.years == Array(2004...2026))
        let entries = calendar.entries
        #expect(entries.count == 766)
        for entry in entries { #expect(calendar.entry(of: entry.day) == entry) }
        let days = Dictionary(uniqueKeysWithValues: entries.map { ($0.day, $0) })
        var day = Day(year: 2003, month: 12, day: 1)
        while day.parts.year < 2028 {
            if calendar.entry(of: day) != days[day] { Issue.record("\(day)") }
            day = day.next
        }
        for year in [1970, 2003, 2027, 9000] { #expect(!calendar.isPublished(year)) }
    }

    @Test(
        arguments: [
            ("2026-02-30,off,x\n", CalendarError.unreadable(line: 2)), ("2026-02-03,rest,x\n", .unreadable(line: 2)),
            ("2026-02-03,off\n", .unreadable(line: 2)), ("2026-02-03,off,\n", .unreadable(line: 2)),
            ("2026-02-03,off,x\n2026-02-03,off,x\n", .unsorted(line: 3)),
            ("2026-02-03,off,x\n2026-02-02,off,x\n", .unsorted(line: 3)),
            ("2026-02-03,work,x\n", .worksAnyway(line: 2, day: Day(year: 2026, month: 2, day: 3))), ("2026-02-03,off,x", .cutOff),
        ] as [(String, CalendarError)])
    func `an impossible calendar is refused by its line`(lines: String, error: CalendarError) {
        #expect(throws: error) { try WorkCalendar(csv: "date,kind,name\n" + lines) }
    }

    @Test func `without a file the week goes on, and nothing is published`() {
        let empty = WorkCalendar()
        #expect(empty.entries.isEmpty)
        #expect(!empty.isPublished(2026))
        #expect(empty.isWorked(Day(year: 2026, month: 2, day: 17)))
        #expect(!empty.isWorked(Day(year: 2026, month: 2, day: 14)))
    }
}

@Suite struct WhyDueTests {
    private func dispatched(
        _ start: String, _ hour: Int, due: String, _ kind: TicketKind = .assistance, _ urgency: Urgency = .normal,
        waitedMinutes: Int = 0
    ) -> Ticket {
        let moment = Day(text: start)!.start + Milliseconds(hour) * 3_600_000
        return ticket(
            .dispatched,
            [
                .kind: .text(kind.rawValue), .urgency: .text(urgency.rawValue), .dueAt: .integer(Day(text: due)!.end),
                .createdAt: .integer(moment - Milliseconds(waitedMinutes) * 60_000), .dispatchedAt: .integer(moment),
            ])
    }

    @Test func `a due date is a sum over a make-up day and a holiday`() {
        let lines = Rules.embedded.whyDue(dispatched("2026-02-13", 9, due: "2026-02-25"))
        #expect(
            lines.map(\.english) == [
                "2026-02-13 09:00:00 Fri  taken in", "2026-02-13 09:30:00 Fri  dispatch by then: 30 minutes, day and night",
                "2026-02-13 09:00:00 Fri  dispatched: the clock starts",
                "general: 3 working days after the day of dispatch (profile hotan 1)",
                "2026-02-14          Sat  + 1 make-up working day (Spring Festival)",
                "2026-02-15..02-23   Mon    9 days off (Spring Festival)", "2026-02-24          Tue  + 2",
                "2026-02-25          Wed  + 3", "2026-02-25 23:59:59 Wed  due",
            ])
        #expect(
            lines.map(\.chinese) == [
                "2026-02-13 09:00:00 周五  登记", "2026-02-13 09:30:00 周五  此前须派遣：30 分钟，昼夜连续计算",
                "2026-02-13 09:00:00 周五  派遣，开始计时", "一般事项：自派遣次日起 3 个工作日（配置 hotan 1）",
                "2026-02-14          周六  + 1 调休上班（春节）", "2026-02-15..02-23   周一    休假 9 天（春节）",
                "2026-02-24          周二  + 2", "2026-02-25          周三  + 3", "2026-02-25 23:59:59 周三  到期",
            ])
    }

    @Test func `the urgent clock has its two hours, and the year's end is provisional`() {
        let lines = Rules.embedded.whyDue(dispatched("2026-12-31", 23, due: "2027-01-01", .assistance, .urgent))
        #expect(
            lines.map(\.english).dropFirst(2) == [
                "2026-12-31 23:00:00 Thu  dispatched: the clock starts",
                "urgent: 1 working day after the day of dispatch (profile hotan 1)", "2027-01-01          Fri  + 1",
                "2027-01-01 01:00:00 Fri  contact the caller by then: 2 hours, day and night", "2027-01-01 23:59:59 Fri  due",
                "provisional: the working days of 2027 are not known to this calendar",
            ])
    }

    @Test func `days that a dispatcher chose are found, and a date that is no sum says so`() throws {
        let rules = Rules.embedded
        let chosen = dispatched("2026-03-02", 9, due: "2026-03-10")  // six days of complex
        let sum = try #require(rules.deadline(dispatchedAt: chosen[.dispatchedAt].int ?? 0, class: .complex, days: 6))
        #expect(rules.basis(of: chosen) == .chosen(sum))
        #expect(rules.whyDue(chosen)[3].english.contains("chosen by the dispatcher"))
        let other = dispatched("2026-03-02", 9, due: "2026-04-01")
        #expect(rules.basis(of: other) == .other)
        #expect(rules.whyDue(other).count > 3)
        let waiting = ticket(.received)
        #expect(rules.basis(of: waiting) == .none)
        #expect(rules.whyDue(waiting).last?.english == "no due date: its clock starts at the dispatch")
    }

    @Test(
        arguments: [(30, nil), (31, "dispatched 1 minutes after that"), (90, "dispatched 60 minutes after that")]
            as [(Int, String?)])
    func `the clock of the dispatch runs day and night, and says how late it was`(waited: Int, late: String?) {
        let lines = Rules.embedded.whyDue(dispatched("2026-02-15", 3, due: "2026-02-26", waitedMinutes: waited))
        #expect(lines.contains { $0.english.hasPrefix("dispatched ") } == (late != nil))
        #expect(lines[2].english == late ?? "2026-02-15 03:00:00 Sun  dispatched: the clock starts")
    }

    @Test func `the class of the ticket's kind is tried first`() throws {
        // Friday's consultation is due on Friday, which no other class gives.
        let question = dispatched("2026-03-06", 9, due: "2026-03-06", .consultation)
        let sum = try #require(Rules.embedded.deadline(dispatchedAt: question[.dispatchedAt].int ?? 0, class: .consultation))
        #expect(Rules.embedded.basis(of: question) == .deadline(sum))
        #expect(Rules.embedded.whyDue(question)[3].chinese == "咨询：派遣当日办结（配置 hotan 1）")
    }
}
