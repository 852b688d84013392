import NIOCore
import Telemetry

/// Counts a connection for as long as it lives.
final class ConnectionMeter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let metrics: ServerMetrics

    init(metrics: ServerMetrics) { self.metrics = metrics }

    func handlerAdded(context: ChannelHandlerContext) {
        let metrics = metrics
        metrics.connectionOpened()
        context.channel.closeFuture.whenComplete { _ in metrics.connectionClosed() }
    }
}
