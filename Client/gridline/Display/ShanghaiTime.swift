import SyncProtocol
import Tickets

/// Times as people here read them: China has had one time zone, +08:00 without daylight saving, since 1991, so that plain
/// arithmetic does; a formatter of Foundation costs more than the whole rest of a command.
struct ShanghaiTime: Hashable {
    let year, month, day, hour, minute, second: Int

    /// - Parameter time: Milliseconds since 1970 UTC; any value, the year may be negative.
    init(_ time: Milliseconds) {
        let seconds = Self.floorDivide(time, 1000).quotient + 28_800
        let (days, clock) = Self.floorDivide(seconds, 86_400)
        (hour, minute, second) = (Int(clock / 3600), Int(clock / 60 % 60), Int(clock % 60))
        // Howard Hinnant's civil-from-days: eras of 400 years beginning on 1 March.
        let (era, dayOfEra) = Self.floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shifted + 2) / 5 + 1)
        month = Int(shifted < 10 ? shifted + 3 : shifted - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// The beginning of its day.
    var midnight: Milliseconds { Self.midnight(year: year, month: month, day: day) }

    /// The beginning of a day written `2026-01-31`; nil if it is no day of the calendar.
    static func midnight(_ text: String) -> Milliseconds? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        let time = midnight(year: year, month: month, day: day)
        let back = ShanghaiTime(time)
        return (back.year, back.month, back.day) == (year, month, day) ? time : nil
    }

    /// Days-from-civil, the way back of what `init` does.
    private static func midnight(year: Int, month: Int, day: Int) -> Milliseconds {
        let (era, yearOfEra) = floorDivide(Int64(year) - (month <= 2 ? 1 : 0), 400)
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return ((era &* 146_097 &+ dayOfEra &- 719_468) &* 86_400 &- 28_800) &* 1000
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private var date: String {
        let digits = String(year.magnitude)
        return (year < 0 ? "-" : "") + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            + "-\(Self.two(month))-\(Self.two(day))"
    }

    /// `2026-01-31 09:05:07`
    var full: String { "\(date) \(Self.two(hour)):\(Self.two(minute)):\(Self.two(second))" }
    /// `01-31 09:05`: in lists, where the year is known.
    var short: String { "\(Self.two(month))-\(Self.two(day)) \(Self.two(hour)):\(Self.two(minute))" }
    /// `2026-01-31T09:05:07+08:00`: RFC 3339, for machines.
    var rfc3339: String { "\(date)T\(Self.two(hour)):\(Self.two(minute)):\(Self.two(second))+08:00" }
}

/// How long ago or until, in the two largest units.
func span(_ milliseconds: Milliseconds, _ language: Language) -> String {
    let minutes = Int(clamping: milliseconds.magnitude / 60_000)
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60)
    let parts: [(Int, Words)] =
        days > 0
        ? [(days, Say.days), (hours, Say.hours)] : hours > 0 ? [(hours, Say.hours), (rest, Say.minutes)] : [(rest, Say.minutes)]
    let text = parts.filter { $0.0 > 0 }.map { $0.1("\($0.0)").text(language) }
    guard !text.isEmpty else { return Say.lessThanAMinute.text(language) }
    return text.joined(separator: language == .zh ? "" : " ")
}
