/// When a ticket is due, as a sum that `why-due` prints.
///
///     dispatched Fri 2026-02-13 09:00 ── 3 working days ──▶ Sat 14 (make-up), Tue 24, Wed 25 ──▶ due Wed 25 23:59:59
///
/// - Source: DESIGN.md section 8; the profile's prose in Schema/README.md.
public struct Deadline: Hashable, Sendable {
    /// The class whose clock ran.
    public var deadlineClass: DeadlineClass
    /// The moment at which the clock started: the dispatch.
    public var start: Milliseconds
    /// The worked days that were counted, in order. Empty = due on the day of dispatch.
    public var countedDays: [Day]
    /// The last second in time.
    public var due: Milliseconds
    /// Until when the caller must have been contacted; nil = no such clock.
    public var contactDue: Milliseconds?
    /// The years without a published calendar that the sum runs through, ascending. The date may still move.
    public var unpublishedYears: [Int]
    /// True if the date may still move.
    public var isProvisional: Bool { !unpublishedYears.isEmpty }
}

extension Rules {
    /// The deadline of a ticket dispatched at a moment.
    ///
    /// - Parameters:
    ///   - days: The dispatcher's choice; nil = the class's own.
    /// - Returns: nil if the profile has no such class or does not allow the choice.
    public func deadline(dispatchedAt start: Milliseconds, class deadlineClass: DeadlineClass, days chosen: Int? = nil)
        -> Deadline?
    {
        guard let rule = profile.deadlines[isRemoved("HT7") ? .general : deadlineClass], Self.moments.contains(start) else {
            return nil
        }
        var days = rule.days
        if let chosen {
            guard chosen >= rule.daysMin ?? days, chosen <= rule.daysMax ?? days, chosen >= 0 else { return nil }
            days = chosen
        }
        return count(days, of: deadlineClass, from: start, contactHours: rule.contactHours)
    }

    /// The deadline whose days a clock keeps, whatever the profile in force says of its class. Nil if no class gave it.
    public func deadline(of clock: Clock) -> Deadline? {
        guard let deadlineClass = clock.deadlineClass, let days = clock.days, 0...365 ~= days, Self.moments.contains(clock.start)
        else { return nil }
        return count(days, of: deadlineClass, from: clock.start, contactHours: nil)
    }

    private func count(_ days: Int, of deadlineClass: DeadlineClass, from start: Milliseconds, contactHours: Int?) -> Deadline {
        var day = Day(containing: start)
        var counted: [Day] = []
        var unpublished: [Int] = []
        var year: Int?
        func look(at day: Day) {
            guard year != day.parts.year else { return }
            year = day.parts.year
            if !calendar.isPublished(day.parts.year) { unpublished.append(day.parts.year) }
        }
        // The day of dispatch does not count, so its year matters only to a ticket that is due on it.
        if days == 0 { look(at: day) }
        while counted.count < days {
            day = day.next
            look(at: day)
            if calendar.isWorked(day) { counted.append(day) }
        }
        return Deadline(
            deadlineClass: deadlineClass, start: start, countedDays: counted, due: day.end,
            contactDue: contactHours.map { start + Milliseconds($0) * 3_600_000 }, unpublishedYears: unpublished)
    }

    /// Moments that a deadline can be counted from: the years 1900 to 9000, so that no sum overflows.
    public static let moments: ClosedRange<Milliseconds> = -2_208_988_800_000...221_845_392_000_000
}
