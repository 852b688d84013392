import Changeset
import Foundation
import SyncProtocol
import Tickets

/// Fixed messages in which every field has a value of its own, so that two that are mixed up cannot go unnoticed.
enum Sample {
    static func bytes(_ count: Int, from first: UInt8) -> [UInt8] { (0..<count).map { first &+ UInt8(truncatingIfNeeded: $0) } }

    static let replica = ReplicaID(bytes: bytes(16, from: 0x10))!
    static let incarnation = Incarnation(bytes: bytes(16, from: 0x20))!
    static let ticket = TicketID(bytes: bytes(16, from: 0x30))!
    static let command = CommandID(bytes: bytes(16, from: 0x40))!
    static let other = CommandID(bytes: bytes(16, from: 0x50))!

    static let deviceKey = try! DeviceKey(seed: bytes(32, from: 0x60))  // 32 bytes
    static let centreKey = try! CentreKey(signingSeed: bytes(32, from: 0x80), macSeed: bytes(32, from: 0xA0))  // 32 bytes each
    static let earlierKey = try! CentreKey(signingSeed: bytes(32, from: 1), macSeed: bytes(32, from: 2))  // 32 bytes each
    static let strangeKey = try! CentreKey(signingSeed: bytes(32, from: 3), macSeed: bytes(32, from: 4))  // 32 bytes each
    static let keys = CentreKeys(current: centreKey, earlier: [earlierKey])

    static let seen = Seen(incarnation: incarnation, base: 4_182, serverTime: 1_760_000_000_001)
    static let clock = ClockReading(wall: 1_760_000_000_002, bootReading: 86_400_003, bootID: bytes(16, from: 0xC0))

    static let payload = Payload(
        commandID: command, kind: "visit", ticket: ticket,
        arguments: [
            "body": .text("敲门无人应答"), "outcome": .text("absent"), "count": .integer(-2), "share": .real(0.5), "none": .null,
            "bytes": .blob([0, 255]),
        ], seen: seen, given: clock, schemaVersion: 1, changeset: [0x54, 1, 2, 3])
    static let sealed = try! SealedCommand(salt: bytes(16, from: 0xD0), payload: payload.encoded())  // 16 bytes

    static let certificate = Certificate(
        serial: 7, person: "li-na", replica: replica, publicKey: deviceKey.publicKey, issuedAt: 1_750_000_000_000,
        keyID: centreKey.id)
    static let signedCertificate = certificate.signed(by: centreKey)
    static let token = Token(replica: replica, person: "li-na", serial: 7, expiresAt: 1_770_000_000_000)

    static let receipt = Receipt(
        commandID: command, digest: sealed.digest, verdict: .held, sequence: 5_001, reason: "moved",
        serverTime: 1_760_000_000_100, occurredAt: 1_760_000_000_050, keyID: centreKey.id, incarnation: incarnation,
        replica: replica, confirmed: true,
        decision: ReceiptDecision(.amended, reason: "ok", sequence: 5_002, by: "chen", at: 1_760_000_000_200), waitsFor: other
    ).authenticated(by: centreKey)

    /// A command with a payload of its own.
    static func sealed(_ number: UInt8) -> SealedCommand {
        var payload = payload
        payload.commandID = CommandID(bytes: bytes(16, from: number))!
        return try! SealedCommand(salt: bytes(16, from: number), payload: payload.encoded())  // 16 bytes
    }

    static let start = Chain.start(certificate: signedCertificate, epoch: 3)

    static let request = SyncRequest(
        replica: replica, certificate: signedCertificate, token: token.issued(by: centreKey),
        cursor: Cursor(incarnation: incarnation, schemaVersion: 1, base: 4_182, generation: 2), at: [9, 8, 7], epoch: 3,
        acknowledgedSequence: 10, acknowledgedHead: bytes(32, from: 0xE0), now: clock, firstSequence: 11,
        previous: bytes(32, from: 0xE0), commands: [sealed, sealed(1), sealed(2)], unsent: 4,
        oldestUnsentAt: 1_759_999_000_006, clientVersion: "0.1.0",
        schemaVersion: 1, fingerprint: Fingerprint(sum: 0x0102_0304 << 96 | 5, count: 6),
        retained: [Retained(command: sealed, receipt: receipt.encoded(), epoch: 2, sequence: 8)], pageBytesMax: 65_536)

    /// As version 1 had it: without what was added since.
    static var requestOfVersion1: SyncRequest {
        var request = request
        (request.protocolVersion, request.oldestUnsentAt) = (1, nil)
        return request
    }

    /// As version 2 had it.
    static var requestOfVersion2: SyncRequest {
        var request = request
        request.protocolVersion = 2
        return request
    }

    /// As version 3 has it: without a token.
    static var requestOfVersion3: SyncRequest {
        var request = request
        (request.protocolVersion, request.token, request.certificate) = (3, nil, nil)
        return request
    }

