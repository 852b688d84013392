import Changeset
import Testing
import Tickets

@testable import SyncProtocol

@Suite struct `Bad input is an error, never a trap` {
    /// Every decoder of the module, by name.
    static let decoders: [(name: String, sample: [UInt8], decode: @Sendable ([UInt8]) throws -> Void)] = [
        ("payload", Sample.payload.encoded(), { _ = try Payload(decoding: $0).command }),
        ("sealed", Sample.sealed.payload, { _ = try Self.seal($0) }),
        ("certificate", Sample.signedCertificate, { _ = try Certificate(verifying: $0, with: Sample.keys) }),
        ("unverified", Sample.signedCertificate, { _ = try Certificate(unverified: $0) }),
        ("token", Sample.token.issued(by: Sample.centreKey), { _ = try Token(verifying: $0, with: Sample.keys) }),
        ("receipt", Sample.receipt.encoded(), { _ = try Receipt(decoding: $0).isAuthentic(with: Sample.keys) }),
        ("request", Sample.request.encoded(), { _ = try SyncRequest(decoding: $0).headers() }),
        ("signed", signed(Sample.request, by: Sample.deviceKey), { _ = try OpenedRequest(opening: $0).request.headers() }),
        ("response", Sample.response.encoded(), { _ = try SyncResponse(decoding: $0).jsonText() }),
        ("page", Sample.page.encoded(), { _ = try Page(decoding: $0).encoded() }),
        ("enrol", Sample.enrolRequest.encoded(), { _ = try EnrolRequest(decoding: $0).isSigned }),
        ("enrolled", Sample.enrolResponse.encoded(), { _ = try EnrolResponse(decoding: $0) }),
        ("token request", Sample.tokenRequest.encoded(), { _ = try TokenRequest(decoding: $0) }),
        ("token response", Sample.tokenResponse.encoded(), { _ = try TokenResponse(decoding: $0) }),
        ("problem", ProblemDetails(.overloaded, part: "x").encoded(), { _ = try ProblemDetails(decoding: $0) }),
        ("keys", Sample.keys.fileContent(), { _ = try CentreKeys(fileContent: $0) }),
        ("body", encodeBody(Sample.response.encoded()), { _ = try decodeBody($0, limit: 1 << 20) }),
    ]

    static func seal(_ payload: [UInt8]) throws {
        let sealed = try SealedCommand(salt: Sample.bytes(16, from: 0), payload: payload)
        _ = (sealed.commandID, sealed.glimpse)
    }

    @Test func `every truncation`() {
        for (name, sample, decode) in Self.decoders {
            #expect(throws: Never.self, "\(name)") { try decode(sample) }
            for count in 0..<sample.count { Self.run(decode, Array(sample.prefix(count)), name) }
        }
    }

    @Test func `random bytes, and samples with random bytes in them`() {
        var dice = Dice("bad input")
        for (name, sample, decode) in Self.decoders {
            for _ in 0..<1_000 {
                Self.run(
                    decode, (0..<Int.random(in: 0...200, using: &dice)).map { _ in .random(in: 0...255, using: &dice) }, name)
                var changed = sample
                for _ in 0..<Int.random(in: 1...8, using: &dice) {
                    changed[Int.random(in: changed.indices, using: &dice)] = .random(in: 0...255, using: &dice)
                }
                if Bool.random(using: &dice) { changed.append(contentsOf: changed.shuffled(using: &dice)) }
                Self.run(decode, changed, name)
            }
        }
    }

