import Changeset
import Testing

/// Bytes that nobody vouches for: an error with its place, never a trap, a hang or memory that the bytes do not pay for.
@Suite struct HostileTests {
    /// A table `t` of two columns, the first its key.
    private static let header: [UInt8] = [0x54, 2, 1, 0, 0x74, 0]

    @Test(
        arguments: [
            ("a patchset", [0x50, 1, 1, 0x74, 0], .patchset(offset: 0)),
            ("a patchset after a table", header + [0x50, 1], .patchset(offset: 6)),
            ("no columns", [0x54, 0, 0x74, 0], .badTableHeader(offset: 0)),
            ("255 columns, none there", [0x54, 0x81, 0x7F], .truncated(offset: 0)),
            ("more columns than allowed", [0x54, 0x8F, 0x51], .limitExceeded(.columns, offset: 0, max: 2_000)),
            ("2³¹ columns", [0x54, 0x88, 0x80, 0x80, 0x80, 0], .badVarint(offset: 1)),
            ("2³¹-1 columns", [0x54, 0x87, 0xFF, 0xFF, 0xFF, 0x7F], .limitExceeded(.columns, offset: 0, max: 2_000)),
            ("a varint of nine bytes", [0x54] + [UInt8](repeating: 0xFF, count: 9), .badVarint(offset: 1)),
            ("a varint longer than it needs to be", [0x54, 0x80, 1, 1, 0x74, 0], .badVarint(offset: 1)),
            ("a table without key", [0x54, 2, 0, 0, 0x74, 0, 9], .badTableHeader(offset: 0)),
            ("a name without end", [0x54, 1, 1, 0x74, 0x74], .truncated(offset: 0)),
            (
                "a name beyond the limit", [0x54, 1, 1] + [UInt8](repeating: 0x74, count: 1_025),
                .limitExceeded(.tableNameBytes, offset: 0, max: 1_024)
            ),
            ("a name that is not UTF-8", [0x54, 1, 1, 0xFF, 0, 9], .invalidUTF8(offset: 3)),
            ("a table without changes at the end", header, .truncated(offset: 0)),
            ("a table without changes before another", header + header + [9, 0, 5, 5], .badTableHeader(offset: 0)),
            ("a change before any table", [9, 0, 5], .badOperation(offset: 0)),
            ("an unknown operation", header + [17, 0], .badOperation(offset: 6)),
            ("a flag of 2", header + [9, 2], .badIndirectFlag(offset: 7)),
            ("an unknown type", header + [9, 0, 6], .badValueType(offset: 8)),
            ("no value in an insert", header + [18, 0, 3, 0, 0], .undefinedValue(offset: 10)),
            ("no value in a delete", header + [9, 0, 3, 0, 0], .undefinedValue(offset: 10)),
            ("no key in an update", header + [23, 0, 0], .undefinedValue(offset: 8)),
            ("NULL as key of an insert", header + [18, 0, 5], .nullKey(offset: 8)),
            ("NULL as key of an update", header + [23, 0, 5], .nullKey(offset: 8)),
            ("a value before and none after", header + [23, 0, 3, 0, 5, 0, 0], .unpairedValue(offset: 12)),
            ("a value after and none before", header + [23, 0, 3, 0, 0, 0, 5], .unpairedValue(offset: 12)),
            ("a NaN", header + [18, 0, 3, 0, 2, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0], .notANumber(offset: 10)),
            ("text that is not UTF-8", header + [18, 0, 3, 0, 3, 1, 0xFF], .invalidUTF8(offset: 10)),
            ("half a surrogate pair", header + [18, 0, 3, 3, 0xED, 0xA0, 0x80, 5], .invalidUTF8(offset: 8)),
            ("a blob of 1 GB", header + [18, 0, 3, 0, 4, 0x84, 0x80, 0x80, 0x80, 0, 1], .truncated(offset: 6)),
            ("a blob of 2³¹-1 bytes", header + [18, 0, 3, 0, 4, 0x87, 0xFF, 0xFF, 0xFF, 0x7F], .truncated(offset: 6)),
            ("a blob of 2³¹ bytes", header + [18, 0, 3, 0, 4, 0x88, 0x80, 0x80, 0x80, 0], .badVarint(offset: 11)),
        ] as [(String, [UInt8], ChangesetError)])
    func `refused with its place`(name: String, bytes: [UInt8], expected: ChangesetError) {
        #expect(throws: expected) { try Changeset(parsing: bytes) }
    }

