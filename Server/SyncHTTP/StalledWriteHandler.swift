import NIOCore

/// Ends a connection whose client does not take its answer: Hummingbird's idle timeout covers what arrives, not what is sent.
///
/// A write counts as open until its promise is kept; each one that completes gives the rest the whole time again.
final class StalledWriteHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = Any
    typealias OutboundOut = Any

    private let timeout: TimeAmount
    private var openCount = 0
    private var deadline: Scheduled<Void>?
    private var channel: (any Channel)?

    init(timeout: TimeAmount) { self.timeout = timeout }

    func handlerAdded(context: ChannelHandlerContext) { channel = context.channel }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        channel = nil
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        openCount += 1
        if deadline == nil { start() }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.completed() }
        context.write(data, promise: promise)
    }

    private func completed() {
        openCount -= 1
        deadline?.cancel()
        deadline = nil
        if openCount > 0 { start() }
    }

    private func start() {
        guard let channel else { return }
        deadline = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    }
}
