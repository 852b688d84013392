import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// One transaction on one connection: what `StoreReader` and `StoreTransaction` are in this store. Spread over the files
/// `SQLiteAccess+….swift` by subject.
struct SQLiteAccess: StoreTransaction {
    let sql: SQL
    let isWriter: Bool
    let memory = TicketMemory()
    /// Hears every row that changes, for the journal copy; nil without one.
    var tape: RowTape?
    /// The schema version of the file: an older one only where a file is verified that was not opened for writing since.
    var version = Int.max

    init(_ sql: SQL, isWriter: Bool) {
        self.sql = sql
        self.isWriter = isWriter
    }

    func state() throws -> StoreState {
        // A reader sees one state from its beginning to its end, and an answer asks for it three times.
        if let known = memory.state { return known }
        let found = try sql.first(Texts.state) { row in
            StoreState(
                incarnation: try row.id(0), head: row.unsigned(1), headHash: row.bytes(2), backupWatermark: row.unsigned(3),
                fencing: row.unsigned(4), madeAt: row.int(5), headAt: row.optionalInt(6))
        }
        guard let found else { throw StoreError.damaged(detail: "the store's own row is not there") }
        if !isWriter { memory.state = found }
        return found
    }

    func savepoint<T>(_ body: () throws -> T) throws -> T {
        try sql.run("SAVEPOINT one")
        let mark = tape?.mark
        do {
            let result = try body()
            try sql.run("RELEASE one")
            return result
        } catch {
            memory.forget()
            if let mark { tape?.rewind(to: mark) }
            // After a full disk SQLite may have rolled the whole transaction back already: then there is no savepoint, and the
            // commit will fail as it must.
            try? sql.run("ROLLBACK TO one")
            try? sql.run("RELEASE one")
            throw error
        }
    }

    func takeSerial() throws -> UInt64 {
        let serial = try sql.first("UPDATE store SET next_serial = next_serial + 1 WHERE id = 1 RETURNING next_serial - 1") {
            $0.unsigned(0)
        }
        guard let serial else { throw StoreError.damaged(detail: "the store's own row is not there") }
        return serial
    }
}

/// The statements of every transaction.
private enum Texts {
    static let state = StatementText(
        """
        SELECT incarnation, head, head_hash, backup_watermark, fencing, made_at, (SELECT at FROM journal WHERE seq = head)
        FROM store WHERE id = 1
        """)
    static let fencing = StatementText("SELECT fencing FROM store WHERE id = 1")
}

/// Rows of tickets that this transaction has read for its decisions: writing them needs what stood there before once more. Inside
/// one writing transaction nobody else changes them, and the first write empties it. A reading one keeps the store's own row.
final class TicketMemory {
    var state: StoreState?
    /// The ticket's own row, and all its helpers and parts, the deleted ones too.
    private var known: [TicketID: (row: StoredRow, helpers: [StoredRow], parts: [StoredRow])] = [:]

    func keep(_ row: StoredRow, of ticket: TicketID) { known[ticket] = (row, [], []) }
    func keep(helper: StoredRow, of ticket: TicketID) { known[ticket]?.helpers.append(helper) }
    func keep(part: StoredRow, of ticket: TicketID) { known[ticket]?.parts.append(part) }
    func parts(of ticket: TicketID) -> [StoredRow]? { known[ticket]?.parts }
    func row(of ticket: TicketID) -> StoredRow? { known[ticket]?.row }
    func helpers(of ticket: TicketID) -> [StoredRow]? { known[ticket]?.helpers }
    func forget() { known = [:] }
}

// MARK: - Opening and life

extension SQLiteAccess {
    /// - Returns: The schema version of the file.
    func checkIdentity(path: String) throws -> Int {
        let application = try sql.first("PRAGMA application_id") { $0.int(0) }
        guard application == SQLiteCentralStore.applicationID else { throw StoreError.notAStore(path: path) }
        let version = try schemaVersion()
        guard version <= SQLiteCentralStore.schemaVersion else {
            throw StoreError.newerSchema(found: version, known: SQLiteCentralStore.schemaVersion)
        }
        return version
    }

    /// The schema version of the file. Behind the release's only where a file is verified that was not opened for writing since.
    func schemaVersion() throws -> Int { Int(try sql.first("PRAGMA user_version") { $0.int(0) } ?? 0) }

    /// The store's row and the journal's end say the same: a file put together from two copies is found before it is written.
    func checkHead() throws {
        let state = try state()
        let last = try sql.first("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1") { ($0.unsigned(0), $0.bytes(1)) }
        let (sequence, hash) = last ?? (0, JournalEntry.origin)
        guard state.head == sequence, state.headHash == hash else {
            throw StoreError.damaged(detail: "the journal ends at \(sequence), the store says \(state.head)")
        }
    }

    func takeFencing() throws -> UInt64 {
        let fencing = try sql.first("UPDATE store SET fencing = fencing + 1 WHERE id = 1 RETURNING fencing") { $0.unsigned(0) }
        guard let fencing else { throw StoreError.damaged(detail: "the store's own row is not there") }
        return fencing
    }

    func checkFencing(_ ours: UInt64, path: String) throws {
        guard let found = try sql.first(Texts.fencing, [], { $0.unsigned(0) }) else {
            throw StoreError.notAStore(path: path)
        }
        guard found == ours else { throw StoreError.fenced(ours: ours, found: found) }
    }

    /// Official numbers and serials that were given after the backup are out in the world: both go on well beyond them.
    func beginIncarnation(_ incarnation: Incarnation, at time: Milliseconds) throws {
        try sql.run(
            """
            UPDATE store SET incarnation = ?, made_at = ?, backup_watermark = 0, next_number = next_number + 10000,
                next_serial = next_serial + 1000
            WHERE id = 1
            """, [incarnation.value, .integer(time)])
    }

    func moveWatermark(to head: UInt64) throws {
        try sql.run(
            "UPDATE store SET backup_watermark = max(backup_watermark, ?) WHERE id = 1", [.sequence(head)])
    }

    /// - Returns: The head just before the copy was taken: the copy holds at least that.
    func copy(to path: String) throws -> UInt64 {
        let head = try state().head
        try sql.run("VACUUM INTO ?", [.text(path)])
        return head
    }
}

// MARK: - Pruning

extension SQLiteAccess {
    func pruneLeaves(below: UInt64) throws -> Int {
        let limit = Value.sequence(below)
        try sql.run(
            """
            INSERT INTO scope_floor(scope, pruned_below)
            SELECT scope, max(seq) FROM scope_log WHERE op = 3 AND seq < ? GROUP BY scope
            ON CONFLICT(scope) DO UPDATE SET pruned_below = max(pruned_below, excluded.pruned_below)
            """, [limit])
        var count = 0
        try sql.each("DELETE FROM scope_log WHERE op = 3 AND seq < ? RETURNING 1", [limit]) { _ in count += 1 }
        return count
    }

    func head(at time: Milliseconds) throws -> UInt64 {
        // Times in the journal rise with its index, so halving finds the entry without an index on them.
        var low: UInt64 = 0
        var high = try state().head
        while low < high {
            let middle = low + (high - low + 1) / 2
            let at = try sql.first("SELECT at FROM journal WHERE seq = ?", [.sequence(middle)]) { $0.int(0) }
            guard let at else { throw StoreError.damaged(detail: "journal entry \(middle) is not there") }
            if at <= time { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
