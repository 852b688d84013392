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
        /// A quote that was opened here is not closed, or closed where no field ends.
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
        case .unterminatedQuote: "the quote opened here is never closed, or closed where no field ends"
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
/// meaningless but seldom the rest of the file. That holds for a quote that swallows later lines too: they are read again.
public struct CSVReader {
    /// Bytes of one row, quotes not counted, beyond which it is refused. Bounds the memory.
    public let recordBytesMax: Int
    /// Bytes that may be read a second time behind quotes that were never closed. Bounds the time.
    public static let rereadBytesMax = 256 << 20
    /// Gives the next bytes, at most a few hundred kilobytes; empty at the end.
    private let source: () throws -> [UInt8]
    private var chunk: [UInt8] = []
    private var index = 0
    private var ended = false
    private var started = false
    private var line = 1
    private var column = 0
    private var previousWasCR = false
    /// The bytes of the row that was read last, its end included, as long as they are within `recordBytesMax` twice.
    private var raw: [UInt8] = []
    private var rereadBytes = 0

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

    /// The row that `next` gave last, as it stands in the file, without its line end; nil if it is longer than `bytesMax`.
    public func rawRow(bytesMax: Int) -> [UInt8]? {
        guard raw.count <= bytesMax else { return nil }
        var end = raw.count
        while end > 0, raw[end - 1].isLineEnd { end -= 1 }
        return Array(raw[..<end])
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
            if case .record(let record) = item, record.fields.count == 1, record.fields[0].isEmpty { continue }
            return item
        }
    }

    private mutating func read(_ row: inout Row) throws -> CSVItem? {
        var any = false
        while try fill() {
            let byte = chunk[index]
            if previousWasCR {
                previousWasCR = false
                if byte == UInt8(ascii: "\n") {  // the second half of CRLF: its line is already counted
                    index += 1
                    row.takeSecondHalf(byte)
                    if any { raw.append(byte) }
                    column = 0
                    continue
                }
            }
            if !any {
                any = true
                row.line = line
                raw.removeAll(keepingCapacity: true)
            }
            switch byte.isStructural ? takeOne(byte, &row) : takeRun(&row) {
            case .goOn: break
            case .recordEnd: return row.item()
            case .skipLine: return try skip(&row)
            }
        }
        guard any else { return nil }
        if row.spansLines, row.isOpen, rewind(to: row.line) { return row.swallowed() }
        return row.finish()
    }

    /// Makes sure that there is a byte; false at the end.
    private mutating func fill() throws -> Bool {
        if index < chunk.count { return true }
        guard !ended else { return false }
        chunk = try source()
        index = 0
        ended = chunk.isEmpty
        return !ended
    }

    private mutating func takeOne(_ byte: UInt8, _ row: inout Row) -> Row.Next {
        index += 1
        column += 1
        keep(chunk[(index - 1)..<index])
        let next = row.take(byte, line: line, column: column)
        if next != .skipLine { endLine(byte) }
        return next
    }

    /// Bytes that mean nothing but themselves, as many as there are in this chunk.
    private mutating func takeRun(_ row: inout Row) -> Row.Next {
        let first = column + 1
        let (end, characters) = chunk.withUnsafeBufferPointer { bytes in
            var end = index
            var characters = 0
            while end < bytes.count, !bytes[end].isStructural {
                // Columns count characters, not bytes: continuation bytes of UTF-8 do not move them.
                if bytes[end] & 0xc0 != 0x80 { characters += 1 }
                end += 1
            }
            return (end, characters)
        }
        let run = chunk[index..<end]
        index = end
        column += characters
        keep(run)
        return row.take(run, line: line, column: first)
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        if raw.count <= 2 * recordBytesMax { raw.append(contentsOf: bytes) }
    }

    /// Goes on behind a broken row: with its second line if a quote swallowed that, else behind the line of the fault.
    private mutating func skip(_ row: inout Row) throws -> CSVItem {
        if row.spansLines, rewind(to: row.line) { return row.swallowed() }
        while try fill() {
            let byte = chunk[index]
            index += 1
            if byte & 0xc0 != 0x80 { column += 1 }
            keep(chunk[(index - 1)..<index])
            if byte.isLineEnd {
                endLine(byte)
                break
            }
        }
        return row.item()
    }

    /// Puts everything behind the row's first line back.
    /// - Returns: False if that is too much.
    private mutating func rewind(to first: Int) -> Bool {
        guard raw.count <= 2 * recordBytesMax, rereadBytes + raw.count <= Self.rereadBytesMax,
            let end = raw.firstIndex(where: \.isLineEnd)
        else { return false }
        rereadBytes += raw.count
        chunk = Array(raw[(end + 1)...]) + chunk[index...]
        index = 0
        previousWasCR = raw[end] == UInt8(ascii: "\r")
        raw.removeSubrange((end + 1)...)
        line = first + 1
        column = 0
        return true
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

    private mutating func endLine(_ byte: UInt8) {
        guard byte.isLineEnd else { return }
        previousWasCR = byte == UInt8(ascii: "\r")
        line += 1
        column = 0
    }
}

