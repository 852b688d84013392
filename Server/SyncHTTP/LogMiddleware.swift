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
        let nanoseconds = (clock.now - start) / .nanoseconds(1)
        let facts = context.account.facts
        let sent = response.body.contentLength ?? 0
        let route = context.endpointPath
        metrics?.requestEnded(
            route: route, status: Int(response.status.code), nanoseconds: UInt64(max(0, nanoseconds)),
            receivedBytes: facts.receivedBytes, sentBytes: sent, isWork: SyncServer.workPaths.contains(route ?? ""))
        log(request, response, context, facts, sent: sent, tenths: Int(nanoseconds / 100_000))
        return response
    }

    private func log(
        _ request: Request, _ response: Response, _ context: SyncContext, _ facts: RequestAccount.Facts, sent: Int, tenths: Int
    ) {
        let alarms = ServiceAlarm.allCases.filter(facts.alarms.contains)
        let ordinary = Self.level(of: Int(response.status.code), route: context.endpointPath)
        let level = alarms.isEmpty ? ordinary : max(ordinary, .warning)
        guard context.logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "route": .string(context.endpointPath ?? "-"),
            "method": .string(Self.methods.contains(request.method) ? request.method.rawValue : "-"),
            "status": .stringConvertible(Int(response.status.code)),
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
        context.logger.log(level: level, "request", metadata: metadata)
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
