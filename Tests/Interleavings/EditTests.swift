import Changeset
import Fixture
import ReplicaStore
import SyncProtocol
import Testing
import Tickets

@Suite struct `Two people edit one ticket` {
    //  device                          | centre
    //  edit location 老街 → 东门        |
    //                                  | edit location 老街 → 西门
    //  pull: 东门 stays on the screen   |
    //  push                            | merged by the column's rule: 东门, both values kept
    //  pull: merged, 东门               |
    @Test func `edit unsent, centre edits the same column, pull, then push: a conflict, not a silent win`() throws {
        let centre = try city(seed: 1)
        let ticket = try centre.ticket("路灯不亮", to: "li-na")
        try centre.act(.edit, ticket, ["location": .text("老街")])
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()

        let given = try li.give(.edit, ticket, ["location": .text("东门")])
        #expect(try li.text(ticket, .location) == "东门")
        let other = try centre.act(.edit, ticket, ["location": .text("西门")])
        try li.pull()
        #expect(try li.text(ticket, .location) == "东门", "the device foresees what the column's rule makes of it")
        #expect(try li.replica.status().needsCentre.isEmpty)

        try li.settle()
        let judged = try #require(try li.replica.command(given.id))
        #expect(judged.verdict == .merged)
        #expect(judged.reason == Reason.merged.rawValue)
        let conflict = try #require(judged.conflicts.first)
        #expect(judged.conflicts.count == 1 && conflict.field == "location" && conflict.rule == "field")
        #expect(conflict.against == other.command)
        #expect([conflict.trunk, conflict.theirs, conflict.ours] == [.text("老街"), .text("西门"), .text("东门")])
        #expect(try centre.ticket(ticket)[.location] == .text("东门"))
        try expectAgreement(li, with: centre)
    }

    //  li-na                           | centre            | wang-lei
    //  edit finding                    |                   |
    //                                  |                   | edit location, push
    //                                  | applied at 10     |
    //  push                            | applied at 11     |
    //  the row comes with both: the    |                   |
    //  receipt alone must not confirm  |                   |
    @Test func `another person's change to a row just before one's own applied change arrives with it`() throws {
        let centre = try city(seed: 2)
        let ticket = try centre.ticket("井盖破损", to: "li-na", helpers: ["wang-lei"])
        let li = try DeviceFixture("li-na", at: centre)
        let wang = try DeviceFixture("wang-lei", at: centre)
        try li.syncToEnd()
        try wang.syncToEnd()

        let ours = try li.give(.edit, ticket, ["finding": .text("井盖缺一角")])
        try wang.give(.edit, ticket, ["location": .text("南巷口")])
        try wang.settle()
        li.link.clear()
        try li.settle()
        let answer = try li.lastAnswer()
        #expect(answer.receipts.first { $0.commandID == ours.id }?.confirmed == false)
        #expect(answer.page?.entities.contains { $0.key == .ticket(ticket) } == true)
        #expect(try li.text(ticket, .finding) == "井盖缺一角")
        #expect(try li.text(ticket, .location) == "南巷口")
        try expectAgreement(li, wang, with: centre)
    }

    //  device                          | centre
    //  edit finding, push              | applied, nobody else changed the row
    //  the receipt confirms, no row    |
    @Test func `what the device has already does not come back when nobody else touched it`() throws {
        let centre = try city(seed: 3)
        let ticket = try centre.ticket("占道经营", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()

        let edit = try li.give(.edit, ticket, ["finding": .text("三个摊位")])
        let note = try li.give(.note, ticket, ["body": .text("已劝离")])
        li.link.clear()
        try li.syncToEnd()
        let answer = try li.lastAnswer()
        for id in [edit.id, note.id] { #expect(answer.receipts.first { $0.commandID == id }?.confirmed == true) }
        #expect(answer.page?.entities.contains { $0.key == .ticket(ticket) } == false)
        #expect(try li.text(ticket, .finding) == "三个摊位")
        #expect(try li.notes(ticket) == ["已劝离"])
        try expectAgreement(li, with: centre)
    }
}
