import Hummingbird
import SyncProtocol
import Synchronization
import Telemetry

/// Receives bodies within bounds: one body's size, all bodies' size together, and the speed of each.
final class BodyReader: Sendable {
    private let limits: HTTPLimits
    private let receiving = Mutex(0)
    private let metrics: ServerMetrics?
    private let retryAfterSeconds: @Sendable () -> Int

    init(limits: HTTPLimits, metrics: ServerMetrics? = nil, retryAfterSeconds: @escaping @Sendable () -> Int = { 5 }) {
        self.limits = limits
        self.metrics = metrics
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The whole body.
    ///
    /// - Parameter elapsed: Seconds since the request's head arrived; called after each part.
    /// - Throws: `Refusal`: 413 before anything is buffered or as soon as it is known, 408 for one that comes too slowly, 503
    ///   while too much is being received.
    func read(_ request: Request, elapsed: () -> Double) async throws -> [UInt8] {
        let announced = try announcedBytes(request)
        var reserved = 0
        defer { release(reserved) }
        // An announced body is reserved whole: else many could begin and none could end.
        try reserve(announced, &reserved)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(announced)
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= limits.bodyBytesMax else { throw Refusal(.bodyTooLarge) }
                bytes.append(contentsOf: part.readableBytesView)
                if bytes.count > reserved { try reserve(bytes.count - reserved, &reserved) }
                let seconds = elapsed()
                if seconds > limits.bodyGraceSeconds, Double(bytes.count) < seconds * limits.bodyBytesPerSecondMin {
                    throw Refusal(.requestTimedOut)
                }
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch is CancellationError {
            throw Refusal(.stopping)
        } catch {
            // The connection was cut half-way: an ordinary day in the field, and no fault of ours.
            throw Refusal(.requestTimedOut)
        }
        return bytes
    }

    /// 0 where nothing is announced.
    private func announcedBytes(_ request: Request) throws -> Int {
        guard let text = request.headers[.contentLength] else { return 0 }
        guard let count = Int(text), count >= 0 else { throw Refusal(.brokenEnvelope) }
        guard count <= limits.bodyBytesMax else { throw Refusal(.bodyTooLarge) }
        return count
    }

    private func reserve(_ count: Int, _ reserved: inout Int) throws {
        let fits = receiving.withLock { total in
            guard total + count <= limits.receivingBytesMax else { return false }
            total += count
            return true
        }
        guard fits else {
            metrics?.shed(.receivingFull)
            throw Refusal(.overloaded, retryAfterSeconds: retryAfterSeconds())
        }
        reserved += count
    }

    private func release(_ count: Int) {
        receiving.withLock { $0 -= count }
    }
}
