import CSQLite
public import CentralStore
import Changeset
import Dispatch
import Foundation
import GRDB
import Schema
import Synchronization
import SyncProtocol
public import Tickets

/// A city's store in one SQLite file.
///
/// WAL with `synchronous=FULL`: a commit is one fsync of the log. One connection writes and alone checkpoints; readers have
/// connections of their own and never wait for it. A lock file beside the file keeps other processes out; the fencing number
/// inside catches one that came in regardless (a lock file deleted by hand, a disk mounted twice).
public final class SQLiteCentralStore: JournalCopying {
    /// The file.
    public let path: String
    private let pool: DatabasePool
    private let lock: FileLock
    private let fencing: UInt64
    private let copy: JournalCopy?
    private let isClosed = Mutex(false)
    private let statements = ConnectionStatements()
    /// What to do when the disk did not confirm a write: nothing may be built on what this process then sees of its files.
    private let whenSyncFails: @Sendable (StoreError) -> Void

    /// "GLCS": says that a file is a central store.
    static let applicationID: Int64 = 0x474C_4353
    /// The newest schema that this release writes.
    static let schemaVersion = Int(SchemaVersion.current)

    /// Lets SQLite work without counting its memory, and keeps what is freed for the next request. For programs, first of all; it
    /// concerns the whole process.
    public static func prepareProcess() {
        gridline_sqlite_without_statistics()
        gridline_keep_freed_memory()
    }

    /// Lets what a commit writes to the log go to the system in few pieces instead of two calls for each page. For programs, too: it
    /// concerns every file that the process opens afterwards.
    public static func gatherLogWrites() { _ = gridline_gather_log_writes(1) }

    private init(
        path: String, pool: DatabasePool, lock: FileLock, fencing: UInt64, copy: JournalCopy?,
        whenSyncFails: @escaping @Sendable (StoreError) -> Void
    ) {
        self.path = path
        self.copy = copy
        self.pool = pool
        self.lock = lock
        self.fencing = fencing
        self.whenSyncFails = whenSyncFails
    }

    /// Makes a new store.
    ///
    /// - Parameters:
    ///   - path: Where no file is yet; its folder must exist.
    ///   - incarnation: Random, from the edge.
    ///   - salt: 16 random bytes for the first journal entry.
    /// - Throws: `exists`, `busy`, `inputOutput`, `diskFull`. A file that was begun is taken away again.
    public static func create(
        at path: String, incarnation: Incarnation, time: Milliseconds, author: String, salt: [UInt8]
    ) throws -> SQLiteCentralStore {
        let lock = try FileLock(beside: path)
        guard !FileManager.default.fileExists(atPath: path) else { throw StoreError.exists(path: path) }
        do {
            let pool = try openPool(path)
            try mapping {
                try pool.write { db in
                    try lay(SQL(db: db), incarnation: incarnation, time: time)
                }
            }
            let store = try opened(path: path, pool: pool, lock: lock)
            let made = JournalDraft(at: time, author: author, kind: .made, salt: salt)
            try store.write { _ = try $0.append(WriteBatch(entries: [made])) }
            try syncFile(folder(of: path))
            return store
        } catch {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            throw error
        }
    }

