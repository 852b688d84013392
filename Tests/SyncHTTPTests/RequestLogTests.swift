import Hummingbird
import HummingbirdTesting
import Logging
import SyncProtocol
import Synchronization
import Telemetry
import Testing

@testable import SyncHTTP

@Suite struct RequestLogTests {
    private static let name = "0123456789abcdef0123456789ABCDEF"

    private func ask(_ header: String?, _ handling: HandlingDouble = HandlingDouble(), log: LogKeeper) async throws
        -> TestResponse
    {
        var headers: HTTPFields = [.contentType: ContentType.sync]
        headers[.xRequestID] = header
        return try await SyncHTTPTests.ask(handling, .post, "/v1/sync", headers, log: log)
    }

    @Test func `a request keeps the name that a proxy gave it: in the log, the answer and the problem`() async throws {
        let log = LogKeeper()
        let response = try await ask(Self.name, HandlingDouble(.problem(.overloaded)), log: log)
        #expect(response.headers[.xRequestID] == Self.name)
        #expect(response.problem?.requestID == Self.name)
        #expect(log.all.contains { $0.contains("request=\(Self.name)") && $0.contains("status=503") && $0.hasPrefix("warning") })
    }

    @Test(arguments: [
        nil, "", "李娜", "13800000000", "650102199001011234", "a b", "Zhang-San-Zhang-San-Zhang", "0123456789abcdef\u{7F}01",
    ])
    func `a name that could be somebody's is not taken; one of our own stands everywhere`(header: String?) async throws {
        let log = LogKeeper()
        let response = try await ask(header, HandlingDouble(.problem(.notFound)), log: log)
        let name = try #require(response.headers[.xRequestID])
        #expect(name != header && name.utf8.count >= 17)
        #expect(response.problem?.requestID == name)
        #expect(log.all.contains { $0.contains("request=\(name)") })
        if let header, header.count > 1 { #expect(!log.all.contains { $0.contains(header) }) }
    }

    @Test func `each request has a name of its own`() async throws {
        var names: Set<String> = []
        for _ in 0..<20 {
            let refused = try await ask(nil, HandlingDouble(.problem(.notFound)), log: LogKeeper())
            names.insert(try #require(refused.headers[.xRequestID]))
        }
        #expect(names.count == 20)
        // An answer of the wire has it only for who asked by name; the log has it always.
        let log = LogKeeper()
        #expect(try await ask(nil, log: log).headers[.xRequestID] == nil)
        #expect(log.all.contains { $0.contains("request=") })
    }

    @Test func `requests are counted by route and status, with their bytes; health and refusals are no work`() async throws {
        let metrics = ServerMetrics(routes: SyncServer.paths, clock: { 0 })
        var limits = HTTPLimits()
        limits.receivingBytesMax = 10
        let router = SyncServer.router(HandlingDouble(), limits: limits, metrics: metrics)
        try await Application(router: router, logger: Logger(label: "test") { _ in KeepingLogHandler(keeper: LogKeeper()) }).test(
            .router
        ) { client in
            for count in [3, 7, 11] {
                _ = try await client.execute(
                    uri: "/v1/sync", method: .post, headers: [.contentType: ContentType.sync],
                    body: ByteBuffer(repeating: 1, count: count))
            }
            _ = try await client.execute(uri: "/healthz", method: .get)
            _ = try await client.execute(uri: "/13800000000", method: .get)
        }
        let text = await metrics.text(build: BuildInfo(version: "1", schema: "1", wire: "1"), store: nil)
        for expected in [
            "gridline_http_request_duration_seconds_count{route=\"/v1/sync\",status=\"200\"} 2",
            "gridline_http_request_duration_seconds_count{route=\"/v1/sync\",status=\"503\"} 1",
            "gridline_http_request_duration_seconds_count{route=\"other\",status=\"404\"} 1",
            "gridline_http_request_body_bytes_total{route=\"/v1/sync\"} 10",
            "gridline_requests_shed_total{reason=\"receiving_full\"} 1", "gridline_http_requests_in_flight 0",
        ] { #expect(text.contains(expected + "\n"), "\(expected) is missing") }
        // The whole number: some duration has three of its digits.
        #expect(!text.contains("13800000000"))
    }

    @Test func `metrics answer on their own router, and nothing else does`() async throws {
        let metrics = ServerMetrics(routes: SyncServer.paths, clock: { 0 })
        let build = BuildInfo(version: "1", schema: "1", wire: "1")
        let router = MetricsServer.router(metrics, build: build, store: nil)
        try await Application(router: router).test(.router) { client in
            let answer = try await client.execute(uri: "/metrics", method: .get)
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(String(buffer: answer.body).hasPrefix("# HELP gridline_build_info"))
            #expect(try await client.execute(uri: "/v1/sync", method: .post).status == .notFound)
        }
        #expect(try await SyncHTTPTests.ask(HandlingDouble(), .get, "/metrics", [:], body: []).status == .notFound)
        #expect(throws: ListenError.notLoopback(ListenAddress(host: "0.0.0.0", port: 1))) {
            _ = try MetricsServer.application(
                metrics, build: build, store: nil, at: ListenAddress(host: "0.0.0.0", port: 1), logger: Logger(label: "test"))
        }
    }
}

@Suite struct CutUploadTests {
    private struct Cut: Error {}

    private func read(throwing error: any Error) async throws -> [UInt8] {
        let parts = AsyncThrowingStream<ByteBuffer, any Error> { continuation in
            continuation.yield(ByteBuffer(bytes: [1, 2]))
            continuation.finish(throwing: error)
        }
        let request = Request(
            head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/", headerFields: [.contentLength: "9"]),
            body: RequestBody(asyncSequence: parts))
        return try await BodyReader(limits: HTTPLimits()).read(request, elapsed: { 0 })
    }

    @Test func `an upload that is cut is no fault of the server; one that is cut by its end says that it stops`() async throws {
        let cut = await #expect(throws: Refusal.self) { try await read(throwing: Cut()) }
        #expect(cut?.details.problem == .requestTimedOut)
        let stopping = await #expect(throws: Refusal.self) { try await read(throwing: CancellationError()) }
        #expect(stopping?.details.problem == .stopping)
    }
}
