import Changeset
import Foundation
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

/// One enrolled device in a folder of its own, with counters in place of clocks and randomness.
final class Device {
    let folder: String
    let path: String
    private(set) var replica: Replica!
    var centre = FakeCentre()
    /// The device's clock: five seconds pass at every look.
    var wall: Milliseconds = 1_760_000_000_000
    private var idCount: UInt8 = 0

    /// - Parameter tickets: In the device's scopes at its first sync, which has been done.
    init(_ tickets: [[Value]] = [ticket(1)], migrations: [Migration] = Migration.all) throws {
        folder = NSTemporaryDirectory() + "gridline-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/replica.sqlite"
        replica = try Replica.create(at: path, enrolment: Device.enrolment(centre), migrations: migrations)
        let request = try prepare()
        var entities = [centre.person("li-na", "李娜", grid: "g1"), centre.person("wang", "王伟", grid: "g1")]
        for row in tickets { entities.append(centre.enter(row)) }
        try #require(try answer(request, [], centre.page(entities, fromZero: true)).isDone)
    }

    deinit {
        replica = nil
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func enrolment(_ centre: FakeCentre, replica: UInt8 = 1) throws -> Enrolment {
        Enrolment(
            replica: ReplicaID(bytes: [UInt8](repeating: replica, count: 16))!, person: "li-na", personName: "李娜",
            server: "https://12345.example", key: try DeviceKey(seed: [UInt8](repeating: replica, count: 32)),
            certificate: [1, 2, 3, replica], token: [9], incarnation: centre.incarnation, serverTime: centre.serverTime,
            enrolledAt: centre.serverTime)
    }

    var clock: ClockReading {
        wall += 5_000
        return ClockReading(wall: wall, bootReading: wall - 1_759_000_000_000, bootID: [UInt8](repeating: 7, count: 16))
    }

    func reopen(
        migrations: [Migration] = Migration.all, interrupt: (@Sendable (KillPoint) throws -> Void)? = nil
    ) throws {
        replica = nil
        // A child that another test of this process is just starting holds every lock for a moment, until it has become its program.
        replica = try Replica.open(at: path, waitMilliseconds: 2_000, migrations: migrations, interrupt: interrupt)
    }

    func close() { replica = nil }

    func nextID() -> CommandID {
        idCount += 1
        return CommandID(bytes: [0xAA] + [UInt8](repeating: 0, count: 14) + [idCount])!
    }

    @discardableResult
    func give(_ kind: CommandKind, _ number: UInt8 = 1, _ arguments: [String: Value] = [:]) throws -> GivenCommand {
        try replica.give(
            kind, ticket: kind.makesTicket ? nil : ticketID(number), arguments: arguments, id: nextID(),
            salt: [UInt8](repeating: 5, count: 16), clock: clock)
    }

    func prepare() throws -> SyncRequest { try replica.prepareRequest(now: clock, clientVersion: "test").request }

    @discardableResult
    func answer(
        _ request: SyncRequest, _ receipts: [Receipt] = [], _ page: Page?, acknowledged: UInt64? = nil
    ) throws -> SyncStep {
        try absorb(centre.answer(to: request, receipts, page, acknowledged: acknowledged), to: request)
    }

    @discardableResult
    func absorb(_ response: SyncResponse, to request: SyncRequest) throws -> SyncStep {
        // Through the wire: what is tested must survive it.
        let step = try replica.absorb(try SyncResponse(decoding: response.encoded()), receivedAt: clock, sentAt: request.now)
        try expectGlance()
        return step
    }

    /// What a sync looks at is what `status` tells.
    private func expectGlance() throws {
        guard replica.schemaVersion >= 3 else { return }
        let (glance, status) = try (replica.glance(), replica.status())
        #expect(glance.held == status.held.map(\.id) && glance.openConflicts == status.openConflicts.map(\.number))
        #expect(
            (glance.base, glance.outboxCount, glance.newsCount) == (status.base, status.outboxCount, status.newsCount)
                && glance.confirmedAt == status.confirmedAt)
    }

    /// A whole sync in which the centre applies every command as given.
    @discardableResult
    func syncConfirming() throws -> SyncStep {
        let request = try prepare()
        let receipts = request.commands.map { centre.receipt(for: $0, confirmed: true) }
        return try answer(request, receipts, centre.page())
    }

    func row(_ number: UInt8 = 1) throws -> Ticket? { try replica.read { try $0.ticket(ticketID(number)) } }

    /// Every value of every domain table, as stored.
    func domainRows() throws -> [[Value]] {
        try replica.read { rows in
            try Table.allCases.map(\.name).flatMap { try rows.statements.rows("SELECT * FROM \($0) ORDER BY 1, 2") }
        }
    }

    func newsKinds() throws -> [NewsKind] { try replica.news(markLooked: true, at: wall).map(\.kind) }
}

extension SyncStep {
    var isDone: Bool { if case .done = self { true } else { false } }
    var summary: SyncSummary? { if case .done(let summary) = self { summary } else { nil } }
}

func ticketID(_ number: UInt8) -> TicketID { TicketID(bytes: [0x77] + [UInt8](repeating: 0, count: 14) + [number])! }

/// A ticket's row as a centre has it.
func ticket(
    _ number: UInt8, state: TicketState = .dispatched, assignee: String? = "li-na", location: String = "幸福路1号",
    tags: String? = nil
) -> [Value] {
    var row = [Value](repeating: .null, count: TicketColumn.allCases.count)
    let values: [TicketColumn: Value] = [
        .id: ticketID(number).value, .number: .text("HT-2025-\(number)"), .kind: .text("assistance"), .channel: .text("phone"),
        .origin: .text("caller"), .title: .text("路灯不亮 \(number)"), .description: .text("晚上很黑"), .urgency: .text("normal"),
        .confidential: .integer(0), .state: .text(state.rawValue), .grid: .text("g1"), .assignee: .optional(assignee),
        .location: .text(location), .latitude: .real(37.114), .tags: .optional(tags), .createdAt: .integer(1_759_900_000_000),
    ]
    for (column, value) in values { row[column.index] = value }
    return row
}

func noteRow(_ id: UInt8, ticket number: UInt8, author: String, body: String) -> [Value] {
    [
        .blob([UInt8](repeating: id, count: 16)), ticketID(number).value, .text("note"), .text(author), .text(body),
        .integer(1_760_000_000_001), .integer(0), .blob([UInt8](repeating: id, count: 16)),
    ]
}
