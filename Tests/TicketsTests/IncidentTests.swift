import Changeset
import Testing
import Tickets

/// Several callers, one incident: merged, due with it, answered together, and what is proposed as one.
@Suite struct IncidentTests {
    private let li = author(Cast.worker)
    private let chen = author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)
    private let hour: Milliseconds = 3_600_000
    private let parent = TicketID(bytes: [UInt8](repeating: 8, count: 16))!
    private let other = TicketID(bytes: [UInt8](repeating: 9, count: 16))!

    private struct Way {
        var ticket: Ticket
        var number = 0
        var moment = now

        @discardableResult
        mutating func give(_ kind: CommandKind, _ arguments: [String: Value] = [:], by author: Author) -> Decision {
            number += 1
            var context = context(author)
            context.occurredAt = moment
            let decision = decide(command(kind, arguments, number: number), on: ticket, in: context)
            ticket = ticket.applying(decision.changes)
            return decision
        }
    }

    private func order(_ parent: TicketID, due: Milliseconds? = nil) -> [String: Value] {
        var order: [String: Value] = ["parent": .text(parent.description), "number": "20260201-000007"]
        if let due { order["due_at"] = .integer(due) }
        return order
    }

    private func made() -> Way {
        var way = Way(ticket: ticket(.awaitingDispatch))
        let create = decide(command(.create, ["title": "停电"], number: 900), on: nil, in: context(chen))
        for case .insert(.clock, let row) in create.changes {
            var row = row
            row[1] = ticketID.value
            way.ticket.apply(.insert(.clock, row))
        }
        return way
    }

    @Test func `a ticket that had no due date has none again, whichever incidents it went through`() {
        var way = made()
        #expect(way.ticket[.dueAt] == .null)
        way.give(.merge, order(parent, due: now + hour), by: chen)
        way.give(.merge, order(other), by: chen)
        #expect(way.ticket.incident?.parent == other && way.ticket.incident?.ownDueAt == nil)
        #expect(way.ticket[.dueAt] == .null, "the date of the incident that it left is none of its own")
        way.give(.unmerge, ["body": "x"], by: chen)
        #expect(way.ticket[.dueAt] == .null && way.ticket.incident == nil)
    }

    @Test func `as long as its incident has no date, a ticket is due when it was, whichever incident it left`() throws {
        var way = made()
        way.give(.dispatch, ["assignee": "li-na"], by: chen)
        let own = try #require(way.ticket[.dueAt].int)
        for into in [order(other), order(parent, due: own + hour), order(other)] {
            way.give(.merge, into, by: chen)
            let due = into["due_at"]?.int ?? own
            #expect(way.ticket[.dueAt].int == due && way.ticket.clock(.resolution)?.due == due)
        }
        let sum = Rules.embedded.whyDue(way.ticket)
        #expect(sum.count == 2 && sum[1].english.hasSuffix("  due as before: that one has no date yet"))
        #expect(way.give(.merge, order(other), by: chen).reason == .nothingToDo)
        way.give(.merge, order(other, due: own - hour), by: chen)
        #expect(way.ticket[.dueAt].int == own - hour, "from its dispatch on the incident's date counts, also an earlier one")
        way.give(.unmerge, ["body": "x"], by: chen)
        #expect(way.ticket[.dueAt].int == own)
    }

    @Test func `merged, a ticket is due with its incident, and steps from the field are superseded with their words`() throws {
        var way = made()
        way.give(.dispatch, ["assignee": "li-na"], by: chen)
        let own = try #require(way.ticket[.dueAt].int)
        way.give(.accept, by: li)
        #expect(way.give(.merge, order(way.ticket.id), by: chen).fault == ArgumentFault("parent", .outOfRange))
        #expect(way.give(.unmerge, ["body": "x"], by: chen).reason == .noIncident)
        #expect(way.give(.merge, order(parent, due: own + hour), by: chen).verdict == .applied)
        #expect(way.ticket.state == .merged && way.ticket[.dueAt].int == own + hour && way.ticket.assignee == "li-na")
        #expect(way.ticket.clock(.resolution)?.due == own + hour && way.ticket.clock(.resolution)?.isRunning == true)
        #expect(way.ticket.incident?.parent == parent && way.ticket.incident?.ownDueAt == own)
        #expect(way.ticket.incidents.allSatisfy { Incident(row: $0.row(of: way.ticket.id)) == $0 })
        let sum = Rules.embedded.whyDue(way.ticket)
        #expect(sum.count == 2 && sum[0].english.hasSuffix("part of incident 20260201-000007: its clock counts"))
        #expect(sum[1].chinese.hasSuffix("随其到期"))
        for kind in [CommandKind.resolve, .return, .dispute, .whistle, .finishPart] {
            let said = way.give(kind, kind == .whistle ? ["units": "u-road", "body": "x"] : ["body": "已处理"], by: li)
            #expect(
                said.verdict == .superseded && said.reason == .partOfIncident && said.changes.map(\.table) == [.note], "\(kind)")
        }
        #expect(way.give(.note, ["body": "变压器已烧毁"], by: li).verdict == .applied)
        for kind in [CommandKind.dispatch, .assign] {
            #expect(way.give(kind, ["assignee": "zhang-wei"], by: chen).reason == .partOfIncident)
        }
        #expect(way.give(.close, by: chen).reason == .partOfIncident)
        // The other one's date moves.
        #expect(way.give(.merge, order(parent, due: own + hour), by: chen).reason == .nothingToDo)
        #expect(way.give(.merge, order(parent, due: own + 5 * hour), by: chen).verdict == .applied)
        #expect(way.ticket[.dueAt].int == own + 5 * hour && way.ticket.incident?.dueAt == own + 5 * hour)
        // Into another one, and out again.
        way.give(.merge, order(other), by: chen)
        #expect(way.ticket.incidents.map { $0.endedAt == nil }.sorted { !$0 && $1 } == [false, true])
        #expect(way.ticket.incident?.parent == other && way.ticket.incident?.ownDueAt == own)
        #expect(way.give(.unmerge, ["body": "并非同一事件"], by: chen).verdict == .applied)
        #expect(way.ticket.state == .awaitingDispatch && way.ticket[.dueAt].int == own && way.ticket.incident == nil)
        #expect(way.ticket.clock(.resolution)?.due == own)
        #expect(way.give(.dispatch, ["assignee": "li-na"], by: chen).verdict == .applied && way.ticket[.dueAt].int == own)
    }

    @Test func `the calendar moves what a part is due itself, which it shows as long as its incident has no date`() throws {
        var way = made()
        way.give(.dispatch, ["assignee": "li-na"], by: chen)
        let own = try #require(way.ticket[.dueAt].int)
        func moved(_ due: Milliseconds, in incident: TicketID) -> [String: Value] {
            ["parent": .text(incident.description), "own_due_at": .integer(due)]
        }
        #expect(way.give(.merge, moved(own + hour, in: parent), by: chen).verdict == .superseded)
        #expect(way.ticket.state == .dispatched, "a ticket that stands alone does not go into an incident by it")
        way.give(.merge, order(parent), by: chen)
        #expect(way.give(.merge, moved(own + hour, in: parent), by: chen).verdict == .applied)
        #expect(way.ticket[.dueAt].int == own + hour && way.ticket.clock(.resolution)?.due == own + hour)
        #expect(way.ticket.incident?.number == "20260201-000007" && way.ticket.incident?.dueAt == nil)
        way.give(.merge, order(parent, due: own + 9 * hour), by: chen)
        #expect(way.give(.merge, moved(own + 2 * hour, in: parent), by: chen).verdict == .applied)
        #expect(way.ticket[.dueAt].int == own + 9 * hour && way.ticket.incident?.dueAt == own + 9 * hour)
        #expect(way.give(.merge, moved(own + 2 * hour, in: parent), by: chen).reason == .nothingToDo, "given again")
        #expect(way.give(.merge, moved(own, in: other), by: chen).verdict == .superseded)
        way.give(.unmerge, ["body": "x"], by: chen)
        #expect(way.ticket[.dueAt].int == own + 2 * hour && way.ticket.clock(.resolution)?.due == own + 2 * hour)
    }

    @Test func `the one reply closes it, and it counts as resolved when its incident was`() throws {
        var way = made()
        way.give(.dispatch, ["assignee": "li-na"], by: chen)
        way.give(.merge, order(parent, due: now + 9 * hour), by: chen)
        way.moment += 20 * hour
        #expect(
            way.give(.reply, ["body": "已恢复供电", "resolved_at": .integer(now + 8 * hour)], by: chen).changes.contains {
                $0.table == .note
            })
        #expect(way.ticket.state == .closed && way.ticket[.closedAt].int == way.moment)
        #expect(way.ticket.clock(.resolution)?.standing(at: way.moment) == .met && way.ticket.clocks.allSatisfy { !$0.isRunning })
        #expect(way.give(.reply, ["body": "再答"], by: chen).reason == .closed)
    }

    @Test func `a ticket that nobody had dispatched owes no dispatch while it is merged, and owes it again when it is not`() {
        var way = made()
        #expect(way.ticket.clock(.dispatch)?.isRunning == true)
        way.give(.merge, order(parent), by: chen)
        #expect(way.ticket.clock(.dispatch)?.standing(at: now) == .ended)
        #expect(Rules.embedded.whyDue(way.ticket).last?.english == "no due date yet: its clock starts at the dispatch")
        way.give(.unmerge, ["body": "x"], by: chen)
        #expect(way.ticket.clock(.dispatch)?.isRunning == true)
        way.give(.merge, order(parent, due: now + hour), by: chen)
        way.give(.reply, ["body": "已恢复"], by: chen)
        #expect(way.ticket.state == .closed && way.ticket[.resolvedAt] == .null && way.ticket.clock(.resolution) == nil)
    }

    @Test func `one category, one place, close in time and alike in words: that is proposed, the largest group first`() {
        func one(_ number: UInt8, _ text: String, at minutes: Int64, _ area: String? = "g1", _ category: String? = "0101")
            -> DuplicateCandidate
        {
            DuplicateCandidate(
                id: TicketID(bytes: [UInt8](repeating: number, count: 16))!, category: category, area: area,
                at: now + minutes * 60_000,
                text: text, isParent: number == 3)
        }
        func names(_ group: DuplicateGroup) -> [UInt8] { [group.parent.bytes[0]] + group.others.map { $0.bytes[0] } }
        let rules = DuplicateRules(Profile.hotan)
        let found = rules.groups(of: [
            one(1, "文化街停电了", at: 0), one(2, "文化街停电", at: 5), one(3, "文化街停电，请抢修", at: 9),
            one(4, "文化街停电", at: 60 * 25), one(5, "路灯不亮", at: 6), one(6, "文化街停电", at: 7, "g2"),
            one(7, "文化街停电", at: 8, "g1", "0202"), one(8, "文化街停电", at: 8, nil), one(9, "暖气不热", at: 7, "g3"),
            one(10, "暖气完全不热", at: 9, "g3"),
        ])
        #expect(found.map(names) == [[3, 1, 2], [9, 10]], "the one that is a parent already is proposed as such")
        #expect(found.map(\.area) == ["g1", "g3"])
        #expect(DuplicateRules(window: 24 * hour, least: 3, similarityPercent: 30).groups(of: []).isEmpty)
        let many = (0..<5).map { one(UInt8(20 + $0), "停水", at: Int64($0)) }
        #expect(DuplicateRules(window: hour, least: 6, similarityPercent: 0).groups(of: many).isEmpty)
        #expect(
            DuplicateRules(window: hour, least: 5, similarityPercent: 100).groups(of: many).map(names) == [[20, 21, 22, 23, 24]])
    }
}
