import Changeset
import Fixture
import ReplicaStore
import SyncProtocol
import Testing
import Tickets

@Suite struct `A ticket goes elsewhere while its worker is away` {
    //  device                          | centre
    //  accept, resolve "已修好"         |
    //                                  | withdraw
    //  pull: both refused here         |
    //  push                            | accept superseded, resolve rejected, words kept
    @Test func `replay refused locally: the commands stay, and the centre answers them`() throws {
        let centre = try city(seed: 21)
        let ticket = try centre.ticket("水管漏水", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()

        let accept = try li.give(.accept, ticket)
        let resolve = try li.give(.resolve, ticket, ["body": .text("已修好")])
        try centre.act(.withdraw, ticket, ["body": .text("重复工单")])
        try li.pull()
        #expect(try li.replica.status().needsCentre.map(\.id) == [accept.id, resolve.id])
        #expect(try li.text(ticket, .state) == TicketState.withdrawn.rawValue)

        try expectAgreement(li, with: centre)
        #expect(try li.replica.command(accept.id)?.verdict == .superseded)
        let rejected = try #require(try li.replica.command(resolve.id))
        #expect(rejected.verdict == .rejected)
        #expect(rejected.reason == Reason.withdrawn.rawValue)
        #expect(rejected.conflicts.map(\.ours) == [.text("已修好")])
        #expect(try li.notes(ticket).contains("已修好"), "the words stand with the ticket, marked late")
    }

    //  device                          | centre
    //  note, unsent                    |
    //                                  | assign to wang-lei
    //  pull: leaving, rows frozen,     |
    //  no new commands                 |
    //                                  | assign back
    //  pull: here again                |
    //  push                            | applied
    @Test func `ticket leaves and returns with commands unsent`() throws {
        let centre = try city(seed: 22)
        let ticket = try centre.ticket("电梯故障", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()

        let note = try li.give(.note, ticket, ["body": .text("困人已解救")])
        try centre.act(.assign, ticket, ["assignee": .text("wang-lei")])
        try li.pull()
        #expect(try li.replica.status().leaving.map(\.id) == [ticket])
        #expect(try li.text(ticket, .assignee) == "li-na", "the rows are frozen as they were")
        #expect(throws: ReplicaError.self) { try li.give(.note, ticket, ["body": .text("还有一句")]) }

        try centre.act(.assign, ticket, ["assignee": .text("li-na")])
        try li.pull()
        #expect(try li.replica.status().leaving.isEmpty)
        #expect(try li.notes(ticket) == ["困人已解救"], "own words never left the screen")
        try expectAgreement(li, with: centre)
        #expect(try li.replica.command(note.id)?.verdict == .applied)
    }

    //  device                          | centre
    //  note, unsent                    |
    //                                  | assign to wang-lei
    //  push                            | applied: held at seen, late
    //  ticket gone, note with verdict  |
    @Test func `ticket leaves for good: the words land late, then the rows go`() throws {
        let centre = try city(seed: 23)
        let ticket = try centre.ticket("道路塌陷", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        let wang = try DeviceFixture("wang-lei", at: centre)
        try li.syncToEnd()
        let note = try li.give(.note, ticket, ["body": .text("已设围挡")])
        try centre.act(.assign, ticket, ["assignee": .text("wang-lei")])
        try expectAgreement(li, wang, with: centre)
        let judged = try #require(try li.replica.command(note.id))
        #expect(judged.verdict == .applied)
        #expect(judged.reason == Reason.late.rawValue)
        #expect(try li.replica.tickets().isEmpty)
        #expect(try wang.notes(ticket) == ["已设围挡"])
    }

    //  device                          | centre
    //  accept, push                    | applied
    //  resolve "已调解", offline        |
    //                                  | assign to wang-lei
    //  push                            | held: moved; evidence stays as a late note
    //  ticket gone                     |
    //                                  | three weeks later: accepted
    //  pull: the author reads it       |
    @Test func `verdict held, ticket gone, decided three weeks later: the author reads it`() throws {
        let centre = try city(seed: 24)
        let ticket = try centre.ticket("邻里纠纷", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        let wang = try DeviceFixture("wang-lei", at: centre)
        try li.syncToEnd()
        try li.give(.accept, ticket)
        try li.settle()
        let resolve = try li.give(.resolve, ticket, ["body": .text("已调解")])
        try centre.act(.assign, ticket, ["assignee": .text("wang-lei")])
        try expectAgreement(li, wang, with: centre)
        #expect(try li.replica.command(resolve.id)?.verdict == .held)
        #expect(try li.replica.command(resolve.id)?.reason == Reason.moved.rawValue)
        #expect(try li.replica.tickets().isEmpty)

        centre.clock.advance(21 * 24 * 3_600_000)
        try centre.decide(resolve.id, .accepted, reason: "证据充分")
        try expectAgreement(li, wang, with: centre)
        let decided = try #require(try li.replica.command(resolve.id))
        #expect(decided.verdict == .held, "the verdict stands; the decision is beside it")
        #expect(decided.decision?.decision == .accepted)
        #expect(decided.decision?.by == CentreFixture.dispatcher)
        #expect(try li.replica.tickets().isEmpty)
        #expect(try wang.text(ticket, .state) == TicketState.handled.rawValue)
        #expect(try li.replica.news(markLooked: false, at: centre.clock.now).contains { $0.command == resolve.id })
    }

    //  device                          | centre
    //  (old release) tickets, a note   |
    //  unsent                          |
    //  (new release) the column is new | the column has had values all along
    //  and empty in rows that are here |
    //  sync                            | reads from zero: every row whole
    @Test func `device upgraded to a schema with a new column whose rows it already had`() throws {
        let centre = try city(seed: 25)
        let ticket = try centre.ticket("绿化带破坏", to: "li-na")
        try centre.act(.edit, ticket, ["tags": .text("绿化,重复")])
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        // What a migration leaves that appended `tags`: no values, and a cursor of the schema before it.
        try li.reopen(meanwhile: "UPDATE ticket SET tags = NULL; UPDATE cursor SET schema_version = 0")
        #expect(try li.text(ticket, .tags) == nil)
        let note = try li.give(.note, ticket, ["body": .text("已补种")])
        li.link.clear()
        try li.settle()
        #expect(try li.answers().contains { $0.page?.fromZero == true })
        #expect(try li.text(ticket, .tags) == "绿化,重复")
        #expect(try li.replica.command(note.id)?.verdict == .applied)
        try expectAgreement(li, with: centre)
        li.link.clear()
        try li.syncToEnd()
        #expect(try li.answers().allSatisfy { $0.page?.fromZero != true }, "once, not for ever")
    }
}
