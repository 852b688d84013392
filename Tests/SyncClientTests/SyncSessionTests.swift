import SyncClient
import SyncProtocol
import Testing
import Tickets

/// Numbers in the order of a seed.
struct Seeded: RandomNumberGenerator, Sendable {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

@Suite struct SyncSessionTests {
    private let address: ServerAddress
    private let response: SyncResponse

    init() throws {
        address = try ServerAddress("https://centre.example/hotline/")
        response = SyncResponse(
            incarnation: try #require(Incarnation(bytes: [UInt8](repeating: 7, count: 16))), serverTime: 1_770_000_000_000,
            acknowledgedSequence: 3)
    }

    private func session(attempts: Int = 1) -> SyncSession {
        var limits = SyncSession.Limits()
        limits.attemptsMax = attempts
        return SyncSession(address, limits: limits, random: Seeded(state: 1))
    }

    private func good() -> HTTPResponse {
        HTTPResponse(status: 200, contentType: ContentType.sync, body: encodeBody(response.encoded()))
    }

    private func sentRequest(_ action: SyncSession.Action) throws -> HTTPRequest {
        guard case .send(let request) = action else { throw Unexpected(action: action) }
        return request
    }

    struct Unexpected: Error { var action: SyncSession.Action }

    @Test func `prepare, send, absorb, done`() throws {
        var session = session()
        #expect(session.start == .prepare(withCertificate: false))
        let request = try sentRequest(session.handle(.prepared([1, 2, 3])))
        #expect(request.url == "https://centre.example/hotline/v1/sync" && !request.isLoopback)
        #expect(request.contentType == nil && isPackedBody(request.body) && request.accept == ContentType.sync)
        #expect(try decodeBody(request.body) == [1, 2, 3])
        #expect(session.handle(.answered(good())) == .absorb(response))
        #expect(session.handle(.absorbed(.done)) == .finish(.done))
        #expect(session.roundCount == 1)
    }

    @Test func `more pages are asked for until there are no more`() {
        var session = session()
        for _ in 0..<50 {
            _ = session.handle(.prepared([]))
            _ = session.handle(.answered(good()))
            #expect(session.handle(.absorbed(.more)) == .prepare(withCertificate: false))
        }
        #expect(session.roundCount == 50)
    }

    @Test func `a centre that never ends is left after the last allowed round`() {
        var limits = SyncSession.Limits()
        limits.roundsMax = 3
        var session = SyncSession(address, limits: limits, random: Seeded(state: 1))
        for _ in 0..<3 {
            _ = session.handle(.prepared([]))
            _ = session.handle(.answered(good()))
            _ = session.handle(.absorbed(.more))
        }
        #expect(session.handle(.prepared([])) == .finish(.failed(.endless(rounds: 3), retryAfterSeconds: nil)))
    }

    @Test(arguments: [SyncSession.Progress.resend, .forked])
    func `moving numbers alone is allowed three times in a row`(progress: SyncSession.Progress) {
        var session = session()
        func turn() -> SyncSession.Action {
            _ = session.handle(.prepared([]))
            _ = session.handle(.answered(good()))
            return session.handle(.absorbed(progress))
        }
        for _ in 0..<3 { #expect(turn() == .prepare(withCertificate: false)) }
        #expect(turn() == .finish(.failed(.turningInCircles, retryAfterSeconds: nil)))
    }

    @Test func `real progress between resends starts the count anew`() {
        var session = session()
        for _ in 0..<5 {
            for progress in [SyncSession.Progress.resend, .resend, .more] {
                _ = session.handle(.prepared([]))
                _ = session.handle(.answered(good()))
                #expect(session.handle(.absorbed(progress)) == .prepare(withCertificate: false))
            }
        }
    }

    @Test func `an answer that was cut off: the same bytes again after a pause, so many times`() throws {
        var session = session(attempts: 3)
        let first = try sentRequest(session.handle(.prepared([9])))
        for _ in 0..<2 {
            guard case .pause(let milliseconds) = session.handle(.failed(.interrupted(bytes: 10))) else {
                Issue.record("no pause")
                return
            }
            #expect((0...2_000).contains(milliseconds))
            #expect(try sentRequest(session.handle(.paused)) == first)
        }
        #expect(
            session.handle(.failed(.timedOut)) == .finish(.failed(.transport(.timedOut), retryAfterSeconds: nil)))
    }

