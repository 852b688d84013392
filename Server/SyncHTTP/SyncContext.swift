import HTTPTypes
public import Hummingbird
import NIOCore
import SyncService

/// What goes with a request through middleware and route.
public struct SyncContext: RequestContext {
    /// Hummingbird's own part.
    public var coreContext: CoreRequestContextStorage
    /// Stands in the log, in the answer's header and in problem details, so that a worker can read it out to the operator.
    var requestID = ""
    /// The request in numbers, for its line in the log.
    let account = RequestAccount()
    /// The connection: a watch tells it when to end.
    let channel: any Channel

    /// The context of a request that has just arrived.
    public init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Identities of requests.
enum RequestName {
    /// What a proxy in front of us called the request.
    ///
    /// - Returns: nil unless it is 20 to 64 hexadecimal digits and hyphens, as proxies make them: it goes into the log, so nothing
    ///   passes that could be a name, and no number of digits that a phone or an identity card has.
    static func taken(from header: String?) -> String? {
        guard let header, (20...64).contains(header.utf8.count) else { return nil }
        let isHex = header.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte) || byte == 45
        }
        return isHex ? header : nil
    }
}

extension HTTPField.Name {
    /// The name of a request, both ways.
    static var xRequestID: HTTPField.Name { HTTPField.Name("X-Request-Id")! }  // a token of letters and hyphens
}
