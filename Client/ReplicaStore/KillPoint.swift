import Glibc
import Synchronization

/// A named moment at which a fault test ends the process: `GRIDLINE_KILL_AT=rebase.applied:2` kills it, as `kill -9` would, when
/// it comes to that moment for the second time. Without the variable a point costs one comparison.
///
/// The points are compiled into every build, so that the program under test is the program that is shipped.
public enum KillPoint: String, CaseIterable, Sendable {
    /// The rows of a command are changed, nothing is committed.
    case giveRecorded = "give.recorded"
    /// A command is durable, nobody was told.
    case giveCommitted = "give.committed"
    /// Commands are durably marked offered, no byte has left.
    case syncOffered = "sync.offered"
    /// The last byte of a request has left, no answer has come. Reached by the client's transport.
    case syncSent = "sync.sent"
    /// An answer has come and was not looked at. Reached by the client's transport.
    case syncReceived = "sync.received"
    /// A page is durable in the staging area.
    case syncStaged = "sync.staged"
    /// The rebase has begun, no row is changed.
    case rebaseBegun = "rebase.begun"
    /// Pending commands are rolled back.
    case rebaseRolledBack = "rebase.rolledBack"
    /// The staged pages are applied.
    case rebaseApplied = "rebase.applied"
    /// Pending commands are replayed, the cursor has moved, nothing is committed.
    case rebaseReplayed = "rebase.replayed"
    /// The rebase is committed, nobody was told.
    case rebaseCommitted = "rebase.committed"

    /// Ends the process here if the environment asks for it.
    public func pass() {
        guard let target = Self.target, target.point == self else { return }
        let hit = Self.hitCount.withLock { count in
            count += 1
            return count
        }
        if hit == target.hit {
            kill(getpid(), SIGKILL)
            // The signal may take a moment to arrive; nothing of ours may run meanwhile.
            while true { pause() }
        }
    }

    private static let hitCount = Mutex(0)
    /// Read once: a process asks for one death at most.
    private static let target: (point: KillPoint, hit: Int)? = {
        guard let text = getenv("GRIDLINE_KILL_AT") else { return nil }
        return parse(String(cString: text))
    }()

    /// - Returns: nil for anything but `name` or `name:n` with n ≥ 1: a mistyped name kills nothing, and its test then fails.
    package static func parse(_ text: String) -> (point: KillPoint, hit: Int)? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let name = parts.first, let point = KillPoint(rawValue: String(name)) else { return nil }
        guard parts.count == 2 else { return (point, 1) }
        guard let hit = Int(parts[1]), hit >= 1 else { return nil }
        return (point, hit)
    }
}
