import Hummingbird
import NIOCore
import NIOHTTPTypes
import SyncProtocol

/// Answers `POST /v1/sync` where it arrives, if it is simple: nothing to negotiate, the whole of it there at once, no other request open.
/// Everything else goes on unchanged, and from then on the whole connection.
///
///     idle ──head──▶ gathering ──end──▶ answering ──answer written──▶ idle
///      └─────────────────┴──not simple, not whole when the bytes are at an end──▶ passing
///
/// No task, no sequence and no router stands on this way; what they do for the route is in `SyncAnswers`. A request that comes in pieces goes
/// to the library, so slow ones are judged there alone.
final class SyncHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum State {
        case idle
        case gathering(HTTPRequest, [UInt8])
        case answering
        case passing
    }

    /// What came while a request was being answered.
    private enum Arrival {
        case part(HTTPRequestPart)
        case inputClosed
        case error(any Error)
    }

    private let answers: SyncAnswers
    private let connection: SyncConnection
    private var state = State.idle
    private var later: [Arrival] = []
    private var isReadHeld = false

    init(_ answers: SyncAnswers, _ connection: SyncConnection) {
        self.answers = answers
        self.connection = connection
    }

    func handlerRemoved(context: ChannelHandlerContext) { connection.end() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .passing = state { return context.fireChannelRead(data) }
        take(.part(unwrapInboundIn(data)), context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .gathering = state { pass(context) }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .passing = state { return context.fireUserInboundEventTriggered(event) }
        if let event = event as? ChannelEvent, event == .inputClosed { return take(.inputClosed, context) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .passing = state { return context.fireErrorCaught(error) }
        take(.error(error), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.end()
        context.fireChannelInactive()
    }

    /// Who sends more before they have their answer is read when they have it.
    func read(context: ChannelHandlerContext) {
        if case .answering = state, !later.isEmpty { isReadHeld = true } else { context.read() }
    }

    private func take(_ arrival: Arrival, _ context: ChannelHandlerContext) {
        switch (state, arrival) {
        case (.answering, _): later.append(arrival)
        case (.idle, .part(.head(let head))):
            if answers.isSimple(head) { state = .gathering(head, []) } else { pass(context, arrival) }
        case (.gathering(let head, var body), .part(.body(let bytes))):
            state = .idle
            body.append(contentsOf: bytes.readableBytesView)
            state = .gathering(head, body)
            if body.count > SyncAnswers.bodyBytesMax { pass(context) }
        case (.gathering(_, let body), .part(.end(nil))): answer(body, context)
        // The client has said all, and has its answers.
        case (.idle, .inputClosed): context.close(promise: nil)
        default: pass(context, arrival)
        }
    }

    private func answer(_ body: [UInt8], _ context: ChannelHandlerContext) {
        state = .answering
        let here = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        answers.answer(to: body, resume: { work in loop.execute(work) }) { response, bytes, share in
            let (handler, context) = here.value
            handler.write(response, bytes, share, context)
        }
    }

    private func write(
        _ head: HTTPResponse, _ bytes: ByteBuffer, _ share: AnswerBudget.Share?, _ context: ChannelHandlerContext
    ) {
        let here = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in
            withExtendedLifetime(share) {}
            let (handler, context) = here.value
            handler.goOn(context)
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(bytes)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    /// An answer is out. What came meanwhile has its turn.
    private func goOn(_ context: ChannelHandlerContext) {
        guard case .answering = state else { return }
        state = .idle
        while !later.isEmpty {
            if case .answering = state { break }
            let arrival = later.removeFirst()
            if case .passing = state { forward(arrival, context) } else { take(arrival, context) }
        }
        // What is not whole now will not be read on here.
        if case .gathering = state { pass(context) }
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    /// Gives the connection to the library, with what was gathered and what has just come.
    private func pass(_ context: ChannelHandlerContext, _ arrival: Arrival? = nil) {
        let before = state
        state = .passing
        do {
            try connection.connect()
        } catch {
            return context.close(promise: nil)
        }
        if case .gathering(let head, let body) = before {
            context.fireChannelRead(wrapInboundOut(.head(head)))
            if !body.isEmpty { context.fireChannelRead(wrapInboundOut(.body(ByteBuffer(bytes: body)))) }
        }
        if let arrival { forward(arrival, context) }
    }

    private func forward(_ arrival: Arrival, _ context: ChannelHandlerContext) {
        switch arrival {
        case .part(let part):
            context.fireChannelRead(wrapInboundOut(part))
            context.fireChannelReadComplete()
        case .inputClosed: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case .error(let error): context.fireErrorCaught(error)
        }
    }
}
