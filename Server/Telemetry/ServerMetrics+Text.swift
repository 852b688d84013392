import CentralStore
import Tickets

/// What a build is, as a metric's labels.
public struct BuildInfo: Hashable, Sendable {
    /// The release.
    public var version: String
    /// The schema version that it writes.
    public var schema: String
    /// The version of the wire.
    public var wire: String

    /// A build.
    public init(version: String, schema: String, wire: String) {
        self.version = version
        self.schema = schema
        self.wire = wire
    }
}

extension ServerMetrics {
    /// The content type of `text`.
    public static var contentType: String { Exposition.contentType }

    /// Everything, as Prometheus reads it.
    ///
    /// - Parameter store: The store's own figures; where they cannot be read, only `gridline_store_readable 0` says so.
    public func text(build: BuildInfo, store: StoreGauges?) async -> String {
        var text = Exposition()
        text.family("gridline_build_info", "gauge", "The running release; always 1.")
        text.sample(
            "gridline_build_info", [("version", build.version), ("schema", build.schema), ("wire", build.wire)], 1)
        write(process: .now(), to: &text)
        for histograms in [requests, batchDurations, syncDurations, batchRequests, batchCommands] { text.histograms(histograms) }
        for counters in [
            receivedBytes, sentBytes, openedConnections, shedRequests, judgedCommands, repeatedCommands, heldDecisions,
            alarms, failedCommits,
        ] { text.counters(counters) }
        let open = openCounts
        text.gauge("gridline_http_connections", "Connections that are open.", Double(open.connections))
        text.gauge("gridline_http_requests_in_flight", "Requests that have no answer yet.", Double(open.requests))
        for gauge in gauges { text.gauge(gauge.name, gauge.help, gauge.read()) }
        if let store {
            let reading = await store.reading()
            text.gauge("gridline_store_readable", "1 while the store answers.", reading == nil ? 0 : 1)
            if let reading { write(store: reading, to: &text) }
        }
        return text.text
    }

    private func write(process: ProcessFigures, to text: inout Exposition) {
        if let seconds = process.cpuSeconds {
            text.family("process_cpu_seconds_total", "counter", "User and system time of the process.")
            text.sample("process_cpu_seconds_total", [], seconds)
        }
        text.gauge("process_resident_memory_bytes", "Memory that is in RAM.", process.residentBytes)
        text.gauge("process_open_fds", "Open file descriptors.", process.openDescriptors)
        text.gauge("process_start_time_seconds", "When the process began, seconds since 1970 UTC.", process.startSeconds)
    }

    private func write(store reading: StoreGauges.Reading, to text: inout Exposition) {
        let figures = reading.figures
        text.gauge("gridline_journal_head_entries", "Sequence of the newest journal entry.", Double(figures.state.head))
        text.gauge(
            "gridline_backup_watermark_entries", "Head that the newest backup holds.", Double(figures.state.backupWatermark))
        text.gauge("gridline_store_file_bytes", "Size of the store's files.", by: "file", reading.fileBytes)
        text.gauge("gridline_store_disk_free_bytes", "Free space on the disk of the store.", reading.freeBytes)
        text.gauge(
            "gridline_devices", "Enrolled devices.", by: "state",
            [("good", Double(figures.deviceCount)), ("revoked", Double(figures.revokedCount))])
        text.gauge(
            "gridline_devices_heard", "Devices in use that were heard within this time.", by: "within",
            Self.pairs(figures.heardCounts))
        text.gauge(
            "gridline_device_lag_max_entries", "Journal entries that the farthest device is behind the head.",
            Double(figures.lagMax))
        text.gauge(
            "gridline_devices_lagging", "Devices in use that are more than so many journal entries behind the head.",
            by: "over_entries", zip(StoreFigures.lags, figures.laggingCounts).map { (String($0), Double($1)) })
        text.gauge(
            "gridline_unsent_commands", "Commands that devices said were still on them at their last contact.",
            Double(figures.unsentCount))
        text.gauge(
            "gridline_devices_with_unsent", "Devices that had unsent commands at their last contact.",
            Double(figures.devicesWithUnsent))
        text.gauge(
            "gridline_oldest_unsent_age_seconds", "Age of the oldest unsent command that a device spoke of; 0 if none.",
            Self.age(figures.oldestUnsentAt, reading.now))
        text.gauge(
            "gridline_devices_unsent_older", "Devices whose oldest unsent command is older than this.", by: "than",
            Self.pairs(figures.unsentOlderCounts))
        text.gauge("gridline_held_commands", "Commands that wait for a decision.", Double(figures.heldCount))
        text.gauge(
            "gridline_held_oldest_age_seconds", "Age of the oldest held command; 0 if none.",
            Self.age(figures.heldSince, reading.now))
        text.gauge(
            "gridline_poisoned_commands", "Of them, commands that the decision code failed on.", Double(figures.poisonedCount))
        text.gauge(
            "gridline_poisoned_oldest_age_seconds", "Age of the oldest poisoned command; 0 if none.",
            Self.age(figures.poisonedSince, reading.now))
        text.gauge(
            "gridline_clock_alarms", "What the scheduler raised and still stands.", by: "kind",
            AlarmKind.allCases.map { ($0.rawValue, Double(figures.alarmCounts[$0] ?? 0)) })
        text.gauge(
            "gridline_devices_forked", "Devices in use whose chain forked: restored from a phone's backup, or copied.",
            Double(figures.forkedCount))
        text.gauge(
            "gridline_devices_two_heads", "Devices in use of whose chain two heads went on: a copied key.",
            Double(figures.twoHeadsCount))
    }

    private static func pairs(_ counts: [Int]) -> [(String, Double)] {
        zip(["1h", "1d", "7d"], counts).map { ($0, Double($1)) }
    }

    private static func age(_ since: Milliseconds?, _ now: Milliseconds) -> Double {
        since.map { Double(max(0, now.subtractingReportingOverflow($0).partialValue)) / 1000 } ?? 0
    }
}
