import Changeset
import Fixture
import ReplicaStore
import SyncProtocol
import Testing
import Tickets

/// Choosing what stands, from both devices and the centre, over the real way.
@Suite struct `Choosing another value` {
    private func choose(_ side: Choice, _ target: CommandID, _ field: TicketColumn, _ value: Value) -> [String: Value] {
        [
            "target": .text(target.description), "field": .text(field.rawValue), "side": .text(side.rawValue), "value": value,
        ]
    }

    /// Two people at one ticket who wrote the same finding, one after the other.
    private struct Quarrel {
        let centre: CentreFixture
        let ticket: TicketID
        let li: DeviceFixture
        let wang: DeviceFixture
        /// Of `li`, who came first, and of `wang`, whose value stands.
        let first: CommandID
        let second: CommandID
    }

    private func quarrel(seed: UInt64) throws -> Quarrel {
        let centre = try city(seed: seed)
        let ticket = try centre.ticket("路灯不亮", to: "li-na", helpers: ["wang-lei"])
        let li = try DeviceFixture("li-na", at: centre)
        let wang = try DeviceFixture("wang-lei", at: centre)
        try li.syncToEnd()
        try wang.syncToEnd()
        let first = try li.give(.edit, ticket, ["finding": .text("三盏")])
        let second = try wang.give(.edit, ticket, ["finding": .text("两盏")])
        try li.settle()
        try wang.settle()
        try li.settle()
        #expect(try wang.replica.command(second.id)?.verdict == .merged)
        return Quarrel(centre: centre, ticket: ticket, li: li, wang: wang, first: first.id, second: second.id)
    }

    //  li-na                        | centre                   | wang-lei
    //  edit finding 三盏, push       |                          | edit finding 两盏
    //                               | merged: 两盏              | push
    //  pull: a conflict of wang-lei |                          |
    //  choose theirs, without signal|                          |
    //  on the screen: 三盏           |                          | on the screen: 两盏
    //  push                         | applied, settled         |
    //                               |                          | pull: 三盏, settled by li-na
    @Test func `by the author whose value was replaced, without signal: both devices and the centre end with it`() throws {
        let quarrel = try quarrel(seed: 91)
        let (li, wang, centre, ticket) = (quarrel.li, quarrel.wang, quarrel.centre, quarrel.ticket)
        let open = try #require(try li.replica.conflicts().first)
        #expect(open.record.command == quarrel.second && open.record.conflict.theirs == .text("三盏"))
        #expect(open.standing == .text("两盏") && open.record.conflict.may == .holder)
        let choice = try li.give(.choose, ticket, choose(.theirs, quarrel.second, .finding, .text("三盏")))
        #expect(try li.text(ticket, .finding) == "三盏", "chosen without signal")
        #expect(try wang.text(ticket, .finding) == "两盏")
        #expect(try li.replica.conflicts().isEmpty)
        try li.settle()
        #expect(try li.replica.command(choice.id)?.verdict == .applied)
        try wang.settle()
        try expectAgreement(li, wang, with: centre)
        #expect(try wang.text(ticket, .finding) == "三盏")
        for device in [li, wang] {
            let settled = try #require(try device.replica.conflicts(withSettled: true).first)
            #expect(settled.record.conflict.outcome == .theirs && settled.record.conflict.settledBy == choice.id)
            #expect(settled.record.chosenBy == "li-na")
            #expect(try device.replica.conflicts().isEmpty)
        }
    }

    //  li-na                        | centre                   | wang-lei
    //  choose theirs: 三盏           |                          | choose a text: 五盏
    //  push                         | applied                  |
    //                               | changed since: merged    | push
    @Test func `by both at once: the later one stands by the column's rule, and is a conflict of its own`() throws {
        let quarrel = try quarrel(seed: 92)
        let (li, wang, centre, ticket) = (quarrel.li, quarrel.wang, quarrel.centre, quarrel.ticket)
        let theirs = try li.give(.choose, ticket, choose(.theirs, quarrel.second, .finding, .text("三盏")))
        let text = try wang.give(.choose, ticket, choose(.text, quarrel.second, .finding, .text("五盏")))
        try li.settle()
        try wang.settle()
        try li.settle()
        #expect(try li.replica.command(theirs.id)?.verdict == .applied)
        #expect(try wang.replica.command(text.id)?.verdict == .merged)
        try expectAgreement(li, wang, with: centre)
        #expect(try li.text(ticket, .finding) == "五盏")
        let records = try li.replica.conflicts(withSettled: true).map(\.record)
        let settled = try #require(records.first { $0.command == quarrel.second })
        #expect(settled.conflict.outcome == .text && settled.conflict.settledBy == text.id, "settled anew")
        let own = try #require(records.first { $0.command == text.id })
        #expect(own.conflict.theirs == .text("三盏") && own.conflict.against == theirs.id && own.conflict.outcome == .ours)
    }

    //  li-na                        | centre
    //                               | assign to wang-lei alone; the dispatcher chooses
    //  choose theirs                |
    //  push                         | no handler any more: not hers to choose
    @Test func `who does not handle it any more may not, the centre may, and a held command is decided instead`() throws {
        let quarrel = try quarrel(seed: 93)
        let (li, centre, ticket) = (quarrel.li, quarrel.centre, quarrel.ticket)
        try centre.act(.assign, ticket, ["assignee": .text("wang-lei"), "helpers": .null])
        let late = try li.give(.choose, ticket, choose(.theirs, quarrel.second, .finding, .text("三盏")))
        try li.settle()
        #expect(try li.replica.command(late.id)?.reason == Reason.notYoursToChoose.rawValue)
        let choice = try centre.act(.choose, ticket, choose(.theirs, quarrel.second, .finding, .text("三盏")))
        #expect(choice.verdict == .applied)
        #expect(try centre.ticket(ticket)[.finding] == .text("三盏"))
        try quarrel.wang.settle()
        #expect(try quarrel.wang.text(ticket, .finding) == "三盏")
        try expectAgreement(li, quarrel.wang, with: centre)
    }
}