    /// Opens a store for writing, and takes its fencing number. A log that was left behind is written into the file first.
    ///
    /// - Parameter whenSyncFails: Called on the writer's thread when the disk did not confirm a commit, before anybody is answered.
    ///   A server ends its process here (decision 0028).
    /// - Throws: `busy` if another process has it; `notAStore`, `newerSchema`; `damaged` if the journal does not end where the
    ///   store says, or SQLite finds the file unreadable; `syncFailed`.
    public static func open(
        at path: String, whenSyncFails: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws -> SQLiteCentralStore {
        try open(at: path, trace: nil, whenSyncFails: whenSyncFails)
    }

    /// The same with a copy of everything it writes on a second disk.
    ///
    /// A commit that the copy has and the store lacks is taken over: the process ended in between. A copy that is behind, because the
    /// store was written without it, begins anew; it is of use with the next backup.
    /// - Throws: Beside the above `copyFailed`, `otherCopy`; `behindCopy` if the store lost more than one commit.
    public static func open(
        at path: String, copy disk: any CopyDisk, whenSyncFails: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws -> SQLiteCentralStore {
        try open(at: path, trace: nil, copy: disk, whenSyncFails: whenSyncFails)
    }

    /// The same; `trace` gets the SQL of every statement that runs, so that a test can ask for its query plan.
    package static func open(
        at path: String, trace: (@Sendable (String) -> Void)?, copy disk: (any CopyDisk)? = nil,
        whenSyncFails: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws -> SQLiteCentralStore {
        guard FileManager.default.fileExists(atPath: path) else { throw StoreError.notAStore(path: path) }
        let lock = try FileLock(beside: path)
        let hasLog = ((try? FileManager.default.attributesOfItem(atPath: path + "-wal"))?[.size] as? Int ?? 0) > 0
        let pool = try openPool(path, trace: trace)
        if hasLog { try takeLogIn(pool, path) }
        return try opened(path: path, pool: pool, lock: lock, copy: disk, whenSyncFails: whenSyncFails)
    }

    /// Writes what stands in the log of a process that did not end in good order into the file, and has the disk confirm it.
    ///
    /// If a sync failed before, the system may show pages of the log that it will never write: what is acknowledged behind them would
    /// be lost with them in a power cut (decision 0028). A full disk is told where something is written.
    private static func takeLogIn(_ pool: DatabasePool, _ path: String) throws {
        _ = try mapping { try pool.read { db in try SQLiteAccess(SQL(db: db), isWriter: false).checkIdentity(path: path) } }
        do {
            _ = try mapping { try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) } }
        } catch let error as StoreError {
            if case .syncFailed = error { throw error }
        }
    }

    /// How the journal copy stands; nil without one.
    public var copyFigures: CopyFigures? { copy?.figures }

    /// Runs `body` in the one writing transaction.
    public func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T {
        do {
            return try answering(despite: "acknowledged-before-commit") { said in
                try Self.commit(pool, copy, statements) { access in
                    try access.checkFencing(fencing, path: path)
                    return said(try body(access))
                }
            }
        } catch let error as StoreError {
            if case .syncFailed = error { whenSyncFails(error) }
            throw error
        }
    }

    /// Runs `body` on one state of the store.
    public func read<T>(_ body: (any StoreReader) throws -> T) throws -> T {
        try mapping {
            try pool.unsafeRead { db in
                let sql = SQL(db: db, prepared: statements.of(db))
                return try sql.transaction(SQL.begin) { try body(SQLiteAccess(sql, isWriter: false)) }
            }
        }
    }

    /// Copies the store as of now into one new file, durable on return, and moves the backup watermark to what it holds.
    public func backup(to target: String) throws -> UInt64 {
        guard !FileManager.default.fileExists(atPath: target) else { throw StoreError.exists(path: target) }
        let partial = target + ".partial"
        try? FileManager.default.removeItem(atPath: partial)
        defer { try? FileManager.default.removeItem(atPath: partial) }
        let head = try mapping {
            // Outside a transaction, because VACUUM INTO takes its own state; on a reading connection, so that nobody waits.
            try pool.unsafeRead { db in try SQLiteAccess(SQL(db: db), isWriter: false).copy(to: partial) }
        }
        try reportingFiles {
            try syncFile(partial)
            try FileManager.default.moveItem(atPath: partial, toPath: target)
            try syncFile(folder(of: target))
        }
        try write { try ($0 as? SQLiteAccess)?.moveWatermark(to: head) }
        // The backup is good, whatever becomes of this; what the copy cannot write now it says itself.
        try? copy?.rotate(backupHead: head)
        return head
    }

    /// Verifies a file that this process has not open, without writing to it: also one that `open` refuses.
    public static func verifyFile(at path: String) throws -> VerifyReport {
        guard FileManager.default.fileExists(atPath: path) else { throw StoreError.notAStore(path: path) }
        var configuration = Configuration()
        configuration.readonly = true
        return try mapping {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return try queue.read { db in
                var access = SQLiteAccess(SQL(db: db), isWriter: false)
                access.version = try access.checkIdentity(path: path)
                return try access.verify()
            }
        }
    }

    /// A setting of the writing connection.
    package func pragma(_ name: String) throws -> String {
        try mapping {
            try pool.writeWithoutTransaction { db in try SQL(db: db).first("PRAGMA \(name)") { $0.text(0) } ?? "" }
        }
    }

    /// Closes all connections and lets the lock go. The store must not be used afterwards.
    public func close() throws {
        // A second close finds nothing to do; asking a closed connection for a checkpoint would end the process.
        guard
            !isClosed.withLock({ closed in
                defer { closed = true }; return closed
            })
        else { return }
        // A connection with prepared statements cannot be closed; nobody reads any more when this is called.
        statements.forget()
        // The pool closes its writer before its readers, so SQLite would leave the log behind; a copy of the file alone would then
        // lack the newest commits. Best effort: with the log beside it nothing is lost either.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        copy?.close()
        try mapping { try pool.close() }
        lock.release()
    }
}

extension SQLiteCentralStore {
    static func openPool(_ path: String, trace: (@Sendable (String) -> Void)? = nil) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        // The lock file keeps other processes out; within ours the pool serialises. Waiting covers a backup tool that reads.
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.qos = .userInitiated
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            // A commit of the writer makes all that a reader kept worthless; what it reads twice, it reads twice in one state.
            try db.execute(sql: "PRAGMA cache_size = -4096")
            // GRDB asks to be told every table and column of every statement, for observers; there are none (decision 0010).
            sqlite3_set_authorizer(db.sqliteConnection, nil, nil)
            if let trace {
                db.trace { event in if case .statement(let statement) = event { trace(statement.sql) } }
            }
        }
        let pool: DatabasePool
        do {
            pool = try mapping { try DatabasePool(path: path, configuration: configuration) }
        } catch StoreError.damaged {
            throw StoreError.notAStore(path: path)
        }
        // GRDB sets NORMAL with WAL, which may lose acknowledged commits in a power cut.
        try mapping {
            try pool.writeWithoutTransaction {
                try $0.execute(sql: isPlanted("centre-normal") ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL")
                for pragma in WriterCache.everyday { try $0.execute(sql: pragma) }
            }
        }
        return pool
    }

