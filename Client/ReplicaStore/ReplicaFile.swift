import CSQLite
import GRDB
import Glibc
import Tickets

/// Opening, making and recognising the one file of a replica.
enum ReplicaFile {
    /// The connection: one per replica, which writes and reads. SQLite up to 3.51.2 can corrupt a WAL database when two
    /// connections write or checkpoint at once, so there is no second one.
    static func configuration() -> Configuration {
        var configuration = Configuration()
        // Set with the others below: GRDB takes a hundred times as long for it.
        configuration.foreignKeysEnabled = false
        // Our own lock file already keeps others out; this is for tools such as sqlite3 that a person runs beside us.
        configuration.busyMode = .timeout(2)
        configuration.prepareDatabase { db in
            try db.run(pragmas)
            // GRDB asks SQLite to be told every table and column of every statement, to know what observers would watch. Nothing here
            // is observed, and the telling was a fifth of all instructions of a sync (decision 0010).
            sqlite3_set_authorizer(db.sqliteConnection, nil, nil)
        }
        return configuration
    }

    private static let pragmas = [
        // Rows of a ticket must not outlive it, whatever a faulty page says.
        "foreign_keys = ON",
        // A ticket that left the device, and a citizen's data with it, must not stay behind in free pages.
        "secure_delete = ON",
        // Sorting must not write citizens' data into temporary files.
        "temp_store = MEMORY",
        // Schema text from a damaged or foreign file must not call functions.
        "trusted_schema = OFF",
        // Damage is noticed where it is read, not some pages later.
        "cell_size_check = ON",
        // After a long pull the log gives its space back to a small device.
        "journal_size_limit = 4194304",
    ]

