import Fixture
import ReplicaStore
import SyncProtocol
import Tickets

/// Processes, disks, clocks and copies.
extension Run {
    /// Whether an event is about the centre: where both sides have the fault, the numbers say.
    private func isAtCentre(_ event: Event, _ device: Fault, _ centre: Fault) -> Bool {
        switch (has(device), has(centre)) {
        case (false, true): true
        case (true, true): event.what % 3 == 0
        default: false
        }
    }

    func process(_ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        switch event.kind {
        case .restart: try restart(event, &step)
        case .kill: try kill(event, .kill, .deviceKill, .centreKill, &step)
        // At rest nothing is unsynced and nothing may be lost; half of the cuts come within the next calls.
        case .power where event.what / 3 % 2 == 0: try kill(event, .power, .devicePower, .centrePower, &step)
        case .power: arm(event, .power, .devicePower, .centrePower)
        case .crashAt: arm(event, event.what % 2 == 0 ? .kill : .power, .deviceCrashAt, .centreCrashAt)
        case .failAt: arm(event, .error, .deviceError, .centreError)
        default: fill(event)
        }
    }

    private func restart(_ event: Event, _ step: inout Step) throws {
        if isAtCentre(event, .deviceRestart, .centreRestart) {
            centre.stop()
            try wake(centre)
            step.touchesCentre = true
            hit(.centreRestart)
        } else if has(.deviceRestart) {
            let device = device(event)
            device.close()
            step.devices.append(device)
            hit(.deviceRestart)
        }
    }

    private func kill(
        _ event: Event, _ accident: Disk.Accident, _ deviceFault: Fault, _ centreFault: Fault, _ step: inout Step
    ) throws {
        if isAtCentre(event, deviceFault, centreFault) {
            let before = disk.lostBytes(SimCentre.file)
            centre.die(accident, seed: UInt64(event.salt))
            if accident == .kill || disk.lostBytes(SimCentre.file) > before { hit(centreFault) }
            try wake(centre)
            step.touchesCentre = true
        } else if has(deviceFault) {
            let device = device(event)
            let before = disk.lostBytes(device.file)
            device.die(accident, seed: UInt64(event.salt))
            if accident == .kill || disk.lostBytes(device.file) > before { hit(deviceFault) }
            step.devices.append(device)
        }
    }

    /// Something will happen at one of the next calls to a disk: mostly soon, so that it meets what comes next.
    private func arm(_ event: Event, _ accident: Disk.Accident, _ deviceFault: Fault, _ centreFault: Fault) {
        let calls = [15, 15, 1, 2, 6][Int(event.what / 2 % 5)]
        let nth = 1 + Int(event.what / 10) % [4, 20, 90][Int(event.what / 1_000 % 3)]
        if isAtCentre(event, deviceFault, centreFault) {
            disk.arm(SimCentre.file, accident, calls: calls, nth: nth, seed: UInt64(event.salt))
            armed.append(Armed(file: SimCentre.file, fault: centreFault, before: accidents(SimCentre.file)))
        } else if has(deviceFault) {
            let file = device(event).file
            disk.arm(file, accident, calls: calls, nth: nth, seed: UInt64(event.salt))
            armed.append(Armed(file: file, fault: deviceFault, before: accidents(file)))
        }
    }

    /// An accident that was prepared; it counts once it has happened.
    struct Armed {
        var file: String
        var fault: Fault
        var before: Int
    }

    private func accidents(_ file: String) -> Int { disk.crashCount(file) + disk.errorCount(file) }

    /// Counts what has happened of what was prepared.
    func countArmed() {
        armed.removeAll { one in
            guard accidents(one.file) > one.before else { return false }
            hit(one.fault)
            return true
        }
    }

    /// Somebody makes room again after a while: a disk that stays full to the end only repeats one refusal.
    func makeRoom() {
        for (file, until) in fullUntil where until <= stepIndex {
            disk.limit(file, growth: nil)
            fullUntil[file] = nil
        }
    }

    private func fill(_ event: Event) {
        let growth: Int64? = event.what % 3 == 0 ? nil : Int64(event.what / 3 % 5) * 6_000
        let until = stepIndex + 8 + Int(event.what / 15 % 16)
        if isAtCentre(event, .deviceFull, .centreFull) {
            disk.limit(SimCentre.file, growth: growth)
            fullUntil[SimCentre.file] = until
            if growth != nil {
                armed.append(Armed(file: SimCentre.file, fault: .centreFull, before: accidents(SimCentre.file)))
            }
        } else if has(.deviceFull) {
            let file = device(event).file
            disk.limit(file, growth: growth)
            fullUntil[file] = until
            if growth != nil { armed.append(Armed(file: file, fault: .deviceFull, before: accidents(file))) }
        }
    }

