import Changeset
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

@Suite struct `A retraction on the device` {
    //  device                         | centre
    //  accept, push                   | applied
    //  retract: nothing changes here  |
    //  pull of somebody's change      | replayed with nothing to do
    //  push                           | held, then held for another reason, then declined
    @Test func `it changes no row, is replayed as nothing, and its answers are told`() throws {
        let device = try Device()
        let accept = try device.give(.accept)
        try device.syncConfirming()
        let before = try device.domainRows()
        let given = try device.give(.retract, 1, ["target": .text(accept.id.description), "body": .text("点错了")])
        #expect(given.reason == .ok)
        #expect(try device.domainRows() == before)
        #expect(try device.replica.read { try $0.commands("ordinal=?", [.integer(given.ordinal)]) }[0].content?.changeset == [])

        let changed = device.centre.enter(ticket(1, state: .awaitingHandling, location: "幸福路9号"), operation: .change)
        try device.answer(try device.prepare(), [], device.centre.page([changed]), acknowledged: 1)
        #expect(try device.replica.outbox().map(\.standing) == [.offered])
        #expect(try device.row()?[.location] == .text("幸福路9号"))
        #expect(try device.replica.check().isEmpty)

        let request = try device.prepare()
        _ = try device.newsKinds()
        let held = device.centre.receipt(for: request.commands[0], .held, .waitsForTarget)
        try device.answer(request, [held], device.centre.page())
        #expect(try device.replica.command(accept.id)?.retraction?.outcome == .asked)
        let again = device.centre.receipt(for: request.commands[0], .held, .retractAsked)
        try device.answer(
            try device.prepare(), [], device.centre.page([verdict(of: given.id, again)]))
        #expect(try device.replica.command(given.id)?.reason == "retract-asked")
        #expect(try device.newsKinds() == [.verdict, .verdict], "a new reason is news")
        #expect(try device.replica.status().held.map(\.id) == [given.id])

        var declined = device.centre.receipt(for: request.commands[0], .held, .retractAsked)
        declined.sequence = again.sequence
        declined.decision = ReceiptDecision(
            .declined, reason: "已开始处置", sequence: device.centre.head, by: "chen", at: device.centre.serverTime)
        try device.answer(
            try device.prepare(), [],
            device.centre.page([
                Entity(.verdict(given.id), .change, version: device.centre.head, receipt: declined)
            ]))
        let record = try #require(try device.replica.command(accept.id))
        #expect(record.retraction?.outcome == .declined && record.retraction?.decision?.reason == "已开始处置")
        #expect(try device.replica.command(given.id)?.retracts?.kind == "accept")
    }

    private func verdict(of id: CommandID, _ receipt: Receipt) -> Entity {
        Entity(.verdict(id), .change, version: receipt.sequence, receipt: receipt)
    }

    @Test func `what a person can name: a number, a UUID, the beginning of one, and nothing else`() throws {
        let device = try Device()
        let note = try device.give(.note, 1, ["body": .text("到了")])
        for reference in ["\(note.ordinal)", note.id.description, String(note.id.description.prefix(8)).uppercased()] {
            let found = try device.replica.commandToRetract(reference: reference)
            #expect(found.id == note.id && found.ticket == ticketID(1) && found.record?.standing == .onlyHere, "\(reference)")
        }
        for reference in ["99", "0", "-1", "x", "", "aa0000", "bbbbbbbb", "1_", "%%%%%%%%"] {
            #expect(throws: ReplicaError.unknownCommand(reference: reference)) {
                try device.replica.commandToRetract(reference: reference)
            }
        }
        try device.give(.note, 1, ["body": .text("又到了")])
        #expect(throws: ReplicaError.unknownCommand(reference: "aa000000"), "two begin like this") {
            try device.replica.commandToRetract(reference: "aa000000")
        }
        #expect(throws: ReplicaError.refused(.undoInstead)) {
            try device.give(.retract, 1, ["target": .text(note.id.description)])
        }
        #expect(throws: ReplicaError.refused(.waitsForTarget)) {
            try device.give(.retract, 1, ["target": .text("bbbbbbbb-0000-0000-0000-000000000000")])
        }
    }
}
