import ArgumentParser
import CurlTransport
import Glibc
import ReplicaStore
import SyncClient
import SyncProtocol
import Tickets

struct SyncCommand: Action {
    static let configuration = CommandConfiguration(commandName: "sync", abstract: Say.syncHelp.launch)
    @Flag(help: Say.watchOption.help) var watch = false
    @Option(help: Say.intervalOption.help) var interval = 60
    @Option(help: Say.attemptsOption.help) var attempts = 1
    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws -> ExitStatus {
        guard watch else { return try Self.syncOnce(context, attempts: attempts).status }
        return try Self.watch(context, WatchRhythm(intervalSeconds: min(interval, 86_400)), attempts: attempts)
    }

    /// One sync. The replica is open only while it runs, so that other commands come in between.
    static func syncOnce(_ context: Context, attempts: Int) throws -> (status: ExitStatus, ending: SyncSession.Ending) {
        let replica = try context.replica()
        let identity = try replica.identity()
        let heldBefore = Set(try replica.status().held.map(\.id))
        let transport = CurlTransport(authority: identity.authority, whenSent: { KillPoint.syncSent.pass() })
        let runner = SyncRunner(
            replica: replica, transport: transport, clientVersion: programVersion, clock: context.device.clock,
            pause: context.device.pause(milliseconds:))
        var limits = SyncSession.Limits()
        limits.attemptsMax = min(max(1, attempts), 100)
        let session = SyncSession(try ServerAddress(identity.server), limits: limits, random: SystemRandomNumberGenerator())
        let outcome = try runner.run(session) { rounds in
            if rounds.isMultiple(of: 10) { context.console.talk(Say.round("\(rounds)")) }
        }
        let report = SyncReport(
            outcome: outcome, status: try replica.status(),
            newlyHeldCount: try replica.status().held.count { !heldBefore.contains($0.id) })
        report.show(on: context.console, now: context.device.now())
        return (report.exit, outcome.ending)
    }

    /// While another command works on the replica, watching waits as it does for a busy centre.
    private static func syncUnlessBusy(
        _ context: Context, attempts: Int
    ) throws -> (status: ExitStatus, ending: SyncSession.Ending) {
        do { return try syncOnce(context, attempts: attempts) } catch ReplicaError.busy {
            return (.unsent, .failed(.busy(status: 0), retryAfterSeconds: nil))
        }
    }

    /// Syncs until a signal comes or only a person can help.
    private static func watch(_ context: Context, _ rhythm: WatchRhythm, attempts: Int) throws -> ExitStatus {
        Interruption.watch()
        var rhythm = rhythm
        var random = SystemRandomNumberGenerator()
        while true {
            let (status, ending) = try syncUnlessBusy(context, attempts: attempts)
            guard let pause = rhythm.pause(after: ending, using: &random) else { return status }
            if !context.console.json { context.console.talk(Say.watching("\((pause + 999) / 1000)"), .faint) }
            if Interruption.signal == 0 { context.device.pause(milliseconds: pause) }
            switch Interruption.signal {
            case 0: continue
            case SIGINT: return .cancelled
            default: return status
            }
        }
    }
}

/// A wish to stop, kept until the sync under way is done.
enum Interruption {
    // Written by the handler and read by the one thread there is; both are single machine words.
    nonisolated(unsafe) private(set) static var signal: Int32 = 0

    static func watch() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { Interruption.signal = $0 }
            // Without SA_RESTART: the pause must end at once.
            sigaction(number, &action, nil)
        }
    }
}
