import CurlTransport
import Foundation
import Glibc
import SyncClient
import Testing

@Suite struct `Requests that wait for news` {
    private func request(_ server: LoopbackServer, waitSeconds: Int? = 50) -> HTTPRequest {
        var request = HTTPRequest(
            url: server.url + "?base=41", isLoopback: true, contentType: "application/json", accept: "application/json", body: [],
            responseBytesMax: 4_096)
        request.method = .get
        request.authorization = "Gridline AQID"
        request.waitSeconds = waitSeconds
        return request
    }

    private let news = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

    @Test func `a GET carries its token in a header field and no body, and shares the connection of the next`() throws {
        let server = LoopbackServer([.send(news), .nextRequest, .send(news)])
        defer { server.stop() }
        let transport = CurlTransport()
        #expect(try transport.send(request(server)).body == Array("{}".utf8))
        var post = request(server, waitSeconds: nil)
        post.method = .post
        post.body = Array("hello".utf8)
        #expect(try transport.send(post).status == 200)
        #expect(server.connections == 1)
        let sent = server.received
        #expect(sent[0].hasPrefix("GET /v1/sync?base=41 HTTP/1.1\r\n") && sent[0].contains("Authorization: Gridline AQID\r\n"))
        #expect(sent[0].hasSuffix("\r\n\r\n") && !sent[0].contains("Content-Length") && !sent[0].contains("Content-Type"))
        #expect(sent[1].hasPrefix("POST /v1/sync?base=41 HTTP/1.1\r\n") && sent[1].hasSuffix("hello"))
    }

    @Test func `a wait is broken off when the person wishes so, and only then`() {
        let server = LoopbackServer([.stall])
        defer { server.stop() }
        let asked = Counter()
        let transport = CurlTransport(isBrokenOff: { asked.next() > 2 })
        #expect(throws: TransportError.interrupted(bytes: 0)) { try transport.send(request(server)) }
        #expect(asked.value > 2)
    }

    @Test func `a request that does not wait is never broken off`() throws {
        let server = LoopbackServer([.send(news)])
        defer { server.stop() }
        let transport = CurlTransport(isBrokenOff: { true })
        #expect(try transport.send(request(server, waitSeconds: nil)).status == 200)
    }

    @Test(arguments: [(3_600, 3_590...3_601), (90, 85...91)] as [(Int, ClosedRange<Int>)])
    func `the server's wish may be a date`(seconds: Int, expected: ClosedRange<Int>) throws {
        let server = LoopbackServer([.send(busy("Retry-After: \(date(in: seconds))"))])
        defer { server.stop() }
        let wish = try #require(try CurlTransport().send(request(server)).retryAfterSeconds)
        #expect(expected.contains(wish))
    }

    @Test func `a date that is over, or no date at all, is no wish`() throws {
        for line in ["Retry-After: \(date(in: -600))", "Retry-After: soon", "Retry-After: -7", "Retry-After: 0"] {
            let server = LoopbackServer([.send(busy(line))])
            defer { server.stop() }
            #expect(try CurlTransport().send(request(server)).retryAfterSeconds == nil, "\(line)")
        }
    }

    private func busy(_ line: String) -> String { "HTTP/1.1 503 Busy\r\n\(line)\r\nContent-Length: 0\r\n\r\n" }

    /// As RFC 9110 writes it.
    private func date(in seconds: Int) -> String {
        var moment = time(nil) + seconds
        var parts = tm()
        gmtime_r(&moment, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            strftime(text.baseAddress!, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)  // 64 bytes are there
            return String(cString: text.baseAddress!)
        }
    }
}

/// Counts calls that come from one thread.
private final class Counter {
    private(set) var value = 0
    func next() -> Int {
        value += 1
        return value
    }
}