extension UInt8 {
    fileprivate var isLineEnd: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
    fileprivate var isStructural: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: ",") || isLineEnd }
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
    /// Where the quote stands that made the row go beyond its first line.
    private var swallower: Int?
    private var fieldStart = (line: 0, column: 0)
    private var fault: CSVFault?

    init(line: Int, limit: Int) {
        self.line = line
        self.limit = limit
    }

    /// It goes beyond its first line.
    var spansLines: Bool { swallower != nil }

    /// It is inside quotes.
    var isOpen: Bool { state == .quoted }

    /// A quote, a comma, a line end.
    mutating func take(_ byte: UInt8, line: Int, column: Int) -> Next {
        let isQuote = byte == UInt8(ascii: "\"")
        switch state {
        case .quoted:
            if isQuote {
                state = .quoteInQuoted
                return .goOn
            }
            if byte.isLineEnd, swallower == nil { swallower = quote.column }
            return append([byte], line: line)
        case .quoteInQuoted where isQuote:
            state = .quoted
            return append([byte], line: line)
        case .fieldStart where isQuote:
            quote = (line, column)
            fieldStart = quote
            state = .quoted
            return .goOn
        case .fieldStart: fieldStart = (line, column)
        default: break
        }
        guard !isQuote else { return stray(line, column) }
        endField()
        return byte.isLineEnd ? .recordEnd : .goOn
    }

    /// Bytes that mean nothing but themselves.
    mutating func take(_ run: ArraySlice<UInt8>, line: Int, column: Int) -> Next {
        switch state {
        case .quoted: return append(run, line: line)
        case .quoteInQuoted: return stray(line, column)
        case .fieldStart:
            fieldStart = (line, column)
            state = .plain
            return append(run, line: line)
        case .plain: return append(run, line: line)
        }
    }

    /// The LF of a CRLF: part of a quoted field, else nothing.
    mutating func takeSecondHalf(_ byte: UInt8) {
        if state == .quoted { _ = append([byte], line: line) }
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

    /// The row's first line is to blame, and the others are read again.
    func swallowed() -> CSVItem { .fault(CSVFault(line: line, column: swallower ?? 0, kind: .unterminatedQuote)) }

    private mutating func stray(_ line: Int, _ column: Int) -> Next {
        fault = fault ?? CSVFault(line: line, column: column, kind: .strayQuote)
        return .skipLine
    }

    /// A quoted field that has no end in sight is given up at the limit; of an unquoted one the rest of the line is passed over.
    private mutating func append(_ bytes: some Collection<UInt8>, line: Int) -> Next {
        size += bytes.count
        guard size <= limit else {
            fault = fault ?? CSVFault(line: line, column: 0, kind: .tooLong(limit: limit))
            field = []
            return swallower == nil ? .goOn : .skipLine
        }
        field.append(contentsOf: bytes)
        return .goOn
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
