import CentralStore
import CentralStoreSQLite
import Foundation
import Queue
import SyncProtocol
import SyncService
import Synchronization
import Telemetry
import Tickets

/// An opened store with everything that works on it: what `serve` runs, and what every other command uses when none runs.
struct Centre {
    let store: SQLiteCentralStore
    let service: SyncService
    let operations: Operations

    /// Opens the store, reads key and profile.
    ///
    /// - Parameters:
    ///   - serving: What only a server has; nil for a single command.
    ///   - journalCopy: A folder from now on, `noCopy` for none; nil = what was said last.
    /// - Throws: `storeBusy` if another process has it; `noStore`, `badKey`, `badProfile`.
    static func open(_ directory: StoreDirectory, serving: Serving?, journalCopy: String? = nil) throws(OperationProblem)
        -> Centre
    {
        SQLiteCentralStore.prepareProcess()
        SQLiteCentralStore.gatherLogWrites()
        var configuration = try StoreConfiguration(in: directory)
        let known = configuration.journalCopy
        if let journalCopy { configuration.journalCopy = journalCopy == noCopy ? nil : journalCopy }
        if let copy = configuration.journalCopy, (copy + "/").hasPrefix(directory.path + "/") {
            throw OperationProblem(.badArguments, "--journal-copy is inside the store's folder; it belongs on another disk")
        }
        let keys = try KeyFile.read(configuration.keyFile)
        let profile = try ProfileFile.load(configuration.profile)
        do {
            let whenSyncFails: @Sendable (StoreError) -> Void = { serving?.whenSyncFails($0) }
            let store =
                try configuration.journalCopy.map {
                    try SQLiteCentralStore.open(at: directory.database, copy: CopyFolder($0), whenSyncFails: whenSyncFails)
                } ?? SQLiteCentralStore.open(at: directory.database, whenSyncFails: whenSyncFails)
            if configuration.journalCopy != known { try configuration.write(in: directory) }
            return Centre(store, keys, profile, inFlight: InFlightFile(path: directory.inFlight), serving)
        } catch let error as StoreError {
            throw OperationProblem(error)
        } catch let problem as OperationProblem {
            throw problem
        } catch {
            throw OperationProblem(.storeFailed, "the store cannot be opened (\(type(of: error)))")
        }
    }

    private init(
        _ store: SQLiteCentralStore, _ keys: CentreKeys, _ profile: Profile, inFlight: any InFlightStore, _ serving: Serving?
    ) {
        var rules = Rules.embedded
        rules.profile = profile
        self.store = store
        let service = SyncService(
            store: store, keys: keys, rules: rules, clock: Edge.clock, random: Edge.random, inFlight: inFlight,
            configuration: serving?.configuration ?? ServiceConfiguration(),
            observer: serving?.metrics ?? NoServiceObserver())
        self.service = service
        operations = Operations(
            store: store, service: service, random: Edge.random, release: Release.version, process: serving?.process,
            live: { serving.map { $0.report(service) } })
    }

    /// As a folder of the journal copy: there is to be none.
    static let noCopy = "/dev/null"

    /// What a running server has besides its store.
    struct Serving: Sendable {
        let process: Int32
        /// Milliseconds since 1970 UTC.
        let startedAt: Milliseconds
        let metrics: ServerMetrics
        let configuration: ServiceConfiguration
        /// The disk did not confirm a write.
        let whenSyncFails: @Sendable (StoreError) -> Void

        /// The figures for `status`.
        func report(_ service: SyncService) -> LiveReport {
            let traffic = metrics.traffic
            return LiveReport(
                startedAt: startedAt, waitingRequests: service.waitingRequestCount, openRequests: traffic.openRequestCount,
                connections: traffic.connectionCount, requestsPerSecond: traffic.requestsPerSecond,
                p50Milliseconds: traffic.p50Milliseconds, p99Milliseconds: traffic.p99Milliseconds,
                shedRequests: traffic.shedCount, judgedCommands: traffic.judgedCount)
        }
    }

    /// Ends what waits, then closes the store.
    func close() {
        service.close()
        // Everything is committed; what closing can still report is of no use to anybody.
        try? store.close()
    }
}

/// Where time and chance come in.
enum Edge {
    /// Milliseconds since 1970 UTC.
    static let clock: @Sendable () -> Milliseconds = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Nanoseconds of a clock that never steps back.
    static let stopwatch: @Sendable () -> UInt64 = {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Bytes of the system's cryptographic generator, asked for 256 at a time: a batch takes two salts per command, and each
    /// question is a system call. What was given out is forgotten.
    static let random: @Sendable (Int) -> [UInt8] = { count in
        waiting.withLock { waiting in
            while waiting.count < count {
                var more = [UInt8](repeating: 0, count: 256)
                precondition(getentropy(&more, more.count) == 0, "no randomness: \(errno)")
                waiting += more
            }
            defer { waiting.removeLast(count) }
            return Array(waiting.suffix(count))
        }
    }
    private static let waiting = Mutex<[UInt8]>([])
}

/// The file that remembers what was being decided: the text up to the first zero byte, or to the end.
///
/// It stays open and is written over, never cut: to cut a file that was just written, ext4 waits for its journal, which took longer
/// than everything else of a batch but the fsync.
final class InFlightFile: InFlightStore {
    private let path: String
    private let descriptor = Mutex<Int32>(-1)

    init(path: String) { self.path = path }

    deinit {
        descriptor.withLock { if $0 >= 0 { close($0) } }
    }

    func read() -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } ?? ""
    }

    func replace(_ text: String) {
        descriptor.withLock { file in
            if file < 0 { file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600) }
            guard file >= 0 else { return }
            let bytes = Array(text.utf8) + [0]
            _ = pwrite(file, bytes, bytes.count, 0)
        }
    }
}

/// Where a command's operations run: in the `serve` that has the store, or here if none runs.
struct Session {
    let runner: any OperationRunner
    private let own: Centre?

    /// - Throws: `storeBusy` if somebody has the store and nobody answers, for five seconds.
    static func open(_ directory: StoreDirectory) async throws(OperationProblem) -> Session {
        for attempt in 0... {
            if let client = try AdminClient.connect(path: directory.socket) { return Session(runner: client, own: nil) }
            do throws(OperationProblem) {
                let centre = try Centre.open(directory, serving: nil)
                return Session(runner: centre.operations, own: centre)
            } catch {
                // A serve that is just starting or stopping, or another command: they need moments.
                guard error.code == .storeBusy, attempt < 100 else { throw error }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        preconditionFailure("the loop ends by returning or throwing")
    }

    func close() { own?.close() }
}
