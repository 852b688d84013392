import CSQLite
import Changeset
import GRDB
import Synchronization
import SyncProtocol
public import Tickets

/// One device's replica: what its person holds, what they gave, and what the centre said.
///
///     confirmed rows ──pending commands replayed──▶ what the screen shows
///
/// One SQLite file, one connection, one process at a time. Every operation is one transaction: a crash at any instruction leaves
/// the state before or after it. Errors are `ReplicaError`, and unless one says otherwise nothing was written.
public final class Replica: Sendable {
    /// How long to wait for another process, in milliseconds.
    public static let waitMillisecondsDefault = 2_000

    let queue: DatabaseQueue
    let path: String
    /// Of the file after migration.
    let schemaVersion: UInt32
    /// Read when the first command is decided: most runs of the program decide none.
    var rules: Rules { givenRules ?? .embedded }
    private let givenRules: Rules?
    /// What the sync under way has brought so far.
    let brought = Mutex(SyncSummary())
    /// Why nothing can be written: then this is a copy in memory, for looking at. Nil = an ordinary replica.
    public let unwritable: ReplicaError?
    /// Nil of a copy.
    private let lock: FileLock?
    /// What the lock's file says, so that it need not be asked.
    private let mark: Mutex<Int64?>
    // Used inside accesses of `queue` alone, which runs one at a time, and in `deinit`, when nobody else is left.
    nonisolated(unsafe) private var keptRows: Rows?
    /// The device's key, worked out of its seed once: a sync signs with it a request at a time.
    private let key = Mutex<DeviceKey?>(nil)
    /// Fault tests throw at a kill point instead of dying.
    private let interrupt: (@Sendable (KillPoint) throws -> Void)?

    private init(
        path: String, queue: DatabaseQueue, lock: FileLock?, mark: Int64? = nil, rules: Rules? = nil, migrations: [Migration],
        unwritable: ReplicaError? = nil, interrupt: (@Sendable (KillPoint) throws -> Void)? = nil
    ) {
        self.path = path
        self.queue = queue
        self.lock = lock
        self.mark = Mutex(mark)
        self.unwritable = unwritable
        givenRules = rules
        self.interrupt = interrupt
        schemaVersion = UInt32(clamping: migrations.last?.number ?? 0)
    }

    // A connection with statements cannot be closed, so they go first; then the connection, then the lock.
    deinit {
        keptRows = nil
        let mark = mark.withLock { $0 }
        // Before the log goes: the other way round, an end between the two would look like a log that was deleted.
        if mark != nil { lock?.clearMark() }
        try? queue.close()
        // It did not go: the disk is full, or another program looks at it.
        if let mark, ReplicaFile.isLogThere(path) { lock?.setMark(mark) }
        // It is closed; its memory goes with the process.
        if Self.isProcessEnding.withLock({ $0 }) { _ = Unmanaged.passRetained(queue) }
    }

    /// Before anything else of a program whose process is its own: SQLite keeps no count of its memory, which it does under a lock at each
    /// piece that it takes or gives back, memory is asked of the system a megabyte at a time, and the log is written in pieces.
    public static func beginsWithProcess() {
        gridline_sqlite_without_statistics()
        gridline_keep_freed_memory()
        // Where it cannot be, SQLite writes it as ever.
        _ = gridline_gather_log_writes(1)
    }

    private static let isProcessEnding = Mutex(false)

    /// Says that the process ends when its replica does. GRDB's queue takes leave of an observer centre that only it would have made,
    /// which costs a short run of the program one instruction in twenty.
    public static func endsWithProcess() { isProcessEnding.withLock { $0 = true } }

    /// Leaves word of a command that was committed, until the log stands in the file.
    func leaveMark(_ ordinal: Int64) {
        mark.withLock { $0 = ordinal }
        lock?.setMark(ordinal)
    }

    /// Opens the replica at `path` and brings its schema up to date.
    /// - Throws: `notEnrolled` if there is none, `busy`, `notAReplica`, `newerSchema`, `damaged`, `diskFull`, `readOnly`,
    ///   `commandsMissing`.
    public static func open(at path: String, waitMilliseconds: Int = waitMillisecondsDefault) throws -> Replica {
        try open(at: path, waitMilliseconds: waitMilliseconds, migrations: Migration.all)
    }

    /// The same with other migrations or with interruptions, for tests.
    package static func open(
        at path: String, waitMilliseconds: Int = waitMillisecondsDefault, migrations: [Migration], rules: Rules? = nil,
        interrupt: (@Sendable (KillPoint) throws -> Void)? = nil
    ) throws -> Replica {
        // First, so that no lock file is made beside what is no replica.
        try ReplicaFile.recognise(path: path)
        let lock = try FileLock(path: path + ".lock", waitMilliseconds: waitMilliseconds)
        let mark = lock.mark
        let queue = try ReplicaFile.open(path: path, mark: mark, migrations: migrations)
        let replica = Replica(
            path: path, queue: queue, lock: lock, mark: mark, rules: rules, migrations: migrations, interrupt: interrupt)
        // A file without identity and cursor is not usable, and now is the time to say so.
        _ = try replica.read { try $0.standing() }
        return replica
    }

