import Foundation
import Testing

@testable import Queue

@Suite struct NDJSONTests {
    func read(_ text: String) -> NDJSONItem { NDJSONReader.read(Array(text.utf8), line: 1) }

    @Test func `texts, numbers, words and null; numbers as they are written`() {
        #expect(
            read(#" {"a":"路灯","b": 12345678901234567890 ,"c":-1.50e+3,"d":true,"e":null,"f":""} "#)
                == .object(
                    line: 1, [("a", "路灯"), ("b", "12345678901234567890"), ("c", "-1.50e+3"), ("d", "true"), ("f", "")]))
        #expect(read("{}") == .object(line: 1, []))
    }

    @Test func `every escape, and characters beyond the first plane`() {
        #expect(
            read(#"{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00x"}"#)
                == .object(line: 1, [("a", "\"\\/\u{8}\u{c}\n\r\té😀x")]))
    }

    @Test(
        arguments: [
            ("[1]", 1), ("{\"a\":1", 7), ("{\"a\" 1}", 6), ("{\"a\":1,}", 8), ("{a:1}", 2), ("{\"a\":[1]}", 6), ("{\"a\":{}}", 6),
            ("{\"a\":01}", 6), ("{\"a\":+1}", 6), ("{\"a\":1.}", 6), ("{\"a\":nul}", 6), ("{\"a\":\"x}", 6),
            ("{\"a\":\"\\x\"}", 7),
            ("{\"a\":\"\\ud83d\"}", 7), ("{\"a\":\"\\u12g4\"}", 11), ("{\"路\":1,\"路\":2}", 8), ("{\"a\":1} x", 9),
            ("{\"a\":\"\t\"}", 7),
        ])
    func `what is no flat object is refused with its column`(text: String, column: Int) {
        guard case .fault(let fault) = read(text) else {
            Issue.record("taken: \(text)")
            return
        }
        #expect(fault.column == column, "\(text): \(fault.reason)")
        #expect(fault.code == .notJSON)
    }

    @Test func `random bytes never trap, and what Foundation reads is read the same`() {
        var random = SplitMix(state: 3)
        let pieces = ["{", "}", "\"", ":", ",", "a", "\\", "u00e9", "1", "-", ".", "e", "null", "路", " ", "[", "\u{1}"]
        for _ in 0..<20_000 {
            let inner = (0..<(random.next() % 8)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            for text in [inner, "{\"k\":\(inner)}"] {
                let data = Data(text.utf8)
                guard case .object(_, let pairs) = read(text) else { continue }
                let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
                #expect(object != nil, "seed 3: \(text)")
                for (name, value) in pairs where object?[name] is String {
                    #expect(object?[name] as? String == value, "seed 3: \(text)")
                }
            }
        }
    }

    @Test func `lines are read in any chunks, with a byte order mark, blank lines and either line end`() throws {
        let text = "\u{feff}{\"a\":1}\r\n\n  \n{\"a\":\"二\"}\n{\n{\"a\":\"\(String(repeating: "x", count: 60))\"}\n{\"a\":3}"
        var all: [[NDJSONItem]] = []
        for size in [1, 2, 3, 7, 1000] {
            var rest = Array(text.utf8)[...]
            var reader = NDJSONReader(lineBytesMax: 40) {
                defer { rest = rest.dropFirst(size) }
                return Array(rest.prefix(size))
            }
            var items: [NDJSONItem] = []
            while let item = try reader.next() { items.append(item) }
            all.append(items)
        }
        #expect(all.allSatisfy { $0 == all[0] })
        let lines = all[0].map { item -> String in
            switch item {
            case .object(let line, let pairs): "\(line) \(pairs.map(\.text))"
            case .fault(let fault): "\(fault.line) \(fault.code.rawValue)"
            }
        }
        #expect(lines == ["1 [\"1\"]", "4 [\"二\"]", "5 not-json", "6 too-long", "7 [\"3\"]"])
    }

    @Test func `lines become the same rows as a CSV file's`() async throws {
        let lines = """
            {"id":7,"subject":"路灯不亮","latitude":37.5,"longitude":79.9,"more":"x"}
            {"id":"8","subject":"垃圾成堆","created_at":"2020-01-02 03:04:05","detail":null}
            {"id":"9"}
            nonsense
            """
        let runner = RunnerDouble()
        let map = "external_id=id,title=subject,description=detail,created_at=created_at,latitude=latitude,longitude=longitude"
        let report = try await importing(lines, as: .ndjson, mapping: map, runner: runner)
        #expect(runner.rows.map(\.externalID) == ["7", "8"])
        #expect(runner.rows[0].latitude == 37.5 && runner.rows[1].createdAt == 1_577_905_445_000)
        #expect(report.faults.map(\.code) == [.empty, .notJSON])
        #expect(report.faults.map(\.line) == [3, 4])
    }
}
