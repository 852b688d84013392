import Changeset
import SyncProtocol
import Testing
import Tickets

@Suite struct `What is written is read back whole` {
    @Test func `a page is staged as it stood in its answer, and as it was set since`() throws {
        var read = try SyncResponse(decoding: Sample.response.encoded())
        #expect(read.page != nil)
        #expect(read.stagedPage == read.page?.encoded())
        #expect(read == Sample.response)
        read.page?.more.toggle()
        #expect(try read.stagedPage.map { try Page(decoding: $0) } == read.page)
        // Of two a decoder makes one: neither of them is the page.
        let twice = try SyncResponse(decoding: Sample.response.encoded() + Sample.response.encoded())
        #expect(try twice.stagedPage.map { try Page(decoding: $0) } == twice.page)
        read.page = nil
        #expect(read.stagedPage == nil)
    }

    @Test func `a payload with every kind of value`() throws {
        #expect(try Payload(decoding: Sample.payload.encoded()) == Sample.payload)
        #expect(Sample.payload.command?.kind == .visit)
    }

    @Test func `a payload is the same bytes whatever the order its arguments were given in`() {
        var again = Sample.payload
        again.arguments = [:]
        for (name, value) in Sample.payload.arguments.sorted(by: { $0.key > $1.key }) { again.arguments[name] = value }
        #expect(again.encoded() == Sample.payload.encoded())
    }

    @Test func `a note of 1 MB with control characters`() throws {
        var payload = Sample.payload
        let words = String(repeating: "第三次上门\u{0}\u{1b}[31m\n", count: 50_000)
        payload.kind = "note"
        payload.arguments = ["body": .text(words)]
        payload.changeset = Array(words.utf8)
        let bytes = payload.encoded()
        #expect(bytes.count > 2_000_000 && bytes.count < WireLimits.payloadBytesMax)
        #expect(try Payload(decoding: bytes) == payload)
        let request = signed(
            requestOf([try SealedCommand(salt: Sample.bytes(16, from: 0), payload: bytes)]), by: Sample.deviceKey)
        let body = encodeBody(request)
        #expect(body.count < WireLimits.requestBytesMax)
        #expect(try OpenedRequest(opening: decodeBody(body)).request.commands[0].payload == bytes)
    }

    @Test func `a short receipt becomes the whole one again, and the centre knows it by half its code`() throws {
        var given = Sample.receipt.authenticated(by: Sample.centreKey)
        given.decision = nil
        given.confirmed = true
        var response = Sample.response
        response.receipts = []
        response.incarnation = given.incarnation
        response.receiptsAt = given.serverTime
        response.receiptsKeyID = given.keyID
        response.shortReceipts = [ShortReceipt(given, at: 7)]
        let read = try SyncResponse(decoding: response.encoded())
        #expect(read == response)
        let whole = read.shortReceipts[0].whole(
            command: given.commandID, digest: given.digest, replica: given.replica, in: read)
        #expect(whole.mac == Array(given.mac.prefix(16)))
        var expected = given
        expected.mac = whole.mac
        #expect(whole == expected)
        #expect(whole.isAuthentic(with: Sample.keys))
        var forged = whole
        forged.verdict = whole.verdict == .applied ? .rejected : .applied
        #expect(!forged.isAuthentic(with: Sample.keys))
        forged = whole
        forged.mac.removeLast()
        #expect(!forged.isAuthentic(with: Sample.keys), "a shorter code than half would let a forger guess")
        // What the device keeps and sends after a restore is the whole receipt with the short code.
        #expect(try Receipt(decoding: whole.encoded()).isAuthentic(with: Sample.keys))
    }

    @Test func `receipts in columns are the ones that were given, in either version`() throws {
        var response = Sample.response
        response.receiptsAt = 1_760_000_000_000
        response.shortReceipts = (0..<9).map { index in
            var receipt = Sample.receipt.authenticated(by: Sample.centreKey)
            receipt.sequence = UInt64(5_000 + 3 * index)
            receipt.verdict = Verdict.allCases[index % Verdict.allCases.count]
            receipt.reason = ["ok", "moved", "both-changed"][index % 3]
            receipt.occurredAt = index == 4 ? -1 : 1_759_999_000_000 + Int64(index * index)
            receipt.confirmed = index % 2 == 0
            receipt.waitsFor = index == 7 ? Sample.other : nil
            return ShortReceipt(receipt, at: UInt64(7 + index))
        }
        var bytesCounts: [Int] = []
        for version: UInt32 in [2, 3] {
            response.protocolVersion = version
            bytesCounts.append(response.encoded().count)
            #expect(try SyncResponse(decoding: response.encoded()) == response)
        }
        #expect(bytesCounts[1] + 8 * 9 < bytesCounts[0], "nine receipts in columns: \(bytesCounts)")
    }

    @Test func `a part of a row comes back as a part, and never without its key`() throws {
        var row = EntityRow(.ticket, Sample.ticketRow)
        for column in 2..<20 { row.values[column] = nil }
        row.unchanged = ColumnSet(2..<20)
        let page = Page(entities: [Entity(.ticket(Sample.ticket), .change, version: 5, rows: [row])], base: 6)
        #expect(try Page(decoding: page.encoded()) == page)
        row.unchanged = [0]
        let broken = Page(entities: [Entity(.ticket(Sample.ticket), .change, version: 5, rows: [row])], base: 6)
        #expect(problem { _ = try Page(decoding: broken.encoded()) } == .unreadableAnswer)
    }