    /// Starts the centre, unless its disk does not let it.
    func wake(_ centre: SimCentre) throws {
        guard centre.service == nil else { return }
        do { try centre.start() } catch {
            guard hasDiskTrouble else { throw violation("I9", "the centre does not start on a whole disk: \(error)") }
            mark("centre cannot start")
        }
    }

    func clocks(_ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        let device = device(event)
        switch event.kind {
        case .wait: clock.advance(Int64(event.what % 14) * 6 * 3_600_000)
        case .skew: skew(device, event, &dice)
        case .reboot:
            device.close()
            device.reboot(&dice)
            hit(.deviceReboot)
            // An empty battery takes the clock along.
            if has(.deviceClock), dice.chance(0.5) { skew(device, event, &dice) }
        default:
            centre.clockError.advance(-Int64(event.what % 7_200_000))
            hit(.centreClock)
        }
    }

    private func skew(_ device: SimDevice, _ event: Event, _ dice: inout SplitMix64) {
        device.skew = (Int64(event.what % 21) - 10) * 31_536_000_000 + Int64(dice.next() % 86_400_000)
        hit(.deviceClock)
    }

    func copies(_ event: Event, _ dice: inout SplitMix64, _ step: inout Step) throws {
        let device = device(event)
        switch event.kind {
        case .snapshot: try snapshot(device)
        case .restorePhone: try restorePhone(device, &dice)
        case .clone: try clone(device, &dice)
        case .backup:
            step.touchesCentre = true
            let count = centre.backups.count
            try centre.backUp()
            if centre.backups.count > count { told.append((acts, decisions)) }
            mark("backup")
        case .restoreCentre: try restoreCentre(event, &step)
        default:
            guard device.isOldRelease else { return }
            device.upgrade()
            step.devices.append(device)
            hit(.oldRelease)
        }
    }

    /// Copies a phone's files while its program does not run.
    private func snapshot(_ device: SimDevice) throws {
        try settleDoubts(device)
        device.close()
        disk.copy(device.file, to: "copy-of-" + device.file)
        device.snapshot = device.ledger
        mark("snapshot")
    }

    /// A new phone gets the files of the backup. What was given since then is gone, unless the centre has it.
    private func restorePhone(_ device: SimDevice, _ dice: inout SplitMix64) throws {
        guard let snapshot = device.snapshot else { return mark("no snapshot") }
        try settleDoubts(device)
        device.close()
        disk.copy("copy-of-" + device.file, to: device.file)
        device.filesReplaced()
        for (id, entry) in device.ledger.entries where snapshot.entries[id] == nil { strays[id] = entry }
        device.ledger = snapshot
        copied.formUnion(snapshot.entries.keys)
        device.isWiped = false
        device.reboot(&dice)
        hit(.phoneRestored)
    }

    /// A second phone goes on with the same files.
    private func clone(_ device: SimDevice, _ dice: inout SplitMix64) throws {
        guard devices.count < script.deviceCount + 2 else { return }
        try settleDoubts(device)
        device.close()
        let file = "device-\(devices.count).sqlite"
        disk.copy(device.file, to: file)
        let other = SimDevice(
            file: file, person: device.person, index: devices.count, disk: disk, clock: clock, migrations: device.migrations,
            random: &dice)
        other.ledger = device.ledger
        copied.formUnion(device.ledger.entries.keys)
        other.skew = device.skew
        other.isWiped = device.isWiped
        other.mustEnrol = device.mustEnrol
        devices.append(other)
        hit(.cloned)
    }

    /// The store is lost, and a backup put in its place. What only the centre knew since then is lost with it.
    private func restoreCentre(_ event: Event, _ step: inout Step) throws {
        guard !centre.backups.isEmpty, centre.restoredCount < 2 else { return mark("no backup") }
        let index = centre.backups.count - 1 - Int(event.what) % min(2, centre.backups.count)
        let hasCopy = has(.journalCopy) && (!has(.centreRestored) || event.what / 4 % 4 != 0)
        let withCopy = try centre.restore(index, salt: UInt64(event.salt), withCopy: hasCopy) {
            // It may have died after its last answer: what devices were told stands there, and no step has shown it.
            for checker in checkers { try checker.lose(self) }
        }
        step.touchesCentre = true
        // With the copy nothing is lost: everything that anybody was told still holds.
        if !withCopy { (acts, decisions) = told[index] }
        hit(withCopy ? .journalCopy : .centreRestored)
    }
}
