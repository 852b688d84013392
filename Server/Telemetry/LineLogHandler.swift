public import Logging

/// How log lines look.
public enum LogFormat: String, CaseIterable, Sendable {
    /// For a person: time, level, event, `key=value`.
    case text
    /// For a machine: one JSON object per line.
    case json
}

/// One line per event, with keys from a fixed list: whatever a library or a mistake puts under another key is left out, so that a
/// new key is a decision and not an accident (I18).
///
/// What a library says may quote what it was sent. Of events from outside this project only the library's name and the level are
/// written, and only from `warning` on.
public struct LineLogHandler: LogHandler {
    /// Where finished lines go, each with its line feed. Called from any thread.
    public typealias Sink = @Sendable (_ line: String) -> Void

    /// Keys that a line may have, in their order.
    public static let keys = [
        "request", "route", "method", "status", "ms", "bytes_in", "bytes_out", "replica", "commands", "repeats", "applied",
        "merged", "superseded", "held", "rejected", "reason", "error", "code", "count", "seconds", "address", "alarm", "head",
    ]
    /// Modules of this project that log.
    private static let sources: Set<String> = ["SyncHTTP", "Telemetry", "gridline_server", "SyncService", "Queue"]

    /// Added to every event.
    public var metadata: Logger.Metadata = [:]
    /// Events below it do not come here.
    public var logLevel: Logger.Level
    private let format: LogFormat
    private let clock: @Sendable () -> Int64
    private let sink: Sink

    /// - Parameters:
    ///   - clock: Milliseconds since 1970 UTC.
    ///   - sink: Gets each line.
    public init(
        _ format: LogFormat, level: Logger.Level, clock: @escaping @Sendable () -> Int64, sink: @escaping Sink
    ) {
        self.format = format
        logLevel = level
        self.clock = clock
        self.sink = sink
    }

    /// One value of `metadata`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one event.
    public func log(event: LogEvent) {
        let isOurs = Self.sources.contains(event.source)
        guard isOurs || event.level >= .warning else { return }
        var values: [(String, Logger.Metadata.Value)] = []
        if isOurs {
            for key in Self.keys {
                if let value = event.metadata?[key] ?? metadata[key] { values.append((key, value)) }
            }
        }
        let words = isOurs ? "\(event.message)" : "library \(event.source)"
        let time = Self.time(clock())
        switch format {
        case .text:
            let rest = values.map { " \($0)=\($1)" }.joined()
            sink("\(time) \(event.level) \(words)\(rest)\n")
        case .json:
            let rest = values.map { ",\"\($0)\":\(Self.json($1))" }.joined()
            sink("{\"time\":\"\(time)\",\"level\":\"\(event.level)\",\"event\":\(Self.quoted(words))\(rest)}\n")
        }
    }

    /// Numbers stay numbers.
    private static func json(_ value: Logger.Metadata.Value) -> String {
        if case .stringConvertible(let convertible) = value {
            if let number = convertible as? Int { return String(number) }
            if let number = convertible as? Double, number.isFinite { return String(number) }
        }
        return quoted("\(value)")
    }

    /// A JSON string: everything that could end a line or a string is escaped.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// RFC 3339 in UTC, with milliseconds.
    static func time(_ milliseconds: Int64) -> String {
        let seconds = milliseconds.dividedFloored(by: 1000)
        let days = seconds.dividedFloored(by: 86_400)
        let rest = seconds - days * 86_400
        // Civil date from days since 1970, counted in eras of 400 years that begin in March.
        let shifted = days + 719_468
        let era = shifted.dividedFloored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let thousandths = milliseconds - seconds * 1000
        let fraction = String(repeating: "0", count: 3 - String(thousandths).count) + String(thousandths)
        return "\(year)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)).\(fraction)Z"
    }
}

extension Int64 {
    fileprivate func dividedFloored(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
