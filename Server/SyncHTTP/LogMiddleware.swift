import Hummingbird
import Logging
import SyncService
import Telemetry
import Tickets

/// Names, times, counts and logs each request: one line with fixed keys. Never a body, an address, a header or the path as it was
/// asked for: any of them may hold personal data.
struct LogMiddleware: RouterMiddleware {
    typealias Context = SyncContext
    /// nil = nobody counts.
    let metrics: ServerMetrics?
    private let clock = ContinuousClock()
    private static var methods: Set<HTTPRequest.Method> { [.get, .head, .post, .put, .patch, .delete, .options] }

    init(metrics: ServerMetrics?) { self.metrics = metrics }

    func handle(
        _ request: Request, context: SyncContext, next: (Request, SyncContext) async throws -> Response
    ) async throws -> Response {
        let start = clock.now
        metrics?.requestBegan()
        var context = context
        context.requestID = RequestName.taken(from: request.headers[.xRequestID]) ?? context.id
        context.logger[metadataKey: "request"] = .string(context.requestID)
        var response = try await next(request, context)
        // Who asked by name hears it back, and a refusal has it for the worker to read out. In what went well nobody reads it.
        if !response.isWire || request.headers[.xRequestID] != nil { response.headers[.xRequestID] = context.requestID }
        ended(
            context.account.facts, route: context.endpointPath, method: request.method, status: Int(response.status.code),
            sent: response.body.contentLength ?? 0, since: start, logger: context.logger)
        return response
    }

    /// A request that began at `start` has its answer: counts it and writes its line.
    func ended(
        _ facts: RequestAccount.Facts, route: String?, method: HTTPRequest.Method, status: Int, sent: Int,
        since start: ContinuousClock.Instant, logger: Logger
    ) {
        let nanoseconds = (clock.now - start) / .nanoseconds(1)
        metrics?.requestEnded(
            route: route, status: status, nanoseconds: UInt64(max(0, nanoseconds)), receivedBytes: facts.receivedBytes,
            sentBytes: sent, isWork: SyncServer.workPaths.contains(route ?? ""))
        log(facts, route, method, status: status, sent: sent, tenths: Int(nanoseconds / 100_000), logger)
    }

    private func log(
        _ facts: RequestAccount.Facts, _ route: String?, _ method: HTTPRequest.Method, status: Int, sent: Int, tenths: Int,
        _ logger: Logger
    ) {
        let alarms = ServiceAlarm.allCases.filter(facts.alarms.contains)
        let ordinary = Self.level(of: status, route: route)
        let level = alarms.isEmpty ? ordinary : max(ordinary, .warning)
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "route": .string(route ?? "-"),
            "method": .string(Self.methods.contains(method) ? method.rawValue : "-"),
            "status": .stringConvertible(status),
            "bytes_in": .stringConvertible(facts.receivedBytes),
            "bytes_out": .stringConvertible(sent),
            "ms": .stringConvertible(Double(tenths) / 10),
        ]
        if let replica = facts.replica {
            metadata["replica"] = .string(replica)
            metadata["commands"] = .stringConvertible(facts.commandCount)
            if facts.repeatCount > 0 { metadata["repeats"] = .stringConvertible(facts.repeatCount) }
            for (verdict, count) in zip(Verdict.allCases, facts.verdictCounts) where count > 0 {
                metadata[verdict.rawValue] = .stringConvertible(count)
            }
        }
        if !alarms.isEmpty { metadata["alarm"] = .string(alarms.map(\.rawValue).joined(separator: ",")) }
        logger.log(level: level, "request", metadata: metadata)
    }

    /// A refusal to come again later is a warning: at eight o'clock there may be many. Health is asked every few seconds, and each
    /// watch ends within a minute; when the centre stops, all of them do.
    private static func level(of status: Int, route: String?) -> Logger.Level {
        switch status {
        case _ where route == WatchRoute.path && status != 500: .debug
        case 429, 503: .warning
        case 500...: .error
        default: route == HealthRoute.path ? .debug : .info
        }
    }
}