    @Test func `a reader repeats its error`() {
        var reader = ChangesetReader(Self.header + [9, 0, 3, 0, 5, 17, 9])
        #expect(throws: Never.self) { try reader.next() }
        for _ in 0..<3 {
            #expect(throws: ChangesetError.badOperation(offset: 11)) { try reader.next() }
        }
    }

    @Test func `limits on bytes and changes`() throws {
        let record: [UInt8] = [9, 0, 3, 0, 5]
        let bytes = Self.header + record + record + record
        #expect(try Changeset(parsing: bytes, limits: Limits(bytesMax: bytes.count, changeCountMax: 3)).changes.count == 3)
        #expect(throws: ChangesetError.limitExceeded(.changes, offset: 16, max: 2)) {
            try Changeset(parsing: bytes, limits: Limits(changeCountMax: 2))
        }
        #expect(throws: ChangesetError.limitExceeded(.bytes, offset: 20, max: 20)) {
            try Changeset(parsing: bytes, limits: Limits(bytesMax: 20))
        }
    }

    @Test func `100,000 damaged changesets: read within bounds, or an error within the input`() throws {
        let seed: UInt64 = 2_026
        var generator = SeededGenerator(seed: seed)
        var recorder = try Recorder(seed: seed)
        var (accepted, codes, readWorst) = (0, [String: Int](), 0.0)
        var other: [UInt8] = []
        for index in 0..<2_500 {
            let (bytes, _) = try recorder.next()
            for round in 0..<40 {
                let damaged = damage(bytes, other, &generator)
                let note = Comment(rawValue: "changeset \(index), round \(round), seed \(seed)")
                var readCount = 0
                let result = Result { () throws(ChangesetError) in
                    try Changeset(parsing: damaged[...], limits: .default, readCount: &readCount)
                }
                readWorst = max(readWorst, Double(readCount) / Double(max(1, damaged.count)))
                switch result {
                case .success(let changeset):
                    accepted += 1
                    let written = changeset.serialized()
                    try #require(written.count <= damaged.count, note)
                    try #require(Changeset(parsing: written) == changeset, note)
                    let inverse = changeset.inverted()
                    try #require(Changeset(parsing: inverse.serialized()) == inverse, note)
                case .failure(let error):
                    codes[error.code, default: 0] += 1
                    try #require((0...damaged.count).contains(error.offset), note)
                }
            }
            other = bytes
        }
        let counts = codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print("seed \(seed): \(accepted) accepted, refused as \(counts); at most \(readWorst) reads per byte")
        #expect(readWorst <= 2)
        #expect(accepted > 1_000)
        #expect(codes.count >= 8)
    }

    private func damage(_ bytes: [UInt8], _ other: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...generator.below(3) where !bytes.isEmpty {
            let place = generator.below(bytes.count)
            switch generator.below(8) {
            case 0...2: bytes[place] ^= 1 << UInt8(generator.below(8))
            case 3: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 4: bytes.insert(generator.pick([0, 1, 5, 9, 18, 23, 0x50, 0x54, 0x80, 0xFF]), at: place)
            case 5: bytes.remove(at: place)
            case 6: bytes.insert(contentsOf: [UInt8](repeating: 0xFF, count: 1 + generator.below(10)), at: place)
            default:
                guard !other.isEmpty else { continue }
                bytes.insert(contentsOf: other[generator.below(other.count)...].prefix(40), at: place)
            }
        }
        return bytes
    }

    @Test func `errors have codes of their own, say what to do, and quote nothing`() {
        let errors: [ChangesetError] = [
            .truncated(offset: 7), .patchset(offset: 7), .badTableHeader(offset: 7), .badOperation(offset: 7),
            .badIndirectFlag(offset: 7), .badValueType(offset: 7), .badVarint(offset: 7), .undefinedValue(offset: 7),
            .nullKey(offset: 7), .unpairedValue(offset: 7), .notANumber(offset: 7), .invalidUTF8(offset: 7),
            .trailingBytes(offset: 7), .limitExceeded(.bytes, offset: 7, max: 7),
        ]
        #expect(Set(errors.map(\.code)).count == errors.count)
        for error in errors {
            #expect(error.offset == 7)
            #expect(error.description.hasPrefix(error.code + " "))
            #expect(error.description.contains("at byte 7. "))
        }
    }
}
