import Foundation
import Tickets

/// Reads a calendar's file as an operator loads it.
public enum CalendarFile {
    /// A year's notice has some thirty lines.
    public static let bytesMax = 1 << 20

    /// The text of a file that was read without a fault.
    ///
    /// - Throws: `badCalendar` that names the file and the line, `unreadableFile`.
    public static func read(_ path: String) throws(OperationProblem) -> String {
        let bytes: [UInt8]
        do { bytes = try FileChunks(path: path).all(bytesMax: bytesMax) } catch {
            throw error as? OperationProblem ?? OperationProblem(.unreadableFile, "cannot read \(path)")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw OperationProblem(.unreadableFile, "\(path) is not UTF-8")
        }
        if text.hasPrefix("\u{feff}") { text.removeFirst() }
        text = text.replacingOccurrences(of: "\r\n", with: "\n")
        _ = try years(text, in: path)
        return text
    }

    /// The years of a text, each with its lines.
    /// - Throws: `badCalendar`.
    public static func years(_ text: String, in name: String? = nil, beside known: WorkCalendar = Rules.embedded.calendar)
        throws(OperationProblem) -> [(year: Int, body: String)]
    {
        do { return try known.publication(csv: text) } catch {
            let place = name.map { error.line > 0 ? "\($0), line \(error.line): " : "\($0): " } ?? ""
            throw OperationProblem(.badCalendar, place + error.description)
        }
    }
}

/// What years of working days mean for the tickets under way.
public struct CalendarReport: Codable, Hashable, Sendable {
    /// The years that differ from what stood there.
    public var years: [Int] = []
    /// Tickets under way with a due date.
    public var looked = 0
    /// Those whose due date moves.
    public var moved = 0
    /// Some of those.
    public var tickets: [ProfileTrial.Moved] = []
    /// Those that could not be moved.
    public var refused: [ActReport] = []
}

/// The working days of a year.
public struct CalendarYearReport: Codable, Hashable, Sendable {
    /// The year.
    public var year: Int
    /// `loaded`, `compiled-in`, or `unpublished`: then only the week's rhythm holds, and due dates are provisional.
    public var source: String
    /// How many days are worked.
    public var worked: Int
    /// Days that differ from the week.
    public var days: [Line]

    /// One of them.
    public struct Line: Codable, Hashable, Sendable {
        /// `2027-02-08`.
        public var date: String
        /// `off` or `work`.
        public var kind: String
        /// The holiday.
        public var name: String
    }
}
