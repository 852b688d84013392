/// Walks over bytes that nobody vouches for. Takes no memory, and never reads past the end: what is missing is
/// `truncated(offset: item)`.
struct ByteCursor {
    let bytes: ArraySlice<UInt8>
    /// Index into `bytes`, which keeps the indices of its array: `offset` is what errors count in.
    private(set) var index: Int
    /// Index that offset 0 stands for.
    let base: Int
    /// Offset of the part being read.
    var item: Int
    /// Bytes looked at so far, a byte read twice counted twice: what the tests bound.
    private(set) var readCount = 0

    init(_ bytes: ArraySlice<UInt8>, base: Int? = nil) {
        self.bytes = bytes
        index = bytes.startIndex
        self.base = base ?? bytes.startIndex
        item = index - self.base
    }

    var offset: Int { index - base }
    var remaining: Int { bytes.endIndex - index }
    var isAtEnd: Bool { index == bytes.endIndex }
    var peeked: UInt8? { isAtEnd ? nil : bytes[index] }

    mutating func byte() throws(ChangesetError) -> UInt8 {
        guard index < bytes.endIndex else { throw .truncated(offset: item) }
        let byte = bytes[index]
        index += 1
        readCount += 1
        return byte
    }

    /// Passes over `count` bytes and says where they stand; reads none of them.
    mutating func skip(_ count: Int) throws(ChangesetError) -> Range<Int> {
        guard count <= remaining else { throw .truncated(offset: item) }
        let start = index
        index += count
        return start..<index
    }

    /// Counts bytes that were looked at otherwise than through `byte()`.
    mutating func countRead(_ count: Int) { readCount += count }

    /// A count or length: SQLite's varint, most significant group first, at most 2³¹-1 and in its shortest form.
    mutating func varint() throws(ChangesetError) -> Int {
        let start = offset
        var value = 0
        for place in 0..<5 {
            let byte = try byte()
            if place == 0, byte == 0x80 { throw .badVarint(offset: start) }
            value = value << 7 | Int(byte & 0x7F)
            if byte < 0x80 {
                guard value <= Int(Int32.max) else { break }
                return value
            }
        }
        throw .badVarint(offset: start)
    }

    /// Passes over the next value if it is one that was not recorded: most columns of an update.
    mutating func passUndefined() -> Bool {
        guard index < bytes.endIndex, bytes[index] == ValueType.undefined.rawValue else { return false }
        index += 1
        readCount += 1
        return true
    }

    /// The type of the next value and where its content stands.
    mutating func field() throws(ChangesetError) -> (type: ValueType, content: Range<Int>) {
        let start = offset
        guard let type = ValueType(rawValue: try byte()) else { throw .badValueType(offset: start) }
        let count =
            switch type {
            case .undefined, .null: 0
            case .integer, .real: 8
            case .text, .blob: try varint()
            }
        return (type, try skip(count))
    }

    /// The next value, `nil` if it was not recorded. Copies the content of text and blobs, and nothing else.
    mutating func value() throws(ChangesetError) -> Value? {
        let start = offset
        let (type, content) = try field()
        countRead(content.count)
        return try Self.value(type, bytes[content], offset: start)
    }

    /// - Parameter content: As `field` found it.
    static func value(_ type: ValueType, _ content: ArraySlice<UInt8>, offset: Int) throws(ChangesetError) -> Value? {
        switch type {
        case .undefined: return nil
        case .null: return .null
        case .integer: return .integer(Int64(bitPattern: word(content)))
        case .real:
            let value = Double(bitPattern: word(content))
            guard !value.isNaN else { throw .notANumber(offset: offset) }
            return .real(value)
        case .text:
            guard let text = validText(content) else { throw .invalidUTF8(offset: offset) }
            return .text(text)
        case .blob: return .blob(Array(content))
        }
    }

    private static func word(_ content: ArraySlice<UInt8>) -> UInt64 {
        var word: UInt64 = 0
        for byte in content { word = word << 8 | UInt64(byte) }
        return word
    }
}
