import Changeset
import Testing
import Tickets

/// The duty roster and the handover diary of a desk.
@Suite struct DiaryTests {
    @Test func `a desk has one diary a month, whoever makes it`() {
        let line = RosterLine(id: "r-1", day: "2026-09-30", unit: "u-desk", shift: "早班", person: "li-na", words: "带班")
        #expect(RosterLine(row: line.row) == line && line.month == "2026-09")
        #expect(RosterLine(row: Array(line.row.dropLast())) == nil)
        let ids = [("u-desk", "2026-09"), ("u-desk", "2026-10"), ("u-desk2", "026-09")].map {
            Diary.command(unit: $0.0, month: $0.1)
        }
        #expect(Set(ids).count == 3 && Diary.command(unit: "u-desk", month: "2026-09") == ids[0])
    }

    @Test func `a handover names what its author had read, and an entry never looks like one`() {
        let entries = [commandID(1), commandID(2)]
        let body = Diary.takeOver(entries)
        #expect(Diary.takenOver(by: body) == entries.map(Diary.short))
        #expect(noteText(kind: "note", body: body).english == "taken over: 2")
        for words in ["三号楼停水", "taken-over=", "taken-over=abc", "taken-over=明早复核", body + ",", body + " 已阅"] {
            #expect(Diary.takenOver(by: words) == nil && noteText(kind: "note", body: words).chinese == words, "\(words)")
        }
        let many = Diary.takeOver((0..<300).map { commandID($0) })
        #expect(Diary.takenOver(by: many)?.count == Diary.entryCountMax && many.utf8.count < ArgumentRule.bodyBytesMax)
    }

    @Test func `a diary is nobody's matter: no clock, no checklist, no caller, and nothing becomes one`() throws {
        let made = decide(
            command(.create, ["title": "日记", "kind": "diary"]), on: nil,
            in: context(author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)))
        guard case .insert(.ticket, let row)? = made.changes.first else {
            Issue.record("no diary: \(made)")
            return
        }
        let diary = Ticket(row: row).applying(made.changes)
        #expect(diary.isDiary && diary[.origin] == "patrol" && diary.clocks.isEmpty)
        let item = ChecklistItem(code: "words", category: "", chinese: "说明", kind: .text)
        #expect(Checklist([item], of: diary, refusesGaps: true).items.isEmpty)
        for kind in [CommandKind.report, .edit] {
            let fault = command(kind, ["title": "日记", "kind": "diary"]).argumentFault()
            #expect(fault?.argument == "kind", "\(kind)")
        }
    }
}
