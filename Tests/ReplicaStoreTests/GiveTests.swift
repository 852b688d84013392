import Changeset
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

struct GiveTests {
    @Test func `a given command shows at once and waits in the outbox`() throws {
        let device = try Device()
        let given = try device.give(.accept)
        #expect(given.localNumber == 1)
        #expect(try device.row()?.state == .awaitingHandling)
        let outbox = try device.replica.outbox()
        #expect(outbox.map(\.standing) == [.onlyHere])
        #expect(outbox.first?.number == "HT-2025-1")
        let status = try device.replica.status()
        #expect(status.unsent.count == 1 && status.givenCount == 1 && status.outboxCount == 1)
    }

    @Test func `the given changeset is what a session recorded, with the old values`() throws {
        let device = try Device()
        try device.give(.edit, 1, ["location": .text("幸福路2号")])
        let sealed = try #require(try device.prepare().commands.first)
        let payload = try Payload(decoding: sealed.payload)
        let change = try #require(try Changeset(parsing: payload.changeset).changes.first)
        #expect(change.table == "ticket")
        #expect(change.old[TicketColumn.location.index] == .text("幸福路1号"))
        #expect(change.new[TicketColumn.location.index] == .text("幸福路2号"))
        #expect(change.new.compactMap { $0 }.count == 1)
        #expect(payload.seen == Seen(incarnation: device.centre.incarnation, base: 103, serverTime: device.centre.serverTime))
    }

    @Test func `a refused command writes nothing`() throws {
        let device = try Device()
        let before = try device.domainRows()
        #expect(throws: ReplicaError.refused(.acceptFirst)) {
            try device.give(.resolve, 1, ["body": .text("修好了")])
        }
        #expect(throws: ReplicaError.refused(.notYours)) { try device.give(.accept, 99) }
        #expect(try device.domainRows() == before)
        #expect(try device.replica.status().givenCount == 0)
    }

    @Test func `the same CommandID twice is refused`() throws {
        let device = try Device()
        let id = device.nextID()
        let salt = [UInt8](repeating: 5, count: 16)
        _ = try device.replica.give(.accept, ticket: ticketID(1), id: id, salt: salt, clock: device.clock)
        #expect(throws: ReplicaError.duplicateCommand) {
            try device.replica.give(.start, ticket: ticketID(1), id: id, salt: salt, clock: device.clock)
        }
    }

    @Test func `a note of one megabyte goes in and out as it was written`() throws {
        let device = try Device()
        let body = String(repeating: "修路灯的师傅来过了。", count: 35_000)
        try device.give(.note, 1, ["body": .text(body)])
        #expect(try device.replica.ticketDetail(ticketID(1)).notes.first?.body == body)
        let request = try device.prepare()
        #expect(try Payload(decoding: try #require(request.commands.first).payload).arguments["body"] == .text(body))
    }

    @Test func `undo leaves every byte as before the command`() throws {
        let device = try Device()
        let before = try device.domainRows()
        try device.give(.accept)
        try device.give(.edit, 1, ["location": .text("幸福路2号"), "tags": .text("路灯")])
        try device.give(.resolve, 1, ["body": .text("修好了")])
        for expected in ["resolve", "edit", "accept"] {
            #expect(try device.replica.undo(ticket: ticketID(1), at: device.wall).kind == expected)
        }
        #expect(try device.domainRows() == before)
        #expect(throws: ReplicaError.nothingToUndo(offered: false)) {
            try device.replica.undo(ticket: ticketID(1), at: device.wall)
        }
        let status = try device.replica.status()
        #expect(status.givenCount == 3 && status.takenBackCount == 3 && status.outboxCount == 0)
        #expect(try device.prepare().commands.isEmpty)
    }

    @Test func `undo takes the newest of its ticket and leaves the others`() throws {
        let device = try Device([ticket(1), ticket(2)])
        try device.give(.accept, 1)
        try device.give(.accept, 2)
        _ = try device.replica.undo(ticket: ticketID(1), at: device.wall)
        #expect(try device.row(1)?.state == .dispatched)
        #expect(try device.row(2)?.state == .awaitingHandling)
    }

    @Test func `a report makes its ticket, and its number is not given again`() throws {
        let device = try Device()
        let report = try device.give(.report, 0, ["title": .text("井盖坏了"), "name": .text("阿迪力")])
        #expect(report.localNumber == 2)
        #expect(try device.replica.tickets().map(\.isOnlyHere) == [false, true])
        _ = try device.replica.give(
            .note, ticket: report.ticket, arguments: ["body": .text("已拍照")], id: device.nextID(),
            salt: [UInt8](repeating: 1, count: 16), clock: device.clock)
        _ = try device.replica.undo(ticket: report.ticket, at: device.wall)
        _ = try device.replica.undo(ticket: report.ticket, at: device.wall)
        #expect(try device.replica.tickets().count == 1)
        #expect(try device.give(.report, 0, ["title": .text("又一个")]).localNumber == 3)
    }

    @Test func `a ticket is found by its short number, its official number and its identifier`() throws {
        let device = try Device([ticket(1), ticket(2)])
        #expect(try device.replica.resolve(reference: "2") == ticketID(2))
        #expect(try device.replica.resolve(reference: "HT-2025-1") == ticketID(1))
        #expect(try device.replica.resolve(reference: ticketID(2).description) == ticketID(2))
        #expect(throws: ReplicaError.ambiguousTicket(reference: "77000000")) {
            try device.replica.resolve(reference: "77000000")
        }
        for nonsense in ["9", "", "nobody", "123456789012345678901234567890", "%%%%%%%%"] {
            #expect(throws: ReplicaError.unknownTicket(reference: nonsense)) { try device.replica.resolve(reference: nonsense) }
        }
    }

    @Test func `a clock off by ten years is corrected where it is used`() throws {
        let device = try Device()
        let request = try device.prepare()
        let tenYears: Milliseconds = 10 * 365 * 86_400_000
        device.wall -= tenYears
        let now = ClockReading(wall: device.wall, bootReading: 1, bootID: request.now.bootID)
        _ = try device.replica.absorb(device.centre.answer(to: request, [], device.centre.page()), receivedAt: now, sentAt: now)
        try device.give(.note, 1, ["body": .text("钟不准")])
        let note = try #require(try device.replica.ticketDetail(ticketID(1)).notes.first)
        #expect(abs(note.occurredAt - device.centre.serverTime) < 60_000)
    }

    @Test func `clocks at the ends of their range do no harm`() throws {
        for wall in [Int64.min, Int64.max, 0] {
            let device = try Device()
            let clock = ClockReading(wall: wall, bootReading: wall, bootID: [UInt8](repeating: 7, count: 16))
            let request = try device.replica.prepareRequest(now: clock, clientVersion: "test").request
            _ = try device.replica.absorb(
                device.centre.answer(to: request, [], device.centre.page()), receivedAt: clock, sentAt: clock)
            _ = try device.replica.give(
                .accept, ticket: ticketID(1), id: device.nextID(), salt: [UInt8](repeating: 1, count: 16), clock: clock)
            #expect(try device.row()?.state == .awaitingHandling)
        }
    }
}
