/// Makes a failing script small: fewer events first (ddmin), then fewer faults, then a kinder network; then small numbers, with which
/// events pick the same although others went, and again fewer events, also two at a time. What is left still breaks the same invariant,
/// and usually tells what happened.
package struct Shrinker {
    private let invariant: String
    private let disk: Disk
    private let checkers: () -> [any Checker]
    /// Runs that are left.
    private var runsLeft: Int
    /// The smallest so far, and what it breaks.
    package private(set) var script: Script
    package private(set) var violation: Violation

    /// - Parameters:
    ///   - violation: What the script breaks.
    ///   - runsMax: How many scripts are tried.
    package init(
        _ script: Script, _ violation: Violation, on disk: Disk, runsMax: Int = 3_000, checkers: @escaping () -> [any Checker]
    ) {
        self.script = script
        self.violation = violation
        invariant = violation.invariant
        self.disk = disk
        self.checkers = checkers
        runsLeft = runsMax
    }

    /// Shrinks until nothing can go, or the runs are used up.
    package mutating func run() {
        if violation.step + 1 < script.events.count {
            var cut = script
            cut.events.removeSubrange((violation.step + 1)...)
            _ = take(cut)
        }
        shrinkEvents()
        for fault in Fault.allCases where script.faults.contains(fault) {
            var without = script
            without.faults.remove(fault)
            _ = take(without)
        }
        for percent in [0, 4] where percent < script.networkPercent {
            var kinder = script
            kinder.networkPercent = percent
            if take(kinder) { break }
        }
        if script.tracks {
            var plain = script
            plain.tracks = false
            _ = take(plain)
        }
        var before: Int
        repeat {
            before = script.events.count
            shrinkEvents()
            shrinkNumbers()
            shrinkEvents()
            shrinkPairs()
        } while script.events.count < before && runsLeft > 0
    }

    /// Small numbers pick the first of whatever there is, which does not shift when another event goes.
    private mutating func shrinkNumbers() {
        for index in script.events.indices {
            for field in [\Event.who, \Event.what] {
                for number in UInt32(0)..<4 where script.events[index][keyPath: field] > number {
                    var smaller = script
                    smaller.events[index][keyPath: field] = number
                    if take(smaller) { break }
                }
            }
        }
    }

    /// Leaves out two events that mean nothing without each other.
    private mutating func shrinkPairs() {
        var first = 0
        while first < script.events.count, runsLeft > 0 {
            var second = first + 1
            while second < script.events.count, runsLeft > 0 {
                var without = script
                without.events.remove(at: second)
                without.events.remove(at: first)
                if take(without) { second = first + 1 } else { second += 1 }
            }
            first += 1
        }
    }

    /// Leaves out parts, large ones first.
    private mutating func shrinkEvents() {
        var size = max(1, script.events.count / 2)
        while size >= 1 {
            var start = 0
            var isSmaller = false
            while start < script.events.count, runsLeft > 0 {
                var without = script
                without.events.removeSubrange(start..<min(start + size, script.events.count))
                if take(without) { isSmaller = true } else { start += size }
            }
            if size == 1, !isSmaller { return }
            size = max(1, size / 2)
            if runsLeft <= 0 { return }
        }
    }

    /// Keeps a script if it breaks the same invariant.
    private mutating func take(_ candidate: Script) -> Bool {
        guard runsLeft > 0, candidate != script else { return false }
        runsLeft -= 1
        let result = RunResult(candidate, on: disk, checkers: checkers())
        guard let found = result.violation, found.invariant == invariant else { return false }
        script = candidate
        violation = found
        return true
    }
}
