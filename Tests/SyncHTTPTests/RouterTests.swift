import Hummingbird
import HummingbirdTesting
import SyncProtocol
import Testing

@testable import SyncHTTP

@Suite struct RouterTests {
    @Test(arguments: [("/v1/sync", "sync"), ("/v1/enrol", "enrol"), ("/v1/token", "token")])
    func `each route hands its body to its own transaction`(path: String, route: String) async throws {
        let handling = HandlingDouble()
        let response = try await ask(handling, .post, path, body: [7, 8, 9])
        #expect(response.status == .ok)
        #expect(response.bytes == [7, 8, 9])
        #expect(response.headers[.contentType] == ContentType.sync)
        #expect(handling.bodies.withLock { $0 } == [route: [[7, 8, 9]]])
    }

    @Test func `health is asked without an identity`() async throws {
        let well = try await ask(HandlingDouble(), .get, "/healthz", [:], body: [])
        #expect(well.status == .ok)
        let head = try await ask(HandlingDouble(), .head, "/healthz", [:], body: [])
        #expect(head.status == .ok)
        let ill = try await ask(HandlingDouble(healthy: false), .get, "/healthz", [:], body: [])
        #expect(ill.status == .serviceUnavailable)
        #expect(ill.headers[.retryAfter] == "30")
        #expect(ill.problem?.problem == .storeUnavailable)
    }

    @Test(arguments: ["application/json", "application/x-gridline-sync; charset=utf-8", "text/html", ""])
    func `another content type is refused unread`(type: String) async throws {
        let handling = HandlingDouble()
        var headers = HTTPFields()
        headers[.contentType] = type
        let response = try await ask(handling, .post, "/v1/sync", headers)
        #expect(response.status == .unsupportedMediaType)
        #expect(response.problem?.problem == .unsupportedContentType)
        #expect(handling.bodies.withLock { $0.isEmpty })
    }

    @Test func `a content encoding is refused: the body says itself what it is`() async throws {
        let headers: HTTPFields = [.contentType: ContentType.sync, .contentEncoding: "gzip"]
        #expect(try await ask(HandlingDouble(), .post, "/v1/sync", headers).status == .unsupportedMediaType)
    }

    @Test(arguments: [(100, 200), (101, 413)])
    func `a body at the limit passes, one byte more does not`(count: Int, status: Int) async throws {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 100
        let handling = HandlingDouble()
        let response = try await ask(handling, body: [UInt8](repeating: 1, count: count), limits: limits)
        #expect(response.status.code == status)
        #expect(handling.bodies.withLock { $0.count } == (status == 200 ? 1 : 0))
        if status == 413 { #expect(response.problem?.problem == .bodyTooLarge) }
    }

    @Test func `too much at once is told to wait`() async throws {
        var limits = HTTPLimits()
        limits.receivingBytesMax = 2
        let response = try await ask(HandlingDouble(), body: [1, 2, 3], limits: limits)
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "5")
        #expect(response.problem?.problem == .overloaded)
        #expect(response.problem?.retryAfterSeconds == 5)
    }

    @Test func `what a finished body took is given back`() async throws {
        var limits = HTTPLimits()
        limits.receivingBytesMax = 4
        let reader = BodyReader(limits: limits)
        for _ in 0..<3 {
            let request = Request(
                head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/", headerFields: [.contentLength: "3"]),
                body: RequestBody(buffer: ByteBuffer(bytes: [1, 2, 3])))
            #expect(try await reader.read(request, elapsed: { 0 }) == [1, 2, 3])
        }
    }

    @Test func `a body that drips is cut off, one that is merely slow is not`() async throws {
        var limits = HTTPLimits()
        limits.bodyGraceSeconds = 10
        limits.bodyBytesPerSecondMin = 100
        let reader = BodyReader(limits: limits)
        let request = Request(
            head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/"),
            body: RequestBody(buffer: ByteBuffer(repeating: 1, count: 1100)))
        #expect(try await reader.read(request, elapsed: { 11 }).count == 1100)
        await #expect(throws: Refusal.self) { try await reader.read(request, elapsed: { 11.5 }) }
    }

