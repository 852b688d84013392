import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle
public import Telemetry

/// The HTTP face of the centre. `main` and tests build the same thing; tests send requests to the router without a socket.
public enum SyncServer {
    /// Routes that answer as soon as they can: their durations are the server's speed.
    static let workPaths: Set<String> = [SyncRoute.path, EnrolRoute.path, TokenRoute.path]
    /// The paths of all routes, for metrics.
    public static let paths = [SyncRoute.path, EnrolRoute.path, TokenRoute.path, WatchRoute.path, HealthRoute.path]

    /// The routes with their middleware, no socket yet.
    ///
    /// - Parameter metrics: Counts and times each request; nil = nobody does.
    public static func router(
        _ handling: any SyncHandling, limits: HTTPLimits = HTTPLimits(), metrics: ServerMetrics? = nil
    ) -> Router<SyncContext> {
        let router = Router(context: SyncContext.self, options: .autoGenerateHeadEndpoints)
        let post: [HTTPRequest.Method] = [.post]
        router.add(middleware: LogMiddleware(metrics: metrics))
        router.add(
            middleware: ProblemMiddleware(
                known: [
                    SyncRoute.path: post, EnrolRoute.path: post, TokenRoute.path: post, HealthRoute.path: [.get, .head],
                    WatchRoute.path: [.get, .head],
                ]))
        let admission = Admission(handling: handling, limits: limits, metrics: metrics)
        SyncRoute(handling: handling).add(to: router, admission)
        EnrolRoute(handling: handling).add(to: router, admission)
        TokenRoute(handling: handling).add(to: router, admission)
        WatchRoute(handling: handling).add(to: router)
        HealthRoute(handling: handling).add(to: router)
        return router
    }

    /// The whole server as a service: ends its running requests when it is asked to shut down.
    ///
    /// - Parameters:
    ///   - tls: Required unless the address is loopback.
    ///   - onListening: Called with the bound port.
    /// - Throws: `ListenError`.
    public static func application(
        _ handling: any SyncHandling, at address: ListenAddress, tls: TLSFiles?, limits: HTTPLimits = HTTPLimits(),
        metrics: ServerMetrics? = nil, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws -> some ApplicationProtocol {
        guard tls != nil || address.isLoopback else { throw ListenError.needsTLS(address) }
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderFieldSize = limits.headerBytesMax
        decoder.maxHeaderListSize = limits.headerBytesMax
        decoder.maxHeaderFieldCount = 100
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: handlers(limits, metrics),
            idleTimeout: .seconds(Int64(limits.idleSeconds)), httpDecoderConfiguration: decoder)
        let plain = HTTPServerBuilder { LoopChannel(base: HTTP1Channel(responder: $0, configuration: channel)) }
        let server = try tls.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: $0.configuration()) } ?? plain
        return Application(
            router: router(handling, limits: limits, metrics: metrics), server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    Descriptors.allow(connections: limits.connectionsMax), logger: logger)),
            onServerRunning: { await onListening($0.localAddress?.port ?? address.port) }, logger: logger)
    }

    /// What stands beside each connection.
    private static func handlers(_ limits: HTTPLimits, _ metrics: ServerMetrics?) -> [any RemovableChannelHandler] {
        let stalled = StalledWriteHandler(timeout: .seconds(Int64(limits.writeSeconds)))
        let watch = WatchHandler(timeout: .seconds(Int64(limits.watchSeconds)))
        return metrics.map { [stalled, watch, ConnectionMeter(metrics: $0)] } ?? [stalled, watch]
    }
}
