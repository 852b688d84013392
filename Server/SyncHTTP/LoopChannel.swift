import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Lets everything that a connection asks for run on the connection's own event loop.
///
///     without   loop ─▶ pool thread ─▶ writer ─▶ pool thread ─▶ loop       four threads are woken
///     with      loop ────────────────▶ writer ────────────────▶ loop       two
///
/// A request's own work is milliseconds of proving, reading and packing, and there are as many loops as cores: a loop that is busy with
/// one request keeps its other connections waiting no longer than a pool with as many threads would. What would block for longer,
/// the writing, has its own thread (`Committer`).
/// - Source: decision 0031.
struct LoopChannel<Base: ServerChildChannel>: ServerChildChannel {
    /// What speaks the protocol.
    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}

/// Lets the server's own tasks, which take connections and give each to its task, run on an event loop as well: in a pool of threads
/// each connection wakes two of them when it comes and one when it goes.
public struct LoopService<Base: Service>: Service {
    private let base: Base

    /// - Parameter base: The server.
    public init(_ base: Base) { self.base = base }

    /// Runs the server until it is asked to shut down.
    public func run() async throws {
        try await withTaskExecutorPreference(LoopExecutor(MultiThreadedEventLoopGroup.singleton.any())) { try await base.run() }
    }
}

/// An event loop as the place where tasks run.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
