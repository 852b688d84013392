import HummingbirdCore
import Logging
import NIOCore

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

/// An event loop as the place where tasks run.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
