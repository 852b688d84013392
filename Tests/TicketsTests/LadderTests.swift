import Changeset
import Testing
import Tickets

/// The supervision ladder: one step after the other, each with its record, the last one perhaps for supervisors alone.
@Suite struct LadderTests {
    private let chen = author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)
    private let qin = author(
        Person(id: "qin-feng", name: "秦风", role: .supervisor), heldAtSeen: false, holdsNow: false)
    private let day: Milliseconds = 86_400_000

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
    }

    private func step(_ code: String, due: Milliseconds? = nil) -> [String: Value] {
        var order: [String: Value] = ["step": .text(code), "members": "住建局,电力公司", "decision": "三日内换缆", "body": "属地无法处置"]
        if let due { order["due_at"] = .integer(due) }
        return order
    }
    private let failed: [String: Value] = ["outcome": "failed", "body": "产权单位拒不配合"]

    private func dispatched(_ rules: Rules = .embedded) -> Way {
        var way = Way(ticket: ticket(.awaitingDispatch), rules: rules)
        way.give(.dispatch, ["assignee": "li-na"], by: chen)
        return way
    }

    @Test func `each step needs the failure of the one below, and only a decision with a date moves the clock`() throws {
        var way = dispatched()
        let due = try #require(way.ticket[.dueAt].int)
        #expect(way.give(.escalate, step("county-meeting"), by: chen).reason == .stepOrder)
        #expect(way.give(.conclude, ["outcome": "settled", "body": "x"], by: chen).reason == .noStepOpen, "nothing was opened")
        #expect(way.give(.conclude, failed, by: chen).verdict == .applied)
        let lowest = try #require(way.ticket.ladderStep)
        #expect(lowest.step == "local" && lowest.members == "li-na" && lowest.outcome == .failed && lowest.at == now)
        #expect(way.give(.escalate, step("task-force"), by: chen).reason == .stepOrder, "a step is skipped")
        for unknown in ["nowhere", "local"] {
            let said = way.give(.escalate, step(unknown), by: chen)
            #expect(
                said.reason == .unknownStep && said.fault == ArgumentFault("step", .notOneOf(["county-meeting", "task-force"])))
        }
        #expect(way.give(.escalate, step("county-meeting", due: now - 1), by: chen).reason == .pastDate)
        #expect(way.give(.escalate, step("county-meeting"), by: chen).verdict == .applied)
        #expect(way.ticket[.dueAt].int == due && way.ticket.clock(.resolution)?.isRunning == true, "a meeting stops no clock")
        #expect(way.give(.escalate, step("task-force"), by: chen).reason == .stepOrder, "the meeting has no outcome yet")
        #expect(way.ticket.openStep?.step == "county-meeting")
        way.moment += day
        way.give(.conclude, failed, by: chen)
        let later = due + 20 * day
        #expect(way.give(.escalate, step("task-force", due: later), by: chen).verdict == .applied)
        #expect(way.ticket[.dueAt].int == later && way.ticket.clock(.resolution)?.due == later)
        let sum = Rules.embedded.whyDue(way.ticket)
        #expect(sum.contains { $0.english.hasSuffix("decided: prefecture task force") && $0.chinese.hasSuffix("地区专项工作组决定的时限") })
        #expect(!sum.contains { $0.english.contains("by hand") })
        way.give(.conclude, ["outcome": "settled", "body": "已换缆"], by: chen)
        #expect(way.give(.escalate, step("task-force"), by: chen).reason == .stepOrder)
        #expect(way.give(.conclude, failed, by: chen).reason == .noStepOpen)
        #expect(way.ticket.escalations.map(\.place) == [1, 2, 3])
        #expect(way.ticket.escalations.map(\.outcome) == [.failed, .failed, .settled])
        #expect(way.ticket.escalations.allSatisfy { Escalation(row: $0.row(of: way.ticket.id)) == $0 })
    }

    @Test func `a date that a class gave anew is not moved by what was decided before`() throws {
        var way = dispatched()
        way.give(.conclude, failed, by: chen)
        way.give(.escalate, step("county-meeting", due: now + 40 * day), by: chen)
        let line = try #require(way.ticket.openStep).line(on: Profile.hotan.ladder) { $0 == "住建局" ? "住房局" : $0 }
        #expect(line.chinese.hasPrefix("县市联席会议（住房局、电力公司）：三日内换缆；时限 ") && line.chinese.hasSuffix("；进行中"))
        #expect(line.english.hasPrefix("county joint meeting (住房局, 电力公司): 三日内换缆; due "))
        var edited = way
        edited.give(.edit, ["due_at": .integer(now + 50 * day)], by: chen)
        #expect(Rules.embedded.whyDue(edited.ticket).last?.english.hasSuffix("due instead: a date set by hand") == true)
    }

    @Test func `a restricted step is opened, ended and read by supervisors alone`() throws {
        var rules = Rules.embedded
        rules.profile.ladder[2].isRestricted = true
        var way = dispatched(rules)
        way.give(.conclude, failed, by: chen)
        way.give(.escalate, step("county-meeting"), by: chen)
        way.give(.conclude, failed, by: chen)
        #expect(way.give(.escalate, step("task-force"), by: chen).reason == .notPermitted)
        #expect(way.give(.escalate, step("task-force"), by: qin).verdict == .applied)
        #expect(way.give(.conclude, failed, by: chen).reason == .notPermitted)
        #expect(way.ticket.withoutRestricted.escalations.map(\.step) == ["local", "county-meeting"])
        #expect(way.give(.conclude, failed, by: qin).verdict == .applied && way.ticket.openStep == nil)
    }

    @Test func `units supervise together from a step on, each by a clock of its own, until the step ends`() throws {
        var rules = Rules.embedded
        rules.profile.ladder[1].unitsLeast = 2
        var way = dispatched(rules)
        way.ticket[.unit] = "u-street"
        way.give(.conclude, failed, by: chen)
        func units(_ names: String) -> [String: Value] {
            step("county-meeting").merging(["units": .text(names)]) { $1 }
        }
        for refused in [step("county-meeting"), units("u-housing"), units("u-housing,u-street,u-water")] {
            #expect(way.give(.escalate, refused, by: chen).reason == .superviseJointly)
        }
        #expect(way.give(.escalate, units("u-housing, u-water"), by: chen).verdict == .applied)
        let parts = way.ticket.parts
        #expect(parts.map(\.unit).sorted() == ["u-housing", "u-water"] && parts.allSatisfy { $0.role == .jointSupervisor })
        #expect(scopes(of: way.ticket).isSuperset(of: ["u:u-housing", "u:u-water"]))
        func of(_ unit: String) -> Author { author(Person(id: "of-" + unit, name: unit, role: .unit, unit: unit)) }
        func clock(_ unit: String) -> Clock? {
            way.ticket.clocks.first { clock in parts.contains { $0.id == clock.id && $0.unit == unit } }
        }
        let due = now + Milliseconds(rules.profile.superviseHours) * 3_600_000
        #expect(["u-housing", "u-water"].allSatisfy { clock($0)?.kind == .supervise && clock($0)?.due == due })
        way.moment += 1000
        way.give(.urge, ["body": "请今日整改"], by: of("u-housing"))
        way.moment += 1000
        // The report comes after the first word, and is no share that keeps the ticket open.
        #expect(way.give(.reportIn, ["body": "已到现场督办"], by: of("u-housing")).verdict == .applied)
        #expect(clock("u-housing")?.metAt == now + 1000 && clock("u-water")?.isRunning == true)
        #expect(way.give(.reportIn, by: of("u-housing")).reason == .alreadyReported)
        #expect(way.give(.finishPart, ["body": "完成"], by: of("u-housing")).reason == .noPart)
        #expect(way.give(.reportIn, by: of("u-road")).reason == .noPart)
        way.give(.conclude, failed, by: chen)
        #expect(way.ticket.parts.allSatisfy { $0.endedAt == way.moment })
        #expect(clock("u-water")?.endedAt == way.moment && clock("u-housing")?.endedAt == nil, "what was met stays met")
        #expect(scopes(of: way.ticket).isDisjoint(with: ["u:u-housing", "u:u-water"]))
    }

    @Test func `a leader settles on the spot at any step, by name`() throws {
        var way = dispatched()
        let spot: [String: Value] = ["outcome": "on-the-spot", "body": "现场确定方案", "leader": "chen-jie"]
        for (wrong, fault) in [
            (["outcome": "on-the-spot", "body": "x"], ArgumentFault("leader", .missing)),
            (["outcome": "failed", "body": "x", "leader": "chen-jie"], ArgumentFault("leader", .needs("outcome"))),
        ] as [([String: Value], ArgumentFault)] {
            #expect(way.give(.conclude, wrong, by: chen).fault == fault)
        }
        #expect(way.give(.conclude, spot.merging(["leader": "nobody"]) { $1 }, by: chen).reason == .unknownPerson)
        #expect(way.give(.conclude, spot, by: chen).verdict == .applied)
        let step = try #require(way.ticket.ladderStep)
        #expect(step.place == 1 && step.outcome == .onTheSpot && step.leader == "chen-jie")
        let line = step.line(on: Profile.hotan.ladder) { Cast.directory.people[$0]?.name ?? $0 }
        #expect(line.chinese.hasPrefix("属地办理（李娜）") && line.chinese.hasSuffix("；一把手现场调处 陈洁（现场确定方案）"))
        #expect(way.give(.escalate, self.step("county-meeting"), by: chen).reason == .stepOrder, "nothing is left to settle")
    }

    @Test func `a restricted step takes no units, whose shares would tell of it`() throws {
        var rules = Rules.embedded
        rules.profile.ladder = [rules.profile.ladder[0], LadderStep("discipline", "纪委监委", "discipline", isRestricted: true)]
        var way = dispatched(rules)
        way.give(.conclude, failed, by: chen)
        let refused = way.give(.escalate, step("discipline").merging(["units": "u-housing"]) { $1 }, by: qin)
        #expect(refused.fault == ArgumentFault("units", .outOfRange) && refused.changes.isEmpty)
    }

    @Test func `a ladder of a profile has no gap, no step twice, and nobody is kept from its lowest step`() throws {
        let city = ["profile": "x", "version": "1"]
        func ladder(_ entries: [String: String]) throws -> [LadderStep] {
            try Profile(entries: city.merging(entries) { $1 }).ladder
        }
        #expect(try ladder([:]) == LadderStep.standard)
        let two = try ladder([
            "ladder.1.code": "dispatch", "ladder.2.code": "discipline", "ladder.2.name": "纪委监委", "ladder.2.restricted": "yes",
        ])
        #expect(two.map(\.code) == ["dispatch", "discipline"] && two.map(\.isRestricted) == [false, true])
        #expect(two[1].chinese == "纪委监委" && two[1].english == "discipline", "a name that is left out is the code")
        for (entries, error) in [
            (["ladder.2.code": "b"], ProfileError.missing(key: "ladder.1.code")),
            (["ladder.1.code": "a", "ladder.3.code": "c"], .missing(key: "ladder.2.code")),
            (["ladder.1.code": "a", "ladder.2.code": "a"], .value(key: "ladder.2.code")),
            (["ladder.1.code": "a", "ladder.1.restricted": "yes"], .value(key: "ladder.1.restricted")),
            (["ladder.1.code": "a", "ladder.2.name": "乙"], .value(key: "ladder.2.name")),
            (["ladder.1.code": "a", "ladder.1.units": "2"], .value(key: "ladder.1.units")),
            (
                ["ladder.1.code": "a", "ladder.2.code": "b", "ladder.2.restricted": "yes", "ladder.2.units": "2"],
                .value(key: "ladder.2.units")
            ),
            (["ladder.1.code": "A b"], .value(key: "ladder.1.code")), (["ladder.7.code": "g"], .unknown(key: "ladder.7.code")),
        ] {
            #expect(throws: error) { try ladder(entries) }
        }
    }
}
