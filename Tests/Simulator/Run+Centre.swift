import Changeset
import Fixture
import Model
import ReplicaStore
import SyncProtocol
import SyncService
import Tickets

/// What people do at the centre.
extension Run {
    func centreActs(_ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        guard centre.service != nil else { return mark("centre is down") }
        step.touchesCentre = true
        switch event.kind {
        case .decide: try decide(event, &dice)
        case .ticket: try newTicket(event, &dice)
        case .move: try move(event, &dice)
        case .role: try changePerson(event, &dice)
        case .revoke: try revoke(event)
        default: try act(event, &dice)
        }
    }

    /// Whether an error of the service is what its disk, or the rules, explain.
    private func explain(_ error: any Error, _ what: String) throws {
        guard let error = error as? ServiceError else { throw error }
        switch error {
        case .storeUnavailable(let detail):
            guard hasDiskTrouble else { throw violation("I17", "\(what) at the centre: \(detail)") }
            hit(script.faults.contains(.centreFull) ? .centreFull : .centreError)
        default: mark("centre refused \(what)")
        }
    }

    /// Whether the centre's disk may refuse something.
    var hasDiskTrouble: Bool { has(.centreFull) || has(.centreError) || has(.centreCrashAt) || has(.centrePower) }

    /// Gives acts, and keeps what was acknowledged.
    private func perform(_ acts: [Act], by author: String = CentreFixture.dispatcher) throws -> [ActOutcome] {
        do {
            guard let outcomes = try centre.attempt({ try $0.performAndWait(acts, by: author) }) else {
                mark("centre died")
                return []
            }
            for (act, outcome) in zip(acts, outcomes) {
                mark("centre \(act.kind.rawValue) \(outcome.verdict.rawValue)")
                if outcome.sequence > 0 {
                    // An act is a command of a person too. One that is refused leaves nothing.
                    count("verdict \(outcome.verdict.rawValue)")
                    self.acts[act.id] = ActSeen(verdict: outcome.verdict, sequence: outcome.sequence)
                } else {
                    refusals.append(Refusal(act: act, author: author, verdict: outcome.verdict, reason: outcome.reason))
                }
            }
            return outcomes
        } catch {
            try explain(error, "act")
            return []
        }
    }

    /// Which `what` of an act is an edit of place, findings or tags.
    static let fieldEdits: Range<UInt32> = 22..<52

    private func act(_ event: Event, _ dice: inout SplitMix64) throws {
        let tickets = try centre.peek().rows("SELECT id, state FROM ticket WHERE deleted = 0 ORDER BY id")
        let count = tickets.count
        let row = tickets[min(Int(event.who % 1009) % count, Int(event.who / 1009 % 1013) % count)]
        guard let ticket = TicketID(row[0]) else { return }
        let someone = Value.text(devices[Int(dice.next() % UInt64(devices.count))].person)
        let other = Value.text(devices[Int(dice.next() % UInt64(devices.count))].person)
        // By the clock, so that no throw of the dice moves: now and then a leader is named, who may be nobody.
        var naming: [String: Value] = ["assignee": someone]
        let turn = script.isWide ? Int(clock.now / 1000 % 7) : .max
        if turn < 3 {
            naming = [
                "leader": turn == 0 ? .text("nobody") : other,
                "leader_level": .text(LeaderLevel.allCases[Int(clock.now / 7000 % 2)].rawValue),
            ]
        }
        if turn == 2 { naming["assignee"] = someone }
        // `fieldEdits` are places in here.
        var choices: [(CommandKind, [String: Value], Int)] = [
            (.assign, naming, 10), (.assign, ["assignee": someone, "helpers": other], 12),
            (.edit, ["location": .text(dice.chance(0.3) ? "东门" : "中心核定\(dice.next() % 1000)")], 12),
            (.edit, ["finding": .text(dice.chance(0.3) ? "西门" : "中心所见\(dice.next() % 1000)")], 12),
            (.edit, ["tags": .text(["积水", "停电,噪声", "占道"][Int(dice.next() % 3)])], 6),
            (.edit, ["urgency": .text(dice.chance(0.5) ? "urgent" : "normal")], 3),
            (.edit, ["title": .text("改题\(dice.next() % 100)")], 3),
            (.edit, ["latitude": .real(38), "longitude": .real(78)], 3),
            (.note, ["body": .text("中心批注")], 4), (.urge, ["body": .text("请尽快办理")], 4), (.withdraw, ["body": .text("撤回")], 7),
            (.close, ["body": .text("结案")], 2),
        ]
        switch row[1].string {
        case "received", "awaiting-dispatch", "returned":
            let route = event.what % 2 == 0 ? "path=u-1" : "rule=d-1 revision=\(event.what % 9) path=u-1"
            choices.append((.dispatch, ["assignee": someone, "helpers": other, "route": .text(route)], 70))
            choices.append((.dispatch, ["assignee": someone, "supervisor": .text(dice.chance(0.5) ? "u1" : "u2")], 20))
        // Given back by the citizen while somebody is at work on it.
        case "awaiting-handling": choices.append((.withdraw, ["body": .text("撤回")], 18))
        case "handled": choices.append((.close, ["body": .text("结案")], 12))
        default: break
        }
        try addAnswers(to: &choices, someone, &dice)
        try addSteps(to: &choices, &dice)
        try addMerging(to: &choices, tickets, &dice)
        if CommandKind(rawValue: "choose") != nil { try addChoice(to: &choices, &dice) }
        var pick = Int(event.what) % choices.reduce(0) { $0 + $1.2 }
        let chosen = choices.first { choice in
            pick -= choice.2
            return pick < 0
        }!
        let author = dice.chance(chosen.0.isAboutLadder ? 0.5 : 0.15) ? "qin-feng" : CentreFixture.dispatcher
        // Where the act is a choice, its ticket is the conflict's.
        let place = chosen.1["of-ticket"].flatMap { TicketID($0) } ?? ticket
        var arguments = chosen.1
        arguments["of-ticket"] = nil
        _ = try perform([Act(id: dice.commandID(), kind: chosen.0, ticket: place, arguments: arguments)], by: author)
    }

