import Changeset
import Testing

@Suite struct ValueTests {
    @Test func `values are equal if SQLite would store the same bytes`() {
        let composed = Value.text("\u{e9}")
        let decomposed = Value.text("e\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(Value.text("q\u{323}\u{307}") != .text("q\u{307}\u{323}"))
        #expect(Value.real(0) != .real(-0.0))
        #expect(Value.real(.nan) == .real(.nan))
        #expect(Value.real(1) != .integer(1))
        #expect(Value.text("a") != .blob([0x61]))
        #expect(Value.null == .null)
        #expect(Set([Value.text("a"), .text("a"), .blob([0x61]), .integer(1), .real(1), .null, .null]).count == 5)
    }

    @Test func `a table's name is compared by its bytes`() {
        let composed = TableHeader(name: "\u{e9}", keyOrdinals: [1])
        #expect(composed != TableHeader(name: "e\u{301}", keyOrdinals: [1]))
        #expect(composed != TableHeader(name: "\u{e9}", keyOrdinals: [2]))
        #expect(Set([composed, TableHeader(name: "\u{e9}", keyOrdinals: [1])]).count == 1)
    }

    @Test func `values have the bytes of the format`() {
        let cases: [(Value?, [UInt8])] = [
            (nil, [0]), (.null, [5]),
            (.integer(-2), [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]),
            (.integer(0x0102_0304_0506_0708), [1, 1, 2, 3, 4, 5, 6, 7, 8]),
            (.real(1), [2, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0]), (.real(-0.0), [2, 0x80, 0, 0, 0, 0, 0, 0, 0]),
            (.text("é"), [3, 2, 0xC3, 0xA9]), (.text("a\u{0}"), [3, 2, 0x61, 0]), (.text(""), [3, 0]),
            (.blob([]), [4, 0]), (.blob([7]), [4, 1, 7]),
        ]
        for (value, expected) in cases {
            var bytes: [UInt8] = []
            encodeValues([value], into: &bytes)
            #expect(bytes == expected, "\(String(describing: value))")
        }
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])
    func `lengths around the varint's steps`(count: Int) throws {
        var bytes: [UInt8] = []
        encodeValues([.blob([UInt8](repeating: 1, count: count))], into: &bytes)
        let lengthBytes = bytes.count - 1 - count
        #expect(lengthBytes == (count < 128 ? 1 : count < 16_384 ? 2 : count < 2_097_152 ? 3 : 4))
        #expect(try decodeValues(bytes, count: 1) == [.blob([UInt8](repeating: 1, count: count))])
    }

    @Test func `rows of values come back, and every cut is truncated at the value it cuts`() throws {
        let seed: UInt64 = 4_711
        var generator = SeededGenerator(seed: seed)
        for index in 0..<300 {
            let note = Comment(rawValue: "row \(index) of seed \(seed)")
            var bytes: [UInt8] = []
            var starts: [Int] = []
            var values: [Value?] = []
            for _ in 0..<generator.below(7) {
                let value: Value? = generator.oneIn(5) ? nil : generator.oneIn(5) ? .null : generator.value(for: .untyped)
                starts.append(bytes.count)
                values.append(value)
                encodeValues([value], into: &bytes)
            }
            try #require(decodeValues(bytes, count: values.count) == values, note)
            for cut in bytes.indices {
                let start = starts.last { $0 <= cut } ?? 0
                let result = Result { () throws(ChangesetError) in try decodeValues(bytes[..<cut], count: values.count) }
                try #require(result == .failure(.truncated(offset: start)), "cut \(cut), \(note)")
            }
        }
    }

    @Test func `too few, too many and absurd counts of values`() {
        #expect(throws: ChangesetError.trailingBytes(offset: 1)) { try decodeValues([5, 5], count: 1) }
        #expect(throws: ChangesetError.trailingBytes(offset: 0)) { try decodeValues([5], count: 0) }
        #expect(throws: ChangesetError.trailingBytes(offset: 0)) { try decodeValues([5], count: -1) }
        #expect(throws: ChangesetError.truncated(offset: 2)) { try decodeValues([5, 5], count: .max) }
    }

    @Test func `a part of an array counts its offsets from its own first byte`() throws {
        let bytes: [UInt8] = [9, 9, 9, 5, 3, 4, 0x61]
        #expect(throws: ChangesetError.truncated(offset: 1)) { try decodeValues(bytes[3...], count: 2) }
        let changeset = Changeset(changes: [Change(table: "t", keyOrdinals: [1], operation: .insert, new: [.integer(1)])])
        let framed = [1, 2, 3] + changeset.serialized() + [4]
        #expect(try Changeset(parsing: framed[3..<framed.count - 1]) == changeset)
        #expect(throws: ChangesetError.badOperation(offset: changeset.serialized().count)) {
            try Changeset(parsing: framed[3...])
        }
    }

    @Test func `a NaN is written as NULL, as SQLite does`() throws {
        var bytes: [UInt8] = []
        encodeValues([.real(.nan), .real(.signalingNaN)], into: &bytes)
        #expect(bytes == [5, 5])
    }
}
