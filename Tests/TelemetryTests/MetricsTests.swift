import CentralStore
import CentralStoreSQLite
import Foundation
import SyncService
import Synchronization
import Testing
import Tickets

@testable import Telemetry

/// A stopwatch that a test moves.
final class Stopwatch: Sendable {
    private let time = Mutex<UInt64>(1_000_000_000_000)
    var now: UInt64 { time.withLock { $0 } }
    func advance(milliseconds: Double) { time.withLock { $0 += UInt64(milliseconds * 1e6) } }
}

@Suite struct MetricsTests {
    let watch = Stopwatch()
    let metrics: ServerMetrics

    init() {
        let watch = watch
        metrics = ServerMetrics(routes: ["/v1/sync", "/healthz"], clock: { watch.now })
    }

    private func lines() async -> [String] {
        let build = BuildInfo(version: "1.2.3", schema: "2", wire: "1")
        return await metrics.text(build: build, store: nil).split(separator: "\n").map(String.init)
    }

    @Test func `a batch is timed from its beginning, and COMMIT from the writing`() async {
        metrics.batchBegan(requests: 3, commands: 40)
        watch.advance(milliseconds: 30)
        metrics.batchWritten()
        watch.advance(milliseconds: 4)
        metrics.batchEnded(isCommitted: true)
        metrics.batchBegan(requests: 1, commands: 1)
        metrics.batchEnded(isCommitted: false)
        let lines = await lines()
        for expected in [
            "gridline_commit_duration_seconds_bucket{le=\"0.025\"} 0", "gridline_commit_duration_seconds_bucket{le=\"0.05\"} 1",
            "gridline_commit_duration_seconds_sum 0.034", "gridline_commit_duration_seconds_count 1",
            "gridline_commit_sync_duration_seconds_bucket{le=\"0.0025\"} 0",
            "gridline_commit_sync_duration_seconds_bucket{le=\"0.005\"} 1",
            "gridline_commit_batch_requests_sum 3", "gridline_commit_batch_commands_bucket{le=\"20\"} 0",
            "gridline_commit_batch_commands_bucket{le=\"50\"} 1", "gridline_commit_failures_total 1",
        ] { #expect(lines.contains(expected), "\(expected) is missing") }
    }

    @Test func `what is not in a label's list counts as other, so that series are bounded`() async {
        for kind in ["resolve", "resolve", "王磊 13800000000", "\"\n"] { metrics.judged(.held, kind: kind, count: 1) }
        for route in ["/v1/sync", "/13800000000", nil] {
            metrics.requestBegan()
            metrics.requestEnded(route: route, status: 299, nanoseconds: 700_000, receivedBytes: 10, sentBytes: 20)
        }
        let text = await lines().joined(separator: "\n")
        #expect(text.contains("gridline_commands_judged_total{verdict=\"held\",kind=\"resolve\"} 2"))
        #expect(text.contains("gridline_commands_judged_total{verdict=\"held\",kind=\"other\"} 2"))
        #expect(text.contains("gridline_http_request_duration_seconds_count{route=\"/v1/sync\",status=\"other\"} 1"))
        #expect(text.contains("gridline_http_request_duration_seconds_count{route=\"other\",status=\"other\"} 2"))
        #expect(text.contains("gridline_http_request_body_bytes_total{route=\"other\"} 20"))
        #expect(!text.contains("13800000000") && !text.contains("王"))
    }

    @Test func `every verdict, decision and reason has its series`() async {
        for verdict in Verdict.allCases {
            for kind in CommandKind.allCases { metrics.judged(verdict, kind: kind.rawValue, count: 1) }
        }
        for decision in HeldDecision.allCases { metrics.decided(decision) }
        for reason in ShedReason.allCases { metrics.shed(reason) }
        metrics.repeated(count: 5)
        let lines = await lines()
        for verdict in Verdict.allCases {
            for kind in CommandKind.allCases {
                let series = "gridline_commands_judged_total{verdict=\"\(verdict)\",kind=\"\(kind.rawValue)\"} 1"
                #expect(lines.contains(series))
            }
        }
        for decision in HeldDecision.allCases {
            #expect(lines.contains("gridline_held_decisions_total{decision=\"\(decision)\"} 1"))
        }
        for reason in ShedReason.allCases {
            #expect(lines.contains("gridline_requests_shed_total{reason=\"\(reason.rawValue)\"} 1"))
        }
        #expect(lines.contains("gridline_commands_repeated_total 5"))
        #expect(metrics.traffic.judgedCount == UInt64(Verdict.allCases.count * CommandKind.allCases.count))
    }

    @Test func `the last minute's rate and quantiles forget what is older`() {
        for number in 1...600 {
            metrics.requestBegan()
            let slow = number % 50 == 0
            metrics.requestEnded(
                route: "/v1/sync", status: 200, nanoseconds: slow ? 400_000_000 : 4_000_000, receivedBytes: 0, sentBytes: 0)
            watch.advance(milliseconds: 50)
        }
        let busy = metrics.traffic
        #expect(abs(busy.requestsPerSecond - 20) < 2)
        #expect(abs((busy.p50Milliseconds ?? 0) - 4) < 0.5)
        #expect(abs((busy.p99Milliseconds ?? 0) - 400) < 40)
        watch.advance(milliseconds: 70_000)
        #expect(metrics.traffic.requestsPerSecond == 0)
        #expect(metrics.traffic.p99Milliseconds == nil)
        #expect(metrics.traffic.openRequestCount == 0)
    }

    @Test func `a store's figures come from its rows, and are read once in five seconds`() async throws {
        let folder = NSTemporaryDirectory() + "gridline-telemetry-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let now: Milliseconds = 1_772_413_200_000
        let store = try SQLiteCentralStore.create(
            at: folder + "/central.sqlite", incarnation: Incarnation(bytes: [UInt8](repeating: 7, count: 16))!, time: now,
            author: systemAuthor, salt: [UInt8](repeating: 0, count: 16))
        defer { try? store.close() }
        try store.write { transaction in
            for number in 1...4 {
                var device = DeviceRecord(
                    replica: ReplicaID(bytes: [UInt8](repeating: UInt8(number), count: 16))!, person: "li-na",
                    serial: UInt64(number), publicKey: [UInt8](repeating: 1, count: 32), certificate: [1], enrolledAt: now,
                    epoch: 1, chainHead: [UInt8](repeating: 0, count: 32))
                device.base = number == 4 ? nil : 0
                device.lastContact = now - Int64(number) * 3_600_000
                device.unsent = number == 2 ? 7 : 0
                device.oldestUnsentAt = number == 2 ? now - 2 * 86_400_000 : nil
                if number == 3 { device.revokedAt = now }
                var entry = JournalDraft(at: now, author: systemAuthor, kind: .enrol, salt: [UInt8](repeating: 2, count: 16))
                entry.device = device
                _ = try transaction.append(WriteBatch(entries: [entry]))
            }
        }
        let watch = watch
        let gauges = StoreGauges(store, path: folder + "/central.sqlite", clock: { now }, stopwatch: { watch.now })
        let build = BuildInfo(version: "1", schema: "2", wire: "1")
        let text = await metrics.text(build: build, store: gauges)
        for expected in [
            "gridline_devices{state=\"good\"} 3", "gridline_devices{state=\"revoked\"} 1",
            "gridline_devices_heard{within=\"1h\"} 1", "gridline_devices_heard{within=\"1d\"} 3",
            "gridline_device_lag_max_entries 5", "gridline_devices_lagging{over_entries=\"0\"} 2",
            "gridline_devices_lagging{over_entries=\"10\"} 0", "gridline_unsent_commands 7", "gridline_devices_with_unsent 1",
            "gridline_oldest_unsent_age_seconds 172800", "gridline_devices_unsent_older{than=\"1d\"} 1",
            "gridline_devices_unsent_older{than=\"7d\"} 0", "gridline_held_commands 0", "gridline_journal_head_entries 5",
            "gridline_store_readable 1",
        ] { #expect(text.contains(expected + "\n"), "\(expected) is missing") }
        try store.close()
        #expect(await metrics.text(build: build, store: gauges).contains("gridline_store_readable 1\n"))
        watch.advance(milliseconds: 5001)
        let closed = await metrics.text(build: build, store: gauges)
        #expect(closed.contains("gridline_store_readable 0\n"))
        #expect(!closed.contains("gridline_devices{"))
    }
}
