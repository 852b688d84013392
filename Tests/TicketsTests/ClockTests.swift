import Changeset
import Testing
import Tickets

@Suite struct ClockTests {
    private let chen = author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)
    private let hour: Milliseconds = 3_600_000

    private func at(_ moment: Milliseconds, by author: Author, rules: Rules = .embedded) -> DecisionContext {
        DecisionContext(
            author: author, occurredAt: moment, side: .centre, rules: rules, directory: Cast.directory)
    }

    /// Taken in at `now`, dispatched after `minutes`.
    private func dispatched(_ arguments: [String: Value] = [:], after minutes: Int64 = 10, urgency: Value = "normal") throws
        -> Ticket
    {
        let create = command(.create, ["title": "暖气不热", "urgency": urgency], number: 1)
        let made = decide(create, on: nil, in: at(now, by: chen))
        guard case .insert(.ticket, let row)? = made.changes.first else { throw RulesError.missing(file: "-", key: "ticket") }
        let ticket = Ticket(row: row).applying(Array(made.changes.dropFirst()))
        return try step(
            ticket, .dispatch, arguments.merging(["assignee": "li-na"]) { $1 }, at: now + minutes * 60_000, by: chen, 2)
    }

    private func step(
        _ ticket: Ticket, _ kind: CommandKind, _ arguments: [String: Value] = [:], at moment: Milliseconds, by author: Author,
        _ number: Int, rules: Rules = .embedded
    ) throws -> Ticket {
        let one = Command(id: commandID(number), kind: kind, ticket: ticket.id, arguments: arguments)
        let decision = decide(one, on: ticket, in: at(moment, by: author, rules: rules))
        #expect(decision.verdict == .applied, "\(kind): \(decision.reason)")
        return ticket.applying(decision.changes)
    }

    private let li = author(Cast.worker)

    @Test func `the dispatch is owed from taking in, the resolution from the dispatch, with its class and days`() throws {
        let ticket = try dispatched(after: 31)
        let dispatch = try #require(ticket.clock(.dispatch))
        #expect((dispatch.start, dispatch.due) == (now, now + 30 * 60_000))
        #expect(dispatch.metAt == now + 31 * 60_000 && dispatch.metBy == commandID(2))
        #expect(dispatch.standing(at: now + 99 * hour) == .metLate)
        let resolution = try #require(ticket.clock(.resolution))
        #expect((resolution.deadlineClass, resolution.days, resolution.source) == (.general, 3, "hotan 1"))
        #expect(resolution.due == ticket[.dueAt].int && resolution.start == ticket[.dispatchedAt].int && resolution.isRunning)
        #expect(ticket.clock(.contact) == nil)
        #expect(ticket.clocks.map(\.kind) == [.dispatch, .resolution])
    }

    @Test func `a resolution meets its clock by when it happened, and taken back it runs again`() throws {
        var ticket = try dispatched()
        ticket = try step(ticket, .accept, at: now + hour, by: li, 3)
        ticket = try step(ticket, .resolve, ["body": "已修复"], at: now + 2 * hour, by: li, 4)
        #expect(ticket.clock(.resolution)?.metAt == now + 2 * hour && ticket.clock(.resolution)?.metBy == commandID(4))
        #expect(ticket.clock(.resolution)?.standing(at: .max) == .met)
        var context = at(now + 3 * hour, by: li)
        context.override = true
        context.target = RetractTarget(
            person: "li-na", kind: .resolve, ticket: ticket.id, standing: .effective,
            changes: [
                updated(
                    .ticket, ticket.id.value,
                    [
                        TicketColumn.state.index: ("awaiting-handling", "handled"),
                        TicketColumn.resolvedAt.index: (.null, .integer(now + 2 * hour)),
                    ])
            ])
        let retract = Command(
            id: commandID(5), kind: .retract, ticket: ticket.id, arguments: ["target": .text(commandID(4).description)])
        let back = ticket.applying(decide(retract, on: ticket, in: context).changes)
        #expect(back.state == .awaitingHandling)
        #expect(back.clock(.resolution)?.isRunning == true && back.clock(.resolution)?.metBy == nil)
    }

    /// li, offline: visits at 1 h, comes back at 9 h | wang, offline: visits at 3 h, comes back at 5 h
    @Test func `the contact is met by the earliest visit that found somebody, whichever arrives first`() throws {
        let wang = author(Cast.helper)
        var ticket = try dispatched(["helpers": "wang-fang"], urgency: "urgent")
        let contact = try #require(ticket.clock(.contact))
        #expect(contact.due == contact.start + 2 * hour)
        ticket = try step(ticket, .visit, ["body": "无人", "outcome": "absent"], at: now + hour / 2, by: wang, 3)
        #expect(ticket.clock(.contact)?.isRunning == true, "nobody was there")
        ticket = try step(ticket, .visit, ["body": "已见", "outcome": "met"], at: now + 3 * hour, by: wang, 4)
        #expect(ticket.clock(.contact)?.standing(at: now) == .metLate)
        let visit = decide(
            Command(id: commandID(5), kind: .visit, ticket: ticket.id, arguments: ["body": "已见"]), on: ticket,
            in: at(now + hour, by: li))
        let after = ticket.applying(visit.changes)
        #expect(after.clock(.contact)?.metAt == now + hour && after.clock(.contact)?.metBy == commandID(5))
        let later = try step(after, .visit, ["body": "再访"], at: now + 4 * hour, by: li, 6)
        #expect(later.clock(.contact)?.metBy == commandID(5), "a later one changes nothing")
        // The earlier visit is taken back: the contact is what it was before.
        var context = at(now + 5 * hour, by: li)
        context.override = true
        let target = Command(
            id: commandID(7), kind: .retract, ticket: ticket.id, arguments: ["target": .text(commandID(5).description)])
        context.target = RetractTarget(
            person: "li-na", kind: .visit, ticket: ticket.id, standing: .effective,
            changes: [
                Change(
                    table: "note", keyOrdinals: [1] + [UInt8](repeating: 0, count: 7), operation: .insert, isIndirect: false,
                    old: [], new: [.blob(commandID(5).derived(1))] + [Value?](repeating: .null, count: 7)),
                updated(
                    .clock, .blob(contact.id),
                    [
                        ClockColumn.metAt.index: (.integer(now + 3 * hour), .integer(now + hour)),
                        ClockColumn.metBy.index: (commandID(4).value, commandID(5).value),
                    ]),
            ])
        let back = later.applying(decide(target, on: later, in: context).changes)
        #expect(back.clock(.contact)?.metAt == now + 3 * hour && back.clock(.contact)?.metBy == commandID(4))
    }

    @Test func `a date set by hand moves the clock and keeps what gave it; another class replaces it`() throws {
        var ticket = try dispatched(urgency: "urgent")
        let due = ticket[.dueAt].int ?? 0
        ticket = try step(ticket, .edit, ["due_at": .integer(due + 24 * hour)], at: now + hour, by: chen, 3)
        let moved = try #require(ticket.clock(.resolution))
        #expect((moved.due, moved.deadlineClass, moved.days) == (due + 24 * hour, .urgent, 1))
        let lines = Rules.embedded.whyDue(ticket).map(\.english)
        #expect(lines.last { $0.contains("due instead") }?.contains("set by hand") == true, "\(lines)")
        ticket = try step(ticket, .accept, at: now + hour, by: li, 4)
        ticket = try step(ticket, .return, ["body": "不属本网格"], at: now + 2 * hour, by: li, 5)
        ticket = try step(
            ticket, .dispatch, ["assignee": "wang-fang", "class": "complex", "days": .integer(5)], at: now + 3 * hour, by: chen, 6
        )
        let anew = try #require(ticket.clock(.resolution))
        #expect((anew.deadlineClass, anew.days, anew.start) == (.complex, 5, moved.start), "the clock runs on through returns")
        #expect(ticket.clock(.contact)?.endedAt == now + 3 * hour, "complex has no such clock")
        guard case .chosen(let deadline) = Rules.embedded.basis(of: ticket) else {
            throw RulesError.missing(file: "-", key: "basis")
        }
        #expect(deadline.due == anew.due)
    }

    @Test func `what runs falls away with the ticket, what was met stays`() throws {
        let ticket = try step(try dispatched(urgency: "urgent"), .withdraw, at: now + hour, by: chen, 3)
        #expect(ticket.clock(.dispatch)?.endedAt == nil && ticket.clock(.dispatch)?.standing(at: .max) == .met)
        #expect([.resolution, .contact].allSatisfy { ticket.clock($0)?.standing(at: .max) == .ended })
    }

    @Test func `a report owes a dispatch from when the centre took it in, and nothing before`() throws {
        let report = command(.report, ["title": "路面塌陷"])
        #expect(!decide(report, on: nil, in: at(now, by: li)).changes.contains { $0.table == .clock })
        var context = at(now - 9 * hour, by: li)
        context.takenInAt = now
        let made = decide(report, on: nil, in: context)
        guard case .insert(.clock, let row)? = made.changes.last, let clock = Clock(row: row) else {
            Issue.record("no clock")
            return
        }
        #expect(clock.start == now && clock.due == now + 30 * 60_000)
    }

    @Test func `a newer profile does not change what an older one promised, nor how that is explained`() throws {
        let ticket = try dispatched()
        var rules = Rules.embedded
        rules.profile.version = 2
        rules.profile.deadlines[.general] = DeadlineRule(days: 9)
        let lines = rules.whyDue(ticket).map(\.english)
        #expect(lines == Rules.embedded.whyDue(ticket).map(\.english))
        #expect(lines.contains("general: 3 working days after the day of dispatch (profile hotan 1)"), "\(lines)")
        // Of a store that knew no clocks nobody can tell any more.
        var old = ticket
        old.clocks = []
        #expect(rules.whyDue(old).contains { $0.english.contains("not the sum of any class") })
    }

    @Test func `a clock's row reads back, and one of a newer release is passed over`() throws {
        var clock = Clock(.contact, of: ticketID, deadlineClass: .urgent, source: "hotan 1", start: 5, due: 9)
        (clock.metAt, clock.metBy) = (7, commandID(3))
        #expect(Clock(row: clock.row(of: ticketID)) == clock)
        var row = clock.row(of: ticketID)
        #expect(row.count == Table.clock.columns.count)
        row[ClockColumn.kind.index] = "moonrise"
        #expect(Clock(row: row) == nil && Clock(row: []) == nil)
        #expect(Set(ClockKind.allCases.map { Clock.id(of: $0, on: ticketID) }).count == ClockKind.allCases.count)
    }

    @Test(
        arguments: [
            (0, "0 minutes"), (1, "1 minute"), (60_001, "2 minutes"), (3_600_000, "1 hour"), (3_660_000, "1 hour 1 minute"),
            (86_400_000 * 2 + 3_600_000 * 3, "2 days 3 hours"),
        ] as [(Milliseconds, String)])
    func `a span of time is said in two units at most, begun minutes whole`(span: Milliseconds, words: String) {
        let clock = Clock(.dispatch, of: ticketID, source: "", start: 0, due: span)
        #expect(clock.line(at: 0).english.hasSuffix("  \(words) left"))
    }

    private func updated(_ table: Table, _ key: Value, _ columns: [Int: (Value, Value)]) -> Change {
        var (old, new) = (
            [Value?](repeating: nil, count: table.columns.count), [Value?](repeating: nil, count: table.columns.count)
        )
        old[0] = key
        for (index, values) in columns { (old[index], new[index]) = values }
        return Change(
            table: table.name, keyOrdinals: table.columns.indices.map { $0 == 0 ? 1 : 0 }, operation: .update, isIndirect: false,
            old: old, new: new)
    }
}
