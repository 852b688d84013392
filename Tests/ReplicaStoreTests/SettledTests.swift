import Changeset
import Harness
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

/// Commands that the centre confirms as they stand are left where they are; what the rows are then must be what the long way makes of them.
@Suite(.serialized) struct `Commands that are settled in place` {
    /// The tables' changes of a pull, by SQLite's own count.
    private func changes(_ device: Device, _ body: () throws -> Void) throws -> Int {
        func count() throws -> Int {
            try device.replica.read { Int(try $0.statements.row("SELECT total_changes()")?.first?.int ?? 0) }
        }
        let before = try count()
        try body()
        return try count() - before
    }

    private func whole(_ device: Device, _ step: SyncStep, _ what: Comment) throws {
        #expect(step.summary?.fingerprintAgrees == true, what)
        #expect(try device.replica.check().isEmpty, what)
    }

    @Test func `a day's edits and notes are not written again, and the rows are those of the long way`() throws {
        func day(_ isSettled: Bool) throws -> (rows: [[Value]], changes: Int) {
            let device = try Device([ticket(1), ticket(2), ticket(3)])
            for number in UInt8(1)...3 {
                try device.give(.accept, number)
                try device.give(.edit, number, ["location": .text("门牌\(number)号"), "body": .text("核对过")])
                try device.give(.note, number, ["body": .text("第\(number)户")])
            }
            let shown = try device.domainRows()
            let request = try device.prepare()
            // A page that names every ticket, as of before the commands, has all of them go the long way.
            let named = isSettled ? [] : (UInt8(1)...3).map { device.centre.part(of: $0, [.title: .text("路灯不亮 \($0)")]) }
            let receipts = request.commands.map { device.centre.receipt(for: $0, confirmed: true) }
            let page = device.centre.page(named)
            let count = try changes(device) { try whole(device, try device.answer(request, receipts, page), "\(isSettled)") }
            #expect(try device.replica.outbox().isEmpty)
            #expect(try device.domainRows() == shown, "nobody else changed anything")
            return (try device.domainRows(), count)
        }
        let (settled, long) = (try day(true), try day(false))
        #expect(settled.rows == long.rows)
        // 9 commands with 3 notes more of 3 edits: 12 rows taken back and 12 put in again are saved, at least.
        #expect(long.changes - settled.changes >= 24, "\(long.changes) and \(settled.changes)")
    }

    @Test func `a ticket that a page names goes the long way, the one beside it stays`() throws {
        let device = try Device([ticket(1), ticket(2)])
        try device.give(.edit, 1, ["location": .text("我写的")])
        try device.give(.edit, 2, ["location": .text("二号")])
        let request = try device.prepare()
        let receipts = request.commands.map { device.centre.receipt(for: $0, confirmed: true) }
        // Somebody put the first one's column back: what the page leaves out stands as of the base that the request named.
        let back = device.centre.part(of: 1, [.title: .text("别的标题")])
        try whole(device, try device.answer(request, receipts, device.centre.page([back])), "")
        #expect(try device.row(1)?[.location] == .text("幸福路1号"))
        #expect(try device.row(1)?[.title] == .text("别的标题"))
        #expect(try device.row(2)?[.location] == .text("二号"))
    }

    @Test func `what was given after it is taken back and replayed on top of it`() throws {
        let device = try Device([ticket(1), ticket(2)])
        try device.give(.edit, 1, ["location": .text("先")])
        let request = try device.prepare()
        try device.give(.edit, 1, ["location": .text("后")])
        try device.give(.note, 2, ["body": .text("另一件")])
        let receipts = request.commands.map { device.centre.receipt(for: $0, confirmed: true) }
        #expect(try device.answer(request, receipts, device.centre.page(), acknowledged: 1) == .more, "two are to be sent")
        #expect(try device.replica.check().isEmpty)
        #expect(try device.row(1)?[.location] == .text("后"))
        let confirmed = try device.replica.confirmedEntities().first { $0.key == .ticket(ticketID(1)) }
        #expect(confirmed?.rows.first { $0.table == .ticket }?.values[TicketColumn.location.index] == .text("先"))
        try whole(device, try device.syncConfirming(), "the others")
        #expect(try device.row(1)?[.location] == .text("后"))
    }

    @Test func `verdicts in another order than they were given, and verdicts beyond the base, go the long way`() throws {
        let device = try Device([ticket(1), ticket(2)])
        try device.give(.edit, 1, ["location": .text("甲")])
        try device.give(.edit, 1, ["location": .text("乙")])
        let request = try device.prepare()
        let last = device.centre.receipt(for: request.commands[1], confirmed: true)
        let first = device.centre.receipt(for: request.commands[0], confirmed: true)
        try whole(device, try device.answer(request, [first, last], device.centre.page()), "the first one stands last")
        #expect(try device.row(1)?[.location] == .text("甲"))
        try device.give(.edit, 2, ["location": .text("丙")])
        let next = try device.prepare()
        let page = device.centre.page()
        let beyond = device.centre.receipt(for: next.commands[0], confirmed: true)
        #expect(
            try device.answer(next, [beyond], page).summary?.fingerprintAgrees == true, "the page was made before the verdict")
        #expect(try device.row(2)?[.location] == .text("丙"))
        #expect(
            try device.replica.confirmedEntities().first { $0.key == .ticket(ticketID(2)) }?.version ?? .max < beyond.sequence)
        try whole(device, try device.syncConfirming(), "and now it is reached")
        #expect(try device.row(2)?[.location] == .text("丙"))
    }

    @Test func `what was replayed as something else than it was given goes the long way`() throws {
        let device = try Device([ticket(1)])
        try device.give(.edit, 1, ["location": .text("我写的"), "body": .text("看过")])
        _ = try device.replica.write { _, rows in
            // As a rebase leaves it that had to make something else of it: here, of a shorter text.
            let command = try #require(try rows.commands("1").first)
            try rows.takeBack(command.replayed ?? [])
            let other = try SessionRecorder.record(in: rows.db) {
                try rows.update(.ticket, key: [ticketID(1).value], set: [(TicketColumn.location.index, .text("改过的"))])
            }
            try rows.statements.run("UPDATE command SET replayed=?", [.blob(other)])
        }
        #expect(try device.row(1)?[.location] == .text("改过的"))
        try whole(device, try device.syncConfirming(), "")
        #expect(try device.row(1)?[.location] == .text("我写的"))
        #expect(try device.replica.read { try $0.count("note") } == 1)
    }
}