    /// Opens the replica for looking at it: where it cannot be written (read-only, full, sick), as a copy in memory that says why in
    /// `unwritable`. Whatever would write to a copy throws that.
    /// - Throws: As `open`, where it cannot be read either.
    public static func openForReading(at path: String, waitMilliseconds: Int = waitMillisecondsDefault) throws -> Replica {
        do { return try open(at: path, waitMilliseconds: waitMilliseconds) } catch let error as ReplicaError
            where error.leavesReading
        {
            // Without a lock file nobody else is at it, or nobody can be.
            let lock = try? FileLock(path: path + ".lock", isShared: true, waitMilliseconds: waitMilliseconds)
            defer { withExtendedLifetime(lock) {} }
            let queue = try ReplicaFile.openCopy(path: path, migrations: Migration.all)
            let replica = Replica(path: path, queue: queue, lock: nil, migrations: Migration.all, unwritable: error)
            _ = try replica.read { try $0.standing() }
            return replica
        }
    }

    /// Makes a replica for what enrolment gave. Its folder must exist.
    /// - Throws: `alreadyEnrolled` if a file is there; `busy`, `diskFull`, `readOnly`, `cannotWrite`.
    public static func create(
        at path: String, enrolment: Enrolment, waitMilliseconds: Int = waitMillisecondsDefault
    ) throws -> Replica {
        try create(at: path, enrolment: enrolment, waitMilliseconds: waitMilliseconds, migrations: Migration.all)
    }

    /// The same with other migrations, for tests.
    package static func create(
        at path: String, enrolment: Enrolment, waitMilliseconds: Int = waitMillisecondsDefault, migrations: [Migration]
    ) throws -> Replica {
        let lock = try FileLock(path: path + ".lock", waitMilliseconds: waitMilliseconds)
        guard !ReplicaFile.exists(path: path) else { throw ReplicaError.alreadyEnrolled }
        // Of a replica that was here before.
        lock.clearMark()
        try ReplicaFile.create(path: path, migrations: migrations) { db in
            let rows = Rows(db, version: UInt32(clamping: migrations.last?.number ?? 0))
            try rows.store(enrolment)
            try rows.statements.run(
                "INSERT INTO cursor (id, incarnation, schema_version, base, generation, server_time) VALUES (1, ?, ?, 0, 0, ?)",
                [enrolment.incarnation.value, .integer(Int64(migrations.last?.number ?? 0)), .integer(enrolment.serverTime)])
        }
        let queue = try ReplicaFile.open(path: path, mark: nil, migrations: migrations)
        return Replica(path: path, queue: queue, lock: lock, migrations: migrations)
    }

    /// Reads in one snapshot. Not with GRDB's `read`: on one connection it brackets each reading with `PRAGMA query_only`, after which
    /// SQLite compiles every kept statement anew, a sixth of what a sync costs.
    func read<T>(_ body: (Rows) throws -> T) throws -> T {
        try mapped(path: path) {
            try queue.inDatabase { db in
                let rows = rows(db)
                return try rows.statements.transaction("BEGIN") { try body(rows) }
            }
        }
    }

    /// Writes in one transaction, which is rolled back if `body` throws.
    func write<T>(_ body: (Database, Rows) throws -> T) throws -> T {
        if let unwritable { throw unwritable }
        return try mapped(path: path) {
            try queue.inDatabase { db in
                let rows = rows(db)
                return try rows.statements.transaction("BEGIN IMMEDIATE") { try body(db, rows) }
            }
        }
    }

    /// What is prepared, and known of the tables, serves the whole run: a sync comes here eight times with the same statements.
    private func rows(_ db: Database) -> Rows {
        let known = keptRows ?? Rows(db, version: schemaVersion)
        keptRows = known
        return known
    }

    /// The key of this seed; another one after the device enrolled again.
    func key(seed: [UInt8]) throws -> DeviceKey {
        try key.withLock { known in
            if let known, known.seed == seed { return known }
            let fresh = try DeviceKey(seed: seed)
            known = fresh
            return fresh
        }
    }

    /// A moment at which fault tests end the process, or this call.
    func pass(_ point: KillPoint) throws {
        point.pass()
        try interrupt?(point)
    }

    /// Who this replica is.
    public func identity() throws -> Identity { try read { try $0.standing().identity } }

    /// The centre's clock minus the device's, as last measured; nil before the first sync.
    public func clockOffset() throws -> Milliseconds? { try read { try $0.standing().clockOffset } }

    /// A person of the reference set; nil if the device does not know them.
    public func person(_ id: String) throws -> Person? { try read { try $0.person(id) } }

    /// A person's name, or their identifier if the device does not know them.
    public func name(ofPerson id: String) throws -> String { try person(id)?.name ?? id }

    /// A grid's name, or its identifier if the device does not know it.
    public func name(ofGrid id: String) throws -> String {
        try read { try $0.statements.row("SELECT name FROM grid WHERE id=?", [.text(id)])?.first?.string ?? id }
    }
}
