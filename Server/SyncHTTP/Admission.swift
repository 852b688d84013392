import Foundation
import Hummingbird
import SyncService
import Synchronization
import Telemetry

/// What the routes with bodies pass through: so many requests at once, so many bytes coming in and going out.
///
///     head ──enter──▶ read the body (bounded, not too slow) ──▶ transaction ──▶ answer (bounded until it is sent)
///         └──▶ 503, Retry-After: before a byte of the body is read
struct Admission: Sendable {
    /// An answer that fits a connection's buffer with its head.
    private static let smallBytesMax = 8 << 10
    private let handling: any SyncHandling
    private let metrics: ServerMetrics?
    private let gate: RequestGate
    private let answers: AnswerBudget
    /// Receives bodies.
    let reader: BodyReader

    init(handling: any SyncHandling, limits: HTTPLimits, metrics: ServerMetrics?) {
        self.handling = handling
        self.metrics = metrics
        gate = RequestGate(countMax: limits.requestsMax)
        answers = AnswerBudget(bytesMax: limits.sendingBytesMax)
        reader = BodyReader(limits: limits, metrics: metrics, retryAfterSeconds: { handling.retryAfterSeconds })
    }

    /// - Throws: `overloaded` if it is one request too many. Else `leave` has to follow.
    func enter() throws {
        if gate.enter() { return }
        metrics?.shed(.requestsFull)
        throw Refusal(.overloaded, retryAfterSeconds: handling.retryAfterSeconds)
    }

    /// A request that was let in has its answer.
    func leave() { gate.leave() }

    /// An answer whose bytes count until they are sent.
    ///
    /// - Throws: `overloaded` if too much is being sent. What the request did stands; the same again gets the same answer.
    func response(_ bytes: [UInt8], _ type: String) throws -> Response {
        guard let share = answers.hold(bytes.count) else {
            metrics?.shed(.requestsFull)
            throw Refusal(.overloaded, retryAfterSeconds: handling.retryAfterSeconds)
        }
        let buffer = ByteBuffer(bytes: bytes)
        // Head, body and end in one go. The system takes it whole into the connection's own buffer, so it is sent as good as now.
        if bytes.count <= Self.smallBytesMax {
            return Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: buffer))
        }
        let body = ResponseBody(contentLength: bytes.count) { writer in
            try await writer.write(buffer)
            try await writer.finish(nil)
            withExtendedLifetime(share) {}
        }
        return Response(status: .ok, headers: [.contentType: type], body: body)
    }
}

/// Requests that are open at once, counted before a byte of a body is read.
final class RequestGate: Sendable {
    private let countMax: Int
    private let open = Mutex(0)

    init(countMax: Int) { self.countMax = countMax }

    /// Requests inside.
    var count: Int { open.withLock { $0 } }

    /// - Returns: false if it is one too many.
    func enter() -> Bool {
        open.withLock { count in
            guard count < countMax else { return false }
            count += 1
            return true
        }
    }

    /// One that was let in is answered.
    func leave() { open.withLock { $0 -= 1 } }
}

/// Bytes of answers that are being sent: a client on a bad link takes its 8 MiB for minutes.
final class AnswerBudget: Sendable {
    private let bytesMax: Int
    private let held = Mutex(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Bytes that are being sent.
    var bytes: Int { held.withLock { $0 } }

    /// - Returns: nil if there is no room. Whoever finds nobody sending is let in, however much it is.
    func hold(_ count: Int) -> Share? {
        held.withLock { held in
            guard held == 0 || held + count <= bytesMax else { return nil }
            held += count
            return Share(self, count)
        }
    }

    /// The bytes of one answer, for as long as somebody keeps this: until they are sent, or the connection is gone.
    final class Share: Sendable {
        private let budget: AnswerBudget
        private let count: Int

        fileprivate init(_ budget: AnswerBudget, _ count: Int) {
            self.budget = budget
            self.count = count
        }

        deinit { budget.held.withLock { $0 -= count } }
    }
}

/// Files and sockets that this process may have open.
enum Descriptors {
    /// Beside connections: the store with its readers, logs, the local socket, the event loops.
    static let keptCount = 128
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// Raises the limit as far as the system allows, at most to what is wished.
    ///
    /// - Returns: Connections that there are descriptors for, at most `connections`.
    static func allow(connections: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(Self.resource, &limit) == 0 else { return connections }
        let wish = rlim_t(connections + keptCount)
        if limit.rlim_cur < wish {
            limit.rlim_cur = min(wish, limit.rlim_max)
            _ = setrlimit(Self.resource, &limit)
            guard getrlimit(Self.resource, &limit) == 0 else { return connections }
        }
        return min(connections, max(1, Int(clamping: limit.rlim_cur) - keptCount))
    }
}
