import Foundation
import SyncProtocol
import Testing
import Tickets

/// What the schema was at each version: SHA-256 of sync.proto without comments and blanks. A change of the messages needs a new
/// version, a new line here, golden bodies, and a line in PROTOCOL.md's history. Until a version is released, its line may change.
private let schemaOfVersion: [UInt32: String] = [
    1: "018972c7d6352554c9e2b788c8fad95e2b03fa65d4e5257fb1935c70be847ea7",
    2: "49486dd9dc4a3531fd95b205f3da7fbcc94701270da2ab6a392c57b2978c90e0",
    3: "1712dd5a8f1680d55295fc0768f22ab44d9f1399333dca6289135cd819e913ef",
]

@Suite struct `The wire does not drift` {
    private func schemaDigest() throws -> String {
        let lines = try Prose.text("Schema/Wire/sync.proto").split(separator: "\n")
        let code = lines.map { line in line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line }
        return hex(sha256(Array(code.joined().filter { !$0.isWhitespace }.utf8)))
    }

    @Test func `the schema is the one that was recorded for this version`() throws {
        #expect(schemaOfVersion.keys.max() == ProtocolVersion.current)
        #expect(
            try schemaOfVersion[ProtocolVersion.current] == schemaDigest(),
            "sync.proto changed: raise ProtocolVersion.current and record the new schema, see PROTOCOL.md")
    }

    @Test func `no two versions have one schema`() {
        #expect(Set(schemaOfVersion.values).count == schemaOfVersion.count)
    }

    @Test func `every version has its line of history`() throws {
        let prose = try Prose.text("Schema/Wire/PROTOCOL.md")
        for version in ProtocolVersion.oldest...ProtocolVersion.current { #expect(prose.contains("| \(version) | ")) }
    }

    @Test func `PROTOCOL.md lists the imports of every target as the module map does`() throws {
        let prose = try Prose.text("Schema/Wire/PROTOCOL.md")
        let rows = try Prose.text("Docs/modules.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 10)
        for row in rows {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            let expected = cells[2].isEmpty ? "| \(cells[1]) | |" : "| \(cells[1]) | \(cells[2]) |"
            #expect(prose.contains(expected), "\(expected)")
        }
    }

    @Test func `PROTOCOL.md has every table at its position, with its columns`() throws {
        let prose = try Prose.text("Schema/Wire/PROTOCOL.md")
        for table in Table.allCases {
            let columns = table.columns.enumerated().map { $0 < table.keyCount ? "**\($1)**" : $1 }.joined(separator: ", ")
            let row = "| \(table.rawValue) | \(table.name) | \(columns) |"
            #expect(prose.contains(row), "\(row)")
        }
    }
}

/// Golden bytes: what version 1 wrote is read for ever, and what is written for a reader of version 1 is the same as then.
@Suite struct `Golden bytes of version 1` {
    @Test func `a sealed payload`() throws {
        #expect(hex(Sample.payload.encoded()) == hex(unhex(Golden1.payload)))
        #expect(try Payload(decoding: unhex(Golden1.payload)) == Sample.payload)
        #expect(hex(Sample.sealed.digest) == Golden1.digest)
    }

    @Test func `a certificate and the start of its chain`() throws {
        #expect(hex(Sample.signedCertificate) == hex(unhex(Golden1.certificate)))
        #expect(hex(Sample.start) == Golden1.chainStart)
    }

    @Test func `a signed request`() throws {
        #expect(hex(signed(Sample.requestOfVersion1, by: Sample.deviceKey)) == hex(unhex(Golden1.request)))
        let opened = try OpenedRequest(opening: unhex(Golden1.request))
        #expect(opened.request == Sample.requestOfVersion1)
        #expect(try hex(opened.verify(by: Sample.deviceKey.publicKey)[0].hash) == Golden1.headerHash)
    }

    @Test func `a response`() throws {
        #expect(hex(Sample.responseOfVersion1.encoded()) == hex(unhex(Golden1.response)))
        let read = try SyncResponse(decoding: unhex(Golden1.response))
        #expect(read == Sample.responseOfVersion1)
        #expect(read.receipts[0].isAuthentic(with: Sample.keys))
    }

    @Test func `a compressed body`() throws {
        #expect(try decodeBody(unhex(Golden1.body)) == Sample.responseOfVersion1.encoded())
    }

    @Test func `a response as JSON`() {
        #expect(String(decoding: Sample.responseOfVersion1.jsonText(), as: UTF8.self) == Golden1.json.filter { !$0.isNewline })
    }

    @Test func `the generated code was made from this very schema`() throws {
        let schema = try Prose.text("Schema/Wire/sync.proto")
        let generated = try Prose.text("Sources/SyncProtocol/Generated/sync.pb.swift")
        #expect(generated.hasSuffix("SHA-256 \(hex(sha256(Array(schema.utf8))))\n"), "sync.proto changed: run make proto")
    }
}

/// Golden bytes of version 2. Payloads, certificates and receipts are as in version 1.
@Suite struct `Golden bytes of version 2` {
    @Test func `a signed request`() throws {
        #expect(hex(signed(Sample.requestOfVersion2, by: Sample.deviceKey)) == hex(unhex(Golden2.request)))
        #expect(try OpenedRequest(opening: unhex(Golden2.request)).request == Sample.requestOfVersion2)
    }

    @Test func `a response with rows of the new tables`() throws {
        #expect(hex(Sample.responseOfVersion2.encoded()) == hex(unhex(Golden2.response)))
        #expect(try SyncResponse(decoding: unhex(Golden2.response)) == Sample.responseOfVersion2)
    }

    @Test func `a compressed body`() throws {
        #expect(try decodeBody(unhex(Golden2.body)) == Sample.responseOfVersion2.encoded())
    }

    @Test func `a response as JSON`() {
        let text = String(decoding: Sample.responseOfVersion2.jsonText(), as: UTF8.self)
        #expect(text == Golden2.json.filter { !$0.isNewline })
    }
}

/// Golden bytes of version 3: messages as before, and bodies packed against a dictionary that never changes.
@Suite struct `Golden bytes of version 3` {
    @Test func `a signed request, packed`() throws {
        let message = signed(Sample.requestOfVersion3, by: Sample.deviceKey)
        #expect(hex(message) == hex(unhex(Golden3.request)))
        #expect(try OpenedRequest(opening: unhex(Golden3.request)).request == Sample.requestOfVersion3)
        #expect(
            (try? decodeBody(unhex(Golden3.packedRequest))) == message,
            "the dictionary or the lifting changed: \(hex(packBody(message)))")
    }

    @Test func `a response, packed against that request`() throws {
        let message = Sample.responseOfVersion3.encoded()
        #expect(hex(message) == hex(unhex(Golden3.response)))
        #expect(try SyncResponse(decoding: unhex(Golden3.response)) == Sample.responseOfVersion3)
        let asked = unhex(Golden3.request)
        #expect(
            (try? decodeBody(unhex(Golden3.packedResponse), answering: asked)) == message,
            "the dictionary or the lifting changed: \(hex(packBody(message, answering: asked)))")
    }

    @Test func `a response as JSON`() {
        let text = String(decoding: Sample.responseOfVersion3.jsonText(), as: UTF8.self)
        #expect(text == Golden3.json.filter { !$0.isNewline })
    }
}
