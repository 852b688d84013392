import Foundation
import SyncService
import Testing
import Tickets

@testable import Queue

/// What goes up the ladder and what becomes one incident, as an operator drives them.
@Suite struct `The ladder and incidents, at the centre` {
    private func dispatched(_ centre: CentreFixture, _ title: String, class one: String = "general") async throws -> String {
        let number = try await centre.new(title)
        _ = try await centre.acts(
            .dispatch([DispatchOrder(ticket: number, assignee: "li-na", deadlineClass: one)], by: "wang-fang"))
        return number
    }

    private func line(_ centre: CentreFixture, _ number: String) async throws -> TicketLine {
        try #require(try await centre.queue().first { $0.number == number })
    }

    private func due(_ centre: CentreFixture, _ number: String) async throws -> Int64 {
        try #require(try await line(centre, number).dueAt)
    }

    private func report(_ centre: CentreFixture, _ number: String) async throws -> TicketReport {
        guard case .ticket(let report) = try await centre.operations.run(.show(ticket: number)) else {
            throw TestFailure("no ticket")
        }
        return report
    }

    @Test func `an alarm names the step at which its ticket stands, and the ladder lists it`() async throws {
        let centre = try await CentreFixture.staffed()
        let number = try await dispatched(centre, "管网破损")
        let due = try #require(try await line(centre, number).dueAt)
        _ = try await centre.acts(.conclude(ConclusionOrder(ticket: number, outcome: .failed, words: "无权开挖"), by: "wang-fang"))
        let order = EscalationOrder(
            ticket: number, step: "county-meeting", members: "水利局", decision: "共同抢修", reason: "属地无法处置")
        #expect(try await centre.acts(.escalate(order, by: "wang-fang")).map(\.verdict) == ["applied"])
        guard case .alarms(let alarms) = try await centre.operations.run(.alarms(now: due + 1, limit: 10)) else {
            throw TestFailure("no alarms")
        }
        #expect(alarms.map(\.step) == ["county-meeting"] && alarms.map(\.stepName) == ["县市联席会议"])
        guard case .ladder(let ladder) = try await centre.operations.run(.ladder(ticket: nil, limit: 10, for: nil)) else {
            throw TestFailure("no ladder")
        }
        #expect(ladder.ladder.map(\.code) == ["local", "county-meeting", "task-force"])
        #expect(ladder.steps.map(\.number) == [number] && ladder.steps[0].members == "水利局" && ladder.steps[0].dueAt == due)
        var wrong = order
        wrong.due = "soon"
        let problem = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.escalate(wrong, by: "wang-fang"))
        }
        #expect(problem?.code == .badArguments)
        let stranger = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.ladder(ticket: nil, limit: 10, for: "nobody"))
        }
        #expect(stranger?.code == .unknownPerson)
    }

    @Test func `what moves the date of an incident moves that of its parts; withdrawn, it sets them free`() async throws {
        let centre = try await CentreFixture.staffed()
        let parent = try await dispatched(centre, "停电")
        let part = try await dispatched(centre, "停电了", class: "complex")
        let own = try await line(centre, part).dueAt
        #expect(try await centre.acts(.merge(tickets: [part], into: parent, by: "wang-fang")).map(\.verdict) == ["applied"])
        #expect(try await line(centre, part).dueAt == line(centre, parent).dueAt)
        _ = try await centre.acts(
            .edit(ticket: parent, values: ["due_at": "2031-01-02T23:59:59+08:00"], by: "wang-fang"))
        #expect(try await line(centre, part).dueAt == line(centre, parent).dueAt)
        #expect(try await report(centre, parent).merged == [part])
        // A ticket that is part of one takes nothing in.
        let third = try await dispatched(centre, "又停电")
        let problem = await #expect(throws: OperationProblem.self) {
            try await centre.operations.run(.merge(tickets: [third], into: part, by: "wang-fang"))
        }
        #expect(problem?.code == .badArguments)
        // What had gone into a ticket goes along.
        _ = try await centre.acts(.merge(tickets: [parent], into: third, by: "wang-fang"))
        #expect(try await report(centre, third).merged.sorted() == [parent, part].sorted())
        _ = try await centre.acts(.withdraw(ticket: third, words: "误报", by: "wang-fang"))
        let freed = try await line(centre, part)
        #expect(freed.state == "awaiting-dispatch" && freed.dueAt == own)
        #expect(try await line(centre, parent).state == "awaiting-dispatch")
    }

    @Test func `a year that is loaded moves an incident with its parts, and what a part is due itself`() async throws {
        let centre = try await CentreFixture.staffed()
        let parent = try await dispatched(centre, "停电")
        let waiting = try await centre.new("全区停电")
        let numbers = ["part", "alone", "early"]
        var tickets: [String: String] = [:]
        for name in numbers { tickets[name] = try await dispatched(centre, name, class: "complex") }
        let (part, early) = (try #require(tickets["part"]), try #require(tickets["early"]))
        let alone = try #require(tickets["alone"])
        _ = try await centre.acts(.merge(tickets: [part], into: parent, by: "wang-fang"))
        _ = try await centre.acts(.merge(tickets: [early], into: waiting, by: "wang-fang"))
        let before = (parent: try await due(centre, parent), alone: try await due(centre, alone))
        #expect(try await [due(centre, part), due(centre, early)] == [before.parent, before.alone])
        let days = [before.parent, before.alone].map(Day.init(containing:))
        // At the end of a year the two lie in different ones; the file has the later.
        let csv = centre.calendar(without: days.filter { $0.parts.year == days[1].parts.year })
        guard case .calendar(let tried) = try await centre.operations.run(.tryCalendar(csv: csv)),
            case .calendar(let done) = try await centre.operations.run(.putCalendar(csv: csv, by: "op"))
        else { throw TestFailure("no report") }
        #expect(done.refused == [] && Set(done.tickets.map(\.ticket)).isSuperset(of: [early, alone]))
        #expect(tried.tickets == done.tickets)
        let after = (parent: try await due(centre, parent), alone: try await due(centre, alone))
        #expect(after.alone > before.alone && (after.parent > before.parent || days[0].parts.year != days[1].parts.year))
        #expect(try await [due(centre, part), due(centre, early)] == [after.parent, after.alone])
        guard case .why(let why) = try await centre.operations.run(.whyDue(ticket: early)) else { throw TestFailure("no sum") }
        #expect(why.lines.last?.english.hasPrefix("\(Day(containing: after.alone)) 23:59:59") == true, "\(why.lines)")
        _ = try await centre.acts(.unmerge(ticket: part, words: "另一件事", by: "wang-fang"))
        #expect(try await due(centre, part) == after.alone, "what it is due itself moved meanwhile")
        guard case .calendar(let again) = try await centre.operations.run(.putCalendar(csv: csv, by: "op")) else {
            throw TestFailure("no report")
        }
        #expect(again.moved == 0 && again.refused == [])
        #expect(try centre.store.read { try $0.verify() }.faults == [])
    }
}
