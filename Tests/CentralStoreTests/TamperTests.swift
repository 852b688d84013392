import CentralStore
import CentralStoreSQLite
import Changeset
import GRDB
import SyncProtocol
import Testing
import Tickets

/// Changes the file behind the store's back, which only an SQLite store allows so easily.
private func tamper(_ path: String, _ sql: String, _ arguments: StatementArguments = []) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: sql, arguments: arguments) }
    try queue.close()
}

/// A store with people, a ticket, a device of five commands, a held and decided command, and a head of at least 20.
private func withHistory(_ body: (SQLiteCentralStore, String) throws -> Void) throws {
    try withSQLiteStore { store, path in
        var history = RandomHistory(seed: 41)
        try store.append(history.opening() + (0..<40).map { _ in history.next() })
        _ = try ChainedDevice(in: store, &history.world, person: "li-na", ticket: history.tickets[0], count: 5)
        let held = history.world.held(history.tickets[1], by: "li-na")
        try store.append(held, history.world.decide(held.command!.id, of: "li-na", on: history.tickets[1]))
        #expect(try store.read { try $0.verify() }.faults == [])
        try body(store, path)
    }
}

@Suite struct `A tampered store` {
    @Test(arguments: [
        "at = at + 1", "author = 'somebody'", "kind = 'act2'", "entity = x'00'", "command = x'00112233445566778899aabbccddeeff'",
        "digest = zeroblob(32)", "salt = zeroblob(16)", "body = x'00'", "body = NULL", "salt = NULL", "hash = zeroblob(32)",
    ])
    func `any changed field of a journal entry is found at its exact index`(_ change: String) throws {
        try withHistory { store, path in
            for index: UInt64 in [1, 9, try store.head] {
                let copy = path + "-\(index)"
                _ = try store.backup(to: copy)
                try tamper(copy, "UPDATE journal SET \(change) WHERE seq = ?", [Int64(index)])
                let report = try verify(copy)
                #expect(report.firstBadEntry == index, "\(change)")
                #expect(report.faults.contains { $0.kind == .journal && $0.sequence == index })
            }
        }
    }

    @Test func `a missing entry, and one that was put in anew, are found`() throws {
        try withHistory { store, path in
            try tamper(path, "DELETE FROM journal WHERE seq = 12")
            #expect(try store.read { try $0.verify() }.firstBadEntry == 12)
        }
        try withHistory { store, path in
            let head = try store.head
            try tamper(path, "DELETE FROM journal WHERE seq = ?", [Int64(head)])
            #expect(try store.read { try $0.verify() }.firstBadEntry == head)
            try store.close()
            #expect(throws: StoreError.self) { _ = try SQLiteCentralStore.open(at: path) }
        }
    }

    @Test func `erasing body and salt together leaves the chain whole`() throws {
        try withHistory { store, path in
            try tamper(path, "UPDATE journal SET body = NULL, salt = NULL WHERE seq IN (3, 9, 20)")
            try tamper(path, "UPDATE command SET payload = NULL, salt = NULL")
            #expect(try store.read { try $0.verify() }.faults == [])
        }
    }

    @Test(arguments: [
        ("UPDATE ticket SET title = 'x' WHERE id = (SELECT min(id) FROM ticket)", VerifyFault.Kind.entry),
        ("UPDATE note SET body = 'x' WHERE id = (SELECT min(id) FROM note)", .entry),
        ("UPDATE ticket SET changed = changed - 1 WHERE id = (SELECT min(id) FROM ticket)", .entry),
        ("UPDATE command SET verdict = 'rejected' WHERE seq = (SELECT min(seq) FROM command)", .entry),
        ("UPDATE command SET reason = 'x' WHERE seq = (SELECT min(seq) FROM command)", .entry),
        ("UPDATE command SET decision = 'accepted' WHERE decision = 'declined'", .entry),
        ("UPDATE command SET seq = seq + 1 WHERE seq = (SELECT min(seq) FROM command)", .entry),
        ("UPDATE device SET changed = 100000", .entry),
        ("DELETE FROM conflict; DELETE FROM command WHERE verdict = 'held'", .entry),
        ("UPDATE chain SET digest = zeroblob(32) WHERE sequence = 3", .chain),
        ("UPDATE chain SET hash = zeroblob(32) WHERE sequence = 5", .chain),
        ("DELETE FROM chain WHERE sequence = 2", .chain),
        ("DELETE FROM chain WHERE sequence = 5", .chain),
        ("UPDATE device SET certificate = x'00'", .chain),
        ("UPDATE command SET digest = zeroblob(32) WHERE replica IS NOT NULL AND sequence = 4", .chain),
        ("DELETE FROM device", .chain),
        ("UPDATE ticket_scope SET until = 1000 WHERE until IS NULL AND scope LIKE 'g:%'", .scope),
        ("DELETE FROM ticket_scope WHERE scope LIKE 'gp:%'", .scope),
        ("DELETE FROM person_scope WHERE scope LIKE 'gp:%'", .scope),
        ("UPDATE person_scope SET until = 1000 WHERE until IS NULL AND scope = 'ref'", .scope),
        ("INSERT INTO person_scope(person, scope, since) VALUES ('nobody', 'ref', 1)", .scope),
        ("UPDATE scope_log SET seq = seq + 1 WHERE kind = 1 AND op <> 3", .scope),
        ("UPDATE scope_log SET op = 3 WHERE kind = 1 AND op <> 3", .scope),
        ("UPDATE scope_log SET seq = seq + 1 WHERE kind = 2", .scope),
        ("UPDATE scope_sum SET sum = zeroblob(16)", .scope),
        ("DELETE FROM scope_sum", .scope),
    ])
    func `every other lie is found as what it is`(_ sql: String, _ kind: VerifyFault.Kind) throws {
        try withHistory { store, path in
            try tamper(path, sql)
            let report = try store.read { try $0.verify() }
            #expect(report.faults.contains { $0.kind == kind }, "\(sql)")
            #expect(report.firstBadEntry == nil, "\(sql)")
        }
    }

    @Test func `a row without its ticket is found by SQLite itself`() throws {
        try withHistory { store, path in
            try tamper(path, "PRAGMA foreign_keys = OFF")
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.write { try $0.execute(sql: "UPDATE note SET ticket = zeroblob(16)") }
            try queue.close()
            #expect(try store.read { try $0.verify() }.faults.contains { $0.kind == .foreignKey })
        }
    }

    private func verify(_ path: String) throws -> VerifyReport {
        // Opened by hand: the store itself refuses a journal that does not end where its row says.
        try SQLiteCentralStore.verifyFile(at: path)
    }
}
