import Changeset
import Fixture
import Foundation
import ReplicaStore
import SyncProtocol
import SyncService
import Tickets

/// One seeded history of a small city: hostile for a while, then healed, then checked.
///
///     hostile: commands, undos, syncs over a bad link, acts of the centre, restarts, wrong clocks
///     heal:    every link is up, nobody acts, everybody syncs
///     check:   Invariants
final class Run {
    let seed: UInt64
    let centre: CentreFixture
    private(set) var devices: [DeviceFixture] = []
    /// What each device accepted and did not take back, kept outside of both engines.
    private(set) var given: [String: [CommandID: CommandKind]] = [:]
    /// Commands whose verdict a device was told: they may never change.
    private(set) var told: [CommandID: Verdict] = [:]
    /// One word for each step, hashed: the same seed gives the same trace.
    private(set) var trace: UInt64 = 0xcbf2_9ce4_8422_2325
    /// How often each kind of step happened.
    private(set) var steps: [String: Int] = [:]
    private var random: SplitMix64
    private let weights: Weights
    private var tickets: [TicketID] = []
    private var bases: [String: UInt64] = [:]
    private let people = ["chen-jie", "he-ping", "ma-lin"]
    private let professions = ["城管", "民政", "城管"]

    /// Which faults this seed has, and how often: each is off in some seeds.
    struct Weights {
        var loss: Double
        var duplication: Double
        var cut: Double
        var centralActs: Double
        var restarts: Double
        var skews: Double

        init(_ random: inout SplitMix64) {
            func pick(_ values: [Double]) -> Double { values.randomElement(using: &random)! }
            loss = pick([0, 0.1, 0.4])
            duplication = pick([0, 0.1, 0.3])
            cut = pick([0, 0.1, 0.3])
            centralActs = pick([0, 0.1, 0.25])
            restarts = pick([0, 0.02])
            skews = pick([0, 0.02])
        }
    }

    init(seed: UInt64) throws {
        self.seed = seed
        var random = SplitMix64(seed: seed)
        weights = Weights(&random)
        centre = try CentreFixture(seed: random.next())
        self.random = random
        for (index, person) in people.enumerated() {
            try centre.put(Person(id: person, name: "网格员\(index)", role: .worker, grid: "g1", profession: professions[index]))
        }
        for index in 0..<5 {
            tickets.append(try centre.ticket("第\(index)号", to: people[index % 3], helpers: [people[(index + 1) % 3]]))
        }
        for person in people {
            let device = try DeviceFixture(person, at: centre)
            try device.syncToEnd()
            devices.append(device)
        }
    }

    /// The whole history.
    func play(steps count: Int) throws {
        for device in devices { device.link.fate = { [unowned self] _ in self.drawFate() } }
        for _ in 0..<count { try step() }
        for device in devices {
            device.link.fate = nil
            device.link.fates = []
        }
        for _ in 0..<3 {
            for device in devices { try device.settle() }
        }
        for device in devices { try noteVerdicts(device) }
    }

    private func drawFate() -> Fate {
        if random.chance(weights.loss) { return random.chance(0.5) ? .requestLost : .answerLost }
        if random.chance(weights.cut) { return .answerCut(bytes: Int.random(in: 0..<400, using: &random)) }
        if random.chance(weights.duplication) { return .duplicated }
        return .delivered
    }

