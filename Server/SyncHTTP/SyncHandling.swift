import SyncProtocol
public import SyncService

/// What the routes call: the protocol's transactions on whole bodies. `SyncService` is one.
///
/// Bodies are compressed protobuf, in and out. A thrown `ProtocolError` or `ProblemDetails` is answered with its words; anything else is answered
/// as an unexpected fault and logged without its content.
public protocol SyncHandling: Sendable {
    /// `POST /v1/sync`.
    func sync(body: [UInt8]) async throws -> [UInt8]
    /// The same; `account` gets the numbers for the request's line in the log.
    func sync(body: [UInt8], account: RequestAccount?) async throws -> [UInt8]
    /// `POST /v1/enrol`.
    func enrol(body: [UInt8]) async throws -> [UInt8]
    /// `POST /v1/token`.
    func token(body: [UInt8]) async throws -> [UInt8]
    /// `GET /v1/watch`: begins to wait for something beyond `base`.
    func watch(token: [UInt8], base: UInt64) throws -> WatchStart
    /// When somebody should come back who is turned away before their request is read, seconds.
    var retryAfterSeconds: Int { get }
    /// `GET /healthz`: whether the store answers.
    func isHealthy() async -> Bool
}

extension SyncHandling {
    /// Without watches.
    public func watch(token: [UInt8], base: UInt64) throws -> WatchStart { throw ProblemDetails(.notFound) }

    /// As usual for an overload.
    public var retryAfterSeconds: Int { Problem.overloaded.retryAfterSeconds ?? 5 }

    /// Without an account.
    public func sync(body: [UInt8], account: RequestAccount?) async throws -> [UInt8] { try await sync(body: body) }
}

extension SyncService: SyncHandling {
    /// True while the store can be read.
    public func isHealthy() async -> Bool { (try? store.read { try $0.state() }) != nil }
}
