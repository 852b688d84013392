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
        let centre = try CentreFixture(seed: 72)
        try centre.put(GridRecord(id: "gulou-03", name: "鼓楼三网格"))
        // Without professions there is nothing to put into scopes, so not even an entry is written.
        try centre.put(
            Person(id: "li-na", name: "李娜", role: .worker, grid: "gulou-03"),
            Person(id: "wang-lei", name: "王磊", role: .worker, grid: "gulou-03"))
        // Devices of before clocks were: what they hold is what such a store gave them.
        let old = Array(Migration.all.prefix(3))
        let device = try DeviceFixture("li-na", at: centre, migrations: old)
        let other = try DeviceFixture("wang-lei", at: centre, migrations: old)
        let ticket = try centre.ticket("水管漏水", to: "li-na", helpers: ["wang-lei"])
        for one in [device, other] { try one.settle() }
        try device.give(.accept, ticket)
        try device.settle()
        let pending = try device.give(.note, ticket, ["body": .text("已到场")])
        let before = try picture(centre).withoutClocks
        try centre.restart { path in
            try rewriteAsVersion1(path)
            // Whoever proves the file before it is opened for writing finds it whole, and leaves it as it is.
            #expect(try SQLiteCentralStore.verifyFile(at: path).faults.isEmpty)
            #expect(try userVersion(path) == 1)
        }
        #expect(try userVersion(centre.store.path) == Int(SchemaVersion.current))
        // The ticket under way gets its clock, as of one new entry; nothing else changes.
        let after = try picture(centre).withoutClocks
        #expect(after.dump == before.dump && after.counts == before.counts)
        #expect(after.state.head == before.state.head + 1 && after.history == before.history + 1)
        let clock = try #require(try centre.ticket(ticket).clock(.resolution))
        #expect(clock.due == (try centre.ticket(ticket))[.dueAt].int && clock.source.isEmpty && clock.isRunning)
        #expect(try centre.store.read { try $0.verify() }.faults == [])
        for one in [device, other] { try one.reopen(migrations: Migration.all) }
        try enterUnit(centre, name: "某供热公司")
        try expectAgreement(device, other, with: centre)
        #expect(try centre.command(pending.id).verdict == .applied)
    }

    /// centre of version 1: a ticket in gulou-03 with a helper of 城管    | yang-fan, 城管 in gulou-03, does not hold it
    /// the file is opened: one entry, the rows stay as they are            | holds it, from that entry on
    @Test func `people and tickets of a version 1 store come into the scopes of grid and profession`() throws {
        let centre = try city(seed: 73)
        try centre.put(
            Person(id: "yang-fan", name: "杨帆", role: .worker, grid: "gulou-03", profession: "城管"),
            Person(id: "elsewhere", name: "别处的", role: .worker, grid: "gulou-04", profession: "城管"))
        let old = Array(Migration.all.prefix(3))
        let devices = try ["li-na", "wang-lei", "yang-fan", "elsewhere"].map {
            try DeviceFixture($0, at: centre, migrations: old)
        }
        for device in devices { try device.settle() }
        let ticket = try centre.ticket("占道经营", to: "li-na", helpers: ["wang-lei"])
        let former = try centre.ticket("乱停车", to: "li-na", helpers: ["wang-lei"])
        try centre.act(.assign, former, ["assignee": .text("wang-lei")])
        for device in devices.prefix(2) { try device.settle() }
        let before = try picture(centre).withoutClocks
        try centre.restart { path in
            try rewriteAsVersion1(path)
            #expect(try SQLiteCentralStore.verifyFile(at: path).faults.isEmpty)
        }
        let after = try picture(centre).withoutClocks
        #expect(after.dump == before.dump && after.counts == before.counts)
        // One entry for the scopes, one for the clocks.
        #expect(after.state.head == before.state.head + 2 && after.history == before.history + 2)
        #expect(try centre.store.read { try $0.verify() }.faults == [])
        // Who was up to date before the upgrade hears of it too, and whole.
        let page = try centre.store.read { try $0.page(PageRequest(person: "yang-fan", base: before.state.head)) }
        #expect(page.entities.map(\.key) == [.ticket(ticket)] && page.entities.map(\.operation) == [.enter])
        let still = try centre.store.read { try $0.page(PageRequest(person: "wang-lei", base: before.state.head)) }
        #expect(still.entities.allSatisfy { $0.operation == .change && $0.rows.map(\.table) == [.clock] } && !still.fromZero)
        let author = try centre.store.read { try $0.load(LoadRequest(tickets: [ticket], persons: ["yang-fan"])) }
        #expect(author.holdsNow("yang-fan", ticket))
        #expect(!author.holds("yang-fan", ticket, at: before.state.head), "what they could not see they did not hold")

        for device in devices { try device.reopen(migrations: Migration.all) }
        for _ in 0..<2 { for device in devices { try device.settle() } }
        #expect(try disagreements(devices, centre) == [])
        #expect(try devices[2].replica.tickets().map(\.id) == [ticket])
        #expect(try devices[3].replica.tickets().isEmpty)
        try centre.restart()
        #expect(try centre.store.read { try $0.state().head } == after.state.head, "once")
        // From here on the scopes move as ever.
        try centre.act(.edit, ticket, ["grid": .text("gulou-04")])
        for _ in 0..<2 { for device in devices { try device.settle() } }
        #expect(try devices[2].replica.tickets().isEmpty && devices[3].replica.tickets().map(\.id) == [ticket])
        #expect(try disagreements(devices, centre) == [])
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

        /// What was there before clocks were: versions moved with them.
        var withoutClocks: Picture {
            var picture = self
            for (index, entities) in dump.enumerated() {
                picture.dump[index] = entities.map { entity in
                    var entity = entity
                    entity.rows.removeAll { $0.table.since >= Table.clock.since && $0.table.ticketColumn != nil }
                    if entity.key.kind == .ticket { entity.version = 0 }
                    return entity
                }
            }
            return picture
        }
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

    /// A file that the first version's own SQL made, with every row of the store in it that the first version's rules knew.
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
            for table in ["person_scope", "ticket_scope", "scope_log"] {
                try db.execute(sql: "DELETE FROM \(table) WHERE scope LIKE 'gp:%'")
            }
        }
        try queue.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.moveItem(atPath: old, toPath: path)
    }
}
