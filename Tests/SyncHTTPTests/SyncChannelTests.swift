import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import ServiceLifecycle
import SyncProtocol
import Synchronization
import Telemetry
import Testing

@testable import SyncHTTP

/// Runs a server as `main` does, and ends it.
private func serve<T: Sendable>(
    _ handling: some SyncHandling, limits: HTTPLimits = HTTPLimits(), metrics: ServerMetrics? = nil, log: LogKeeper = LogKeeper(),
    _ body: @escaping @Sendable (Int) async throws -> T
) async throws -> T {
    var logger = Logger(label: "test") { _ in KeepingLogHandler(keeper: log) }
    logger.logLevel = .trace
    let (ports, bound) = AsyncStream.makeStream(of: Int.self)
    let server = try SyncServer.application(
        handling, at: try #require(ListenAddress("127.0.0.1:0")), tls: nil, limits: limits, metrics: metrics, logger: logger
    ) { bound.yield($0) }
    let group = ServiceGroup(services: [LoopService(server)], logger: silent)
    async let ended: Void = group.run()
    let port = try #require(await ports.first { _ in true })
    let result: Result<T, any Error>
    do { result = .success(try await body(port)) } catch { result = .failure(error) }
    await group.triggerGracefulShutdown()
    try await ended
    return try result.get()
}

/// What is another in each answer, made the same.
private func masked(_ answer: String) -> String {
    answer.replacing(/Date: [^\r]*/, with: "Date: -").replacing(/[0-9a-f]{17,32}/, with: "-")
}

private let closing = rawSync.replacing("\r\nHost", with: "\r\nConnection: close\r\nHost")

@Suite struct SimpleRequestTests {
    private func isSimple(_ fields: HTTPFields, method: HTTPRequest.Method = .post, path: String = "/v1/sync") -> Bool {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 1_000
        let handling = HandlingDouble()
        let admission = Admission(handling: handling, limits: limits, metrics: nil)
        let answers = SyncAnswers(handling, admission, limits: limits, metrics: nil, logger: silent)
        return answers.isSimple(HTTPRequest(method: method, scheme: nil, authority: "x", path: path, headerFields: fields))
    }

    @Test func `what a device sends is simple`() {
        #expect(isSimple([.contentLength: "204"]))
        #expect(isSimple([.contentLength: "0", .accept: "*/*", .userAgent: "a b", .contentType: ContentType.sync]))
        #expect(isSimple([.contentLength: "1000"]))
    }

