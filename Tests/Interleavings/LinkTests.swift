import Changeset
import Fixture
import ReplicaStore
import SyncProtocol
import SyncService
import Testing
import Tickets

@Suite struct `A link that loses things` {
    //  device                          | centre
    //  note A, push                    | A applied
    //                    ✗ answer lost |
    //  note B, undo: B taken back      |
    //  undo: refused, A was offered    |
    //  note C, push A and C            | A known: the same verdict; C applied
    @Test func `answer lost, then undo, then a new command`() throws {
        let centre = try city(seed: 11)
        let ticket = try centre.ticket("噪声扰民", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()

        let first = try li.give(.note, ticket, ["body": .text("到场")])
        li.link.fates = [.answerLost]
        _ = try li.sync()
        #expect(try centre.command(first.id).verdict == .applied)
        let second = try li.give(.note, ticket, ["body": .text("写错了")])
        #expect(try li.replica.undo(ticket: ticket, at: centre.clock.now).id == second.id)
        #expect(throws: ReplicaError.nothingToUndo(offered: true)) {
            try li.replica.undo(ticket: ticket, at: centre.clock.now)
        }
        let third = try li.give(.note, ticket, ["body": .text("已劝停")])
        let sequence = try centre.command(first.id).sequence
        try expectAgreement(li, with: centre)
        #expect(try centre.command(first.id).sequence == sequence, "one verdict, whatever is repeated")
        #expect(try centre.command(third.id).verdict == .applied)
        #expect(throws: FixtureError.self) { try centre.command(second.id) }
        #expect(try li.notes(ticket).sorted() == ["到场", "已劝停"].sorted())
        #expect(try li.replica.status().takenBackCount == 1)
    }

    //  device                          | centre
    //  note, offered                   |
    //       ✗ request lost             |
    //  undo: refused                   |
    //  push again, the same header     | applied, once
    @Test func `command offered in a request that never arrived`() throws {
        let centre = try city(seed: 12)
        let ticket = try centre.ticket("垃圾堆放", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()

        let given = try li.give(.note, ticket, ["body": .text("已通知环卫")])
        li.link.fates = [.requestLost]
        _ = try li.sync()
        #expect(throws: FixtureError.self) { try centre.command(given.id) }
        #expect(throws: ReplicaError.nothingToUndo(offered: true)) {
            try li.replica.undo(ticket: ticket, at: centre.clock.now)
        }
        #expect(try li.replica.status().unanswered.count == 1)
        try li.reopen()
        try expectAgreement(li, with: centre)
        #expect(try centre.command(given.id).place?.sequence == 1)
        #expect(try li.notes(ticket) == ["已通知环卫"])
    }

    //  device                          | centre
    //  push                            | applied
    //       ✗ doubled on the way       | known: the same bytes of verdict
    @Test func `a request that arrives twice, and once more a day later`() throws {
        let centre = try city(seed: 13)
        let ticket = try centre.ticket("下水道堵塞", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()

        let given = try li.give(.note, ticket, ["body": .text("正在疏通")])
        li.link.clear()
        li.link.fates = [.duplicated]
        try li.syncToEnd()
        let captured = li.link.requests[0]
        let sequence = try centre.command(given.id).sequence
        centre.clock.advance(24 * 3_600_000)
        #expect(centre.answer(captured).status == 200, "a replay is answered with what was said before")
        #expect(try centre.command(given.id).sequence == sequence)
        try expectAgreement(li, with: centre)
        #expect(try li.notes(ticket) == ["正在疏通"])
    }

    //  device                          | centre
    //  200 commands, offline           |
    //                                  | 2,500 new tickets, 10,000 rows
    //  push 200, page 1                | verdicts
    //  page 2 …   ✗ cut, ✗ cut         |
    //  page n: rebase                  |
    //  own words on the screen after every single page
    @Test(arguments: [false, true])
    func `push of 200 commands while 10,000 rows behind: own writes stay visible through every page`(cut: Bool) throws {
        var configuration = ServiceConfiguration()
        configuration.entitiesPerPageMax = 100
        let centre = try city(seed: 14, configuration: configuration)
        let mine = try tickets(200, at: centre, to: "li-na", helper: nil)
        let li = try DeviceFixture("li-na", at: centre)
        try li.settle()
        for (index, ticket) in mine.enumerated() {
            if index % 2 == 0 {
                try li.give(.note, ticket, ["body": .text("记录 \(index)")])
            } else {
                try li.give(.edit, ticket, ["finding": .text("发现 \(index)")])
            }
        }
        try tickets(2_500, at: centre, to: "li-na", helper: "wang-lei")
        if cut { li.link.fate = { [.delivered, .answerLost, .delivered, .requestLost][$0 % 4] } }
        li.link.clear()

        var turnCount = 0
        while true {
            turnCount += 1
            let step = try? li.turn()
            for (index, ticket) in mine.enumerated() {
                if index % 2 == 0 {
                    #expect(try li.notes(ticket) == ["记录 \(index)"])
                } else {
                    #expect(try li.text(ticket, .finding) == "发现 \(index)")
                }
            }
            if case .done? = step { break }
            try #require(turnCount < 200)
        }
        #expect(turnCount > 25, "the pull took many pages")
        li.link.fate = nil
        try expectAgreement(li, with: centre)
        #expect(try li.replica.status().ticketCount == 2_700)
    }

    /// Tickets with citizen, helper and a note each: four rows, or two without a helper.
    @discardableResult
    private func tickets(_ count: Int, at centre: CentreFixture, to person: String, helper: String?) throws -> [TicketID] {
        var made: [TicketID] = []
        for start in stride(from: 0, to: count, by: 250) {
            let size = min(250, count - start)
            let creations = (0..<size).map {
                Act(
                    id: centre.random.commandID(), kind: .create,
                    arguments: ["title": .text("诉求 \(start + $0)"), "name": .text("市民")])
            }
            let tickets = try centre.act(creations).map(\.ticket)
            var arguments: [String: Value] = ["assignee": .text(person)]
            if let helper { arguments["helpers"] = .text(helper) }
            try centre.act(
                tickets.map { Act(id: centre.random.commandID(), kind: .dispatch, ticket: $0, arguments: arguments) })
            if helper != nil {
                try centre.act(
                    tickets.map {
                        Act(
                            id: centre.random.commandID(), kind: .note, ticket: $0,
                            arguments: ["body": .text("请尽快处置")])
                    })
            }
            made += tickets
        }
        return made
    }
}
