import Foundation
import Hummingbird
import HummingbirdTesting
import ServiceLifecycle
import SyncProtocol
import Testing
import Tickets

@testable import SyncHTTP
@testable import SyncService

/// Lets everybody watch the scope that their token spells, with the registry that the service uses.
private final class WatchDouble: SyncHandling {
    let watchers = Watchers(countMax: 100)

    func sync(body: [UInt8]) async throws -> [UInt8] { body }
    func enrol(body: [UInt8]) async throws -> [UInt8] { body }
    func token(body: [UInt8]) async throws -> [UInt8] { body }
    func isHealthy() async -> Bool { true }

    func watch(token: [UInt8], base: UInt64) throws -> WatchStart {
        let replica = ReplicaID(bytes: Array((token + [UInt8](repeating: 0, count: 16)).prefix(16)))!
        switch watchers.register(replica, scopes: [String(decoding: token, as: UTF8.self)], base: base) {
        case .waiting(let watch): return .waiting(watch)
        case .news: return .news
        case .full, .closed: throw ProtocolError(.overloaded, in: "watch", retryAfterSeconds: 77)
        }
    }
}

/// One connection that watches.
final class WatchSocket: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0, "errno \(errno)")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0, "errno \(errno)")
        var timeout = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func ask(token: [UInt8], base: UInt64 = 0) throws {
        let text = "GET /v1/watch?base=\(base) HTTP/1.1\r\nHost: x\r\nAuthorization: \(TokenHeader.value(of: token))\r\n\r\n"
        try send(text)
    }

    func send(_ text: String) throws {
        try #require(write(descriptor, Array(text.utf8), text.utf8.count) == text.utf8.count)
    }

    /// Half a hang-up: nothing more will be sent.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Head and body of one answer; empty if the server closed.
    ///
    /// On a thread of its own: the tasks' threads are the server's.
    func answer() async throws -> String { try await onThread { try self.read() } }

    private func read() throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            try #require(count >= 0 || errno == ECONNRESET, "no answer in time")
            if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n"), let length = text.firstMatch(of: /(?i)content-length: (\d+)/) else {
                continue
            }
            if text[end.upperBound...].utf8.count >= Int(length.output.1)! { return text }
        }
    }
}

/// Waits until something is so, for at most twenty seconds.
func until(_ what: Comment, _ condition: @escaping @Sendable () -> Bool) async throws {
    // Two minutes: on a machine that compiles beside it a task waits for its turn for longer than one would think.
    for _ in 0..<24_000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record(what)
}

