import Foundation
import Synchronization
import Testing

@testable import Queue

/// Takes operations and remembers them; imports every row whose id it has not seen.
final class RunnerDouble: OperationRunner {
    let operations = Mutex<[Operation]>([])
    private let known = Mutex<Set<String>>([])

    func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        operations.withLock { $0.append(operation) }
        guard case .importRows(let rows, let source, _) = operation else { return .imported(ImportReport()) }
        var report = ImportReport()
        for row in rows {
            let isNew = known.withLock { $0.insert("\(row.source ?? source)/\(row.externalID)").inserted }
            if isNew { report.imported += 1 } else { report.known += 1 }
        }
        return .imported(report)
    }

    var rows: [ImportRow] {
        operations.withLock { $0 }.flatMap { operation -> [ImportRow] in
            if case .importRows(let rows, _, _) = operation { rows } else { [] }
        }
    }
}

/// Imports a text in small batches and small chunks.
func importing(
    _ text: String, as format: ImportFormat = .csv, _ kind: ImportKind = .tickets, mapping: String? = nil,
    source: String? = "letters", batch: Int = 2, rejects: ImportRejects? = nil, runner: any OperationRunner = RunnerDouble(),
    author: String = "op"
) async throws -> ImportReport {
    try await importing(
        Array(text.utf8), as: format, kind, mapping: mapping, source: source, batch: batch, rejects: rejects, runner: runner,
        author: author)
}

func importing(
    _ bytes: [UInt8], as format: ImportFormat = .csv, _ kind: ImportKind = .tickets, mapping: String? = nil,
    source: String? = "letters", batch: Int = 2, rejects: ImportRejects? = nil, runner: any OperationRunner = RunnerDouble(),
    author: String = "op"
) async throws -> ImportReport {
    let importer = Importer(runner: runner, source: kind == .tickets ? source : nil, author: author, batchRows: batch)
    return try await importer.run(
        try ImportInput(bytes: bytes, format: format, chunkBytes: 7),
        mapping: try mapping.map { text throws(OperationProblem) in try ImportMapping(text, kind: kind) } ?? .identity(kind),
        rejects: rejects)
}

@Suite struct ImportTests {
    let mapping = "title=subject,description=detail,created_at=created_at,external_id=id"

    @Test func `rows become creations in batches, with the header mapped and a byte order mark passed over`() async throws {
        let text = """
            \u{feff}id,user,subject,created_at,detail
            7,u1,路灯不亮,2019-04-25T09:32:09+08:00,"三盏,不亮\r
            一周了"
            8,u2,垃圾成堆,2020-01-02 03:04:05,
            9,u3,噪声,,夜间施工
            """
        let runner = RunnerDouble()
        let report = try await importing(text, mapping: mapping, runner: runner)
        #expect(report.imported == 3)
        #expect(report.faultCount == 0)
        guard case .importRows(let rows, let source, let author) = runner.operations.withLock({ $0[0] }) else {
            Issue.record("no rows")
            return
        }
        #expect(runner.operations.withLock { $0.count } == 2)
        #expect(source == "letters" && author == "op")
        #expect(rows[0].texts == ["title": "路灯不亮", "description": "三盏,不亮\n一周了"])
        #expect(rows[0].externalID == "7")
        #expect(rows[0].createdAt == 1_556_155_929_000)
        #expect(rows[1].createdAt == 1_577_905_445_000)
        #expect(rows[1].line == 4)
    }

