import CSQLite
import Foundation

/// Counts what SQLite does for the programs' own statements: virtual machine steps, rows, steps of full scans, sorts; and keeps the
/// text of every statement that ran. It watches the connections that are opened in this process on certain files, from outside: the
/// code under test knows nothing of it.
public final class StatementMeter: @unchecked Sendable {
    // `lock` guards everything that changes; connections report from whatever thread uses them.
    /// What one stretch of work cost.
    public struct Cost: Codable, Hashable, Sendable, CustomStringConvertible {
        /// Statements that ran to their end.
        public var statements = 0
        /// Rows that came out of them.
        public var rows = 0
        /// SQLITE_STMTSTATUS_VM_STEP.
        public var steps = 0
        /// SQLITE_STMTSTATUS_FULLSCAN_STEP.
        public var fullScanSteps = 0
        /// SQLITE_STMTSTATUS_AUTOINDEX.
        public var automaticIndexRows = 0

        /// Nothing.
        public init() {}

        /// The figures in a line.
        public var description: String {
            "\(statements) statements, \(rows) rows, \(steps) steps, \(fullScanSteps) steps of full scans, "
                + "\(automaticIndexRows) rows in automatic indexes"
        }
    }

    private let prefix: String
    private let lock = NSLock()
    private var now = Cost()
    private var texts: [String: Cost] = [:]

    /// Watches files whose path begins like this and that are opened from now on, until `end()`.
    public init(filesFrom prefix: String) {
        self.prefix = URL(fileURLWithPath: prefix).resolvingSymlinksInPath().path
        Meters.shared.add(self)
    }

    /// Connections that are opened later are not watched.
    public func end() { Meters.shared.remove(self) }

    /// The cost since the last call.
    public func take() -> Cost {
        lock.withLock {
            defer { now = Cost() }
            return now
        }
    }

    /// Every statement that ran so far with its own cost, by its text with question marks.
    public var statements: [String: Cost] { lock.withLock { texts } }

    /// Forgets the statements.
    public func forgetStatements() { lock.withLock { texts = [:] } }

    func watches(_ path: String) -> Bool {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path.hasPrefix(prefix)
    }

    /// A row came out of a statement.
    fileprivate func row(of statement: OpaquePointer) {
        let text = sqlite3_sql(statement).map { String(cString: $0) } ?? ""
        lock.withLock {
            now.rows += 1
            texts[text, default: Cost()].rows += 1
        }
    }

    /// A statement ran to its end, or was reset.
    fileprivate func ended(_ statement: OpaquePointer) {
        let text = sqlite3_sql(statement).map { String(cString: $0) } ?? ""
        let read = { (counter: Int32) in Int(sqlite3_stmt_status(statement, counter, 1)) }
        let (steps, scans, automatic) = (
            read(SQLITE_STMTSTATUS_VM_STEP), read(SQLITE_STMTSTATUS_FULLSCAN_STEP), read(SQLITE_STMTSTATUS_AUTOINDEX)
        )
        lock.withLock {
            now.add(steps, scans, automatic)
            texts[text, default: Cost()].add(steps, scans, automatic)
        }
    }
}

extension StatementMeter.Cost {
    fileprivate mutating func add(_ steps: Int, _ scans: Int, _ automatic: Int) {
        statements += 1
        self.steps += steps
        fullScanSteps += scans
        automaticIndexRows += automatic
    }
}

/// The meters of this process. SQLite asks here at every opening.
private final class Meters: @unchecked Sendable {
    // `lock` guards the lists.
    static let shared = Meters()
    private let lock = NSLock()
    private var meters: [StatementMeter] = []
    /// Meters live on: a connection may report to its own until it is closed.
    private var all: [StatementMeter] = []
    private var isInstalled = false

    func add(_ meter: StatementMeter) {
        lock.withLock {
            meters.append(meter)
            all.append(meter)
            guard !isInstalled else { return }
            isInstalled = true
            // The only hook that sees a connection before its owner does. SQLite declares it without parameters and calls it with
            // three: the connection, an error's address, its own functions.
            let entry: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeRawPointer?) -> Int32 = { database, _, _ in
                if let database { Meters.shared.opened(database) }
                return SQLITE_OK
            }
            sqlite3_auto_extension(unsafeBitCast(entry, to: (@convention(c) () -> Void).self))
        }
    }

    func remove(_ meter: StatementMeter) { lock.withLock { meters.removeAll { $0 === meter } } }

    func opened(_ database: OpaquePointer) {
        guard let name = sqlite3_db_filename(database, "main") else { return }
        let path = String(cString: name)
        guard !path.isEmpty, let meter = lock.withLock({ meters.first { $0.watches(path) } }) else { return }
        let events = UInt32(SQLITE_TRACE_PROFILE | SQLITE_TRACE_ROW)
        sqlite3_trace_v2(
            database, events,
            { event, context, statement, _ in
                guard let context, let statement else { return 0 }
                let meter = Unmanaged<StatementMeter>.fromOpaque(context).takeUnretainedValue()
                if event == UInt32(SQLITE_TRACE_ROW) {
                    meter.row(of: OpaquePointer(statement))
                } else {
                    meter.ended(OpaquePointer(statement))
                }
                return 0
            }, Unmanaged.passUnretained(meter).toOpaque())
    }
}

extension Database {
    /// How SQLite carries out a statement: one line per step of its plan. Empty for what has no plan.
    public func plan(_ sql: String) throws -> [String] {
        try rows("EXPLAIN QUERY PLAN \(sql)").map { $0.last as? String ?? "" }
    }
}