    @Test func `what says more, or less, or says it otherwise, is not`() {
        let length: HTTPFields = [.contentLength: "204"]
        #expect(!isSimple(length, method: .get))
        #expect(!isSimple(length, path: "/v1/enrol"))
        #expect(!isSimple(length, path: "/v1/sync?x"))
        for fields: HTTPFields in [
            [:], [.contentLength: "1001"], [.contentLength: "-1"], [.contentLength: "x"], [.contentType: ContentType.sync],
        ] { #expect(!isSimple(fields), "\(fields)") }
        let more: [(HTTPField.Name, String)] = [
            (.contentType, "application/json"), (.accept, "application/json"), (.expect, "100-continue"), (.connection, "close"),
            (.contentEncoding, "gzip"), (.transferEncoding, "chunked"), (.xRequestID, "0123456789abcdef0123"), (.via, "1.1 x"),
        ]
        for (name, value) in more {
            var fields = length
            fields[name] = value
            #expect(!isSimple(fields), "\(name): \(value)")
        }
    }
}

@Suite struct SyncChannelTests {
    @Test(arguments: [
        HandlingDouble.Behaviour.echo, .problem(.notFound), .problem(.storeUnavailable),
        .wire(ProtocolError(.overloaded, in: "x")),
        .wire(ProtocolError(.enrolAgain, in: "x")), .wire(ProtocolError(.storeFull, in: "x")), .fault,
    ])
    func `it answers what the library answers, and writes the same line`(behaviour: HandlingDouble.Behaviour) async throws {
        let log = LogKeeper()
        let answers = try await serve(HandlingDouble(behaviour), log: log) { port in
            // The second says how it ends, so the library reads it.
            let first = try await onThread { try rawExchange(port: port, send: rawSync, half: true) }
            return [first, try await onThread { try rawExchange(port: port, send: closing) }]
        }
        #expect(answers[0].hasPrefix("HTTP/1.1 "))
        #expect(masked(answers[0]) == masked(answers[1]))
        let lines = log.all.filter { $0.contains(" request ") || $0.contains(" fault ") }.map { line in
            masked(line.replacing(/ms=[0-9.]*/, with: "ms=-").replacing(#/hb.request.id=[^ ]* /#, with: ""))
        }
        #expect(lines.count >= 2 && Array(lines.prefix(lines.count / 2)) == Array(lines.suffix(lines.count / 2)))
    }

    @Test func `two requests on one connection, the second one for the library`() async throws {
        let health = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        for texts in [[rawSync, rawSync, closing], [rawSync, health], [closing]] {
            let answer = try await serve(HandlingDouble()) { port in
                try await onThread { try rawExchange(port: port, send: texts.joined()) }
            }
            #expect(answer.matches(of: /HTTP\/1.1 200 OK/).count == texts.count)
        }
    }

    @Test func `what comes in parts or is large is answered whole`() async throws {
        let handling = HandlingDouble()
        let body = String(repeating: "b", count: 300_000)
        let large = closing.replacing("Length: 1\r\n\r\nx", with: "Length: \(body.count)\r\n\r\n\(body)")
        let some = rawSync.replacing("Length: 1\r\n\r\nx", with: "Length: 30000\r\n\r\n\(body.prefix(30_000))")
        let answers = try await serve(handling) { port in
            try await [
                onThread { try rawExchange(port: port, send: large) },
                onThread { try rawExchange(port: port, send: some, half: true) },
                onThread { try rawExchange(port: port, send: closing, partBytes: 40, partPause: 20_000) },
                onThread { try rawExchange(port: port, send: rawSync, half: true, partBytes: 40, partPause: 400_000) },
            ]
        }
        #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 200 OK") })
        #expect(handling.bodies.withLock { $0["sync"]?.map(\.count) } == [300_000, 30_000, 1, 1])
    }

    @Test func `many clients at once are all served, and counted`() async throws {
        let metrics = ServerMetrics(routes: SyncServer.paths, clock: { 0 })
        try await serve(HandlingDouble(), metrics: metrics) { port in
            try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        try await onThread {
                            try rawExchange(port: port, send: index % 2 == 0 ? rawSync : closing, half: index % 2 == 0)
                        }
                    }
                }
                for try await answer in group { #expect(answer.hasSuffix("\r\n\r\nx")) }
            }
        }
        let text = await metrics.text(build: BuildInfo(version: "1", schema: "1", wire: "1"), store: nil)
        for expected in [
            "gridline_http_connections_total 40", "gridline_http_requests_in_flight 0",
            "gridline_http_request_duration_seconds_count{route=\"/v1/sync\",status=\"200\"} 40",
        ] { #expect(text.contains(expected + "\n"), "\(expected) is missing") }
        #expect(metrics.traffic.connectionCount == 0)
    }

    @Test(arguments: [rawSync, closing])
    func `shutting down lets a running request end, and its answer out`(request: String) async throws {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let hold = HandlingDouble.Hold()
        let server = try SyncServer.application(
            HandlingDouble(.held(hold)), at: try #require(ListenAddress("127.0.0.1:0")), tls: nil, logger: silent
        ) { bound.yield($0) }
        let group = ServiceGroup(services: [server], logger: silent)
        async let ended: Void = group.run()
        let port = try #require(await ports.first { _ in true })
        async let answer = onThread { try rawExchange(port: port, send: request) }
        for await _ in hold.entered.stream { break }
        await group.triggerGracefulShutdown()
        hold.open.continuation.finish()
        #expect(try await answer.hasSuffix("\r\n\r\nx"))
        try await ended
        await #expect(throws: (any Error).self) { try await onThread { try rawExchange(port: port, send: rawSync) } }
    }

    @Test func `a connection on which nothing arrives is closed; one that stands open does not keep the server`() async throws {
        var limits = HTTPLimits()
        limits.idleSeconds = 1
        try await serve(HandlingDouble(), limits: limits) { port in
            for beginning in ["", "POST /v1/sync HT", "POST /v1/sync HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"] {
                let answer = try await onThread { try rawExchange(port: port, send: beginning) }
                #expect(!answer.contains("200"), "\(beginning)")
            }
            // After an answer, too.
            let answer = try await onThread { try rawExchange(port: port, send: rawSync) }
            #expect(answer.hasSuffix("\r\n\r\nx"))
        }
        limits.idleSeconds = 60
        let start = ContinuousClock.now
        let kept = try await serve(HandlingDouble(), limits: limits) { port in
            let first = Task { try await onThread { try rawExchange(port: port, send: "") } }
            let second = Task { try await onThread { try rawExchange(port: port, send: rawSync) } }
            try await Task.sleep(for: .milliseconds(700))
            return [first, second]
        }
        for task in kept { _ = try await task.value }
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func `who sends two requests at once, the first one still being answered, gets both answers in their order`()
        async throws
    {
        let handling = HandlingDouble(.slow(bytes: 3, milliseconds: 300))
        for texts in [[rawSync, rawSync, rawSync], [rawSync, closing], [rawSync, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"]] {
            let answer = try await serve(handling) { port in
                try await onThread { try rawExchange(port: port, send: texts.joined(), half: true) }
            }
            #expect(answer.matches(of: /HTTP\/1.1 200 OK/).count == texts.count)
        }
    }

    /// The same handling, and nothing that answers in the pipeline: the router's answers.
    private struct Routed: SyncHandling {
        let base: HandlingDouble
        func sync(body: [UInt8]) async throws -> [UInt8] { try await base.sync(body: body) }
        func enrol(body: [UInt8]) async throws -> [UInt8] { try await base.enrol(body: body) }
        func token(body: [UInt8]) async throws -> [UInt8] { try await base.token(body: body) }
        func isHealthy() async -> Bool { true }
    }

    @Test(arguments: [
        "x\r\n\r\n", "POST /v1/sync HTTP/1.1\r\nContent-Length: 5\r\n\r\nx",
        "POST /v1/sync HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        rawSync, closing, "", "POST /v1/sync HTTP/1.1\r\n\r\n",
    ])
    func `what comes is answered as the router alone answers it, broken requests too`(text: String) async throws {
        let asked: @Sendable (Int) async throws -> String = { port in
            try await onThread { try rawExchange(port: port, send: text, half: true) }
        }
        let routed = try await serve(Routed(base: HandlingDouble()), asked)
        #expect(try await masked(serve(HandlingDouble(), asked)) == masked(routed))
    }

    @Test func `the date is the one of RFC 9110`() {
        #expect(DateLine.text(of: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(DateLine.text(of: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(DateLine.text(of: 1_709_164_800) == "Thu, 29 Feb 2024 00:00:00 GMT")
    }
}