    @Test func `a kind that this build does not know`() throws {
        var payload = Sample.payload
        payload.kind = "teleport"
        let read = try Payload(decoding: payload.encoded())
        #expect(read == payload)
        #expect(read.command == nil)
    }

    @Test func `a certificate, under the current key and an earlier one`() throws {
        #expect(try Certificate(verifying: Sample.signedCertificate, with: Sample.keys) == Sample.certificate)
        #expect(try Certificate(unverified: Sample.signedCertificate) == Sample.certificate)
        let earlier = try Certificate(verifying: Sample.certificate.signed(by: Sample.earlierKey), with: Sample.keys)
        #expect(earlier.keyID == Sample.earlierKey.id && earlier.publicKey == Sample.certificate.publicKey)
    }

    @Test func `a token, also one that has expired`() throws {
        let token = try Token(verifying: Sample.token.issued(by: Sample.centreKey), with: Sample.keys)
        #expect(token == Sample.token)
        #expect(!token.isExpired(at: token.expiresAt - 1))
        #expect(token.isExpired(at: token.expiresAt))
    }

    @Test(arguments: Verdict.allCases) func `a receipt of every verdict`(verdict: Verdict) throws {
        var receipt = Sample.receipt
        receipt.verdict = verdict
        receipt = receipt.authenticated(by: Sample.centreKey)
        let read = try Receipt(decoding: receipt.encoded())
        #expect(read == receipt)
        #expect(read.isAuthentic(with: Sample.keys))
    }

    @Test func `a receipt without what may be left out`() throws {
        var receipt = Sample.receipt
        (receipt.confirmed, receipt.decision, receipt.waitsFor) = (false, nil, nil)
        #expect(try Receipt(decoding: receipt.encoded()) == receipt)
    }

    @Test func `a request, signed`() throws {
        let opened = try openRequest(signed(Sample.request, by: Sample.deviceKey))
        #expect(opened.request == Sample.request)
        #expect(opened.bytes == Sample.request.encoded())
        let headers = try opened.verify(by: Sample.deviceKey.publicKey)
        #expect(headers.map(\.sequence) == [11, 12, 13])
        #expect(headers.map(\.digest) == Sample.request.commands.map(\.digest))
        #expect(headers.last?.hash == Sample.request.chainHead)
    }

    @Test func `a request without what may be left out`() throws {
        var request = requestOf([])
        (request.certificate, request.token, request.fingerprint, request.at) = (nil, nil, nil, [])
        #expect(request.chainHead == request.previous)
        #expect(try SyncRequest(decoding: request.encoded()) == request)
    }

    @Test func `a response with every field`() throws {
        #expect(try SyncResponse(decoding: Sample.response.encoded()) == Sample.response)
    }

    @Test func `a response with none`() throws {
        let response = SyncResponse(incarnation: Sample.incarnation, serverTime: 1)
        #expect(try SyncResponse(decoding: response.encoded()) == response)
    }

    @Test func `a page as it is staged`() throws {
        #expect(try Page(decoding: Sample.page.encoded()) == Sample.page)
    }

    @Test func `enrolment and token`() throws {
        #expect(try EnrolRequest(decoding: Sample.enrolRequest.encoded()) == Sample.enrolRequest)
        #expect(Sample.enrolRequest.isSigned)
        #expect(try EnrolResponse(decoding: Sample.enrolResponse.encoded()) == Sample.enrolResponse)
        #expect(try TokenRequest(decoding: Sample.tokenRequest.encoded()) == Sample.tokenRequest)
        #expect(try Sample.tokenRequest.verify(with: Sample.keys) == Sample.certificate)
        #expect(try TokenResponse(decoding: Sample.tokenResponse.encoded()) == Sample.tokenResponse)
    }

    @Test func `the centre's key file, with the earlier keys`() throws {
        let read = try CentreKeys(fileContent: Sample.keys.fileContent())
        #expect(read.current.id == Sample.centreKey.id)
        #expect(read.earlier.map(\.id) == [Sample.earlierKey.id])
        #expect(Sample.receipt.isAuthentic(with: read))
    }

    @Test func `a key file with a changed byte is refused, and the error holds nothing of it`() throws {
        let content = Sample.keys.fileContent()
        for index in content.indices {
            var changed = content
            changed[index] ^= 1
            guard let read = try? CentreKeys(fileContent: changed) else { continue }
            // What is left: a bit of the authentication key or of nothing at all. The key that signs is whole.
            #expect(read.current.publicKey == Sample.centreKey.publicKey)
        }
        #expect(problem { _ = try CentreKeys(fileContent: []) } == .brokenKeyFile)
        #expect(problem { _ = try CentreKeys(fileContent: Array(content.dropLast(20))) } == .brokenKeyFile)
    }
}

/// A small request with these commands.
func requestOf(_ commands: [SealedCommand]) -> SyncRequest {
    SyncRequest(
        replica: Sample.replica, certificate: Sample.signedCertificate, cursor: Cursor(incarnation: Sample.incarnation),
        epoch: 1, acknowledgedSequence: 0, acknowledgedHead: Sample.start, now: Sample.clock, firstSequence: 1,
        previous: Sample.start, commands: commands)
}
