/// Walks over the fields of an encoded message without reading their content.
///
/// Takes no memory. Used before decoding, to bound how many parts a message claims: an empty submessage takes two bytes on the
/// wire and dozens in memory; and to name a command whose payload cannot be read.
struct FieldScan {
    /// One field.
    struct Field {
        var number: UInt64
        /// 0 number, 1 eight bytes, 2 length-delimited, 3 a group, 5 four bytes.
        var type: UInt8
        /// The content of a length-delimited field, empty otherwise.
        var content: ArraySlice<UInt8>
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field. Nil at the end, and where the bytes are no fields. What a decoder passes over is passed over here too: a scan
    /// that stopped earlier would miss what stands behind.
    mutating func next() -> Field? {
        guard let field = part(), field.type != 4 else { return nil }
        guard field.type == 3 else { return field }
        // No message of ours has a group, so all of it is unknown, whatever stands in it.
        var depth = 1
        while depth > 0 {
            guard let inner = part() else { return nil }
            depth += inner.type == 3 ? 1 : inner.type == 4 ? -1 : 0
        }
        return field
    }

    /// The next field outside a group, or the mark where a group begins (3) or ends (4).
    private mutating func part() -> Field? {
        guard !rest.isEmpty, let tag = varint() else { return nil }
        let type = UInt8(tag & 7)
        var content: ArraySlice<UInt8>? = []
        switch type {
        case 0: if varint() == nil { return nil }
        case 1: content = skip(8)
        case 2: content = varint().flatMap { $0 <= UInt64(rest.count) ? skip(Int($0)) : nil }
        case 3, 4: break
        case 5: content = skip(4)
        default: return nil
        }
        return content.map { Field(number: tag >> 3, type: type, content: type == 2 ? $0 : []) }
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<10 {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 { return value }
        }
        return nil
    }

    private mutating func skip(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Whether a submessage stands more than `max` times at a path of field numbers: `[6, 1]` are the entities of all pages in a
    /// response. Stops counting there.
    static func exceeds(_ max: Int, _ path: [UInt64], in bytes: [UInt8]) -> Bool {
        count(path[...], in: bytes[...], max: max) > max
    }

    private static func count(_ path: ArraySlice<UInt64>, in bytes: ArraySlice<UInt8>, max: Int) -> Int {
        guard let number = path.first else { return 1 }
        var scan = FieldScan(bytes)
        var count = 0
        while count <= max, let field = scan.next() {
            if field.number == number, field.type == 2 { count += Self.count(path.dropFirst(), in: field.content, max: max) }
        }
        return count
    }

    /// The last value of a length-delimited field, as a decoder would take it.
    static func last(_ number: UInt64, in bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var scan = FieldScan(bytes[...])
        var found: ArraySlice<UInt8>?
        while let field = scan.next() {
            if field.number == number, field.type == 2 { found = field.content }
        }
        return found
    }
}
