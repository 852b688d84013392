import Foundation

/// What a column of an import becomes.
public enum ImportTarget: String, CaseIterable, Sendable, Hashable {
    case title, description, category, kind, urgency, location, latitude, longitude, grid, channel
    case name, phone, address
    case identityNumber = "identity_number"
    case createdAt = "created_at"
    case externalID = "external_id"
}

/// Which column of a CSV file becomes what.
public struct ImportMapping: Hashable, Sendable {
    /// The header's name of each target.
    public var columns: [ImportTarget: String]

    /// Columns carry the names of their targets.
    public static let identity = ImportMapping(
        columns: Dictionary(uniqueKeysWithValues: ImportTarget.allCases.map { ($0, $0.rawValue) }), isExplicit: false)

    private var isExplicit = true

    private init(columns: [ImportTarget: String], isExplicit: Bool) {
        self.columns = columns
        self.isExplicit = isExplicit
    }

    /// Reads `title=subject,description=detail`.
    /// - Throws: `badArguments` for an unknown target, one that is named twice, or none for `external_id` and `title`.
    public init(_ text: String) throws(OperationProblem) {
        columns = [:]
        for pair in text.split(separator: ",", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, let target = ImportTarget(rawValue: parts[0]) else {
                let known = ImportTarget.allCases.map(\.rawValue).joined(separator: ", ")
                throw OperationProblem(.badArguments, "--map: \(pair) is not target=column; the targets are \(known)")
            }
            guard columns.updateValue(parts[1], forKey: target) == nil else {
                throw OperationProblem(.badArguments, "--map: \(target.rawValue) is named twice")
            }
        }
        for target in [ImportTarget.externalID, .title] where columns[target] == nil {
            throw OperationProblem(.badArguments, "--map: \(target.rawValue) is missing; every import needs it")
        }
    }

    /// Finds the columns in a header.
    /// - Throws: `badArguments` if a mapped column, or one that every import needs, is not in it, or stands in it twice.
    public func resolve(header: [String]) throws(OperationProblem) -> [ImportTarget: Int] {
        let names = header.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        var found: [ImportTarget: Int] = [:]
        for (target, column) in columns {
            let places = names.indices.filter { names[$0] == column }
            guard places.count <= 1 else {
                throw OperationProblem(.badArguments, "line 1: the column \(column) stands in the header twice")
            }
            if let place = places.first {
                found[target] = place
            } else if isExplicit || target == .externalID || target == .title {
                throw OperationProblem(
                    .badArguments,
                    "line 1: the header has no column \(column) for \(target.rawValue); it has: \(names.joined(separator: ", "))")
            }
        }
        return found
    }
}

/// One row to import: what the creation command will carry.
public struct ImportRow: Codable, Hashable, Sendable {
    /// The line in its file, for the report.
    public var line: Int
    /// The identity in the source.
    public var externalID: String
    /// Text arguments of the creation, by name.
    public var texts: [String: String]
    /// Latitude and longitude, WGS84 degrees.
    public var latitude: Double?
    /// See `latitude`.
    public var longitude: Double?
    /// When the citizen asked, milliseconds since 1970 UTC.
    public var createdAt: Int64?
}

/// A row that was not imported, and why.
public struct ImportFault: Codable, Hashable, Sendable {
    /// The line in the file, from 1.
    public var line: Int
    /// The character within the line, from 1; 0 = the whole row.
    public var column: Int
    /// Why, without the row's content.
    public var reason: String

    /// A fault.
    public init(line: Int, column: Int = 0, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }
}

extension ImportRow {
    /// Reads one record. Empty fields are left out.
    /// - Returns: The row, or why it cannot be one.
    static func make(from record: CSVRecord, at places: [ImportTarget: Int]) -> Result<ImportRow, ImportFaultError> {
        var row = ImportRow(line: record.line, externalID: "", texts: [:])
        for (target, place) in places.sorted(by: { $0.value < $1.value }) {
            let text = record.fields[place].trimmingCharacters(in: .whitespacesAndNewlines)
            guard !text.isEmpty else { continue }
            switch target {
            case .externalID: row.externalID = text
            case .createdAt:
                guard let time = ImportTime.parse(text) else {
                    return .failure(
                        .init(line: record.line, "created_at is no time (RFC 3339, or YYYY-MM-DD HH:MM:SS in Asia/Shanghai)"))
                }
                row.createdAt = time
            case .latitude, .longitude:
                let limit: Double = target == .latitude ? 90 : 180
                guard let degrees = Double(text), degrees.isFinite, abs(degrees) <= limit else {
                    return .failure(.init(line: record.line, "\(target.rawValue) is not in degrees within ±\(Int(limit))"))
                }
                if target == .latitude { row.latitude = degrees } else { row.longitude = degrees }
            default: row.texts[target.rawValue] = text
            }
        }
        if row.externalID.isEmpty { return .failure(.init(line: record.line, "external_id is empty")) }
        if row.texts["title"] == nil { return .failure(.init(line: record.line, "title is empty")) }
        return .success(row)
    }
}

/// Carries an `ImportFault` as an error.
struct ImportFaultError: Error {
    let fault: ImportFault
    init(line: Int, _ reason: String) { fault = ImportFault(line: line, reason: reason) }
}

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