    private func mark(_ word: String) {
        steps[word, default: 0] += 1
        for byte in word.utf8 { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    private func step() throws {
        centre.clock.advance(Int64.random(in: 1_000...400_000, using: &random))
        let device = devices.randomElement(using: &random)!
        let pick = Double.random(in: 0..<1, using: &random)
        if random.chance(weights.restarts) {
            mark("restart")
            try centre.restart()
        }
        if random.chance(weights.skews) {
            mark("skew")
            device.skew = Int64.random(in: -10...10, using: &random) * 31_536_000_000
        }
        switch pick {
        case ..<weights.centralActs: try centreActs()
        case ..<(weights.centralActs + 0.05): try decideOne()
        case ..<(weights.centralActs + 0.12): try undo(on: device)
        case ..<(weights.centralActs + 0.35):
            mark("sync")
            _ = try device.sync()
            try noteVerdicts(device)
            try checkBase(device)
        default: try give(on: device)
        }
    }

    /// Asks for something back that was sent, whatever has become of it; mostly lately given.
    private func retract(on device: DeviceFixture) throws {
        let sent = try device.replica.log(limit: 12).filter { $0.offeredAt != nil }
        guard let target = sent.randomElement(using: &random) else { return }
        do {
            let command = try device.give(
                .retract, target.ticket, ["target": .text(target.id.description), "body": .text("收回")])
            given[device.person, default: [:]][command.id] = .retract
            mark("give retract")
        } catch ReplicaError.refused(let reason, _) {
            mark("refused retract \(reason.rawValue)")
        }
    }

    private func give(on device: DeviceFixture) throws {
        if random.chance(0.12) { return try retract(on: device) }
        let here = try device.replica.tickets()
        let chosen = here.randomElement(using: &random)
        let ticket = chosen?.id
        // Mostly what fits the ticket's state, so that histories get somewhere; the rest tries what is refused.
        let fitting: [CommandKind] =
            switch chosen?.ticket.state {
            case .dispatched: [.accept, .accept, .return]
            case .awaitingHandling: [.start, .resolve, .resolve, .return]
            default: [.note]
            }
        let any: [CommandKind] = [.accept, .start, .visit, .note, .note, .edit, .edit, .edit, .resolve, .return, .report]
        let kind = (random.chance(0.4) ? fitting : any).randomElement(using: &random)!
        let words = Value.text("\(device.person)第\(given[device.person]?.count ?? 0)句")
        let arguments: [String: Value]
        switch kind {
        case .edit: arguments = [random.chance(0.5) ? "location" : "finding": words]
        case .report: arguments = ["title": words, "description": words]
        case .accept, .start: arguments = [:]
        default: arguments = ["body": words]
        }
        guard kind.makesTicket || ticket != nil else { return }
        do {
            let command = try device.give(kind, kind.makesTicket ? nil : ticket, arguments)
            given[device.person, default: [:]][command.id] = kind
            mark("give \(kind.rawValue)")
        } catch ReplicaError.refused {
            mark("refused \(kind.rawValue)")
        } catch ReplicaError.leaving {
            mark("refused leaving")
        }
    }

    private func undo(on device: DeviceFixture) throws {
        let open = try device.replica.outbox().filter { $0.offeredAt == nil }
        guard let last = open.last else { return }
        let newest = try device.replica.commands(ticket: last.ticket).filter { $0.takenBackAt == nil }.max {
            $0.ordinal < $1.ordinal
        }
        guard newest?.id == last.id else { return }
        let record = try device.replica.undo(ticket: last.ticket, at: device.reading.wall)
        given[device.person]?[record.id] = nil
        mark("undo")
    }

    private func centreActs() throws {
        let ticket = tickets.randomElement(using: &random)!
        let acts: [(CommandKind, [String: Value])] = [
            (.assign, ["assignee": .text(people.randomElement(using: &random)!)]),
            (
                .assign,
                [
                    "assignee": .text(people.randomElement(using: &random)!),
                    "helpers": .text(people.randomElement(using: &random)!),
                ]
            ),
            (.edit, ["location": .text("中心核定\(random.next() % 1000)")]),
            (.edit, ["category": .text("0101")]),
            (.withdraw, ["body": .text("撤回")]),
            (.dispatch, ["assignee": .text(people.randomElement(using: &random)!)]),
            (.close, ["body": .text("结案")]),
        ]
        let (kind, arguments) = acts.randomElement(using: &random)!
        if kind == .withdraw || kind == .close, random.chance(0.7) { return }
        let act = Act(id: centre.random.commandID(), kind: kind, ticket: ticket, arguments: arguments)
        let outcome = try centre.service.performAndWait([act], by: CentreFixture.dispatcher)
        mark("centre \(kind.rawValue) \(outcome[0].verdict.rawValue)")
        if random.chance(0.2) {
            let index = Int.random(in: 0..<people.count, using: &random)
            let profession = professions.randomElement(using: &random)
            try centre.put(
                Person(id: people[index], name: "网格员\(index)", role: .worker, grid: "g1", profession: profession))
            mark("centre person")
        }
        if random.chance(0.3) {
            let person = people.randomElement(using: &random)!
            tickets.append(try centre.ticket("新增\(tickets.count)", to: person))
            mark("centre create")
        }
    }

    private func decideOne() throws {
        guard let held = try centre.store.read({ try $0.held() }).randomElement(using: &random) else { return }
        mark("decide")
        let isAccepted = random.chance(0.5)
        let done = (try? centre.decide(held.command.id, isAccepted ? .accepted : .declined, reason: "核对")) != nil
        if held.command.kind == CommandKind.retract.rawValue {
            mark("retraction \(held.command.reason) \(isAccepted ? "accepted" : "declined")\(done ? "" : " in vain")")
        }
    }

    /// I1: what a device was told once stays told.
    private func noteVerdicts(_ device: DeviceFixture) throws {
        for record in try device.replica.log(limit: 100_000) {
            guard case .judged(let verdict) = record.standing else { continue }
            if let before = told[record.id], before != verdict {
                throw Violation("I1", "\(record.kind) of \(device.person) was \(before), is \(verdict)")
            }
            told[record.id] = verdict
        }
    }

    /// I7: a cursor only advances.
    private func checkBase(_ device: DeviceFixture) throws {
        let base = try device.replica.status().base
        let head = try centre.store.read { try $0.state().head }
        let before = bases[device.person] ?? 0
        guard base >= before, base <= head else { throw Violation("I7", "\(device.person): \(before) → \(base), head \(head)") }
        bases[device.person] = base
    }
}

/// A broken invariant: its number and what was seen.
struct Violation: Error, CustomStringConvertible {
    let invariant: String
    let description: String
    init(_ invariant: String, _ description: String) {
        self.invariant = invariant
        self.description = "\(invariant): \(description)"
    }
}
