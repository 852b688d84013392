import Harness

/// Everything that a run depends on: the conditions, and what happens. The same script gives the same trace.
package struct Script: Hashable, Sendable {
    /// Where it was drawn from; also the root of what is random beside the events.
    package var seed: UInt64
    /// How people and tickets stand to one another at the start.
    package var variant: Int
    /// Devices at the start.
    package var deviceCount: Int
    /// What can go wrong.
    package var faults: Set<Fault>
    /// How often, in a hundred exchanges, a fault of the network happens if it is on.
    package var networkPercent: Int
    /// What happens, in order.
    package var events: [Event]
    /// Whether the files tell apart what was synced: crash simulation.
    package var tracks: Bool

    /// Leaders, units that supervise together and volunteers come into play in a quarter of the seeds beyond those that the self-test's
    /// record names: what was found at a recorded seed is found there again.
    package var isWide: Bool { Self.isBeyondRecord(seed) && seed % 4 == 3 }

    /// Beyond the record the centre writes oftener, too, what people in the field write: a quarter of its acts are such edits more.
    private static func isBeyondRecord(_ seed: UInt64) -> Bool { seed >= 10_000 }

    /// How large a schedule is.
    package struct Size: Hashable, Sendable {
        /// Devices.
        package var deviceCount: Int
        /// Commands that each gives, as drawn; some are refused.
        package var commandCount: Int
        /// A size.
        package init(deviceCount: Int = 3, commandCount: Int = 40) {
            self.deviceCount = deviceCount
            self.commandCount = commandCount
        }
    }
}

extension Script {
    /// Draws a schedule.
    ///
    /// - Parameters:
    ///   - tracks: nil = by chance; false leaves out what needs crash simulation.
    package init(seed: UInt64, size: Size = Size(), tracks: Bool? = nil) {
        var root = SeededRandom(seed: seed)
        var swarm = SeededRandom(seed: root.next())
        var draw = SeededRandom(seed: root.next())
        self.seed = seed
        variant = Int(swarm.next() % 3)
        deviceCount = size.deviceCount
        networkPercent = [4, 10, 25].randomElement(using: &swarm)!
        let isTracking = Bool.random(using: &swarm)
        self.tracks = tracks ?? isTracking
        // One seed in eight has no fault at all; of the others each fault is on in about every third.
        let calm = swarm.next() % 8 == 0
        var faults: Set<Fault> = []
        for fault in Fault.allCases {
            let isOn = swarm.next() % 3 == 0
            if isOn, !calm, self.tracks || !fault.needsTracking { faults.insert(fault) }
        }
        self.faults = faults
        // Some people sync at each house, some come home with a week's work; a short history needs some syncs, too.
        let often = [30, 70, 140].randomElement(using: &swarm)! * min(3, max(1, 40 / max(1, size.commandCount)))
        let weights = Self.weights(faults, sync: often)
        let total = weights.reduce(0) { $0 + $1.1 }
        events = []
        var given = 0
        while given < size.deviceCount * size.commandCount {
            var pick = Int(draw.next() % UInt64(total))
            let kind = weights.first { entry in
                pick -= entry.1
                return pick < 0
            }!.0
            if kind == .give || kind == .retract || kind == .choose { given += 1 }
            let bits = draw.next()
            var what = UInt32(truncatingIfNeeded: bits >> 32)
            // So that more meets, and each verdict has its share of the commands.
            if kind == .act, bits >> 16 % 4 == 0, Self.isBeyondRecord(seed) {
                what = Run.fieldEdits.lowerBound + what % UInt32(Run.fieldEdits.count)
            }
            events.append(
                Event(
                    kind, who: UInt32(truncatingIfNeeded: bits), what: what, salt: UInt32(truncatingIfNeeded: draw.next())))
        }
        tellStories(using: &draw)
    }

