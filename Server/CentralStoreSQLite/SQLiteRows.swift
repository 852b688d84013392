import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// The SQL of one domain table, made from the column list that every module shares.
struct TableSQL {
    let table: Table
    /// All columns, `changed`, `deleted`.
    let columns: String
    /// A new row.
    let insert: StatementText
    /// A row that is there, by key.
    let update: StatementText
    /// The same where no column of `indexed` changed: SQLite then leaves the indexes over them alone.
    let updateBeside: StatementText?
    /// One bit for each column that has an index; of `ticket` alone, whose columns rarely change.
    let indexed: UInt64
    /// Either.
    let replace: StatementText
    /// Rows by the first column of their key.
    let byKey: ListText
    /// Rows of tickets that are not deleted.
    let wholeByTicket: ListText
    /// Rows of tickets, the deleted ones too, that changed after a sequence.
    let changedByTicket: ListText

    init(_ table: Table) {
        self.table = table
        let names = table.columns + ["changed", "deleted"]
        let keys = table.columns.prefix(table.keyCount)
        columns = names.joined(separator: ", ")
        let all = columns
        let insertion = "INSERT INTO \(table.name)(\(columns)) VALUES \(SQL.list(names.count))"
        insert = StatementText(insertion)
        byKey = ListText { "SELECT \(all) FROM \(table.name) WHERE \(table.columns[0]) IN \($0)" }
        // Rows of one entity come by their key whatever index finds them; a note's index orders by change.
        let order = table.isNamedAlone ? " ORDER BY ticket, id" : ""
        let ticket = table.columns[table.ticketColumn ?? 0]
        wholeByTicket = ListText { "SELECT \(all) FROM \(table.name) WHERE deleted = 0 AND \(ticket) IN \($0)\(order)" }
        changedByTicket = ListText { "SELECT \(all) FROM \(table.name) WHERE changed > ? AND \(ticket) IN \($0)\(order)" }
        let rest = names.dropFirst(table.keyCount)
        // Numbered, so that an update takes the same values in the same order as an insert.
        let sets = zip(rest, (table.keyCount + 1)...).map { "\($0) = ?\($1)" }.joined(separator: ", ")
        let isIndexed = rest.map { table == .ticket && Self.indexedOfTicket.contains($0) }
        let others = zip(zip(rest, isIndexed), (table.keyCount + 1)...).filter { !$0.0.1 }
        let match = zip(keys, 1...).map { "\($0) = ?\($1)" }.joined(separator: " AND ")
        indexed = zip(isIndexed, table.keyCount...).reduce(0) { $0 | ($1.0 ? 1 << UInt64($1.1) : 0) }
        updateBeside =
            indexed == 0
            ? nil
            : StatementText(
                "UPDATE \(table.name) SET \(others.map { "\($0.0.0) = ?\($0.1)" }.joined(separator: ", ")) WHERE \(match)")
        update = StatementText("UPDATE \(table.name) SET \(sets) WHERE \(match)")
        replace = StatementText(
            insertion + " ON CONFLICT(\(keys.joined(separator: ", "))) DO UPDATE SET "
                + rest.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
    }

    private static let indexedOfTicket: Set<String> = ["number", "state", "due_at"]

    /// The same of a file that is verified and was not opened for writing since: what it has no column for is NULL.
    func columns(inVersion version: Int) -> String {
        let known = table.columnCount(inVersion: version)
        guard known < table.columns.count else { return columns }
        return (table.columns.enumerated().map { $0 < known ? $1 : "NULL" } + ["changed", "deleted"]).joined(separator: ", ")
    }

    private static let all = Table.allCases.map(TableSQL.init)
    static func of(_ table: Table) -> TableSQL { all[table.rawValue] }
}

extension Row {
    /// A domain row selected with `TableSQL.columns`, from the column `first` on.
    func stored(_ table: Table, from first: Int = 0) -> StoredRow {
        let count = table.columns.count
        return StoredRow(
            values: values(first..<(first + count)), changed: unsigned(first + count), deleted: int(first + count + 1) != 0)
    }

