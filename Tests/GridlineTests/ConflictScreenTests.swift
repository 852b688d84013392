import Changeset
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore
@testable import gridline

@Suite struct ConflictScreenTests {
    private func parsed(_ line: String...) throws -> (any Action)? {
        try Gridline.parse(line.map { Array($0.utf8) }) as? any Action
    }

    @Test func `the list is what comes without a word, and options may stand anywhere`() throws {
        #expect((try parsed("conflicts") as? ConflictsCommand.List)?.all == false)
        #expect((try parsed("conflicts", "--all", "--json") as? ConflictsCommand.List)?.all == true)
        #expect((try parsed("--lang", "zh", "conflicts", "show", "3") as? ConflictsCommand.Show)?.number == 3)
        let choose = try #require(try parsed("--json", "conflicts", "choose", "3", "--text", "两盏") as? ConflictsCommand.Choose)
        #expect((choose.number, choose.text, choose.ours, choose.theirs) == (3, "两盏", false, false) && choose.common.json)
        for line in [["conflicts", "choose"], ["conflicts", "show", "x"], ["conflicts", "settle"]] {
            #expect(throws: (any Error).self) { try Gridline.parse(line.map { Array($0.utf8) }) }
        }
    }

    private func sample<T>(_ body: (Replica) throws -> T) throws -> T {
        let sample = try SampleReplica()
        defer { sample.remove() }
        return try body(try Replica.open(at: sample.path))
    }

    @Test func `a person's own side comes first, whichever side of the conflict it is`() throws {
        try sample { replica in
            let own = try #require(try replica.conflict(number: 1))
            let other = try #require(try replica.conflict(number: 2))
            #expect(own.isAuthor("li-na") && !other.isAuthor("li-na"))
            #expect(own.sides(for: "li-na").map(\.by) == ["li-na", "aybek"])
            #expect(other.sides(for: "li-na").map(\.by) == ["li-na", "wang-wei"])
            #expect(other.sides(for: "li-na")[0].value.hasPrefix("电缆被挖断"))
            #expect(own.standingWords(for: "li-na") == Say.yoursStands && other.standingWords(for: "li-na") == Say.othersStands)
            #expect(own.isForHandlers && other.isForHandlers)
            // A held one is a dispatcher's, and a settled one is off the list and can be read.
            let held = try #require(try replica.conflict(number: 3))
            #expect(held.isOpen && !held.isForHandlers)
            #expect(try replica.conflicts().map(\.number) == [3, 2, 1])
            #expect(try replica.conflicts(withSettled: true).map(\.number) == [4, 3, 2, 1])
            #expect(try replica.conflict(number: 9) == nil)
            #expect(try replica.status().openConflicts.map(\.number) == [3, 2, 1])
            #expect(try replica.glance().openConflicts == [3, 2, 1])
        }
    }

    @Test func `ours and theirs are the sides of whoever chooses`() throws {
        try sample { replica in
            for (number, words, side, value) in [
                (Int64(1), "--ours", "ours", "文化街 12 号门前（路口东侧），第三根灯杆"), (1, "--theirs", "theirs", "文化街 14 号门前"),
                (2, "--ours", "theirs", "电缆被挖断，已报电力公司，需更换二十米\n另有一处积水"), (2, "--theirs", "ours", "三盏灯杆完好，电缆接头烧蚀"),
            ] {
                let command = try #require(
                    try parsed("conflicts", "choose", "\(number)", words) as? ConflictsCommand.Choose)
                let view = try #require(try replica.conflict(number: number))
                let arguments = try command.arguments(view, for: "li-na", .plain)
                #expect(arguments["side"] == .text(side) && arguments["value"] == .text(value), "\(number) \(words)")
                #expect(arguments["target"] == .text(view.record.command.description))
                #expect(arguments["field"] == .text(view.record.conflict.field))
                #expect(
                    Command(id: view.record.command, kind: .choose, ticket: view.record.ticket, arguments: arguments)
                        .argumentFault() == nil)
            }
        }
    }

    @Test func `the two halves of a place are one conflict, which either number names`() throws {
        try sample { replica in
            let command = CommandID(bytes: [UInt8](repeating: 0xee, count: 16))!
            try replica.write { _, rows in
                for (field, theirs, ours) in [("latitude", 37.1, 37.25), ("longitude", 79.9, 79.5)] {
                    var record = ConflictRecord(
                        Conflict(
                            field: field, trunk: .null, theirs: .real(theirs), ours: .real(ours), rule: "field", outcome: .ours,
                            may: .holder),
                        command: command, ticket: SampleReplica.ticketID(1))
                    record.oursBy = "li-na"
                    try rows.insert(into: .conflict, record.row, orReplace: false)
                    try rows.conflictNumber(of: command, field: field)
                }
            }
            let views = try replica.conflicts()
            #expect(views.map(\.number) == [5, 3, 2, 1])
            #expect(views[0].sides(for: "li-na").map(\.value) == ["37.25, 79.5", "37.1, 79.9"])
            #expect(try replica.conflict(number: 6)?.number == 5)
            let choose = try #require(try parsed("conflicts", "choose", "6", "--theirs") as? ConflictsCommand.Choose)
            // Both halves are chosen with one word: the centre and the device fill in the values.
            let arguments = try choose.arguments(views[0], for: "li-na", .plain)
            #expect(arguments["field"] == .text("latitude") && arguments["value"] == nil)
        }
    }

    @Test func `news says what stands from where its reader stands`() {
        for (detail, chinese) in [
            ("2 other finding", "第 2 号，现场发现：以对方为准"), ("4 yours tags", "第 4 号，标签：以您的为准"), ("5 both tags", "第 5 号，标签：两者并存"),
            ("6 open title", "第 6 号，标题：搁置，待派单员裁定"), ("strange", "strange"),
        ] {
            #expect(Say.newsOfConflict(detail).text(.zh) == chinese)
        }
    }

    @Test func `who has the ticket now is said where a command came too late`() throws {
        try sample { replica in
            try replica.write { _, rows in
                try rows.statements.run("UPDATE local_number SET holder='p:chen' WHERE number=17")
                try rows.statements.run("UPDATE local_number SET holder='u:u-power' WHERE number=6")
                try rows.statements.run(
                    "UPDATE entity SET leaving='moved' WHERE kind=1 AND id=?", [SampleReplica.ticketID(6).value])
            }
            #expect(try replica.holder(of: SampleReplica.ticketID(17))?.name == "陈晓东")
            // A unit that the device does not know, one's own ticket, a colleague's ticket that is here.
            #expect(try replica.holder(of: SampleReplica.ticketID(6))?.unit == "u-power")
            #expect(try replica.holder(of: SampleReplica.ticketID(1)) == nil)
            #expect(try replica.holder(of: SampleReplica.ticketID(4))?.person == "wang-wei")
            let held = try #require(try replica.log().first { $0.ordinal == 3 })
            #expect(held.explanation { $0 }?.text(.zh).hasSuffix("现由 u-power 负责。") == true)
        }
    }
}
