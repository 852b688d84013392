import Changeset
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore
@testable import gridline

@Suite struct RetractTests {
    private func parsed(_ line: String...) throws -> RetractCommand? {
        try Gridline.parse(line.map { Array($0.utf8) }) as? RetractCommand
    }

    @Test func `the number, the reason and the ticket are read, in any order`() throws {
        let command = try #require(try parsed("retract", "7", "--note", "写错了工单", "--ticket", "3"))
        #expect((command.command, command.note, command.ticket) == ("7", "写错了工单", "3"))
        #expect(try parsed("retract", "--lang", "zh", "019a2b3c")?.command == "019a2b3c")
        for line in [["retract"], ["retract", "7", "8"], ["retract", "7", "--note"]] {
            #expect(throws: (any Error).self) { try Gridline.parse(line.map { Array($0.utf8) }) }
        }
    }

    private func record(_ kind: String, _ verdict: Verdict?, reason: String? = nil) -> CommandRecord {
        CommandRecord(
            ordinal: 7, id: CommandID(bytes: [UInt8](repeating: 0xAB, count: 16))!, kind: kind,
            ticket: TicketID(bytes: [UInt8](repeating: 1, count: 16))!, localNumber: 3, number: nil, title: nil,
            arguments: kind == "note" ? ["body": .text("到了")] : [:], givenAt: 0, offeredAt: 1, takenBackAt: nil,
            standing: verdict.map { .judged($0) } ?? .offered, reason: reason, occurredAt: nil, waitsFor: nil, decision: nil,
            isAbsorbed: true, conflicts: [])
    }

    @Test func `a command says what became of asking for it back, and a retraction says what it takes back`() {
        var note = record("note", .applied, reason: "ok")
        let answer = CommandRecord.Decided(decision: .declined, reason: "已核实", by: "zhao-min", at: 5)
        for (outcome, english, chinese) in [
            (CommandRecord.Retraction.Outcome.asked, "asked to take back", "已申请收回"),
            (.takenBack, "taken back by the centre", "中心已收回"), (.declined, "not taken back", "未予收回"),
        ] {
            note.retraction = .init(
                command: note.id, ordinal: 8, outcome: outcome, decision: outcome == .asked ? nil : answer)
            #expect(note.standingWords.text(.en) == "applied; " + english)
            #expect(note.standingWords.text(.zh) == "已生效；" + chinese)
            #expect(note.explanation({ _ in "赵敏" })?.text(.zh).contains("已核实") == (outcome == .asked ? nil : true))
        }
        var retraction = record("retract", nil)
        retraction.retracts = .init(command: note.id, ordinal: 7, kind: "note")
        #expect(retraction.contentWords(.en) == "takes back no. 7 (note)")
        retraction.arguments = ["body": .text("写错了")]
        #expect(retraction.contentWords(.zh) == "收回第 7 条（备注）: 写错了")
        retraction.retracts = .init(command: note.id, ordinal: nil, kind: nil)
        #expect(retraction.contentWords(.en).hasPrefix("takes back abababab"))
        #expect("\(retraction.json)".contains("retracts"))
    }

    @Test func `log and outbox show the number that retract takes`() {
        let listing = commandListing([record("note", .applied)], .en, personName: { $0 })
        #expect(listing.columns.first?.title == "No.")
        #expect(listing.rows.first?.first?.text == "7")
        let plain = commandListing([record("note", .applied)], .en, namesTicket: false, personName: { $0 })
        #expect(!plain.columns.contains { $0.title == Say.ticket.text(.en) })
    }
}
