import CentralStore
import CentralStoreSQLite
import Fixture
import Foundation
import SyncClient
import SyncProtocol
import SyncService
import Synchronization
import Tickets

/// The centre of a run: the production service over the production store, in files of a `Disk`, that can die at any call.
package final class SimCentre {
    /// The store's group of files.
    package static let file = "central.sqlite"
    /// True time.
    package let clock: VirtualClock
    /// The centre's clock minus true time.
    package let clockError = VirtualClock(0)
    /// Everything random at the centre; each event begins it anew.
    package let random = SharedRandom(seed: 0)
    /// How often a backup was put in place of the store.
    package private(set) var restoredCount = 0
    /// Backups, oldest first: the file, and the head that it has.
    package private(set) var backups: [(file: String, head: Int64)] = []

    private let disk: Disk
    private let keys: CentreKeys
    private let configuration: ServiceConfiguration
    private let inFlight = InFlightMemory()
    private let secondDisk: SecondDisk?
    private var running: (store: SQLiteCentralStore, service: SyncService)?
    private var looking: Peek? { didSet { if oldValue !== looking { oldValue?.isHolding = false } } }
    private var crashesSeen = 0
    private var errorsSeen = 0

    init(_ world: World, disk: Disk, clock: VirtualClock, configuration: ServiceConfiguration, hasCopy: Bool) {
        secondDisk = hasCopy ? SecondDisk() : nil
        self.disk = disk
        self.clock = clock
        self.configuration = configuration
        keys = world.keys
        disk.put(Self.file, world.centre)
    }

    deinit { stop() }

    /// What the process has noted of commands in flight.
    package var inFlightNote: String { inFlight.read() }
    /// The same as each process that died had left it, oldest first.
    package private(set) var stops: [String] = []
    /// The service, if it runs.
    package var service: SyncService? { running?.service }
    /// The store, if it runs.
    package var store: SQLiteCentralStore? { running?.store }

    /// Checkers look at it, and nobody acts.
    var isBeingChecked = false { didSet { looking?.isHolding = isBeingChecked } }

    /// The simulator's own look into the store.
    package func peek() throws -> Peek {
        if let looking { return looking }
        let peek = try disk.look(at: Self.file)
        peek.isHolding = isBeingChecked
        looking = peek
        return peek
    }

    /// Starts it, unless it runs.
    ///
    /// - Throws: What the store says. Right only while its disk has accidents.
    package func start() throws {
        guard running == nil else { return }
        do {
            let path = disk.path(Self.file)
            begin(try copy().map { try SQLiteCentralStore.open(at: path, copy: $0) } ?? SQLiteCentralStore.open(at: path))
        } catch {
            noteAccidents()
            throw error
        }
    }

    /// The journal copy, if the centre has one, for a process that begins now.
    private func copy() -> CopyMemory? {
        guard let secondDisk else { return nil }
        let (born, crashCount) = (disk.crashCount(Self.file), disk.crashCounter(Self.file))
        return CopyMemory(secondDisk) { crashCount() != born }
    }

    private func begin(_ store: SQLiteCentralStore) {
        let (clock, clockError, random) = (clock, clockError, random)
        let (born, crashCount) = (disk.crashCount(Self.file), disk.crashCounter(Self.file))
        let inFlight = InFlightFile(inFlight) { crashCount() != born }
        let service = SyncService(
            store: store, keys: keys, rules: World.rules, clock: { clock.now + clockError.now }, random: { random.bytes($0) },
            inFlight: inFlight,
            configuration: configuration)
        running = (store, service)
    }

    /// Stops it in order.
    package func stop() {
        looking = nil
        guard let (store, service) = running else { return }
        running = nil
        service.close()
        try? store.close()
    }

    /// It dies, and its machine perhaps with it.
    package func die(_ accident: Disk.Accident, seed: UInt64) {
        looking = nil
        disk.crash(Self.file, accident, seed: seed)
        noteAccidents()
    }

    /// Whether something has happened to its disk since this was last asked; a process that died is taken away.
    @discardableResult
    package func noteAccidents() -> Bool {
        let (crashes, errors) = (disk.crashCount(Self.file), disk.errorCount(Self.file))
        let happened = crashes != crashesSeen || errors != errorsSeen
        if crashes != crashesSeen {
            crashesSeen = crashes
            stops.append(inFlightNote)
            stop()
        }
        errorsSeen = disk.errorCount(Self.file)
        return happened
    }

    /// What came back from the centre.
    package enum Reply {
        /// An answer left it.
        case answer(HTTPResponse)
        /// It is down, or died before an answer left.
        case none
    }

    /// Answers one request, as the HTTP server would. A process that dies meanwhile answers nothing.
    package func answer(_ request: HTTPRequest) -> Reply {
        guard let service else { return .none }
        let crashes = crashesSeen
        let response: HTTPResponse
        do throws(ProtocolError) {
            let body =
                request.url.hasSuffix("/v1/enrol")
                ? try service.enrolAndWait(body: request.body) : try service.syncAndWait(body: request.body)
            response = HTTPResponse(status: 200, contentType: ContentType.sync, body: body)
        } catch { response = Self.problem(error) }
        noteAccidents()
        return crashes == crashesSeen ? .answer(response) : .none
    }

    /// Answers several requests that arrive as one batch.
    package func answerTogether(_ requests: [HTTPRequest]) -> [Reply] {
        guard let service else { return requests.map { _ in .none } }
        let crashes = crashesSeen
        let replies = service.syncTogether(bodies: requests.map(\.body)).map { result -> Reply in
            switch result {
            case .success(let body): .answer(HTTPResponse(status: 200, contentType: ContentType.sync, body: body))
            case .failure(let error): .answer(Self.problem(error))
            }
        }
        noteAccidents()
        return crashes == crashesSeen ? replies : requests.map { _ in .none }
    }

    private static func problem(_ error: ProtocolError) -> HTTPResponse {
        let details = ProblemDetails(error)
        return HTTPResponse(
            status: details.status, contentType: ContentType.problem, retryAfterSeconds: details.retryAfterSeconds,
            body: details.encoded())
    }

    /// Something that a person does at the centre.
    ///
    /// - Returns: nil if it is down, or died before it answered.
    package func attempt<T>(_ body: (SyncService) throws -> T) throws -> T? {
        guard let service else { return nil }
        let crashes = crashesSeen
        do {
            let result = try body(service)
            noteAccidents()
            return crashes == crashesSeen ? result : nil
        } catch {
            noteAccidents()
            if crashes != crashesSeen { return nil }
            throw error
        }
    }

    /// Copies the store to a place of its own.
    package func backUp() throws {
        guard let store else { return }
        let crashes = crashesSeen
        let name = "backup-\(backups.count).sqlite"
        disk.delete(name)
        do {
            let head = try store.backup(to: disk.path(name))
            // The stand-in was moved by the store; the content stayed under the name that it was made with.
            disk.copy(name + ".partial", to: name)
            disk.delete(name + ".partial")
            backups.append((name, Int64(head)))
        } catch  where noteAccidents() || crashes != crashesSeen {
            disk.delete(name + ".partial")
            disk.delete(name)
        }
    }

    /// The store is lost; a backup is put in its place.
    ///
    /// - Parameters:
    ///   - withCopy: And everything that the second disk has beyond it; else that one is lost too. A copy that began anew in a
    ///     later life does not fit an older backup, and says so; then the operator goes on without.
    ///   - lastLook: Into the store, before it is lost.
    /// - Returns: Whether the copy was of use, so that nothing is lost.
    package func restore(_ index: Int, salt: UInt64, withCopy: Bool, lastLook: () throws -> Void) throws -> Bool {
        looking = nil
        die(.kill, seed: 0)
        disk.heal(Self.file)
        try lastLook()
        looking = nil
        let backup = backups[index].file
        var dice = SplitMix64(seed: salt)
        let (from, path, time) = (disk.path(backup), disk.path(Self.file), clock.now + clockError.now)
        if withCopy, let copy = copy() {
            putInPlace(backup)
            do {
                let author = systemAuthor
                begin(
                    try SQLiteCentralStore.restore(
                        from: from, to: path, copy: copy, time: time, author: author, salt: dice.bytes(16)
                    ).store)
                return true
            } catch let error as StoreError {
                switch error {
                case .otherCopy, .copyTooShort: guard restoredCount > 0 else { throw error }
                default: throw error
                }
            }
        }
        putInPlace(backup)
        secondDisk?.clear()
        let incarnation = Incarnation(bytes: dice.bytes(16))!  // 16 bytes
        let store = try SQLiteCentralStore.restore(
            from: from, to: path, incarnation: incarnation, time: time, author: systemAuthor, salt: dice.bytes(16))
        restoredCount += 1
        begin(store)
        return false
    }

    /// The store's files are those of a backup; for code that looks for one there is no file yet.
    private func putInPlace(_ backup: String) {
        disk.removeStandIn(Self.file)
        disk.copyContent(backup, to: Self.file)
    }
}

/// What was in flight, as a file that outlives the process.
private final class InFlightMemory: Sendable {
    private let text = Mutex("")
    func read() -> String { text.withLock { $0 } }
    func replace(_ text: String) { self.text.withLock { $0 = text } }
}

/// The same as one process has it: what its code still does after its death changes nothing.
private struct InFlightFile: InFlightStore {
    private let memory: InFlightMemory
    private let isDead: @Sendable () -> Bool

    init(_ memory: InFlightMemory, isDead: @escaping @Sendable () -> Bool) { (self.memory, self.isDead) = (memory, isDead) }

    func read() -> String { memory.read() }
    func replace(_ text: String) { if !isDead() { memory.replace(text) } }
}