    @Test(arguments: ["/", "/v1", "/v1/syncs", "/v2/sync", "/v1/sync/1", "/admin", "/../etc/passwd"])
    func `an unknown path is not found, whatever the method`(path: String) async throws {
        for method in [HTTPRequest.Method.get, .post, .delete] {
            let response = try await ask(HandlingDouble(), method, path)
            #expect(response.status == .notFound)
            #expect(response.problem?.problem == .notFound)
        }
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .patch, .delete, .head, .options, .trace])
    func `a wrong method says which one is right`(method: HTTPRequest.Method) async throws {
        for path in ["/v1/sync", "/v1/enrol", "/v1/token"] {
            let response = try await ask(HandlingDouble(), method, path)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "POST")
        }
        let health = try await ask(HandlingDouble(), .post, "/healthz")
        #expect(health.status == .methodNotAllowed)
        #expect(health.headers[.allow] == "GET, HEAD")
    }

    @Test(arguments: Problem.allCases)
    func `every problem comes as RFC 9457 with its own status`(problem: Problem) async throws {
        let response = try await ask(HandlingDouble(.problem(problem)))
        #expect(Int(response.status.code) == problem.httpStatus)
        #expect(response.headers[.contentType] == ContentType.problem)
        #expect(response.problem?.problem == problem)
        let mustWait = [429, 503].contains(problem.httpStatus)
        if mustWait { #expect(response.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0) }
    }

    @Test func `a broken envelope names its part and nothing of its content`() async throws {
        let response = try await ask(HandlingDouble(.wire(ProtocolError(.brokenEnvelope, in: "request.cursor"))))
        #expect(response.status == .badRequest)
        #expect(response.problem?.part == "request.cursor")
    }

    @Test func `an unexpected fault is told without its text`() async throws {
        let log = LogKeeper()
        let response = try await ask(HandlingDouble(.fault), log: log)
        #expect(response.status == .internalServerError)
        #expect(response.problem?.problem == .internalError)
        let everything = String(decoding: response.bytes, as: UTF8.self) + log.all.joined()
        #expect(!everything.contains("13800000000"))
        #expect(log.all.contains { $0.hasPrefix("error fault") && $0.contains("error=Fault") })
    }

    @Test(arguments: ["/v1/sync", "/healthz", "/nothing"])
    func `no answer may be stored by anything between`(path: String) async throws {
        for method in [HTTPRequest.Method.get, .post] {
            let response = try await ask(HandlingDouble(), method, path)
            // The wire's own answer is to a POST and says nothing of how long it is fresh: nobody stores it (RFC 9111, section 3).
            let isWire = method == .post && path == "/v1/sync"
            #expect(response.headers[.cacheControl] == (isWire ? nil : "no-store"))
            #expect(response.headers[.xContentTypeOptions] == (isWire ? nil : "nosniff"))
        }
    }

    @Test func `a log line has fixed keys and nothing of path, query, headers or body`() async throws {
        let log = LogKeeper()
        let headers: HTTPFields = [.contentType: ContentType.sync, .userAgent: "secret-agent", .cookie: "secret-cookie"]
        _ = try await ask(
            HandlingDouble(), .post, "/v1/sync?name=secret-name", headers, body: Array("secret-body".utf8), log: log)
        _ = try await ask(HandlingDouble(), .post, "/secret-path", headers, log: log)
        let lines = log.all.filter { $0.contains(" request ") }
        #expect(lines.count == 2)
        #expect(!log.all.joined().contains("secret"))
        for line in lines {
            let keys = line.split(separator: " ").dropFirst(2).compactMap { $0.split(separator: "=").first.map(String.init) }
            #expect(keys == ["bytes_in", "bytes_out", "hb.request.id", "method", "ms", "request", "route", "status"])
        }
        #expect(lines[0].contains("route=/v1/sync ") && lines[0].contains("status=200"))
        #expect(lines[1].contains("status=404"))
    }

    @Test(arguments: [
        ("*/*", 200), ("application/x-gridline-sync", 200), ("text/html, application/*;q=0.5", 200), ("text/html", 406),
    ])
    func `a client that wants something else hears so`(accept: String, status: Int) async throws {
        let headers: HTTPFields = [.contentType: ContentType.sync, .accept: accept]
        #expect(try await ask(HandlingDouble(), .post, "/v1/sync", headers).status.code == status)
    }
}