    private static func lay(_ sql: SQL, incarnation: Incarnation, time: Milliseconds) throws {
        try migrate(sql, from: 0, to: schemaVersion)
        try sql.db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try sql.run(
            """
            INSERT INTO store(id, incarnation, fencing, head, head_hash, next_number, next_serial, backup_watermark, made_at)
            VALUES (1, ?, 0, 0, ?, 1, 1, 0, ?)
            """, [incarnation.value, .blob(JournalEntry.origin), .integer(time)])
    }

    static func opened(
        path: String, pool: DatabasePool, lock: FileLock, copy disk: (any CopyDisk)? = nil,
        whenSyncFails: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws -> SQLiteCentralStore {
        let copy = try disk.map { try join($0, pool, path: path) }
        do {
            let fencing = try commit(pool, copy, nil) { access in
                let found = try access.checkIdentity(path: path)
                try access.checkHead()
                try migrate(access.sql, from: found, to: schemaVersion)
                if found < 2 { try access.enterProfessions() }
                if found < Table.clock.since { try access.enterClocks() }
                return try access.takeFencing()
            }
            copy?.tape.forgetTables()
            return SQLiteCentralStore(
                path: path, pool: pool, lock: lock, fencing: fencing, copy: copy, whenSyncFails: whenSyncFails)
        } catch {
            copy?.close()
            throw error
        }
    }

    /// One writing transaction. With a copy, what it changes is on the second disk before it is committed.
    private static func commit<T>(
        _ pool: DatabasePool, _ copy: JournalCopy?, _ statements: ConnectionStatements?, _ body: (SQLiteAccess) throws -> T
    ) throws -> T {
        func transaction() throws -> T {
            try mapping {
                try pool.writeWithoutTransaction { db in
                    let sql = SQL(db: db, prepared: statements?.of(db))
                    return try sql.transaction(SQL.beginImmediate) {
                        var access = SQLiteAccess(sql, isWriter: true)
                        guard let copy else { return try body(access) }
                        access.tape = copy.tape
                        return try copy.record(access) { try body(access) }
                    }
                }
            }
        }
        return try copy.map { try $0.commit(transaction) } ?? transaction()
    }

    /// A transaction before the store is open: nobody copies it.
    static func writing<T>(_ pool: DatabasePool, _ body: (SQLiteAccess) throws -> T) throws -> T {
        try mapping { try pool.write { db in try body(SQLiteAccess(SQL(db: db), isWriter: true)) } }
    }

    /// Brings the schema up to date, in the transaction that is open. Rows stay as they are: versions only add. What a version adds
    /// to the rules of scopes is done afterwards.
    static func migrate(_ sql: SQL, from found: Int, to wanted: Int) throws {
        guard found < wanted else { return }
        for version in (found + 1)...wanted {
            guard let text = SchemaResource.centralSQL(version: version) else {
                throw StoreError.newerSchema(found: version, known: version - 1)
            }
            try sql.db.execute(sql: text)
        }
        try sql.db.execute(sql: "PRAGMA user_version = \(wanted)")
    }
}

/// Runs `body`, and turns what the file system refuses into the store's errors.
func reportingFiles<T>(_ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch let error as StoreError {
        throw error
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
        throw StoreError.diskFull
    } catch {
        throw StoreError.inputOutput(detail: (error as NSError).localizedDescription)
    }
}

/// The folder that a file is in.
func folder(of path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
}

/// Forces a file, or a folder's list of names, onto the disk.
func syncFile(_ path: String) throws {
    let descriptor = Foundation.open(path, O_RDONLY)
    guard descriptor >= 0 else { throw StoreError.inputOutput(detail: "\(path): \(String(cString: strerror(errno)))") }
    defer { Foundation.close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreError.inputOutput(detail: "\(path): \(String(cString: strerror(errno)))") }
}