    @Test(arguments: [
        TransportError.offline("no name"), .tls("unknown authority"), .redirected(status: 302, host: "portal"),
        .tooLarge(bytesMax: 5), .garbled("junk"), .authorityUnreadable, .unavailable("no library"), .interrupted(bytes: 0),
    ])
    func `every other failure ends the sync at once`(error: TransportError) {
        var session = session()
        _ = session.handle(.prepared([]))
        #expect(session.handle(.failed(error)) == .finish(.failed(.transport(error), retryAfterSeconds: nil)))
    }

    @Test func `a token that the centre cannot use is answered with the certificate, once`() {
        let details = ProblemDetails(.certificateRequired)
        let refusal = HTTPResponse(status: 403, contentType: ContentType.problem, body: details.encoded())
        var session = session()
        _ = session.handle(.prepared([]))
        #expect(session.handle(.answered(refusal)) == .prepare(withCertificate: true))
        _ = session.handle(.prepared([]))
        #expect(session.handle(.answered(refusal)) == .finish(.failed(.refused(details), retryAfterSeconds: nil)))
    }

    @Test func `an answer is read against the very bytes that were asked`() throws {
        var session = session()
        let message = Array("到场查看，路灯不亮".utf8)
        let request = try sentRequest(session.handle(.prepared(message)))
        #expect(isPackedBody(request.body))
        let packed = packBody(response.encoded(), answering: message)
        #expect(
            session.handle(.answered(HTTPResponse(status: 200, contentType: ContentType.sync, body: packed)))
                == .absorb(response))
    }

    @Test(arguments: [Problem.brokenEnvelope, .clientTooNew])
    func `to a centre that is older, the version before packed bodies is spoken, once`(problem: Problem) throws {
        let details = ProblemDetails(problem)
        let refusal = HTTPResponse(status: 400, contentType: ContentType.problem, body: details.encoded())
        var session = session()
        #expect(session.speaks == ProtocolVersion.current)
        #expect(try isPackedBody(sentRequest(session.handle(.prepared([1]))).body))
        #expect(session.handle(.answered(refusal)) == .prepare(withCertificate: false))
        #expect(session.speaks == 2)
        let plain = try sentRequest(session.handle(.prepared([1]))).body
        #expect(!isPackedBody(plain))
        #expect(try decodeBody(plain) == [1])
        #expect(session.handle(.answered(refusal)) == .finish(.failed(.refused(details), retryAfterSeconds: nil)))
    }

    @Test func `a revoked device delivers what it has as long as that gets less`() {
        var session = session()
        func answer(_ unsent: Int) -> SyncSession.Action {
            _ = session.handle(.prepared([]))
            _ = session.handle(.answered(good()))
            return session.handle(.absorbed(.wiped(unsentCount: unsent)))
        }
        #expect(answer(9) == .prepare(withCertificate: false))
        #expect(answer(4) == .prepare(withCertificate: false))
        #expect(answer(4) == .finish(.wiped))
    }

    @Test func `a body of the right type that cannot be read moves nothing`() {
        for body in [[], [1, 2, 3], encodeBody([255, 255, 255]), Array(good().body.dropLast())] {
            var session = session()
            _ = session.handle(.prepared([]))
            let action = session.handle(.answered(HTTPResponse(status: 200, contentType: ContentType.sync, body: body)))
            guard case .finish(.failed(.unreadable, _)) = action else {
                Issue.record("\(body): \(action)")
                continue
            }
        }
    }
}
