import Changeset
import Tickets

/// Applies changesets of our own with prepared statements. `sqlite3changeset_apply` is not used: it hangs on cut input, resets
/// `defer_foreign_keys`, and cannot say which row was wrong; these statements compare every old value as strictly.
extension Rows {
    /// Takes back what a changeset did, last change first.
    /// - Throws: `inconsistent` if a row is not as the changeset left it: undo runs strictly newest first, so that is a fault. The
    ///   transaction must then be rolled back.
    func takeBack(_ bytes: [UInt8]) throws {
        for change in try parse(bytes).changes.reversed() {
            guard let table = Table(name: change.table) else { throw fault(change) }
            let done =
                switch change.operation {
                case .insert: try delete(from: table, key: change.key, expecting: values(change.new, of: change, table))
                case .delete: try restore(change, in: table)
                case .update:
                    try update(
                        table, key: change.key, set: values(change.old, of: change, table),
                        expecting: values(change.new, of: change, table))
                }
            guard done else { throw fault(change) }
        }
    }

    /// Makes what a changeset says part of the confirmed rows: the centre says that they stand so, whatever the old values were.
    /// - Returns: False if a row is missing that it changes; the centre's rows must then be read again.
    func confirm(_ bytes: [UInt8]) throws -> Bool {
        var complete = true
        for change in try parse(bytes).changes {
            guard let table = Table(name: change.table) else { throw fault(change) }
            switch change.operation {
            case .insert: try insert(into: table, change.new.map { $0 ?? .null }, orReplace: true)
            case .delete: try delete(from: table, key: change.key)
            case .update: if try !update(table, key: change.key, set: values(change.new, of: change, table)) { complete = false }
            }
        }
        return complete
    }

    private func restore(_ change: Change, in table: Table) throws -> Bool {
        try insert(into: table, change.old.map { $0 ?? .null }, orReplace: false)
        return true
    }

    /// The recorded values outside the key, by column.
    private func values(_ values: [Value?], of change: Change, _ table: Table) -> [(Int, Value)] {
        values.enumerated().compactMap { index, value in
            guard index >= table.keyCount, let value else { return nil }
            return (index, value)
        }
    }

    private func parse(_ bytes: [UInt8]) throws -> Changeset {
        do {
            return try Changeset(parsing: bytes)
        } catch {
            throw ReplicaError.damaged(detail: "a stored changeset cannot be read: \(error)")
        }
    }

    private func fault(_ change: Change) -> ReplicaError {
        .inconsistent(detail: "\(change.operation) of a row of \(change.table)")
    }
}
