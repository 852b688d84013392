import Changeset
import Glibc
import Testing

/// Its own process-wide peak is what is measured, so this compares bounds that lie far apart.
@Suite struct MemoryTests {
    @Test func `lengths that are only claimed take no memory`() throws {
        let header: [UInt8] = [0x54, 2, 1, 0, 0x74, 0]
        let claims: [[UInt8]] = [
            header + [18, 0, 3, 0, 4, 0x84, 0x80, 0x80, 0x80, 0], header + [18, 0, 3, 0, 3, 0x87, 0xFF, 0xFF, 0xFF, 0x7F],
            [0x54, 0x87, 0xFF, 0xFF, 0xFF, 0x7F], [0x54, 0x8F, 0x50],
        ]
        let wide = Limits(columnCountMax: .max, tableNameBytesMax: .max)
        let before = try peakAddressSpaceBytes()
        for claim in claims {
            #expect(throws: ChangesetError.self) { try Changeset(parsing: claim, limits: wide) }
            #expect(throws: ChangesetError.self) { try decodeValues(claim.dropFirst(10), count: .max) }
        }
        let grown = try peakAddressSpaceBytes() - before
        #expect(grown < 512 << 20, "the smallest claim is 1 GB or 2³¹ values; other tests run beside this one")
    }

    /// Reserved, not only touched: an allocation of 1 GB shows even if nothing is written to it.
    private func peakAddressSpaceBytes() throws -> Int {
        let file = try #require(fopen("/proc/self/status", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("VmPeak:") else { continue }
            return 1_024 * (Int(text.filter(\.isNumber)) ?? 0)
        }
        throw CancellationError()
    }
}
