import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix
import Synchronization

/// A connection that speaks HTTP/1.1 by the library's codec. What devices ask for thirty times an hour is answered in its pipeline
/// (`SyncHandler`); everything else goes to the library's asynchronous channel, which is made when it is first needed.
///
///     codec ── time limits ── SyncHandler ──anything else──▶ asynchronous channel ──▶ router, routes
///                                  └──`POST /v1/sync`──▶ service ──▶ answer
///
/// - Source: decision 0053.
struct SyncChannel: HTTPChannelHandler {
    let responder: HTTPChannelHandler.Responder
    let limits: HTTPLimits
    /// Answers simple requests; nil = the router does.
    let answers: SyncAnswers?
    /// What stands beside each connection, behind the codec.
    let handlers: @Sendable () -> [any RemovableChannelHandler]

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<SyncConnection> {
        channel.eventLoop.makeCompletedFuture {
            var decoder = NIOHTTPDecoderLimitConfiguration()
            decoder.maxHeaderFieldSize = limits.headerBytesMax
            decoder.maxHeaderListSize = limits.headerBytesMax
            decoder.maxHeaderFieldCount = 100
            let pipeline = channel.pipeline.syncOperations
            // As the library's own channel sets it up: pipelining and errors are dealt with behind it, header fields are checked types.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoder)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandlers(handlers())
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: .seconds(limits.idleSeconds), logger: logger))
            let connection = SyncConnection(channel: channel)
            guard let answers else {
                try connection.connect()
                return connection
            }
            try pipeline.addHandler(SyncHandler(answers, connection))
            return connection
        }
    }

    func handle(value: SyncConnection, logger: Logger) async {
        guard let asynchronous = await value.asynchronous() else { return }
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await handleHTTP(asyncChannel: asynchronous, logger: logger)
        }
    }
}

/// A connection, and whether the library has it.
final class SyncConnection: ServerChildChannelValue {
    typealias Asynchronous = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private enum State: Sendable {
        case open
        case waitedFor(CheckedContinuation<Asynchronous?, Never>)
        case connected(Asynchronous)
        case over
    }

    let channel: any Channel
    private let state = Mutex(State.open)

    init(channel: any Channel) { self.channel = channel }

    /// Gives the connection to the library from now on. On its event loop; once.
    func connect() throws {
        let asynchronous = try Asynchronous(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        turn(.connected(asynchronous), asynchronous)
    }

    /// The connection is gone. Whoever waits for the library is told so.
    func end() { turn(.over, nil) }

    private func turn(_ next: State, _ asynchronous: Asynchronous?) {
        let waiting = state.withLock { state -> CheckedContinuation<Asynchronous?, Never>? in
            switch state {
            case .open:
                state = next
                return nil
            case .waitedFor(let waiting):
                state = next
                return waiting
            case .connected, .over: return nil
            }
        }
        waiting?.resume(returning: asynchronous)
    }

    /// Waits until the library is needed.
    ///
    /// - Returns: nil if the connection ended before.
    func asynchronous() async -> Asynchronous? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Asynchronous?? in
                    switch state {
                    case .open, .waitedFor:
                        state = .waitedFor(continuation)
                        return nil
                    case .connected(let asynchronous): return .some(asynchronous)
                    case .over: return .some(nil)
                    }
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            channel.close(mode: .input, promise: nil)
        }
    }
}