    /// Puts in a few short stories that chance alone hardly ever tells, each where its faults are on, in half of those seeds.
    private mutating func tellStories(using draw: inout SeededRandom) {
        func raw() -> UInt32 { UInt32(truncatingIfNeeded: draw.next()) }
        func event(_ kind: Event.Kind, _ who: UInt32, _ what: UInt32) -> Event { Event(kind, who: who, what: what, salt: raw()) }
        // A command is under way as the centre dies, and when it comes again the disk fails: it stays under suspicion.
        if faults.isSuperset(of: [.centreCrashAt, .centreError]), draw.next() % 2 == 0 {
            let device = raw()
            // Multiples of six: at the centre, and soon.
            let story = [
                event(.give, device, raw()), event(.crashAt, device, raw() % 100 * 6), event(.sync, device, raw()),
                event(.failAt, device, raw() % 100 * 6), event(.sync, device, raw()), event(.sync, device, raw()),
            ]
            insert(story, after: Int(draw.next() % UInt64(events.count)))
        }
        // The centre forgets a conflict, and who chooses on it comes back before its authors do.
        if faults.contains(.centreRestored), draw.next() % 2 == 0 {
            let (quarter, device) = (events.count / 4, raw())
            let story = [
                event(.sync, device, raw()), event(.restoreCentre, device, 0), event(.choose, device, raw()),
                event(.choose, device, raw()), event(.sync, device, raw()), event(.sync, device &+ 1, raw()),
            ]
            insert(story, after: 2 * quarter + Int(draw.next() % UInt64(max(1, quarter))))
            insert([event(.backup, device, raw())], after: Int(draw.next() % UInt64(max(1, quarter))))
        }
    }

    private mutating func insert(_ story: [Event], after place: Int) {
        events.insert(contentsOf: story, at: min(place, events.count))
    }

    /// What the weights make of some seeds: a record of seeds means something only as long as this stays the same.
    package static func drawing(_ size: Size) -> String {
        var hash = TraceHash()
        for seed in UInt64(1)...16 { hash.add(Script(seed: seed, size: size).description) }
        return hash.description
    }

    /// How often each kind of event comes, relative to the others.
    private static func weights(_ faults: Set<Fault>, sync: Int) -> [(Event.Kind, Int)] {
        func on(_ faults: [Fault], of active: Set<Fault>) -> Bool { faults.contains { active.contains($0) } }
        var weights: [(Event.Kind, Int)] = [
            (.give, 1000), (.undo, 40), (.retract, 70), (.choose, 80), (.act, 200), (.decide, 90), (.ticket, 50), (.sync, sync),
            (.crowd, 10), (.wait, 10),
        ]
        let conditional: [(Event.Kind, Int, [Fault])] = [
            (.move, 20, [.scopeMoved]), (.role, 70, [.roleChanged]), (.replay, 30, [.replayed]), (.arrive, 30, [.delayed]),
            (.partition, 25, [.partitioned]), (.restart, 12, [.deviceRestart, .centreRestart]),
            (.kill, 14, [.deviceKill, .centreKill]), (.power, 16, [.devicePower, .centrePower]),
            (.crashAt, 24, [.deviceCrashAt, .centreCrashAt]), (.failAt, 14, [.deviceError, .centreError]),
            (.full, 14, [.deviceFull, .centreFull]), (.skew, 10, [.deviceClock]), (.reboot, 10, [.deviceReboot]),
            (.clock, 8, [.centreClock]), (.snapshot, 10, [.phoneRestored, .cloned]), (.restorePhone, 6, [.phoneRestored]),
            (.clone, 8, [.cloned]), (.backup, 12, [.centreRestored, .journalCopy]),
            (.restoreCentre, 8, [.centreRestored, .journalCopy]),
            (.revoke, 3, [.revoked]), (.upgrade, 6, [.oldRelease]),
        ]
        for (kind, weight, causes) in conditional where on(causes, of: faults) { weights.append((kind, weight)) }
        return weights
    }
}

extension Script: CustomStringConvertible {
    /// The text of a regression file.
    package var description: String {
        """
        seed \(seed)
        variant \(variant)
        devices \(deviceCount)
        network \(networkPercent)
        tracks \(tracks ? 1 : 0)
        faults \(Fault.allCases.filter(faults.contains).map(\.rawValue).joined(separator: " "))
        \(events.map(\.description).joined(separator: "\n"))

        """
    }

    /// Reads the text of a regression file. Lines that begin with # are for people.
    ///
    /// - Returns: nil if a line means nothing.
    package init?(text: String) {
        self.init(seed: 0, variant: 0, deviceCount: 3, faults: [], networkPercent: 10, events: [], tracks: false)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard let first = words.first else { continue }
            let number = words.count == 2 ? UInt64(words[1]) : nil
            switch (first, number) {
            case ("seed", let number?): seed = number
            case ("variant", let number?): variant = Int(number)
            case ("devices", let number?): deviceCount = Int(number)
            case ("network", let number?): networkPercent = Int(number)
            case ("tracks", let number?): tracks = number == 1
            case ("faults", _): faults = Set(words.dropFirst().compactMap { Fault(rawValue: String($0)) })
            default:
                guard let event = Event(line) else { return nil }
                events.append(event)
            }
        }
    }
}
