import Foundation
import Testing

@testable import Queue

@Suite struct RejectsTests {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gl-rejects-\(UUID().uuidString.prefix(8))")

    func path() throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appendingPathComponent("in.csv.rejects.csv").path
    }

    func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    static let bad = """
        id,subject,when,detail
        1,一,,
        2,,,
        3,三,昨天,
        4,"四"x,,
        5,五
        6,"六,,
        7,"七, 七",2020-01-02 03:04:05,"两
        行"

        """
    let map = "external_id=id,title=subject,created_at=when,description=detail"

    @Test func `rejects can be mended and imported again, whole rows and broken ones`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let runner = RunnerDouble()
        let rejects = ImportRejects(path: try path())
        let report = try await importing(Self.bad, mapping: map, rejects: rejects, runner: runner)
        #expect(report.imported == 2)
        #expect(report.rejects == (try path()))
        let mode = try FileManager.default.attributesOfItem(atPath: try path())[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let written = try text(try path())
        #expect(
            written.hasPrefix(
                """
                reject_line,reject_column,reject_code,reject_reason,reject_raw,id,subject,when,detail
                3,subject,empty,title is empty,,2,,,
                4,when,bad-time,
                """))
        // Nothing mended: the same rows are rejected again, and nothing else.
        let again = try await importing(written, mapping: map, runner: runner)
        #expect(again.imported == 0 && again.faultCount == 5)
        #expect(again.faults.map(\.code) == report.faults.map(\.code))
        let mended = written.replacing(",2,,,\n", with: ",2,二,,\n").replacing("昨天", with: "2020-01-01")
            .replacing("4,\"\"四\"\"x,", with: "4,四,").replacing("\"5,五\"", with: "\"5,五,,\"").replacing("6,\"\"六,", with: "6,六,")
        let last = try await importing(mended, mapping: map, runner: runner)
        #expect(last.faults == [])
        #expect(last.imported == 5)
        #expect(runner.rows.map(\.externalID).sorted() == ["1", "2", "3", "4", "5", "6", "7"])
        #expect(runner.rows.first { $0.externalID == "7" }?.texts["description"] == "两\n行")
    }

    @Test func `rejects of NDJSON are its lines`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let runner = RunnerDouble()
        let rejects = ImportRejects(path: try path())
        let lines = "{\"external_id\":1,\"title\":\"一\"}\n{\"external_id\":2}\n{\"external_id\":3,\"title\":\"三\"\n"
        let report = try await importing(lines, as: .ndjson, rejects: rejects, runner: runner)
        #expect(report.imported == 1 && report.faultCount == 2)
        let mended = try text(try path()).replacing(
            "\"\"external_id\"\":2}", with: "\"\"external_id\"\":2,\"\"title\"\":\"\"二\"\"}"
        )
        .replacing("\"\"三\"\"\"", with: "\"\"三\"\"}\"")
        let last = try await importing(mended, runner: runner)
        #expect(last.faults == [])
        #expect(runner.rows.map(\.externalID).sorted() == ["1", "2", "3"])
    }

    @Test func `nothing rejected makes no file, and a file that is there is never overwritten`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try path()
        let good = try await importing("external_id,title\n1,一", rejects: ImportRejects(path: path))
        #expect(good.rejects == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        for expected in [path, folder.path + "/in.csv.rejects.2.csv", folder.path + "/in.csv.rejects.3.csv"] {
            let report = try await importing("external_id,title\n1,", rejects: ImportRejects(path: path))
            #expect(report.rejects == expected)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
    }

    @Test func `what the centre refuses is rejected with its row`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        struct Refusing: OperationRunner {
            func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
                guard case .importRows(let rows, _, _) = operation else { return .done }
                var report = ImportReport()
                for row in rows {
                    guard row.externalID == "2" else {
                        report.imported += 1
                        continue
                    }
                    report.add(ImportFault(line: row.line, code: .refused, reason: "not-now: not now"))
                }
                return .imported(report)
            }
        }
        let report = try await importing(
            "external_id,title\n1,一\n2,二\n3,三", rejects: ImportRejects(path: try path()), runner: Refusing())
        #expect(report.imported == 2)
        #expect(try text(try path()).hasSuffix("\n3,,refused,not-now: not now,,2,二\n"))
    }

    @Test func `an import that fails leaves no half file of rejects`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        struct Failing: OperationRunner {
            func run(_ operation: Operation) async throws(OperationProblem) -> Outcome {
                throw OperationProblem(.storeFailed, "full")
            }
        }
        let rejects = ImportRejects(path: try path())
        await #expect(throws: OperationProblem.self) {
            try await importing("external_id,title\n1,\n2,二\n3,三\n4,四", rejects: rejects, runner: Failing())
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
