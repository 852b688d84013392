/// Times as sources write them.
public enum ImportTime {
    /// RFC 3339, or `YYYY-MM-DD[ T]HH:MM[:SS]` and `YYYY/M/D H:MM[:SS]` in Asia/Shanghai (UTC+8, no summer time since 1991).
    /// - Returns: Milliseconds since 1970 UTC; nil if it is no such time.
    public static func parse(_ text: String) -> Int64? {
        var scanner = Scanner(Array(text.utf8))
        guard let year = scanner.number(1...4), scanner.any("-/"), let month = scanner.number(1...2), scanner.any("-/"),
            let day = scanner.number(1...2), year >= 1970
        else { return nil }
        var (hour, minute, second, milliseconds) = (0, 0, 0, 0)
        if scanner.any(" Tt") {
            guard let h = scanner.number(1...2), scanner.any(":"), let m = scanner.number(2...2) else { return nil }
            (hour, minute) = (h, m)
            if scanner.any(":") {
                guard let s = scanner.number(2...2) else { return nil }
                second = s
                if scanner.any(".") {
                    guard let fraction = scanner.fraction() else { return nil }
                    milliseconds = fraction
                }
            }
        }
        guard let offsetMinutes = scanner.offset(), scanner.atEnd else { return nil }
        guard (1...12).contains(month), (1...daysIn(month, of: year)).contains(day), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        let minutes = (daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offsetMinutes
        return Int64(minutes) * 60_000 + Int64(min(second, 59)) * 1000 + Int64(milliseconds)
    }

    /// RFC 3339 in Asia/Shanghai, with milliseconds where there are any: `2019-04-25T09:32:09+08:00`. `parse` reads it back.
    public static func text(_ milliseconds: Int64) -> String {
        func padded(_ number: Int64, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let local = max(0, milliseconds + 480 * 60_000)
        let (day, inDay) = local.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, date) = civil(day)
        let clock = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1000 % 60].map { padded($0) }.joined(separator: ":")
        let fraction = inDay % 1000 == 0 ? "" : "." + padded(inDay % 1000, 3)
        return "\(padded(year, 4))-\(padded(month))-\(padded(date))T\(clock)\(fraction)+08:00"
    }

    /// The day that is so many days after 1970-01-01; the reverse of `daysSince1970`.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return (
            yearOfEra + era * 400 + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func daysIn(_ month: Int, of year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days from 1970-01-01 in the Gregorian calendar, counted in years that begin in March (leap days come last then).
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private struct Scanner {
        let bytes: [UInt8]
        var index = 0
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        var atEnd: Bool { index == bytes.count }

        mutating func number(_ digits: ClosedRange<Int>) -> Int? {
            var value = 0
            var count = 0
            while index < bytes.count, count < digits.upperBound, (48...57).contains(bytes[index]) {
                value = value * 10 + Int(bytes[index] - 48)
                index += 1
                count += 1
            }
            return digits.contains(count) ? value : nil
        }

        mutating func any(_ characters: StaticString) -> Bool {
            guard index < bytes.count,
                characters.withUTF8Buffer({ $0.contains(bytes[index]) })
            else { return false }
            index += 1
            return true
        }

        /// Digits behind the point, as milliseconds.
        mutating func fraction() -> Int? {
            var value = 0
            var count = 0
            while index < bytes.count, (48...57).contains(bytes[index]) {
                if count < 3 { value = value * 10 + Int(bytes[index] - 48) }
                count += 1
                index += 1
            }
            guard count > 0 else { return nil }
            for _ in count..<max(count, 3) { value *= 10 }
            return value
        }

        /// Minutes east of UTC; +8 hours where nothing is said.
        mutating func offset() -> Int? {
            if atEnd { return 480 }
            if any("Zz") { return 0 }
            let negative = any("-")
            guard negative || any("+"), let hours = number(2...2) else { return nil }
            _ = any(":")
            guard let minutes = number(2...2), hours < 24, minutes < 60 else { return nil }
            return (negative ? -1 : 1) * (hours * 60 + minutes)
        }
    }
}
