import Testing
import Tickets

@Suite struct OccurrenceTests {
    private let hour: Milliseconds = 3_600_000
    private let year: Milliseconds = 365 * 86_400_000
    private let boot = [UInt8](repeating: 1, count: 16)
    private let otherBoot = [UInt8](repeating: 2, count: 16)

    /// A command given `age` before the request, on a device whose clock is off by `skew`; `seen` two hours before the giving.
    private func occurred(
        age: Milliseconds, skew: Milliseconds, sameBoot: Bool, skewAtSending: Milliseconds? = nil, floor: Milliseconds? = nil
    ) -> Occurrence {
        let given = Reading(wall: now - age + skew, boot: 50 * hour, bootID: boot)
        let request = Reading(
            wall: now + (skewAtSending ?? skew), boot: sameBoot ? 50 * hour + age : hour, bootID: sameBoot ? boot : otherBoot)
        return occurredAt(given: given, request: request, arrival: now, seenServerTime: now - age - 2 * hour, floor: floor)
    }

    @Test(arguments: [0, 10, -10, 1, -1] as [Int64])
    func `a clock that is off by years is measured and corrected on the same boot and across boots`(years: Int64) {
        for sameBoot in [true, false] {
            let found = occurred(age: 5 * hour, skew: years * year, sameBoot: sameBoot)
            #expect(found.at == now - 5 * hour)
            #expect(found.flagged == (years != 0))
            #expect(!found.outlier)
            #expect(found.floor == found.at)
        }
    }

    @Test func `a wall clock that jumps between giving and sending does not matter on the same boot`() {
        #expect(occurred(age: hour, skew: 10 * year, sameBoot: true, skewAtSending: 0).at == now - hour)
        #expect(occurred(age: hour, skew: -10 * year, sameBoot: true, skewAtSending: 3 * year).at == now - hour)
    }

    @Test func `across boots a clock that was set between is held within seen and arrival, flagged, and an outlier`() {
        let past = occurred(age: hour, skew: -10 * year, sameBoot: false, skewAtSending: 0, floor: now - 9 * hour)
        #expect(past == Occurrence(at: now - 3 * hour, flagged: true, outlier: true, floor: now - 9 * hour))
        let future = occurred(age: hour, skew: 10 * year, sameBoot: false, skewAtSending: 0, floor: now - 9 * hour)
        #expect(future == Occurrence(at: now, flagged: true, outlier: true, floor: now - 9 * hour))
    }

    @Test func `never before an earlier command of the chain, unless that one was an outlier`() {
        //  command 1 claims 10 years ahead | clamped to its arrival, floor stays
        //  command 2 claims an hour ago    | an hour ago, not after command 1
        let first = occurred(age: 2 * hour, skew: 10 * year, sameBoot: false, skewAtSending: 0)
        #expect(first.at == now)
        #expect(occurred(age: hour, skew: 0, sameBoot: true, floor: first.floor).at == now - hour)
        let honest = occurred(age: hour, skew: 0, sameBoot: true)
        #expect(occurred(age: 2 * hour, skew: 0, sameBoot: true, floor: honest.floor).at == now - hour)
    }

    @Test func `five minutes are forgiven, more are flagged`() {
        #expect(!occurred(age: hour, skew: clockCorrectionMax, sameBoot: true).flagged)
        #expect(occurred(age: hour, skew: clockCorrectionMax + 1, sameBoot: true).flagged)
        #expect(!occurred(age: hour, skew: -clockCorrectionMax, sameBoot: true).flagged)
        #expect(occurred(age: hour, skew: -clockCorrectionMax - 1, sameBoot: true).flagged)
    }

    @Test func `an unknown boot is never the same boot`() {
        let given = Reading(wall: now - hour, boot: 0, bootID: [])
        let request = Reading(wall: now, boot: 0, bootID: [])
        #expect(occurredAt(given: given, request: request, arrival: now, seenServerTime: 0, floor: nil).at == now - hour)
    }

    @Test func `a seen from the future does not push a command beyond its arrival`() {
        let reading = Reading(wall: now, boot: 5, bootID: boot)
        let found = occurredAt(given: reading, request: reading, arrival: now, seenServerTime: .max, floor: .max)
        #expect(found.at == now)
    }

    @Test func `no readings make it trap, and the result never lies after the arrival`() {
        let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, now, .max - 1, .max]
        for wall in extremes {
            for other in extremes {
                for seen in extremes {
                    for arrival in extremes {
                        for bootID in [boot, otherBoot] {
                            let found = occurredAt(
                                given: Reading(wall: wall, boot: other, bootID: boot),
                                request: Reading(wall: other, boot: wall, bootID: bootID), arrival: arrival,
                                seenServerTime: seen, floor: wall)
                            #expect(found.at <= arrival)
                            #expect(found.at >= min(seen, arrival))
                        }
                    }
                }
            }
        }
    }
}

