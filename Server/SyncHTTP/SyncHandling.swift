import SyncProtocol
import SyncService

/// What the routes call: the protocol's transactions on whole bodies. `SyncService` is one.
///
/// Bodies are compressed protobuf, in and out. A thrown `ProtocolError` or `ProblemDetails` is answered with its words; anything else is answered
/// as an unexpected fault and logged without its content.
public protocol SyncHandling: Sendable {
    /// `POST /v1/sync`.
    func sync(body: [UInt8]) async throws -> [UInt8]
    /// `POST /v1/enrol`.
    func enrol(body: [UInt8]) async throws -> [UInt8]
    /// `POST /v1/token`.
    func token(body: [UInt8]) async throws -> [UInt8]
    /// `GET /healthz`: whether the store answers.
    func isHealthy() async -> Bool
}

extension SyncService: SyncHandling {
    /// True while the store can be read.
    public func isHealthy() async -> Bool { (try? store.read { try $0.state() }) != nil }
}