    @Test func `bad rows are named by line, column and reason, the rest goes in`() async throws {
        let long = String(repeating: "长", count: 201)
        let text = """
            external_id,title,latitude,longitude,created_at,phone,kind
            1,一,,,,,
            2,,,,,,
            ,三,,,,,
            4,四,91,10,,,
            5,五,x,10,,,
            6,六,,,昨天,,
            7,七,,
            8,"八"x,,,,,
            9,九,37.1,79.9,,0903-2512345,complaint
            10,十,37.1,,,,
            11,十一,,,,\(long),
            12,十二,,,,138\u{0}0000,
            13,十三,,,,,表扬
            """
        let report = try await importing(text)
        #expect(report.imported == 2)
        #expect(report.faults.map(\.line) == [3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14])
        #expect(
            report.faults.map(\.code) == [
                .empty, .empty, .badNumber, .badNumber, .badTime, .columnCount, .strayQuote, .halfPlace, .tooLong,
                .controlCharacter, .badWord,
            ])
        #expect(
            report.faults.map(\.field) == [
                "title", "external_id", "latitude", "latitude", "created_at", nil, nil, "latitude", "phone", "phone", "kind",
            ])
        #expect(report.faults[0].reason == "title is empty")
        #expect(report.faults[5].reason == "the row has 4 fields, the header has 7")
        #expect(report.faults[6].column == 6)
        #expect(!report.faults.contains { $0.reason.contains("四") || $0.reason.contains("昨天") || $0.reason.contains("表扬") })
    }

    @Test func `the same file twice brings nothing new, and overlapping files only what is new`() async throws {
        let runner = RunnerDouble()
        let text = "external_id,title\n1,一\n2,二\n3,三"
        #expect(try await importing(text, runner: runner).imported == 3)
        let again = try await importing(text, runner: runner)
        #expect(again.imported == 0)
        #expect(again.known == 3)
        let more = try await importing("external_id,title\n3,三\n4,四", runner: runner)
        #expect(more.imported == 1 && more.known == 1)
    }

    @Test func `a row may name its own source, and needs one if nothing else does`() async throws {
        let runner = RunnerDouble()
        let report = try await importing("source,external_id,title\nweb,1,一\n,2,二", source: nil, runner: runner)
        #expect(runner.rows.map(\.source) == ["web"])
        #expect(report.faults.map(\.code) == [.empty] && report.faults[0].field == "source")
        #expect(try await importing("source,external_id,title\nweb,1,一\n,2,二").imported == 2)
    }

    @Test func `two batches are held at most, however long the file is`() async throws {
        // Every operation waits until the test lets it go: what was read by then is what is held.
        let gate = GateRunner()
        let rows = Mutex(0)
        let given = Mutex(0)
        let line = Array("\(String(repeating: "x", count: 50)),字\n".utf8)
        let input = try ImportInput(name: "-", format: .csv, bytesTotal: nil, headBytes: 1) {
            given.withLock { count in
                count += 1
                return count == 1 ? Array("external_id,title\n".utf8) : count <= 10_001 ? line : []
            }
        }
        let importer = Importer(runner: gate, source: "s", author: "op", batchRows: 100)
        gate.heldAtMost = { rows.withLock { $0 = max($0, given.withLock { $0 } - gate.done.withLock { $0 }) } }
        let report = try await importer.run(input, mapping: .identity(.tickets))
        #expect(report.imported == 10_000)
        #expect(rows.withLock { $0 } <= 205)
    }

    @Test(arguments: [
        "title=subject", "title=subject,external_id=id,titel=x", "title=a,title=b,external_id=id", "nonsense", "",
    ])
    func `a mapping that cannot be meant is refused`(mapping: String) {
        #expect(throws: OperationProblem.self) { try ImportMapping(mapping, kind: .tickets) }
    }

    @Test func `a column that means nothing is an error that lists header and targets and says what may be meant`() async throws {
        let runner = RunnerDouble()
        let problem = await #expect(throws: OperationProblem.self) {
            try await importing("external_id,titel,detail\n1,一,二", runner: runner)
        }
        #expect(problem?.code == .badArguments)
        for part in ["did you mean title?", "external_id, titel, detail", "--map target=column", "created_at"] {
            #expect(problem?.message.contains(part) == true, "\(part)")
        }
        let misspelt = #expect(throws: OperationProblem.self) { try ImportMapping("titel=a,external_id=b", kind: .tickets) }
        #expect(misspelt?.message.contains("did you mean title?") == true)
        let missing = await #expect(throws: OperationProblem.self) {
            try await importing("id,subjekt\n1,一", mapping: "external_id=id,title=subject", runner: runner)
        }
        #expect(missing?.message.contains("did you mean subjekt?") == true)
        await #expect(throws: OperationProblem.self) { try await importing("{\"titel\":\"x\"}", as: .ndjson, runner: runner) }
        #expect(runner.operations.withLock { $0.isEmpty })
    }

    @Test func `another encoding is refused with the command that converts it`() async throws {
        let gb: [UInt8] = Array("external_id,title\n1,".utf8) + [0xc2, 0xb7, 0xb5, 0xc6, 0xb2, 0xbb, 0xc1, 0xc1]
        let problem = await #expect(throws: OperationProblem.self) { try await importing(gb) }
        #expect(problem?.message.contains("iconv -f GB18030 -t UTF-8") == true)
        let utf16 = await #expect(throws: OperationProblem.self) { try await importing([0xff, 0xfe, 0x61, 0x00]) }
        #expect(utf16?.message.contains("iconv -f UTF-16") == true)
        // A few bad bytes cost their rows alone.
        let mixed = Array("external_id,title\n1,路灯不亮\n2,".utf8) + [0xb5, 0xc6] + Array("\n3,井盖破损\n".utf8)
        let report = try await importing(mixed)
        #expect(report.imported == 2 && report.faults.map(\.code) == [.notUTF8])
    }

    @Test(arguments: ["", "a,b\n1,2", "id,id,subject,created_at,detail\n1,2,3,4,5", "\"id\nsubject"])
    func `a header that does not fit is refused before anything is done`(text: String) async {
        let runner = RunnerDouble()
        await #expect(throws: OperationProblem.self) { try await importing(text, mapping: mapping, runner: runner) }
        #expect(runner.operations.withLock { $0.isEmpty })
    }

    @Test(
        arguments: [
            ("2019-04-25T09:32:09+08:00", 1_556_155_929_000), ("2019-04-25T01:32:09Z", 1_556_155_929_000),
            ("2019-04-25 09:32:09", 1_556_155_929_000), ("2019/4/25 9:32", 1_556_155_920_000), ("1970-01-01T08:00:00", 0),
            ("2024-02-29T00:00:00.25+00:00", 1_709_164_800_250), ("2019-04-25", 1_556_121_600_000),
        ] as [(String, Int64)])
    func `times are read as sources write them`(text: String, milliseconds: Int64) {
        #expect(ImportTime.parse(text) == milliseconds)
    }

    @Test(arguments: [
        "", "yesterday", "2019-13-01", "2023-02-29", "2019-04-25T24:00:00", "2019-04-25T09:32:09+8", "2019-04-25 09:32:09 ",
    ])
    func `what is no time is none`(text: String) { #expect(ImportTime.parse(text) == nil) }

    @Test func `times are written so that they are read back`() {
        #expect(ImportTime.text(1_556_155_929_000) == "2019-04-25T09:32:09+08:00")
        #expect(ImportTime.text(1_709_164_800_250) == "2024-02-29T08:00:00.250+08:00")
        var random = SplitMix(state: 11)
        for _ in 0..<5000 {
            let time = Int64(random.next() % 4_000_000_000_000)
            #expect(ImportTime.parse(ImportTime.text(time)) == time, "seed 11, \(time)")
        }
    }

    @Test func `a batch of dispatches is CSV or one JSON object per line`() throws {
        let csv = "ticket,assignee,helper,grid,class\n20260001,li-na,sun-mei,g-1,general\n20260002,li-na,a b,,\n"
        let lines = """
            {"ticket":20260001,"assignee":"li-na","helper":"sun-mei","grid":"g-1","class":"general"}

            {"ticket":"20260002","assignee":"li-na","helper":"a b","grid":null}
            """
        let fromCSV = try SmallTables.dispatches(Array(csv.utf8))
        #expect(fromCSV.map(\.ticket) == ["20260001", "20260002"])
        #expect(fromCSV[0].deadlineClass == "general")
        #expect(fromCSV[1].helpers == ["a", "b"])
        #expect(fromCSV[1].grid == nil)
        #expect(fromCSV.map(\.line) == [2, 3])
        var fromLines = try SmallTables.dispatches(Array(lines.utf8))
        #expect(fromLines.map(\.line) == [1, 3])
        for index in fromLines.indices { fromLines[index].line = fromCSV[index].line }
        #expect(fromLines == fromCSV)
    }

    @Test(arguments: [
        "ticket,assignee,helpr\n1,2,3", "ticket\n1", "ticket,assignee\n1,", "ticket,assignee\n1,2,3", "{\"ticket\":1}",
        "{\"x\":1}",
        "{\"ticket\":1,\"assignee\":[]}", "ticket,ticket,assignee\n1,2,3",
    ])
    func `a table with a mistake is refused whole, with the line`(text: String) throws {
        let problem = #expect(throws: OperationProblem.self) { try SmallTables.dispatches(Array(text.utf8)) }
        #expect(problem?.message.hasPrefix("line ") == true)
    }
}

/// Takes one operation at a time, slowly enough for the reader to run as far ahead as it may.
final class GateRunner: OperationRunner, @unchecked Sendable {
    // `heldAtMost` is set before the first operation.
    let done = Mutex(0)
    var heldAtMost: () -> Void = {}

    func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        for _ in 0..<20 { await Task.yield() }
        heldAtMost()
        var report = ImportReport()
        if case .importRows(let rows, _, _) = operation { report.imported = rows.count }
        done.withLock { $0 += report.imported }
        return .imported(report)
    }
}
