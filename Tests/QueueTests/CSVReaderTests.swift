import Testing

@testable import Queue

@Suite struct CSVReaderTests {
    /// Everything a reader gives, whatever the size of the chunks it is fed.
    func read(_ text: String, chunk: Int? = nil, max: Int = 4 << 20) throws -> [CSVItem] {
        try read(Array(text.utf8), chunk: chunk, max: max)
    }

    func read(_ bytes: [UInt8], chunk: Int? = nil, max: Int = 4 << 20) throws -> [CSVItem] {
        var rest = bytes[...]
        let size = chunk ?? Swift.max(bytes.count, 1)
        var reader = CSVReader(recordBytesMax: max) {
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
        var items: [CSVItem] = []
        while let item = try reader.next() { items.append(item) }
        return items
    }

    func row(_ line: Int, _ fields: String...) -> CSVItem { .record(CSVRecord(line: line, fields: fields)) }
    func fault(_ line: Int, _ column: Int, _ kind: CSVFault.Kind) -> CSVItem {
        .fault(CSVFault(line: line, column: column, kind: kind))
    }

    @Test func `fields, quotes, doubled quotes and line breaks inside quotes`() throws {
        let text = "a,b,c\r\n1,\"x, \"\"y\"\"\",\"two\r\nlines\"\r\n,,\n\"\",\"\",last"
        #expect(
            try read(text) == [
                row(1, "a", "b", "c"), row(2, "1", "x, \"y\"", "two\r\nlines"), row(4, "", "", ""), row(5, "", "", "last"),
            ])
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `every line end counts as one line, and the last may be missing`(end: String) throws {
        #expect(try read("a,b\(end)c,d\(end)\(end)e,f") == [row(1, "a", "b"), row(2, "c", "d"), row(4, "e", "f")])
        #expect(try read("a,b\(end)c,d\(end)") == [row(1, "a", "b"), row(2, "c", "d")])
    }

    @Test func `nothing, blank lines and a byte order mark alone are no rows`() throws {
        #expect(try read("").isEmpty)
        #expect(try read("\n\r\n\n").isEmpty)
        #expect(try read([0xef, 0xbb, 0xbf]).isEmpty)
        #expect(try read([0xef, 0xbb, 0xbf] + Array("a,b".utf8)) == [row(1, "a", "b")])
    }

    @Test func `a stray quote costs its line, with line and column`() throws {
        #expect(
            try read("a,b\n1,夜间\"施工\nc,d\n\"x\"y,2\ne,f") == [
                row(1, "a", "b"), fault(2, 5, .strayQuote), row(3, "c", "d"), fault(4, 4, .strayQuote), row(5, "e", "f"),
            ])
    }

    @Test func `a quote that is never closed costs its own line, not the file`() throws {
        #expect(
            try read("a,b\n1,\"xx\ny,y\nz,z") == [
                row(1, "a", "b"), fault(2, 3, .unterminatedQuote), row(3, "y", "y"), row(4, "z", "z"),
            ])
        // One that ends at somebody else's quote, and one that ends at the limit.
        #expect(
            try read("a,b\r\n1,\"xx\r\ny,y\r\n3,\"z\"\r\n4,w") == [
                row(1, "a", "b"), fault(2, 3, .unterminatedQuote), row(3, "y", "y"), row(4, "3", "z"), row(5, "4", "w"),
            ])
        let long = (0..<10).map { "\($0),xxxxxxxx" }.joined(separator: "\n")
        let items = try read("a,b\n1,\"xx\n\(long)", max: 40)
        #expect(items.count == 12)
        #expect(items[1] == fault(2, 3, .unterminatedQuote))
        #expect(items[11] == row(12, "9", "xxxxxxxx"))
    }

    @Test func `the row as it stands in the file can be had, broken or whole`() throws {
        var reader = CSVReader(bytes: Array("a,b\r\n1,夜\"x\r\n2,\"y\nz\"\n3,\"open\n4,w".utf8))
        var raws: [String] = []
        while try reader.next() != nil { raws.append(String(decoding: reader.rawRow(bytesMax: 100) ?? [], as: UTF8.self)) }
        #expect(raws == ["a,b", "1,夜\"x", "2,\"y\nz\"", "3,\"open", "4,w"])
        #expect(reader.rawRow(bytesMax: 2) == nil)
    }

    @Test func `many quotes that are never closed take bounded time, and no row twice`() throws {
        let text = "a,b\n" + (0..<3000).map { "\($0),\"open" }.joined(separator: "\n")
        let items = try read(text, chunk: 4096)
        #expect(items.count == 3001)
        #expect(items.dropFirst().allSatisfy { if case .fault = $0 { true } else { false } })
    }

    @Test func `a field that is not UTF-8 costs its row`() throws {
        let bytes = Array("a,b\n1,".utf8) + [0xd6, 0xd0] + Array("\nc,d\n".utf8)
        #expect(try read(bytes) == [row(1, "a", "b"), fault(2, 3, .invalidUTF8), row(3, "c", "d")])
    }

    @Test func `a row beyond the limit costs itself and bounded memory, quoted or not, and commas count`() throws {
        let long = String(repeating: "x", count: 50)
        let commas = String(repeating: ",", count: 50)
        for bad in [long, "\"\(long)\"", commas] {
            #expect(
                try read("a,b\n\(bad),1\nc,d", max: 20) == [row(1, "a", "b"), fault(2, 0, .tooLong(limit: 20)), row(3, "c", "d")])
        }
    }

    @Test func `the size of the chunks changes nothing`() throws {
        let text = "\u{feff}id,文\r\n1,\"多\r\n行，\"\"引号\"\"\"\r\n2,\"坏\"x\r\n\r\n3,好"
        let whole = try read(text)
        #expect(whole.count == 4)
        for chunk in 1...text.utf8.count { #expect(try read(text, chunk: chunk) == whole) }
    }

    @Test func `random bytes never trap, and rows never overlap`() throws {
        var random = SplitMix(state: 20_260_731)
        let alphabet: [UInt8] = [0x22, 0x2c, 0x0a, 0x0d, 0x61, 0xe5, 0xa4, 0x9c, 0x00]
        for _ in 0..<2000 {
            let bytes = (0..<Int(random.next() % 60)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            let whole = try read(bytes)
            #expect(try read(bytes, chunk: 1) == whole, "seed 20260731, bytes \(bytes)")
            let lines = whole.map { item in
                switch item {
                case .record(let record): record.line
                case .fault(let fault): fault.line
                }
            }
            #expect(lines == lines.sorted(), "seed 20260731, bytes \(bytes)")
        }
    }

    @Test func `what is written by the rules is read back`() throws {
        var random = SplitMix(state: 7)
        let pieces = ["a", "\"", ",", "\n", "\r\n", " ", "城", "，", "", "\t"]
        for _ in 0..<500 {
            let rows = (0..<(1 + random.next() % 5)).map { _ in
                (0..<3).map { _ in
                    (0..<(random.next() % 5)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
                }
            }
            let text = rows.map { fields in
                fields.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
            }.joined(separator: "\r\n")
            let fields = try read(text).map { item -> [String] in
                guard case .record(let record) = item else { return [] }
                return record.fields
            }
            #expect(fields == rows, "seed 7")
        }
    }
}

/// A small seeded generator.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