    /// Somebody asked for something; now and then it is answered twice.
    private func addAnswers(
        to choices: inout [(CommandKind, [String: Value], Int)], _ someone: Value, _ dice: inout SplitMix64
    ) throws {
        let requests = try centre.peek().rows(
            "SELECT id, ticket, state, kind FROM request WHERE deleted = 0 ORDER BY given_at, id")
        guard !requests.isEmpty else { return }
        let row = requests[Int(dice.next() % UInt64(requests.count))]
        guard let id = CommandID(row[0]) else { return }
        let weight = row[2].string == "pending" ? 14 : 2
        var arguments: [String: Value] = ["request": .text(id.description), "of-ticket": row[1]]
        switch row[3].string {
        case "dispute":
            arguments["assignee"] = someone
            var ruling = arguments
            ruling["level"] = .text(RungLevel.allCases[Int(dice.next() % 2)].rawValue)
            ruling["members"] = .text("纪委,法律顾问")
            ruling["body"] = .text("依职责清单")
            choices.append((.rule, ruling, weight))
        case "extension": if dice.chance(0.3) { arguments["days"] = .integer(Int64(dice.next() % 11) + 1) }
        default: break
        }
        choices.append((.grant, arguments, weight))
        for name in ["days", "assignee"] { arguments[name] = nil }
        arguments["body"] = .text("请按期办结")
        choices.append((.refuse, arguments, weight / 2))
    }

    /// A ticket that goes up the ladder, mostly one that has gone up before; now and then a step is skipped.
    private func addSteps(to choices: inout [(CommandKind, [String: Value], Int)], _ dice: inout SplitMix64) throws {
        let tickets = try centre.peek().rows(
            "SELECT t.id, max(e.place), min(e.outcome IS NOT NULL) FROM ticket t LEFT JOIN escalation e ON e.ticket = t.id AND e.deleted = 0 WHERE t.deleted = 0 AND t.dispatched_at IS NOT NULL GROUP BY t.id ORDER BY max(e.place) DESC, t.id"
        )
        guard !tickets.isEmpty else { return }
        let row = tickets[Int(min(dice.next() % UInt64(tickets.count), dice.next() % UInt64(tickets.count)))]
        let place = Int(row[1].int ?? 0)
        let ladder = RuleModel.ladder + ["nowhere"]
        var order: [String: Value] = [
            "of-ticket": row[0],
            "step": .text(ladder[dice.chance(0.8) ? max(1, place) : Int(dice.next() % UInt64(ladder.count))]),
            "members": .text("住建局,电力公司"), "decision": .text("限期整改"), "body": .text("属地无法处置"),
        ]
        if dice.chance(0.6) {
            let days = Int64(dice.next() % 9) - 1
            order["due_at"] = .integer(clock.now + days * 86_400_000)
        }
        // By the clock, so that no throw of the dice moves: now and then units supervise it together, or a leader settles it.
        let turn = script.isWide ? Int(clock.now / 1000 % 5) : .max
        if turn < 3 { order["units"] = .text(["u1", "u2", "u1,u2"][turn]) }
        choices.append((.escalate, order, row[2].int == 1 ? 14 : 3))
        let outcome = dice.chance(0.85) ? StepOutcome.failed : turn < 3 ? .onTheSpot : .settled
        var end: [String: Value] = ["of-ticket": row[0], "outcome": .text(outcome.rawValue), "body": .text("产权单位拒不配合")]
        if outcome == .onTheSpot { end["leader"] = .text(turn == 0 ? "nobody" : "qin-feng") }
        choices.append((.conclude, end, row[2].int == 1 ? 4 : 14))
    }

