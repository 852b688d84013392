import GRDB
import Schema

/// One step of the replica's schema: what makes version `number` out of the one before.
package struct Migration: Sendable {
    /// Counts from 1 without gaps; it is SQLite's `user_version` after the step.
    package var number: Int
    /// Statements; domain tables only ever get columns appended.
    package var sql: String

    /// A step.
    package init(number: Int, sql: String) {
        self.number = number
        self.sql = sql
    }

    /// Every step of this release.
    package static let all: [Migration] = (1...).lazy.map { ($0, SchemaResource.replicaSQL(version: $0)) }
        .prefix { $0.1 != nil }.map { Migration(number: $0.0, sql: $0.1 ?? "") }
}

/// "GLrp" in ASCII: tells a replica from every other SQLite file, also to `file(1)`.
let replicaApplicationID = 0x474C_7270

extension Database {
    /// Brings the schema up to the last step, in one transaction. Rows are left alone: a column that is new has no values until
    /// the centre's rows are read again, which `cursor.schema_version` asks for by staying behind.
    /// - Throws: `newerSchema` if the file is beyond the last step.
    func migrate(_ migrations: [Migration]) throws {
        let known = migrations.last?.number ?? 0
        let found = try pragma("user_version")
        guard found <= known else { throw ReplicaError.newerSchema(found: found, known: known) }
        guard found < known else { return }
        try inTransaction(.immediate) {
            for migration in migrations where migration.number > found { try execute(sql: migration.sql) }
            // Pages that an older release fetched lack what is new. Taken in, they would count as a reading of this version.
            if found > 0 { try execute(sql: "DELETE FROM pull; DELETE FROM staged_page") }
            // Both are part of the file's header and so of the transaction.
            try execute(sql: "PRAGMA application_id = \(replicaApplicationID)")
            try execute(sql: "PRAGMA user_version = \(known)")
            return .commit
        }
    }
}
