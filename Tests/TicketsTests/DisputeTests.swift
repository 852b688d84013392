import Changeset
import Testing
import Tickets

/// Whose a ticket is, how often it bounces, who rules, when it is looked at again, and how it went from hand to hand.
@Suite struct DisputeTests {
    private let li = author(Cast.worker)
    private let chen = author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)
    private let day: Milliseconds = 86_400_000

    /// One ticket on its way, each step by a command with a number of its own.
    private struct Way {
        var ticket: Ticket
        var number = 0
        var rules = Rules.embedded
        var moment = now

        @discardableResult
        mutating func give(_ kind: CommandKind, _ arguments: [String: Value] = [:], by author: Author) -> Decision {
            number += 1
            var context = context(author, rules: rules)
            context.occurredAt = moment
            let decision = decide(command(kind, arguments, number: number), on: ticket, in: context)
            ticket = ticket.applying(decision.changes)
            return decision
        }
        var last: Value { .text(commandID(number).description) }
    }

    private func dispatched(rules: Rules = .embedded) -> Way {
        var way = Way(ticket: ticket(.awaitingDispatch), rules: rules)
        way.give(.dispatch, ["assignee": "li-na"], by: chen)
        return way
    }

    private func ruling(_ request: Value, _ level: String, to owner: String) -> [String: Value] {
        ["request": request, "level": .text(level), "assignee": .text(owner), "members": "纪委", "body": "依职责清单"]
    }

    @Test func `sent back twice, it is disputed; beyond the limit a joint ruling settles it, then a leader, finally`() throws {
        var way = dispatched()
        for _ in 0..<2 {
            #expect(way.give(.return, ["body": "不属本网格"], by: li).verdict == .applied)
            way.give(.dispatch, ["assignee": "li-na"], by: chen)
        }
        #expect(way.ticket.bounceCount == 2 && way.ticket.transferCount == 0, "given out to the same person again")
        let third = way.give(.return, ["body": "还是不属"], by: li)
        #expect(
            (third.verdict, third.reason) == (.rejected, .disputeIt) && third.changes.map(\.table) == [.note], "its words stay")
        let due = way.ticket[.dueAt].int
        #expect(way.give(.dispute, ["body": "路段由公路局管养"], by: li).verdict == .applied)
        let request = way.last
        #expect(way.ticket[.dueAt].int == due && way.ticket.clock(.resolution)?.isRunning == true, "the clock runs on")
        #expect(way.ticket.clock(.answer)?.isRunning == true)
        for kind in [CommandKind.grant, .refuse] {
            let answer = way.give(
                kind,
                ["request": request, "assignee": "zhang-wei", "body": "x"].filter { kind == .grant || $0.key != "assignee" },
                by: chen)
            #expect((answer.verdict, answer.reason) == (.rejected, .rulingFirst))
        }
        #expect(way.give(.rule, ruling(request, "sign-off", to: "zhang-wei"), by: chen).reason == .rulingFirst)
        #expect(way.give(.rule, ruling(request, "ruling", to: "zhang-wei"), by: chen).verdict == .applied)
        #expect(way.ticket.assignee == "zhang-wei" && way.ticket.state == .dispatched && way.ticket.clock(.answer)?.metBy != nil)
        #expect(way.ticket.requests.map(\.state) == [.granted] && way.ticket.isRuled && !way.ticket.isSignedOff)
        #expect(way.ticket.transfers.last.map { [$0.kind, $0.giver, $0.taker] } == ["rule", "li-na", "zhang-wei"])
        // Disputed again by whom it was ruled to: only a leader decides, and then nobody disputes it any more.
        let zhang = author(Cast.other)
        #expect(way.give(.return, ["body": "不办"], by: zhang).reason == .disputeIt)
        #expect(way.give(.dispute, ["body": "仍不属"], by: zhang).verdict == .applied)
        let again = way.last
        #expect(way.give(.rule, ruling(again, "ruling", to: "li-na"), by: chen).reason == .signOffFirst)
        #expect(way.give(.grant, ["request": again, "assignee": "li-na"], by: chen).reason == .signOffFirst)
        #expect(way.give(.rule, ruling(again, "sign-off", to: "zhang-wei"), by: chen).verdict == .applied)
        #expect(way.ticket.assignee == "zhang-wei" && way.ticket.requests.last?.state == .refused && way.ticket.isSignedOff)
        for kind in [CommandKind.dispute, .return] { #expect(way.give(kind, ["body": "x"], by: zhang).reason == .signedOff) }
        #expect(
            way.ticket.rungs.map(\.level) == [.ruling, .signOff]
                && way.ticket.rungs.allSatisfy { $0.author == Cast.dispatcher.id })
    }

    @Test
    func `within the limit the dispatcher grants a dispute to somebody, and it falls away if the ticket goes to another first`() {
        var way = dispatched()
        way.give(.accept, by: li)
        way.give(.dispute, ["body": "不属本单位"], by: li)
        let request = way.last
        #expect(way.give(.grant, ["request": request], by: chen).fault == ArgumentFault("assignee", .missing))
        #expect(
            way.give(.grant, ["request": request, "assignee": "li-na"], by: chen).fault == ArgumentFault("assignee", .outOfRange))
        #expect(way.give(.grant, ["request": request, "assignee": "nobody"], by: chen).reason == .unknownPerson)
        var other = way
        other.give(.assign, ["assignee": "zhang-wei"], by: chen)
        #expect(other.ticket.requests.map(\.state) == [.withdrawn] && other.ticket.bounceCount == 0)
        #expect(way.give(.grant, ["request": request, "assignee": "wang-fang"], by: chen).verdict == .applied)
        #expect(way.ticket.assignee == "wang-fang" && way.ticket.state == .dispatched && way.ticket[.acceptedAt] == .null)
        #expect(way.ticket.helpers.isEmpty && way.ticket.transferCount == 1 && way.ticket.bounceCount == 1)
        #expect(way.ticket[.firstResponsible].string == "li-na", "the first stays responsible")
    }

    @Test func `long-term wants a day to come, leaves overdue only by the grant, and the day has a clock of its own`() throws {
        var way = dispatched()
        let due = try #require(way.ticket[.dueAt].int)
        way.moment = due + day
        for (until, reason) in [(due, Reason.pastDate), (due + 400 * day, .beyondCap)] {
            #expect(way.give(.defer, ["until": .integer(until), "body": "须立项"], by: li).reason == reason)
        }
        #expect(
            way.give(.defer, ["until": .integer(due + 90 * day), "body": "须立项"], by: li).verdict == .applied, "although overdue")
        let request = way.last
        #expect(way.ticket[.dueAt].int == due && way.ticket.clock(.review) == nil)
        way.give(.grant, ["request": request, "until": .integer(due + 60 * day)], by: chen)
        #expect(way.ticket[.dueAt].int == due + 60 * day && way.ticket.longTerm?.dueAt == due + 60 * day)
        #expect(way.ticket.clock(.review).map { [$0.start, $0.due] } == [due + day, due + 60 * day])
        #expect(Rules.embedded.whyDue(way.ticket).contains { $0.english.hasSuffix("long-term granted until then") })
        // Looked at again: another day, or no.
        way.moment = due + 59 * day
        way.give(.defer, ["until": .integer(due + 100 * day), "body": "仍在施工"], by: li)
        way.give(.refuse, ["request": way.last, "body": "请办结"], by: chen)
        #expect(way.ticket.clock(.review)?.metAt == due + 59 * day && way.ticket[.dueAt].int == due + 60 * day)
    }

    @Test func `away from the first unit only by a supervisor's approval, where the profile says so`() {
        var rules = Rules.embedded
        rules.profile.approvesLeavingFirstUnit = true
        var way = dispatched(rules: rules)
        let free = way.give(.assign, ["assignee": "zhang-wei", "approved_by": "chen-jie"], by: chen)
        #expect((free.verdict, free.reason) == (.rejected, .needsApproval), "a dispatcher approves nothing")
        var context = context(chen, rules: rules)
        context.directory?.people["qin-feng"] = Person(id: "qin-feng", name: "秦风", role: .supervisor)
        let approved = decide(
            command(.assign, ["assignee": "zhang-wei", "approved_by": "qin-feng"], number: 50), on: way.ticket, in: context)
        #expect(approved.verdict == .applied)
        #expect(way.ticket.applying(approved.changes).transfers.map(\.approvedBy) == ["qin-feng"])
        #expect(dispatchedFreely(), "no other city asks")
    }

    private func dispatchedFreely() -> Bool {
        var way = dispatched()
        return way.give(.assign, ["assignee": "zhang-wei"], by: chen).verdict == .applied && way.ticket.transferCount == 1
    }

    @Test func `every urging is a note of its own`() {
        var way = dispatched()
        for number in 1...3 {
            #expect(way.give(.urge, ["body": .text("第\(number)次")], by: chen).changes.map(\.table) == [.note])
        }
        #expect(way.ticket.noteIDs.count == 3)
    }
}
