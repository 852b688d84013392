import Hummingbird
import HummingbirdTesting
import Logging
import SyncProtocol
import Synchronization

@testable import SyncHTTP

/// Stands where `SyncService` will: answers what it is told to and remembers what it was asked.
final class HandlingDouble: SyncHandling {
    enum Behaviour: Sendable {
        case echo
        case problem(Problem)
        case wire(ProtocolError)
        case fault
        /// Answers this many bytes, after so many milliseconds.
        case slow(bytes: Int, milliseconds: Int)
        /// Says that a body is there, and answers it when it may.
        case held(Hold)
    }

    /// Where a request stands still.
    struct Hold: Sendable {
        /// One element for each request that stands here.
        let entered = AsyncStream.makeStream(of: Void.self)
        /// Ends when all may go on.
        let open = AsyncStream.makeStream(of: Void.self)
    }

    struct Fault: Error, CustomStringConvertible {
        var description: String { "李娜 13800000000" }
    }

    let behaviour: Behaviour
    let healthy: Bool
    let bodies = Mutex<[String: [[UInt8]]]>([:])

    init(_ behaviour: Behaviour = .echo, healthy: Bool = true) {
        self.behaviour = behaviour
        self.healthy = healthy
    }

    func sync(body: [UInt8]) async throws -> [UInt8] {
        if case .held(let hold) = behaviour {
            hold.entered.continuation.yield()
            for await _ in hold.open.stream {}
            return body
        }
        if case .slow(let count, let milliseconds) = behaviour {
            try await Task.sleep(for: .milliseconds(milliseconds))
            return [UInt8](repeating: 7, count: count)
        }
        return try answer("sync", body)
    }
    func enrol(body: [UInt8]) async throws -> [UInt8] { try answer("enrol", body) }
    func token(body: [UInt8]) async throws -> [UInt8] { try answer("token", body) }
    func isHealthy() async -> Bool { healthy }

    private func answer(_ route: String, _ body: [UInt8]) throws -> [UInt8] {
        bodies.withLock { $0[route, default: []].append(body) }
        switch behaviour {
        case .echo: return body
        case .problem(let problem): throw ProblemDetails(problem)
        case .wire(let error): throw error
        case .fault: throw Fault()
        case .slow, .held: return body
        }
    }
}

/// Keeps log lines instead of writing them.
final class LogKeeper: Sendable {
    let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
}

struct KeepingLogHandler: LogHandler {
    let keeper: LogKeeper
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let words = all.map { "\($0)=\($1)" }.sorted().joined(separator: " ")
        keeper.lines.withLock { $0.append("\(event.level) \(event.message) \(words)") }
    }
}

/// Sends one request to the router, without a socket.
func ask(
    _ handling: some SyncHandling, _ method: HTTPRequest.Method = .post, _ path: String = "/v1/sync",
    _ headers: HTTPFields = [.contentType: ContentType.sync], body: [UInt8] = [1, 2, 3], limits: HTTPLimits = HTTPLimits(),
    log: LogKeeper = LogKeeper()
) async throws -> TestResponse {
    var logger = Logger(label: "test") { _ in KeepingLogHandler(keeper: log) }
    logger.logLevel = .trace
    let application = Application(router: SyncServer.router(handling, limits: limits), logger: logger)
    return try await application.test(.router) { client in
        try await client.execute(uri: path, method: method, headers: headers, body: ByteBuffer(bytes: body))
    }
}

extension TestResponse {
    var bytes: [UInt8] { Array(body.readableBytesView) }
    var problem: ProblemDetails? { try? ProblemDetails(decoding: bytes) }
}
