import Changeset
import Testing
import Tickets

/// On-site checklists: what is asked for, filled in over what was seen, and missing.
@Suite struct ChecklistTests {
    private let li = author(Cast.worker)
    private let wang = author(Cast.helper)
    private let items = [
        ChecklistItem(code: "id-seen", category: "0101", chinese: "已核对身份", kind: .yesNo, required: true, reason: "补贴须本人签收"),
        ChecklistItem(code: "count", category: "01", chinese: "数量", kind: .number),
        ChecklistItem(code: "words", category: "", chinese: "说明", kind: .text),
        ChecklistItem(code: "other", category: "02", chinese: "别类", kind: .text),
        ChecklistItem(code: "old", category: "", chinese: "旧项", kind: .text, retired: true),
    ]

    private func checklist(refusesGaps: Bool = true) -> Checklist {
        Checklist(items, category: "010102", refusesGaps: refusesGaps)
    }

    private func filling(_ answers: String, by author: Author, seen: Trunk? = nil, on ticket: Ticket, _ number: Int) -> (
        ticket: Ticket, decision: Decision
    ) {
        let decision = decide(
            command(.fill, ["answers": .text(answers)], number: number), on: ticket, in: context(author, trunk: seen))
        return (ticket.applying(decision.changes), decision)
    }

    private func values(_ item: String, _ ticket: Ticket) -> [String?] { ticket.standing(item).map(\.value) }

    /// Of the items that are asked for, and of those that somebody filled in beyond that.
    private func disputed(_ ticket: Ticket) -> [String] {
        checklist().lines(on: ticket, known: { _ in nil }).filter(\.isDisputed).map(\.code)
    }

    /// What the author's own rows say that they saw.
    private func trunk(_ decision: Decision) -> Trunk {
        var trunk = Trunk()
        for case .insert(.answer, let row) in decision.changes {
            if let answer = Answer(row: row) { trunk.answers[answer.item] = answer.replaces }
        }
        return trunk
    }

    @Test func `a ticket is asked what its category and the ones above it are asked`() {
        #expect(checklist().items.map(\.code) == ["count", "id-seen", "words"])
        #expect(Checklist(items, category: nil, refusesGaps: true).items.map(\.code) == ["words"])
        #expect(Checklist(items, of: ticket(.dispatched), refusesGaps: true).items.map(\.code) == ["words"])
        #expect(items.allSatisfy { ChecklistItem(row: $0.row) == $0 })
    }

    @Test func `two people fill in different items without a word between them`() {
        let ticket = ticket(.awaitingHandling)
        let one = filling("id-seen=yes", by: li, on: ticket, 1)
        let two = filling("count=3\nwords=门锁已换", by: wang, on: ticket, 2)
        let both = one.ticket.applying(two.decision.changes)
        #expect(both == two.ticket.applying(one.decision.changes), "whichever comes first")
        #expect(values("id-seen", both) == ["yes"] && values("count", both) == ["3"] && disputed(both).isEmpty)
    }

    /// li: no over yes         | wang, without signal: maybe yes over nothing
    @Test func `both fill in one item: what each wrote stands until somebody settles it over both`() throws {
        let start = filling("count=1", by: li, on: ticket(.awaitingHandling), 1).ticket
        let ours = filling("count=2", by: li, on: start, 2)
        let theirs = filling("count=3", by: wang, on: start, 3)
        #expect(values("count", ours.ticket) == ["2"] && values("count", theirs.ticket) == ["3"])
        let met = filling("count=3", by: wang, seen: trunk(theirs.decision), on: ours.ticket, 3)
        #expect(met.ticket == theirs.ticket.applying(ours.decision.changes), "the order of arrival does not matter")
        #expect(Set(values("count", met.ticket)) == ["2", "3"] && disputed(met.ticket) == ["count"])
        #expect((met.decision.verdict, met.decision.conflicts.isEmpty) == (.applied, true))
        let settled = filling("count=3", by: li, on: met.ticket, 4).ticket
        #expect(values("count", settled) == ["3"] && disputed(settled).isEmpty && settled.answers.count == 4)
        // The same words of both are no quarrel.
        let same = filling("count=2", by: wang, seen: Trunk(), on: ours.ticket, 5)
        #expect((same.decision.reason, disputed(same.ticket)) == (.nothingToDo, []))
    }

