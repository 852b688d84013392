import Changeset
import Fixture
import ReplicaStore
import SyncClient
import SyncProtocol
import SyncService
import Tickets

/// One history: a script played on the production code of devices and centre, in one process, on files in memory.
///
///     hostile: the events of the script, in order        a step each: cheap checks
///     heal:    links up, disks whole, nobody acts
///     quiet:   everybody syncs until nothing moves, within a bound; then all checks
///
/// Nothing here reads a clock or makes randomness: time is `clock`, and whatever is random comes from an event's salt.
package final class Run {
    /// What is played.
    package let script: Script
    /// True time.
    package let clock: VirtualClock
    /// The files of everybody.
    package let disk: Disk
    /// The centre.
    package let centre: SimCentre
    /// The devices, clones last.
    package internal(set) var devices: [SimDevice] = []
    /// The number of the event that is being played; from `script.events.count` on it is the healing.
    package internal(set) var stepIndex = 0
    /// Everything that happened, hashed: the same script gives the same trace.
    package private(set) var trace = TraceHash()
    /// How often what happened, by name.
    package private(set) var marks: [String: Int] = [:]
    /// Faults that changed what happened, by how often.
    package private(set) var faultHits: [Fault: Int] = [:]
    /// Acts of the centre that were acknowledged: verdict and sequence.
    package internal(set) var acts: [CommandID: ActSeen] = [:]
    /// Decisions on held commands that were acknowledged.
    package internal(set) var decisions: [CommandID: HeldDecision] = [:]
    /// The same at each backup.
    var told: [(acts: [CommandID: ActSeen], decisions: [CommandID: HeldDecision])] = []
    /// Commands that were on a phone that is gone: they are at the centre or nowhere.
    package internal(set) var strays: [CommandID: Ledger.Entry] = [:]
    /// Commands that were on a phone when its files were copied: another copy may have sent what this one took back.
    package internal(set) var copied: Set<CommandID> = []
    /// Links are up and nobody acts.
    package internal(set) var isHealing = false

    /// An act that a person at the centre was told of.
    package struct ActSeen: Hashable, Sendable {
        package var verdict: Verdict
        package var sequence: UInt64
    }

    /// An act that the centre refused: it leaves nothing behind but the answer.
    struct Refusal {
        var act: Act
        var author: String
        var verdict: Verdict
        var reason: Reason
    }
    /// Those of the last event.
    var refusals: [Refusal] = []

    /// A decision that the rules forbid even with a dispatcher's word.
    struct RefusedDecision {
        var id: CommandID
        var decision: HeldDecision
        var reason: Reason
    }
    /// Those of the last event.
    var refusedDecisions: [RefusedDecision] = []

    var checkers: [any Checker]
    var inTransit: [HTTPRequest] = []
    var sent: [HTTPRequest] = []
    var armed: [Armed] = []
    /// Disks without room, and the event before which somebody makes some.
    var fullUntil: [String: Int] = [:]
    /// Statuses that the centre may not give while its disk is whole.
    var wrongStatuses: [Int] = []
    /// Lines of the history, for people; kept only where somebody will read them.
    package private(set) var lines: [String]?

    /// - Parameters:
    ///   - disk: Cleared here; no other run may use it meanwhile.
    ///   - isTelling: Keep lines of the history.
    package init(_ script: Script, on disk: Disk, checkers: [any Checker], isTelling: Bool = false) throws {
        self.script = script
        self.disk = disk
        self.checkers = checkers
        lines = isTelling ? [] : nil
        useSignatures(isStandIn: false)
        let world = try World.of(script)
        // Every sixteenth seed is signed as the products sign.
        useSignatures(isStandIn: script.seed % 16 != 0)
        disk.clear(tracks: script.tracks)
        Peek.beginRandomnessAnew()
        clock = VirtualClock(world.time)
        var configuration = ServiceConfiguration()
        if script.faults.contains(.smallPages) {
            configuration.pageBytesMax = 900
            configuration.entitiesPerPageMax = 2
        }
        centre = SimCentre(
            world, disk: disk, clock: clock, configuration: configuration,
            hasCopy: script.faults.contains(.journalCopy))
        centre.random.begin(seed: script.seed)
        try centre.start()
        var random = SplitMix64(seed: script.seed)
        for (index, person) in world.people.enumerated() {
            let file = "device-\(index).sqlite"
            disk.put(file, world.devices[index])
            let migrations =
                script.faults.contains(.oldRelease) ? World.release(of: index, variant: script.variant) : Migration.all
            let device = SimDevice(
                file: file, person: person, index: index, disk: disk, clock: clock, migrations: migrations, random: &random)
            for row in try device.peek().rows("SELECT id FROM command") {
                throw Violation("world", at: 0, "a device of a new world has a command \(row)")
            }
            devices.append(device)
        }
    }

    /// Plays the whole script, heals, and checks.
    ///
    /// - Throws: `Violation`, the first.
    package func play() throws {
        for checker in checkers { try checker.begin(self) }
        for (index, event) in script.events.enumerated() {
            stepIndex = index
            try step(event)
        }
        stepIndex = script.events.count
        try heal()
        for checker in checkers { try checker.quiet(self) }
        try finish()
    }

    /// Ends everything in order; what the centre's journal says is part of the trace.
    private func finish() throws {
        for row in try centre.peek().rows("SELECT head, head_hash FROM store") {
            tell("head \(row[0].int ?? 0) \(row[1].bytes.map(hexText) ?? "")")
        }
        for device in devices { device.close() }
        centre.stop()
    }

    private func step(_ event: Event) throws {
        var dice = SplitMix64(seed: UInt64(event.salt) << 32 ^ script.seed)
        centre.random.begin(seed: dice.next())
        clock.advance(Int64(1_000 + dice.next() % 240_000))
        makeRoom()
        (refusals, refusedDecisions) = ([], [])
        // Whoever watches over a process starts it again.
        try wake(centre)
        var step = Step(index: stepIndex, event: event)
        try play(event, &dice, &step)
        for device in step.devices { device.noteAccidents() }
        centre.noteAccidents()
        countArmed()
        if !wrongStatuses.isEmpty { throw violation("I17", "the centre answered \(wrongStatuses)") }
        tell(event.description)
        try check(step)
    }

    /// The cheap checks after something happened.
    func check(_ step: Step) throws {
        centre.isBeingChecked = true
        for device in devices { device.isBeingChecked = true }
        defer {
            centre.isBeingChecked = false
            for device in devices { device.isBeingChecked = false }
        }
        for checker in checkers { try checker.step(self, step) }
    }

    private func play(_ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        switch event.kind {
        case .give, .undo, .retract, .choose: try personActs(event, &dice, &step)
        case .act, .decide, .ticket, .move, .role, .revoke: try centreActs(event, &dice, &step)
        case .sync, .crowd, .replay, .arrive, .partition: try network(event, &dice, &step)
        case .restart, .kill, .power, .crashAt, .failAt, .full: try process(event, &dice, &step)
        case .wait, .skew, .reboot, .clock: try clocks(event, &dice, &step)
        case .snapshot, .restorePhone, .clone, .backup, .restoreCentre, .upgrade: try copies(event, &dice, &step)
        }
    }

    /// The device that an event means.
    func device(_ event: Event) -> SimDevice { devices[Int(event.who) % devices.count] }

    // What happened.

    /// Something happened: it is counted, and part of the trace.
    package func mark(_ name: String) {
        marks[name, default: 0] += 1
        tell(name)
    }

    /// Counted, and no part of the trace.
    package func count(_ name: String) { marks[name, default: 0] += 1 }

    /// Part of the trace, not counted.
    package func tell(_ words: String) {
        trace.add(words)
        lines?.append("\(stepIndex): \(words)")
    }

    /// A fault changed what happened.
    func hit(_ fault: Fault) {
        faultHits[fault, default: 0] += 1
        tell(fault.rawValue)
    }

    /// Whether a fault is on, and people and links are still hostile.
    func has(_ fault: Fault) -> Bool { !isHealing && script.faults.contains(fault) }
}

