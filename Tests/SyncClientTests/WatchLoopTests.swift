import ReplicaStore
import SyncClient
import SyncProtocol
import Testing
import Tickets

/// A loop with a clock of its own, that answers looks and pauses by itself until something has to be said.
private struct Driven {
    var loop: WatchLoop
    var action: WatchLoop.Action
    var now: Milliseconds = 1_000_000
    var standing: WatchStanding? = WatchStanding(base: 41, token: [1, 2, 3], unsentCount: 0)
    var pauses: [Int64] = []
    var reasons: [WatchLoop.Why] = []

    init(interval: Int? = nil, seed: UInt64 = 1) throws {
        loop = WatchLoop(
            try ServerAddress("https://centre.example/hotline"), intervalSeconds: interval, random: Seeded(state: seed))
        action = loop.start
    }

    /// Says what happened, `after` milliseconds later, and goes on to the next thing that is not a pause or a look.
    mutating func say(_ event: WatchLoop.Event, after milliseconds: Milliseconds = 0) {
        now += milliseconds
        action = loop.handle(event, now: now)
        for _ in 0..<100 {
            switch action {
            case .look: action = loop.handle(.looked(standing), now: now)
            case .pause(let milliseconds, let why):
                pauses.append(milliseconds)
                reasons.append(why)
                now += milliseconds
                action = loop.handle(.paused, now: now)
            default: return
            }
        }
        Issue.record("it goes round without asking anybody")
    }

    var isWatching: Bool { if case .watch = action { true } else { false } }
}

private let offline = WatchAnswer.failed(.transport(.offline("")), retryAfterSeconds: nil)
private let full = WatchAnswer.failed(.refused(ProblemDetails(.overloaded)), retryAfterSeconds: 90)

@Suite struct WatchLoopTests {
    @Test func `sync, watch, news, sync`() throws {
        var driven = try Driven()
        #expect(driven.action == .sync)
        driven.say(.synced(.done))
        guard case .watch(let exchange) = driven.action else { throw NotWatching() }
        let request = try #require(exchange.request)
        #expect(
            request.url == "https://centre.example/hotline/v1/watch?base=41" && request.method == .get && request.body.isEmpty)
        #expect(request.authorization == "Gridline AQID" && request.waitSeconds == 50)
        driven.say(.watched(.news(spreadSeconds: 0)), after: 20_000)
        #expect(driven.action == .sync && driven.pauses.count == 1 && (200...1_000).contains(driven.pauses[0]))
    }

    struct NotWatching: Error {}

    @Test func `quiet: again, without a sync, until the interval is over`() throws {
        var driven = try Driven(interval: 600)
        driven.say(.synced(.done))
        var watches = 0
        while driven.isWatching {
            watches += 1
            driven.say(.watched(.quiet), after: 50_000)
        }
        #expect(driven.action == .sync && watches == 12)
    }

    @Test func `news for many is fetched at a time of one's own`() throws {
        let pauses = try (0..<200).map { seed in
            var driven = try Driven(seed: UInt64(seed))
            driven.say(.synced(.done))
            driven.say(.watched(.news(spreadSeconds: 20)), after: 100)
            return driven.pauses[0]
        }
        #expect(pauses.min()! < 2_500 && pauses.max()! > 18_500 && pauses.max()! <= 21_000)
    }

    @Test func `what is given meanwhile is sent after the next answer`() throws {
        var driven = try Driven()
        driven.say(.synced(.done))
        driven.standing?.unsentCount = 2
        driven.say(.watched(.quiet), after: 50_000)
        #expect(driven.action == .sync)
    }

    @Test func `a watch that broke off is followed by a sync, later and later`() throws {
        var driven = try Driven()
        driven.say(.synced(.done))
        for _ in 0..<12 {
            driven.say(.watched(offline), after: 100)
            #expect(driven.action == .sync)
            driven.say(.synced(.done))
            #expect(driven.isWatching)
        }
        // The syncs went well, and the way for watches is broken all the same: the pauses grow to five minutes.
        #expect(driven.pauses.suffix(4).reduce(0, +) > 200_000 && driven.pauses.max()! <= 300_000)
        driven.say(.watched(.quiet), after: 50_000)
        let before = driven.pauses.count
        driven.say(.watched(offline), after: 100)
        #expect(driven.pauses.count == before + 1 && driven.pauses.last! <= 4_000)
    }

    @Test func `without a network: back-off, no end, and the centre's wish is kept to`() throws {
        var driven = try Driven()
        for _ in 0..<50 {
            driven.say(.synced(.failed(.transport(.offline("")), retryAfterSeconds: nil)))
            #expect(driven.action == .sync)
        }
        #expect(driven.pauses.max()! <= 300_000 && driven.pauses.prefix(3).allSatisfy { $0 <= 16_000 })
        #expect(driven.reasons.last == .failure(count: 50))
        driven.say(.synced(.failed(.refused(ProblemDetails(.overloaded)), retryAfterSeconds: 120)))
        #expect(driven.pauses.last! >= 120_000)
    }

    @Test func `all places taken: waits as told`() throws {
        var driven = try Driven()
        driven.say(.synced(.done))
        driven.say(.watched(full))
        #expect(driven.action == .sync && driven.pauses[0] >= 90_000)
    }

    @Test func `a refused token is renewed by a sync at once; if that does not help, not at once again`() throws {
        var driven = try Driven()
        driven.say(.synced(.done))
        driven.say(.watched(.tokenRefused))
        #expect(driven.action == .sync && driven.pauses.isEmpty)
        for _ in 0..<10 {
            driven.say(.synced(.done))
            driven.say(.watched(.tokenRefused))
        }
        #expect(driven.pauses.count == 10 && driven.pauses.reduce(0, +) > 60_000)
    }

    @Test func `an answer that comes too soon to be a wait does not make a loop`() throws {
        var driven = try Driven()
        driven.say(.synced(.done))
        var asked = 0
        while driven.now < 1_000_000 + 3_600_000 {
            asked += 1
            driven.say(driven.isWatching ? .watched(.quiet) : .synced(.done), after: 30)
        }
        #expect(asked < 120, "\(asked) requests in an hour")
    }

    @Test func `a flood of news is fetched in bounded syncs`() throws {
        var driven = try Driven()
        driven.say(.synced(.done))
        var syncs = 0
        while driven.now < 1_000_000 + 600_000 {
            driven.say(.watched(.news(spreadSeconds: 0)), after: 1)
            syncs += 1
            driven.say(.synced(.done), after: 100)
        }
        #expect(syncs < 1_200, "\(syncs) syncs in ten minutes")
    }

    @Test func `a centre of an older release: by the clock`() throws {
        var driven = try Driven()
        driven.say(.synced(.done))
        driven.say(.watched(.unsupported))
        #expect(driven.action == .sync && (54_000...60_000).contains(driven.pauses[0]) && driven.reasons == [.clock])
        driven.say(.synced(.done))
        #expect(driven.action == .sync && driven.pauses.count == 2)
    }

    @Test func `without a token it goes by the clock; while another command works it waits a moment`() throws {
        var driven = try Driven(interval: 30)
        driven.standing?.token = nil
        driven.say(.synced(.done))
        #expect(driven.action == .sync && driven.reasons == [.clock])
        var loop = driven.loop
        #expect(loop.handle(.looked(nil), now: driven.now) == .pause(milliseconds: 500, .replicaBusy))
        #expect(loop.handle(.paused, now: driven.now) == .look)
    }

    @Test(arguments: [
        SyncSession.Ending.wiped, .failed(.transport(.tls("x")), retryAfterSeconds: nil),
        .failed(.refused(ProblemDetails(.enrolAgain)), retryAfterSeconds: nil),
    ])
    func `where only a person can help it ends`(ending: SyncSession.Ending) throws {
        var driven = try Driven()
        driven.say(.synced(ending))
        #expect(driven.action == .finish)
    }
}