    static var ticketRow: [Value?] {
        TicketColumn.allCases.enumerated().map { index, column in
            column == .id ? .blob(ticket.bytes) : index % 3 == 0 ? .null : .text("\(column)")
        }
    }

    static let page = Page(
        entities: [
            Entity(
                .ticket(ticket), .enter, version: 5_003,
                rows: [
                    EntityRow(.ticket, ticketRow),
                    EntityRow(.helper, [.blob(ticket.bytes), .text("wang"), nil]),
                    EntityRow(.note, [.blob(bytes(16, from: 0xF0))], deleted: true),
                ]),
            Entity(.verdict(command), .change, version: 5_004, receipt: receipt),
            Entity(.person("chen"), .leave, version: 5_005, leaveReason: "moved"),
        ], at: [1, 2, 3], more: true, base: 5_006, fingerprint: Fingerprint(sum: 1 << 127, count: 3), generation: 2,
        fromZero: true)

    static let response = SyncResponse(
        incarnation: incarnation, serverTime: 1_760_000_000_300, acknowledgedSequence: 13, receipts: [receipt], page: page,
        token: [1, 2], backupWatermark: 4_000, forkEpoch: 4, wipe: true, expectedSequence: 12, sendRetained: true,
        parked: [other])

    /// As version 1 wrote it.
    static var responseOfVersion1: SyncResponse {
        var response = response
        response.protocolVersion = 1
        return response
    }

    /// With the tables that came with version 2.
    static var responseOfVersion2: SyncResponse {
        let unit: [Value?] = [
            .text("u-1"), .text("某供热公司"), .text("enterprise"), .text("city"), .text("u-0"), .text("ma-yun"), .null, .integer(0),
        ]
        let category: [Value?] =
            ["010102", "城乡建设", "城市建设和市政管理", "冬季采暖", "cxjs", "csjshszgl", "djcn"].map { .text($0) } + [
                .integer(1), .text("010103"),
            ]
        let profile: [Value?] = [.text("hotan"), .integer(2), .integer(1), .integer(1_760_000_000_007), .text("a: 1\nb: 2\n")]
        var response = response
        response.protocolVersion = 2
        response.page?.entities += [
            Entity(.reference(.unit, "u-1"), .enter, version: 5_006, rows: [EntityRow(.unit, unit)]),
            Entity(.reference(.category, "010102"), .change, version: 5_007, rows: [EntityRow(.category, category)]),
            Entity(.reference(.profile, "hotan"), .enter, version: 5_008, rows: [EntityRow(.profile, profile)]),
        ]
        return response
    }

    /// With receipts in columns and a part of a row.
    static var responseOfVersion3: SyncResponse {
        var response = response
        response.protocolVersion = 3
        var row = EntityRow(.ticket, ticketRow)
        let left = row.values.indices.filter { ![TicketColumn.id.index, TicketColumn.finding.index].contains($0) }
        for column in left { row.values[column] = nil }
        row.unchanged = ColumnSet(left)
        response.page?.entities.append(Entity(.ticket(ticket), .change, version: 5_009, rows: [row]))
        var (first, second) = (receipt.authenticated(by: centreKey), receipt.authenticated(by: centreKey))
        (first.decision, first.waitsFor, second.decision) = (nil, nil, nil)
        response.shortReceipts = [ShortReceipt(first, at: 7), ShortReceipt(second, at: 8)]
        response.receiptsAt = first.serverTime
        response.receiptsKeyID = first.keyID
        return response
    }

    static let enrolRequest = EnrolRequest(code: "ABCD-1234", replica: replica, key: deviceKey, clientVersion: "0.1.0")
    static let enrolResponse = EnrolResponse(
        certificate: signedCertificate, person: "li-na", personName: "李娜", incarnation: incarnation,
        serverTime: 1_750_000_000_000, token: [3, 4], schemaVersion: 1)
    static let tokenRequest = TokenRequest(certificate: signedCertificate, askedAt: 1_760_000_000_400, key: deviceKey)
    static let tokenResponse = TokenResponse(token: [5], expiresAt: 1_770_000_000_000)
}

/// The files that the protocol's prose and schema are.
enum Prose {
    static func text(_ path: String) throws -> String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}

/// Seeded, so that a failure can be run again: `GRIDLINE_SEED=n`.
struct Dice: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(_ name: String) {
        seed = ProcessInfo.processInfo.environment["GRIDLINE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...999_999_999)
        state = seed
        print("\(name): GRIDLINE_SEED=\(seed)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

func hex(_ bytes: some Sequence<UInt8>) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

func unhex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The problem that a body throws. Nil if it throws nothing.
func problem(of body: () throws -> Void) -> Problem? {
    do {
        try body()
        return nil
    } catch { return (error as? ProtocolError)?.problem }
}
