import Hummingbird
import SyncProtocol

/// `GET /healthz`: 200 while the store answers, else 503. Says nothing else: it asks for no identity.
struct HealthRoute {
    static let path = "/healthz"
    let handling: any SyncHandling

    func add(to router: Router<SyncContext>) {
        router.get(RouterPath(Self.path)) { _, _ -> Response in
            guard await handling.isHealthy() else { throw Refusal(.storeUnavailable) }
            return Response(
                status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: "ok\n")))
        }
    }
}
