import Hummingbird
import NIOCore
import SyncProtocol
import SyncService

/// `GET /v1/watch?base=N`: answers when there is something beyond `base` in the scopes of the token's person, or says after a while
/// that there is nothing. See Schema/Wire/PROTOCOL.md.
struct WatchRoute {
    static let path = "/v1/watch"
    let handling: any SyncHandling

    func add(to router: Router<SyncContext>) {
        router.get(RouterPath(Self.path)) { request, context -> Response in
            guard let header = request.headers[.authorization], let token = TokenHeader.token(in: header) else {
                throw Refusal(.tokenExpired)
            }
            guard let base = request.uri.queryParameters.get("base").flatMap({ UInt64($0) }), base <= UInt64(Int64.max) else {
                throw Refusal(.brokenEnvelope)
            }
            switch try handling.watch(token: token, base: base) {
            case .news: return Self.response(WatchNews(isNews: true))
            case .waiting(let watch): return try Self.response(await ending(of: watch, context.channel))
            }
        }
    }

    private func ending(of watch: Watch, _ channel: any Channel) async -> Watch.Ending {
        channel.triggerUserOutboundEvent(WatchEvent.began(watch), promise: nil)
        defer { channel.triggerUserOutboundEvent(WatchEvent.ended(watch), promise: nil) }
        return await watch.ending()
    }

    private static func response(_ ending: Watch.Ending) throws -> Response {
        switch ending {
        case .news(let seconds): response(WatchNews(isNews: true, spreadSeconds: seconds))
        case .quiet: response(WatchNews(isNews: false))
        case .refused: throw Refusal(.tokenExpired)
        case .stopping: throw Refusal(.stopping)
        }
    }

    private static func response(_ news: WatchNews) -> Response {
        Response(
            status: .ok, headers: [.contentType: ContentType.json], body: .init(byteBuffer: ByteBuffer(bytes: news.encoded())))
    }
}
