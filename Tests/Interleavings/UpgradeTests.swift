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

/// Files of earlier releases, and programs of different releases on the two ends of the wire.
@Suite struct `Stores and replicas of schema version 1` {
    /// A unit, as the centre enters one.
    private func enterUnit(_ centre: CentreFixture, name: String) throws {
        var entry = JournalDraft(
            at: centre.clock.now, author: CentreFixture.dispatcher, kind: JournalKind(rawValue: "unit"),
            salt: centre.random.bytes(16))
        entry.changes = [
            .insert(
                .unit,
                [.text("heating"), .text(name), .text("enterprise"), .text("city"), .null, .text("li-na"), .null, .integer(0)])
        ]
        let batch = WriteBatch(entries: [entry])
        _ = try centre.store.write { try $0.append(batch) }
    }

    /// device of version 1                    | centre of version 2
    /// ---------------------------------------+-----------------------------------------
    /// accepts, syncs                         | has a unit, which version 1 has no table for
    /// notes (pending) … is upgraded in place | renames the unit
    /// syncs: the old command, the new tables | accepts it as it was sealed
    @Test func `a device of version 1 goes on, and is upgraded with a command pending`() throws {
        let centre = try city(seed: 71)
        let ticket = try centre.ticket("路灯不亮", to: "li-na")
        try enterUnit(centre, name: "某供热公司")
        let old = Array(Migration.all.prefix(1))
        let device = try DeviceFixture("li-na", at: centre, migrations: old)
        try device.syncToEnd()
        try device.give(.accept, ticket)
        try device.settle()
        let named = try device.answers().flatMap { $0.page?.entities ?? [] }.filter { $0.key == .reference(.unit, "heating") }
        #expect(named.map(\.rows) == [[]], "its version has no table for it")
        #expect(try device.answers().allSatisfy { $0.page?.generation == 0 || $0.page?.fromZero == true })
        #expect(try device.replica.fingerprint() == centre.store.read { try $0.fingerprint(of: "li-na") })

        let given = try device.give(.note, ticket, ["body": .text("第三次上门")])
        let sealed = try sealedBytes(given.id, of: device)
        try device.reopen(migrations: Migration.all)
        #expect(try sealedBytes(given.id, of: device) == sealed)
        try enterUnit(centre, name: "某供热有限公司")
        device.link.clear()
        try device.settle()
        #expect(try centre.command(given.id).payload == sealed)
        #expect(try centre.command(given.id).verdict == .applied)
        #expect(try Payload(decoding: sealed).schemaVersion == 1)
        #expect(try device.answers().contains { $0.page?.fromZero == true }, "everything is read anew after an upgrade")
        let unit = try device.replica.confirmedEntities().first { $0.key == .reference(.unit, "heating") }
        #expect(unit?.rows.first?.values[1] == .text("某供热有限公司"))
        #expect(try disagreements(device, centre) == [])
    }

    @Test func `a central store of version 1 is upgraded where it stands, and loses nothing`() throws {
        let centre = try city(seed: 72)
        let device = try DeviceFixture("li-na", at: centre)
        let other = try DeviceFixture("wang-lei", at: centre)
        let ticket = try centre.ticket("水管漏水", to: "li-na", helpers: ["wang-lei"])
        try expectAgreement(device, other, with: centre)
        try device.give(.accept, ticket)
        try device.settle()
        let pending = try device.give(.note, ticket, ["body": .text("已到场")])
        let before = try picture(centre)
        try centre.restart { path in
            try rewriteAsVersion1(path)
            // Whoever proves the file before it is opened for writing finds it whole, and leaves it as it is.
            #expect(try SQLiteCentralStore.verifyFile(at: path).faults.isEmpty)
            #expect(try userVersion(path) == 1)
        }
        #expect(try userVersion(centre.store.path) == 2)
        #expect(try picture(centre) == before)
        try enterUnit(centre, name: "某供热公司")
        try expectAgreement(device, other, with: centre)
        #expect(try centre.command(pending.id).verdict == .applied)
    }

    private func sealedBytes(_ id: CommandID, of device: DeviceFixture) throws -> [UInt8] {
        let row = try device.replica.read { try $0.statements.row("SELECT payload FROM command WHERE id=?", [id.value]) }
        guard case .blob(let bytes)? = row?.first else { throw FixtureError("no payload") }
        return bytes
    }

    private struct Picture: Equatable {
        var state: StoreState
        var counts: StoreCounts
        var dump: [[PageEntity]]
        var history: Int
    }

    private func picture(_ centre: CentreFixture) throws -> Picture {
        try centre.store.read { reader in
            var state = try reader.state()
            state.fencing = 0
            return Picture(
                state: state, counts: try reader.counts(),
                dump: try ["li-na", "wang-lei"].map { try reader.scopeDump(person: $0) },
                history: Int(try reader.verify().entriesCount))
        }
    }

    private func userVersion(_ path: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    }

    /// A file that the first version's own SQL made, with every row of the store in it.
    private func rewriteAsVersion1(_ path: String) throws {
        let old = path + ".v1"
        let queue = try DatabaseQueue(path: old)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: SchemaResource.centralSQL(version: 1) ?? "")
            try db.execute(sql: "PRAGMA application_id = \(0x474C_4353); PRAGMA user_version = 1; PRAGMA foreign_keys = OFF")
            try db.execute(sql: "ATTACH ? AS newer", arguments: [path])
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            for table in tables {
                let columns = try db.columns(in: table, in: "main").map(\.name).joined(separator: ", ")
                try db.execute(sql: "INSERT INTO main.\(table)(\(columns)) SELECT \(columns) FROM newer.\(table)")
            }
            try db.execute(sql: "DETACH newer")
        }
        try queue.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.moveItem(atPath: old, toPath: path)
    }
}
