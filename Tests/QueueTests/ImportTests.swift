import Synchronization
import Testing

@testable import Queue

/// Takes operations and remembers them; imports every row whose id it has not seen.
final class RunnerDouble: OperationRunner {
    let operations = Mutex<[Operation]>([])
    private let known = Mutex<Set<String>>([])

    func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        operations.withLock { $0.append(operation) }
        guard case .importRows(let rows, let source, _) = operation else { return .done }
        var report = ImportReport()
        for row in rows {
            let isNew = known.withLock { $0.insert("\(source)/\(row.externalID)").inserted }
            if isNew { report.imported += 1 } else { report.known += 1 }
        }
        return .imported(report)
    }
}

@Suite struct ImportTests {
    let mapping = "title=subject,description=detail,created_at=created_at,external_id=id"

    func run(_ text: String, mapping: String? = nil, batch: Int = 2, runner: RunnerDouble = RunnerDouble()) async throws -> (
        ImportReport, [Operation]
    ) {
        let importer = Importer(runner: runner, source: "letters", author: "wang-fang", batchRows: batch)
        let report = try await importer.run(
            CSVReader(bytes: Array(text.utf8)),
            mapping: mapping.map { text throws(OperationProblem) in try ImportMapping(text) } ?? .identity)
        return (report, runner.operations.withLock { $0 })
    }

    @Test func `rows become creations in batches, with the header mapped`() async throws {
        let text = """
            id,user,subject,created_at,detail
            7,u1,路灯不亮,2019-04-25T09:32:09+08:00,"三盏,不亮"
            8,u2,垃圾成堆,2020-01-02 03:04:05,
            9,u3,噪声,,夜间施工
            """
        let (report, operations) = try await run(text, mapping: mapping)
        #expect(report.imported == 3)
        #expect(report.faultCount == 0)
        #expect(operations.count == 2)
        guard case .importRows(let rows, let source, let author) = operations[0] else {
            Issue.record("no rows")
            return
        }
        #expect(source == "letters" && author == "wang-fang")
        #expect(rows[0].texts == ["title": "路灯不亮", "description": "三盏,不亮"])
        #expect(rows[0].externalID == "7")
        #expect(rows[0].createdAt == 1_556_155_929_000)
        #expect(rows[1].createdAt == 1_577_905_445_000)
        #expect(rows[1].line == 3)
    }

    @Test func `bad rows are named by line and reason, the rest goes in`() async throws {
        let text = """
            external_id,title,latitude,longitude,created_at
            1,一,,,
            2,,,,
            ,三,,,
            4,四,91,10,
            5,五,x,10,
            6,六,,,昨天
            7,七,,
            8,"八"x,,,
            9,九,37.1,79.9,
            """
        let (report, _) = try await run(text)
        #expect(report.imported == 2)
        #expect(report.faultCount == 7)
        #expect(report.faults.map(\.line) == [3, 4, 5, 6, 7, 8, 9])
        #expect(report.faults[0].reason == "title is empty")
        #expect(report.faults[1].reason == "external_id is empty")
        #expect(report.faults[5].reason == "the row has 4 fields, the header has 5")
        #expect(report.faults[6].column == 6)
        #expect(!report.faults.contains { $0.reason.contains("四") || $0.reason.contains("昨天") })
    }

    @Test func `the same file twice brings nothing new`() async throws {
        let runner = RunnerDouble()
        let text = "external_id,title\n1,一\n2,二\n3,三"
        #expect(try await run(text, runner: runner).0.imported == 3)
        let again = try await run(text, runner: runner).0
        #expect(again.imported == 0)
        #expect(again.known == 3)
    }

    @Test(arguments: [
        "title=subject", "title=subject,external_id=id,titel=x", "title=a,title=b,external_id=id", "nonsense", "",
    ])
    func `a mapping that cannot be meant is refused`(mapping: String) {
        #expect(throws: OperationProblem.self) { try ImportMapping(mapping) }
    }

    @Test(arguments: ["", "a,b\n1,2", "id,id,subject,created_at,detail\n1,2,3,4,5", "\"id\nsubject"])
    func `a header that does not fit is refused before anything is done`(text: String) async {
        let runner = RunnerDouble()
        await #expect(throws: OperationProblem.self) { try await run(text, mapping: mapping, runner: runner) }
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
