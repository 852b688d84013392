public import Hummingbird
import HummingbirdCore
public import Logging
public import Telemetry

/// `GET /metrics` for Prometheus, on a listener of its own.
///
/// Not beside the devices' port: how many devices a city has, how far they lag and how much is held is the operator's business.
/// The listener takes loopback addresses alone and asks for no identity; a collector elsewhere comes through an agent or a proxy on
/// this machine, which then knows who asks. Nothing in it is about a person (I18).
public enum MetricsServer {
    static let path = "/metrics"

    /// The one route, no socket yet.
    public static func router(_ metrics: ServerMetrics, build: BuildInfo, store: StoreGauges?) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.get(RouterPath(path)) { _, _ -> Response in
            let text = await metrics.text(build: build, store: store)
            return Response(
                status: .ok,
                headers: [.contentType: ServerMetrics.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        return router
    }

    /// The listener as a service.
    ///
    /// - Parameter onListening: Called with the bound port.
    /// - Throws: `ListenError.notLoopback`.
    public static func application(
        _ metrics: ServerMetrics, build: BuildInfo, store: StoreGauges?, at address: ListenAddress, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws -> some ApplicationProtocol {
        guard address.isLoopback else { throw ListenError.notLoopback(address) }
        return Application(
            router: router(metrics, build: build, store: store),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(16, logger: logger)),
            onServerRunning: { await onListening($0.localAddress?.port ?? address.port) }, logger: logger)
    }
}
