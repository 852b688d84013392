import Hummingbird
import SyncProtocol

/// An answer that is no success: problem details with their header fields.
struct Refusal: Error {
    var details: ProblemDetails
    var allow: String?

    init(_ details: ProblemDetails) { self.details = details }
    init(_ problem: Problem, allow: String? = nil, retryAfterSeconds: Int? = nil) {
        details = ProblemDetails(problem, retryAfterSeconds: retryAfterSeconds)
        self.allow = allow
    }

    var response: Response {
        var headers: HTTPFields = [.contentType: ContentType.problem]
        if let seconds = details.retryAfterSeconds, [429, 503, 507].contains(details.status) {
            headers[.retryAfter] = String(seconds)
        }
        headers[.allow] = allow
        if details.status == 401 { headers[.wwwAuthenticate] = TokenHeader.scheme }
        return Response(
            status: .init(code: details.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: details.encoded())))
    }
}
