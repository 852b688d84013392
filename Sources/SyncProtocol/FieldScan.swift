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
        /// Where the content of a length-delimited field stands; empty otherwise.
        var content: Range<Int>
    }

    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

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
        guard index < bytes.endIndex, let tag = varint() else { return nil }
        let type = UInt8(tag & 7)
        var content = index..<index
        switch type {
        case 0: if varint() == nil { return nil }
        case 1: if skip(8) == nil { return nil }
        case 2:
            guard let count = varint(), count <= UInt64(bytes.endIndex - index), let found = skip(Int(count)) else {
                return nil
            }
            content = found
        case 3, 4: break
        case 5: if skip(4) == nil { return nil }
        default: return nil
        }
        return Field(number: tag >> 3, type: type, content: content)
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<10 {
            guard index < bytes.endIndex else { return nil }
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 { return value }
        }
        return nil
    }

    private mutating func skip(_ count: Int) -> Range<Int>? {
        guard count <= bytes.endIndex - index else { return nil }
        defer { index += count }
        return index..<index + count
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
            guard field.number == number, field.type == 2 else { continue }
            count += Self.count(path.dropFirst(), in: bytes[field.content], max: max)
        }
        return count
    }

    /// The value of a length-delimited field that stands there once; of several a decoder makes one.
    static func only(_ number: UInt64, in bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var scan = FieldScan(bytes[...])
        var found: Range<Int>?
        while let field = scan.next() {
            guard field.number == number else { continue }
            guard field.type == 2, found == nil else { return nil }
            found = field.content
        }
        return found.map { bytes[$0] }
    }

    /// The last value of a length-delimited field, as a decoder would take it.
    static func last(_ number: UInt64, in bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var scan = FieldScan(bytes[...])
        var found: Range<Int>?
        while let field = scan.next() {
            if field.number == number, field.type == 2 { found = field.content }
        }
        return found.map { bytes[$0] }
    }
}
