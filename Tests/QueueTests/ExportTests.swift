import CentralStore
import Foundation
import Testing
import Tickets

@testable import Queue

@Suite struct ExportTests {
    func export(
        _ centre: CentreFixture, _ kind: ImportKind, _ format: ImportFormat, intake: Bool = false, reason: String? = nil,
        author: String? = nil, page: Int = 3
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        let question = ExportQuestion(kind, limit: page, intakeOnly: intake, reason: reason)
        _ = try await Exporter(runner: centre.operations, author: author).run(question, format: format) { bytes += $0 }
        return bytes
    }

    /// A centre that has only its first operator.
    func empty() async throws -> CentreFixture {
        let centre = try CentreFixture()
        try await centre.service.put(people: [Person(id: "op", name: "值班长", role: .operator)], by: "system")
        return centre
    }

    static let odd = ["普通", "有,逗号", "有\"引号\"", " 前后空格 ", "é与e\u{301}", "=1+1", "\u{feff}标记", "a'b;c\\d"]

    func filled() async throws -> CentreFixture {
        let centre = try await CentreFixture.staffed()
        for (index, words) in Self.odd.enumerated() {
            _ = try await centre.operations.run(
                .putPeople([PersonEntry(id: "p\(index)", name: words, role: "worker", grid: "g-1")], by: "op"))
            let unit = UnitEntry(
                id: "u\(index)", name: words, kind: "township", level: "township", parent: index > 0 ? "u0" : nil,
                leader: "p\(index)", retired: index == 3)
            _ = try await centre.operations.run(.putUnits([unit], by: "op"))
            _ = try await centre.operations.run(.putGrids([GridEntry(id: "g\(index)", name: words, parent: "g-1")], by: "op"))
        }
        return centre
    }

    @Test(arguments: ImportFormat.allCases)
    func `people, units and grids come back byte for byte`(format: ImportFormat) async throws {
        let first = try await filled()
        let second = try await empty()
        for (kind, count) in [(ImportKind.people, 12), (.units, 8), (.grids, 9)] {
            let bytes = try await export(first, kind, format)
            let report = try await importing(bytes, as: format, kind, runner: second.operations)
            #expect(report.faults == [])
            #expect(report.imported + report.known == count)
            #expect(try await export(second, kind, format, page: 100) == bytes)
            let again = try await importing(bytes, as: format, kind, runner: second.operations)
            #expect(again.imported == 0 && again.known == report.imported + report.known)
        }
    }

    /// Tickets with everything that an intake can have, from two sources and from none, some of them worked on since.
    func withTickets() async throws -> CentreFixture {
        let centre = try await filled()
        var rows: [ImportRow] = []
        for (index, words) in Self.odd.enumerated() {
            var row = ImportRow(
                line: index + 2, externalID: "x,\(index)", texts: ["title": words, "description": "\(words)\n\t第二行"])
            row.texts["name"] = words
            row.texts["phone"] = "0903-25123\(index)"
            row.texts["identity_number"] = "65320119900101\(1000 + index)"
            row.texts["kind"] = TicketKind.allCases[index % 5].rawValue
            row.texts["channel"] = "web"
            row.texts["urgency"] = index % 2 == 0 ? "urgent" : "normal"
            row.texts["category"] = "010101"
            row.texts["unit"] = "u-1"
            row.texts["grid"] = "g-1"
            row.texts["location"] = "\(words)路"
            row.texts["address"] = words
            row.latitude = 37.1 + Double(index) / 7
            row.longitude = 79.9 / Double(index + 1)
            row.createdAt = 1_556_155_929_000 + Int64(index)
            row.source = index % 2 == 0 ? "letters" : nil
            rows.append(row)
        }
        _ = try await centre.operations.run(.importRows(rows, source: "web", by: "op"))
        let number = try await centre.new("电话来的")
        _ = try await centre.acts(
            .dispatch(
                [DispatchOrder(ticket: number, assignee: "li-na", helpers: ["sun-mei"], deadlineClass: "general")], by: "op"))
        return centre
    }

    @Test(arguments: ImportFormat.allCases)
    func `what an intake of tickets can carry comes back byte for byte`(format: ImportFormat) async throws {
        let first = try await withTickets()
        let second = try await empty()
        let bytes = try await export(first, .tickets, format, intake: true, reason: "迁移", author: "op")
        let report = try await importing(bytes, as: format, source: nil, runner: second.operations)
        #expect(report.faults == [])
        #expect(report.imported == 9)
        let back = try await export(second, .tickets, format, intake: true, reason: "核对", author: "op", page: 100)
        #expect(String(decoding: back, as: UTF8.self) == String(decoding: bytes, as: UTF8.self))
        // The same again, into the new store and into the one that it came from: everything is known.
        for centre in [second, first] {
            let again = try await importing(bytes, as: format, source: nil, runner: centre.operations)
            #expect(again.known == 9 && again.imported == 0 && again.faultCount == 0)
        }
    }

