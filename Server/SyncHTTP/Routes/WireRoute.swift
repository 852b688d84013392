import Hummingbird
import SyncProtocol

/// A route of the protocol: POST, the wire's content type in and out, one bounded body each way.
protocol WireRoute: Sendable {
    static var path: String { get }
    func answer(_ body: [UInt8], _ context: SyncContext) async throws -> [UInt8]
    /// The same answer for people who debug: canonical JSON. Nil where there is none.
    ///
    /// - Parameter body: That was answered.
    func json(_ answer: [UInt8], to body: [UInt8]) throws -> [UInt8]?
}

extension WireRoute {
    func json(_ answer: [UInt8], to body: [UInt8]) throws -> [UInt8]? { nil }

    func add(to router: Router<SyncContext>, _ admission: Admission) {
        router.post(RouterPath(Self.path)) { request, context -> Response in
            try admission.enter()
            defer { admission.leave() }
            let clock = ContinuousClock()
            let start = clock.now
            // A packed body says by its first byte what it is.
            guard [nil, ContentType.sync].contains(request.headers[.contentType]), request.headers[.contentEncoding] == nil else {
                throw Refusal(.unsupportedContentType)
            }
            let form = try AnswerForm(accept: request.headers[.accept])
            let body = try await admission.reader.read(request) { (clock.now - start) / .seconds(1) }
            context.account.noteReceived(bytes: body.count)
            let answer = try await answer(body, context)
            if form == .json, let text = try json(answer, to: body) { return try admission.response(text, ContentType.json) }
            return try admission.response(answer, ContentType.sync)
        }
    }
}

/// What the client wants to have its answer as.
enum AnswerForm {
    case wire, json

    /// - Throws: 406 where neither will do. Weights are not compared: the wire is taken wherever it may be.
    init(accept: String?) throws {
        guard let accept else {
            self = .wire
            return
        }
        let types = accept.split(separator: ",").map { part in
            part.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
        if types.isEmpty || types.contains(where: { ["*/*", "application/*", ContentType.sync].contains($0) }) {
            self = .wire
        } else if types.contains(ContentType.json) {
            self = .json
        } else {
            throw Refusal(.notAcceptable)
        }
    }
}
