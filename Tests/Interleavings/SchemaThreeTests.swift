import CentralStore
import CentralStoreSQLite
import Changeset
import Fixture
import Foundation
import GRDB
import Schema
import SyncProtocol
import Testing
import Tickets

@testable import ReplicaStore

/// What both sides know of a conflict came with schema version 3.
@Suite struct `Stores and replicas of schema version 2` {
    /// device of version 2                     | centre of version 3
    /// ----------------------------------------+----------------------------------------------
    /// finding, pushed                         | zhao-min edits the same column of wang-lei's
    /// its conflicts come in its own width     | wang-lei's finding meets li-na's
    /// an edit pending … is upgraded in place  |
    /// syncs: the old command, the new columns | both sides of both conflicts are on the device
    @Test func `a device of version 2 is served rows of its own width, and is upgraded with a command pending`() throws {
        let centre = try city(seed: 81)
        let ticket = try centre.ticket("路灯不亮", to: "li-na", helpers: ["wang-lei"])
        let li = try DeviceFixture("li-na", at: centre, migrations: Array(Migration.all.prefix(2)))
        let wang = try DeviceFixture("wang-lei", at: centre)
        try li.syncToEnd()
        try wang.syncToEnd()
        let own = try li.give(.edit, ticket, ["finding": .text("三盏")])
        let theirs = try wang.give(.edit, ticket, ["finding": .text("两盏")])
        try li.settle()
        li.link.clear()
        try wang.settle()
        try li.settle()
        let shown = try #require(try li.lastAnswer().page?.entities.first { $0.key == .verdict(own.id) })
        #expect(shown.rows.isEmpty, "an older replica takes a conflict for its own command's only")
        let other = try centre.act(.edit, ticket, ["title": .text("文化街路灯不亮")])
        let late = try li.give(.note, ticket, ["body": .text("待升级")])
        li.link.clear()
        try li.reopen(migrations: Migration.all)
        try li.settle()
        #expect(try li.answers().contains { $0.page?.fromZero == true })
        #expect(try centre.command(late.id).verdict == .applied && centre.command(other.command).verdict == .applied)
        let here = try li.replica.conflicts(withSettled: true)
        #expect(Set(here.map(\.record.command)) == [theirs.id])
        #expect(
            here.allSatisfy {
                $0.record.conflict.against == own.id && $0.record.oursBy == "wang-lei" && $0.record.theirsBy == "li-na"
            })
        try expectAgreement(li, wang, with: centre)
    }

    @Test func `a central store of version 2 is upgraded where it stands; its conflicts have their outcome`() throws {
        let centre = try city(seed: 82)
        // Titles are a person's to decide, whatever the rules of other columns become.
        try centre.put(Person(id: "chen-hui", name: "陈慧", role: .dispatcher))
        let ticket = try centre.ticket("井盖破损", to: "chen-hui")
        let li = try DeviceFixture("chen-hui", at: centre)
        try li.syncToEnd()
        let commands = try ["甲", "乙"].map { words in
            let edit = try li.give(.edit, ticket, ["title": .text(words)])
            try centre.act(.edit, ticket, ["title": .text("中" + words)])
            try li.settle()
            return edit.id
        }
        try centre.decide(commands[0], .declined, reason: "以中心为准")
        try expectAgreement(li, with: centre)
        try centre.restart { path in
            try rewriteAsVersion2(path)
            let faults = try SQLiteCentralStore.verifyFile(at: path).faults
            #expect(faults == [], "proved as it stands")
        }
        #expect(try centre.store.read { try $0.verify() }.faults == [])
        let records = try centre.store.read { try $0.conflictRecords(of: commands) }
        #expect(commands.map { records[$0]?.first?.conflict.outcome } == [.theirs, .open])
        #expect(commands.map { records[$0]?.first?.chosenBy } == [CentreFixture.dispatcher, nil])
        #expect(records.values.joined().allSatisfy { $0.oursBy == "chen-hui" && $0.conflict.may == .centre })
        try centre.decide(commands[1], .accepted)
        #expect(try centre.store.read { try $0.conflictRecords(of: commands) }[commands[1]]?.first?.conflict.outcome == .ours)
        #expect(try centre.store.read { try $0.verify() }.faults == [])
    }

    /// A file that the SQL of versions 1 and 2 made, in which a verdict's version is what was last said on its command.
    private func rewriteAsVersion2(_ path: String) throws {
        let old = path + ".v2"
        let queue = try DatabaseQueue(path: old)
        try queue.writeWithoutTransaction { db in
            for version in 1...2 { try db.execute(sql: SchemaResource.centralSQL(version: version) ?? "") }
            try db.execute(sql: "PRAGMA application_id = \(0x474C_4353); PRAGMA user_version = 2; PRAGMA foreign_keys = OFF")
            try db.execute(sql: "ATTACH ? AS newer", arguments: [path])
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            for table in tables {
                let columns = try db.columns(in: table, in: "main").map(\.name).joined(separator: ", ")
                try db.execute(sql: "INSERT INTO main.\(table)(\(columns)) SELECT \(columns) FROM newer.\(table)")
            }
            try db.execute(sql: "DETACH newer")
            try db.execute(
                sql: """
                    UPDATE scope_log SET seq = (SELECT coalesce(decision_seq, seq) FROM command WHERE id = entity) WHERE kind = 2;
                    UPDATE conflict SET changed = (SELECT seq FROM command WHERE id = conflict.command)
                    """)
            try rewriteJournal(db)
            var sums: [String: Fingerprint] = [:]
            for row in try GRDB.Row.fetchAll(db, sql: "SELECT scope, entity, seq FROM scope_log WHERE kind = 2 AND op <> 3") {
                let (entity, seq): (Data, Int64) = (row["entity"], row["seq"])
                sums[row["scope"], default: Fingerprint()].add(EntityKey(.verdict, id: Array(entity)), version: UInt64(seq))
            }
            for (scope, sum) in sums {
                let bytes = Data((0..<16).map { UInt8(truncatingIfNeeded: sum.sum >> (120 - 8 * UInt128($0))) })
                try db.execute(sql: "UPDATE scope_sum SET sum = ? WHERE scope = ? AND kind = 2", arguments: [bytes, scope])
            }
        }
        try queue.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.moveItem(atPath: old, toPath: path)
    }

    /// As version 2 wrote it: of a conflict seven columns, and nothing of what becomes of one. The chain is made anew.
    private func rewriteJournal(_ db: GRDB.Database) throws {
        var previous = JournalEntry.origin
        for row in try GRDB.Row.fetchAll(db, sql: "SELECT * FROM journal ORDER BY seq") {
            let (seq, stored, salt): (Int64, Data, Data) = (row["seq"], row["body"], row["salt"])
            var body = try #require(JournalBody(decoding: Array(stored)))
            body.changeset.changes = body.changeset.changes.compactMap { change in
                guard change.table == Table.conflict.name else { return change }
                let (old, new) = (Array(change.old.prefix(7)), Array(change.new.prefix(7)))
                guard change.operation != .update || new.dropFirst(2).contains(where: { $0 != nil }) else { return nil }
                return Change(
                    table: change.table, keyOrdinals: Array(change.keyOrdinals.prefix(7)), operation: change.operation,
                    isIndirect: change.isIndirect, old: old, new: new)
            }
            let (entity, command): (Data?, Data?) = (row["entity"], row["command"])
            let entry = JournalEntry(
                sequence: UInt64(seq), at: row["at"], author: row["author"], kind: JournalKind(rawValue: row["kind"]),
                entity: entity.map { Array($0) }, command: command.flatMap { CommandID(bytes: Array($0)) }, salt: Array(salt),
                body: body.encoded(), previous: previous)
            previous = entry.hash
            try db.execute(
                sql: "UPDATE journal SET digest = ?, body = ?, hash = ? WHERE seq = ?",
                arguments: [Data(entry.digest), Data(body.encoded()), Data(entry.hash), seq])
        }
        try db.execute(sql: "UPDATE store SET head_hash = ?", arguments: [Data(previous)])
    }
}
