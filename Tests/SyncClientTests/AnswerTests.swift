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
