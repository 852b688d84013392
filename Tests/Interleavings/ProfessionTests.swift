import CentralStore
import Fixture
import ReplicaStore
import SyncProtocol
import Testing
import Tickets

/// Several professions work in one grid. Who has a helper's profession there holds the helper's tickets and can stand in.
@Suite struct `Colleagues of one profession in one grid` {
    //  centre: a note on a ticket with a helper of 城管 in g1 | so many of 城管 in g1, one of 综治 in g1, one of 城管 in g2
    //  1 journal entry, 1 log entry in gp:g1/城管              | the first have it after their next pull, the others never
    @Test(arguments: [2, 50])
    func `a note costs one log entry for all of them, and each has it at the next pull`(people: Int) throws {
        let (centre, _, ticket) = try street(seed: 81)
        for index in 0..<people { try centre.put(worker("c\(index)", "g1", "城管")) }
        let colleagues = try (0..<people).map { try DeviceFixture("c\($0)", at: centre) }
        let others = try ["order", "elsewhere"].map { try DeviceFixture($0, at: centre) }
        for device in colleagues + others { try device.settle() }
        let before = try Growth(of: centre)
        try centre.act(.note, ticket, ["body": .text("摊主同意搬离")])
        let after = try Growth(of: centre)
        #expect(after.journal - before.journal == 1)
        let tickets = after.changed(since: before).filter { $0.kind == 1 }.map(\.scope)
        #expect(tickets.sorted() == ["g:g1", "gp:g1/城管", "p:helper", "p:main"])
        #expect(after.changed(since: before).count - tickets.count <= 1)
        for device in colleagues {
            device.link.clear()
            try device.syncToEnd()
            #expect(device.link.requests.count == 1)
            #expect(try device.notes(ticket) == ["摊主同意搬离"])
        }
        for device in others {
            try device.settle()
            #expect(try device.replica.tickets().isEmpty)
        }
        #expect(try disagreements(colleagues + others, centre) == [])
    }

    @Test func `a colleague writes and finds, and resolves only once they are named`() throws {
        let (centre, devices, ticket) = try street(seed: 82, and: [worker("c", "g1", "城管")])
        let (main, colleague) = (devices[0], try DeviceFixture("c", at: centre))
        try main.settle()
        try main.give(.accept, ticket)
        try expectAgreement(main, colleague, with: centre)
        let words = try colleague.give(.note, ticket, ["body": .text("我先到了")])
        let finding = try colleague.give(.edit, ticket, ["finding": .text("三个摊位占道")])
        for kind in [CommandKind.start, .resolve, .return] {
            #expect {
                try colleague.give(kind, ticket, kind == .start ? [:] : ["body": .text("办完了")])
            } throws: { error in
                if case ReplicaError.refused(.notYours, _) = error { true } else { false }
            }
        }
        try expectAgreement(colleague, main, with: centre)
        for command in [words, finding] { #expect(try centre.command(command.id).verdict == .applied) }
        #expect(try main.notes(ticket) == ["我先到了"])
        try centre.act(.assign, ticket, ["assignee": .text("main"), "helpers": .text("c")])
        try expectAgreement(colleague, main, with: centre)
        let resolved = try colleague.give(.resolve, ticket, ["body": .text("摊位已清")])
        try expectAgreement(colleague, main, with: centre)
        #expect(try centre.command(resolved.id).verdict == .applied)
    }

    @Test func `who changes profession or grid gets the tickets there and loses the others`() throws {
        let (centre, devices, ticket) = try street(seed: 83, and: [worker("mover", "g1", "民政")])
        let mover = try DeviceFixture("mover", at: centre)
        let steps: [(grid: String?, profession: String?, holds: Bool)] = [
            ("g1", "民政", false), ("g1", "城管", true), ("g2", "城管", false), ("g1", "城管", true), ("g1", nil, false),
            ("g1", "城管", true), (nil, "城管", false),
        ]
        for step in steps {
            try centre.put(worker("mover", step.grid, step.profession))
            try mover.settle()
            #expect(try mover.replica.tickets().map(\.id) == (step.holds ? [ticket] : []), "\(step)")
            #expect(try disagreements(mover, centre) == [])
        }
        // The helper's own profession is the one of the dispatch: the ticket stays where it was sent.
        try centre.put(worker("mover", "g1", "城管"), worker("helper", "g1", "民政"))
        for device in devices + [mover] { try device.settle() }
        #expect(try mover.replica.tickets().map(\.id) == [ticket] && devices[1].replica.tickets().map(\.id) == [ticket])
        // What was written before moving on still arrives.
        let late = try mover.give(.note, ticket, ["body": .text("调走前写的")])
        try centre.put(worker("mover", "g2", "城管"))
        for _ in 0..<2 { for device in devices + [mover] { try device.settle() } }
        #expect(try centre.command(late.id).verdict == .applied && mover.replica.tickets().isEmpty)
        #expect(try devices[0].notes(ticket) == ["调走前写的"])
        #expect(try disagreements(devices + [mover], centre) == [])
    }

    @Test func `a ticket that changes its grid or its helpers goes to their colleagues`() throws {
        let (centre, _, ticket) = try street(seed: 84, and: [worker("c", "g1", "城管")])
        let devices = try ["c", "order", "elsewhere"].map { try DeviceFixture($0, at: centre) }
        func expectHolders(_ holders: [Bool], sourceLocation: SourceLocation = #_sourceLocation) throws {
            for device in devices { try device.settle() }
            #expect(try devices.map { try $0.replica.tickets().map(\.id) == [ticket] } == holders, sourceLocation: sourceLocation)
            #expect(try disagreements(devices, centre) == [], sourceLocation: sourceLocation)
        }
        try expectHolders([true, false, false])
        try centre.act(.edit, ticket, ["grid": .text("g2")])
        try expectHolders([false, false, true])
        try centre.act(.edit, ticket, ["grid": .text("g1")])
        try centre.act(.assign, ticket, ["assignee": .text("main"), "helpers": .text("helper,second")])
        try expectHolders([true, true, false])
        try centre.act(.assign, ticket, ["assignee": .text("main"), "helpers": .text("second")])
        try expectHolders([false, true, false])
        try centre.act(.assign, ticket, ["assignee": .text("main"), "helpers": .text("helper")])
        try expectHolders([true, false, false])
    }

    private func worker(_ id: String, _ grid: String?, _ profession: String?) -> Person {
        Person(id: id, name: "网格员\(id)", role: .worker, grid: grid, profession: profession)
    }

    /// Two grids, and a ticket in g1 that `main` handles and `helper` (城管) helps with.
    private func street(seed: UInt64, and more: [Person] = []) throws -> (CentreFixture, [DeviceFixture], TicketID) {
        let centre = try CentreFixture(seed: seed)
        try centre.put(GridRecord(id: "g1", name: "一网格"), GridRecord(id: "g2", name: "二网格"))
        try centre.put(
            worker("main", "g1", "民政"), worker("helper", "g1", "城管"), worker("second", "g1", "综治"),
            worker("order", "g1", "综治"), worker("elsewhere", "g2", "城管"))
        for person in more { try centre.put(person) }
        let ticket = try centre.ticket("占道经营", to: "main", helpers: ["helper"])
        return (centre, try ["main", "helper"].map { try DeviceFixture($0, at: centre) }, ticket)
    }
}
