import Changeset
import Testing
import Tickets

@Suite struct EditTests {
    /// Edits `finding` to `ours`; the author saw `trunk`, the row has `theirs`.
    private func decision(
        ours: Value, trunk: Value?, theirs: Value, override: Bool = false, side: Side = .centre
    ) -> Decision {
        let seen = Trunk(ticket: trunk.map { [TicketColumn.finding.index: $0] } ?? [:])
        return decide(
            command(.edit, ["finding": ours]), on: ticket(.awaitingHandling, [.finding: theirs]),
            in: context(author(Cast.worker), trunk: seen, override: override, side: side))
    }

    @Test(arguments: Side.allCases)
    func `three ways, all five cases, on either side`(side: Side) {
        let taken = Decision(.applied, .ok, changes: [.update(.ticket, key: [ticketID.value], [TicketColumn.finding.index: "b"])])
        #expect(decision(ours: "b", trunk: "a", theirs: "a", side: side) == taken)
        #expect(decision(ours: "b", trunk: "a", theirs: "b", side: side) == Decision(.applied, .nothingToDo))
        #expect(decision(ours: "a", trunk: "a", theirs: "c", side: side) == Decision(.applied, .nothingToDo))
        #expect(decision(ours: "a", trunk: "a", theirs: "a", side: side) == Decision(.applied, .nothingToDo))
        let conflict = Conflict(field: "finding", trunk: "a", theirs: "c", ours: "b", rule: "field", outcome: .ours, may: .holder)
        #expect(
            decision(ours: "b", trunk: "a", theirs: "c", side: side)
                == Decision(.merged, .merged, changes: taken.changes, conflicts: [conflict]))
    }

    @Test func `NULL is a value like any other`() {
        #expect(decision(ours: .null, trunk: "a", theirs: "a").reason == .ok)
        #expect(decision(ours: .null, trunk: "a", theirs: "c").reason == .merged)
        #expect(decision(ours: "b", trunk: .null, theirs: .null).reason == .ok)
        #expect(decision(ours: "b", trunk: .null, theirs: "c").reason == .merged)
    }

    @Test func `a column that the given changeset leaves out stood so when the author saw it: theirs stays`() {
        #expect(decision(ours: "b", trunk: nil, theirs: "c") == Decision(.applied, .nothingToDo))
    }

    @Test func `a dispatcher who accepts a held edit gets the author's value`() {
        let accepted = decision(ours: "b", trunk: "a", theirs: "c", override: true)
        #expect(accepted.verdict == .applied)
        #expect(accepted.changes == [.update(.ticket, key: [ticketID.value], [TicketColumn.finding.index: "b"])])
    }

    @Test func `equal texts in other bytes are a change`() {
        #expect(decision(ours: "e\u{301}", trunk: "\u{e9}", theirs: "\u{e9}").reason == .ok)
    }

    @Test func `without a changeset the row as it stands is what the author saw`() {
        let edit = command(.edit, ["finding": "b"])
        let decision = decide(
            edit, on: ticket(.awaitingHandling, [.finding: "x"]), in: context(author(Cast.worker), side: .device))
        #expect(decision.verdict == .applied)
    }

    @Test func `an integer for a REAL column becomes a real, as SQLite stores it`() {
        let edit = command(.edit, ["latitude": .integer(37), "longitude": .real(79.9)])
        let decision = decide(edit, on: ticket(.awaitingHandling), in: context(author(Cast.worker)))
        let expected: [Int: Value] = [TicketColumn.latitude.index: .real(37), TicketColumn.longitude.index: .real(79.9)]
        #expect(decision.changes == [.update(.ticket, key: [ticketID.value], expected)])
    }

    @Test func `rights: every role and every column, as the data says`() {
        let field: Set<TicketColumn> = [.location, .latitude, .longitude, .finding, .tags]
        let centre = field.union([.title, .description, .category, .urgency, .grid, .unit, .dueAt, .kind])
        for role in Role.allCases {
            for column in TicketColumn.allCases {
                let expected =
                    role.isCentral ? centre.contains(column) : [.worker, .leader].contains(role) && field.contains(column)
                #expect(Rules.embedded.mayEdit(column, as: role) == expected, "\(role) \(column)")
            }
        }
    }

    @Test func `a column beyond one's rights rejects the command whole`() {
        let edit = command(.edit, ["finding": "b", "category": "010101"])
        let decision = decide(edit, on: ticket(.awaitingHandling), in: context(author(Cast.worker)))
        #expect((decision.verdict, decision.reason) == (.rejected, .notEditable))
        #expect(decision.fault?.argument == "category")
        #expect(decide(edit, on: ticket(.awaitingHandling), in: context(author(Cast.dispatcher))).verdict == .applied)
    }

    @Test func `columns that nobody may edit are no arguments at all`() {
        for column in TicketColumn.allCases where !Rules.embedded.mayEdit(column, as: .operator) {
            let edit = command(.edit, [column.rawValue: "closed"])
            let decision = decide(edit, on: ticket(.awaitingHandling), in: context(author(Cast.dispatcher)))
            #expect((decision.verdict, decision.reason) == (.held, .unknownCommand))
            #expect(decision.changes.isEmpty)
        }
    }

    @Test func `words beside an edit land whether its columns are taken, merged, or there already`() {
        let edit = command(.edit, ["finding": "b", "body": "现场复核过。"])
        func judged(_ theirs: Value, trunk: Value, _ state: TicketState = .awaitingHandling) -> Decision {
            let given = Trunk(ticket: [TicketColumn.finding.index: trunk])
            return decide(edit, on: ticket(state, [.finding: theirs]), in: context(author(Cast.worker), trunk: given))
        }
        let taken = judged("a", trunk: "a")
        #expect((taken.verdict, taken.changes.map(\.table)) == (.applied, [.ticket, .note]))
        let merged = judged("c", trunk: "a")
        #expect((merged.verdict, merged.reason, merged.conflicts.map(\.field)) == (.merged, .merged, ["finding"]))
        #expect(merged.changes.map(\.table) == [.ticket, .note])
        #expect(judged("b", trunk: "a").changes.map(\.table) == [.note])
        guard case .insert(_, let late) = judged("a", trunk: "a", .closed).changes.first else {
            Issue.record("a finished ticket gets the words, too")
            return
        }
        #expect(late[2] == "edit" && late[4] == "现场复核过。" && late[6] == .integer(1))
    }

    @Test func `words alone are no edit`() {
        #expect(command(.edit, ["body": "b"]).argumentFault() == ArgumentFault("edit", .missing))
    }

    @Test func `an edit of a finished ticket waits for a dispatcher`() {
        for state in [TicketState.closed, .withdrawn] {
            let author = author(Cast.worker)
            #expect(decide(ordinary(.edit), on: ticket(state), in: context(author)) == Decision(.held, .editAfterClose))
            #expect(decide(ordinary(.edit), on: ticket(state), in: context(author, override: true)).verdict == .applied)
        }
    }

    @Test func `the trunk is what the given changeset says of this ticket's row`() {
        let header = TableHeader(name: "ticket", keyOrdinals: [1] + [UInt8](repeating: 0, count: TicketColumn.allCases.count - 1))
        func change(_ id: TicketID, _ old: Value) -> Change {
            var before = [Value?](repeating: nil, count: TicketColumn.allCases.count)
            var after = before
            before[0] = id.value
            before[TicketColumn.finding.index] = old
            after[TicketColumn.finding.index] = "new"
            return Change(header: header, operation: .update, old: before, new: after)
        }
        let other = TicketID(bytes: [UInt8](repeating: 8, count: 16))!
        let changeset = Changeset(changes: [change(other, "theirs"), change(ticketID, "old")])
        #expect(Trunk(changeset, ticket: ticketID).ticket == [TicketColumn.finding.index: "old"])
        #expect(Trunk(Changeset(), ticket: ticketID).ticket.isEmpty)
    }

    @Test func `a changeset of a later schema keeps only the columns that are known`() {
        let count = TicketColumn.allCases.count + 3
        let header = TableHeader(name: "ticket", keyOrdinals: [1] + [UInt8](repeating: 0, count: count - 1))
        let before: [Value?] = [ticketID.value] + [Value?](repeating: "a", count: count - 1)
        let after: [Value?] = [nil] + [Value?](repeating: "b", count: count - 1)
        let trunk = Trunk(
            Changeset(changes: [Change(header: header, operation: .update, old: before, new: after)]), ticket: ticketID)
        #expect(trunk.ticket.count == TicketColumn.allCases.count - 1)
    }
}
