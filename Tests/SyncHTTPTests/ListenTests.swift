import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import ServiceLifecycle
import SyncProtocol
import Testing

@testable import SyncHTTP

/// Says nothing, but keeps what goes with a request: its name stands there.
let silent: Logger = {
    var logger = Logger(label: "test") { _ in KeepingLogHandler(keeper: LogKeeper()) }
    logger.logLevel = .critical
    return logger
}()

@Suite struct ListenTests {
    @Test(arguments: [
        ("127.0.0.1:0", "127.0.0.1", 0, true), ("127.8.9.10:80", "127.8.9.10", 80, true),
        ("localhost:8443", "localhost", 8443, true),
        ("[::1]:8443", "::1", 8443, true), ("0.0.0.0:8443", "0.0.0.0", 8443, false), ("[::]:443", "::", 443, false),
        ("10.0.0.5:443", "10.0.0.5", 443, false), ("centre.example:443", "centre.example", 443, false),
        ("127.0.0.1.example:443", "127.0.0.1.example", 443, false),
    ])
    func `an address is read, and whether it leaves the machine`(text: String, host: String, port: Int, loopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.isLoopback == loopback)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
        "[127.0.0.1]:80",
    ])
    func `an address that is half understood is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test func `without TLS nobody but this machine is served`() throws {
        let address = try #require(ListenAddress("0.0.0.0:0"))
        #expect(throws: ListenError.needsTLS(address)) {
            try SyncServer.application(HandlingDouble(), at: address, tls: nil, logger: Logger(label: "test"))
        }
    }

    @Test func `certificate files that cannot be used are named`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = folder.appendingPathComponent("key.pem").path
        try #require(
            FileManager.default.createFile(atPath: key, contents: Data("no key".utf8), attributes: [.posixPermissions: 0o644]))
        let address = try #require(ListenAddress("0.0.0.0:0"))
        let files = TLSFiles(certificate: folder.appendingPathComponent("none.pem").path, key: key)
        #expect(throws: ListenError.badTLSFile(key, "everybody may read it; chmod 600 \(key)")) {
            try SyncServer.application(HandlingDouble(), at: address, tls: files, logger: Logger(label: "test"))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        #expect(throws: ListenError.badTLSFile(files.certificate, "it is no readable PEM certificate chain")) {
            try SyncServer.application(HandlingDouble(), at: address, tls: files, logger: Logger(label: "test"))
        }
    }

    @Test func `a real socket serves HTTP 1.1 and answers what it was asked`() async throws {
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let application = try SyncServer.application(
            HandlingDouble(), at: address, tls: nil, logger: silent)
        try await application.test(.live) { client in
            let body = [UInt8](repeating: 5, count: 300_000)
            let response = try await client.execute(
                uri: "/v1/sync", method: .post, headers: [.contentType: ContentType.sync], body: ByteBuffer(bytes: body))
            #expect(response.status == .ok)
            #expect(response.bytes == body)
            let missing = try await client.execute(uri: "/nothing", method: .get)
            #expect(missing.status == .notFound)
        }
    }

    @Test func `a client that does not take its answer is cut off`() async throws {
        let bytes = 32 << 20
        func taken(writeSeconds: Int, pause: UInt32) async throws -> Int {
            var limits = HTTPLimits()
            limits.writeSeconds = writeSeconds
            let application = try SyncServer.application(
                HandlingDouble(.slow(bytes: bytes, milliseconds: 0)), at: try #require(ListenAddress("127.0.0.1:0")), tls: nil,
                limits: limits, logger: silent)
            let request = rawSync.replacing("\r\nHost", with: "\r\nConnection: close\r\nHost")
            return try await application.test(.live) { client in
                let port = try #require(client.port)
                return try await onThread { try rawExchange(port: port, send: request, pause: pause).utf8.count }
            }
        }
        #expect(try await taken(writeSeconds: 60, pause: 0) > bytes, "who reads gets all of it")
        // On a busy machine the answer may begin late in a short pause: then a longer one has to show it.
        for seconds: UInt32 in [3, 10, 40] {
            if try await taken(writeSeconds: 1, pause: seconds * 1_000_000) < bytes { return }
        }
        Issue.record("nobody read for 40 seconds, and the whole answer came")
    }

    @Test func `shutting down lets a running request end, and its answer out`() async throws {
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let hold = HandlingDouble.Hold()
        let application = try SyncServer.application(HandlingDouble(.held(hold)), at: address, tls: nil, logger: silent) {
            bound.yield($0)
        }
        let group = ServiceGroup(services: [application], logger: silent)
        async let ended: Void = group.run()
        let port = try #require(await ports.first { _ in true })
        async let answer = onThread { try rawExchange(port: port, send: rawSync) }
        for await _ in hold.entered.stream { break }
        await group.triggerGracefulShutdown()
        hold.open.continuation.finish()
        #expect(try await answer.hasSuffix("\r\n\r\nx"))
        try await ended
        await #expect(throws: (any Error).self) { try await onThread { try rawExchange(port: port, send: rawSync) } }
    }

    @Test func `a connection on which nothing arrives is closed`() async throws {
        var limits = HTTPLimits()
        limits.idleSeconds = 1
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let application = try SyncServer.application(
            HandlingDouble(), at: address, tls: nil, limits: limits,
            logger: silent)
        try await application.test(.live) { client in
            let port = try #require(client.port)
            for beginning in ["", "POST /v1/sync HT", "POST /v1/sync HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"] {
                let answer = try await onThread { try rawExchange(port: port, send: beginning) }
                #expect(!answer.contains("200"), "\(beginning)")
            }
        }
    }
}

/// Runs what blocks on a thread of its own: the tasks' threads are the server's.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

let rawSync = "POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-gridline-sync\r\nContent-Length: 1\r\n\r\nx"

/// Sends bytes and reads until the server closes; returns what came.
///
/// - Parameter pause: Microseconds before the first byte is read, with a small receive buffer.
func rawExchange(port: Int, send text: String, pause: UInt32 = 0) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    if pause > 0 {
        var bytes: Int32 = 4096
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
    let connected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard connected == 0 else { throw POSIXError(.ECONNREFUSED) }
    var timeout = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    let bytes = Array(text.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    usleep(pause)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        try #require(count >= 0 || errno == ECONNRESET, "the server did not close the connection")
        if count <= 0 { return String(decoding: answer, as: UTF8.self) }
        answer += buffer[..<count]
    }
}