    /// Opens the one connection.
    private static func connect(_ path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: configuration())
        // FULL: a command that was told to be recorded is there after a power cut. NORMAL lost half of them (FAULTS.md).
        let level = isPlanted("device-normal") ? "NORMAL" : "FULL"
        try queue.inDatabase { db in
            // WAL: a crash leaves the old state readable without a rollback journal, and a commit is one append. Not by GRDB's
            // `journalMode`: that one sets NORMAL as well, after the configuration was applied, and writes at every opening.
            guard try db.word("journal_mode = WAL") == "wal" else { throw ReplicaError.readOnly }
            try db.run(["synchronous = \(level)"])
        }
        return queue
    }

    /// Opens an existing replica, which `recognise` has looked at, and brings its schema up to date.
    ///
    /// - Parameter mark: The last command that must be in it; nil if nobody left word.
    /// - Throws: `commandsMissing` before anything is written.
    static func open(path: String, mark: Int64?, migrations: [Migration]) throws -> DatabaseQueue {
        reportFileSizeLimit()
        let hasLog = isLogThere(path)
        return try mapped(path: path) {
            let queue = try connect(path)
            try queue.inDatabase { db in
                guard try db.pragma("application_id") == replicaApplicationID else { throw ReplicaError.notAReplica(path: path) }
                if let mark { try expect(mark, in: db) }
                if hasLog { try takeLogIn(db) }
                try db.migrate(migrations)
            }
            return queue
        }
    }

    /// A log that was deleted or exchanged leaves an older state, which is whole in itself: only somebody else can tell (fault 29).
    private static func expect(_ mark: Int64, in db: Database) throws {
        let last = try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'command'") ?? 0
        guard last >= mark else { throw ReplicaError.commandsMissing(count: Int(clamping: mark - last)) }
    }

    /// The replica as it stands, in memory: nothing beside the file has to be made for it, and nothing reaches the file. SQLite itself
    /// can read a database with a log from such a disk only if log and index are there already, or if there is none (`immutable`,
    /// which passes over a log that a killed process left).
    static func openCopy(path: String, migrations: [Migration]) throws -> DatabaseQueue {
        let bytes = try DatabaseImage(path: path).database()
        return try mapped(path: path) {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = true
            configuration.prepareDatabase { db in
                for setting in ["temp_store = MEMORY", "trusted_schema = OFF", "cell_size_check = ON"] {
                    try db.execute(sql: "PRAGMA " + setting)
                }
                sqlite3_set_authorizer(db.sqliteConnection, nil, nil)
            }
            let queue = try DatabaseQueue(configuration: configuration)
            try queue.inDatabase { db in
                guard let memory = sqlite3_malloc64(UInt64(max(1, bytes.count))) else {
                    throw ReplicaError.database(code: SQLITE_NOMEM)
                }
                bytes.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
                // SQLite takes the memory over, whatever it answers.
                let code = sqlite3_deserialize(
                    db.sqliteConnection, "main", memory.assumingMemoryBound(to: UInt8.self), Int64(bytes.count),
                    Int64(bytes.count), UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE))
                guard code == SQLITE_OK else { throw ReplicaError.database(code: code) }
                guard try db.pragma("application_id") == replicaApplicationID else { throw ReplicaError.notAReplica(path: path) }
                // What an older release wrote is read like the rest; the copy alone is changed.
                try db.migrate(migrations)
            }
            return queue
        }
    }

    /// A log that is still there was left by a process that did not end in good order.
    static func isLogThere(_ path: String) -> Bool {
        var status = stat()
        return stat(path + "-wal", &status) == 0 && status.st_size > 0
    }

    /// Writes what stands in the log into the file, and has the disk confirm it.
    ///
    /// If a sync failed before, the system may show pages of the log that it will never write: what is added behind them would be
    /// lost with them in a power cut (decision 0028). A full disk is no reason not to read what is there.
    private static func takeLogIn(_ db: Database) throws {
        do { try db.checkpoint(.truncate) } catch let error as DatabaseError where error.extendedResultCode != .SQLITE_IOERR_FSYNC
        {}
    }

    /// Makes a replica under another name and moves it into place when it is whole: a crash leaves no half one behind.
    static func create(path: String, migrations: [Migration], fill: (Database) throws -> Void) throws {
        let unfinished = path + ".creating"
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(unfinished + suffix) }
        // Made here and not by SQLite, so that nobody else can read the device key in it, whatever the umask says.
        let descriptor = Glibc.open(unfinished, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw [EACCES, EROFS, EPERM].contains(errno) ? ReplicaError.readOnly : .cannotWrite(path: unfinished, code: errno)
        }
        close(descriptor)
        try mapped(path: path) {
            let queue = try connect(unfinished)
            try queue.inDatabase { db in
                try db.migrate(migrations)
                try db.inTransaction(.immediate) {
                    try fill(db)
                    return .commit
                }
            }
            // The file alone is then the replica. Not left to closing, which says nothing of a write that failed.
            try queue.inDatabase { _ = try $0.checkpoint(.truncate) }
            try queue.close()
        }
        guard rename(unfinished, path) == 0 else { throw ReplicaError.cannotWrite(path: path, code: errno) }
        syncFolder(of: path)
    }

    /// SQLite's own error for a text file is "not a database", and an empty file it would take for a new database.
    static func recognise(path: String) throws(ReplicaError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .notEnrolled : errno == EACCES ? .readOnly : .notAReplica(path: path)
        }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        guard read(descriptor, &header, 100) == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw .notAReplica(path: path)
        }
        // SQLite would read on and fail at the first write; said here it is a clear answer.
        guard access(path, W_OK) == 0 else { throw .readOnly }
    }

    /// A file-size limit must come as a failed write and so as `diskFull`; by default the system would end the process instead.
    private static func reportFileSizeLimit() { signal(SIGXFSZ, SIG_IGN) }

    /// Whether anything stands at this place.
    static func exists(path: String) -> Bool { access(path, F_OK) == 0 }

    /// A renamed file is only there for good once its folder is on the disk.
    private static func syncFolder(of path: String) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let descriptor = Glibc.open(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

extension Database {
    /// Sets each of these. Not through GRDB, which takes twenty times as long to look at a statement as SQLite to run it.
    fileprivate func run(_ pragmas: [String]) throws {
        var text = ""
        for pragma in pragmas { text += "PRAGMA \(pragma);" }
        let code = sqlite3_exec(sqliteConnection, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// A number that a pragma tells.
    func pragma(_ name: String) throws -> Int { try told(name) { Int(sqlite3_column_int64($0, 0)) } }

    /// A word that a pragma tells.
    fileprivate func word(_ name: String) throws -> String {
        try told(name) { sqlite3_column_text($0, 0).map { String(cString: $0) } ?? "" }
    }

    private func told<T>(_ name: String, _ body: (OpaquePointer?) -> T) throws -> T {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(sqliteConnection, "PRAGMA \(name)", -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { throw DatabaseError(resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection))) }
        return body(statement)
    }
}

/// Runs `body` and tells SQLite's errors in our words. Whatever transaction was open has been rolled back by then.
func mapped<T>(path: String = "the replica", _ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch let error as DatabaseError {
        throw ReplicaError(error, path: path)
    }
}

extension ReplicaError {
    /// The message of SQLite is left out: it can quote a value.
    init(_ error: DatabaseError, path: String) {
        switch error.resultCode {
        case .SQLITE_FULL: self = .diskFull
        // What fails while reading is no lack of space.
        case .SQLITE_IOERR where [.SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ].contains(error.extendedResultCode):
            self = .damaged(detail: "SQLite error \(error.extendedResultCode.rawValue)")
        case .SQLITE_IOERR: self = .storageFailed(code: error.extendedResultCode.rawValue)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
        case .SQLITE_NOTADB: self = .notAReplica(path: path)
        case .SQLITE_CORRUPT: self = .damaged(detail: "SQLite error \(error.extendedResultCode.rawValue)")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN: self = .readOnly
        default: self = .database(code: error.extendedResultCode.rawValue)
        }
    }
}
