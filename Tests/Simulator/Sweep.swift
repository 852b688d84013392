/// One day, played once for every call that it makes to a disk: at the n-th write, sync, truncation or deletion the process dies, its
/// machine loses power, or the call fails. Seeds do this at random; a sweep leaves no call out. With `again`, what comes back dies while
/// it recovers.
package struct Sweep: Sendable {
    /// What is played.
    package let day: Script
    /// Whose disk.
    package let file: String
    /// What happens.
    package let accident: Disk.Accident
    /// The call, from the accident on, at which the process dies once more, so that it meets the recovery; nil = it does not.
    package let again: Int?

    /// A sweep over the files of one process.
    ///
    /// - Parameter file: `SimCentre.file`, or a device's: "device-0.sqlite".
    package init(_ file: String, _ accident: Disk.Accident, again: Int? = nil, seed: UInt64 = 20) {
        var day = Script(seed: seed, size: Script.Size(deviceCount: 3, commandCount: 5), tracks: true)
        let ordinary: Set<Event.Kind> = [.give, .undo, .retract, .choose, .act, .decide, .ticket, .sync, .crowd]
        day.events.removeAll { !ordinary.contains($0.kind) }
        day.faults = [.deviceCrashAt, .centreCrashAt]
        day.networkPercent = 0
        self.day = day
        self.file = file
        self.accident = accident
        self.again = again
    }

    /// Plays the day with the accident at one call.
    ///
    /// - Returns: nil if the day makes fewer calls than `nth`.
    package func play(_ nth: Int, on disk: Disk) -> RunResult? {
        let result = RunResult(day, on: disk, checkers: [Arming(sweep: self, nth: nth)] + standardCheckers())
        return disk.crashCount(file) + disk.errorCount(file) > 0 || result.violation != nil ? result : nil
    }

    private final class Arming: Checker {
        let sweep: Sweep
        let nth: Int
        var isArmedAgain = false
        init(sweep: Sweep, nth: Int) { (self.sweep, self.nth) = (sweep, nth) }
        func begin(_ run: Run) { run.disk.arm(sweep.file, sweep.accident, calls: 15, nth: nth, seed: UInt64(nth)) }
        func step(_ run: Run, _ step: Step) {
            guard let again = sweep.again, !isArmedAgain, run.disk.crashCount(sweep.file) == 1 else { return }
            isArmedAgain = true
            run.disk.arm(sweep.file, .kill, calls: 15, nth: again, seed: UInt64(nth))
        }
    }
}