@Suite struct DeadlineTests {
    private func at(_ day: String, _ hour: Int) -> Milliseconds { Day(text: day)!.start + Milliseconds(hour) * 3_600_000 }

    @Test(
        arguments: [
            ("2026-03-02", 9, DeadlineClass.consultation, nil, "2026-03-02"),  // Monday, the same day
            ("2026-03-02", 9, .general, nil, "2026-03-05"),
            ("2026-03-06", 9, .general, nil, "2026-03-11"),  // Friday over a weekend
            ("2026-03-07", 9, .general, nil, "2026-03-11"),  // Saturday counts from Monday
            ("2026-02-13", 9, .general, nil, "2026-02-25"),  // make-up Saturday, then the Spring Festival
            ("2026-09-18", 9, .general, nil, "2026-09-22"),  // make-up Sunday the 20th
            ("2026-09-30", 9, .complex, nil, "2026-10-15"),  // National Day, make-up Saturday the 10th
            ("2026-03-02", 9, .complex, 5, "2026-03-09"),
            ("2026-03-02", 9, .urgent, nil, "2026-03-03"),
            ("2026-02-28", 9, .consultation, nil, "2026-02-28"),
            ("2025-12-30", 9, .general, nil, "2026-01-05"),  // New Year, make-up Sunday the 4th: 31, 4, 5
        ] as [(String, Int, DeadlineClass, Int?, String)])
    func `working days are counted after the day of dispatch`(
        start: String, hour: Int, deadlineClass: DeadlineClass, days: Int?, due: String
    ) throws {
        let deadline = try #require(Rules.embedded.deadline(dispatchedAt: at(start, hour), class: deadlineClass, days: days))
        #expect(Day(containing: deadline.due).description == due)
        #expect(deadline.due == Day(text: due)!.start + 86_399_000)
        #expect(!deadline.isProvisional)
        #expect(deadline.countedDays.allSatisfy(Rules.embedded.calendar.isWorked))
    }

    @Test func `the day is the day in China, to the second`() throws {
        let lastSecond = Day(text: "2026-03-02")!.end
        #expect(lastSecond == 1_772_467_199_000)  // 2026-03-02T15:59:59Z
        let late = try #require(Rules.embedded.deadline(dispatchedAt: lastSecond, class: .consultation))
        #expect(late.due == lastSecond)
        let next = try #require(Rules.embedded.deadline(dispatchedAt: lastSecond + 1000, class: .consultation))
        #expect(Day(containing: next.due).description == "2026-03-03")
    }

    @Test func `urgent has a second clock of two hours, day and night`() {
        let start = at("2026-02-16", 23)
        #expect(Rules.embedded.deadline(dispatchedAt: start, class: .urgent)?.contactDue == start + 7_200_000)
        #expect(Rules.embedded.deadline(dispatchedAt: start, class: .general)?.contactDue == nil)
    }

    @Test func `a year without a published calendar makes the date provisional`() {
        #expect(Rules.embedded.deadline(dispatchedAt: at("2026-12-30", 9), class: .general)?.isProvisional == true)
        #expect(Rules.embedded.deadline(dispatchedAt: at("2030-03-04", 9), class: .general)?.isProvisional == true)
        // Also where nothing was counted: a due date in a year that is not published is shown as provisional.
        #expect(Rules.embedded.deadline(dispatchedAt: at("2030-03-04", 9), class: .consultation)?.isProvisional == true)
        #expect(Rules.embedded.deadline(dispatchedAt: at("2026-12-31", 9), class: .consultation)?.isProvisional == false)
        // The day of dispatch does not count.
        #expect(Rules.embedded.deadline(dispatchedAt: at("2003-12-31", 9), class: .general)?.isProvisional == false)
        #expect(Rules.embedded.deadline(dispatchedAt: at("2026-12-31", 9), class: .general)?.unpublishedYears == [2027])
    }

    @Test func `moments beyond all reason have no deadline instead of a trap`() {
        for moment in [Milliseconds.min, .max] { #expect(Rules.embedded.deadline(dispatchedAt: moment, class: .general) == nil) }
    }

    @Test func `days and dates go both ways over eight hundred years`() {
        var previous: (Int, Int, Int)?
        for number in stride(from: -146_097, through: 146_097, by: 1) {
            let day = Day(number: number)
            let (year, month, date) = day.parts
            if Day(year: year, month: month, day: date) != day { Issue.record("\(number)") }
            if let previous, previous == (year, month, date) { Issue.record("\(number) repeats") }
            previous = (year, month, date)
        }
        #expect(Day(text: "2026-02-29") == nil)
        #expect(Day(text: "2024-02-29")?.next.description == "2024-03-01")
        #expect(Day(text: "1970-01-01")?.number == 0)
        #expect(Day(text: "２０２６-01-01") == nil)
        #expect(Day(containing: .min).number < Day(containing: .max).number)
    }
}