/// Which signatures are made from now on: where the build has none but Ed25519's, those.
private func useSignatures(isStandIn: Bool) {
    #if GRIDLINE_STAND_IN_SIGNATURES
        StandInSignatures.isOn = isStandIn
    #endif
}

/// What a step was, for checkers.
package struct Step {
    /// The number of its event.
    package let index: Int
    /// The event.
    package let event: Event
    /// Devices whose files may have changed.
    package internal(set) var devices: [SimDevice] = []
    /// The centre's files may have changed.
    package internal(set) var touchesCentre = false
    /// Devices that absorbed an answer.
    package internal(set) var synced: [SimDevice] = []
    /// Commands that were given, with the device.
    package internal(set) var given: [(device: SimDevice, id: CommandID)] = []
}

/// Something that must hold.
package protocol Checker: AnyObject {
    /// Before the first event.
    func begin(_ run: Run) throws
    /// After each event.
    func step(_ run: Run, _ step: Step) throws
    /// The centre is down, and its store as it stands is about to be replaced by a backup: the last look into it.
    func lose(_ run: Run) throws
    /// When links are up, outboxes are empty and nobody acts.
    func quiet(_ run: Run) throws
}

extension Checker {
    package func begin(_ run: Run) throws {}
    package func step(_ run: Run, _ step: Step) throws {}
    package func lose(_ run: Run) throws {}
    package func quiet(_ run: Run) throws {}
}

/// A broken invariant: its number, at which event, and what was seen.
package struct Violation: Error, CustomStringConvertible, Sendable {
    /// "I1" … "I19"; "world" for a fault of the simulator itself.
    package var invariant: String
    /// The number of the event after which it was seen.
    package var step: Int
    /// What was seen.
    package var detail: String

    package init(_ invariant: String, at step: Int, _ detail: String) {
        self.invariant = invariant
        self.step = step
        self.detail = detail
    }

    /// One line.
    package var description: String { "\(invariant) at step \(step): \(detail)" }
}

extension Run {
    /// A violation at this step.
    package func violation(_ invariant: String, _ detail: String) -> Violation { Violation(invariant, at: stepIndex, detail) }
}

/// FNV-1a over words.
package struct TraceHash: Hashable, Sendable, CustomStringConvertible {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325
    mutating func add(_ words: String) {
        for byte in words.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = (state ^ 0xff) &* 0x100_0000_01b3
    }
    /// Sixteen digits.
    package var description: String {
        let text = String(state, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

/// Lower-case hexadecimal.
package func hexText(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
