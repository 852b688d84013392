import Changeset
import Fixture
import ReplicaStore
import SyncProtocol
import SyncService
import Testing
import Tickets

/// How one command can be bad.
enum Badness: String, CaseIterable, Sendable {
    /// The decision code fails on it.
    case throwing
    /// What is decided does not fit the store, so that the batch has to be written one by one.
    case unwritable
    /// Its author took it back: it is not there.
    case absent

    /// The rules, with a hole where somebody writes 坏.
    var decider: Decider {
        { command, ticket, context in
            guard command.text("body") == "坏", self != .absent else { return Tickets.decide(command, on: ticket, in: context) }
            if self == .throwing { throw FixtureError("the decision code failed") }
            return Decision(.applied, .ok, changes: [.delete(.helper, key: [command.ticket.value, .text("nobody")])])
        }
    }
}

@Suite struct `A crowd of devices` {
    //  50 devices × 20 commands in one batch | centre
    //  … one of them cannot be decided       | held as poisoned
    //  … its dependant                       | waits for it
    //  … 998 others                          | exactly as without it
    @Test func `one bad command among 1,000 from 50 devices: the other 999 as if it were not there`() throws {
        let absent = try run(.absent)
        for badness in [Badness.throwing, .unwritable] {
            let bad = try run(badness)
            #expect(bad.poisoned == 1, "\(badness)")
            #expect(bad.verdicts.count == 999)
            #expect(bad.verdicts == absent.verdicts, "\(badness)")
            #expect(bad.rows == absent.rows, "\(badness)")
        }
    }

    private struct Run {
        var poisoned = 0
        var verdicts: [CommandID: String] = [:]
        var rows: [TicketID: [Value]] = [:]
    }

    private func run(_ badness: Badness) throws -> Run {
        let centre = try CentreFixture(seed: 31, hasCopy: true, decide: badness.decider)
        try addPeople(to: centre)
        let shared = try centre.ticket("大家都在的工单", to: "w0", among: 50)
        let devices = try (0..<50).map { try DeviceFixture("w\($0)", at: centre) }
        var own: [[TicketID]] = []
        for index in 0..<50 { own.append(try [0, 1].map { try centre.ticket("工单 \(index)-\($0)", to: "w\(index)") }) }
        for device in devices { try device.settle() }
        var bodies: [[UInt8]] = []
        var badID: CommandID?
        for (index, device) in devices.enumerated() {
            try give(index, device, shared, own[index])
            if index == 25 {
                let given = try device.give(.note, own[index][1], ["body": .text("坏")])
                badID = given.id
                if badness == .absent { _ = try device.replica.undo(ticket: own[index][1], at: centre.clock.now) }
            } else {
                try device.give(.note, own[index][1], ["body": .text("好")])
            }
            let outgoing = try device.replica.prepareRequest(now: device.reading, clientVersion: "fixture")
            bodies.append(encodeBody(outgoing.signedRequest))
        }
        func appendCount() -> Int { centre.copy?.content.withLock { $0.appendCount } ?? 0 }
        let before = appendCount()
        for result in centre.service.syncTogether(bodies: bodies) { _ = try result.get() }
        #expect(appendCount() - before == 1, "one sync of the second disk for all of them")
        for device in devices { try device.settle() }
        for device in devices { try device.settle() }
        #expect(try disagreements(devices, centre) == [])
        return try outcome(devices, badID, centre)
    }

    /// Nineteen commands: transitions, edits and words on two tickets of their own and one that everybody shares.
    private func give(_ index: Int, _ device: DeviceFixture, _ shared: TicketID, _ own: [TicketID]) throws {
        try device.give(.accept, own[0])
        try device.give(.start, own[0])
        for number in 0..<7 { try device.give(.note, own[0], ["body": .text("进展 \(number)")]) }
        try device.give(.edit, own[0], ["finding": .text("发现 \(index)")])
        for number in 0..<4 { try device.give(.visit, shared, ["body": .text("走访 \(index)-\(number)")]) }
        try device.give(.edit, shared, ["location": .text("地点 \(index % 3)")])
        try device.give(.resolve, own[0], ["body": .text("办结 \(index)")])
        try device.give(.accept, own[1])
        try device.give(.edit, own[1], ["tags": .text("标签 \(index)")])
        try device.give(.note, own[1], ["body": .text("前一句")])
    }

    private func outcome(_ devices: [DeviceFixture], _ badID: CommandID?, _ centre: CentreFixture) throws -> Run {
        var run = Run()
        for device in devices {
            for record in try device.replica.log(limit: 1_000) {
                if record.id == badID {
                    if record.reason == Reason.poisoned.rawValue { run.poisoned += 1 }
                    continue
                }
                run.verdicts[record.id] = "\(record.verdict?.rawValue ?? "-") \(record.reason ?? "-")"
            }
            for summary in try device.replica.tickets() { run.rows[summary.id] = summary.ticket.row }
        }
        return run
    }
}

extension CentreFixture {
    /// A ticket of one worker with many helpers, all of whom come with it.
    fileprivate func ticket(_ title: String, to assignee: String, among count: Int) throws -> TicketID {
        for index in 0..<count { try put(Person(id: "w\(index)", name: "网格员\(index)", role: .worker, grid: "gulou-03")) }
        return try ticket(title, to: assignee, helpers: (1..<count).map { "w\($0)" })
    }
}
