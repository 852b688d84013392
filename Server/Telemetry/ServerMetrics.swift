public import SyncService
import Synchronization
public import Tickets

/// Everything that a running server counts and times. One object per server; nothing is global, so that tests stand side by side.
///
/// No series is about a device, a person or a ticket, and no label holds a word that somebody wrote: labels have closed lists.
public final class ServerMetrics: ServiceObserver {
    let requests: Histograms
    let receivedBytes: Counters
    let sentBytes: Counters
    let shedRequests = Counters(
        "gridline_requests_shed_total", "Requests turned away to come again later, by reason.",
        Label("reason", ShedReason.allCases.map(\.rawValue)))
    let openedConnections = Counters("gridline_http_connections_total", "Connections accepted.")
    let judgedCommands: Counters
    let repeatedCommands = Counters(
        "gridline_commands_repeated_total", "Commands that came again and got their stored verdict.")
    let heldDecisions = Counters(
        "gridline_held_decisions_total", "Answers to held commands, by decision.",
        Label("decision", HeldDecision.allCases.map(\.rawValue)))
    let alarms = Counters(
        "gridline_alarms_total", "What an operator should look at, by kind.",
        Label("alarm", ServiceAlarm.allCases.map(\.rawValue)))
    let failedCommits = Counters("gridline_commit_failures_total", "Batches that failed as a whole and were not written.")
    let batchRequests = Histograms(
        "gridline_commit_batch_requests", "Requests that one commit took together.", bounds: Histograms.counts, scale: 1)
    let batchCommands = Histograms(
        "gridline_commit_batch_commands", "Commands that one commit took together.", bounds: Histograms.counts, scale: 1)
    let batchDurations = Histograms(
        "gridline_commit_duration_seconds", "Time of one batch on the writer: deciding, writing, COMMIT.",
        bounds: Histograms.durations, scale: 1e9)
    let syncDurations = Histograms(
        "gridline_commit_sync_duration_seconds", "Time of COMMIT: writing the log, its fsync, and now and then a checkpoint.",
        bounds: Histograms.durations, scale: 1e9)

    let recent: RecentTraffic
    /// Nanoseconds of a clock that never steps back.
    let clock: @Sendable () -> UInt64
    private let batch = Mutex((began: UInt64(0), written: UInt64(0), requests: 0, commands: 0))
    private let open = Mutex((connections: 0, requests: 0))
    private let extras = Mutex<[Gauge]>([])
    private let routes: Label
    private let statuses: Label
    private let verdicts = Label("verdict", Verdict.allCases.map(\.rawValue))
    private let kinds = Label("kind", CommandKind.allCases.map(\.rawValue) + ["other"])

    struct Gauge: Sendable {
        let name: String
        let help: String
        let read: @Sendable () -> Double
    }

    /// Every status that a route answers with.
    private static let knownStatuses = [
        200, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 422, 429, 500, 501, 503, 507,
    ]

    /// - Parameters:
    ///   - routes: The paths of all routes; a request to anything else counts as `other`.
    ///   - clock: Nanoseconds of a clock that never steps back.
    public init(routes: [String], clock: @escaping @Sendable () -> UInt64) {
        self.clock = clock
        let route = Label("route", routes + ["other"])
        let status = Label("status", Self.knownStatuses.map(String.init) + ["other"])
        self.routes = route
        statuses = status
        requests = Histograms(
            "gridline_http_request_duration_seconds", "Time from a request's head to its answer, by route and status.",
            bounds: Histograms.durations, scale: 1e9, route, status)
        receivedBytes = Counters("gridline_http_request_body_bytes_total", "Bytes of bodies received, by route.", route)
        sentBytes = Counters("gridline_http_response_body_bytes_total", "Bytes of bodies sent, by route.", route)
        judgedCommands = Counters(
            "gridline_commands_judged_total", "Commands judged for the first time, by verdict and kind.", verdicts, kinds)
        recent = RecentTraffic(start: clock())
    }

    /// The clock's reading, nanoseconds.
    public var now: UInt64 { clock() }

    /// Adds a gauge that is read at each scrape. The name carries its unit.
    public func addGauge(_ name: String, _ help: String, _ read: @escaping @Sendable () -> Double) {
        extras.withLock { $0.append(Gauge(name: name, help: help, read: read)) }
    }