@Suite struct `Watching over HTTP` {
    private func serve(
        _ handling: some SyncHandling, watchSeconds: Int = 600, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        var limits = HTTPLimits()
        limits.watchSeconds = watchSeconds
        let application = try SyncServer.application(
            handling, at: try #require(ListenAddress("127.0.0.1:0")), tls: nil, limits: limits, logger: silent)
        try await application.test(.live) { client in try await body(try #require(client.port)) }
    }

    @Test func `without a token, with a bad base, with another method: refused`() async throws {
        let handling = WatchDouble()
        let headers: HTTPFields = [.authorization: TokenHeader.value(of: Array("p:a".utf8))]
        for wrong in [[:], [.authorization: "Bearer abc"], [.authorization: "Gridline"]] as [HTTPFields] {
            let response = try await ask(handling, .get, "/v1/watch?base=0", wrong, body: [])
            #expect(response.status == .unauthorized && response.problem?.problem == .tokenExpired)
            #expect(response.headers[.wwwAuthenticate] == "Gridline")
        }
        for query in ["", "?base=", "?base=-1", "?base=x", "?base=9223372036854775808", "?base=99999999999999999999"] {
            let response = try await ask(handling, .get, "/v1/watch" + query, headers, body: [])
            #expect(response.status == .badRequest, "\(query)")
        }
        let posted = try await ask(handling, .post, "/v1/watch?base=0", headers)
        #expect(posted.status == .methodNotAllowed && posted.headers[.allow] == "GET, HEAD")
        #expect(handling.watchers.count == 0)
    }

    @Test func `news that is there already is told at once; a centre without watches says not found`() async throws {
        let handling = WatchDouble()
        handling.watchers.notify(["p:a"], head: 5)
        let headers: HTTPFields = [.authorization: TokenHeader.value(of: Array("p:a".utf8))]
        let response = try await ask(handling, .get, "/v1/watch?base=4", headers, body: [])
        #expect(response.status == .ok && response.headers[.contentType] == ContentType.json)
        #expect(String(decoding: response.bytes, as: UTF8.self) == #"{"news":true,"spread_seconds":0}"#)
        #expect(try await ask(HandlingDouble(), .get, "/v1/watch?base=4", headers, body: []).status == .notFound)
    }

    @Test func `a commit is told to who waits for it, and the connection serves the next watch`() async throws {
        let handling = WatchDouble()
        try await serve(handling) { port in
            let first = try WatchSocket(port: port)
            let second = try WatchSocket(port: port)
            for round in UInt64(1)...3 {
                try first.ask(token: Array("p:a".utf8), base: round - 1)
                if round == 1 { try second.ask(token: Array("p:b".utf8)) }
                try await until("both wait") { handling.watchers.count == 2 }
                handling.watchers.notify(["p:a"], head: round)
                #expect(try await first.answer().hasSuffix(#"{"news":true,"spread_seconds":0}"#))
                #expect(handling.watchers.count == 1)
            }
        }
    }

    @Test func `nothing in time: said so, and the place is free`() async throws {
        let handling = WatchDouble()
        try await serve(handling, watchSeconds: 1) { port in
            let socket = try WatchSocket(port: port)
            try socket.ask(token: Array("p:a".utf8))
            #expect(try await socket.answer().hasSuffix(#"{"news":false,"spread_seconds":0}"#))
            #expect(handling.watchers.count == 0)
        }
    }

    @Test func `who hangs up frees the place at once, however it is done`() async throws {
        let handling = WatchDouble()
        try await serve(handling) { port in
            let halfway = try WatchSocket(port: port)
            try halfway.ask(token: Array("p:a".utf8))
            do {
                let gone = try WatchSocket(port: port)
                try gone.ask(token: Array("p:b".utf8))
                try await until("both wait") { handling.watchers.count == 2 }
            }
            try await until("the closed one is gone") { handling.watchers.count == 1 }
            halfway.finish()
            try await until("the half-closed one is gone") { handling.watchers.count == 0 }
        }
    }

    @Test func `shutting down ends the watches at once, with words`() async throws {
        let handling = WatchDouble()
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let application = try SyncServer.application(
            handling, at: try #require(ListenAddress("127.0.0.1:0")), tls: nil, logger: silent
        ) { bound.yield($0) }
        let group = ServiceGroup(services: [application], logger: silent)
        async let ended: Void = group.run()
        let port = try #require(await ports.first { _ in true })
        let sockets = try (0..<20).map { _ in try WatchSocket(port: port) }
        for (index, socket) in sockets.enumerated() { try socket.ask(token: Array("p:\(index)".utf8)) }
        try await until("all wait") { handling.watchers.count == 20 }
        await group.triggerGracefulShutdown()
        for socket in sockets {
            let answer = try await socket.answer()
            #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("GL-P1205"))
        }
        try await ended
        #expect(handling.watchers.count == 0)
    }
}

@Suite struct `Turned away over HTTP` {
    @Test func `too many requests are turned away before their bodies are read`() async throws {
        var limits = HTTPLimits()
        limits.requestsMax = 1
        let hold = HandlingDouble.Hold()
        let application = try SyncServer.application(
            HandlingDouble(.held(hold)), at: try #require(ListenAddress("127.0.0.1:0")), tls: nil, limits: limits, logger: silent)
        try await application.test(.live) { client in
            let port = try #require(client.port)
            let request = rawSync.replacing("Host: x", with: "Host: x\r\nConnection: close")
            async let first = onThread { try rawExchange(port: port, send: request) }
            // It has its place, and keeps it until it may go.
            for await _ in hold.entered.stream { break }
            // The second one keeps its body to itself: there is an answer nevertheless.
            let slow = request.replacing("Content-Length: 1\r\n", with: "Content-Length: 9\r\n")
            let answer = try await onThread { try rawExchange(port: port, send: slow) }
            #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("GL-P1201"))
            #expect(answer.lowercased().contains("retry-after: 5"))
            hold.open.continuation.finish()
            #expect(try await first.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `answers that wait to be sent are bounded, and give their room back`() {
        let budget = AnswerBudget(bytesMax: 100)
        do {
            let first = budget.hold(500)
            #expect(first != nil && budget.hold(1) == nil && budget.bytes == 500)
            withExtendedLifetime(first) {}
        }
        #expect(budget.bytes == 0 && budget.hold(100) != nil)
    }

    @Test func `a sent answer gives its room back`() async throws {
        var limits = HTTPLimits()
        limits.sendingBytesMax = 10
        let application = Application(router: SyncServer.router(HandlingDouble(), limits: limits), logger: silent)
        try await application.test(.router) { client in
            for _ in 0..<5 {
                let response = try await client.execute(
                    uri: "/v1/sync", method: .post, headers: [.contentType: ContentType.sync],
                    body: ByteBuffer(bytes: [UInt8](repeating: 1, count: 8)))
                #expect(response.status == .ok && response.bytes.count == 8)
            }
        }
    }

    @Test func `there are descriptors for as many connections as are served`() {
        #expect((1...300).contains(Descriptors.allow(connections: 300)))
    }
}
