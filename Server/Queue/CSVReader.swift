/// One row of a CSV file, or what is wrong with it.
public enum CSVItem: Hashable, Sendable {
    /// A row that follows RFC 4180.
    case record(CSVRecord)
    /// A row that does not; reading goes on behind it.
    case fault(CSVFault)
}

/// The fields of one row.
public struct CSVRecord: Hashable, Sendable {
    /// Where the row begins, counted from 1 in physical lines.
    public var line: Int
    /// In order, without their quotes.
    public var fields: [String]
}

/// Why a row cannot be read.
public struct CSVFault: Hashable, Sendable {
    /// The physical line of the offence, from 1.
    public var line: Int
    /// The character within the line, from 1. 0 where the fault belongs to the whole row.
    public var column: Int
    /// What is wrong.
    public var kind: Kind

    /// The ways in which a row can be broken.
    public enum Kind: Hashable, Sendable {
        /// The file ends inside quotes that were opened here.
        case unterminatedQuote
        /// A quote in the middle of an unquoted field, or text behind a closing quote.
        case strayQuote
        /// A field that is not UTF-8.
        case invalidUTF8
        /// A row longer than the limit (bytes).
        case tooLong(limit: Int)
        /// Another number of fields than the header has.
        case fieldCount(expected: Int, found: Int)
    }

    /// What is wrong, without a word of the row's content.
    public var reason: String {
        switch kind {
        case .unterminatedQuote: "the quote opened here is never closed"
        case .strayQuote: "a quote stands where none may stand; write it as two quotes inside a quoted field"
        case .invalidUTF8: "a field is not UTF-8; convert the file first"
        case .tooLong(let limit): "the row is longer than \(limit) bytes"
        case .fieldCount(let expected, let found): "the row has \(found) fields, the header has \(expected)"
        }
    }
}

/// Reads CSV (RFC 4180: quotes, doubled quotes, line breaks inside quotes) in constant memory, one row at a time.
///
/// Also accepted: LF and lone CR as line ends, a UTF-8 byte order mark, a last line without an end. Blank lines are skipped.
/// A broken row is a `fault`; reading goes on with the next physical line, because a wrong quote makes the rest of its line
/// meaningless but seldom the rest of the file.
public struct CSVReader {
    /// Bytes of one row, quotes not counted, beyond which it is refused. Bounds the memory.
    public let recordBytesMax: Int
    /// Gives the next bytes, at most a few hundred kilobytes; empty at the end.
    private let source: () throws -> [UInt8]
    private var chunk: [UInt8] = []
    private var index = 0
    private var ended = false
    private var started = false
    private var line = 1
    private var column = 0
    private var previousWasCR = false

    /// - Parameters:
    ///   - recordBytesMax: Bytes of one row.
    ///   - source: Gives the next bytes; empty at the end. What it throws comes out of `next`.
    public init(recordBytesMax: Int = 4 << 20, source: @escaping () throws -> [UInt8]) {
        self.recordBytesMax = recordBytesMax
        self.source = source
    }

    /// A reader of bytes in memory.
    public init(bytes: [UInt8], recordBytesMax: Int = 4 << 20) {
        var rest: [UInt8]? = bytes
        self.init(recordBytesMax: recordBytesMax) {
            defer { rest = nil }
            return rest ?? []
        }
    }

    /// The next row that is not blank.
    /// - Returns: nil at the end.
    /// - Throws: What the source throws.
    public mutating func next() throws -> CSVItem? {
        if !started {
            started = true
            try skipByteOrderMark()
        }
        while true {
            var row = Row(line: line, limit: recordBytesMax)
            guard let item = try read(&row) else { return nil }
            if case .record(let record) = item, record.fields == [""] { continue }
            return item
        }
    }

    private mutating func read(_ row: inout Row) throws -> CSVItem? {
        var any = false
        while let byte = try advance() {
            if previousWasCR {
                previousWasCR = false
                if byte == UInt8(ascii: "\n") {  // the second half of CRLF: its line is already counted
                    row.takeSecondHalf(byte)
                    column = 0
                    continue
                }
            }
            if !any {
                any = true
                row.line = line
            }
            count(byte)
            switch row.take(byte, line: line, column: column) {
            case .goOn: endLine(byte)
            case .recordEnd:
                endLine(byte)
                return row.item()
            case .skipLine:
                try skipLine()
                return row.item()
            }
        }
        guard any else { return nil }
        return row.finish()
    }

