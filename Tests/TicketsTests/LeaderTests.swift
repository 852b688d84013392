import Changeset
import Testing
import Tickets

/// Leaders who answer for a hard case, and visits whose persons are counted.
@Suite struct LeaderTests {
    private let chen = author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)
    private let li = author(Cast.worker)

    private func named(_ leader: String, _ level: String, more: [String: Value] = [:]) -> [String: Value] {
        ["leader": .text(leader), "leader_level": .text(level)].merging(more) { $1 }
    }

    @Test func `a leader is named beside whoever handles the ticket, and stays through transfers and rulings`() throws {
        var held = ticket(.awaitingHandling, [.acceptedAt: .integer(now - 1)])
        func give(_ arguments: [String: Value], _ number: Int, at moment: Milliseconds = now) -> Decision {
            var context = context(chen)
            context.occurredAt = moment
            let decision = decide(command(.assign, arguments, number: number), on: held, in: context)
            held = held.applying(decision.changes)
            return decision
        }
        #expect(give(named("zhao-lei", "county"), 1).verdict == .applied)
        #expect(held.assignee == "li-na" && held.state == .awaitingHandling && held[.acceptedAt] == .integer(now - 1))
        #expect(give(named("zhao-lei", "county"), 2).reason == .nothingToDo)
        #expect(give(named("nobody", "city"), 3).fault == ArgumentFault("leader", .outOfRange))
        #expect(give(named("wang-fang", "township"), 4).verdict == .applied)
        #expect(give(["assignee": "zhang-wei"], 5).verdict == .applied)
        #expect(give(named("chen-jie", "county", more: ["assignee": "li-na"]), 6, at: now + 1).verdict == .applied)
        #expect(held.assignee == "li-na" && held.leaders.map(\.leader) == ["chen-jie", "wang-fang"])
        #expect(held.namings.count == 3 && held.rungs.isEmpty && !held.isRuled, "a leader settles no dispute")
        #expect(held.namings.allSatisfy { Responsible(row: $0.row(of: held.id)) == $0 && Rung(row: $0.row(of: held.id)) == nil })
        #expect(held.leaders[0].at == now + 1 && held.leaders[0].author == "chen-jie")
    }

    @Test func `a leader without a level, a level without a leader and an assignment of nothing are no arguments`() {
        for (arguments, fault) in [
            (["leader": "zhao-lei"], ArgumentFault("leader", .needs("leader_level"))),
            (["assignee": "li-na", "leader_level": "city"], ArgumentFault("leader_level", .needs("leader"))),
            ([:], ArgumentFault("assignee", .missing)), (["helpers": "li-na"], ArgumentFault("assignee", .missing)),
            (named("zhao-lei", "nation"), ArgumentFault("leader_level", .notOneOf(LeaderLevel.allCases.map(\.rawValue)))),
        ] as [([String: Value], ArgumentFault)] {
            #expect(command(.assign, arguments).argumentFault() == fault)
        }
        #expect(LeaderLevel.allCases.count == 6)
    }

    @Test(
        arguments: [
            ("visit", nil, nil), ("visit-met", "met", nil), ("visit-received+12", "received", 12), ("visit+3", nil, 3),
        ] as [(String, String?, Int?)])
    func `how a visit went and how many persons came stand in the kind of its note`(kind: String, outcome: String?, persons: Int?)
    {
        let read = VisitRecord(noteKind: kind)
        #expect(read?.outcome == outcome && read?.persons == persons && read?.noteKind == kind)
        var arguments: [String: Value] = ["body": "入户"]
        if let outcome { arguments["outcome"] = .text(outcome) }
        if let persons { arguments["persons"] = .integer(Int64(persons)) }
        let decision = decide(command(.visit, arguments), on: ticket(.awaitingHandling), in: context(li))
        let kinds = decision.changes.compactMap { if case .insert(.note, let row) = $0 { row[2].string } else { nil } }
        #expect(kinds == [kind])
    }

    @Test func `the words of a visit say how many, and what is no visit is none`() {
        #expect(noteWords(kind: "visit-received+3") == ("received them, 3 persons", "接访，3 人"))
        #expect(noteWords(kind: "visit+1").chinese == "走访，1 人")
        #expect(VisitRecord(noteKind: "note") == nil && VisitRecord(noteKind: "visitor") == nil)
        #expect(command(.visit, ["body": "x", "persons": .integer(0)]).argumentFault() == ArgumentFault("persons", .outOfRange))
    }
}
