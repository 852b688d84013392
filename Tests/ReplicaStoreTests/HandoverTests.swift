import Changeset
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

struct HandoverTests {
    @Test func `a ticket that leaves waits for the commands that name it`() throws {
        let device = try Device()
        try device.give(.note, 1, ["body": .text("到了")])
        let request = try device.prepare()
        let left = device.centre.leave(ticketID(1), reason: "moved")
        #expect(try device.answer(request, [], device.centre.page([left]), acknowledged: 0).summary?.fingerprintAgrees == true)
        #expect(try device.row()?[.title].string == "路灯不亮 1")
        #expect(try device.replica.ticketDetail(ticketID(1)).notes.map(\.late) == [true])
        #expect(throws: ReplicaError.leaving(reason: "moved")) { try device.give(.accept) }
        #expect(try device.replica.status().leaving.map(\.leaving) == ["moved"])
        #expect(try device.newsKinds().last == .ticketLeaving)
        // The verdict comes: nothing names the ticket any more.
        let again = try device.prepare()
        let receipt = device.centre.receipt(for: again.commands[0], .applied, .late)
        #expect(try device.answer(again, [receipt], device.centre.page()).summary?.leftCount == 1)
        #expect(try device.replica.tickets().isEmpty)
        let news = try device.replica.news(markLooked: true, at: 1)
        #expect(news.last?.kind == .ticketLeft && news.last?.detail == "moved" && news.last?.localNumber == 1)
        #expect(try device.replica.check().isEmpty)
    }

    @Test func `a ticket leaves and returns with commands unsent`() throws {
        let device = try Device()
        try device.give(.accept)
        let lost = try device.prepare()
        try device.answer(lost, [], device.centre.page([device.centre.leave(ticketID(1))]), acknowledged: 0)
        #expect(try device.replica.outbox().count == 1)
        let back = device.centre.enter(ticket(1, location: "新地址"))
        try device.answer(try device.prepare(), [], device.centre.page([back]), acknowledged: 0)
        #expect(try device.row()?[.location] == .text("新地址"))
        #expect(try device.row()?.state == .awaitingHandling, "one's own accept is replayed on the ticket that came back")
        try device.give(.note, 1, ["body": .text("继续")])
        #expect(try device.replica.tickets().map(\.localNumber) == [1])
        let request = try device.prepare()
        #expect(request.commands.count == 2)
        let receipts = request.commands.map { device.centre.receipt(for: $0, confirmed: true) }
        #expect(try device.answer(request, receipts, device.centre.page()).summary?.fingerprintAgrees == true)
    }

    @Test func `undo lets a leaving ticket go`() throws {
        let device = try Device()
        let request = try device.prepare()
        try device.give(.accept)
        try device.answer(request, [], device.centre.page([device.centre.leave(ticketID(1))]))
        #expect(try device.row() != nil)
        _ = try device.replica.undo(ticket: ticketID(1), at: device.wall)
        #expect(try device.row() == nil)
    }

    @Test func `what a reading from zero does not bring is leaving`() throws {
        let device = try Device([ticket(1), ticket(2), ticket(3)])
        try device.give(.accept, 2)
        let request = try device.prepare()
        device.centre.generation = 2
        device.centre.book = [:]
        let person = device.centre.person("li-na", "李娜", grid: "g1")
        let kept = device.centre.enter(ticket(3, location: "新地址"))
        let step = try device.answer(request, [], device.centre.page([person, kept], fromZero: true), acknowledged: 0)
        #expect(step.summary?.fingerprintAgrees == true)
        #expect(try device.replica.tickets().map(\.localNumber) == [2, 3])
        #expect(try device.replica.tickets().map(\.leaving) == ["not-in-scope", nil])
        #expect(try device.replica.person("wang") == nil)
        #expect(try device.prepare().cursor.generation == 2)
    }

    @Test func `numbers survive leaving and are never given twice`() throws {
        let device = try Device([ticket(1), ticket(2)])
        try device.answer(try device.prepare(), [], device.centre.page([device.centre.leave(ticketID(1))]))
        try device.answer(try device.prepare(), [], device.centre.page([device.centre.enter(ticket(3))]))
        try device.answer(try device.prepare(), [], device.centre.page([device.centre.enter(ticket(1))]))
        #expect(try device.replica.tickets().map(\.localNumber) == [1, 2, 3])
        #expect(try device.replica.resolve(reference: "1") == ticketID(1))
    }

    @Test func `an upgraded device reads again what it already had`() throws {
        let known = SchemaVersion.current
        let device = try Device()
        #expect(try device.prepare().cursor.schemaVersion == known)
        try device.give(.edit, 1, ["location": .text("我写的")])
        let migrations = Migration.all + [Migration(number: Int(known) + 1, sql: "ALTER TABLE ticket ADD COLUMN district TEXT")]
        try device.reopen(migrations: migrations)
        try device.give(.note, 1, ["body": .text("新版本")])
        let request = try device.prepare()
        #expect(request.cursor.schemaVersion == known && request.schemaVersion == known + 1)
        #expect(try request.commands.map { try Payload(decoding: $0.payload).schemaVersion } == [known, known + 1])
        device.centre.generation = 2
        device.centre.book = [:]
        let entities = [device.centre.person("li-na", "李娜", grid: "g1"), device.centre.enter(ticket(1))]
        try device.answer(request, [], device.centre.page(entities, fromZero: true), acknowledged: 0)
        #expect(try device.row()?[.location] == .text("我写的"))
        #expect(try device.prepare().cursor.schemaVersion == known + 1)
        #expect(try device.replica.check().isEmpty)
        _ = try device.replica.read { try $0.columns(of: .ticket) }.last.map { #expect($0 == "district") }
    }

    @Test func `a retained payload goes after backup and 30 days, and its row stays`() throws {
        let device = try Device()
        try device.give(.accept)
        try device.syncConfirming()
        func sync(watermark: UInt64, days: Int64) throws -> [CommandRecord] {
            device.centre.serverTime += days * 86_400_000
            let request = try device.prepare()
            var response = device.centre.answer(to: request, [], device.centre.page())
            response.backupWatermark = watermark
            try device.absorb(response, to: request)
            // Watermark and time count from the sync after the one that brought them.
            try device.answer(try device.prepare(), [], device.centre.page())
            return try device.replica.log()
        }
        func payloadCount() throws -> Int { try device.replica.read { try $0.count("command WHERE payload IS NOT NULL") } }
        _ = try sync(watermark: 1, days: 31)
        #expect(try payloadCount() == 1)
        let log = try sync(watermark: device.centre.head, days: 0)
        #expect(try payloadCount() == 0)
        #expect(log.map(\.standing) == [.judged(.applied)])
        // What did not take effect stays readable.
        try device.give(.note, 1, ["body": .text("没用上")])
        let request = try device.prepare()
        try device.answer(request, [device.centre.receipt(for: request.commands[0], .held, .notYours)], device.centre.page())
        #expect(try sync(watermark: device.centre.head, days: 90).first?.arguments["body"] == .text("没用上"))
        #expect(try device.replica.check().isEmpty)
    }
}