    /// The next byte; nil at the end.
    private mutating func advance() throws -> UInt8? {
        if index == chunk.count {
            guard !ended else { return nil }
            chunk = try source()
            index = 0
            if chunk.isEmpty {
                ended = true
                return nil
            }
        }
        defer { index += 1 }
        return chunk[index]
    }

    private mutating func skipByteOrderMark() throws {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        while chunk.count < mark.count, !ended {
            let more = try source()
            if more.isEmpty { ended = true }
            chunk += more
        }
        if chunk.starts(with: mark) { index = mark.count }
    }

    private mutating func skipLine() throws {
        while let byte = try advance() {
            count(byte)
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                endLine(byte)
                return
            }
        }
    }

    /// Columns count characters, not bytes: continuation bytes of UTF-8 do not move it.
    private mutating func count(_ byte: UInt8) {
        if byte & 0xc0 != 0x80 { column += 1 }
    }

    private mutating func endLine(_ byte: UInt8) {
        guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { return }
        previousWasCR = byte == UInt8(ascii: "\r")
        line += 1
        column = 0
    }
}

/// The row that is being read.
private struct Row {
    enum State { case fieldStart, plain, quoted, quoteInQuoted }
    enum Next { case goOn, recordEnd, skipLine }

    var line: Int
    let limit: Int
    private var state = State.fieldStart
    private var field: [UInt8] = []
    private var fields: [String] = []
    private var size = 0
    private var quote = (line: 0, column: 0)
    private var fieldStart = (line: 0, column: 0)
    private var fault: CSVFault?

    init(line: Int, limit: Int) {
        self.line = line
        self.limit = limit
    }

    mutating func take(_ byte: UInt8, line: Int, column: Int) -> Next {
        let isQuote = byte == UInt8(ascii: "\"")
        let isEnd = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        switch state {
        case .quoted:
            if isQuote { state = .quoteInQuoted } else { append(byte) }
            return .goOn
        case .quoteInQuoted where isQuote:
            append(byte)
            state = .quoted
            return .goOn
        case .fieldStart where isQuote:
            quote = (line, column)
            fieldStart = quote
            state = .quoted
            return .goOn
        case .fieldStart: fieldStart = (line, column)
        default: break
        }
        if isEnd || byte == UInt8(ascii: ",") {
            endField()
            return isEnd ? .recordEnd : .goOn
        }
        guard !isQuote, state != .quoteInQuoted else {
            fault = fault ?? CSVFault(line: line, column: column, kind: .strayQuote)
            return .skipLine
        }
        state = .plain
        append(byte)
        return .goOn
    }

    /// The LF of a CRLF: part of a quoted field, else nothing.
    mutating func takeSecondHalf(_ byte: UInt8) {
        if state == .quoted { append(byte) }
    }

    /// The file is at its end inside this row.
    mutating func finish() -> CSVItem {
        if state == .quoted {
            fault = fault ?? CSVFault(line: quote.line, column: quote.column, kind: .unterminatedQuote)
        } else {
            endField()
        }
        return item()
    }

    func item() -> CSVItem { fault.map(CSVItem.fault) ?? .record(CSVRecord(line: line, fields: fields)) }

    private mutating func append(_ byte: UInt8) {
        size += 1
        guard size <= limit else {
            fault = fault ?? CSVFault(line: line, column: 0, kind: .tooLong(limit: limit))
            field = []
            return
        }
        field.append(byte)
    }

    private mutating func endField() {
        defer {
            field.removeAll(keepingCapacity: true)
            state = .fieldStart
        }
        // A comma costs a byte too: else a row of commas alone would have no bound.
        size += 1
        guard fault == nil else { return }
        guard size <= limit + 1 else {
            fault = CSVFault(line: line, column: 0, kind: .tooLong(limit: limit))
            fields = []
            return
        }
        guard let text = String(validating: field, as: UTF8.self) else {
            fault = CSVFault(line: fieldStart.line, column: fieldStart.column, kind: .invalidUTF8)
            fields = []
            return
        }
        fields.append(text)
    }
}
