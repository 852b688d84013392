import Changeset
import SyncProtocol
import Tickets

/// Which entities are confirmed in which version, and the sum over them, which goes on with each change: the rows themselves are as many as the
/// city's reference set and every command that was ever given here.
extension Rebase {
    /// The sum as the last pull left it; nil where the rows are counted at the end. From zero all of them change, and once a day nothing is
    /// taken on trust.
    func keptSum() throws -> Fingerprint? {
        guard !pull.fromZero, !standing.wantsComparison else { return nil }
        return try rows.keptSum()
    }

    /// The entity is confirmed in this version, and not leaving.
    func setEntity(_ key: EntityKey, version: UInt64) throws {
        try setEntity(key, version: version, replacing: sum == nil ? nil : try rows.entity(key))
    }

    /// The same, unless a page has said something newer.
    func setEntityIfNewer(_ key: EntityKey, version: UInt64) throws {
        let known = try rows.entity(key)
        guard known.map({ $0.version < version }) ?? true else { return }
        try setEntity(key, version: version, replacing: known)
    }

    /// - Parameter known: The entity as it stands, if there is one.
    func setEntity(_ key: EntityKey, version: UInt64, replacing known: KnownEntity?) throws {
        take(known, key)
        try rows.statements.run(
            "INSERT OR REPLACE INTO entity (kind, id, version, generation) VALUES (?, ?, ?, ?)",
            [.integer(Int64(key.kind.rawValue)), .blob(key.id), .sequence(version), .integer(Int64(pull.generation))])
        sum?.add(key, version: version)
    }

    /// The ticket is about to go; its rows stay until no pending command names it.
    func setLeaving(_ key: EntityKey, reason: String, version: UInt64) throws {
        if sum != nil { take(try rows.entity(key), key) }
        try rows.statements.run(
            "UPDATE entity SET leaving=?, version=?, generation=? WHERE kind=? AND id=?",
            [
                .text(reason), .sequence(version), .integer(Int64(pull.generation)), .integer(Int64(key.kind.rawValue)),
                .blob(key.id),
            ])
    }

    func removeEntity(_ key: EntityKey) throws {
        if sum != nil { take(try rows.entity(key), key) }
        try rows.removeEntity(key)
    }

    /// Out of the sum, if it is in it.
    private func take(_ known: KnownEntity?, _ key: EntityKey) {
        if let known, !known.isLeaving { sum?.remove(key, version: known.version) }
    }

    /// Whether both sides hold the same, if the centre said what it holds.
    ///
    /// Only what was counted from the rows is a comparison that the next day counts from.
    func compare() throws -> (agrees: Bool?, isCounted: Bool) {
        guard let theirs else { return (nil, false) }
        if sum == theirs { return (true, false) }
        // Not known, or perhaps what is wrong: the rows say what is here.
        sum = try rows.fingerprint()
        return (sum == theirs, true)
    }
}

/// Of an entity's row.
struct KnownEntity {
    var version: UInt64
    var isLeaving: Bool
}

extension Rows {
    /// Nil if it is not confirmed here.
    func entity(_ key: EntityKey) throws -> KnownEntity? {
        try statements.row(
            "SELECT version, leaving IS NOT NULL FROM entity WHERE kind=? AND id=?",
            [.integer(Int64(key.kind.rawValue)), .blob(key.id)]
        ).map { KnownEntity(version: $0[0].sequence ?? 0, isLeaving: $0[1].int == 1) }
    }

    func removeEntity(_ key: EntityKey) throws {
        try statements.run("DELETE FROM entity WHERE kind=? AND id=?", [.integer(Int64(key.kind.rawValue)), .blob(key.id)])
    }

    /// The fingerprint that stands beside the cursor; nil = not known.
    func keptSum() throws -> Fingerprint? {
        guard keepsSum, let row = try statements.row("SELECT entity_sum, entity_count FROM cursor"), let bytes = row[0].bytes
        else { return nil }
        return Fingerprint(bytes: bytes, count: row[1].sequence ?? 0)
    }

    /// - Parameter sum: Of the entities as they are now; nil = they are to be counted.
    func keep(_ sum: Fingerprint?) throws {
        guard keepsSum else { return }
        try statements.run(
            "UPDATE cursor SET entity_sum=?, entity_count=?",
            [(sum?.bytes).map(Value.blob) ?? .null, (sum?.count).map(Value.sequence) ?? .null])
    }
}
