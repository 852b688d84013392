import SyncClient
import SyncProtocol
import Testing

@Suite struct AnswerTests {
    private func judged(_ status: Int, _ type: String?, _ body: String = "", retryAfter: Int? = nil) -> Answer {
        Answer(
            HTTPResponse(status: status, contentType: type, retryAfterSeconds: retryAfter, body: Array(body.utf8)),
            accept: ContentType.sync)
    }

    @Test func `only status 200 with exactly the asked content type is a body`() {
        #expect(judged(200, "application/x-gridline-sync", "x") == .body([0x78]))
        #expect(judged(200, "Application/X-Gridline-Sync; charset=binary", "x") == .body([0x78]))
        for type in [nil, "", "text/html", "application/x-gridline-sync2", "application/json", "application/octet-stream"] {
            guard case .notGridline(200, _) = judged(200, type, "x") else {
                Issue.record("\(type ?? "nil") passed")
                continue
            }
        }
        #expect(judged(201, "application/x-gridline-sync") == .notGridline(status: 201, contentType: ContentType.sync))
    }

    @Test func `a captive portal's page is not the centre, and its type is shown without control characters`() {
        #expect(
            judged(200, "text/html; charset=GBK", "<html>登录</html>") == .notGridline(status: 200, contentType: "text/html"))
        #expect(judged(200, "text/\u{1b}[31mhtml") == .notGridline(status: 200, contentType: "text/[31mhtml"))
        #expect(judged(511, nil) == .notGridline(status: 511, contentType: "-"))
    }

    @Test func `problem details come through with their code and the longer wish for later`() {
        let json = String(decoding: ProblemDetails(.expiredCode).encoded(), as: UTF8.self)
        #expect(judged(403, "application/problem+json", json) == .problem(ProblemDetails(.expiredCode), retryAfterSeconds: nil))
        guard
            case .problem(_, 17) = judged(
                503, "application/problem+json", String(decoding: ProblemDetails(.overloaded).encoded(), as: UTF8.self),
                retryAfter: 17)
        else {
            Issue.record("the header's wish was lost")
            return
        }
    }

    @Test func `problem details that cannot be read are not the centre's`() {
        #expect(judged(400, "application/problem+json", "{") == .notGridline(status: 400, contentType: ContentType.problem))
        let status200 = judged(
            200, "application/problem+json", String(decoding: ProblemDetails(.expiredCode).encoded(), as: UTF8.self))
        #expect(status200 == .notGridline(status: 200, contentType: ContentType.problem))
    }

    @Test func `a gateway that is overloaded is busy`() {
        for status in [429, 502, 503, 504] {
            #expect(judged(status, "text/html", retryAfter: 30) == .busy(status: status, retryAfterSeconds: 30))
        }
    }
}

@Suite struct ServerAddressTests {
    private func refusal(_ text: String) -> ServerAddress.Refusal? {
        do throws(ServerAddress.Refusal) {
            _ = try ServerAddress(text)
            return nil
        } catch { return error }
    }

    @Test func `plain http is for this machine only`() throws {
        for text in [
            "http://127.0.0.1:8080", "http://127.9.9.9", "http://localhost:1", "HTTP://LOCALHOST", "http://[::1]:8080/x/",
        ] {
            #expect(try ServerAddress(text).isLoopback, "\(text)")
        }
        for text in [
            "http://12345.example", "http://127.0.0.1.example", "http://127.0.0.256", "http://127.1", "http://localhost.example",
            "http://10.0.0.1", "http://[::2]", "http://0.0.0.0",
        ] {
            #expect(refusal(text) == .plain, "\(text)")
        }
    }

    @Test func `what is no address of a centre is malformed`() {
        for text in [
            "", "centre", "ftp://centre", "https://", "https://:80", "https://a:0", "https://a:65536", "https://a:12x",
            "https://u:p@a",
            "https://a/?q", "https://a#f", "https://a b", "https://a\nb", "https://中心", "https://[::1", "https://[x]",
            "https://a\\b",
            "http://127.0.0.1@evil.example",
        ] {
            #expect(refusal(text) == .malformed, "\(text)")
        }
    }

    @Test func `endpoints hang below the path, slashes at the end do not double`() throws {
        #expect(
            try ServerAddress("https://A.Example:8443/Gridline//").endpoint("v1/sync")
                == "https://a.example:8443/Gridline/v1/sync")
        #expect(try ServerAddress("https://a").endpoint("v1/enrol") == "https://a/v1/enrol")
    }
}

@Suite struct BackoffTests {
    @Test(arguments: [UInt64(1), 2, 3, 99])
    func `pauses double up to the last, and half of each is chance`(seed: UInt64) {
        var random = Seeded(state: seed)
        let backoff = Backoff(firstMilliseconds: 1_000, lastMilliseconds: 60_000)
        for (failures, upper) in [(1, 1_000), (2, 2_000), (3, 4_000), (6, 32_000), (7, 60_000), (1_000_000, 60_000)]
            as [(Int, Int64)]
        {
            for _ in 0..<100 {
                #expect(((upper / 2)...upper).contains(backoff.pause(after: failures, using: &random)), "seed \(seed)")
            }
        }
    }

    @Test func `the server's wish is kept to, but not beyond an hour`() {
        var random = Seeded(state: 5)
        let backoff = Backoff(firstMilliseconds: 1_000, lastMilliseconds: 2_000)
        #expect((30_000...31_000).contains(backoff.pause(after: 1, atLeastSeconds: 30, using: &random)))
        #expect((3_600_000...3_601_000).contains(backoff.pause(after: 1, atLeastSeconds: .max, using: &random)))
        #expect((0...1_000).contains(backoff.pause(after: 1, atLeastSeconds: -5, using: &random)))
    }

    @Test func `two devices do not come back at the same moment`() {
        var (one, two) = (Seeded(state: 1), Seeded(state: 2))
        let backoff = Backoff(firstMilliseconds: 4_000, lastMilliseconds: 300_000)
        let pauses = (1...8).map { ($0, backoff.pause(after: $0, using: &one), backoff.pause(after: $0, using: &two)) }
        #expect(pauses.contains { $0.1 != $0.2 })
    }

    @Test func `watching goes on after what passes and stops at what a person must see to`() {
        var random = Seeded(state: 3)
        var rhythm = WatchRhythm(intervalSeconds: 60)
        #expect((54_000...60_000).contains(rhythm.pause(after: .done, using: &random) ?? 0))
        let offline = SyncSession.Ending.failed(.transport(.offline("")), retryAfterSeconds: nil)
        #expect((2_000...4_000).contains(rhythm.pause(after: offline, using: &random) ?? 0))
        #expect((4_000...8_000).contains(rhythm.pause(after: offline, using: &random) ?? 0))
        #expect((54_000...60_000).contains(rhythm.pause(after: .done, using: &random) ?? 0))
        #expect((2_000...4_000).contains(rhythm.pause(after: offline, using: &random) ?? 0))
        #expect(rhythm.pause(after: .wiped, using: &random) == nil)
        for failure in [
            SyncFailure.transport(.tls("")), .refused(ProblemDetails(.enrolAgain)), .wrongCertificate, .turningInCircles,
        ] {
            #expect(rhythm.pause(after: .failed(failure, retryAfterSeconds: nil), using: &random) == nil)
        }
    }
}
