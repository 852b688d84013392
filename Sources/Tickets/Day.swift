/// A day in China, counted from 1970-01-01. There is one zone, UTC+8, and no summer time.
public struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public var number: Int

    /// A day by its number.
    public init(number: Int) { self.number = number }

    /// The day on which a moment falls in China.
    public init(containing moment: Milliseconds) {
        let (days, rest) = moment.quotientAndRemainder(dividingBy: Self.milliseconds)
        let within = rest + Self.zone
        // A moment's rest is in -24 h ..< 24 h, so that with the zone it is in -16 h ..< 32 h.
        number = Int(days) + (within < 0 ? -1 : within >= Self.milliseconds ? 1 : 0)
    }

    /// Reads `2026-02-15`; nil for anything that is no day.
    public init?(text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].reduce(0) { sum, byte in
                guard let sum, (0x30...0x39).contains(byte) else { return nil }
                return sum * 10 + Int(byte - 0x30)
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), (1...12).contains(month), day >= 1
        else { return nil }
        self.init(year: year, month: month, day: day)
        // 31 April would be 1 May.
        guard parts == (year, month, day) else { return nil }
    }

    /// The proleptic Gregorian day, by the count of days since 0000-03-01. Months and days beyond their range run over.
    public init(year: Int, month: Int, day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Year, month and day.
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }

    /// `2026-02-15`.
    public var description: String {
        let (year, month, day) = parts
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// True on Saturday and Sunday.
    public var isWeekend: Bool { weekday >= 5 }

    /// 0 = Monday … 6 = Sunday.
    public var weekday: Int { ((number + 3) % 7 + 7) % 7 }  // 1970-01-01 was a Thursday

    /// 00:00:00 in China.
    public var start: Milliseconds { Milliseconds(number) * Self.milliseconds - Self.zone }
    /// 23:59:59 in China: the last second, as people write it.
    public var end: Milliseconds { start + Self.milliseconds - 1000 }
    /// The day after.
    public var next: Day { Day(number: number + 1) }

    /// Earlier days first.
    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    static let milliseconds: Milliseconds = 86_400_000
    static let zone: Milliseconds = 8 * 3_600_000
}
