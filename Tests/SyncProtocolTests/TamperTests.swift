import Changeset
import Testing
import Tickets

@testable import SyncProtocol

@Suite struct `Whatever is covered cannot be changed` {
    @Test func `no bit of a signed request can be flipped`() {
        let bytes = signed(requestOf([Sample.sealed(1)]), by: Sample.deviceKey)
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let passed = try? OpenedRequest(opening: changed).verify(by: Sample.deviceKey.publicKey)
            #expect(passed == nil, "bit \(bit)")
        }
    }

    @Test func `each field of a request is under its signature`() throws {
        let changes: [(String, (inout SyncRequest) -> Void)] = [
            ("protocol", { $0.protocolVersion += 1 }), ("replica", { $0.replica = ReplicaID(bytes: Sample.other.bytes)! }),
            ("certificate", { $0.certificate?[5] ^= 1 }), ("token", { $0.token?[5] ^= 1 }), ("base", { $0.cursor.base += 1 }),
            ("generation", { $0.cursor.generation += 1 }), ("schema", { $0.cursor.schemaVersion += 1 }),
            ("incarnation", { $0.cursor.incarnation = Incarnation(bytes: Sample.other.bytes)! }), ("at", { $0.at = [] }),
            ("epoch", { $0.epoch += 1 }), ("acknowledged", { $0.acknowledgedSequence += 1 }),
            ("head", { $0.acknowledgedHead[0] ^= 1 }), ("wall", { $0.now.wall += 1 }), ("boot", { $0.now.bootReading += 1 }),
            ("boot id", { $0.now.bootID[0] ^= 1 }), ("first", { $0.firstSequence += 1 }), ("previous", { $0.previous[0] ^= 1 }),
            ("commands", { $0.commands.removeLast() }), ("order", { $0.commands.swapAt(0, 1) }),
            ("chain head", { $0.chainHead[0] ^= 1 }), ("unsent", { $0.unsent += 1 }), ("client", { $0.clientVersion += "x" }),
            ("schema version", { $0.schemaVersion += 1 }), ("fingerprint", { $0.fingerprint = nil }),
            ("retained", { $0.retained[0].receipt[0] ^= 1 }), ("page", { $0.pageBytesMax += 1 }),
        ]
        let signature = try openRequest(signed(Sample.request, by: Sample.deviceKey)).signature
        #expect(isValidSignature(signature, .sync, over: Sample.request.encoded(), by: Sample.deviceKey.publicKey))
        for (name, change) in changes {
            var request = Sample.request
            change(&request)
            let holds = isValidSignature(signature, .sync, over: request.encoded(), by: Sample.deviceKey.publicKey)
            #expect(!holds, "\(name)")
        }
    }

    @Test func `another device's signature is refused`() throws {
        let key = try DeviceKey(seed: Sample.bytes(32, from: 9))
        let opened = try openRequest(signed(Sample.request, by: key))
        #expect(problem { _ = try opened.verify(by: Sample.deviceKey.publicKey) } == .badSignature)
    }

    @Test func `a signature made for one purpose is none for another`() throws {
        let bytes = Sample.request.encoded()
        for purpose: Purpose in [.enrol, .tokenRequest, .certificate] {
            let signature = Sample.deviceKey.signature(purpose, over: bytes)
            #expect(!isValidSignature(signature, .sync, over: bytes, by: Sample.deviceKey.publicKey))
        }
        #expect(!Sample.centreKey.isValid(Sample.centreKey.mac(.token, over: bytes), .receipt, over: bytes))
    }

    @Test func `no bit of a certificate can be flipped, no byte added`() {
        let bytes = Sample.signedCertificate
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(problem { _ = try Certificate(verifying: changed, with: Sample.keys) } == .badCertificate, "bit \(bit)")
        }
        #expect(problem { _ = try Certificate(verifying: bytes + [0x78, 0x01], with: Sample.keys) } == .badCertificate)
        #expect(
            problem { _ = try Certificate(verifying: Sample.certificate.signed(by: Sample.strangeKey), with: Sample.keys) }
                == .badCertificate)
    }

    @Test func `no bit of a token can be flipped`() {
        let bytes = Sample.token.issued(by: Sample.centreKey)
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(problem { _ = try Token(verifying: changed, with: Sample.keys) } == .certificateRequired, "bit \(bit)")
        }
        #expect(
            problem { _ = try Token(verifying: Sample.token.issued(by: Sample.strangeKey), with: Sample.keys) }
                == .certificateRequired)
    }

    @Test func `each covered field of a receipt is covered, and the others are not`() {
        let covered: [(String, (inout Receipt) -> Void)] = [
            ("command", { $0.commandID = Sample.other }), ("digest", { $0.digest[31] ^= 1 }),
            ("verdict", { $0.verdict = .applied }), ("sequence", { $0.sequence += 1 }), ("reason", { $0.reason = "ok" }),
            ("server time", { $0.serverTime += 1 }), ("occurred", { $0.occurredAt += 1 }),
            ("key", { $0.keyID = Sample.earlierKey.id }),
            ("incarnation", { $0.incarnation = Incarnation(bytes: Sample.other.bytes)! }),
            ("replica", { $0.replica = ReplicaID(bytes: Sample.other.bytes)! }), ("mac", { $0.mac[0] ^= 1 }),
            ("short mac", { $0.mac.removeLast() }), ("no mac", { $0.mac = [] }),
        ]
        for (name, change) in covered {
            var receipt = Sample.receipt
            change(&receipt)
            #expect(!receipt.isAuthentic(with: Sample.keys), "\(name)")
        }
        var receipt = Sample.receipt
        (receipt.confirmed, receipt.decision, receipt.waitsFor) = (false, nil, nil)
        #expect(receipt.isAuthentic(with: Sample.keys))
        #expect(!Sample.receipt.isAuthentic(with: CentreKeys(current: Sample.strangeKey)))
    }

    @Test func `fields of a newer release in a receipt stay in it, under its code`() throws {
        let field: [UInt8] = [0x7A, 2, 0x61, 0x62]  // field 15, "ab"
        let added = try Receipt(decoding: Sample.receipt.encoded() + field)
        #expect(!added.isAuthentic(with: Sample.keys))
        let newer = added.authenticated(by: Sample.centreKey)
        let read = try Receipt(decoding: newer.encoded())
        #expect(read.encoded().suffix(4) == field[...])
        #expect(read == newer && read.isAuthentic(with: Sample.keys))
        // The same within a response and a page.
        let response = SyncResponse(incarnation: Sample.incarnation, serverTime: 1, receipts: [newer])
        #expect(try SyncResponse(decoding: response.encoded()).receipts[0].isAuthentic(with: Sample.keys))
    }

    @Test func `a retained receipt counts only for its own command`() {
        let retained = Sample.request.retained[0]
        #expect(retained.verifiedReceipt(with: Sample.keys) == Sample.receipt)
        var other = retained
        other.command = Sample.sealed(5)
        #expect(other.verifiedReceipt(with: Sample.keys) == nil)
        var garbled = retained
        garbled.receipt = [1, 2, 3]
        #expect(garbled.verifiedReceipt(with: Sample.keys) == nil)
    }

    @Test func `enrolment: the device holds the key that it names`() throws {
        for change: (inout EnrolRequest) -> Void in [
            { $0.code += "X" }, { $0.replica = ReplicaID(bytes: Sample.other.bytes)! },
            { $0.publicKey = Sample.centreKey.publicKey }, { $0.signature[0] ^= 1 },
        ] {
            var request = Sample.enrolRequest
            change(&request)
            #expect(try !EnrolRequest(decoding: request.encoded()).isSigned)
        }
    }

    @Test func `a token request is under the key that its certificate names`() {
        for change: (inout TokenRequest) -> Void in [{ $0.askedAt += 1 }, { $0.signature[0] ^= 1 }] {
            var request = Sample.tokenRequest
            change(&request)
            #expect(problem { _ = try request.verify(with: Sample.keys) } == .badSignature)
        }
        var request = Sample.tokenRequest
        request.certificate[8] ^= 1
        #expect(problem { _ = try request.verify(with: Sample.keys) } == .badCertificate)
    }
}
