import Foundation
import Harness
import Testing

@Suite(.serialized) struct `The demo` {
    /// One way to break a copy of the stores for each row of the table; it must fail in that row and in no other.
    private static let breakings: [(row: String, file: String, sql: String)] = [
        (
            "I1", "device",
            "UPDATE command SET verdict = 'merged' WHERE id = (SELECT id FROM command WHERE verdict = 'applied' LIMIT 1)"
        ),
        ("I2", "given", "已拍照核对"),
        ("I3", "device", "UPDATE ticket SET title = title || '!' WHERE id = (SELECT id FROM ticket LIMIT 1)"),
        ("I6-sum", "device", "DELETE FROM command WHERE taken_back_at IS NOT NULL"),
        ("I6-words", "given", "大风后树枝压住电线，暂未伤人"),
        ("I6-lost", "device", "UPDATE conflict SET ours = 'something else'"),
        ("I8", "centre", "UPDATE journal SET author = 'nobody' WHERE seq = (SELECT max(seq) / 2 FROM journal)"),
    ]

    @Test func `every check of the demo holds, and each row can fail alone`() throws {
        let base = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(
            "gridline-demo-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: base) }
        let kept = base.appendingPathComponent("kept")
        let run = try Program.run("gridline-demo", ["run", "--keep", kept.path], in: base, seconds: 200)
        try #require(run.status == 0, "\(run.out.suffix(3000))\n\(run.err)")
        #expect(run.out.contains("all 8 checks hold"))
        let rows = Set(try Checks(folder: kept).all().map(\.id))
        #expect(rows == Set(Self.breakings.map(\.row)), "a row without a breaking, or a breaking without a row")

        for breaking in Self.breakings {
            let copy = base.appendingPathComponent("copy-\(breaking.row)")
            try FileManager.default.copyItem(at: kept, to: copy)
            try apply(breaking.file, breaking.sql, in: copy)
            let outcome = try Program.run("gridline-demo", ["check", copy.path], in: base)
            let failed = outcome.out.split(separator: "\n").filter { $0.hasPrefix("FAIL") }.map { $0.split(separator: " ")[1] }
            #expect(outcome.status == 1 && failed == [breaking.row[...]], "breaking \(breaking.row) gave: \(outcome.out)")
        }
    }

    private func apply(_ file: String, _ sql: String, in folder: URL) throws {
        switch file {
        case "centre":
            let database = try Database(folder.appendingPathComponent("centre/central.sqlite"), readOnly: false)
            try database.execute(sql)
        case "device":
            // The first device on which the change finds a row.
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).filter({ $0.hasPrefix("device-") })
                .sorted()
            {
                let database = try Database(folder.appendingPathComponent("\(name)/replica.sqlite"), readOnly: false)
                let before = try database.int("SELECT total_changes()")
                try database.execute(sql)
                if try database.int("SELECT total_changes()") > before { return }
            }
            throw HarnessError("nothing to break: \(sql)")
        default:
            let log = folder.appendingPathComponent("given.ndjson")
            let text = try String(contentsOf: log, encoding: .utf8)
            // I2: the log says that one sentence was spoken twice and the other never. I6-words: it names one that never arrived.
            let changed =
                sql == "已拍照核对"
                ? text.replacingOccurrences(of: "仓前巷西口，近菜场，已拍照核对", with: "仓前巷东口第二根灯杆，已拍照核对")
                : text.replacingOccurrences(of: sql, with: "这句话从未到达中心")
            try #require(changed != text)
            try changed.write(to: log, atomically: true, encoding: .utf8)
        }
    }
}