    /// Passing is fine too; an error must be one of ours.
    private static func run(_ decode: ([UInt8]) throws -> Void, _ bytes: [UInt8], _ name: String) {
        do { try decode(bytes) } catch { #expect(error is ProtocolError, "\(name): \(error)") }
    }

    @Test func `each fixed length is checked, and the error names the part`() {
        let changes: [(String, (inout WireSyncRequest) -> Void)] = [
            ("replica", { $0.replica.removeLast() }), ("cursor.incarnation", { $0.cursor.incarnation = .init() }),
            ("acknowledged_head", { $0.acknowledgedHead.append(1) }), ("now.boot_id", { $0.now.bootID.removeLast() }),
            ("previous", { $0.previous = .init() }), ("chain_head", { $0.chainHead.removeFirst() }),
            ("commands.salt", { $0.commands[1].salt.removeFirst() }), ("first_sequence", { $0.firstSequence = 0 }),
            ("first_sequence", { $0.firstSequence = .max }), ("fingerprint.sum", { $0.fingerprint.sum.append(0) }),
            ("client_version", { $0.clientVersion = String(repeating: "x", count: 2_000) }),
            ("cursor.base", { $0.cursor.base = .max }),
            ("acknowledged_sequence", { $0.acknowledgedSequence = UInt64(Int64.max) + 1 }),
        ]
        for (part, change) in changes {
            let error = #expect(throws: ProtocolError.self) {
                var wire = try WireSyncRequest(wire: Sample.request.encoded(), .brokenEnvelope, in: "request")
                change(&wire)
                _ = try SyncRequest(decoding: wire.wireBytes)
            }
            #expect(error == ProtocolError(.brokenEnvelope, in: part))
        }
    }

    @Test func `a version of tomorrow or of nobody is told what to do`() throws {
        for (version, expected) in [(ProtocolVersion.current + 1, Problem.clientTooNew), (0, .clientTooOld)] {
            var request = Sample.request
            request.protocolVersion = version
            #expect(problem { _ = try SyncRequest(decoding: request.encoded()) } == expected)
            var enrol = Sample.enrolRequest
            enrol.protocolVersion = version
            #expect(problem { _ = try EnrolRequest(decoding: enrol.encoded()) } == expected)
        }
    }

    @Test func `arguments: no name twice, one value each, not too many`() throws {
        let changes: [(inout WirePayload) -> Void] = [
            { $0.arguments.append($0.arguments[0]) }, { $0.arguments[0].value.append(5) }, { $0.arguments[0].value = .init() },
            { $0.arguments[0].value = .init([0]) }, { $0.arguments[0].value = .init([3, 2, 0xFF, 0xFF]) },
            { wire in wire.arguments = (0...WireLimits.argumentsMax).map { argument("a\($0)") } },
        ]
        for change in changes {
            var wire = try WirePayload(wire: Sample.payload.encoded(), .unreadablePayload, in: "payload")
            change(&wire)
            #expect(problem { _ = try Payload(decoding: wire.wireBytes) } == .unreadablePayload)
        }
    }

    private func argument(_ name: String) -> WireArgument {
        var argument = WireArgument()
        argument.name = name
        argument.value = .init([5])
        return argument
    }

    @Test func `a payload that cannot be read still has an identity, and what can be told of it`() throws {
        var wire = try WirePayload(wire: Sample.payload.encoded(), .unreadablePayload, in: "payload")
        wire.given.bootID = .init()
        let sealed = try SealedCommand(salt: Sample.bytes(16, from: 1), payload: wire.wireBytes)
        #expect(problem { _ = try Payload(decoding: sealed.payload) } == .unreadablePayload)
        #expect(sealed.commandID == Sample.command)
        #expect(sealed.glimpse.kind == "visit" && sealed.glimpse.ticket == Sample.ticket)
        let noise = try SealedCommand(salt: Sample.bytes(16, from: 1), payload: [0xFF, 0xFF, 0xFF])
        #expect(noise.commandID.bytes == Array(noise.digest.prefix(16)))
        #expect(noise.glimpse.kind == nil && noise.glimpse.ticket == nil)
    }

