import Queue
import ServiceLifecycle

/// The local socket as a service: stops after the HTTP server, so that an operator can look on to the end.
struct AdminService: Service {
    let server: AdminServer

    func run() async throws {
        try? await gracefulShutdown()
        await server.stop()
    }
}
