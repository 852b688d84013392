import Hummingbird
import Logging

/// One line per request, with fixed keys: route, method, status, bytes, milliseconds. Never a body, an address, a header or the
/// path as it was asked for: any of them may hold personal data.
struct LogMiddleware<Context: RequestContext>: RouterMiddleware {
    private let clock = ContinuousClock()
    private static var methods: Set<HTTPRequest.Method> { [.get, .head, .post, .put, .patch, .delete, .options] }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = clock.now
        let response = try await next(request, context)
        let milliseconds = (clock.now - start) / .milliseconds(1)
        let level: Logger.Level = response.status.code >= 500 ? .error : .info
        context.logger.log(
            level: level, "request",
            metadata: [
                "route": .string(context.endpointPath ?? "-"),
                "method": .string(Self.methods.contains(request.method) ? request.method.rawValue : "-"),
                "status": .stringConvertible(response.status.code),
                "bytes": .stringConvertible(response.body.contentLength ?? 0),
                "ms": .stringConvertible(Int(milliseconds)),
            ])
        return response
    }
}
