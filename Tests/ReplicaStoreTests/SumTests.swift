import Changeset
import Harness
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

/// The sum over a device's entities, which is kept and not counted at each sync.
@Suite(.serialized) struct `The sum over the entities` {
    private static let hour: Milliseconds = 3_600_000

    private func kept(_ device: Device) throws -> Fingerprint? { try device.replica.read { try $0.keptSum() } }

    /// Overwrites one column of the cursor or of an entity, as damage would.
    private func spoil(_ device: Device, _ sql: String) throws {
        _ = try device.replica.write { _, rows in try rows.statements.run(sql) }
    }

    @Test func `goes on with what comes, changes, is confirmed, leaves and comes back`() throws {
        let device = try Device([ticket(1), ticket(2)])
        func expectWhole(_ step: SyncStep, _ what: Comment) throws {
            #expect(step.summary?.fingerprintAgrees == true, what)
            #expect(try device.replica.check().isEmpty, what)
            #expect(try kept(device) == device.replica.fingerprint(), what)
        }
        #expect(try kept(device) == device.replica.fingerprint(), "counted at the end of the first pull")
        let first = try kept(device)?.count
        try device.give(.accept, 1)
        try device.give(.note, 2, ["body": .text("已联系")])
        try expectWhole(try device.syncConfirming(), "two verdicts, two tickets in a newer version")
        #expect(try kept(device)?.count == first.map { $0 + 2 })
        let changes = [device.centre.enter(ticket(3)), device.centre.part(of: 1, [.location: .text("东街2号")])]
        try expectWhole(
            try device.answer(try device.prepare(), [], device.centre.page(changes)), "one enters, one changes")
        // A pending command keeps the rows of a ticket that has left; the centre does not count it any more.
        try device.give(.note, 2, ["body": .text("还在路上")])
        func pull(_ entities: [Entity]) throws -> SyncStep {
            try device.answer(try device.prepare(), [], device.centre.page(entities), acknowledged: 2)
        }
        let leaving = device.centre.leave(ticketID(2))
        try expectWhole(try pull([leaving]), "one is leaving, and its rows are still here")
        #expect(try device.row(2) != nil)
        let back = device.centre.enter(ticket(2))
        try expectWhole(try pull([back]), "it is back")
        #expect(device.centre.book.removeValue(forKey: .person("wang")) != nil)
        let gone = [
            Entity(.person("wang"), .leave, version: device.centre.next()), device.centre.leave(ticketID(3)),
        ]
        try expectWhole(try pull(gone), "a person and a ticket are gone")
        try expectWhole(try device.syncConfirming(), "what was pending is confirmed")
    }

    @Test func `a pull of one change reads as much with few entities as with many`() throws {
        func cost(persons: Int) throws -> StatementMeter.Cost {
            let device = try Device([ticket(1)])
            let many = (0..<persons).map { device.centre.person("p\($0)", "网格员\($0)") }
            #expect(try device.answer(try device.prepare(), [], device.centre.page(many)).isDone)
            device.close()
            try device.reopen()
            let meter = StatementMeter(filesFrom: device.path)
            defer { meter.end() }
            let request = try device.prepare()
            let change = device.centre.part(of: 1, [.location: .text("西街3号")])
            let page = device.centre.page([change])
            _ = meter.take()
            #expect(try device.answer(request, [], page).summary?.fingerprintAgrees == true)
            return meter.take()
        }
        let (few, many) = (try cost(persons: 10), try cost(persons: 2_000))
        #expect(many.steps - few.steps < 50, "\(few) became \(many)")
        #expect(many.rows == few.rows, "\(few) became \(many)")
    }

    @Test func `a sum that is wrong is counted again, and nothing is read anew for it`() throws {
        let device = try Device([ticket(1), ticket(2)])
        try spoil(device, "UPDATE cursor SET entity_sum=zeroblob(16)")
        #expect(try device.replica.check().map(\.code) == ["sum"])
        let change = device.centre.part(of: 2, [.location: .text("北街4号")])
        #expect(try device.answer(try device.prepare(), [], device.centre.page([change])).summary?.fingerprintAgrees == true)
        #expect(try device.replica.check().isEmpty)
        try spoil(device, "UPDATE cursor SET entity_sum=x'0102'")
        #expect(try kept(device) == nil, "no sum at all: it is counted")
        try device.give(.accept, 1)
        #expect(try device.syncConfirming().summary?.fingerprintAgrees == true)
        #expect(try kept(device) == device.replica.fingerprint())
    }

    @Test func `once a day the rows are counted, whatever the sum says`() throws {
        let device = try Device([ticket(1), ticket(2)])
        // A row that changed beside the program; the sum still says what the centre has.
        try spoil(device, "UPDATE entity SET version=1 WHERE kind=1 AND id=x'\(hex(ticketID(2)))'")
        device.centre.serverTime += 23 * Self.hour
        try device.give(.accept, 1)
        #expect(try device.prepare().fingerprint == nil)
        #expect(try device.syncConfirming().summary?.fingerprintAgrees == true)
        device.centre.serverTime += 2 * Self.hour
        try device.give(.note, 1, ["body": .text("第二天")])
        #expect(try device.prepare().fingerprint == nil, "the device learns the time with this answer")
        _ = try device.syncConfirming()
        let request = try device.prepare()
        #expect(try request.fingerprint == device.replica.fingerprint())
        #expect(try device.answer(request, [], device.centre.page()) == .more, "the rows are not the centre's")
        #expect(try device.newsKinds().contains(.readAnew))
        #expect(try device.prepare().cursor.schemaVersion == 0)
    }

    @Test func `a device of version 8 counts once and keeps the sum from then on`() throws {
        let device = try Device([ticket(1)], migrations: Array(Migration.all.prefix(8)))
        try device.give(.accept, 1)
        try device.reopen()
        #expect(try kept(device) == nil)
        #expect(try device.prepare().cursor.schemaVersion == SchemaVersion.current, "nothing is read again")
        #expect(try device.syncConfirming().summary?.fingerprintAgrees == true)
        #expect(try kept(device) == device.replica.fingerprint())
        #expect(try device.replica.check().isEmpty)
    }

    private func hex(_ id: TicketID) -> String {
        (id.value.bytes ?? []).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