@Suite struct WatchAnswerTests {
    private func answer(_ status: Int, _ type: String?, _ body: [UInt8], retryAfter: Int? = nil) -> WatchAnswer {
        WatchAnswer(HTTPResponse(status: status, contentType: type, retryAfterSeconds: retryAfter, body: body))
    }

    private func problem(_ problem: Problem) -> WatchAnswer {
        answer(problem.httpStatus, ContentType.problem, ProblemDetails(problem).encoded())
    }

    @Test func `what the centre says is understood`() {
        #expect(answer(200, ContentType.json, WatchNews(isNews: true, spreadSeconds: 7).encoded()) == .news(spreadSeconds: 7))
        #expect(answer(200, ContentType.json, WatchNews(isNews: false).encoded()) == .quiet)
        #expect(
            answer(200, "application/json; charset=utf-8", Array(#"{"news":true,"more":[1]}"#.utf8)) == .news(spreadSeconds: 0))
        #expect(problem(.tokenExpired) == .tokenRefused)
        #expect(problem(.notFound) == .unsupported && problem(.methodNotAllowed) == .unsupported)
        #expect(
            answer(503, ContentType.problem, ProblemDetails(.overloaded, retryAfterSeconds: 70).encoded())
                == .failed(.refused(ProblemDetails(.overloaded, retryAfterSeconds: 70)), retryAfterSeconds: 70))
    }

    @Test func `a spread is kept within bounds`() throws {
        #expect(try WatchNews(decoding: Array(#"{"news":true,"spread_seconds":100000000}"#.utf8)).spreadSeconds == 60)
        #expect(try WatchNews(decoding: Array(#"{"news":true,"spread_seconds":-4}"#.utf8)).spreadSeconds == 0)
    }

    @Test(arguments: [
        (204, nil, ""), (200, "text/html", "<html>"), (200, "application/json", "{}"), (200, "application/json", ""),
    ])
    func `what a stranger says is no quiet and no news`(status: Int, type: String?, body: String) {
        guard case .failed = answer(status, type, Array(body.utf8)) else {
            Issue.record("\(status) \(type ?? "-") was believed")
            return
        }
    }

    @Test func `a token goes through the header field unchanged`() {
        var random = Seeded(state: 5)
        for count in 1...200 {
            let token = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let value = TokenHeader.value(of: token)
            #expect(value.hasPrefix("Gridline ") && !value.contains("=") && !value.contains("+") && !value.contains("/"))
            #expect(TokenHeader.token(in: value) == token)
            #expect(TokenHeader.token(in: value.replacing("Gridline", with: "gridline")) == token)
        }
        for wrong in [
            "", "Gridline", "Gridline ", "Bearer AQID", "Gridline AQ ID", "Gridline A+/D", "Gridline AQID=", "Gridline A",
        ] {
            #expect(TokenHeader.token(in: wrong) == nil, "\(wrong)")
        }
    }
}
