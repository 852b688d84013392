import CentralStore
import CentralStoreSQLite
import Foundation
import Queue
import SyncProtocol
import SyncService
import Tickets

/// An opened store with everything that works on it: what `serve` runs, and what every other command uses when none runs.
struct Centre {
    let store: SQLiteCentralStore
    let service: SyncService
    let operations: Operations

    /// Opens the store, reads key and profile.
    ///
    /// - Parameter process: The process that serves; nil for a single command.
    /// - Throws: `storeBusy` if another process has it; `noStore`, `badKey`, `badProfile`.
    static func open(_ directory: StoreDirectory, process: Int32?) throws(OperationProblem) -> Centre {
        let configuration = try StoreConfiguration(in: directory)
        let keys = try KeyFile.read(configuration.keyFile)
        let profile = try ProfileFile.load(configuration.profile)
        do {
            let store = try SQLiteCentralStore.open(at: directory.database)
            return Centre(store, keys, profile, inFlight: InFlightFile(path: directory.inFlight), process: process)
        } catch let error as StoreError {
            throw OperationProblem(error)
        } catch let problem as OperationProblem {
            throw problem
        } catch {
            throw OperationProblem(.storeFailed, "the store cannot be opened (\(type(of: error)))")
        }
    }

    private init(
        _ store: SQLiteCentralStore, _ keys: CentreKeys, _ profile: Profile, inFlight: any InFlightStore, process: Int32?
    ) {
        var rules = Rules.embedded
        rules.profile = profile
        self.store = store
        service = SyncService(
            store: store, keys: keys, rules: rules, clock: Edge.clock, random: Edge.random, inFlight: inFlight)
        operations = Operations(
            store: store, service: service, random: Edge.random, release: Release.version, process: process)
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

    /// Bytes of the system's cryptographic generator.
    static let random: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// The file that remembers what was being decided.
struct InFlightFile: InFlightStore {
    let path: String

    func read() -> String { FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    func replace(_ text: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        _ = write(descriptor, bytes, bytes.count)
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
                let centre = try Centre.open(directory, process: nil)
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
