import Changeset
import Testing
import Tickets

/// More time: who may ask, when, how much, and what the answer moves.
@Suite struct RequestTests {
    private let li = author(Cast.worker)
    private let chen = author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)
    private let day: Milliseconds = 86_400_000

    /// Dispatched to Li Na as a general matter, and accepted.
    private func accepted(rules: Rules = .embedded) -> Ticket {
        var ticket = ticket(.awaitingDispatch)
        ticket.explanations = []
        ticket = after(ticket, .dispatch, ["assignee": "li-na"], by: chen, 1, rules: rules).ticket
        return after(ticket, .accept, by: li, 2, rules: rules).ticket
    }

    private func after(
        _ ticket: Ticket, _ kind: CommandKind, _ arguments: [String: Value] = [:], at moment: Milliseconds = now,
        by author: Author,
        _ number: Int, rules: Rules = .embedded, side: Side = .centre
    ) -> (ticket: Ticket, decision: Decision) {
        var context = context(author, side: side, rules: rules)
        context.occurredAt = moment
        let decision = decide(command(kind, arguments, number: number), on: ticket, in: context)
        return (ticket.applying(decision.changes), decision)
    }

    private func asked(_ ticket: Ticket, days: Int64, at moment: Milliseconds = now, _ number: Int, rules: Rules = .embedded)
        -> (ticket: Ticket, decision: Decision)
    {
        after(ticket, .extend, ["days": .integer(days), "body": "配件未到"], at: moment, by: li, number, rules: rules)
    }

    private func explained(_ ticket: Ticket, _ number: Int = 3) -> Ticket {
        after(ticket, .explain, ["body": "已说明"], by: li, number).ticket
    }

    @Test func `what is asked for moves nothing; what is granted moves the due date, and the sum says so`() throws {
        let before = explained(accepted())
        let due = try #require(before[.dueAt].int)
        let pending = asked(before, days: 3, 4).ticket
        #expect(pending[.dueAt].int == due && pending.pendingRequest?.days == 3)
        #expect(pending.clock(.answer)?.isRunning == true && pending.clock(.answer)?.due == now + 24 * 3_600_000)
        #expect(Rules.embedded.whyDue(pending).contains { $0.english == "pending: 3 more days asked for" })
        let request: Value = .text(commandID(4).description)
        let granted = after(pending, .grant, ["request": request, "days": .integer(2), "body": "可以"], by: chen, 5).ticket
        #expect(granted[.dueAt].int == due + 2 * day && granted.clock(.resolution)?.due == due + 2 * day)
        #expect(granted.requests.map(\.state) == [.granted] && granted.grantedDays == 2 && granted.requests[0].answer == "可以")
        #expect(granted.clock(.answer)?.metBy == commandID(5))
        let lines = Rules.embedded.whyDue(granted).map(\.english)
        #expect(
            lines.contains { $0.hasSuffix("+ 2 days: extension granted") } && !lines.contains { $0.contains("by hand") },
            "\(lines)")
        // A second one runs the answer's clock anew.
        let again = asked(granted, days: 8, at: now + day, 6).ticket
        #expect(again.clock(.answer)?.start == now + day && again.clock(.answer)?.isRunning == true)
        #expect(again.clocks.filter { $0.kind == .answer }.count == 1)
    }

    @Test func `not before the citizen was told, not after the due date, not beyond the cap, not twice at a time`() throws {
        let plain = accepted()
        let untold = asked(plain, days: 1, 4).decision
        #expect((untold.verdict, untold.reason) == (.rejected, .explainFirst))
        let told = explained(plain)
        let due = try #require(told[.dueAt].int)
        #expect(asked(told, days: 1, at: due, 4).decision.verdict == .applied, "the last moment is in time")
        let late = asked(told, days: 1, at: due + 1, 4).decision
        #expect((late.verdict, late.reason) == (.rejected, .afterDue))
        #expect(asked(told, days: 10, 4).decision.verdict == .applied)
        #expect(asked(told, days: 11, 4).decision.reason == .beyondCap)
        let pending = asked(told, days: 6, 4).ticket
        let twice = asked(pending, days: 1, 5).decision
        #expect((twice.verdict, twice.reason) == (.superseded, .requestPending))
        // What is refused keeps its words, and moves nothing.
        for refused in [untold, late, twice] { #expect(refused.changes.map(\.table) == [.note]) }
        let granted = after(pending, .grant, ["request": .text(commandID(4).description)], by: chen, 6).ticket
        #expect(asked(granted, days: 5, 7).decision.reason == .beyondCap, "all extensions together")
        let more = asked(granted, days: 4, 7).ticket
        let beyond = after(more, .grant, ["request": .text(commandID(7).description), "days": .integer(5)], by: chen, 8).decision
        #expect((beyond.verdict, beyond.reason) == (.rejected, .beyondCap))
        // The explanation is taken back: nobody was told.
        var untoldAgain = told
        untoldAgain.apply(.delete(.note, key: [.blob(commandID(3).derived(1))]))
        #expect(asked(untoldAgain, days: 1, 4).decision.reason == .explainFirst)
    }

    @Test func `an answer names a request that waits; a refusal leaves the date`() {
        let pending = asked(explained(accepted()), days: 3, 4).ticket
        let unknown = after(pending, .grant, ["request": .text(commandID(99).description)], by: chen, 5).decision
        #expect((unknown.verdict, unknown.reason) == (.rejected, .unknownRequest))
        let named: [String: Value] = ["request": .text(commandID(4).description), "body": "请按期办结"]
        let refused = after(pending, .refuse, named, by: chen, 5).ticket
        #expect(refused[.dueAt] == pending[.dueAt] && refused.requests.map(\.state) == [.refused])
        let again = after(refused, .grant, named, by: chen, 6).decision
        #expect((again.verdict, again.reason) == (.superseded, .alreadyAnswered))
        #expect(command(.grant, ["request": "x"]).argumentFault() == ArgumentFault("request", .outOfRange))
        #expect(command(.refuse, ["request": named["request"]!]).argumentFault() == ArgumentFault("body", .missing))
        #expect(command(.extend, ["days": .integer(0), "body": "a"]).argumentFault() == ArgumentFault("days", .outOfRange))
    }

    @Test func `nobody answers for a ticket that is done or gone, and its author takes a waiting one back`() {
        let pending = asked(explained(accepted()), days: 3, 4).ticket
        for (kind, arguments, who) in [
            (CommandKind.resolve, ["body": "已修复"], li), (.withdraw, [:], chen),
        ] as [(CommandKind, [String: Value], Author)] {
            let done = after(pending, kind, arguments, by: who, 5).ticket
            #expect(done.requests.map(\.state) == [.withdrawn], "\(kind)")
            #expect(done.clock(.answer)?.endedAt == now)
        }
        var context = context(li, override: true)
        context.target = RetractTarget(
            person: "li-na", kind: .extend, ticket: ticketID, standing: .effective,
            changes: [
                Change(
                    table: "note", keyOrdinals: [1, 0, 0, 0, 0, 0, 0, 0], operation: .insert, old: [],
                    new: [.blob(commandID(4).derived(1))] + [Value?](repeating: .null, count: 7))
            ])
        let retract = command(.retract, ["target": .text(commandID(4).description)], number: 7)
        let back = decide(retract, on: pending, in: context)
        #expect(back.verdict == .applied && pending.applying(back.changes).requests.map(\.state) == [.withdrawn])
        #expect(back.changes.contains(.delete(.note, key: [.blob(commandID(4).derived(1))])))
        let granted = after(pending, .grant, ["request": .text(commandID(4).description)], by: chen, 6).ticket
        #expect(decide(retract, on: granted, in: context).reason == .retractTooLate, "what was answered is the centre's")
    }

    @Test func `a city counts its extension in calendar days or in working days`() {
        // A Friday evening in March: three calendar days are Monday evening, three working days the end of Wednesday.
        let due = Day(text: "2026-03-06")!.end
        #expect(Rules.embedded.extended(due, by: 3) == Day(text: "2026-03-09")!.end)
        var rules = Rules.embedded
        rules.profile.extensionInWorkingDays = true
        #expect(rules.extended(due, by: 3) == Day(text: "2026-03-11")!.end)
    }

    @Test func `a request's row reads back, and one of a newer release is passed over`() {
        var request = pendingRequest
        (request.state, request.grantedDays, request.dueAt) = (.granted, 2, 99)
        (request.answer, request.decidedBy, request.decidedAt) = ("可以", "chen-jie", 98)
        #expect(TicketRequest(row: request.row(of: ticketID)) == request)
        var row = request.row(of: ticketID)
        #expect(row.count == Table.request.columns.count)
        row[RequestColumn.kind.index] = "moonrise"
        #expect(TicketRequest(row: row) == nil && TicketRequest(row: []) == nil)
    }

    @Test func `who was told meets the contact, as a visit does`() throws {
        var urgent = ticket(.awaitingDispatch, [.urgency: "urgent"])
        urgent = after(urgent, .dispatch, ["assignee": "li-na"], by: chen, 1).ticket
        let told = after(urgent, .explain, ["body": "已电话说明"], at: now + 60_000, by: li, 2).ticket
        #expect(told.clock(.contact)?.metAt == now + 60_000 && told.clock(.contact)?.standing(at: now) == .met)
    }
}