    /// A ticket that goes into another one, follows its date, comes out again, or is settled with it.
    private func addMerging(
        to choices: inout [(CommandKind, [String: Value], Int)], _ tickets: [[Value]], _ dice: inout SplitMix64
    ) throws {
        let (one, other) = (tickets[Int(dice.next() % UInt64(tickets.count))], tickets[Int(dice.next() % UInt64(tickets.count))])
        guard let parent = TicketID(other[0]) else { return }
        var order: [String: Value] = ["of-ticket": one[0], "parent": .text(parent.description), "number": .text("主单")]
        if dice.chance(0.6) { order["due_at"] = .integer(clock.now + Int64(dice.next() % 9) * 86_400_000) }
        choices.append((.merge, order, 8))
        let merged = try centre.peek().rows(
            "SELECT i.ticket, i.parent FROM incident i WHERE i.ended_at IS NULL AND i.deleted = 0 ORDER BY i.at, i.id")
        guard !merged.isEmpty else { return choices.append((.unmerge, ["of-ticket": one[0], "body": .text("并错")], 1)) }
        let row = merged[Int(dice.next() % UInt64(merged.count))]
        if dice.chance(0.5), let parent = TicketID(row[1]) {
            let date = clock.now + Int64(dice.next() % 5) * 86_400_000
            var again: [String: Value] = [
                "of-ticket": row[0], "parent": .text(parent.description), "due_at": .integer(date),
            ]
            // By the clock, so that no throw of the dice moves: now and then the calendar moves the ticket's own date.
            if script.isWide, clock.now / 1000 % 3 == 0 {
                again["own_due_at"] = .integer(date - 3_600_000)
                if clock.now / 1000 % 2 == 0 { again["due_at"] = nil }
            }
            choices.append((.merge, again, 6))
        }
        choices.append((.unmerge, ["of-ticket": row[0], "body": .text("经核实非同一事件")], 6))
        choices.append((.reply, ["of-ticket": row[0], "body": .text("已恢复供电")], 6))
    }

    private func addChoice(to choices: inout [(CommandKind, [String: Value], Int)], _ dice: inout SplitMix64) throws {
        guard let kind = CommandKind(rawValue: "choose") else { return }
        let conflicts = try centre.peek().rows(
            "SELECT command, field, ticket, theirs, ours FROM conflict WHERE deleted = 0 ORDER BY command, field")
        guard !conflicts.isEmpty else { return }
        let row = conflicts[Int(dice.next() % UInt64(conflicts.count))]
        guard let target = CommandID(row[0]) else { return }
        var arguments = choice(target, row, &dice)
        arguments["of-ticket"] = row[2]
        choices.append((kind, arguments, 14))
    }

    private func decide(_ event: Event, _ dice: inout SplitMix64) throws {
        let held = try centre.peek().rows(
            "SELECT id, kind, reason FROM command WHERE verdict = 'held' AND decision IS NULL ORDER BY seq")
        guard !held.isEmpty else { return mark("nothing to decide") }
        let row = held[Int(event.who) % held.count]
        guard let id = CommandID(row[0]) else { return }
        let decision: HeldDecision = [.accepted, .accepted, .declined, .amended][Int(event.what % 4)]
        let arguments: [String: Value] = decision == .amended && row[1].string != "retract" ? ["body": .text("经核对修正")] : [:]
        do {
            let outcome = try centre.attempt {
                try $0.decideHeldAndWait(
                    id, decision, reason: "核对", arguments: arguments, by: CentreFixture.dispatcher)
            }
            guard let outcome else { return mark("centre died") }
            decisions[id] = decision
            mark("decide \(row[2].string ?? "") \(decision.rawValue)")
            for follower in outcome.followed {
                if let followed = follower.decision { decisions[follower.command] = followed }
                mark("follower \(follower.reason)")
            }
        } catch {
            if case .refused(let reason)? = error as? ServiceError {
                refusedDecisions.append(RefusedDecision(id: id, decision: decision, reason: reason))
            }
            try explain(error, "decide \(row[2].string ?? "") \(decision.rawValue)")
        }
    }

