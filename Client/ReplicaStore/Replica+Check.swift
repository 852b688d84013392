import Changeset
import GRDB
public import SyncProtocol
import Tickets

/// One confirmed entity with its rows, as the centre would send it.
public struct ConfirmedEntity: Hashable, Sendable {
    /// Which.
    public var key: EntityKey
    /// The sequence of its last change.
    public var version: UInt64
    /// By table, then by key.
    public var rows: [EntityRow]
    /// Why it is about to leave; nil if it is not.
    public var leaving: String?
}

/// Something that is not as it must be.
public struct CheckFinding: Hashable, Sendable {
    /// Stable: "integrity", "foreign-keys", "digest", "chain", "rollback", "counts", "numbers", "sum".
    public var code: String
    /// What exactly, without a citizen's data.
    public var detail: String
}

extension Replica {
    /// The confirmed state without pending commands, by key: what must equal the centre's view of this person's scopes.
    public func confirmedEntities() throws -> [ConfirmedEntity] {
        try write { db, rows in
            var entities: [ConfirmedEntity] = []
            try db.inSavepoint {
                try rows.rollBackPending()
                entities = try rows.confirmedEntities()
                return .rollback
            }
            return entities
        }
    }

    /// Of the confirmed entities, without leaving ones.
    public func fingerprint() throws -> Fingerprint { try read { try $0.fingerprint() } }

    /// Looks for damage and for broken promises. Empty = all is well.
    public func check() throws -> [CheckFinding] {
        var findings = try read { rows in
            try rows.checkFile() + rows.checkDigests() + rows.checkChain() + rows.checkCounts()
                + rows.checkSum()
        }
        do {
            // Whether it can be done is all that is asked here: what would then stand there is for `confirmedEntities`.
            try write { db, rows in
                try db.inSavepoint {
                    try rows.rollBackPending()
                    return .rollback
                }
            }
        } catch let error as ReplicaError {
            findings.append(CheckFinding(code: "rollback", detail: error.description))
        }
        return findings
    }
}

extension Rows {
    func confirmedEntities() throws -> [ConfirmedEntity] {
        try statements.rows("SELECT kind, id, version, leaving FROM entity ORDER BY kind, id").compactMap { row in
            guard let kind = EntityKind(rawValue: UInt8(clamping: row[0].int ?? 0)), let id = row[1].bytes else { return nil }
            let key = EntityKey(kind, id: id)
            return ConfirmedEntity(key: key, version: row[2].sequence ?? 0, rows: try entityRows(key), leaving: row[3].string)
        }
    }

    private func entityRows(_ key: EntityKey) throws -> [EntityRow] {
        switch key.kind {
        case .ticket:
            return try Tickets.Table.ofTicket.filter(has).flatMap {
                try entityRows($0, where: $0 == .ticket ? "id" : "ticket", .blob(key.id))
            }
        case .verdict:
            let columns = Tickets.Table.conflict.columnList
            return try statements.rows(
                "SELECT \(columns) FROM conflict WHERE command=?1 OR against=?1 ORDER BY command, field", [.blob(key.id)]
            ).map { EntityRow(.conflict, $0.map(Optional.some)) }
        case .reference:
            let parts = String(decoding: key.id, as: UTF8.self).split(separator: "/", maxSplits: 1)
            guard parts.count == 2, let table = Tickets.Table(name: parts[0]) else { return [] }
            return try entityRows(table, where: table.columns[0], .text(String(parts[1])))
        }
    }

    private func entityRows(_ table: Tickets.Table, where column: String, _ value: Value) throws -> [EntityRow] {
        let columns = table.columnList
        let order = table.columns.prefix(table.keyCount).joined(separator: ",")
        return try statements.rows("SELECT \(columns) FROM \(table.name) WHERE \(column)=? ORDER BY \(order)", [value])
            .map { EntityRow(table, $0.map(Optional.some)) }
    }

    fileprivate func checkFile() throws -> [CheckFinding] {
        let damage = try statements.rows("PRAGMA integrity_check").compactMap { $0[0].string }.filter { $0 != "ok" }
        let orphans = try statements.rows("PRAGMA foreign_key_check")
        return damage.map { CheckFinding(code: "integrity", detail: $0) }
            + orphans.map { CheckFinding(code: "foreign-keys", detail: "a row of \($0[0].string ?? "?") lacks its ticket") }
    }

    fileprivate func checkDigests() throws -> [CheckFinding] {
        try commands("payload IS NOT NULL ORDER BY ordinal").compactMap { command in
            guard let sealed = command.sealed, sealed.digest == command.digest, sealed.commandID == command.id else {
                return CheckFinding(code: "digest", detail: "command \(command.ordinal) is not what was sealed")
            }
            return nil
        }
    }

    /// The current epoch's headers lead from its start to its head.
    fileprivate func checkChain() throws -> [CheckFinding] {
        let standing = try standing()
        let epoch = standing.identity.epoch
        var head = Chain.start(certificate: standing.certificate, epoch: epoch)
        var next: UInt64 = 1
        func fault(_ detail: String) -> [CheckFinding] { [CheckFinding(code: "chain", detail: detail)] }
        for command in try commands("epoch=? AND sequence IS NOT NULL ORDER BY sequence", [.integer(Int64(epoch))]) {
            guard command.sequence == next else { return fault("sequence \(next) is missing") }
            guard command.previous == head else { return fault("header \(next) does not follow") }
            let header = Header(
                replica: standing.identity.replica, epoch: epoch, sequence: next, digest: command.digest, previous: head)
            head = header.hash
            if next == standing.acknowledgedSequence, head != standing.acknowledgedHead {
                return fault("the acknowledged head is not header \(next)'s")
            }
            next += 1
        }
        if next != standing.nextSequence || head != standing.chainHead { return fault("the chain does not end at its head") }
        return []
    }

    /// I6, and every ticket has its number.
    fileprivate func checkCounts() throws -> [CheckFinding] {
        var findings: [CheckFinding] = []
        let given = try count("command")
        let judged = try count("command WHERE verdict IS NOT NULL")
        let outbox = try count("command WHERE \(isPending) AND verdict IS NULL")
        let takenBack = try count("command WHERE taken_back_at IS NOT NULL")
        if given != judged + outbox + takenBack {
            findings.append(
                CheckFinding(
                    code: "counts", detail: "given \(given) ≠ judged \(judged) + outbox \(outbox) + taken back \(takenBack)"))
        }
        let unnumbered = try count("ticket WHERE id NOT IN (SELECT ticket FROM local_number)")
        if unnumbered > 0 { findings.append(CheckFinding(code: "numbers", detail: "\(unnumbered) tickets have no number")) }
        return findings
    }

    /// What is told of the entities is what is there.
    fileprivate func checkSum() throws -> [CheckFinding] {
        guard let kept = try keptSum() else { return [] }
        let counted = try fingerprint()
        guard kept != counted else { return [] }
        return [CheckFinding(code: "sum", detail: "the sum of \(kept.count) entities is not that of the \(counted.count) rows")]
    }
}
