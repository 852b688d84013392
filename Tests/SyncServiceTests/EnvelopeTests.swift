import Changeset
import SyncProtocol
import Testing
import Tickets

@testable import SyncService

@Suite struct `Who may speak` {
    @Test func `every covered part of a request is covered: a flipped bit anywhere is refused`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        let sealed = try phone.note(ticket)
        let bytes = signed(phone.request([sealed]), by: phone.key)
        for position in stride(from: 0, to: bytes.count, by: 7) {
            var bent = bytes
            bent[position] ^= 0x10
            #expect(throws: ProtocolError.self) { try bench.service.syncAndWait(body: encodeBody(bent)) }
        }
        #expect(try bench.stored(sealed.commandID) == nil)
        #expect(try phone.send(phone.request([sealed]), to: bench).receipts.count == 1)
    }

    @Test func `a request signed by another device's key is refused`() throws {
        let bench = try Bench()
        let li = try Phone("li-na", at: bench)
        let wang = try Phone("wang-lei", at: bench)
        let forged = encodeBody(signed(li.request([]), by: wang.key))
        #expect(throws: ProtocolError(.badSignature, in: "signature")) { try bench.service.syncAndWait(body: forged) }
    }

    @Test func `another device's token does not help, and without a token the certificate speaks`() throws {
        let bench = try Bench()
        var li = try Phone("li-na", at: bench)
        let wang = try Phone("wang-lei", at: bench)
        let request = li.request([]) { $0.token = wang.token }
        #expect(try li.send(request, to: bench).token != nil, "the certificate proved it, and a new token came")
        li.token = nil
        let bare = li.request([]) { ($0.certificate, $0.protocolVersion) = (nil, 2) }
        #expect(throws: ProtocolError(.certificateRequired, in: "certificate")) { try li.send(bare, to: bench) }
    }

    @Test func `since version 3 a device that the centre knows needs neither, and one that it does not know the certificate`()
        throws
    {
        let bench = try Bench()
        var li = try Phone("li-na", at: bench)
        let wang = try Phone("wang-lei", at: bench)
        li.token = nil
        let bare = li.request([]) { $0.certificate = nil }
        #expect(try li.send(bare, to: bench).token == nil, "nobody asked for one")
        let forged = encodeBody(signed(bare, by: wang.key))
        #expect(throws: ProtocolError(.badSignature, in: "signature")) { try bench.service.syncAndWait(body: forged) }
        #expect(try li.send(li.request([]), to: bench).token != nil, "with the certificate it wants one")
        let stranger = li.request([]) { ($0.certificate, $0.replica) = (nil, ReplicaID(bytes: Array(repeating: 9, count: 16))!) }
        #expect(throws: ProtocolError(.certificateRequired, in: "certificate")) { try li.send(stranger, to: bench) }
        let broken = li.request([]) { ($0.certificate, $0.token) = (nil, [1, 2]) }
        #expect(try li.send(broken, to: bench).token != nil, "a token that is shown and no good is replaced")
    }

    @Test func `a key that somebody wrote into the store is not believed: the certificate beside it has to hold`() throws {
        let bench = try Bench()
        let li = try Phone("li-na", at: bench)
        let wang = try Phone("wang-lei", at: bench)
        let stored = try #require(try bench.device(li.replica))
        let proven = ProvenDevices()
        #expect(proven.isProven(stored, with: bench.keys) && proven.isProven(stored, with: bench.keys))
        var forged = stored
        forged.publicKey = wang.key.publicKey
        #expect(!proven.isProven(forged, with: bench.keys), "known already, and still looked at")
        forged = try #require(try bench.device(wang.replica))
        forged.person = "li-na"
        #expect(!proven.isProven(forged, with: bench.keys))
        forged.certificate[forged.certificate.count - 1] ^= 1
        #expect(!proven.isProven(forged, with: bench.keys))
    }

    @Test func `a packed request gets a packed answer, which only that request reads`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        let commands = try (0..<5).map { try phone.note(ticket, "第\($0)次到场") }
        let message = signed(phone.request(commands), by: phone.key)
        let answer = try bench.service.syncAndWait(body: packBody(message))
        #expect(isPackedBody(answer))
        let response = try SyncResponse(decoding: decodeBody(answer, answering: message))
        #expect(response.protocolVersion == 3)
        #expect(response.shortReceipts.map(\.place) == [1, 2, 3, 4, 5])
        #expect(throws: ProtocolError.self) { try decodeBody(answer) }
    }

    @Test func `an expired token on a signed sync is accepted and the answer carries a new one`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        #expect(try phone.send(phone.request([]) { $0.certificate = nil }, to: bench).token == nil, "good enough")
        bench.advance(40 * 24 * 3_600_000)
        let answer = try phone.send(phone.request([try phone.note(ticket)]) { $0.certificate = nil }, to: bench)
        let token = try #require(answer.token)
        #expect(try Token(verifying: token, with: bench.keys).isExpired(at: bench.sources.now) == false)
        #expect(answer.receipts.map(\.verdict) == [.applied])
    }
}