    @Test func `an export of everything is imported as an intake; how far the work is stays behind`() async throws {
        let first = try await withTickets()
        let second = try await empty()
        let bytes = try await export(first, .tickets, .csv)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("dispatched") && text.contains("sun-mei") && text.contains("2019-04-25T09:32:09+08:00"))
        let report = try await importing(bytes, source: nil, runner: second.operations)
        #expect(report.imported == 9 && report.faultCount == 0)
        #expect(try await second.queue().allSatisfy { $0.state == "awaiting-dispatch" && $0.assignee == nil })
        #expect(try await export(second, .tickets, .csv, intake: true) == export(first, .tickets, .csv, intake: true))
    }

    @Test func `citizens' data comes out only for a reason, by a person of the centre, with an entry in the journal`()
        async throws
    {
        let centre = try await withTickets()
        for format in ImportFormat.allCases {
            let masked = String(decoding: try await export(centre, .tickets, format), as: UTF8.self)
            #expect(!masked.contains("0903-") && !masked.contains("653201"))
        }
        let before = try centre.store.read { try $0.state().head }
        let open = String(decoding: try await export(centre, .tickets, .csv, reason: "五月审计", author: "op"), as: UTF8.self)
        #expect(open.contains("0903-251230") && open.contains("6532011990010"))
        #expect(try centre.store.read { try $0.state().head } == before + 1)
        let cases: [(String?, String, OperationProblem.Code)] = [
            (nil, "x", .badArguments), ("op", "  ", .badArguments), ("li-na", "x", .notAllowed), ("nobody", "x", .unknownPerson),
        ]
        for (author, reason, code) in cases {
            let problem = await #expect(throws: OperationProblem.self) {
                try await export(centre, .tickets, .csv, reason: reason, author: author)
            }
            #expect(problem?.code == code)
        }
        #expect(try centre.store.read { try $0.state().head } == before + 1)
        guard case .check(let report) = try await centre.operations.run(.check) else { throw TestFailure("no report") }
        #expect(report.faults == [])
    }

    @Test func `ten thousand rows stream in and out, and a second run after a stop in the middle brings the rest`() async throws {
        let centre = try await empty()
        let lines = (0..<10_000).map { "\($0),工单 \($0),\"第 \($0) 条,内容\",2026-03-01T08:00:00+08:00" }
        let file = "external_id,title,description,created_at\n" + lines.joined(separator: "\n") + "\n"
        let runner = StoppingRunner(centre.operations, after: 7)
        await #expect(throws: OperationProblem.self) { try await importing(file, batch: 500, runner: runner) }
        let done = try await centre.queue(QueueQuestion(limit: 100_000)).count
        #expect(done == 3500)
        let report = try await importing(file, batch: 500, runner: centre.operations)
        #expect(report.known == 3500 && report.imported == 6500)
        let exported = try await export(centre, .tickets, .ndjson, intake: true, page: 1000)
        #expect(exported.split(separator: UInt8(ascii: "\n")).count == 10_000)
        guard case .check(let check) = try await centre.operations.run(.check) else { throw TestFailure("no report") }
        #expect(check.faults == [])
    }

    @Test func `a worker imports nothing`() async throws {
        let centre = try await CentreFixture.staffed()
        for (kind, text) in [
            (ImportKind.tickets, "external_id,title\n1,一"), (.people, "id,name,role\nx,y,worker"),
            (.units, "id,name,kind,level\nu,v,other,city"), (.grids, "id,name\ng,h"),
        ] {
            let problem = await #expect(throws: OperationProblem.self) {
                try await importing(text, kind, runner: centre.operations, author: "li-na")
            }
            #expect(problem?.code == .notAllowed)
        }
    }
}

/// Stops working after some operations, as a process does that is killed between two batches.
actor StoppingRunner: OperationRunner {
    private let runner: any OperationRunner
    private var left: Int

    init(_ runner: any OperationRunner, after count: Int) {
        self.runner = runner
        left = count
    }

    func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
        guard left > 0 else { throw OperationProblem(.interrupted, "gone") }
        left -= 1
        return try await runner.run(operation)
    }
}