    @Test func `a request of a million empty commands is refused before any is decoded`() {
        let field: [UInt8] = [12 << 3 | 2, 0]
        let bytes = Array(repeatElement(field, count: 1_000_000).joined())
        #expect(problem { _ = try SyncRequest(decoding: bytes) } == .tooManyCommands)
        let retained: [UInt8] = [0x92, 0x01, 0]  // field 18
        #expect(
            problem { _ = try SyncRequest(decoding: Array(repeatElement(retained, count: 501).joined())) } == .tooManyCommands)
    }

    /// Decoders pass over groups of numbers that they do not know, whatever is in them.
    @Test func `a group in front of the fields hides none of them`() throws {
        // Group 100 with a number, a text and an empty group in it.
        let group: [UInt8] = [0xA3, 0x06, 0x08, 5, 0x12, 2, 0x78, 0x78, 0x3B, 0x3C, 0xA4, 0x06]
        let commands = Array(repeatElement([12 << 3 | 2, 0] as [UInt8], count: 501).joined())
        #expect(problem { _ = try SyncRequest(decoding: group + commands) } == .tooManyCommands)
        let entities = Array(repeatElement([1 << 3 | 2, 0] as [UInt8], count: WireLimits.entitiesPerPageMax + 1).joined())
        #expect(problem { _ = try Page(decoding: group + entities) } == .unreadableAnswer)
        let payload = group + Sample.payload.encoded()
        #expect(try Payload(decoding: payload).commandID == Sample.command)
        let sealed = try SealedCommand(salt: Sample.bytes(16, from: 1), payload: payload)
        #expect(sealed.commandID == Sample.command)
        #expect(sealed.glimpse.kind == "visit" && sealed.glimpse.ticket == Sample.ticket)
    }

    @Test func `an answer of a million empty entities or rows is refused before any is decoded`() {
        let entities = Array(repeatElement([UInt8(1 << 3 | 2), 0], count: 1_000_000).joined())
        #expect(problem { _ = try Page(decoding: entities) } == .unreadableAnswer)
        var page = WirePage()
        page.entities = [WireEntity()]
        page.entities[0].rows = Array(repeating: WireRow(), count: WireLimits.rowsPerPageMax + 1)
        #expect(problem { _ = try Page(decoding: page.wireBytes) } == .unreadableAnswer)
    }
}

@Suite struct `Rows of other releases` {
    private func page(_ change: (inout WireRow) -> Void) throws -> Page {
        var wire = try WirePage(wire: Sample.page.encoded(), .unreadableAnswer, in: "page")
        change(&wire.entities[0].rows[1])
        return try Page(decoding: wire.wireBytes)
    }

    @Test func `columns that were appended since are dropped`() throws {
        let page = try page { encode([.blob(Sample.ticket.bytes), .text("wang"), nil, .integer(5), .text("new")], &$0) }
        #expect(page == Sample.page)
    }

    @Test func `a table that was added since is passed over`() throws {
        let page = try page { $0.table = 77 }
        #expect(page.entities[0].rows == [Sample.page.entities[0].rows[0], Sample.page.entities[0].rows[2]])
    }

    @Test func `a row with too few columns, without a key, or with half a value is an error`() {
        let rows: [[Value?]] = [
            [.blob(Sample.ticket.bytes), .text("wang")], [nil, .text("wang"), nil], [.null, .text("wang"), nil],
        ]
        for row in rows { #expect(problem { _ = try self.page { encode(row, &$0) } } == .unreadableAnswer) }
        #expect(problem { _ = try self.page { $0.values.removeLast(4) } } == .unreadableAnswer)
        #expect(problem { _ = try self.page { $0.values = .init([3, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) } } == .unreadableAnswer)
    }

    @Test func `columns that an older centre does not have are nil, never fewer than in the first schema`() throws {
        for table in Table.allCases {
            #expect(table.columnCountAtFirst == table.columnCount(inVersion: table.since))
            #expect(table.columnCountAtFirst <= table.columns.count)
        }
        let row = EntityRow(.helper, [.blob(Sample.ticket.bytes), .text("wang")])
        #expect(row.values.count == 3 && row.values[2] == nil)
    }

    @Test func `an unknown kind or operation is an error: the device must be upgraded`() throws {
        for change: (inout WireEntity) -> Void in [{ $0.kind = 9 }, { $0.kind = 257 }, { $0.op = 0 }, { $0.id = .init() }] {
            var wire = try WirePage(wire: Sample.page.encoded(), .unreadableAnswer, in: "page")
            change(&wire.entities[0])
            #expect(problem { _ = try Page(decoding: wire.wireBytes) } == .unreadableAnswer)
        }
    }

    private func encode(_ values: [Value?], _ row: inout WireRow) {
        var bytes: [UInt8] = []
        encodeValues(values, into: &bytes)
        row.values = .init(bytes)
    }
}
