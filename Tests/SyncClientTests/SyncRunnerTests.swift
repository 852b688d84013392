import Foundation
import ReplicaStore
import SyncClient
import SyncProtocol
import Testing
import Tickets

/// A centre that applies everything, behind a link that does what the script says. It remembers CommandIDs, as a centre does.
private final class ScriptedCentre: Transport {
    enum Link {
        /// The request arrives and the answer too.
        case good
        /// Nothing arrives.
        case offline
        /// The request arrives and is acted on, the answer is lost.
        case answerLost
        /// Something else answers.
        case portal
    }

    var links: [Link] = []
    private(set) var appliedOrder: [CommandID] = []
    private(set) var repeatCount = 0
    private(set) var requests: [SyncRequest] = []
    private let incarnation: Incarnation
    private var sequence: UInt64 = 0

    init(incarnation: Incarnation) { self.incarnation = incarnation }

    func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        let link = links.isEmpty ? .good : links.removeFirst()
        switch link {
        case .offline: throw .offline("no signal")
        case .portal: return HTTPResponse(status: 200, contentType: "text/html", body: Array("<html>".utf8))
        case .good, .answerLost:
            guard let answer = try? answer(to: request.body) else { throw .garbled("the request cannot be read") }
            if link == .answerLost { throw .interrupted(bytes: 3) }
            return HTTPResponse(status: 200, contentType: ContentType.sync, body: encodeBody(answer.encoded()))
        }
    }

    private func answer(to body: [UInt8]) throws(ProtocolError) -> SyncResponse {
        let request = try OpenedRequest(opening: decodeBody(body)).request
        requests.append(request)
        var receipts: [Receipt] = []
        for command in request.commands {
            let id = command.commandID
            if appliedOrder.contains(id) { repeatCount += 1 } else { appliedOrder.append(id) }
            sequence += 1
            receipts.append(
                Receipt(
                    commandID: id, digest: command.digest, verdict: .applied, sequence: sequence, reason: "ok",
                    serverTime: 1_770_000_000_000, occurredAt: 1_770_000_000_000, keyID: "k", incarnation: incarnation,
                    replica: request.replica))
        }
        return SyncResponse(
            incarnation: incarnation, serverTime: 1_770_000_000_000,
            acknowledgedSequence: request.firstSequence + UInt64(request.commands.count) - 1, receipts: receipts,
            page: Page(base: sequence))
    }
}

@Suite struct SyncRunnerTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gridline-runner-\(UUID().uuidString)")
    private let replica: Replica
    private let centre: ScriptedCentre
    private let clock = ClockReading(wall: 1_770_000_000_000, bootReading: 5_000, bootID: [UInt8](repeating: 1, count: 16))

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let incarnation = try #require(Incarnation(bytes: [UInt8](repeating: 9, count: 16)))
        let identity = try #require(ReplicaID(bytes: [UInt8](repeating: 8, count: 16)))
        let key = try DeviceKey(seed: [UInt8](repeating: 7, count: 32))
        let centreKey = try CentreKey(signingSeed: [UInt8](repeating: 6, count: 32), macSeed: [UInt8](repeating: 5, count: 32))
        let certificate = Certificate(
            serial: 1, person: "li-na", replica: identity, publicKey: key.publicKey, issuedAt: clock.wall, keyID: centreKey.id)
        replica = try Replica.create(
            at: folder.appendingPathComponent("replica.sqlite").path,
            enrolment: Enrolment(
                replica: identity, person: "li-na", personName: "李娜", server: "https://centre.example", key: key,
                certificate: certificate.signed(by: centreKey), token: nil, incarnation: incarnation, serverTime: clock.wall,
                enrolledAt: clock.wall))
        centre = ScriptedCentre(incarnation: incarnation)
    }

    private func report(_ number: UInt8) throws {
        _ = try replica.give(
            .report, ticket: nil, arguments: ["title": .text("巡查 \(number)")],
            id: try #require(CommandID(bytes: [UInt8](repeating: number, count: 16))),
            salt: [UInt8](repeating: number, count: 16),
            clock: clock)
    }

    private func sync(attempts: Int = 1) throws -> SyncRunner.Outcome {
        var limits = SyncSession.Limits()
        limits.attemptsMax = attempts
        let runner = SyncRunner(
            replica: replica, transport: centre, clientVersion: "test", clock: { clock }, pause: { _ in })
        return try runner.run(
            SyncSession(try ServerAddress("https://centre.example"), limits: limits, random: Seeded(state: 1)))
    }

    @Test func `given, synced, and the outbox is empty`() throws {
        try report(1)
        try report(2)
        #expect(try sync().ending == .done)
        #expect(centre.appliedOrder.map(\.bytes.first) == [1, 2])
        #expect(try replica.outbox().isEmpty)
    }

    @Test func `without signal everything stays, and goes the next time`() throws {
        try report(1)
        centre.links = [.offline]
        #expect(try sync().ending == .failed(.transport(.offline("no signal")), retryAfterSeconds: nil))
        #expect(try replica.outbox().count == 1 && centre.appliedOrder.isEmpty)
        #expect(try sync().ending == .done)
        #expect(try replica.outbox().isEmpty && centre.appliedOrder.count == 1)
    }

    @Test func `a portal's page moves nothing`() throws {
        try report(1)
        let before = try replica.status()
        centre.links = [.portal]
        #expect(try sync().ending == .failed(.notGridline(status: 200, contentType: "text/html"), retryAfterSeconds: nil))
        let after = try replica.status()
        #expect(after.base == before.base && after.outboxCount == 1 && after.confirmedAt == before.confirmedAt)
    }

    @Test func `an answer lost: the next sync repeats the command and takes its effect once`() throws {
        try report(1)
        centre.links = [.answerLost]
        #expect(try sync().ending == .failed(.transport(.interrupted(bytes: 3)), retryAfterSeconds: nil))
        try report(2)
        #expect(try sync().ending == .done)
        #expect(centre.appliedOrder.map(\.bytes.first) == [1, 2] && centre.repeatCount == 1)
        #expect(try replica.outbox().isEmpty)
    }

    @Test func `with more attempts one sync gets over a lost answer by itself`() throws {
        try report(1)
        centre.links = [.answerLost, .answerLost]
        #expect(try sync(attempts: 3).ending == .done)
        #expect(centre.appliedOrder.count == 1 && centre.repeatCount == 2)
        #expect(try replica.outbox().isEmpty)
    }

    @Test func `the certificate goes along until there is a token`() throws {
        #expect(try sync().ending == .done)
        #expect(centre.requests.last?.certificate != nil)
    }
}
