import SyncClient
import SyncProtocol
import Testing
import Tickets

/// Answers with what it was given, one after the other.
private final class CannedTransport: Transport {
    var answers: [Result<HTTPResponse, TransportError>]
    private(set) var requests: [HTTPRequest] = []
    init(_ answers: [Result<HTTPResponse, TransportError>]) { self.answers = answers }
    func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
        requests.append(request)
        return try answers.removeFirst().get()
    }
}

@Suite struct EnrolmentExchangeTests {
    private let exchange: EnrolmentExchange
    private let centreKey: CentreKey

    init() throws {
        centreKey = try CentreKey(signingSeed: [UInt8](repeating: 6, count: 32), macSeed: [UInt8](repeating: 5, count: 32))
        exchange = EnrolmentExchange(
            address: try ServerAddress("https://centre.example"), code: "K7QX-2M9P",
            replica: try #require(ReplicaID(bytes: [UInt8](repeating: 8, count: 16))),
            key: try DeviceKey(seed: [UInt8](repeating: 7, count: 32)), clientVersion: "test")
    }

    private func answer(person: String = "li-na", publicKey: [UInt8]? = nil, replica: ReplicaID? = nil) throws -> HTTPResponse {
        let certificate = Certificate(
            serial: 1, person: "li-na", replica: replica ?? exchange.replica, publicKey: publicKey ?? exchange.key.publicKey,
            issuedAt: 1, keyID: centreKey.id)
        let response = EnrolResponse(
            certificate: certificate.signed(by: centreKey), person: person, personName: "李娜",
            incarnation: try #require(Incarnation(bytes: [UInt8](repeating: 9, count: 16))), serverTime: 1, token: [1])
        return HTTPResponse(status: 200, contentType: ContentType.sync, body: encodeBody(response.encoded()))
    }

    @Test func `the code and the signed key go to the enrolment route, and the certificate comes back`() throws {
        let transport = CannedTransport([.success(try answer())])
        #expect(try exchange.run(over: transport).person == "li-na")
        let sent = try #require(transport.requests.first)
        #expect(sent.url == "https://centre.example/v1/enrol")
        let request = try EnrolRequest(decoding: decodeBody(sent.body))
        #expect(request.code == "K7QX-2M9P" && request.isSigned && request.replica == exchange.replica)
    }

    @Test func `an answer lost: the same bytes again`() throws {
        let transport = CannedTransport([.failure(.interrupted(bytes: 0)), .success(try answer())])
        _ = try exchange.run(over: transport)
        #expect(transport.requests.count == 2 && transport.requests[0].body == transport.requests[1].body)
    }

    @Test func `a certificate for somebody else is refused`() throws {
        let other = try #require(ReplicaID(bytes: [UInt8](repeating: 1, count: 16)))
        for wrong in [
            try answer(person: "zhao"), try answer(publicKey: [UInt8](repeating: 3, count: 32)), try answer(replica: other),
        ] {
            #expect(throws: SyncFailure.wrongCertificate) { try exchange.run(over: CannedTransport([.success(wrong)])) }
        }
    }

    @Test func `a wrong code, a portal and no signal are told apart`() throws {
        let refusal = HTTPResponse(
            status: 403, contentType: ContentType.problem, body: ProblemDetails(.wrongCode).encoded())
        #expect(throws: SyncFailure.refused(ProblemDetails(.wrongCode))) {
            try exchange.run(over: CannedTransport([.success(refusal)]))
        }
        let portal = HTTPResponse(status: 200, contentType: "text/html", body: [])
        #expect(throws: SyncFailure.notGridline(status: 200, contentType: "text/html")) {
            try exchange.run(over: CannedTransport([.success(portal)]))
        }
        #expect(throws: SyncFailure.transport(.offline("x"))) {
            try exchange.run(over: CannedTransport([.failure(.offline("x"))]))
        }
    }
}