    /// A command selected with `commandColumns`.
    func command() throws -> StoredCommand {
        var place: ChainPlace?
        if let replica = try optionalID(1, as: ReplicaID.self) {
            place = ChainPlace(replica: replica, epoch: UInt32(clamping: int(2)), sequence: unsigned(3))
        }
        var command = StoredCommand(
            id: try id(0), place: place, person: text(4), kind: text(5), ticket: try optionalID(6), payload: optionalBytes(7),
            salt: optionalBytes(8), digest: bytes(9), receivedAt: int(10), occurredAt: int(11), clockFlagged: int(12) != 0,
            verdict: try optionalText(13).map { try known(Verdict.self, $0) }, reason: text(14), waitsFor: try optionalID(16))
        command.sequence = unsigned(15)
        if let word = optionalText(17) {
            command.decision = StoredCommand.DecisionRecord(
                try known(HeldDecision.self, word), reason: text(18), by: text(20), at: int(21), sequence: unsigned(19))
        }
        return command
    }

    /// A device selected with `deviceColumns`.
    func device() throws -> DeviceRecord {
        var device = DeviceRecord(
            replica: try id(0), person: text(1), serial: unsigned(2), publicKey: bytes(3), certificate: bytes(4),
            enrolledAt: int(5), epoch: UInt32(clamping: int(6)), chainHead: bytes(8))
        device.sequence = unsigned(7)
        device.occurredFloor = int(9)
        device.revokedAt = optionalInt(10)
        device.lastContact = optionalInt(11)
        device.unsent = isNull(12) ? nil : unsigned(12)
        device.base = isNull(13) ? nil : unsigned(13)
        device.clientVersion = optionalText(14)
        device.clockOffset = optionalInt(15)
        device.forks = unsigned(16)
        device.oldestUnsentAt = optionalInt(17)
        return device
    }

    /// A link selected with `linkColumns`.
    func link() throws -> ChainLink {
        ChainLink(
            place: ChainPlace(replica: try id(0), epoch: UInt32(clamping: int(1)), sequence: unsigned(2)),
            command: try id(3), digest: bytes(4), hash: bytes(5))
    }

    /// A journal entry selected with `journalColumns`.
    func journalEntry() throws -> JournalEntry {
        JournalEntry(
            sequence: unsigned(0), at: int(1), author: text(2), kind: JournalKind(rawValue: text(3)), entity: optionalBytes(4),
            command: try optionalID(5), salt: optionalBytes(6), digest: bytes(7), body: optionalBytes(8), hash: bytes(9))
    }

    private func known<T: RawRepresentable<String>>(_ type: T.Type, _ word: String) throws -> T {
        guard let value = T(rawValue: word) else { throw StoreError.damaged(detail: "the word \(word) where a verdict stands") }
        return value
    }
}

let commandColumns = """
    id, replica, epoch, sequence, person, kind, ticket, payload, salt, digest, received_at, occurred_at, clock_flag, verdict, \
    reason, seq, waits_for, decision, decision_reason, decision_seq, decided_by, decided_at
    """
let deviceColumns = """
    replica, person, serial, public_key, certificate, enrolled_at, epoch, sequence, chain_head, occurred_floor, revoked_at, \
    last_contact, unsent, base, client_version, clock_offset, forks, oldest_unsent_at
    """
let linkColumns = "replica, epoch, sequence, command, digest, hash"
let journalColumns = "seq, at, author, kind, entity, command, salt, digest, body, hash"

extension DeviceRecord {
    /// Values in the order of `deviceColumns`.
    var values: [Value] {
        [
            replica.value, .text(person), .sequence(serial), .blob(publicKey), .blob(certificate), .integer(enrolledAt),
            .integer(Int64(epoch)), .sequence(sequence), .blob(chainHead), .integer(occurredFloor), .optional(revokedAt),
            .optional(lastContact), .optional(sequence: unsent), .optional(sequence: base), .optional(clientVersion),
            .optional(clockOffset), .sequence(forks), .optional(oldestUnsentAt),
        ]
    }
}
