/// One line of an NDJSON file.
enum NDJSONItem: Equatable {
    /// An object: names and values in the order in which they stand there. A value is its text; null is left out.
    case object(line: Int, [(name: String, text: String)])
    /// A line that is no such object.
    case fault(ImportFault)

    static func == (left: NDJSONItem, right: NDJSONItem) -> Bool {
        switch (left, right) {
        case (.object(let a, let some), .object(let b, let others)):
            a == b && some.elementsEqual(others) { $0.name == $1.name && $0.text == $1.text }
        case (.fault(let some), .fault(let other)): some == other
        default: false
        }
    }
}

/// Reads one JSON object per line in constant memory. A line that is none is a `fault`; reading goes on with the next one.
///
/// Values are texts, numbers, true, false and null: a row of a table has no others. Numbers come as they are written, so that
/// an identifier of twenty digits keeps them all.
struct NDJSONReader {
    /// Bytes of one line beyond which it is refused. Bounds the memory.
    let lineBytesMax: Int
    private let source: () throws -> [UInt8]
    private var chunk: [UInt8] = []
    private var index = 0
    private var ended = false
    private var line = 0
    /// The line that was read last, without its end.
    private(set) var raw: [UInt8] = []

    init(lineBytesMax: Int = 8 << 20, source: @escaping () throws -> [UInt8]) {
        self.lineBytesMax = lineBytesMax
        self.source = source
    }

    /// The next line that is not blank; nil at the end.
    mutating func next() throws -> NDJSONItem? {
        while let isWhole = try readLine() {
            line += 1
            if line == 1, raw.starts(with: [0xef, 0xbb, 0xbf]) { raw.removeFirst(3) }
            guard isWhole else {
                let reason = "the line is longer than \(lineBytesMax) bytes"
                return .fault(ImportFault(line: line, code: .tooLong, reason: reason))
            }
            guard raw.contains(where: { $0 > 0x20 }) else { continue }
            return Self.read(raw, line: line)
        }
        return nil
    }

    /// Fills `raw`; false if the line is too long, nil at the end.
    private mutating func readLine() throws -> Bool? {
        raw.removeAll(keepingCapacity: true)
        var any = false
        var isWhole = true
        while true {
            if index == chunk.count {
                if ended { return any ? isWhole : nil }
                chunk = try source()
                index = 0
                ended = chunk.isEmpty
                continue
            }
            any = true
            let end = chunk[index...].firstIndex(of: UInt8(ascii: "\n")) ?? chunk.count
            if raw.count + end - index <= lineBytesMax {
                raw.append(contentsOf: chunk[index..<end])
            } else {
                isWhole = false
            }
            index = min(end + 1, chunk.count)
            if end < chunk.count {
                if raw.last == UInt8(ascii: "\r") { raw.removeLast() }
                return isWhole
            }
        }
    }

    /// Reads one line.
    static func read(_ bytes: [UInt8], line: Int) -> NDJSONItem {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = FlatObjectScanner(buffer)
            do throws(FlatObjectScanner.Fault) {
                return .object(line: line, try scanner.object())
            } catch {
                let column = 1 + buffer[..<min(error.offset, buffer.count)].lazy.filter { $0 & 0xc0 != 0x80 }.count
                return .fault(ImportFault(line: line, column: column, code: error.code, reason: error.reason))
            }
        }
    }
}

/// Reads one JSON object (RFC 8259) whose values are plain.
private struct FlatObjectScanner {
    struct Fault: Error {
        var offset: Int
        var code: ImportFault.Code
        var reason: String
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func object() throws(Fault) -> [(name: String, text: String)] {
        var pairs: [(name: String, text: String)] = []
        pairs.reserveCapacity(20)
        try expect("{", "the line is no JSON object")
        skipBlanks()
        if peek == UInt8(ascii: "}") {
            index += 1
        } else {
            repeat {
                skipBlanks()
                let start = index
                let name = try string()
                guard !pairs.contains(where: { $0.name == name }) else {
                    throw Fault(offset: start, code: .notJSON, reason: "one name stands in the object twice")
                }
                try expect(":", "a colon is missing behind a name")
                if let text = try value() { pairs.append((name, text)) }
                skipBlanks()
            } while take(",")
            try expect("}", "the object is not closed, or a comma is missing")
        }
        skipBlanks()
        guard index == bytes.count else { throw fault("something stands behind the object") }
        return pairs
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func fault(_ reason: String) -> Fault { Fault(offset: index, code: .notJSON, reason: reason) }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { index += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar, _ reason: String) throws(Fault) {
        skipBlanks()
        guard take(character) else { throw fault(reason) }
    }

    private mutating func value() throws(Fault) -> String? {
        skipBlanks()
        switch peek {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["): throw fault("a value is an object or a list; rows have plain values")
        default: break
        }
        let start = index
        while let byte = peek, byte > 0x20, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "null": return nil
        case "true", "false": return word
        default:
            guard Self.isNumber(bytes[start..<index]) else {
                throw Fault(offset: start, code: .notJSON, reason: "a value is neither text nor number, true, false or null")
            }
            return word
        }
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    private static func isNumber(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var rest = bytes[...]
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }
        func digits() -> Bool {
            guard isDigit(rest.first) else { return false }
            rest = rest.drop { (48...57).contains($0) }
            return true
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        if rest.first == UInt8(ascii: "0") { rest = rest.dropFirst() } else if !digits() { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() else { return false }
        }
        return rest.isEmpty
    }
}

// MARK: - Texts

extension FlatObjectScanner {
    private mutating func string() throws(Fault) -> String {
        guard take("\"") else { throw fault("a name or text must stand in double quotes") }
        let start = index
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        if peek == UInt8(ascii: "\"") {  // no escape in it
            defer { index += 1 }
            return try text(bytes[start..<index], from: start)
        }
        var unescaped = Array(bytes[start..<index])
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw fault("a control character must be written as an escape") }
            index += 1
            if byte == UInt8(ascii: "\\") { try escape(into: &unescaped) } else { unescaped.append(byte) }
        }
        guard take("\"") else { throw Fault(offset: start - 1, code: .notJSON, reason: "the text opened here is never closed") }
        return try text(unescaped, from: start)
    }

    private func text(_ bytes: some Collection<UInt8>, from start: Int) throws(Fault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault(offset: start, code: .notUTF8, reason: "a text is not UTF-8; convert the file first")
        }
        return text
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(Fault) {
        guard let letter = peek else { throw fault("the line ends inside a text") }
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0c)
        case UInt8(ascii: "n"): bytes.append(0x0a)
        case UInt8(ascii: "r"): bytes.append(0x0d)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): bytes.append(contentsOf: String(Character(try scalar())).utf8)
        default: throw Fault(offset: index - 2, code: .notJSON, reason: "an escape that JSON does not have")
        }
    }

    /// Four digits behind `\u`, or two such escapes for a character beyond U+FFFF.
    private mutating func scalar() throws(Fault) -> Unicode.Scalar {
        let start = index - 2
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if (0xd800..<0xdc00).contains(first), take("\\"), take("u") {
            let second = try unit()
            if (0xdc00..<0xe000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
            {
                return scalar
            }
        }
        throw Fault(offset: start, code: .notJSON, reason: "half of a surrogate pair")
    }

    private mutating func unit() throws(Fault) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("four hexadecimal digits must stand behind \\u")
            }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }
}
