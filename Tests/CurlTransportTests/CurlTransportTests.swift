import CurlTransport
import SyncClient
import Testing

@Suite struct CurlTransportTests {
    private func request(_ url: String, body: String = "hello", bytesMax: Int = 10_000) -> HTTPRequest {
        HTTPRequest(
            url: url, isLoopback: true, contentType: "application/x-gridline-sync", accept: "application/x-gridline-sync",
            body: Array(body.utf8), responseBytesMax: bytesMax)
    }

    private var impatient: CurlTransport.Patience {
        var patience = CurlTransport.Patience()
        patience.totalMilliseconds = 300
        return patience
    }

    private func outcome(
        _ script: [LoopbackServer.Step], bytesMax: Int = 10_000, patience: CurlTransport.Patience = .init()
    ) -> Result<HTTPResponse, TransportError> {
        let server = LoopbackServer(script)
        defer { server.stop() }
        return Result { () throws(TransportError) in
            try CurlTransport(patience: patience).send(request(server.url, bytesMax: bytesMax))
        }
    }

    @Test func `a whole answer comes back with status, type and wish for later`() throws {
        let answer = outcome([
            .send("HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy")
        ])
        #expect(
            try answer.get()
                == HTTPResponse(status: 503, contentType: "text/plain", retryAfterSeconds: 7, body: Array("busy".utf8)))
    }

    @Test func `the body, its type and nothing that waits for leave to send go out`() throws {
        let server = LoopbackServer([.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")])
        defer { server.stop() }
        let body = String(repeating: "字", count: 700_000)
        let answer = try CurlTransport().send(request(server.url, body: body))
        #expect(answer.body.isEmpty && answer.contentType == nil)
        let sent = try #require(server.received.first)
        #expect(sent.hasPrefix("POST /v1/sync HTTP/1.1\r\n"))
        #expect(sent.contains("Content-Type: application/x-gridline-sync\r\n"))
        #expect(!sent.contains("Accept:") && !sent.contains("User-Agent:"))
        #expect(sent.hasSuffix(body) && !sent.contains("Expect:"))
    }

    @Test func `an empty body is sent as an empty body`() throws {
        let server = LoopbackServer([.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")])
        defer { server.stop() }
        #expect(try CurlTransport().send(request(server.url, body: "")).body == Array("ok".utf8))
        #expect(server.received.first?.contains("Content-Length: 0\r\n") == true)
    }

    @Test func `two requests share one connection`() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        let server = LoopbackServer([.send(answer), .nextRequest, .send(answer)])
        defer { server.stop() }
        let transport = CurlTransport()
        _ = try transport.send(request(server.url))
        _ = try transport.send(request(server.url, body: "again"))
        #expect(server.connections == 1)
        #expect(server.received.map { $0.suffix(5) } == ["hello", "again"])
    }

    @Test func `a body cut off at any byte is an interruption, never an answer`() {
        let answer = Array(
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-gridline-sync\r\nContent-Length: 20\r\n\r\n0123456789abcdefghij".utf8)
        let headCount = answer.count - 20
        for count in 0..<answer.count {
            for end in [LoopbackServer.Step.send(""), .reset] {
                switch outcome([.bytes(Array(answer.prefix(count))), end]) {
                case .failure(.interrupted(let bytes)): #expect(bytes <= max(0, count - headCount))
                // Less than the word HTTP with its version is not HTTP at all.
                case .failure(.garbled): #expect(count < 17, "cut at \(count)")
                case let other: Issue.record("cut at \(count): \(other)")
                }
            }
        }
    }

    @Test func `a redirect is refused, its target named by host alone, and nothing is sent there`() {
        let elsewhere = LoopbackServer([.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")])
        defer { elsewhere.stop() }
        for status in [301, 302, 303, 307, 308] {
            let location = "http://user:secret@127.0.0.1:\(elsewhere.port)/login?token=abc"
            let answer = outcome([.send("HTTP/1.1 \(status) Go\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n")])
            #expect(answer == .failure(.redirected(status: status, host: "127.0.0.1:\(elsewhere.port)")))
        }
        #expect(elsewhere.connections == 0)
    }

    @Test func `more bytes than agreed end the transfer, whether announced or not`() {
        let announced = outcome(
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + String(repeating: "x", count: 20))], bytesMax: 19)
        #expect(announced == .failure(.tooLarge(bytesMax: 19)))
        let chunk = "14\r\n" + String(repeating: "x", count: 20) + "\r\n"
        let unannounced = outcome([.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)0\r\n\r\n")], bytesMax: 19)
        #expect(unannounced == .failure(.tooLarge(bytesMax: 19)))
        let exact = outcome([.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)0\r\n\r\n")], bytesMax: 20)
        #expect((try? exact.get().body.count) == 20)
    }

    @Test func `endless headers end the transfer`() {
        let line = "X-Filler: " + String(repeating: "y", count: 1000) + "\r\n"
        let answer = outcome([.send("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 80)), .stall])
        #expect(answer == .failure(.tooLarge(bytesMax: 10_000)))
    }

    @Test func `a server that says nothing, or stops in the middle, times out`() {
        #expect(outcome([.stall], patience: impatient) == .failure(.timedOut))
        let half = outcome([.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .stall], patience: impatient)
        #expect(half == .failure(.timedOut))
    }

    @Test func `a refused connection and an unknown name are being offline`() {
        let server = LoopbackServer([])
        let url = server.url
        server.stop()
        for url in [url, "http://nowhere.invalid/v1/sync"] {
            let transport = CurlTransport()
            let answer = Result { () throws(TransportError) in
                // The listener may take one more connection while it is being shut down.
                _ = try? transport.send(request(url))
                return try transport.send(request(url))
            }
            guard case .failure(.offline) = answer else {
                Issue.record("\(url): \(answer)")
                continue
            }
        }
    }

    @Test func `what is not HTTP is said to be that`() {
        guard case .failure(.garbled) = outcome([.send("SSH-2.0-OpenSSH_9.2\r\n")]) else {
            Issue.record("a greeting of another protocol passed")
            return
        }
    }

    @Test func `plain http to another machine is refused by the transport too`() {
        var plain = request("http://192.0.2.1/v1/sync")
        plain.isLoopback = false
        let answer = Result { () throws(TransportError) in try CurlTransport(patience: impatient).send(plain) }
        guard case .failure(.garbled) = answer else {
            Issue.record("\(answer)")
            return
        }
    }

    @Test func `what is told as sent has arrived, and is told once per request`() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        let server = LoopbackServer([.send(answer), .nextRequest, .send(answer)])
        defer { server.stop() }
        var count = 0
        let transport = CurlTransport(whenSent: { count += 1 })
        for round in 1...2 {
            _ = try transport.send(request(server.url, body: String(repeating: "x", count: 300_000)))
            #expect(count == round)
        }
    }

    @Test func `an authority that is no certificate is said to be that, and nothing is sent`() {
        let transport = CurlTransport(authority: "not a certificate")
        let server = LoopbackServer([.stall])
        defer { server.stop() }
        let url = "https://127.0.0.1:\(server.port)/v1/sync"
        #expect(throws: TransportError.authorityUnreadable) { try transport.send(request(url)) }
        #expect(server.received.isEmpty)
    }
}