    var gauges: [Gauge] { extras.withLock { $0 } }
    var openCounts: (connections: Int, requests: Int) { open.withLock { $0 } }
}

// MARK: - What the service tells

extension ServerMetrics {
    /// Starts the watch of a batch.
    public func batchBegan(requests: Int, commands: Int) {
        let now = clock()
        batch.withLock { $0 = (now, now, requests, commands) }
    }

    /// COMMIT begins.
    public func batchWritten() {
        let now = clock()
        batch.withLock { $0.written = now }
    }

    /// Observes a batch that was committed, counts one that was not.
    public func batchEnded(isCommitted: Bool) {
        let now = clock()
        let batch = batch.withLock { $0 }
        guard isCommitted else { return failedCommits.add() }
        batchDurations.observe(now &- batch.began)
        syncDurations.observe(now &- batch.written)
        batchRequests.observe(UInt64(batch.requests))
        batchCommands.observe(UInt64(batch.commands))
    }

    /// Counts commands by verdict and kind.
    public func judged(_ verdict: Verdict, kind: String, count: Int) {
        judgedCommands.add(count, at: verdict.index * kinds.values.count + kinds[kind])
    }

    /// Counts commands that came again.
    public func repeated(count: Int) { repeatedCommands.add(count) }

    /// Counts an answer to a held command.
    public func decided(_ decision: HeldDecision) {
        heldDecisions.add(at: HeldDecision.allCases.firstIndex(of: decision) ?? 0)
    }

    /// Counts what an operator should look at.
    public func alarmed(_ alarm: ServiceAlarm) { alarms.add(at: ServiceAlarm.allCases.firstIndex(of: alarm) ?? 0) }

    /// Counts a request that was turned away.
    public func shed(_ reason: ShedReason) {
        shedRequests.add(at: ShedReason.allCases.firstIndex(of: reason) ?? 0)
    }
}

// MARK: - What the HTTP server tells

extension ServerMetrics {
    /// A request's head arrived. Each is ended once.
    public func requestBegan() { open.withLock { $0.requests += 1 } }

    /// A request has its answer.
    ///
    /// - Parameters:
    ///   - route: The route's path; nil for no route.
    ///   - isWork: False for what waits on purpose or is asked by machines; it is left out of the recent figures.
    public func requestEnded(
        route: String?, status: Int, nanoseconds: UInt64, receivedBytes received: Int, sentBytes sent: Int, isWork: Bool = true
    ) {
        open.withLock { $0.requests -= 1 }
        let place = routes[route ?? "other"]
        requests.observe(nanoseconds, at: place * statuses.values.count + statuses[String(status)])
        receivedBytes.add(received, at: place)
        sentBytes.add(sent, at: place)
        if isWork { recent.note(nanoseconds: nanoseconds, now: clock()) }
    }

    /// A connection was accepted. Each is closed once.
    public func connectionOpened() {
        open.withLock { $0.connections += 1 }
        openedConnections.add()
    }

    /// A connection is gone.
    public func connectionClosed() { open.withLock { $0.connections -= 1 } }
}

/// A running server's own figures, for `status`.
public struct TrafficFigures: Hashable, Sendable {
    /// Of about the last minute.
    public var requestsPerSecond: Double
    /// Half of the last minute's requests took no longer; nil if there were none. Milliseconds.
    public var p50Milliseconds: Double?
    /// 99 of 100 of the last minute's requests took no longer; nil if there were none. Milliseconds.
    public var p99Milliseconds: Double?
    /// Connections now.
    public var connectionCount: Int
    /// Requests that have no answer yet.
    public var openRequestCount: Int
    /// Requests turned away since the start.
    public var shedCount: UInt64
    /// Commands judged since the start.
    public var judgedCount: UInt64
}

extension ServerMetrics {
    /// The figures now.
    public var traffic: TrafficFigures {
        let summary = recent.summary(now: clock())
        let open = openCounts
        return TrafficFigures(
            requestsPerSecond: summary.requestsPerSecond, p50Milliseconds: summary.p50Nanoseconds.map { Double($0) / 1e6 },
            p99Milliseconds: summary.p99Nanoseconds.map { Double($0) / 1e6 }, connectionCount: open.connections,
            openRequestCount: open.requests, shedCount: shedRequests.values.reduce(0, +),
            judgedCount: judgedCommands.values.reduce(0, +))
    }
}
