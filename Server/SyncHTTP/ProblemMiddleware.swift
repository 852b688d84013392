import Hummingbird
import Logging
import SyncProtocol

/// Turns everything that is not an answer of a route into problem details: unknown paths, wrong methods, refusals, faults. Every
/// answer is marked as not to be stored, but for the wire's own: the answer to a POST is stored by nobody unless it says how long it is
/// fresh (RFC 9111, section 3), and no browser guesses at its type. They are what a device on a slow link pays for thirty times an hour.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = SyncContext
    /// Methods by path, for 405 and `Allow`.
    let known: [String: [HTTPRequest.Method]]

    func handle(
        _ request: Request, context: SyncContext, next: (Request, SyncContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            var refusal = refusal(for: error, request, context)
            refusal.details.requestID = context.requestID.isEmpty ? nil : context.requestID
            response = refusal.response
        }
        if response.isWire { return response }
        response.headers[.cacheControl] = "no-store"
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    private func refusal(for error: any Error, _ request: Request, _ context: SyncContext) -> Refusal {
        switch error {
        case let refusal as Refusal: return refusal
        case let details as ProblemDetails: return Refusal(details)
        case let error as ProtocolError: return Refusal(ProblemDetails(error))
        case let error as HTTPError where error.status == .notFound: return noRoute(request)
        case let error as HTTPError where error.status.code < 500: return Refusal(.brokenEnvelope)
        default:
            // The type alone: an error's text may quote what a citizen wrote.
            context.logger.error("fault", metadata: ["error": .string("\(type(of: error))")])
            return Refusal(.internalError)
        }
    }

    private func noRoute(_ request: Request) -> Refusal {
        guard let methods = known[request.uri.path] else { return Refusal(.notFound) }
        return Refusal(.methodNotAllowed, allow: methods.map(\.rawValue).joined(separator: ", "))
    }
}

extension Response {
    /// A message of the wire, and nothing else.
    var isWire: Bool { status == .ok && headers[.contentType] == ContentType.sync }
}
