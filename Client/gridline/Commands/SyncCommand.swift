import ArgumentParser
import CurlTransport
import ReplicaStore
import SyncClient
import SyncProtocol
import Tickets

struct SyncCommand: Action {
    static let configuration = CommandConfiguration(commandName: "sync", abstract: Say.syncHelp.launch)
    @Flag(help: Say.watchOption.help) var watch = false
    @Option(help: Say.intervalOption.help) var interval: Int?
    @Option(help: Say.attemptsOption.help) var attempts = Self.attemptsDefault
    @Option(help: Say.waitOption.help) var wait: Int?
    @OptionGroup var common: CommonOptions

    static let attemptsDefault = 1

    /// Without options.
    static func plain(_ context: Context) throws -> ExitStatus {
        try PatientSync(context: context, attempts: attemptsDefault, waitSeconds: nil).run()
    }

    func run(in context: Context) throws -> ExitStatus {
        guard watch else { return try PatientSync(context: context, attempts: attempts, waitSeconds: wait).run() }
        return try WatchRun(context: context, attempts: attempts, intervalSeconds: interval.map { min($0, 86_400) }).run()
    }

    /// One sync. The replica is open only while it runs, so that other commands come in between.
    ///
    /// - Parameter renewingToken: A watch was refused.
    static func syncOnce(_ context: Context, attempts: Int, renewingToken: Bool = false) throws -> SyncReport {
        let replica = try context.replica()
        let identity = try replica.identity()
        CurlTransport.prepareBeside(for: identity.server)
        let before = try replica.glance()
        let curl = CurlTransport(authority: identity.authority, whenSent: { KillPoint.syncSent.pass() })
        let transport = CountingTransport(base: curl)
        let runner = SyncRunner(
            replica: replica, transport: transport, clientVersion: programVersion, renewingToken: renewingToken,
            clock: context.device.clock, pause: context.device.pause(milliseconds:))
        var limits = SyncSession.Limits()
        limits.attemptsMax = min(max(1, attempts), 100)
        let session = SyncSession(try ServerAddress(identity.server), limits: limits, random: SystemRandomNumberGenerator())
        let words = SyncProgress(commandCount: before.outboxCount)
        let outcome = try context.console.working(words.start) { progress in
            try runner.run(session) { rounds in progress(words.after(rounds: rounds, bytes: transport.byteCount)) }
        }
        if case .failed(.refused(let details), _) = outcome.ending, details.problem == .enrolAgain {
            try replica.noteEnrolAgain(at: try context.now(of: replica))
        }
        let after = try replica.glance()
        return SyncReport(
            outcome: outcome, status: after, newlyHeldCount: after.held.count { !before.held.contains($0) },
            newConflictCount: after.openConflicts.count { !before.openConflicts.contains($0) })
    }
}
