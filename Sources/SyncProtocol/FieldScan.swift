/// Walks over the fields of an encoded message without reading their content.
///
/// Takes no memory. Used before decoding, to bound how many parts a message claims: an empty submessage takes two bytes on the
/// wire and dozens in memory; and to name a command whose payload cannot be read.
struct FieldScan {
    /// One field.
    struct Field {
        var number: UInt64
        /// 0 number, 1 eight bytes, 2 length-delimited, 5 four bytes.
        var type: UInt8
        /// The content of a length-delimited field, empty otherwise.
        var content: ArraySlice<UInt8>
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next field. Nil at the end, and where the bytes are no fields.
    mutating func next() -> Field? {
        guard !rest.isEmpty, let tag = varint() else { return nil }
        let type = UInt8(tag & 7)
        switch type {
        case 0: return varint() == nil ? nil : Field(number: tag >> 3, type: type, content: [])
        case 1: return skip(8) == nil ? nil : Field(number: tag >> 3, type: type, content: [])
        case 2:
            guard let count = varint(), count <= UInt64(rest.count), let content = skip(Int(count)) else { return nil }
            return Field(number: tag >> 3, type: type, content: content)
        case 5: return skip(4) == nil ? nil : Field(number: tag >> 3, type: type, content: [])
        default: return nil
        }
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