    private func newTicket(_ event: Event, _ dice: inout SplitMix64) throws {
        let person = devices[Int(event.who) % devices.count].person
        let helper = devices[Int(event.what) % devices.count].person
        let made = try perform([
            Act(
                id: dice.commandID(), kind: .create, arguments: ["title": .text("新增\(event.what % 100)"), "name": .text("市民")])
        ])
        guard let ticket = made.first?.ticket, dice.chance(0.8) else { return }
        _ = try perform([
            Act(
                id: dice.commandID(), kind: .dispatch, ticket: ticket,
                arguments: ["assignee": .text(person), "helpers": .text(helper)])
        ])
    }

    /// A ticket changes grid, or a person does.
    private func move(_ event: Event, _ dice: inout SplitMix64) throws {
        if dice.chance(0.5) {
            let tickets = try centre.peek().rows("SELECT id FROM ticket WHERE deleted = 0 ORDER BY id")
            guard let ticket = TicketID(tickets[Int(event.who) % tickets.count][0]) else { return }
            _ = try perform([
                Act(
                    id: dice.commandID(), kind: .edit, ticket: ticket,
                    arguments: ["grid": dice.chance(0.8) ? .text(event.what % 2 == 0 ? "g1" : "g2") : .null])
            ])
        } else {
            try change(person: Int(event.who) % World.names.count) { $0.grid = event.what % 2 == 0 ? "g1" : "g2" }
        }
        hit(.scopeMoved)
    }

    /// A person changes profession or role. A role is most often taken from somebody who is at work, and given back later.
    private func changePerson(_ event: Event, _ dice: inout SplitMix64) throws {
        let isProfession = dice.chance(0.3)
        let (isTaken, role) = (dice.chance(0.75), [Role.worker, .leader, .worker][Int(dice.next() % 3)])
        try change(person: isProfession ? Int(event.who) % devices.count : busier(event)) { person in
            if isProfession {
                person.profession = World.professions[Int(event.what) % World.professions.count]
            } else {
                // By the clock, so that no throw of the dice moves: now and then citizens' data is kept from them, or is not any more.
                let given = script.isWide && clock.now / 1000 % 4 == 0 ? Role.volunteer : role
                person.role = person.role != .visitor && isTaken ? .visitor : given
            }
        }
        hit(.roleChanged)
    }

    /// Of two devices the one with more that the centre has not judged.
    private func busier(_ event: Event) throws -> Int {
        let (one, other) = (Int(event.who) % devices.count, Int(event.what) % devices.count)
        func unsent(_ index: Int) throws -> Int64 {
            try devices[index].peek().int("SELECT count(*) FROM command WHERE verdict IS NULL AND taken_back_at IS NULL")
        }
        return try unsent(one) < unsent(other) ? other : one
    }

    private func change(person index: Int, _ body: (inout Person) -> Void) throws {
        let id = index < devices.count ? devices[index].person : World.names[index]
        let row = try centre.peek().rows(
            "SELECT id, name, role, grid, unit, profession FROM person WHERE id = ? AND deleted = 0", [.text(id)]
        ).first
        guard let row, var person = Person(row: row) else { return }
        body(&person)
        do {
            let done: Void? = try centre.attempt { try $0.putAndWait(people: [person], by: CentreFixture.dispatcher) }
            mark(done == nil ? "centre died" : "person changed")
        } catch { try explain(error, "person") }
    }

    private func revoke(_ event: Event) throws {
        let device = device(event)
        guard let replica = ReplicaID(try device.peek().value("SELECT replica FROM identity")) else { return }
        do {
            let done: Void? = try centre.attempt { try $0.revokeAndWait(replica, by: CentreFixture.dispatcher) }
            mark(done == nil ? "centre died" : "revoke")
            if done != nil { hit(.revoked) }
        } catch { try explain(error, "revoke") }
    }
}
