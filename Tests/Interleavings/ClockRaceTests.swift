import CentralStore
import Changeset
import Fixture
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

/// Clocks and requests between devices, and between releases.
@Suite struct `Clocks between two sides` {
    /// device of version 3                      | centre of version 4
    /// -----------------------------------------+-------------------------------------------------
    /// accepts, syncs                           | has clocks, which version 3 has no table for
    /// resolves (pending) … is upgraded         |
    /// syncs: the old command, the new tables   | the resolution meets its clock
    @Test func `a device of version 3 goes on, meets clocks it does not know, and has them once it is upgraded`() throws {
        let centre = try city(seed: 91)
        let ticket = try centre.ticket("路灯不亮", to: "li-na")
        let old = try DeviceFixture("li-na", at: centre, migrations: Array(Migration.all.prefix(3)))
        try old.syncToEnd()
        try old.give(.accept, ticket)
        try old.settle()
        #expect(try old.replica.fingerprint() == centre.store.read { try $0.fingerprint(of: "li-na") })
        #expect(try old.replica.ticketDetail(ticket).summary.ticket.clocks.isEmpty)
        try old.give(.explain, ticket, ["body": .text("已说明")])
        try old.give(.extend, ticket, ["days": .integer(2), "body": .text("配件未到")])
        try old.settle()
        #expect(try centre.ticket(ticket).pendingRequest?.days == 2)
        let resolve = try old.give(.resolve, ticket, ["body": .text("已修复")])
        try old.reopen(migrations: Migration.all)
        try old.settle()
        let there = try centre.ticket(ticket)
        #expect(there.clock(.resolution)?.metBy == resolve.id && there.requests.map(\.state) == [.withdrawn])
        try expectAgreement(old, with: centre)
        let here = try old.replica.ticketDetail(ticket).summary.ticket
        #expect(here.clocks == there.clocks && here.requests == there.requests && here.clocks.count == 3)
    }

    /// li-na, without signal                    | wang-lei, without signal        | centre
    /// -----------------------------------------+---------------------------------+------------------------------
    /// explains, asks for three days            | explains, asks for five         |
    ///                                          | syncs first                     | five days are pending
    /// syncs: somebody was first; words stay    |                                 | grants four of them
    @Test func `two ask for more time without signal: one request waits, the other's words stay, one date is granted`() throws {
        let centre = try city(seed: 92)
        let ticket = try centre.ticket("变压器故障", to: "li-na", helpers: ["wang-lei"])
        let li = try DeviceFixture("li-na", at: centre)
        let wang = try DeviceFixture("wang-lei", at: centre)
        for device in [li, wang] { try device.settle() }
        try li.give(.accept, ticket)
        try li.settle()
        try wang.settle()
        let before = try centre.ticket(ticket)[.dueAt].int
        var asked: [GivenCommand] = []
        for (device, days) in [(li, 3), (wang, 5)] as [(DeviceFixture, Int64)] {
            try device.give(.explain, ticket, ["body": .text("已告知")])
            asked.append(try device.give(.extend, ticket, ["days": .integer(days), "body": .text("等配件 \(days) 天")]))
            let shown = try device.replica.ticketDetail(ticket).summary.ticket
            #expect(shown.pendingRequest?.days == Int(days) && shown[.dueAt].int == before, "pending, never granted")
        }
        try wang.settle()
        try li.settle()
        #expect(try centre.command(asked[1].id).verdict == .applied)
        let second = try centre.command(asked[0].id)
        #expect(second.verdict == .superseded && second.reason == Reason.requestPending.rawValue)
        let words = try centre.store.read { try $0.ticket(ticket) }?.rows.filter { $0.table == .note }.compactMap {
            $0.values[4]?.string
        }
        #expect(words?.contains("等配件 3 天") == true, "what came second is read all the same")
        try centre.act(.grant, ticket, ["request": .text(asked[1].id.description), "days": .integer(4)])
        for device in [li, wang] { try device.settle() }
        let after = try centre.ticket(ticket)
        #expect(after[.dueAt].int == before.map { $0 + 4 * 86_400_000 } && after.clock(.resolution)?.due == after[.dueAt].int)
        try expectAgreement(li, wang, with: centre)
        for device in [li, wang] {
            let here = try device.replica.ticketDetail(ticket).summary.ticket
            #expect(here.requests == after.requests && here.clocks == after.clocks)
        }
        #expect(try centre.store.read { try $0.verify() }.faults == [])
    }

    /// li-na, without signal, visits in time; the visit arrives after the two hours: no signal is no fault.
    @Test func `a contact that was made in time without signal is in time, whenever it arrives`() throws {
        let centre = try city(seed: 93)
        let made = try centre.act(.create, nil, ["title": .text("燃气泄漏"), "urgency": .text("urgent")])
        try centre.act(.dispatch, made.ticket, ["assignee": .text("li-na")])
        let li = try DeviceFixture("li-na", at: centre)
        try li.settle()
        centre.clock.advance(3_600_000)
        let visit = try li.give(.visit, made.ticket, ["body": .text("已到场关阀"), "outcome": .text("met")])
        centre.clock.advance(48 * 3_600_000)
        let look = try centre.store.write { try $0.raiseAlarms(AlarmRules(.hotan), now: centre.clock.now) }
        #expect(look == [.overdue: 2], "the contact and, a day later, the resolution")
        try li.settle()
        let clock = try #require(try centre.ticket(made.ticket).clock(.contact))
        #expect(clock.metBy == visit.id && clock.standing(at: centre.clock.now) == .met)
        _ = try centre.store.write { try $0.raiseAlarms(AlarmRules(.hotan), now: centre.clock.now) }
        #expect(try centre.store.read { try $0.alarms(limit: 9) }.map(\.clock) == [.resolution])
        try expectAgreement(li, with: centre)
    }
}
