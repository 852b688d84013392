import Foundation
import GRDB
import Synchronization
import SyncProtocol
import Testing
import Tickets

@testable import CentralStore
@testable import CentralStoreSQLite

@Suite struct `The journal copy` {
    //  store                          | second disk
    //  opened                         | segment 1
    //  commits                        | frames
    //  ── backup                      | segment 2
    //  commits                        | frames
    //  its disk is lost               |
    //  restored: backup + frames      | goes on
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a backup and the copy are the lost store, row for row`(seed: UInt64) throws {
        try withFolder { folder in
            var city = try Copied(in: folder, seed: 900 + seed)
            try city.live(12)
            let backup = folder + "/backup.sqlite"
            _ = try city.store.backup(to: backup)
            try city.live(25)
            let before = try city.store.read { try $0.state() }
            #expect(city.store.journalCopy?.isExact == true && city.store.journalCopy?.head == before.head)
            try city.store.close()
            let lost = try rows(of: city.path)
            let (again, commits) = try city.restored(backup, "again")
            #expect(commits > 25)
            let after = try again.read { try $0.state() }
            #expect(after.incarnation == before.incarnation, "devices notice nothing")
            #expect(after.head == before.head + 1 && after.fencing == before.fencing + 1 && after.madeAt == before.madeAt)
            #expect(try again.read { try $0.verify() }.faults == [])
            #expect(try again.write { try $0.takeSerial() } == UInt64(try Self.number(in: city.path, "next_serial")))
            #expect(again.journalCopy?.isExact == true)
            try again.close()
            #expect(withoutRestore(try rows(of: folder + "/again.sqlite")) == withoutRestore(lost))
        }
    }

    private static func number(in path: String, _ column: String) throws -> Int64 {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { try Int64.fetchOne($0, sql: "SELECT \(column) FROM store") ?? -1 }
    }

    //  store                          | second disk
    //  commit n                       | frame n
    //  (its file is remembered)       |
    //  commit n+1                     | frame n+1
    //  the file of commit n is back   |
    //  opened                         | frame n+1 is taken over
    //                 … with n+2      | stop, say so
    @Test func `a commit that the process did not live to see is taken over; a store that lost more stops`() throws {
        try withFolder { folder in
            var city = try Copied(in: folder, seed: 911)
            try city.live(5)
            let files = FileManager.default
            func keep(_ name: String) throws { try copyDatabase(at: city.path, to: folder + "/" + name) }
            func bring(_ name: String) throws {
                for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: city.path + suffix) }
                try copyDatabase(at: folder + "/" + name, to: city.path)
            }
            try keep("two-before")
            try city.store.append(city.history.next())
            try keep("one-before")
            try city.store.append(city.history.next())
            let head = try city.store.head
            try city.store.close()
            let whole = try rows(of: city.path)
            try bring("one-before")
            try city.reopen()
            #expect(city.store.journalCopy?.takenCount == 1)
            #expect(try city.store.head == head)
            try city.store.close()
            var again = try rows(of: city.path)
            again["store"] = whole["store"]
            #expect(again == whole)
            try bring("two-before")
            let copy = try #require(CopySegment(name: "", try city.disk.read(city.disk.segments[0]))?.mark.head)
            #expect(throws: StoreError.behindCopy(head: head - 2, copy: copy)) { try city.reopen() }
        }
    }

    @Test func `a frame that was torn at any byte was never acknowledged, and does not stand in the way`() throws {
        try withFolder { folder in
            var city = try Copied(in: folder, seed: 912)
            let backup = folder + "/backup.sqlite"
            _ = try city.store.backup(to: backup)
            try city.live(3)
            let name = try #require(city.disk.segments.last)
            let whole = try city.disk.read(name)
            for bytes in [1, 7, 8, 39, 40, 41, 160, 500] {
                let state = try city.store.read { try $0.state() }
                city.disk.content.withLock { ($0.failureCount, $0.tornBytes) = (1, bytes) }
                let error = #expect(throws: StoreError.self) { try city.store.append(city.history.world.person("torn")) }
                #expect(error?.code == "GL-S1011" && error?.isInfrastructure == true)
                #expect(try city.store.read { try $0.state() } == state, "nothing was committed")
                #expect(city.store.journalCopy?.fault != nil)
                // Every second time nobody writes before the next opening.
                if bytes % 2 == 0 {
                    try city.store.close()
                    try city.reopen()
                    #expect(city.store.journalCopy?.takenCount == 0)
                }
                try city.store.append(city.history.next())
                #expect(city.store.journalCopy?.fault == nil)
            }
            #expect(try Array(city.disk.read(name).prefix(whole.count)) == whole)
            try city.live(2)
            try city.store.close()
            let lost = try rows(of: city.path)
            try city.restored(backup, "again").store.close()
            #expect(withoutRestore(try rows(of: folder + "/again.sqlite")) == withoutRestore(lost))
            try city.store.close()
        }
    }

    @Test func `a commit that fails takes its frame back`() throws {
        try withFolder { folder in
            var city = try Copied(in: folder, seed: 913)
            let backup = folder + "/backup.sqlite"
            _ = try city.store.backup(to: backup)
            for failures in [0, 1] {
                let state = try city.store.read { try $0.state() }
                let copy = city.store.journalCopy?.head
                #expect(throws: StoreError.self) {
                    try city.store.write { transaction in
                        _ = try transaction.append(WriteBatch(entries: [city.history.world.person("nobody")]))
                        // A note of no ticket: foreign keys are looked at by COMMIT, when the frame stands on the second disk.
                        try (transaction as? SQLiteAccess)?.sql.run(
                            """
                            INSERT INTO note(id, ticket, kind, author, body, occurred_at, late, command, changed)
                            VALUES (x'01', x'02', 'note', 'nobody', '', 0, 0, x'03', 1)
                            """)
                        // The disk that has just taken the frame does not let it go.
                        if failures > 0 { city.disk.content.withLock { $0.failsCut = true } }
                    }
                }
                #expect(try city.store.read { try $0.state() } == state)
                #expect(city.store.journalCopy?.head == copy)
            }
            try city.store.append(city.history.world.person("new-one"))
            try city.store.close()
            let lost = try rows(of: city.path)
            try city.restored(backup, "again").store.close()
            #expect(withoutRestore(try rows(of: folder + "/again.sqlite")) == withoutRestore(lost))
        }
    }

    //  old node                       | second disk      | new node
    //  opened: owner 2                |                  |
    //  (believed lost, runs on)       |                  | restored from backup and copy: owner 3
    //  commit: fenced, nobody hears   |                  |
    //                                 |                  | commits
    @Test func `who lost the copy to a restored store cannot acknowledge any more`() throws {
        try withFolder { folder in
            var city = try Copied(in: folder, seed: 914)
            let backup = folder + "/backup.sqlite"
            _ = try city.store.backup(to: backup)
            try city.live(3)
            let (again, _) = try city.restored(backup, "again")
            let state = try city.store.read { try $0.state() }
            #expect(throws: StoreError.fenced(ours: state.fencing, found: state.fencing + 1)) {
                try city.store.append(city.history.world.person("late"))
            }
            #expect(try city.store.read { try $0.state() } == state)
            try again.append(city.history.world.person("early"))
            try again.close()
            try city.store.close()
        }
    }

    @Test func `a store that was written without its copy begins it anew, and a backup makes it exact again`() throws {
        try withFolder { folder in
            var city = try Copied(in: folder, seed: 915)
            let old = folder + "/old.sqlite"
            _ = try city.store.backup(to: old)
            try city.live(3)
            try city.store.close()
            let alone = try SQLiteCentralStore.open(at: city.path)
            try alone.append(city.history.next())
            let begin = try alone.head
            try alone.close()
            try city.reopen()
            #expect(city.store.journalCopy?.isExact == false && city.store.journalCopy?.begin == begin)
            try city.live(2)
            #expect(throws: StoreError.self) { try city.restored(old, "again") }
            #expect(!FileManager.default.fileExists(atPath: folder + "/again.sqlite"))
            let new = folder + "/new.sqlite"
            _ = try city.store.backup(to: new)
            try city.live(4)
            try city.store.close()
            let lost = try rows(of: city.path)
            try city.restored(new, "again").store.close()
            #expect(withoutRestore(try rows(of: folder + "/again.sqlite")) == withoutRestore(lost))

            try makeSQLiteStore(at: folder + "/other.sqlite", seed: 99).close()
            #expect(throws: StoreError.otherCopy(place: "memory")) {
                _ = try SQLiteCentralStore.open(at: folder + "/other.sqlite", copy: city.disk)
            }
        }
    }

    @Test func `segments go with the second backup after them, and damage is told, not replayed`() throws {
        try withFolder { folder in
            var city = try Copied(in: folder, seed: 916)
            for number in 1...4 {
                _ = try city.store.backup(to: folder + "/backup-\(number).sqlite")
                try city.live(2)
            }
            #expect(city.disk.segments.count == 3)
            try city.store.close()
            let lost = try rows(of: city.path)
            for number in [3, 4] {
                let saved = city.disk.content.withLock { $0.files }
                try city.restored(folder + "/backup-\(number).sqlite", "again-\(number)").store.close()
                #expect(withoutRestore(try rows(of: folder + "/again-\(number).sqlite")) == withoutRestore(lost))
                city.disk.content.withLock { $0.files = saved }
            }
            let error = #expect(throws: StoreError.self) { try city.restored(folder + "/backup-1.sqlite", "too-old") }
            #expect(error?.code == "GL-S1014")
            let name = try #require(city.disk.segments.last)
            city.disk.content.withLock { $0.files[name]![CopyHeader.size + 60] ^= 1 }
            let damage = #expect(throws: StoreError.self) { try city.restored(folder + "/backup-4.sqlite", "damaged") }
            #expect(damage?.code == "GL-S1011")
        }
    }

    @Test func `a folder keeps what a process left, is its owner's alone, and lets one process in`() throws {
        try withFolder { folder in
            let place = folder + "/second-disk"
            try makeSQLiteStore(at: folder + "/central.sqlite", seed: 917).close()
            var history = RandomHistory(seed: 917)
            let store = try SQLiteCentralStore.open(at: folder + "/central.sqlite", copy: CopyFolder(place))
            try store.append(history.opening())
            let backup = folder + "/backup.sqlite"
            _ = try store.backup(to: backup)
            for _ in 0..<5 { try store.append(history.next()) }
            #expect(throws: StoreError.busy(path: place)) { try CopyFolder(place).lock() }
            for name in try FileManager.default.contentsOfDirectory(atPath: place) {
                let mode = try FileManager.default.attributesOfItem(atPath: place + "/" + name)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(name)")
            }
            try store.close()
            let lost = try rows(of: folder + "/central.sqlite")
            let again = try SQLiteCentralStore.restore(
                from: backup, to: folder + "/again.sqlite", copy: CopyFolder(place), time: World.noon, author: "operator",
                salt: [UInt8](repeating: 7, count: 16))
            #expect(again.commits == 6)
            try again.store.close()
            #expect(withoutRestore(try rows(of: folder + "/again.sqlite")) == withoutRestore(lost))
        }
    }
}
