import Changeset
import Testing
import Tickets

@Suite struct CentreTests {
    private let chen = author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)

    @Test func `a creation lands awaiting dispatch, with the citizen apart`() throws {
        let create = command(
            .create, ["title": "暖气不热", "description": "两天了", "kind": "complaint", "name": "吐尔逊", "phone": "13900000000"])
        let decision = decide(create, on: nil, in: context(chen))
        #expect((decision.verdict, decision.reason) == (.applied, .ok))
        guard case .insert(.ticket, let row)? = decision.changes.first else {
            Issue.record("no ticket")
            return
        }
        let made = Ticket(row: row)
        #expect(made.state == .awaitingDispatch)
        #expect(made[.origin] == "caller")
        #expect(made[.confidential] == .integer(1))
        #expect(made[.reporter] == .null)
        #expect(made[.createdAt] == .integer(now))
        #expect(made.id == Command.madeTicket(by: create.id))
        #expect(decision.ownChanges.dropFirst() == [.insert(.citizen, [made.id.value, "吐尔逊", "13900000000", .null, .null])])
    }

    @Test func `a creation without a citizen has no citizen's row, and an import keeps its own time`() {
        let decision = decide(command(.create, ["title": "a", "created_at": .integer(5)]), on: nil, in: context(chen))
        #expect(decision.ownChanges.count == 1)
        if case .insert(_, let row)? = decision.changes.first { #expect(row[TicketColumn.createdAt.index] == .integer(5)) }
    }

    @Test func `every insert has as many values as its table has columns, and none is NULL where SQL forbids it`() {
        let full = command(.create, ["title": "a", "name": "b"])
        for change in decide(full, on: nil, in: context(chen)).changes {
            guard case .insert(let table, let row) = change else { continue }
            #expect(row.count == table.columns.count)
        }
        for (kind, person) in [(CommandKind.create, chen), (.report, author(Cast.worker))] {
            guard case .insert(.ticket, let row)? = decide(ordinary(kind), on: nil, in: context(person)).changes.first else {
                Issue.record("no ticket")
                continue
            }
            for column in [
                TicketColumn.id, .kind, .channel, .origin, .title, .description, .urgency, .confidential, .state, .createdAt,
            ] {
                #expect(row[column.index] != .null, "\(kind) \(column)")
            }
        }
    }

    @Test func `a report lands as received, found on patrol, in its author's grid`() {
        let decision = decide(ordinary(.report), on: nil, in: context(author(Cast.worker), wall: now - 3))
        guard case .insert(.ticket, let row)? = decision.changes.first else {
            Issue.record("no ticket")
            return
        }
        let made = Ticket(row: row)
        #expect(decision.verdict == .applied)
        #expect(made.state == .received)
        #expect(made[.origin] == "patrol")
        #expect(made[.reporter] == "li-na")
        #expect(made.grid == "g1")
        #expect(made[.createdAt] == .integer(now - 3))
        #expect(scopes(of: made) == ["p:li-na", "g:g1"])
    }

    @Test func `a report outside the author's area lands all the same, held at the centre, usable on the device`() {
        let report = command(.report, ["title": "路面塌陷", "grid": "g2"])
        let centre = decide(report, on: nil, in: context(author(Cast.worker)))
        let device = decide(report, on: nil, in: context(author(Cast.worker), side: .device))
        #expect((centre.verdict, centre.reason) == (.held, .outsideArea))
        #expect((device.verdict, device.reason) == (.applied, .outsideArea))
        #expect(centre.changes == device.changes)
        #expect(centre.changes.count == 1)
        let accepted = decide(report, on: ticket(.received), in: context(author(Cast.worker), override: true))
        #expect(accepted == Decision(.applied, .nothingToDo))
    }

    @Test func `a report is never rejected, however broken`() {
        let bell: [[String: Value]] = [
            [:], ["title": ""], ["title": "a\u{7}"], ["title": .integer(1)], ["title": "a", "latitude": .real(1)],
        ]
        for arguments in bell {
            let decision = decide(command(.report, arguments), on: nil, in: context(author(Cast.worker)))
            #expect((decision.verdict, decision.reason) == (.held, .badArguments))
        }
        var stolen = ordinary(.report)
        stolen.ticket = ticketID
        #expect(decide(stolen, on: nil, in: context(author(Cast.worker))).verdict == .held)
    }

    @Test func `dispatch: assignee, helpers, first responsible, grid of the assignee, and a clock that starts`() {
        let dispatch = command(.dispatch, ["assignee": "li-na", "helpers": "wang-fang, li-na,wang-fang"])
        let decision = decide(dispatch, on: ticket(.awaitingDispatch), in: context(chen))
        let after = ticket(.awaitingDispatch).applying(decision.changes)
        #expect(decision.verdict == .applied)
        #expect(after.state == .dispatched)
        #expect(after.assignee == "li-na")
        #expect(after.helpers == [Ticket.Helper(person: "wang-fang", profession: "城管")])
        #expect(after[.firstResponsible] == "li-na")
        #expect(after.grid == "g1")
        #expect(after[.dispatchedAt] == .integer(now))
        #expect(after[.dueAt].int == Rules.embedded.deadline(dispatchedAt: now, class: .general)?.due)
    }

    @Test func `a second dispatch keeps the first responsible and the running clock, and moves it only when told`() {
        let returned = ticket(.returned, [.acceptedAt: .integer(3)])
        let again = decide(ordinary(.dispatch), on: returned, in: context(chen))
        let after = returned.applying(again.changes)
        #expect(after.assignee == "zhang-wei")
        #expect(after[.firstResponsible] == "li-na")
        #expect(after[.dispatchedAt] == .integer(now - 5))
        #expect(after[.dueAt] == .integer(now + 5))
        #expect(after[.acceptedAt] == .null)
        let told = command(.dispatch, ["assignee": "zhang-wei", "due_at": .integer(now + 99)])
        #expect(returned.applying(decide(told, on: returned, in: context(chen)).changes)[.dueAt] == .integer(now + 99))
    }

    @Test func `the dispatcher may choose within the profile's limits and not beyond`() {
        func due(_ arguments: [String: Value]) -> Decision {
            let dispatch = command(.dispatch, arguments.merging(["assignee": "li-na"]) { $1 })
            return decide(dispatch, on: ticket(.awaitingDispatch), in: context(chen))
        }
        #expect(due(["class": "complex", "days": .integer(5)]).verdict == .applied)
        let refused = due(["class": "complex", "days": .integer(8)])
        #expect((refused.verdict, refused.reason) == (.rejected, .badArguments))
        #expect(due(["class": "general", "days": .integer(4)]).verdict == .rejected)
        #expect(due(["days": .integer(5)]).fault == ArgumentFault("days", .needs("class")))
    }

    @Test func `nobody who is unknown is given a ticket`() {
        for arguments: [String: Value] in [["assignee": "nobody"], ["assignee": "li-na", "helpers": "nobody"]] {
            let decision = decide(command(.dispatch, arguments), on: ticket(.awaitingDispatch), in: context(chen))
            #expect((decision.verdict, decision.reason) == (.rejected, .unknownPerson))
            #expect(decision.changes.isEmpty)
        }
    }

    @Test func `a reassignment begins anew, the same assignee keeps what they accepted`() {
        let accepted = ticket(.awaitingHandling, [.acceptedAt: .integer(3), .startedAt: .integer(4)])
        let moved = accepted.applying(decide(ordinary(.assign), on: accepted, in: context(chen)).changes)
        #expect(moved.state == .dispatched)
        #expect((moved[.acceptedAt], moved[.startedAt]) == (.null, .null))
        #expect(moved[.firstResponsible] == "li-na")
        let same = command(.assign, ["assignee": "li-na", "helpers": "zhang-wei"])
        let kept = accepted.applying(decide(same, on: accepted, in: context(chen)).changes)
        #expect(kept.state == .awaitingHandling)
        #expect(kept.helpers.map(\.person) == ["zhang-wei"])
        #expect(
            decide(command(.assign, ["assignee": "li-na"]), on: accepted, in: context(chen))
                == Decision(.superseded, .nothingToDo))
    }

    @Test func `helpers stay when the argument is left out, and go when it is NULL`() {
        let before = ticket(.awaitingHandling)
        let left = decide(ordinary(.assign), on: before, in: context(chen))
        #expect(before.applying(left.changes).helpers.map(\.person) == ["wang-fang"])
        let cleared = decide(command(.assign, ["assignee": "zhang-wei", "helpers": .null]), on: before, in: context(chen))
        #expect(before.applying(cleared.changes).helpers.isEmpty)
    }

    @Test func `a helper who becomes the assignee is no helper any more`() {
        let accepted = ticket(.awaitingHandling)
        let after = accepted.applying(
            decide(command(.assign, ["assignee": "wang-fang"]), on: accepted, in: context(chen)).changes)
        #expect(after.assignee == "wang-fang")
        #expect(after.helpers.isEmpty)
    }

    @Test func `withdraw and close keep the reason that was given`() {
        for (kind, state) in [(CommandKind.withdraw, TicketState.dispatched), (.close, .handled)] {
            let decision = decide(command(kind, ["body": "来电人撤诉"]), on: ticket(state), in: context(chen))
            #expect(decision.verdict == .applied)
            #expect(decision.changes.count == 2)
            #expect(decide(command(kind), on: ticket(state), in: context(chen)).changes.count == 1)
        }
        let closed = ticket(.handled).applying(decide(command(.close), on: ticket(.handled), in: context(chen)).changes)
        #expect(closed[.closedAt] == .integer(now))
    }

    @Test func `a ticket that the centre does not have is named as such to the centre alone`() {
        #expect(decide(ordinary(.withdraw), on: nil, in: context(chen)) == Decision(.rejected, .unknownTicket))
        #expect(decide(ordinary(.note), on: nil, in: context(author(Cast.worker))) == Decision(.held, .notYours))
    }
}
