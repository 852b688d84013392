public import SyncProtocol

/// What an answer is, judged before a byte of it is believed.
public enum Answer: Hashable, Sendable {
    /// A body of the content type that was asked for, with status 200.
    case body([UInt8])
    /// The centre refuses, and says why.
    case problem(ProblemDetails, retryAfterSeconds: Int?)
    /// 429, 502, 503 or 504 without problem details: something before the centre, or a centre with too much to do.
    case busy(status: Int, retryAfterSeconds: Int?)
    /// Something answered that is not the centre: a captive portal, a wrong address, a proxy.
    case notGridline(status: Int, contentType: String)

    /// - Parameter accept: The content type that the request asked for.
    public init(_ response: HTTPResponse, accept: String) {
        let type = Self.mediaType(response.contentType)
        if response.status == 200 && type == accept {
            self = .body(response.body)
        } else if response.status >= 400, type == ContentType.problem, let details = try? ProblemDetails(decoding: response.body)
        {
            self = .problem(details, retryAfterSeconds: response.retryAfterSeconds ?? details.retryAfterSeconds)
        } else if [429, 502, 503, 504].contains(response.status) {
            self = .busy(status: response.status, retryAfterSeconds: response.retryAfterSeconds)
        } else {
            self = .notGridline(status: response.status, contentType: type.isEmpty ? "-" : String(type.prefix(80)))
        }
    }

    /// The type without parameters, in lower case; printable ASCII only, because it is shown to people.
    private static func mediaType(_ header: String?) -> String {
        let type = (header ?? "").prefix { $0 != ";" }.lowercased()
        return String(String.UnicodeScalarView(type.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7f }))
    }
}
