import CentralStore
import Changeset
import Fixture
import ReplicaStore
import SyncProtocol
import SyncService
import Testing
import Tickets

@Suite struct `The centre is restored from a backup` {
    //  device                          | centre
    //                                  | backup
    //  accept, edit, note, push        | applied
    //                                  | lost; restored
    //  note, unsent                    |
    //  push                            | send what you keep
    //  accept, edit, note with receipts| verdicts and times as before
    //  note                            | applied after them
    @Test func `the field heals the centre: retained commands bring verdicts and times back, then the new ones come`() throws {
        let centre = try city(seed: 41)
        let ticket = try centre.ticket("路面结冰", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        let first = try li.give(.note, ticket, ["body": .text("备份前")])
        try li.settle()
        let backup = try centre.backup()

        centre.clock.advance(60_000)
        let accept = try li.give(.accept, ticket)
        let edit = try li.give(.edit, ticket, ["finding": .text("结冰二十米")])
        centre.clock.advance(60_000)
        try li.settle()
        let occurred = try centre.command(accept.id).occurredAt
        centre.clock.advance(3_600_000)
        try centre.restore(from: backup)
        #expect(throws: FixtureError.self) { try centre.command(accept.id) }

        let late = try li.give(.start, ticket)
        for _ in 0..<3 { try li.settle() }
        for id in [first.id, accept.id, edit.id, late.id] { #expect(try centre.command(id).verdict == .applied) }
        #expect(try centre.command(accept.id).occurredAt == occurred, "the receipt fixes the time")
        #expect(try centre.ticket(ticket).state == .awaitingHandling)
        #expect(try centre.ticket(ticket)[.finding] == .text("结冰二十米"))
        #expect(try centre.command(accept.id).sequence < centre.command(late.id).sequence, "in old order")
        try expectAgreement(li, with: centre)
    }

    //  device                          | centre                                    | second disk
    //                                  | backup                                    | segment 2
    //  accept, note, push              | applied; somebody enrols; assigned anew   | frames
    //  note, unsent                    |                                           |
    //                                  | lost; restored: backup and frames         |
    //  push                            | goes on, as if nothing had been           | frames
    @Test func `with the journal copy nothing is missing, nothing is sent again and no device notices`() throws {
        let centre = try CentreFixture(seed: 45, hasCopy: true)
        try addPeople(to: centre)
        let ticket = try centre.ticket("路面结冰", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        let backup = try centre.backup()
        let accept = try li.give(.accept, ticket)
        let note = try li.give(.note, ticket, ["body": .text("备份后")])
        try li.settle()
        let wang = try DeviceFixture("wang-lei", at: centre)
        let other = try centre.ticket("路灯不亮", to: "wang-lei")
        try wang.settle()
        let before = try centre.store.read { try $0.state() }
        let late = try li.give(.start, ticket)
        try centre.restoreWithCopy(from: backup)
        let after = try centre.store.read { try $0.state() }
        #expect(after.incarnation == before.incarnation && after.head == before.head + 1, "the restore itself is an entry")
        for id in [accept.id, note.id] { #expect(try centre.command(id).verdict == .applied) }
        try li.settle()
        #expect(try centre.command(late.id).verdict == .applied)
        #expect(try centre.command(late.id).sequence == after.head + 1, "one entry, and nothing that was there is written again")
        #expect(try li.replica.identity().epoch == 1)
        #expect(try wang.notes(other).isEmpty)
        try expectAgreement(li, wang, with: centre)
        #expect(try centre.store.read { try $0.verify() }.faults == [])
        #expect(centre.store.journalCopy?.isExact == true)
    }

    //  device                          | centre
    //                                  | backup
    //  accept, push                    | applied
    //                                  | lost; restored; withdrawn
    //  push                            | accept fits no more: held as after-restore
    @Test func `an effect that fits no more is held, never rejected`() throws {
        let centre = try city(seed: 42)
        let ticket = try centre.ticket("燃气味道", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        let backup = try centre.backup()
        let accept = try li.give(.accept, ticket)
        try li.settle()
        try centre.restore(from: backup)
        try centre.act(.withdraw, ticket, ["body": .text("已由燃气公司处理")])
        for _ in 0..<3 { try li.settle() }
        #expect(try centre.command(accept.id).verdict == .held)
        #expect(try centre.command(accept.id).reason == Reason.afterRestore.rawValue)
        try expectAgreement(li, with: centre)
        #expect(try li.replica.command(accept.id)?.verdict == .held)
    }

    //  device                          | centre
    //                                  | backup
    //  accept, note, push              | applied
    //                                  | lost; restored
    //  push                            | send what you keep
    //  accept with its receipt         | as before
    //                                  | lost again; restored
    //  note with its receipt           | as before; and what else you keep
    //  accept with its receipt         | as before
    @Test func `restored again while devices send what they keep, the centre asks for all of it again`() throws {
        let centre = try city(seed: 49)
        let ticket = try centre.ticket("护栏倾斜", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        let backup = try centre.backup()
        let given = [try li.give(.accept, ticket).id, try li.give(.note, ticket, ["body": .text("已临时固定")]).id]
        try li.settle()
        try centre.restore(from: backup)
        let one = OutgoingLimits(countMax: 1)
        while (try? centre.command(given[0])) == nil { _ = try li.turn(limits: one) }
        #expect(throws: FixtureError.self, "the second is still to come") { try centre.command(given[1]) }
        try centre.restore(from: backup)
        for _ in 0..<3 { try li.settle() }
        for id in given { #expect(try centre.command(id).verdict == .applied) }
        try expectAgreement(li, with: centre)
    }

    //  device                          | centre
    //                                  | withdrawn; backup
    //  accept, push                    | superseded
    //  note, unsent                    | lost; restored
    //  push                            | accept as before, without effect; the receipt of the note alone confirms rows
    @Test func `a retained command that had no effect has none beside a new one that its receipt confirms`() throws {
        let centre = try city(seed: 47)
        let ticket = try centre.ticket("井盖松动", to: "li-na")
        let li = try DeviceFixture("li-na", at: centre)
        try li.syncToEnd()
        try centre.act(.withdraw, ticket, ["body": .text("已由产权单位处理")])
        let backup = try centre.backup()
        let accept = try li.give(.accept, ticket)
        try li.settle()
        #expect(try centre.command(accept.id).verdict == .superseded)
        let note = try li.give(.note, ticket, ["body": .text("现场已恢复")])
        try centre.restore(from: backup)
        for _ in 0..<3 { try li.settle() }
        #expect(try centre.command(accept.id).verdict == .superseded)
        #expect(try centre.command(note.id).verdict == .applied)
        try expectAgreement(li, with: centre)
    }

    //  device                          | centre
    //                                  | backup; one more ticket for the device
    //  pull                            | lost; restored
    //  pull, several pages             | from zero to the last page: what this life does not know goes, in one reading
    @Test func `a reading from zero after a restore stays one over all its pages`() throws {
        var configuration = ServiceConfiguration()
        configuration.entitiesPerPageMax = 2
        let centre = try city(seed: 48, configuration: configuration)
        for number in 0..<6 { _ = try centre.ticket("路灯\(number)", to: "li-na") }
        let li = try DeviceFixture("li-na", at: centre)
        try li.settle()
        let backup = try centre.backup()
        _ = try centre.ticket("备份之后", to: "li-na")
        try li.settle()
        try centre.restore(from: backup)
        try li.settle()
        let readings = try li.replica.news(markLooked: false, at: 0).filter { $0.kind == .readAnew }
        #expect(readings.count == 1, "a second one would have mended what the first one left")
        try expectAgreement(li, with: centre)
    }

    //  device                          | centre
    //                                  | backup
    //  enrol, note, push               | applied
    //                                  | lost; restored: no such device
    //  note, push with certificate     | known again, both notes applied
    @Test func `a device that enrolled after the backup is known by its certificate`() throws {
        let centre = try city(seed: 43)
        let ticket = try centre.ticket("树枝压线", to: "wang-lei")
        let backup = try centre.backup()
        let wang = try DeviceFixture("wang-lei", at: centre)
        try wang.syncToEnd()
        let first = try wang.give(.note, ticket, ["body": .text("已拉警戒线")])
        try wang.settle()
        try centre.restore(from: backup)
        let second = try wang.give(.note, ticket, ["body": .text("电力公司到场")])
        for _ in 0..<3 { try wang.settle() }
        for id in [first.id, second.id] { #expect(try centre.command(id).verdict == .applied) }
        try expectAgreement(wang, with: centre)
    }

    //  device             | old node                  | new node
    //                     | backup                    |
    //  accept, push       | applied                   |
    //                     | (believed lost, runs on)  | restored
    //  note 1, push       |                           | accept with its receipt; note 1
    //  note 2, push       | note 1 with its receipt;  |
    //                     |   note 2                  |
    //                     | switched off              |
    //  note 3, push       |                           | note 2 with its receipt; note 3
    @Test func `an old node that runs on beside the restored one takes nothing away: every command is there once`() throws {
        let old = try city(seed: 46)
        let ticket = try old.ticket("路面结冰", to: "li-na")
        let li = try DeviceFixture("li-na", at: old)
        let wang = try DeviceFixture("wang-lei", at: old)
        for device in [li, wang] { try device.syncToEnd() }
        let backup = try old.backup()
        var given = [try li.give(.accept, ticket).id]
        try li.settle()
        let new = try CentreFixture(elsewhere: old, from: backup)
        for (index, node) in [new, old, new, old, new].enumerated() {
            old.clock.advance(60_000)
            li.link.centre = node
            given.append(try li.give(.note, ticket, ["body": .text("第\(index)句")]).id)
            for _ in 0..<3 { try li.settle() }
            #expect(try li.replica.outbox().isEmpty)
            for id in given { #expect(try node.command(id).verdict == .applied, "\(index)") }
        }
        wang.link.centre = new
        for _ in 0..<2 { try expectAgreement(li, wang, with: new) }
        #expect(try li.notes(ticket).sorted() == (0..<5).map { "第\($0)句" })
        for node in [old, new] { #expect(try node.store.read { try $0.verify() }.faults == []) }
    }
}
