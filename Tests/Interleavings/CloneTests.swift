import CentralStore
import Changeset
import Fixture
import ReplicaStore
import SyncClient
import SyncProtocol
import Testing
import Tickets

@Suite struct `Copies of a device` {
    //  phone                  its clone              | centre
    //  note 1, push                                  | applied
    //           ── image ──▶                         |
    //  note 2, push                                  | applied
    //                         note A, push           | fork: epoch 2; A judged, flagged
    //  note 3, push                                  | second head: alarm, enrol again
    //  note 4 (goes on without signal)               |
    //  enrol again with a code                       | a new replica of the same person
    //  push: 3, 4                                    | applied, same CommandIDs
    //                         note B, push           | applied
    @Test func `both heads go on: the operator is alarmed, the later one enrols again and keeps its unsent work`() throws {
        let centre = try city(seed: 71)
        let ticket = try centre.ticket("井盖缺失", to: "li-na")
        let phone = try DeviceFixture("li-na", at: centre)
        try phone.syncToEnd()
        try phone.give(.note, ticket, ["body": .text("一")])
        try phone.settle()
        let clone = try DeviceFixture(cloneOf: phone, image: try phone.image())
        let second = try phone.give(.note, ticket, ["body": .text("二")])
        try phone.settle()
        let copied = try clone.give(.note, ticket, ["body": .text("甲")])
        try clone.settle()
        #expect(try centre.command(copied.id).verdict == .applied, "the first fork is judged normally")
        #expect(try clone.replica.identity().epoch == 2)
        let replica = try phone.replica.identity().replica
        func device() throws -> DeviceRecord {
            try #require(try centre.store.read { try $0.load(LoadRequest(replicas: [replica])).devices[replica] })
        }
        #expect(try device().forks == 1)
        #expect(try !device().hasTwoHeads)

        let third = try phone.give(.note, ticket, ["body": .text("三")])
        let outcome = try phone.sync()
        guard case .failed(.refused(let details), _) = outcome.ending else {
            Issue.record("the second head was let in: \(outcome.ending)")
            return
        }
        #expect(details.problem == .enrolAgain)
        try phone.replica.noteEnrolAgain(at: centre.clock.now)
        #expect(try phone.replica.wantsEnrolment() && phone.replica.status().enrolAgainSince == centre.clock.now)
        #expect(try device().hasTwoHeads)
        #expect(try centre.store.read { try $0.figures(now: 0) }.twoHeadsCount == 1)

        let fourth = try phone.give(.note, ticket, ["body": .text("四")])
        let payloads = try phone.replica.outbox().map(\.id)
        try phone.enrolAgain(at: centre)
        #expect(try phone.replica.status().enrolAgainSince == nil)
        #expect(try phone.replica.outbox().map(\.id) == payloads && payloads == [third.id, fourth.id])
        try phone.settle()
        for id in payloads { #expect(try centre.command(id).verdict == .applied) }
        let last = try clone.give(.note, ticket, ["body": .text("乙")])
        try clone.settle()
        #expect(try centre.command(last.id).verdict == .applied, "the head that was first goes on as before")
        try phone.settle()
        try clone.settle()
        #expect(Set(try phone.notes(ticket)) == ["一", "二", "三", "四", "甲", "乙"])
        #expect(try phone.notes(ticket).count == 6, "nothing is doubled")
        #expect(try centre.command(second.id).place?.epoch == 1)
        try expectAgreement(phone, with: centre)
        try expectAgreement(clone, with: centre)
    }

    //  phone                           | centre
    //  note 1, push                    | applied
    //  ── backup of the phone          |
    //  note 2, accept, note X, push    | applied
    //  restored: knows of note 1 alone |
    //  note 3, push                    | fork: epoch 2, applied
    //  pull                            | verdicts of what was forgotten
    @Test func `a phone restored from its backup reads what it had sent and forgotten, and nothing is doubled`() throws {
        let centre = try city(seed: 72)
        let ticket = try centre.ticket("树倒伏", to: "li-na")
        let phone = try DeviceFixture("li-na", at: centre)
        try phone.syncToEnd()
        try phone.give(.note, ticket, ["body": .text("一")])
        try phone.settle()
        let image = try phone.image()
        let note = try phone.give(.note, ticket, ["body": .text("二")])
        let accept = try phone.give(.accept, ticket)
        try phone.settle()
        try phone.restore(from: image)
        #expect(try phone.replica.command(note.id) == nil)
        let third = try phone.give(.note, ticket, ["body": .text("三")])
        try phone.settle()
        #expect(try centre.command(third.id).place?.epoch == 2)
        let elsewhere = try phone.replica.verdictsElsewhere()
        #expect(Set(elsewhere.map(\.command)) == [note.id, accept.id])
        #expect(elsewhere.first { $0.command == note.id }?.words == ["二"])
        #expect(elsewhere.first { $0.command == note.id }?.localNumber != nil)
        #expect(elsewhere.allSatisfy { $0.verdict == .applied })
        #expect(try phone.notes(ticket).sorted() == ["一", "三", "二"])
        #expect(try phone.replica.ticketDetail(ticket).summary.ticket.state == .awaitingHandling)
        try expectAgreement(phone, with: centre)
    }

    //  phone                           | centre
    //  note X, unsent                  |
    //  ── backup of the phone          |
    //  push X                          | applied
    //  restored: X unsent              |
    //  undo X                          |
    //  pull                            | X is applied
    @Test func `what was taken back on a restored phone and had been sent before counts as sent`() throws {
        let centre = try city(seed: 73)
        let ticket = try centre.ticket("围墙裂缝", to: "li-na")
        let phone = try DeviceFixture("li-na", at: centre)
        try phone.syncToEnd()
        let note = try phone.give(.note, ticket, ["body": .text("裂缝两指宽")])
        let image = try phone.image()
        try phone.settle()
        try phone.restore(from: image)
        _ = try phone.replica.undo(ticket: ticket, at: centre.clock.now)
        #expect(try phone.notes(ticket).isEmpty)
        try phone.settle()
        #expect(try phone.notes(ticket) == ["裂缝两指宽"])
        #expect(try phone.replica.command(note.id)?.verdict == .applied)
        #expect(try phone.replica.news(markLooked: false, at: 0).contains { $0.kind == .verdict && $0.command == note.id })
        let status = try phone.replica.status()
        #expect(status.givenCount == status.judgedCount + status.outboxCount + status.takenBackCount)
        try expectAgreement(phone, with: centre)
    }

    //  device                          | centre
    //                                  | backup
    //  note, push                      | applied
    //  retract the note, push          | held
    //                                  | declined by the dispatcher
    //  pull                            |
    //                                  | lost; restored
    //  push: both, with their receipts | applied; held, the dispatcher is asked anew
    @Test func `an answer that a restored centre lost is asked for anew, and the device says so`() throws {
        let centre = try city(seed: 74)
        let ticket = try centre.ticket("路灯不亮", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        let backup = try centre.backup()
        let note = try li.give(.note, ticket, ["body": .text("写错了地方")])
        try li.settle()
        let retraction = try li.give(.retract, ticket, ["target": .text(note.id.description)])
        try li.settle()
        #expect(try centre.command(retraction.id).verdict == .held)
        try centre.decide(retraction.id, .declined, reason: "已作为依据")
        try li.settle()
        #expect(try li.replica.command(retraction.id)?.decision?.decision == .declined)
        try centre.restore(from: backup)
        for _ in 0..<3 { try li.settle() }
        #expect(try centre.command(note.id).verdict == .applied)
        #expect(try centre.command(retraction.id).isUndecided)
        #expect(try li.replica.command(retraction.id)?.verdict == .held)
        #expect(try li.replica.command(retraction.id)?.decision == nil)
        #expect(try li.replica.status().held.map(\.id) == [retraction.id])
        try expectAgreement(li, with: centre)
    }

    @Test func `a code for another person changes nothing`() throws {
        let centre = try city(seed: 75)
        let li = try DeviceFixture("li-na", at: centre)
        let wang = try DeviceFixture("wang-lei", at: centre)
        let theirs = try wang.replica.identity()
        let enrolment = Enrolment(
            replica: theirs.replica, person: "wang-lei", personName: "王磊", server: theirs.server,
            key: try DeviceKey(seed: [UInt8](repeating: 1, count: 32)), certificate: [1], token: nil,
            incarnation: try centre.store.read { try $0.state() }.incarnation, serverTime: 0, enrolledAt: 0)
        let before = try li.replica.identity()
        #expect(throws: ReplicaError.otherPerson(owner: "li-na")) { try li.replica.enrolAgain(enrolment) }
        #expect(try li.replica.identity() == before)
    }
}
