import Glibc
import Tickets

/// Takes identifiers out of a message before it is compressed, and puts them back.
///
/// Identifiers, hashes and signatures do not compress, and between words they spoil how the words compress. A message is cut into the
/// identifiers, one after the other, and the rest, in which two bytes stand for each of them:
///
///     … 10 <16 bytes> …   becomes   … 10 7F op …
///
///     op 00          a byte 7F of the message
///     op 01, 02, 03  the next 16, 32 or 64 bytes of the identifiers
///     op 10 + k      the identifier that was used last but k; it counts as used last from now on
///     op 40 + k      what is derived with ordinal 1 from that one: the key of a command's note
///
/// What is taken for an identifier is a guess of whoever lifts: a field of that length which is no text. A wrong guess costs bytes and
/// nothing else, because lowering gives back the very bytes.
/// - Source: Schema/Wire/PROTOCOL.md, packed bodies.
struct Lifting {
    static let escape: UInt8 = 0x7F
    /// How many identifiers are remembered.
    static let rememberedMax = 48

    /// The identifiers, one after the other.
    private(set) var identifiers: [UInt8] = []
    /// Everything else.
    private(set) var rest: [UInt8] = []
    private var remembered = Remembered()

    /// Lifts the identifiers out of a message.
    ///
    /// - Parameter deriving: Looks for derived ones too, which commands have and pages have not.
    init(_ message: [UInt8], deriving: Bool) {
        rest.reserveCapacity(message.count)
        message.withUnsafeBufferPointer { message in
            var index = 0
            var lifted = 0  // up to here
            var passed = 0  // up to here it stands in the rest
            while index < message.count {
                let byte = message[index]
                index += 1
                if byte == Self.escape {
                    rest.append(contentsOf: message[passed..<index])
                    rest.append(0)
                    passed = index
                } else if byte == 16 || byte == 32 || byte == 64, index >= lifted + 2,
                    let length = Self.identifierLength(at: index, in: message)
                {
                    rest.append(contentsOf: message[passed..<index])
                    lift(Array(message[index..<index + length]), deriving: deriving)
                    index += length
                    lifted = index
                    passed = index
                }
            }
            rest.append(contentsOf: message[passed...])
        }
    }

    private mutating func lift(_ identifier: [UInt8], deriving: Bool) {
        rest.append(Self.escape)
        if let place = remembered.place(of: identifier) {
            rest.append(0x10 + UInt8(place))
            remembered.use(place)
        } else if deriving, let place = remembered.placeDeriving(identifier) {
            rest.append(0x40 + UInt8(place))
        } else {
            rest.append(identifier.count == 16 ? 1 : identifier.count == 32 ? 2 : 3)
            identifiers += identifier
            remembered.add(identifier)
        }
    }

    /// Whether a field of an identifier's length begins at `start`, behind its length byte and the byte that says what it is: a tag of
    /// the message or, in a row, the type of a blob. Nil for text.
    private static func identifierLength(at start: Int, in message: UnsafeBufferPointer<UInt8>) -> Int? {
        guard start >= 2 else { return nil }
        let length = Int(message[start - 1])
        guard length == 16 || length == 32 || length == 64, start + length <= message.count else { return nil }
        let before = message[start - 2]
        // A tag beyond 15 takes two bytes.
        let isLongTag = before == 1 && start >= 3 && message[start - 3] & 0x87 == 0x82
        guard before == 4 || before >= 10 && before & 7 == 2 || isLongTag else { return nil }
        let content = message[start..<start + length]
        guard content.reduce(0, { $0 + ($1 == 0 ? 1 : 0) }) <= 3 else { return nil }
        return String(validating: content, as: UTF8.self) == nil ? length : nil
    }

    /// Puts a message together again.
    ///
    /// - Parameter limit: Bytes of the message; two bytes of `rest` can stand for 64.
    /// - Throws: `decompressionLimit` beyond the limit; `brokenEnvelope` if the parts do not fit together.
    static func lower(
        identifiers: ArraySlice<UInt8>, rest: ArraySlice<UInt8>, limit: Int
    ) throws(ProtocolError) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(min(limit, identifiers.count + rest.count + rest.count / 8))
        var identifiers = identifiers
        var remembered = Remembered()
        var index = rest.startIndex
        while let mark = nextMark(in: rest, from: index) {
            message += rest[index..<mark]
            guard mark + 1 < rest.endIndex else { throw ProtocolError(.brokenEnvelope, in: "body") }
            let op = rest[mark + 1]
            index = mark + 2
            switch op {
            case 0: message.append(escape)
            case 1...3:
                let length = 8 << Int(op)
                guard identifiers.count >= length else { throw ProtocolError(.brokenEnvelope, in: "body") }
                let identifier = Array(identifiers.prefix(length))
                identifiers = identifiers.dropFirst(length)
                remembered.add(identifier)
                message += identifier
            case 0x10..<0x40 where Int(op) - 0x10 < remembered.count: message += remembered.use(Int(op) - 0x10)
            case 0x40..<0x70 where Int(op) - 0x40 < remembered.count: message += remembered.derived(Int(op) - 0x40)
            default: throw ProtocolError(.brokenEnvelope, in: "body")
            }
            guard message.count <= limit else { throw ProtocolError(.decompressionLimit, in: "body") }
        }
        guard message.count + rest.endIndex - index <= limit else { throw ProtocolError(.decompressionLimit, in: "body") }
        guard identifiers.isEmpty else { throw ProtocolError(.brokenEnvelope, in: "body") }
        message += rest[index...]
        return message
    }

    /// Most of a message is words between two marks.
    private static func nextMark(in rest: ArraySlice<UInt8>, from index: Int) -> Int? {
        rest.withUnsafeBufferPointer { bytes in
            guard index < rest.endIndex, let start = bytes.baseAddress else { return nil }
            let begin = start + (index - rest.startIndex)
            let mark = memchr(begin, Int32(escape), rest.endIndex - index)
            return mark.map { index + (UnsafeRawPointer($0) - UnsafeRawPointer(begin)) }
        }
    }
}

/// The identifiers used last; place 0 is the very last one.
private struct Remembered {
    private struct Item {
        /// The first eight bytes: most comparisons end there.
        var start: UInt64
        var bytes: [UInt8]
        /// Made when it is first asked for; of 16 bytes only.
        var derived: [UInt8]?
    }

    /// Used last stands last.
    private var items: [Item] = []

    var count: Int { items.count }

    mutating func add(_ bytes: [UInt8]) {
        if items.count == Lifting.rememberedMax { items.removeFirst() }
        items.append(Item(start: Self.start(of: bytes), bytes: bytes))
    }

    func place(of bytes: [UInt8]) -> Int? {
        let start = Self.start(of: bytes)
        return items.lastIndex { $0.start == start && $0.bytes == bytes }.map { items.count - 1 - $0 }
    }

    private static func start(of bytes: [UInt8]) -> UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    mutating func placeDeriving(_ bytes: [UInt8]) -> Int? {
        guard bytes.count == 16 else { return nil }
        return (0..<items.count).first { derived($0) == bytes }
    }

    @discardableResult
    mutating func use(_ place: Int) -> [UInt8] {
        let item = items.remove(at: items.count - 1 - place)
        items.append(item)
        return item.bytes
    }

    /// Empty for what nothing is derived from.
    mutating func derived(_ place: Int) -> [UInt8] {
        let index = items.count - 1 - place
        if let known = items[index].derived { return known }
        let derived = CommandID(bytes: items[index].bytes)?.derived(1) ?? []
        items[index].derived = derived
        return derived
    }
}
