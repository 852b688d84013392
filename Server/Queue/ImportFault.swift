import Tickets

/// A row that was not imported, and why. Never a word of the row itself: it is printed, and crosses the local socket.
public struct ImportFault: Codable, Hashable, Sendable {
    /// The line in the file, from 1.
    public var line: Int
    /// The character within the line, from 1; 0 = the whole row, or `field` says where.
    public var column: Int
    /// The header's column that is wrong, where one is.
    public var field: String?
    /// A stable word for what is wrong.
    public var code: Code
    /// Why, in English.
    public var reason: String

    /// What can be wrong with a row.
    public enum Code: String, Codable, Hashable, Sendable, CaseIterable {
        /// A quote is not closed, or closed where no field ends.
        case openQuote = "open-quote"
        /// A quote stands where none may stand.
        case strayQuote = "stray-quote"
        /// Bytes that are not UTF-8.
        case notUTF8 = "not-utf8"
        /// The row, or one field of it, is too long.
        case tooLong = "too-long"
        /// More or fewer fields than the header.
        case columnCount = "column-count"
        /// A line that is not one JSON object of plain values.
        case notJSON = "not-json"
        /// A name in a JSON object that means nothing here.
        case unknownName = "unknown-name"
        /// A field that must be there is empty.
        case empty
        /// A time that is none.
        case badTime = "bad-time"
        /// A number that is none, or out of range.
        case badNumber = "bad-number"
        /// Not one of the words that may stand there.
        case badWord = "bad-word"
        /// An identifier with characters that none may have.
        case badID = "bad-id"
        /// A control character, U+0000 among them.
        case controlCharacter = "control-character"
        /// Latitude without longitude, or the other way round.
        case halfPlace = "half-place"
        /// The centre's rules refused it.
        case refused
    }

    /// A fault.
    public init(line: Int, column: Int = 0, field: String? = nil, code: Code, reason: String) {
        self.line = line
        self.column = column
        self.field = field
        self.code = code
        self.reason = reason
    }

    /// Where it is: `line 7, column 12`, `line 7, title`.
    public var place: String {
        if let field { return "line \(line), \(field)" }
        return column > 0 ? "line \(line), column \(column)" : "line \(line)"
    }
}

extension ImportFault {
    init(_ fault: CSVFault) {
        let code: Code =
            switch fault.kind {
            case .unterminatedQuote: .openQuote
            case .strayQuote: .strayQuote
            case .invalidUTF8: .notUTF8
            case .tooLong: .tooLong
            case .fieldCount: .columnCount
            }
        self.init(line: fault.line, column: fault.column, code: code, reason: fault.reason)
    }

    /// What the centre's rules say to one argument of a creation.
    init(_ fault: ArgumentFault, line: Int, field: String?) {
        let code: Code =
            switch fault.problem {
            case .missing, .empty, .mustNotBeNull: .empty
            case .tooLong: .tooLong
            case .controlCharacter: .controlCharacter
            case .outOfRange, .wrongType: .badNumber
            case .needs: .halfPlace
            case .notOneOf: .badWord
            default: .refused
            }
        self.init(line: line, field: field, code: code, reason: fault.english)
    }
}

/// Carries an `ImportFault` as an error.
struct ImportFaultError: Error {
    let fault: ImportFault
    init(_ fault: ImportFault) { self.fault = fault }
}
