import CurlTransport
import Glibc
import ReplicaStore
import SyncClient
import SyncProtocol
import Tickets

/// One sync that outlasts a busy centre, and a missing signal where that is wished.
struct PatientSync {
    let context: Context
    let attempts: Int
    /// nil = half a minute, and only while the centre is busy.
    let waitSeconds: Int?

    func run() throws -> ExitStatus {
        let seconds = min(max(0, waitSeconds ?? 30), 86_400)
        var patience = Patience(totalMilliseconds: Int64(seconds) * 1_000, outlastsOffline: waitSeconds != nil)
        var random = SystemRandomNumberGenerator()
        let start = context.device.clock().bootReading
        while true {
            let report = try SyncCommand.syncOnce(context, attempts: attempts)
            let elapsed = context.device.clock().bootReading - start
            switch patience.next(after: report.outcome.ending, elapsedMilliseconds: elapsed, using: &random) {
            case .again(let milliseconds):
                let count = report.status.outboxCount
                context.console.talk(
                    Self.words(report.outcome.ending, outboxCount: count, milliseconds: milliseconds), .attention)
                context.device.pause(milliseconds: milliseconds)
            case .end:
                report.show(on: context.console, now: context.device.now())
                if elapsed >= 1_000, report.exit == .unsent { context.console.talk(Say.waitedInVain("\(elapsed / 1_000)")) }
                return report.exit
            }
        }
    }

    /// Why there is a pause, how long it is, and that nothing is lost.
    static func words(_ ending: SyncSession.Ending, outboxCount: Int, milliseconds: Int64) -> Words {
        var isBusy = false
        if case .failed(let failure, _) = ending { isBusy = failure.isBusy }
        let why = (isBusy ? Say.busyAgain : Say.unreachableAgain)("\((milliseconds + 999) / 1_000)")
        switch outboxCount {
        case 0: return why
        case 1: return why + Say.safeMeanwhileOne
        default: return why + Say.safeMeanwhile("\(outboxCount)")
        }
    }
}

/// `sync --watch`: does what a `WatchLoop` says, until a signal comes or only a person can help.
struct WatchRun {
    let context: Context
    let attempts: Int
    let intervalSeconds: Int?

    func run() throws -> ExitStatus {
        Interruption.watch()
        let identity = try context.replica().identity()
        // Its own connection: the one of a sync is gone when the sync is.
        let transport = CurlTransport(authority: identity.authority, isBrokenOff: { Interruption.signal != 0 })
        var loop = WatchLoop(
            try ServerAddress(identity.server), intervalSeconds: intervalSeconds, random: SystemRandomNumberGenerator())
        var status = ExitStatus.done
        var said: WatchLoop.Action?
        var action = loop.start
        var isTokenRefused = false
        while Interruption.signal == 0 {
            let event: WatchLoop.Event
            switch action {
            case .sync:
                let ending: SyncSession.Ending
                (status, ending) = try sync(renewingToken: isTokenRefused)
                said = nil
                event = .synced(ending)
            case .look: event = .looked(try standing())
            case .watch(let exchange):
                if said != action { talk(Say.watching) }
                said = action
                let answer = answer(to: exchange, over: transport)
                isTokenRefused = answer == .tokenRefused
                event = .watched(answer)
            case .pause(let milliseconds, let why):
                say(why, milliseconds)
                pause(milliseconds)
                event = .paused
            case .finish: return status
            }
            action = loop.handle(event, now: context.device.clock().bootReading)
        }
        talk(Say.stopped)
        return try finalStatus(status)
    }

    /// While another command works on the replica, watching waits as it does for a busy centre.
    private func sync(renewingToken: Bool) throws -> (ExitStatus, SyncSession.Ending) {
        do {
            let report = try SyncCommand.syncOnce(context, attempts: attempts, renewingToken: renewingToken)
            report.show(on: context.console, now: context.device.now())
            return (report.exit, report.outcome.ending)
        } catch ReplicaError.busy {
            return (.unsent, .failed(.busy(status: 0), retryAfterSeconds: nil))
        }
    }

    private func standing() throws -> WatchStanding? {
        do { return try context.replica().watchStanding() } catch ReplicaError.busy { return nil }
    }

    private func answer(to exchange: WatchExchange, over transport: CurlTransport) -> WatchAnswer {
        guard let request = exchange.request else { return .unsupported }
        do throws(TransportError) { return WatchAnswer(try transport.send(request)) } catch {
            return .failed(.transport(error), retryAfterSeconds: nil)
        }
    }

    private func say(_ why: WatchLoop.Why, _ milliseconds: Int64) {
        let seconds = "\((milliseconds + 999) / 1_000)"
        switch why {
        case .news, .replicaBusy: break
        case .failure: talk(Say.unreachableAgain(seconds))
        case .clock: talk(Say.watchingByClock(seconds))
        }
    }

    private func talk(_ words: Words) {
        if !context.console.json { context.console.talk(words, .faint) }
    }

    /// In short parts: a signal that came just before one would else be heard only at its end.
    private func pause(_ milliseconds: Int64) {
        var left = milliseconds
        while left > 0, Interruption.signal == 0 {
            context.device.pause(milliseconds: min(left, 500))
            left -= 500
        }
    }

    /// Stopped on purpose: 3 if something is still without a verdict, else 0.
    private func finalStatus(_ last: ExitStatus) throws -> ExitStatus {
        do { return try context.replica().glance().outboxCount > 0 ? .unsent : .done } catch ReplicaError.busy { return last }
    }
}

/// A wish to stop, kept until the sync under way is done.
enum Interruption {
    // Written by the handler and read by the one thread there is; both are single machine words.
    nonisolated(unsafe) private(set) static var signal: Int32 = 0

    static func watch() {
        // Whoever started us may have blocked them, and a program inherits that: threads of a dispatch queue do.
        var mask = sigset_t()
        sigemptyset(&mask)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&mask, number) }
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { Interruption.signal = $0 }
            // Without SA_RESTART: the pause must end at once.
            sigaction(number, &action, nil)
        }
    }
}
