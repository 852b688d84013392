import Foundation
import Logging
import Synchronization
import Testing

@testable import Telemetry

@Suite struct LogTests {
    final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func logger(_ format: LogFormat, _ lines: Lines) -> Logger {
        Logger(label: "gridline-server") { _ in
            LineLogHandler(format, level: .info, clock: { 1_772_413_200_123 }) { line in lines.all.withLock { $0.append(line) } }
        }
    }

    @Test func `a line is one JSON object with fixed keys, numbers as numbers`() throws {
        let lines = Lines()
        logger(.json, lines).info(
            "request",
            metadata: [
                "status": .stringConvertible(200), "route": "/v1/sync", "ms": .stringConvertible(1.5),
                "title": "井盖缺失 13800000000", "hb.request.id": "1",
            ], source: "SyncHTTP")
        let line = try #require(lines.all.withLock { $0.first })
        #expect(
            line == "{\"time\":\"2026-03-02T01:00:00.123Z\",\"level\":\"info\",\"event\":\"request\",\"route\":\"/v1/sync\","
                + "\"status\":200,\"ms\":1.5}\n")
    }

    @Test func `a value cannot end its line or its string`() throws {
        let lines = Lines()
        logger(.json, lines).warning("fault", metadata: ["error": "a\"b\\c\nd\u{2028}e\u{1}"], source: "SyncHTTP")
        let line = try #require(lines.all.withLock { $0.first })
        #expect(line.dropLast().allSatisfy { !$0.isNewline } && line.last == "\n")
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        #expect(object?["error"] == "a\"b\\c\nd\u{2028}e\u{1}")
    }

    @Test func `of a library's event only name and level are written, from warning on`() {
        let lines = Lines()
        logger(.text, lines).info("read 13800000000", source: "Hummingbird")
        logger(.text, lines).error("read 13800000000", metadata: ["error": "李娜"], source: "Hummingbird")
        #expect(lines.all.withLock { $0 } == ["2026-03-02T01:00:00.123Z error library Hummingbird\n"])
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (1_798_761_599_999, "2026-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ])
    func `times are RFC 3339 in UTC`(milliseconds: Int64, text: String) {
        #expect(LineLogHandler.time(milliseconds) == text)
    }
}
