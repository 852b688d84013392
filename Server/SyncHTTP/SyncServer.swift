import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP face of the centre. `main` and tests build the same thing; tests send requests to the router without a socket.
public enum SyncServer {
    /// The routes with their middleware, no socket yet.
    public static func router(_ handling: any SyncHandling, limits: HTTPLimits = HTTPLimits()) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        let post: [HTTPRequest.Method] = [.post]
        router.add(middleware: LogMiddleware())
        router.add(
            middleware: ProblemMiddleware(
                known: [
                    SyncRoute.path: post, EnrolRoute.path: post, TokenRoute.path: post, HealthRoute.path: [.get, .head],
                ]))
        let reader = BodyReader(limits: limits)
        SyncRoute(handling: handling).add(to: router, reader: reader)
        EnrolRoute(handling: handling).add(to: router, reader: reader)
        TokenRoute(handling: handling).add(to: router, reader: reader)
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
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws -> some ApplicationProtocol {
        guard tls != nil || address.isLoopback else { throw ListenError.needsTLS(address) }
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderFieldSize = limits.headerBytesMax
        decoder.maxHeaderListSize = limits.headerBytesMax
        decoder.maxHeaderFieldCount = 100
        let writeSeconds = Int64(limits.writeSeconds)
        let plain = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [StalledWriteHandler(timeout: .seconds(writeSeconds))],
                idleTimeout: .seconds(Int64(limits.idleSeconds)), httpDecoderConfiguration: decoder))
        let server = try tls.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: $0.configuration()) } ?? plain
        return Application(
            router: router(handling, limits: limits), server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connectionsMax, logger: logger)),
            onServerRunning: { await onListening($0.localAddress?.port ?? address.port) }, logger: logger)
    }
}
