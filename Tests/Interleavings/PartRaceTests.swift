import CentralStore
import Changeset
import Fixture
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

/// Units that are called in, disputes and transfers between devices, and between releases.
@Suite struct `Parts and disputes between two sides` {
    /// li-na, without signal                    | wang-lei, without signal        | a unit's device, without signal afterwards
    /// -----------------------------------------+---------------------------------+-------------------------------------------
    /// calls road and police in                 | calls road in                   |
    ///                                          | syncs first                     | has the ticket, reports in, does its share
    /// syncs: police alone is new               |                                 | syncs
    @Test func `two call units in without signal: each unit has one part and one clock, and its people have the ticket`() throws {
        let centre = try city(seed: 95)
        try centre.put(Person(id: "of-road", name: "公路", role: .unit, unit: "u-road"))
        let ticket = try centre.ticket("桥下积水", to: "li-na", helpers: ["wang-lei"])
        let (li, wang) = (try DeviceFixture("li-na", at: centre), try DeviceFixture("wang-lei", at: centre))
        let road = try DeviceFixture("of-road", at: centre)
        for device in [li, wang, road] { try device.settle() }
        try li.give(.accept, ticket)
        try li.settle()
        try wang.settle()
        try li.give(.whistle, ticket, ["units": .text("u-road,u-police"), "body": .text("须疏导和抽排")])
        try wang.give(.whistle, ticket, ["units": .text("u-road"), "body": .text("须抽排")])
        #expect(try li.replica.ticketDetail(ticket).summary.ticket.clocks.count { $0.kind == .reportIn } == 2)
        try wang.settle()
        try road.settle()
        try road.give(.reportIn, ticket)
        try road.give(.finishPart, ticket, ["body": .text("已抽排")])
        try li.settle()
        let between = try centre.ticket(ticket)
        #expect(between.parts.map(\.unit).sorted() == ["u-police", "u-road"] && between.parts.allSatisfy(\.isOpen))
        try road.settle()
        for device in [li, wang, road] { try device.settle() }
        let after = try centre.ticket(ticket)
        #expect(after.parts.filter(\.isOpen).map(\.unit) == ["u-police"])
        #expect(after.clocks.filter { $0.kind == .reportIn }.map(\.isRunning).sorted { !$0 && $1 } == [false, true])
        try expectAgreement(li, wang, road, with: centre)
        for device in [li, wang, road] {
            let here = try device.replica.ticketDetail(ticket).summary.ticket
            #expect(here.parts == after.parts && here.clocks == after.clocks)
        }
        #expect(try centre.store.read { try $0.verify() }.faults == [])
    }

    /// device of version 4                      | centre of version 5
    /// -----------------------------------------+------------------------------------------
    /// accepts, syncs                           | has transfers, which version 4 has no table for
    /// returns (pending) … is upgraded          |
    /// syncs: the old command, the new tables   | the return is a transfer
    @Test func `a device of version 4 goes on, and has transfers once it is upgraded`() throws {
        let centre = try city(seed: 96)
        let ticket = try centre.ticket("路灯不亮", to: "wang-lei", helpers: ["li-na"])
        try centre.act(.assign, ticket, ["assignee": .text("li-na")])
        let old = try DeviceFixture("li-na", at: centre, migrations: Array(Migration.all.prefix(4)))
        try old.syncToEnd()
        #expect(try old.replica.fingerprint() == centre.store.read { try $0.fingerprint(of: "li-na") })
        #expect(try old.replica.ticketDetail(ticket).summary.ticket.transfers.isEmpty)
        let back = try old.give(.return, ticket, ["body": .text("不属本单位")])
        try old.reopen(migrations: Migration.all)
        try old.settle()
        let there = try centre.ticket(ticket)
        #expect(
            there.transfers.map(\.kind) == ["assign", "return"] && there.transfers.last?.id == back.id && there.bounceCount == 1)
        try expectAgreement(old, with: centre)
        #expect(try old.replica.ticketDetail(ticket).summary.ticket.transfers == there.transfers)
    }
}
