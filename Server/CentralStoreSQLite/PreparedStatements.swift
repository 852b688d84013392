import CSQLite
import CentralStore
import Changeset
import GRDB
import Synchronization

/// The text of a statement of a hot path, with its place in every connection's list: finding a statement by its text costs as much
/// as running a small one.
///
/// Each is made once per process, as a `static let`.
struct StatementText: Sendable {
    let sql: String
    let slot: Int

    init(_ sql: String) {
        self.sql = sql
        slot = Self.count.withLock { count in
            defer { count += 1 }
            return count
        }
    }

    private static let count = Mutex(0)
}

/// A statement over a list of values, in each of the lengths that lists come in.
///
/// None between one and sixteen: for a list SQLite makes a table first, and to make that costs as much as four searches.
struct ListText: Sendable {
    static let lengths = [1, 16, 64, 256]
    private let texts: [StatementText]

    /// - Parameter sql: Makes the text from the list, `(?,?,…)`.
    init(_ sql: (_ list: String) -> String) { texts = Self.lengths.map { StatementText(sql(SQL.list($0))) } }

    /// - Parameter length: One of `lengths`.
    func of(_ length: Int) -> StatementText {
        // Four of them: looking beats dividing.
        var place = 0
        while Self.lengths[place] != length { place += 1 }
        return texts[place]
    }
}

/// The statements of the hot paths that one connection has prepared, and the memory that their values stand in.
///
/// `@unchecked Sendable` because it is used inside GRDB's access to its connection alone, one at a time.
final class PreparedStatements: @unchecked Sendable {
    /// Held, so that no other connection takes its place in memory while this is in a list of connections.
    let db: Database
    let scratch = Scratch()
    /// Of the writing connection.
    let cache = WriterCache()
    private var statements: [Statement?] = []

    init(_ db: Database) { self.db = db }

    func statement(_ text: StatementText) throws -> OpaquePointer {
        if text.slot < statements.count, let known = statements[text.slot] { return known.sqliteStatement }
        let made = try mapping { try db.makeStatement(sql: text.sql) }
        while statements.count <= text.slot { statements.append(nil) }
        statements[text.slot] = made
        return made.sqliteStatement
    }
}

/// Text and bytes of the values of one statement, one after the other.
final class Scratch {
    private var memory = UnsafeMutableRawPointer.allocate(byteCount: 4 << 10, alignment: 1)
    private var capacity = 4 << 10
    /// What it goes back to after a large value: a photo's worth of memory is not kept for ever.
    private static let capacityKept = 256 << 10

    deinit { memory.deallocate() }

    /// Where copies of these values may be put, one after the other, until the next ones.
    func room(for values: [Value]) -> UnsafeMutableRawPointer {
        var count = 0
        for value in values {
            switch value {
            case .text(let text): count += text.utf8.count
            case .blob(let bytes): count += bytes.count
            case .null, .integer, .real: break
            }
        }
        if count > capacity || (capacity > Self.capacityKept && count <= Self.capacityKept) { resize(to: count) }
        return memory
    }

    private func resize(to count: Int) {
        memory.deallocate()
        capacity = max(count, 16 << 10)
        memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 1)
    }
}

/// The prepared statements of each connection of a store.
final class ConnectionStatements: Sendable {
    private let byConnection = Mutex<[ObjectIdentifier: PreparedStatements]>([:])

    /// Called inside GRDB's access to `db`.
    func of(_ db: Database) -> PreparedStatements {
        byConnection.withLock { known in
            let name = ObjectIdentifier(db)
            if let found = known[name] { return found }
            let made = PreparedStatements(db)
            known[name] = made
            return made
        }
    }

    /// A connection closes only when its statements are gone.
    func forget() { byConnection.withLock { $0 = [:] } }
}
