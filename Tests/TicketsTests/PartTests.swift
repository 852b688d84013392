import Changeset
import Testing
import Tickets

/// Units that take part: called in with a clock each, done before the ticket is closed, or set over it.
@Suite struct PartTests {
    private let li = author(Cast.worker)
    private let chen = author(Cast.dispatcher, heldAtSeen: false, holdsNow: false)
    private let hour: Milliseconds = 3_600_000

    private func unit(_ name: String) -> Author {
        author(Person(id: "of-" + name, name: name, role: .unit, unit: name))
    }

    private func after(
        _ ticket: Ticket, _ kind: CommandKind, _ arguments: [String: Value] = [:], at moment: Milliseconds = now,
        by author: Author, _ number: Int
    )
        -> (ticket: Ticket, decision: Decision)
    {
        var context = context(author)
        context.occurredAt = moment
        let decision = decide(command(kind, arguments, number: number), on: ticket, in: context)
        return (ticket.applying(decision.changes), decision)
    }

    private func called() -> Ticket {
        after(ticket(.awaitingHandling), .whistle, ["units": "u-road, u-police,u-road", "body": "桥下积水"], by: li, 1).ticket
    }

    @Test func `a whistle makes one part and one clock for each unit, and takes its people into scope`() throws {
        let ticket = called()
        #expect(ticket.parts.map(\.unit).sorted() == ["u-police", "u-road"] && ticket.parts.allSatisfy(\.isOpen))
        let clocks = ticket.clocks.filter { $0.kind == .reportIn }
        #expect(
            Set(clocks.map(\.id)) == Set(ticket.parts.map(\.id))
                && clocks.allSatisfy { $0.due == now + 24 * hour && $0.isRunning })
        #expect(scopes(of: ticket).isSuperset(of: ["u:u-police", "u:u-road"]))
        let again = after(ticket, .whistle, ["units": "u-road", "body": "再吹"], by: li, 2).decision
        #expect((again.verdict, again.reason) == (.superseded, .nothingToDo))
        let more = after(ticket, .whistle, ["units": "u-road,u-power", "body": "还有电力"], by: li, 3).ticket
        #expect(more.parts.count == 3)
        #expect(command(.whistle, ["units": " , ", "body": "x"]).argumentFault() == ArgumentFault("units", .outOfRange))
    }

    @Test func `the sum says by name which unit owes which clock`() {
        let lines = Rules.embedded.whyDue(called()) { $0 == "u-road" ? "公路处" : $0 }
        #expect(lines.contains { $0.english.hasSuffix("  公路处 called in") && $0.chinese.hasSuffix("  吹哨：公路处") })
        #expect(lines.contains { $0.chinese.hasSuffix("  吹哨：u-police") }, "who has no name is called by their id")
    }

    @Test func `each unit reports in by its own clock, and the ticket is closed when all are done`() throws {
        var ticket = called()
        let stranger = after(ticket, .reportIn, by: unit("u-water"), 2).decision
        #expect((stranger.verdict, stranger.reason) == (.rejected, .noPart))
        ticket = after(ticket, .reportIn, at: now + hour, by: unit("u-road"), 3).ticket
        let road = try #require(ticket.parts.first { $0.unit == "u-road" })
        #expect(road.reportedBy == commandID(3) && road.isOpen)
        #expect(ticket.clocks.first { $0.id == road.id }?.metAt == now + hour)
        #expect(ticket.clocks.count { $0.kind == .reportIn && $0.isRunning } == 1, "the other one owes it still")
        #expect(after(ticket, .reportIn, by: unit("u-road"), 4).decision.reason == .alreadyReported)
        ticket = after(ticket, .resolve, ["body": "已处置"], at: now + hour, by: li, 5).ticket
        let early = after(ticket, .close, by: chen, 6).decision
        #expect((early.verdict, early.reason) == (.rejected, .partsOpen))
        ticket = after(ticket, .finishPart, ["body": "已疏导"], at: now + 2 * hour, by: unit("u-police"), 7).ticket
        #expect(ticket.clocks.allSatisfy { $0.kind != .reportIn || $0.metAt != nil }, "who does it has reported in")
        #expect(after(ticket, .finishPart, ["body": "又"], by: unit("u-police"), 8).decision.reason == .partDone)
        #expect(after(ticket, .close, by: chen, 9).decision.reason == .partsOpen)
        ticket = after(ticket, .finishPart, ["body": "已抽排"], by: unit("u-road"), 10).ticket
        #expect(after(ticket, .close, by: chen, 11).decision.verdict == .applied)
    }

    @Test(arguments: [false, true])
    func `of two shares of one unit the older one is done first, in whatever order they come`(isReversed: Bool) {
        // Done, called in again, and then taken back that it was done: both are open.
        var ticket = called()
        ticket = after(ticket, .finishPart, ["body": "已疏导"], at: now + hour, by: unit("u-police"), 2).ticket
        ticket = after(ticket, .whistle, ["units": "u-police", "body": "又积水"], at: now + 2 * hour, by: li, 3).ticket
        for index in ticket.parts.indices where ticket.parts[index].doneBy == commandID(2) {
            (ticket.parts[index].doneBy, ticket.parts[index].doneAt) = (nil, nil)
        }
        if isReversed { ticket.parts.reverse() }
        #expect(ticket.parts.filter { $0.unit == "u-police" && $0.isOpen }.map(\.command).count == 2)
        ticket = after(ticket, .finishPart, ["body": "抽干了"], at: now + 3 * hour, by: unit("u-police"), 4).ticket
        #expect(ticket.parts.filter { $0.doneBy == commandID(4) }.map(\.command) == [commandID(1)])
        ticket = after(ticket, .finishPart, ["body": "都好了"], at: now + 4 * hour, by: unit("u-police"), 5).ticket
        #expect(ticket.parts.filter { $0.doneBy == commandID(5) }.map(\.command) == [commandID(3)])
    }

    @Test func `a whistle goes back while nobody has come, and a share as long as it was not gone on from`() {
        let called = called()
        func back(_ kind: CommandKind, _ target: Int, on ticket: Ticket, of person: String) -> Decision {
            let given = command(.retract, ["target": .text(commandID(target).description)], number: 90)
            var context = context(author(Person(id: person, name: person, role: .unit)), override: true)
            context.target = RetractTarget(person: person, kind: kind, ticket: ticketID, standing: .effective, changes: [])
            return decide(given, on: ticket, in: context)
        }
        let whistle = back(.whistle, 1, on: called, of: "li-na")
        let ended = called.applying(whistle.changes)
        #expect(
            whistle.verdict == .applied && ended.parts.allSatisfy { $0.endedAt == now }
                && scopes(of: ended).isDisjoint(with: ["u:u-road"]))
        #expect(ended.clocks.filter { $0.kind == .reportIn }.allSatisfy { $0.endedAt == now })
        let reported = after(called, .reportIn, by: unit("u-road"), 3).ticket
        #expect(back(.whistle, 1, on: reported, of: "li-na").reason == .retractTooLate)
        let undone = called.applying([]).applying(back(.reportIn, 3, on: reported, of: "of-u-road").changes)
        #expect(undone.parts.allSatisfy { $0.reportedAt == nil })
        let done = after(reported, .finishPart, ["body": "好了"], by: unit("u-road"), 4).ticket
        #expect(back(.reportIn, 3, on: done, of: "of-u-road").reason == .retractTooLate)
        let open = done.applying(back(.finishPart, 4, on: done, of: "of-u-road").changes)
        #expect(open.parts.first { $0.unit == "u-road" }.map { $0.isOpen && $0.reportedAt != nil } == true)
    }

    @Test func `a unit set over the ticket owes a first word, urges, and closes nothing`() throws {
        var ticket = after(ticket(.awaitingDispatch), .dispatch, ["assignee": "li-na", "supervisor": "u-sector"], by: chen, 1)
            .ticket
        let clock = try #require(ticket.clocks.first { $0.kind == .supervise })
        #expect(clock.id == ticket.parts[0].id && clock.due == now + 24 * hour && scopes(of: ticket).contains("u:u-sector"))
        let sector = unit("u-sector")
        #expect(after(ticket, .close, by: sector, 2).decision.reason == .notPermitted)
        #expect(after(ticket, .resolve, ["body": "x"], by: sector, 3).decision.verdict == .held)
        ticket = after(ticket, .urge, ["body": "请到场"], at: now + hour, by: sector, 4).ticket
        #expect(ticket.clocks.first { $0.kind == .supervise }?.metAt == now + hour)
        // Another one in its place: the first is not needed any more.
        var returned = after(ticket, .return, ["body": "不属"], by: li, 5).ticket
        returned = after(returned, .dispatch, ["assignee": "li-na", "supervisor": "u-other"], by: chen, 6).ticket
        #expect(
            returned.parts.map { [$0.unit, $0.endedAt == nil ? "now" : "ended"] } == [
                ["u-sector", "ended"], ["u-other", "now"],
            ] || returned.parts.count == 2)
        #expect(!scopes(of: returned).contains("u:u-sector") && scopes(of: returned).contains("u:u-other"))
    }
}
