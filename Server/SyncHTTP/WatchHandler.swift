import NIOCore
import SyncService

/// What a route tells the connection that a watch goes through.
enum WatchEvent: Sendable {
    /// The watch waits from now on.
    case began(Watch)
    /// It is over.
    case ended(Watch)
}

/// Stands beside each connection and ends its watch: when its time is over, when the client hangs up, when the server stops. A
/// watching connection thus needs no task and no timer beside its own request.
///
///     route ──began──▶ │ deadline ────────────▶ quiet
///                      │ input closed, gone ──▶ quiet, and the connection is closed
///                      │ quiesce ─────────────▶ stopping
///     route ◀──────────┘
final class WatchHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias OutboundIn = Any

    private let timeout: TimeAmount
    private var watch: Watch?
    private var deadline: Scheduled<Void>?
    private var hasHungUp = false
    private var isStopping = false

    init(timeout: TimeAmount) { self.timeout = timeout }

    func handlerRemoved(context: ChannelHandlerContext) { end(.quiet) }

    func channelInactive(context: ChannelHandlerContext) {
        end(.quiet)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            hasHungUp = true
            hangUp(context)
        } else if event is ChannelShouldQuiesceEvent {
            isStopping = true
            end(.stopping)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event as? WatchEvent {
        case .began(let watch): begin(watch, context)
        case .ended(let watch): forget(watch)
        case nil:
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
    }

    private func begin(_ watch: Watch, _ context: ChannelHandlerContext) {
        end(.quiet)
        self.watch = watch
        deadline = context.eventLoop.scheduleTask(in: timeout) { watch.end(.quiet) }
        if isStopping { end(.stopping) }
        if hasHungUp || !context.channel.isActive { hangUp(context) }
    }

    private func forget(_ watch: Watch) {
        guard self.watch === watch else { return }
        deadline?.cancel()
        deadline = nil
        self.watch = nil
    }

    private func end(_ ending: Watch.Ending) {
        guard let watch else { return }
        forget(watch)
        watch.end(ending)
    }

    /// Half a connection is of no use to a watch: nobody is there to read the answer.
    private func hangUp(_ context: ChannelHandlerContext) {
        guard watch != nil else { return }
        end(.quiet)
        context.close(promise: nil)
    }
}
