import CrashFiles
import Foundation
import Testing
import Tickets

@testable import CentralStore
@testable import CentralStoreSQLite

@Suite struct `The journal copy and a store whose disk fails` {
    /// What follows a commit whose sync failed.
    enum Then: CaseIterable { case isKilled, losesPower, isKilledAtTheNext, losesPowerAtTheNext, goesOn }

    //  store                          | second disk
    //  COMMIT n: its sync fails       | frame n stays, and does not count
    //  (its log may have n whole)     |
    //  COMMIT n': the process ends    | segment 2: frame n'
    //  opened: at n - 1, or at n      | n' is taken over, or n counts again
    @Test(arguments: Then.allCases, [1, 2, 3] as [UInt64])
    func `a commit whose sync failed leaves store and copy at one place, whatever the log kept of it`(then: Then, seed: UInt64)
        throws
    {
        cf_install()
        try withFolder { outside in
            try withFolder { folder in
                let files = try #require(cf_disk_make(folder))
                defer { cf_disk_free(files) }
                cf_disk_clear(files, 1)
                func arm(_ calls: Int, _ accident: Int) {
                    cf_arm(files, "central.sqlite", Int32(calls), 1, Int32(accident), seed)
                }
                var city = try Copied(in: folder, seed: 920 + seed)
                let backup = outside + "/backup.sqlite"
                _ = try city.store.backup(to: backup)
                try city.live(3)
                let before = try city.store.read { try $0.state() }
                arm(Int(CF_SYNC), Int(CF_ERROR))
                #expect(throws: StoreError.self) { try city.store.append(city.history.world.person("failed")) }
                #expect(try city.store.read { try $0.state() } == before && city.store.journalCopy?.head == before.head)
                switch then {
                case .goesOn: try city.live(2)
                case .isKilled: cf_crash(files, "central.sqlite", Int32(CF_KILL), seed)
                case .losesPower: cf_crash(files, "central.sqlite", Int32(CF_POWER), seed)
                case .isKilledAtTheNext, .losesPowerAtTheNext:
                    arm(Int(CF_WRITE), Int(then == .isKilledAtTheNext ? CF_KILL : CF_POWER))
                    #expect(throws: StoreError.self) { try city.store.append(city.history.world.person("later")) }
                }
                if then != .goesOn {
                    try? city.store.close()
                    try city.reopen()
                    #expect(try city.store.head == before.head + 1, "the one or the other, never both")
                    #expect(city.store.journalCopy?.head == before.head + 1)
                }
                #expect(city.store.journalCopy?.isExact == true && city.store.journalCopy?.fault == nil)
                try city.live(4)
                #expect(try city.store.read { try $0.verify() }.faults == [])
                try city.store.close()
                let lost = try rows(of: city.path)
                try city.restored(backup, "again", in: outside).store.close()
                #expect(withoutRestore(try rows(of: outside + "/again.sqlite")) == withoutRestore(lost))
            }
        }
    }

    //  store (its disk lies)          | second disk
    //  commits, acknowledged          | frames, synced
    //  ── power cut ──                |
    //  opened: ends where it ends     | "the store ends before its copy": stop
    //  restored: backup + frames      | everything that was acknowledged
    @Test func `a disk that lies about its syncs is found out, and what it lost comes from the copy`() throws {
        cf_install()
        var foundOut = 0
        for seed in 1...12 as ClosedRange<UInt64> {
            try withFolder { outside in
                try withFolder { folder in
                    let files = try #require(cf_disk_make(folder))
                    defer { cf_disk_free(files) }
                    cf_disk_clear(files, 1)
                    var city = try Copied(in: folder, seed: 940 + seed)
                    let backup = outside + "/backup.sqlite"
                    _ = try city.store.backup(to: backup)
                    cf_lie(files, "central.sqlite", 1)
                    try city.live(6)
                    let head = try city.store.head
                    let promised = city.disk.content.withLock { $0.files }
                    cf_crash(files, "central.sqlite", Int32(CF_POWER), seed)
                    cf_lie(files, "central.sqlite", 0)
                    try? city.store.close()
                    do {
                        try city.reopen()
                        #expect(try city.store.head == head, "opened with less than was acknowledged")
                        try city.store.close()
                    } catch let error as StoreError {
                        foundOut += 1
                        #expect(["GL-S1005", "GL-S1012"].contains(error.code), "\(error)")
                    }
                    city.disk.content.withLock { $0.files = promised }
                    let again = try city.restored(backup, "again", in: outside).store
                    #expect(try again.head == head + 1)
                    #expect(try again.read { try $0.verify() }.faults == [])
                    try again.close()
                }
            }
        }
        #expect(foundOut > 0, "nothing was lost: the test shows nothing")
    }
}
