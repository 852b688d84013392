import Changeset
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

struct SyncTests {
    @Test func `edits made during upload stay in the outbox`() throws {
        // device                         | centre
        // accept, offer it               |
        //                                | applies accept
        // edit (not offered)             |
        // answer comes: rebase           |
        let device = try Device()
        try device.give(.accept)
        let request = try device.prepare()
        let receipt = device.centre.receipt(for: request.commands[0], confirmed: true)
        try device.give(.edit, 1, ["location": .text("幸福路2号")])
        #expect(try device.answer(request, [receipt], device.centre.page()) == .more)
        #expect(try device.replica.outbox().map(\.kind) == ["edit"])
        #expect(try device.row()?[.location] == .text("幸福路2号"))
        #expect(try device.row()?.state == .awaitingHandling)
        #expect(try device.syncConfirming().summary?.fingerprintAgrees == true)
        #expect(try device.replica.outbox().isEmpty)
    }

    @Test func `own writes stay visible through every page of a long pull`() throws {
        let device = try Device()
        try device.give(.edit, 1, ["location": .text("幸福路2号")])
        let sealed = try #require(try device.prepare().commands.first)
        let receipt = device.centre.receipt(for: sealed)
        for page in 1...20 as ClosedRange<UInt8> {
            let request = try device.prepare()
            let entity = device.centre.enter(ticket(page + 10))
            let step = try device.answer(
                request, page == 1 ? [receipt] : [], device.centre.page([entity], more: true, at: page))
            #expect(step == .more)
            #expect(try device.row()?[.location] == .text("幸福路2号"))
            #expect(try device.replica.tickets().count == 1, "nothing of the pull shows before it is complete")
            #expect(try device.prepare().at == [page])
        }
        try device.reopen()
        let changed = device.centre.enter(ticket(1, location: "幸福路2号"), operation: .change)
        #expect(try device.answer(try device.prepare(), [], device.centre.page([changed])).isDone)
        #expect(try device.row()?[.location] == .text("幸福路2号"))
        #expect(try device.replica.tickets().count == 21)
        #expect(try device.replica.outbox().isEmpty)
    }

    @Test func `a part of a row lies on the confirmed one, and what is pending on both`() throws {
        let device = try Device()
        let before = try #require(try device.row())
        try device.give(.edit, 1, ["location": .text("幸福路2号")])
        let changed = device.centre.part(of: 1, [.finding: .text("灯已修好"), .dueAt: .null])
        _ = try device.answer(try device.prepare(), [], device.centre.page([changed]), acknowledged: 0)
        let row = try #require(try device.row())
        #expect(row[.finding] == .text("灯已修好") && row[.dueAt] == .null)
        #expect(row[.location] == .text("幸福路2号"))
        for column in TicketColumn.allCases where ![.finding, .dueAt, .location].contains(column) {
            #expect(row[column] == before[column], "\(column)")
        }
        #expect(try device.replica.check().isEmpty)
    }

