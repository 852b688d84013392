import CentralStore
import Fixture
import Foundation
import Harness
import ReplicaStore
import SyncProtocol
import SyncService
import Testing
import Tickets

/// What one act costs where many people see it, and what moves when a person moves.
@Suite struct `A change that many people see` {
    //  centre: a note on the unit's ticket | 200 devices of the unit
    //  1 journal entry, 1 log entry        | each has it after its next pull, in one request
    @Test(arguments: [2, 200])
    func `a note in a unit costs one log entry, and every device of the unit gets it at its next pull`(people: Int) throws {
        let centre = try CentreFixture(seed: 41)
        try centre.put(GridRecord(id: "g1", name: "一网格"))
        for index in 0..<people { try centre.put(Person(id: "u\(index)", name: "承办\(index)", role: .unit, unit: "shuiwu")) }
        let ticket = try centre.act(.create, nil, ["title": .text("水管爆裂"), "unit": .text("shuiwu")]).ticket
        let devices = try (0..<people).map { try DeviceFixture("u\($0)", at: centre) }
        for device in devices { try device.syncToEnd() }
        let before = try Growth(of: centre)
        try centre.act(.note, ticket, ["body": .text("抢修队已出发")])
        let after = try Growth(of: centre)
        #expect(after.journal - before.journal == 1)
        #expect(after.changed(since: before).filter { $0.kind == 1 }.map(\.scope) == ["u:shuiwu"])
        // Beside it, whatever the number of people, the author's own verdict at most.
        #expect(after.changed(since: before).count { $0.kind != 1 } <= 1)
        #expect(after.rows - before.rows <= 1)
        for device in devices {
            device.link.clear()
            try device.syncToEnd()
            #expect(device.link.requests.count == 1)
            #expect(try device.notes(ticket) == ["抢修队已出发"])
        }
        // A member's own note costs the same, and their verdict in their own scope.
        let early = try Growth(of: centre)
        try devices[0].give(.note, ticket, ["body": .text("我也看见了")])
        try devices[0].syncToEnd()
        let late = try Growth(of: centre)
        #expect(late.journal - early.journal == 1)
        #expect(late.changed(since: early).map(\.scope).sorted() == ["p:u0", "u:shuiwu"])
        for device in devices { try device.syncToEnd() }
        for device in devices { #expect(try device.notes(ticket).count == 2) }
        #expect(try disagreements(devices, centre) == [])
    }

    @Test func `who enters a unit gets its tickets, who leaves it loses them, and nobody else notices`() throws {
        let centre = try CentreFixture(seed: 42)
        try centre.put(
            Person(id: "mover", name: "换岗的", role: .unit, unit: "shuiwu"),
            Person(id: "stayer", name: "不动的", role: .unit, unit: "shuiwu"))
        let water = try centre.act(.create, nil, ["title": .text("停水"), "unit": .text("shuiwu")]).ticket
        let power = try centre.act(.create, nil, ["title": .text("停电"), "unit": .text("dianli")]).ticket
        let (mover, stayer) = (try DeviceFixture("mover", at: centre), try DeviceFixture("stayer", at: centre))
        try mover.settle()
        try stayer.settle()
        #expect(try held(mover) == [water] && held(stayer) == [water])
        // What was written before leaving still arrives, and the words stay readable.
        try mover.give(.note, water, ["body": .text("交接前写的")])
        try centre.put(Person(id: "mover", name: "换岗的", role: .unit, unit: "dianli"))
        try expectAgreement(mover, stayer, with: centre)
        #expect(try held(mover) == [power] && held(stayer) == [water])
        #expect(try stayer.notes(water) == ["交接前写的"])
        try centre.act(.note, water, ["body": .text("与他无关了")])
        try expectAgreement(mover, stayer, with: centre)
        #expect(try held(mover) == [power])
        // Back again: whole, with what came meanwhile.
        try centre.put(Person(id: "mover", name: "换岗的", role: .unit, unit: "shuiwu"))
        try expectAgreement(mover, stayer, with: centre)
        #expect(try held(mover) == [water])
        #expect(try mover.notes(water).count == 2)
    }

    @Test func `a grid's leader follows the grid, and a ticket that changes its grid changes its leader`() throws {
        let centre = try CentreFixture(seed: 43)
        try centre.put(GridRecord(id: "g1", name: "一网格"), GridRecord(id: "g2", name: "二网格"))
        try centre.put(
            Person(id: "w", name: "网格员", role: .worker, grid: "g1"),
            Person(id: "l1", name: "网格长一", role: .leader, grid: "g1"),
            Person(id: "l2", name: "网格长二", role: .leader, grid: "g2"))
        let first = try ticket(at: centre, "一号", grid: "g1")
        let second = try ticket(at: centre, "二号", grid: "g2")
        let devices = try ["w", "l1", "l2"].map { try DeviceFixture($0, at: centre) }
        for device in devices { try device.settle() }
        #expect(try devices.map { try held($0) } == [[first, second], [first], [second]])
        try centre.act(.edit, first, ["grid": .text("g2")])
        for device in devices { try device.settle() }
        #expect(try devices.map { try held($0) } == [[first, second], [], [first, second]])
        try centre.put(Person(id: "l2", name: "网格长二", role: .leader, grid: "g1"))
        try centre.put(Person(id: "l1", name: "网格长一", role: .leader, grid: "g2"))
        for device in devices { try device.settle() }
        #expect(try devices.map { try held($0) } == [[first, second], [first, second], []])
        #expect(try disagreements(devices, centre) == [])
    }

    @Test func `a person's scopes at the centre are at every moment the ones that the rules give them`() throws {
        let centre = try CentreFixture(seed: 44)
        var person = Person(id: "p", name: "多面手", role: .worker, grid: "g1", unit: "shuiwu", profession: "城管")
        try centre.put(person)
        let device = try DeviceFixture("p", at: centre)
        var random = SplitMix64(seed: 44)
        for _ in 0..<40 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: person.role = [.worker, .leader, .unit, .visitor].randomElement(using: &random)!
            case 1: person.grid = ["g1", "g2", nil].randomElement(using: &random)!
            case 2: person.unit = ["shuiwu", "dianli", nil].randomElement(using: &random)!
            default: person.profession = ["城管", "民政", nil].randomElement(using: &random)!
            }
            try centre.put(person)
            let open = try centre.store.read { try $0.load(.init(persons: ["p"])).personScopes["p"] ?? [] }
                .filter { $0.until == nil }.map(\.scope)
            #expect(Set(open) == scopes(of: person) && Set(open).count == open.count)
        }
        try device.settle()
        #expect(try disagreements(device, centre) == [])
    }

    private func ticket(at centre: CentreFixture, _ title: String, grid: String) throws -> TicketID {
        let made = try centre.act(.create, nil, ["title": .text(title)])
        try centre.act(.dispatch, made.ticket, ["assignee": .text("w"), "grid": .text(grid)])
        return made.ticket
    }

    /// What the device shows, in the order of the official numbers.
    private func held(_ device: DeviceFixture) throws -> [TicketID] {
        var all = TicketFilter()
        all.includesFinal = true
        return try device.replica.tickets(all).sorted { $0.number ?? "" < $1.number ?? "" }.map(\.id)
    }
}

/// How long the journal and the scope log are, and where the log ends.
struct Growth {
    let journal: Int
    let rows: Int
    let log: [(scope: String, kind: Int, seq: Int)]

    init(of centre: CentreFixture) throws {
        let database = try Database(URL(fileURLWithPath: centre.folder + "/central.sqlite"))
        journal = try database.int("SELECT max(seq) FROM journal")
        log = try database.rows("SELECT scope, kind, seq FROM scope_log").map {
            ($0[0] as? String ?? "", Int($0[1] as? Int64 ?? 0), Int($0[2] as? Int64 ?? 0))
        }
        rows = log.count
    }

    /// Log entries that were written after `before`.
    func changed(since before: Growth) -> [(scope: String, kind: Int, seq: Int)] { log.filter { $0.seq > before.journal } }
}
