import Changeset

/// Rows out of the leaf pages of tables, of whatever table.
struct RecordReader {
    let image: DatabaseImage
    /// A row with more bytes is no command: it could not have been given.
    private let recordBytesMax = 16 << 20

    /// The rows of a page with their rowids; empty if it is no leaf of a table. A row that cannot be read is left out.
    func rows(of place: DatabaseImage.Place) -> [(rowid: Int64, values: [Value])] {
        let page = Array(image.page(place))
        let start = place.number == 1 ? 100 : 0
        guard page.count > start + 8, page[start] == 0x0D else { return [] }
        let count = Int(page[start + 3]) << 8 | Int(page[start + 4])
        return (0..<count).compactMap { index in
            let pointer = start + 8 + 2 * index
            guard pointer + 1 < page.count else { return nil }
            return row(in: page, at: Int(page[pointer]) << 8 | Int(page[pointer + 1]))
        }
    }

    private func row(in page: [UInt8], at offset: Int) -> (rowid: Int64, values: [Value])? {
        var reader = Reader(bytes: page[...], index: offset)
        guard let size = reader.varint(), let rowid = reader.varint(), size >= 1, size <= recordBytesMax,
            let record = content(in: page, at: reader.index, size: Int(size)), let values = Self.values(record)
        else { return nil }
        return (rowid, values)
    }

    /// The record, from its page and its chain of overflow pages.
    private func content(in page: [UInt8], at offset: Int, size: Int) -> [UInt8]? {
        let usable = image.usableSize
        let localMax = usable - 35
        var local = size
        if size > localMax {
            let localMin = (usable - 12) * 32 / 255 - 23
            let kept = localMin + (size - localMin) % (usable - 4)
            local = kept <= localMax ? kept : localMin
        }
        guard offset + local + (local < size ? 4 : 0) <= page.count else { return nil }
        var record = Array(page[offset..<offset + local])
        var next = local < size ? Self.pageNumber(page[(offset + local)...]) : 0
        while record.count < size {
            // Each step adds bytes up to `size`, so a chain that bites its tail ends too.
            guard next != 0, let overflow = image.page(next), overflow.count > 4 else { return nil }
            next = Self.pageNumber(overflow)
            record += overflow.dropFirst(4).prefix(size - record.count)
        }
        return record
    }

    private static func pageNumber(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }

    /// SQLite's record format: a header of serial types, then the values.
    private static func values(_ record: [UInt8]) -> [Value]? {
        var header = Reader(bytes: record[...], index: 0)
        guard let headerSize = header.varint(), headerSize >= 1, headerSize <= Int64(record.count) else { return nil }
        var body = Reader(bytes: record[...], index: Int(headerSize))
        var values: [Value] = []
        while header.index < Int(headerSize) {
            guard let type = header.varint(), let value = body.value(type) else { return nil }
            values.append(value)
        }
        return values
    }
}

/// Walks over bytes that may be damaged; nil is the end of them.
private struct Reader {
    let bytes: ArraySlice<UInt8>
    var index: Int

    /// SQLite's varint of up to nine bytes.
    mutating func varint() -> Int64? {
        var value: UInt64 = 0
        for place in 0..<9 {
            guard bytes.indices.contains(index) else { return nil }
            let byte = bytes[index]
            index += 1
            if place == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return Int64(bitPattern: value) }
        }
        return nil
    }

    mutating func value(_ type: Int64) -> Value? {
        switch type {
        case 0: return .null
        case 1...6: return integer([0, 1, 2, 3, 4, 6, 8][Int(type)]).map(Value.integer)
        case 7: return integer(8).map { .real(Double(bitPattern: UInt64(bitPattern: $0))) }
        case 8, 9: return .integer(type - 8)
        case 12...:
            guard let content = take(Int((type - 12) / 2)) else { return nil }
            if type & 1 == 0 { return .blob(Array(content)) }
            return validText(content).map(Value.text)
        default: return nil
        }
    }

    private mutating func integer(_ count: Int) -> Int64? {
        guard let content = take(count), let first = content.first else { return nil }
        return content.reduce(Int64(first >= 0x80 ? -1 : 0)) { $0 << 8 | Int64($1) }
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard index >= bytes.startIndex, count <= bytes.endIndex - index else { return nil }
        defer { index += count }
        return bytes[index..<index + count]
    }
}
