import Changeset
import Foundation
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

private struct Interruption: Error {}

struct CrashTests {
    /// What can be seen of a device: rows, commands, cursor.
    private func picture(_ device: Device) throws -> [[Value]] {
        try device.domainRows()
            + device.replica.read { rows in
                try rows.statements.rows("SELECT id, sequence, verdict, refusal, absorbed_at, replayed FROM command")
                    + rows.statements.rows("SELECT base, generation, confirmed_at FROM cursor")
                    + rows.statements.rows("SELECT * FROM entity")
            }
    }

    @Test(arguments: [
        KillPoint.syncStaged, .rebaseBegun, .rebaseRolledBack, .rebaseApplied, .rebaseReplayed, .rebaseCommitted,
    ])
    func `an end at any step of a rebase leaves before or after`(point: KillPoint) throws {
        let device = try Device([ticket(1), ticket(2)])
        try device.give(.accept, 1)
        let request = try device.prepare()
        try device.give(.edit, 1, ["location": .text("我写的")])
        let before = try picture(device)
        try device.reopen { if $0 == point { throw Interruption() } }
        let receipt = device.centre.receipt(for: request.commands[0], confirmed: true)
        let entity = device.centre.enter(ticket(2, location: "他们写的"), operation: .change)
        let page = device.centre.page([entity])
        #expect(throws: Interruption.self) { try device.answer(request, [receipt], page) }
        try device.reopen()
        let rows = try device.domainRows()
        if point == .rebaseCommitted {
            #expect(try device.row(2)?[.location] == .text("他们写的"))
        } else {
            // The receipt is durable; no row has moved.
            #expect(rows == Array(before.prefix(rows.count)))
        }
        // The next request finishes the pull that was complete, and the result is the same wherever it ended.
        let next = try device.prepare()
        #expect(next.cursor.base == device.centre.head && next.firstSequence == 2)
        #expect(try device.row(2)?[.location] == .text("他们写的"))
        #expect(try device.row(1)?.state == .awaitingHandling)
        #expect(try device.row(1)?[.location] == .text("我写的"))
        #expect(try device.replica.check().isEmpty)
        let receipts = next.commands.map { device.centre.receipt(for: $0, confirmed: true) }
        #expect(try device.answer(next, receipts, device.centre.page()).summary?.fingerprintAgrees == true)
    }

    @Test func `an end inside a command leaves nothing, an end after it leaves it whole`() throws {
        let device = try Device()
        let before = try picture(device)
        try device.reopen { if $0 == .giveRecorded { throw Interruption() } }
        #expect(throws: Interruption.self) { try device.give(.accept) }
        try device.reopen()
        #expect(try picture(device) == before)
        try device.reopen { if $0 == .giveCommitted { throw Interruption() } }
        #expect(throws: Interruption.self) { try device.give(.accept) }
        try device.reopen()
        #expect(try device.replica.outbox().map(\.kind) == ["accept"])
        try device.reopen { if $0 == .syncOffered { throw Interruption() } }
        #expect(throws: Interruption.self) { try device.prepare() }
        try device.reopen()
        #expect(throws: ReplicaError.nothingToUndo(offered: true)) {
            try device.replica.undo(ticket: ticketID(1), at: device.wall)
        }
        #expect(try device.prepare().firstSequence == 1)
    }

    @Test func `a full disk refuses and leaves everything as before`() throws {
        let device = try Device()
        try device.give(.accept)
        let before = try picture(device)
        try device.replica.queue.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        #expect(throws: ReplicaError.diskFull) {
            try device.give(.note, 1, ["body": .text(String(repeating: "长", count: 100_000))])
        }
        #expect(try picture(device) == before)
        let request = try device.prepare()
        let receipt = device.centre.receipt(for: request.commands[0], confirmed: true)
        let big = device.centre.enter(
            ticket(2), notes: [noteRow(3, ticket: 2, author: "wang", body: String(repeating: "长", count: 100_000))])
        let page = device.centre.page([big])
        #expect(throws: ReplicaError.diskFull) { try device.answer(request, [receipt], page) }
        #expect(try device.domainRows() == Array(before.prefix(try device.domainRows().count)))
        try device.replica.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        #expect(try device.answer(request, [receipt], page).summary?.fingerprintAgrees == true)
        #expect(try device.replica.tickets().count == 2)
    }

    @Test func `kill points are read from text and nothing else`() {
        #expect(KillPoint.parse("rebase.applied")?.hit == 1)
        #expect(KillPoint.parse("rebase.applied:3").map { $0.point == .rebaseApplied && $0.hit == 3 } == true)
        for text in ["", "rebase", "rebase.applied:0", "rebase.applied:x", ":1"] { #expect(KillPoint.parse(text) == nil) }
    }
}