@Suite struct `Enrolment` {
    @Test func `wrong, used and expired codes are told apart`() throws {
        let bench = try Bench()
        let code = try bench.service.enrolCodeAndWait(for: "li-na", by: Bench.dispatcher)
        #expect(throws: ProtocolError(.wrongCode, in: "code")) { try Phone("li-na", at: bench, code: "AAAAA-AAAAA") }
        _ = try Phone("li-na", at: bench, code: code.code.lowercased().replacing("-", with: " "))
        #expect(throws: ProtocolError(.usedCode, in: "code")) { try Phone("li-na", at: bench, code: code.code) }
        let late = try bench.service.enrolCodeAndWait(for: "li-na", by: Bench.dispatcher)
        bench.advance(10 * 60_000)
        #expect(throws: ProtocolError(.expiredCode, in: "code")) { try Phone("li-na", at: bench, code: late.code) }
        #expect(try bench.faults() == [])
    }

    @Test func `a code lives ten minutes at most`() throws {
        let bench = try Bench()
        let code = try bench.service.enrolCodeAndWait(for: "li-na", lifetime: 86_400_000, by: Bench.dispatcher)
        #expect(code.expiresAt == bench.sources.now + 10 * 60_000)
    }

    @Test func `the same device asking again gets the same certificate; another one does not`() throws {
        let bench = try Bench()
        let code = try bench.service.enrolCodeAndWait(for: "li-na", by: Bench.dispatcher).code
        let first = try Phone("li-na", at: bench, code: code)
        let again = try Phone("li-na", at: bench, code: code, replica: first.replica, key: first.key)
        #expect(again.certificate == first.certificate)
        let other = try bench.service.enrolCodeAndWait(for: "wang-lei", by: Bench.dispatcher).code
        #expect(throws: ProtocolError(.replicaTaken, in: "code")) {
            try Phone("wang-lei", at: bench, code: other, replica: first.replica)
        }
    }

    @Test func `guessing is limited for all devices together, and by code`() throws {
        let bench = try Bench()
        let code = try bench.service.enrolCodeAndWait(for: "li-na", by: Bench.dispatcher).code
        for attempt in 0..<30 {
            #expect(throws: ProtocolError(.wrongCode, in: "code"), "\(attempt)") {
                try Phone("li-na", at: bench, code: "ZZZZZ-ZZZZZ")
            }
        }
        #expect(throws: ProtocolError(.tooManyAttempts, in: "code")) { try Phone("li-na", at: bench, code: code) }
        bench.advance(60_001)
        let key = try DeviceKey(seed: [UInt8](repeating: 8, count: 32))
        for _ in 0..<5 {
            var request = EnrolRequest(code: code, replica: ReplicaID(bytes: bench.sources.bytes(16))!, key: key)
            request.publicKey = bench.sources.bytes(32)
            #expect(throws: ProtocolError(.badSignature, in: "code")) {
                try bench.service.enrolAndWait(body: encodeBody(request.encoded()))
            }
        }
        #expect(throws: ProtocolError(.tooManyAttempts, in: "code")) { try Phone("li-na", at: bench, code: code) }
    }

    @Test func `only people of the centre make codes, enter people and revoke`() throws {
        let bench = try Bench()
        #expect(throws: ServiceError.notPermitted("li-na")) { try bench.service.enrolCodeAndWait(for: "li-na", by: "li-na") }
        #expect(throws: ServiceError.unknownPerson("nobody")) { try bench.service.enrolCodeAndWait(for: "li-na", by: "nobody") }
        #expect(throws: ServiceError.notPermitted("li-na")) {
            try bench.service.putAndWait(people: [Person(id: "x", name: "x", role: .operator)], by: "li-na")
        }
        let phone = try Phone("li-na", at: bench)
        #expect(throws: ServiceError.notPermitted("wang-lei")) { try bench.service.revokeAndWait(phone.replica, by: "wang-lei") }
    }
}

@Suite struct `Requests of earlier versions` {
    @Test func `a request of version 1 is read, and answered in version 1`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        let sealed = try phone.note(ticket)
        let old = phone.request([sealed]) { request in
            request.protocolVersion = 1
            (request.schemaVersion, request.cursor.schemaVersion) = (1, 1)
        }
        let answer = try phone.send(old, to: bench)
        #expect(answer.protocolVersion == 1)
        #expect(answer.receipts.map(\.verdict) == [.applied])
        #expect(try phone.send(phone.request([]), to: bench).protocolVersion == ProtocolVersion.current)
    }

    @Test func `the age of the outbox is kept as reported, and is over when the last command is judged`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        _ = try phone.send(
            phone.request([]) {
                $0.oldestUnsentAt = 1_772_000_000_000; $0.unsent = 2
            }, to: bench)
        #expect(try bench.device(phone.replica)?.oldestUnsentAt == 1_772_000_000_000)
        let sealed = try phone.note(ticket)
        let last = phone.request([sealed]) { $0.oldestUnsentAt = 1_772_000_000_000 }
        phone.move([sealed], try phone.send(last, to: bench))
        #expect(try bench.device(phone.replica)?.oldestUnsentAt == nil)
    }
}