    @Test func `what was filled in is cleared, and comes back when the clearing is taken back`() {
        let full = filling("count=1\nwords=有", by: li, on: ticket(.awaitingHandling), 1).ticket
        let cleared = filling("count=", by: li, on: full, 2)
        #expect(values("count", cleared.ticket) == [nil] && values("words", cleared.ticket) == ["有"])
        let back = cleared.decision.changes.map { change -> RowChange in .delete(.answer, key: change.key) }
        #expect(values("count", cleared.ticket.applying(back)) == ["1"])
        #expect(filling("nothing=", by: li, on: full, 3).decision.reason == .nothingToDo, "nothing was there to clear")
        let beyond = checklist().lines(
            on: filling("other=x", by: wang, on: full, 4).ticket, known: { code in items.first { $0.code == code } })
        #expect(
            beyond.map(\.code) == ["count", "id-seen", "words", "other"] && beyond.map(\.isAsked) == [true, true, true, false])
        #expect(beyond.map(\.isMissing) == [false, true, false, false] && beyond[3].item?.chinese == "别类")
    }

    @Test func `a retraction takes the answers along, and what they stood in place of stands again`() {
        let full = filling("count=1", by: li, on: ticket(.awaitingHandling), 1).ticket
        let again = filling("count=2", by: li, on: full, 2)
        let changes = again.decision.changes.compactMap { change -> Change? in
            guard case .insert(let table, let row) = change else { return nil }
            let header = TableHeader(name: table.name, keyOrdinals: row.indices.map { $0 == 0 ? 1 : 0 })
            return Change(header: header, operation: .insert, old: [], new: row.map { $0 })
        }
        var context = context(li, override: true)
        context.target = RetractTarget(
            person: li.person, kind: .fill, ticket: ticketID, standing: .effective, changes: changes)
        let retraction = command(.retract, ["target": .text(commandID(2).description)], number: 3)
        let decision = decide(retraction, on: again.ticket, in: context)
        #expect(decision.verdict == .applied)
        #expect(again.ticket.applying(decision.changes) == full)
    }

    @Test func `on a device a resolve waits for the required items, unless the city only warns`() {
        let resolve = command(.resolve, ["body": "已送达"])
        func said(_ ticket: Ticket, _ checklist: Checklist?, side: Side = .device, trunk: Trunk? = nil) -> Decision {
            var context = context(li, trunk: trunk, side: side)
            context.checklist = checklist
            return decide(resolve, on: ticket, in: context)
        }
        let open = ticket(.awaitingHandling)
        let refused = said(open, checklist())
        #expect((refused.verdict, refused.reason) == (.rejected, .checklistOpen))
        #expect(refused.fault == ArgumentFault("id-seen", .missing) && refused.changes.isEmpty)
        let full = filling("id-seen=no", by: wang, on: open, 2).ticket
        #expect(said(full, checklist()).verdict == .applied)
        let cleared = filling("id-seen=", by: wang, on: full, 3).ticket
        #expect(said(cleared, checklist()).reason == .checklistOpen)
        #expect(said(open, checklist(refusesGaps: false)).verdict == .applied)
        #expect(said(open, nil, side: .centre).verdict == .applied, "the centre takes what was done without asking again")
    }

    @Test func `an answer that its item does not take is refused while it is being given`() {
        func fault(_ answers: String) -> ArgumentFault? {
            var context = context(li, side: .device)
            context.checklist = checklist()
            return decide(command(.fill, ["answers": .text(answers)]), on: ticket(.awaitingHandling), in: context).fault
        }
        #expect(fault("id-seen=yes\ncount=3.5\nwords=好=好") == nil)
        #expect(fault("id-seen=maybe") == ArgumentFault("id-seen", .notOneOf(["yes", "no"])))
        #expect(fault("count=many") == ArgumentFault("count", .wrongType))
        #expect(fault("other=x") == ArgumentFault("other", .notOneOf(["count", "id-seen", "words"])))
        for bad in ["count", "=3", "count=1\ncount=2", "数量=3"] {
            #expect(command(.fill, ["answers": .text(bad)]).argumentFault() == ArgumentFault("answers", .outOfRange))
        }
        let number = ChecklistItem(code: "n", category: "", chinese: "数量", kind: .number)
        #expect(["0", "-3", "3.50", "007"].allSatisfy { number.accepted($0) == $0 })
        #expect(["", "0x1f", "nan", "inf", "1e9", "3,5", "１", "3-"].allSatisfy { number.accepted($0) == nil })
        let yes = ChecklistItem(code: "a", category: "", chinese: "甲", kind: .yesNo)
        #expect(["是", "YES", "y"].allSatisfy { yes.accepted($0) == "yes" } && yes.accepted("否") == "no")
    }
}