    @Test func `a part of a row that is not here has everything read again, and is never half a row`() throws {
        let device = try Device()
        let before = try device.domainRows()
        let part = device.centre.part(of: 8, [.finding: .text("灯已修好")])
        #expect(try device.answer(try device.prepare(), [], device.centre.page([part], fingerprint: false)) == .more)
        #expect(try device.domainRows() == before)
        #expect(try device.prepare().cursor.schemaVersion == 0)
        device.centre.generation = 2
        let inside = device.centre.part(of: 1, [.finding: .text("灯已修好")])
        #expect(throws: ReplicaError.badAnswer(detail: "a part of a row that is not here")) {
            try device.answer(try device.prepare(), [], device.centre.page([inside], fromZero: true, fingerprint: false))
        }
        #expect(try device.domainRows() == before)
    }

    @Test func `answer lost, then undo, then a new command`() throws {
        // device                         | centre
        // accept, offer it               |
        //                                | applies accept; the answer is lost
        // undo: refused                  |
        // note                           |
        // offers both again              | a repeat, and a new one
        let device = try Device()
        try device.give(.accept)
        let lost = try device.prepare()
        let receipt = device.centre.receipt(for: lost.commands[0], confirmed: true)
        #expect(throws: ReplicaError.nothingToUndo(offered: true)) {
            try device.replica.undo(ticket: ticketID(1), at: device.wall)
        }
        try device.give(.note, 1, ["body": .text("到了")])
        let request = try device.prepare()
        #expect(request.commands.first == lost.commands.first)
        #expect(request.firstSequence == 1 && request.commands.count == 2)
        let second = device.centre.receipt(for: request.commands[1], confirmed: true)
        #expect(try device.answer(request, [receipt, second], device.centre.page()).summary?.fingerprintAgrees == true)
        #expect(try device.replica.outbox().isEmpty)
        #expect(try device.replica.ticketDetail(ticketID(1)).notes.map(\.body) == ["到了"])
        #expect(try device.replica.check().isEmpty)
    }

    @Test func `a replay that is refused stays in the outbox and is sent unchanged`() throws {
        let device = try Device()
        try device.give(.edit, 1, ["location": .text("我写的")])
        let before = try #require(try device.replica.prepareRequest(now: device.clock, clientVersion: "").request.commands.first)
        // The centre closed it; the answer is about the pull alone.
        let changed = device.centre.enter(ticket(1, state: .closed, location: "他们写的"), operation: .change)
        try device.answer(try device.prepare(), [], device.centre.page([changed]), acknowledged: 0)
        #expect(try device.row()?[.location] == .text("他们写的"))
        let outbox = try device.replica.outbox()
        #expect(outbox.map(\.standing) == [.needsCentre(reason: "edit-after-close")])
        #expect(outbox.first?.arguments["location"] == .text("我写的"))
        #expect(try device.newsKinds().contains(.needsCentre))
        #expect(try device.replica.status().needsCentre.count == 1)
        #expect(try device.prepare().commands == [before])
    }

    @Test func `a replay that does not fit the rows is left out, and the device goes on`() throws {
        let device = try Device()
        let note = try device.give(.note, 1, ["body": .text("到了")])
        try device.give(.edit, 1, ["location": .text("我写的")])
        var row = noteRow(9, ticket: 2, author: "wang", body: "他们写的")
        row[0] = .blob(note.id.derived(1))
        let entity = device.centre.enter(ticket(2), notes: [row])
        try device.answer(try device.prepare(), [], device.centre.page([entity]), acknowledged: 0)
        #expect(try device.row(2)?.noteIDs.count == 1 && device.row(1)?.noteIDs.isEmpty == true)
        #expect(try device.row()?[.location] == .text("我写的"), "what fits is shown")
        #expect(try device.replica.outbox().map(\.standing) == [.needsCentre(reason: "not-shown"), .offered])
        #expect(try device.replica.check().isEmpty)
        let request = try device.prepare()
        #expect(request.commands.count == 2, "both go to the centre")
        let receipts = request.commands.map { device.centre.receipt(for: $0, .held, .poisoned) }
        #expect(try device.answer(request, receipts, device.centre.page()).isDone)
        #expect(try device.replica.outbox().isEmpty)
    }

    @Test func `another's change to the same column: the device foresees what the column's rule makes of it`() throws {
        let device = try Device()
        try device.give(.edit, 1, ["location": .text("我写的")])
        let changed = device.centre.enter(ticket(1, location: "他们写的"), operation: .change)
        try device.answer(try device.prepare(), [], device.centre.page([changed]), acknowledged: 0)
        #expect(try device.row()?[.location] == .text("我写的"), "the field decides")
        #expect(try device.replica.status().needsCentre.isEmpty)
    }

    @Test func `another's change to another column merges under one's own`() throws {
        let device = try Device()
        try device.give(.edit, 1, ["location": .text("我写的")])
        let changed = device.centre.enter(ticket(1, tags: "夜间"), operation: .change)
        try device.answer(try device.prepare(), [], device.centre.page([changed]), acknowledged: 0)
        #expect(try device.row()?[.location] == .text("我写的"))
        #expect(try device.row()?[.tags] == .text("夜间"))
        let news = try device.replica.news(markLooked: true, at: 1)
        #expect(news.last?.kind == .ticketChanged && news.last?.detail == "tags")
        #expect(try device.replica.news(markLooked: true, at: 1).isEmpty)
    }

    @Test func `a rebase over nothing leaves every byte as it was`() throws {
        let device = try Device([ticket(1), ticket(2)])
        try device.give(.accept, 1)
        try device.give(.edit, 1, ["location": .text("幸福路2号"), "finding": .text("灯泡坏了")])
        try device.give(.resolve, 1, ["body": .text("修好了\n第二行 😀 e\u{301}")])
        try device.give(
            .report, 0, ["title": .text("井盖坏了"), "phone": .text("139"), "latitude": .real(-0.0), "longitude": .real(1)])
        let before = try device.domainRows()
        for _ in 1...3 {
            try device.answer(try device.prepare(), [], device.centre.page(), acknowledged: 0)
            #expect(try device.domainRows() == before)
        }
        #expect(try device.replica.check().isEmpty)
    }

    @Test func `text with U+0000, invalid for C, stays whole through pull, command and rebase`() throws {
        let device = try Device()
        var row = ticket(1)
        row[TicketColumn.location.index] = .text("前\u{0}后")
        row[TicketColumn.description.index] = .text("")
        try device.answer(try device.prepare(), [], device.centre.page([device.centre.enter(row, operation: .change)]))
        try device.give(.edit, 1, ["location": .text("新地址")])
        try device.answer(try device.prepare(), [], device.centre.page(), acknowledged: 0)
        let confirmed = try #require(try device.replica.confirmedEntities().first)
        #expect(confirmed.rows.first?.values[TicketColumn.location.index] == .text("前\u{0}后"))
        #expect(try device.row()?[.location] == .text("新地址"))
    }

    @Test func `a confirmed command's rows need not come again`() throws {
        let device = try Device()
        try device.give(.accept)
        try device.give(.note, 1, ["body": .text("到了")])
        let before = try device.domainRows()
        #expect(try device.syncConfirming().summary?.fingerprintAgrees == true)
        #expect(try device.domainRows() == before)
        let entity = try #require(try device.replica.confirmedEntities().first)
        #expect(entity.version == device.centre.book[.ticket(ticketID(1))])
        #expect(entity.rows.count == 2)
    }

    @Test func `a newer row in the same pull wins over the confirmed changeset`() throws {
        // The verdict is at 110, somebody else's later change of the row at 111 comes with a page.
        let device = try Device()
        try device.give(.edit, 1, ["location": .text("我写的")])
        let request = try device.prepare()
        let receipt = device.centre.receipt(for: request.commands[0], confirmed: true)
        let entity = device.centre.enter(ticket(1, location: "后来的"), operation: .change)
        #expect(try device.answer(request, [receipt], device.centre.page([entity])).summary?.fingerprintAgrees == true)
        #expect(try device.row()?[.location] == .text("后来的"))
    }

    @Test func `an older page of the same pull does not undo the confirmed changeset`() throws {
        let device = try Device()
        let old = device.centre.enter(ticket(1, location: "先前的"), operation: .change)
        try device.answer(try device.prepare(), [], device.centre.page([old], more: true, at: 1))
        try device.give(.edit, 1, ["location": .text("我写的")])
        let request = try device.prepare()
        let receipt = device.centre.receipt(for: request.commands[0], confirmed: true)
        #expect(try device.answer(request, [receipt], device.centre.page()).summary?.fingerprintAgrees == true)
        #expect(try device.row()?[.location] == .text("我写的"))
    }

    @Test func `a held command's effect goes, its words and the conflict stay`() throws {
        let device = try Device()
        try device.give(.edit, 1, ["location": .text("我写的")])
        let request = try device.prepare()
        let receipt = device.centre.receipt(for: request.commands[0], .held, .bothChanged)
        let id = request.commands[0].commandID
        let verdict = Entity(
            .verdict(id), .enter, version: receipt.sequence,
            rows: [
                EntityRow(
                    .conflict,
                    [
                        id.value, .text("location"), ticketID(1).value, .text("幸福路1号"), .text("他们写的"), .text("我写的"),
                        .text("hold"),
                    ])
            ], receipt: receipt)
        try device.answer(request, [receipt], device.centre.page([verdict]))
        #expect(try device.row()?[.location] == .text("幸福路1号"))
        let held = try #require(try device.replica.status().held.first)
        #expect(held.standing == .judged(.held) && held.arguments["location"] == .text("我写的"))
        #expect(held.conflicts.map(\.ours) == [.text("我写的")])
        #expect(try device.newsKinds().contains(.verdict))
    }

    @Test func `a verdict held, the ticket gone, decided three weeks later: the author reads it`() throws {
        let device = try Device()
        try device.give(.note, 1, ["body": .text("我来过")])
        let request = try device.prepare()
        var receipt = device.centre.receipt(for: request.commands[0], .held, .notYours)
        let left = device.centre.leave(ticketID(1))
        try device.answer(request, [receipt], device.centre.page([left]))
        #expect(try device.replica.tickets().isEmpty)
        device.centre.serverTime += 21 * 86_400_000
        receipt.decision = ReceiptDecision(
            .accepted, reason: "算数", sequence: device.centre.next(), by: "zhao", at: device.centre.serverTime)
        device.centre.book[.verdict(receipt.commandID)] = device.centre.head
        let entity = Entity(.verdict(receipt.commandID), .change, version: device.centre.head, receipt: receipt)
        let step = try device.answer(try device.prepare(), [], device.centre.page([entity]))
        #expect(step.summary?.fingerprintAgrees == true)
        let record = try #require(try device.replica.log().first)
        #expect(record.decision?.decision == .accepted && record.decision?.by == "zhao")
        #expect(record.localNumber == 1 && record.number == "HT-2025-1")
        #expect(try device.newsKinds().last == .decision)
        #expect(try device.replica.status().held.isEmpty)
    }

    @Test func `a verdict on a command of another device is kept and readable`() throws {
        let device = try Device()
        let other = try SealedCommand(
            salt: [UInt8](repeating: 1, count: 16),
            payload: Payload(
                commandID: CommandID(bytes: [UInt8](repeating: 0xBB, count: 16))!, kind: "note", ticket: ticketID(1),
                seen: Seen(incarnation: device.centre.incarnation, base: 1, serverTime: 1), given: device.clock
            ).encoded())
        let receipt = device.centre.receipt(for: other, .superseded, .alreadyHandled)
        let entity = Entity(.verdict(other.commandID), .enter, version: receipt.sequence, receipt: receipt)
        let step = try device.answer(try device.prepare(), [], device.centre.page([entity]))
        #expect(step.summary?.fingerprintAgrees == true)
        #expect(try device.replica.verdictsElsewhere().map(\.verdict) == [.superseded])
        #expect(try device.replica.status().givenCount == 0)
    }
}
