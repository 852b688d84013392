public import ReplicaStore
import SyncProtocol

/// One question to the centre: tell me when there is something beyond my base.
public struct WatchExchange: Hashable, Sendable {
    /// Where the centre is.
    public var address: ServerAddress
    /// What the last sync left.
    public var standing: WatchStanding

    /// A question.
    public init(address: ServerAddress, standing: WatchStanding) {
        self.address = address
        self.standing = standing
    }

    /// The request; nil without a token, which a sync brings.
    public var request: HTTPRequest? {
        guard let token = standing.token else { return nil }
        var request = HTTPRequest(
            url: address.endpoint("v1/watch") + "?base=\(standing.base)", isLoopback: address.isLoopback,
            contentType: ContentType.json, accept: ContentType.json, body: [], responseBytesMax: WatchNews.bytesMax)
        request.method = .get
        request.authorization = TokenHeader.value(of: token)
        request.waitSeconds = WatchNews.waitSecondsMax
        return request
    }
}

/// What an answer to a watch is.
public enum WatchAnswer: Hashable, Sendable {
    /// Sync, within so many seconds.
    case news(spreadSeconds: Int)
    /// Nothing new: ask again.
    case quiet
    /// The token is not good any more: a sync brings a new one.
    case tokenRefused
    /// A centre of an older release: it has no watches.
    case unsupported
    /// No usable answer, with the centre's wish for later.
    case failed(SyncFailure, retryAfterSeconds: Int?)

    /// Judges a whole answer.
    public init(_ response: HTTPResponse) {
        switch Answer(response, accept: ContentType.json) {
        case .body(let body):
            do throws(ProtocolError) {
                let news = try WatchNews(decoding: body)
                self = news.isNews ? .news(spreadSeconds: news.spreadSeconds) : .quiet
            } catch { self = .failed(.unreadable(error), retryAfterSeconds: nil) }
        case .problem(let details, _) where details.status == 401: self = .tokenRefused
        case .problem(let details, _) where details.problem == .notFound || details.problem == .methodNotAllowed:
            self = .unsupported
        case .problem(let details, let seconds): self = .failed(.refused(details), retryAfterSeconds: seconds)
        case .busy(let status, let seconds): self = .failed(.busy(status: status), retryAfterSeconds: seconds)
        case .notGridline(let status, let type):
            self = .failed(.notGridline(status: status, contentType: type), retryAfterSeconds: nil)
        }
    }
}
