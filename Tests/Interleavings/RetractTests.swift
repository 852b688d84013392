import CentralStore
import Changeset
import Fixture
import ReplicaStore
import SyncProtocol
import Testing
import Tickets

@Suite struct `A worker asks for a sent command back` {
    //  device                       | centre
    //  note on the wrong ticket     |
    //  push                         | applied
    //  retract, without signal      |
    //  push                         | held for the dispatcher
    //  "asked"                      |
    //                               | accepts, in their own words
    //  the note is gone, "taken     |
    //  back by the centre"          |
    @Test func `of a note: asked, granted, gone from every device, kept in its author's log`() throws {
        let centre = try city(seed: 71)
        let ticket = try centre.ticket("路灯不亮", to: "li-na", helpers: ["wang-lei"])
        let li = try DeviceFixture("li-na", at: centre)
        let wang = try DeviceFixture("wang-lei", at: centre)
        try li.syncToEnd()
        let note = try li.give(.note, ticket, ["body": .text("写错了工单")])
        #expect(throws: ReplicaError.refused(.undoInstead)) { try li.retract(note) }
        try expectAgreement(li, wang, with: centre)
        #expect(try wang.notes(ticket) == ["写错了工单"])

        let retraction = try li.retract(note, "应写在 3 号工单")
        #expect(try li.notes(ticket) == ["写错了工单"], "the device changes nothing by itself")
        #expect(try li.replica.command(note.id)?.retraction?.outcome == .asked)
        #expect(try li.replica.command(retraction.id)?.retracts?.ordinal == note.ordinal)
        #expect(throws: ReplicaError.refused(.alreadyAsked)) { try li.retract(note) }
        try expectAgreement(li, wang, with: centre)
        #expect(try li.replica.command(retraction.id)?.reason == "retract-asked")
        #expect(try li.replica.command(note.id)?.retraction?.outcome == .asked)

        try centre.decide(retraction.id, .accepted, reason: "同意收回")
        try expectAgreement(li, wang, with: centre)
        for device in [li, wang] { #expect(try device.notes(ticket) == []) }
        let record = try #require(try li.replica.command(note.id))
        #expect(record.retraction?.outcome == .takenBack && record.retraction?.decision?.reason == "同意收回")
        #expect(record.arguments["body"] == .text("写错了工单"), "I6")
        #expect(record.verdict == .applied, "I1")
        #expect(throws: ReplicaError.refused(.nothingToRetract)) { try li.retract(note) }
        #expect(throws: ReplicaError.refused(.retractOfRetract)) { try li.retract(retraction) }
    }

    //  device                       | centre
    //  edit location                | withdraw
    //  push                         | edited after it was finished: held
    //  retract                      |
    //                               | dispatcher accepts the edit
    //  push                         | it took effect: the retraction is held
    //                               | declines
    @Test func `retract on the way while the dispatcher decides its target`() throws {
        for isFirst in [true, false] {
            let centre = try city(seed: 72)
            let ticket = try centre.ticket("占道经营", to: "li-na")
            let li = try DeviceFixture("li-na", at: centre)
            try li.syncToEnd()
            let edit = try li.give(.edit, ticket, ["location": .text("东门")])
            try centre.act(.withdraw, ticket)
            try li.settle()
            let retraction = try li.retract(edit)
            if isFirst { try centre.decide(edit.id, .accepted, reason: "以现场为准") }
            try li.settle()
            if isFirst {
                #expect(try li.replica.command(retraction.id)?.reason == "retract-asked")
                try centre.decide(retraction.id, .declined, reason: "已核实")
            } else {
                #expect(throws: (any Error).self) { try centre.decide(edit.id, .accepted) }
            }
            try expectAgreement(li, with: centre)
            let record = try #require(try li.replica.command(edit.id))
            #expect(record.retraction?.outcome == (isFirst ? .declined : .takenBack))
            #expect(record.decision?.reason == (isFirst ? "以现场为准" : "retracted"))
            #expect(try li.text(ticket, .location) == (isFirst ? "东门" : nil))
            #expect(try li.replica.status().held.isEmpty)
        }
    }

    //  device                       | centre
    //  accept, push                 | applied
    //                               | assign to wang-lei: the ticket leaves
    //  retract, push                | too late: held
    //                               | declines
    @Test func `on a ticket that has left the device`() throws {
        let centre = try city(seed: 73)
        let ticket = try centre.ticket("井盖破损", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        let accept = try li.give(.accept, ticket)
        try li.settle()
        try centre.act(.assign, ticket, ["assignee": .text("wang-lei")])
        try li.settle()
        #expect(try li.replica.tickets().isEmpty)
        let retraction = try li.retract(accept)
        try li.settle()
        #expect(try li.replica.command(retraction.id)?.reason == "retract-too-late")
        try centre.decide(retraction.id, .declined, reason: "已改派")
        try expectAgreement(li, with: centre)
        #expect(try li.replica.command(accept.id)?.retraction?.decision?.reason == "已改派")
        #expect(try li.replica.tickets().isEmpty)
    }

    //  first device                 | centre                   | second device of the same person
    //  note, push                   | applied                  |
    //                               |                          | pull: the note, its verdict
    //                               | held                     | retract by its UUID
    //  retract too, push            | superseded already-asked |
    //                               | accepts the first        |
    @Test func `from any device of the same person, and twice`() throws {
        let centre = try city(seed: 74)
        let ticket = try centre.ticket("噪声扰民", to: "li-na")
        let phone = try DeviceFixture("li-na", at: centre)
        let tablet = try DeviceFixture("li-na", at: centre)
        try phone.syncToEnd()
        let note = try phone.give(.note, ticket, ["body": .text("夜里两点")])
        try phone.settle()
        try tablet.settle()
        let named = try tablet.replica.commandToRetract(reference: String(note.id.description.prefix(13)))
        #expect(named.id == note.id && named.ticket == ticket && named.record == nil)
        let first = try tablet.give(.retract, named.ticket, ["target": .text(named.id.description)])
        try tablet.settle()
        let second = try phone.retract(note)
        try phone.settle()
        #expect(try phone.replica.command(second.id)?.reason == "already-asked")
        try centre.decide(first.id, .accepted)
        try expectAgreement(phone, with: centre)
        try expectAgreement(tablet, with: centre)
        #expect(try phone.notes(ticket) == [] && tablet.notes(ticket) == [])
    }

    //  device                       | centre
    //  edit finding, push           | applied
    //  retract, the answer is lost  | held
    //                               | edit finding
    //  pull: asked again            | a repeat
    //                               | accept: nothing can go back any more
    @Test func `retract and an edit of the centre on the same column`() throws {
        let centre = try city(seed: 75)
        let ticket = try centre.ticket("垃圾堆放", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        let edit = try li.give(.edit, ticket, ["finding": .text("三袋"), "location": .text("北门")])
        try li.settle()
        let retraction = try li.retract(edit)
        li.link.fates = [.answerLost]
        _ = try li.sync()
        let other = try centre.act(.edit, ticket, ["finding": .text("已清")])
        try li.settle()
        try centre.decide(retraction.id, .accepted, reason: "位置恢复")
        try expectAgreement(li, with: centre)
        #expect(try li.text(ticket, .finding) == "已清")
        #expect(try li.text(ticket, .location) == nil)
        #expect(
            try li.replica.command(retraction.id)?.conflicts == [
                Conflict(
                    field: "finding", trunk: .text("三袋"), theirs: .text("已清"), ours: .null, rule: "retract",
                    outcome: .theirs, against: other.command)
            ])
    }

    @Test func `before it is sent, a retraction is undone like any other command`() throws {
        let centre = try city(seed: 76)
        let ticket = try centre.ticket("路面积水", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        let note = try li.give(.note, ticket, ["body": .text("积水十厘米")])
        try li.settle()
        let retraction = try li.retract(note)
        #expect(try li.replica.undo(ticket: ticket, at: li.reading.wall).id == retraction.id)
        #expect(try li.replica.command(note.id)?.retraction == nil)
        #expect(try li.notes(ticket) == ["积水十厘米"])
        #expect(try li.retract(note).reason == .ok)
    }
}

extension DeviceFixture {
    fileprivate func retract(_ target: GivenCommand, _ why: String? = nil) throws -> GivenCommand {
        var arguments: [String: Value] = ["target": .text(target.id.description)]
        if let why { arguments["body"] = .text(why) }
        return try give(.retract, target.ticket, arguments)
    }
}
