import Foundation
import Harness
import Testing

/// Each write, sync, rename, unlink and truncation of the running centre fails, with EIO, with ENOSPC, and with the end of the
/// process, while devices sync. What was acknowledged is there afterwards, once; the chains verify. All of them in `make faults`.
@Suite(.serialized, .enabled(if: Injection.isPossible, Injection.whySkipped)) struct `Every system call of the centre fails` {
    /// The files that a commit, a checkpoint, a backup and the start write. What goes there by `write` goes under a name made up for
    /// it, and to sockets, so that call is left out.
    private func paths(_ city: City, of call: Injection.Call) -> [URL] {
        if call == .mmap { return [city.store.appendingPathComponent("central.sqlite-shm")] }
        return ["central.sqlite", "central.sqlite-wal", "central.sqlite-shm", "in-flight", "central.lock", "admin.sock"].map {
            city.store.appendingPathComponent($0)
        }
            + ["backup.sqlite", "backup.sqlite.partial", "backup.sqlite.partial-journal", "port", ""].map {
                city.folder.appendingPathComponent($0)
            }
    }

    /// Verdicts that a device has, the centre has too: the same, from the same sequence.
    private func expectKept(_ city: City, _ workers: [String], _ note: Comment) throws {
        let centre = try city.database()
        #expect(try centre.texts("PRAGMA quick_check") == ["ok"], note)
        #expect(try centre.rows("PRAGMA foreign_key_check").isEmpty, note)
        for worker in workers {
            let acknowledged = try Database(city.device(worker).replica).rows(
                "SELECT id, verdict, verdict_sequence FROM command WHERE verdict IS NOT NULL")
            for row in acknowledged {
                let theirs = try centre.rows("SELECT verdict, seq FROM command WHERE id = ?", [row[0]])
                #expect(
                    theirs.count == 1 && "\(theirs[0])" == "\([row[1], row[2]])",
                    "\(note): \(worker) was told \(row[1]) \(row[2])")
            }
        }
    }

    /// - Returns: How the server ended, and what it said.
    private func run(_ city: City, _ injection: Injection, _ log: URL, _ workers: [String], backup: Bool) throws -> (
        status: Int32, said: String
    ) {
        try? FileManager.default.removeItem(at: log)
        let target = city.folder.appendingPathComponent("backup.sqlite")
        try? FileManager.default.removeItem(at: target)
        do {
            try city.serve(under: injection.wrapper(log: log, paths: paths(city, of: injection.call), isDetached: true))
        } catch let error as HarnessError {
            // A server that cannot start says why.
            #expect(injection.fault == .killed || error.description.contains("GL-"), "\(injection): \(error.description)")
            return (city.stop()?.status ?? 1, error.description)
        }
        let running = try workers.map { try city.device($0).start(["sync"]) }
        if backup { backUp(city, target, injection) }
        for one in running {
            let outcome = one.finish(seconds: 60)
            #expect([0, 3, 5].contains(outcome.status), "\(injection): a device ended with \(outcome.status) \(outcome.err)")
            if outcome.status == 3 { #expect(outcome.err.contains("GL-"), "\(injection): \(outcome.err)") }
        }
        let said = city.serverLog
        let ending = city.stop()
        return (ending?.status ?? 1, said + (ending?.err ?? ""))
    }

    /// A backup that is announced is whole; one that failed left no file under its name.
    private func backUp(_ city: City, _ target: URL, _ injection: Injection) {
        guard let outcome = try? city.centre(["backup", target.path, "--as", city.operatorID], expect: nil) else { return }
        let isThere = FileManager.default.fileExists(atPath: target.path)
        if outcome.status == 0 {
            #expect((try? Database(target).texts("PRAGMA integrity_check")) == ["ok"], "\(injection)")
        } else {
            #expect(outcome.err.contains("GL-"), "\(injection): \(outcome.status) \(outcome.err)")
        }
        if isThere { #expect((try? Database(target).texts("PRAGMA integrity_check")) == ["ok"], "\(injection)") }
    }

    @Test(.enabled(if: Injection.isWhole)) func `faults 16, 22, 25: commits under load, checkpoints, backups, start and stop`()
        throws
    {
        let tally = try sweep(
            Injection.all([
                .pwrite: 1...44, .fdatasync: 1...10, .ftruncate: 1...4, .unlink: 1...3, .fsync: 1...3, .rename: 1...3,
                .mmap: 1...2,
            ]))
        #expect(tally.total >= 120)
        for fault in Injection.Fault.allCases {
            for call in [Injection.Call.pwrite, .fdatasync, .ftruncate, .fsync, .rename, .unlink, .mmap] {
                #expect(tally.count(call, fault) > 0, "\(call) \(fault)")
            }
        }
    }

    @Test func `faults 16, 22, 25: some calls of commits, start and stop`() throws {
        let tally = try sweep(Injection.all([.pwrite: [2, 9, 21], .fdatasync: [1, 3], .rename: [1]]))
        #expect(tally.total >= 12)
    }

    private func sweep(_ injections: [Injection]) throws -> InjectionTally {
        let city = try smallCity("sweep-centre")
        defer { city.remove() }
        let field = Field(city)
        let workers = ["w01", "w02"]
        let log = city.folder.appendingPathComponent("strace.log")
        var tally = InjectionTally()
        city.stop()
        for (round, injection) in injections.enumerated() {
            for worker in workers { try field.note(on: city.device(worker), "\(worker)第\(round)轮:\(injection)") }
            let ending = try run(
                city, injection, log, workers, backup: round % 4 == 0 || [.rename, .fsync].contains(injection.call))
            let (status, said) = ending
            if injection.happened(in: log, ended: status) {
                tally.add(injection, ended: status)
                if injection.fault == .killed {
                    #expect(said.isEmpty || !said.contains("Fatal error"), "\(injection): \(said)")
                } else {
                    // It ends in good order, or because it must not go on; never by a trap.
                    #expect([0, 1].contains(status), "\(injection): \(status) \(said)")
                    if status == 1 { #expect(said.contains("GL-"), "\(injection): \(said)") }
                }
            }
            try expectKept(city, workers, Comment(rawValue: "\(injection)"))
        }
        print(tally.table("the centre"))
        try city.serve()
        try city.settleAndCheck(field, workers: workers)
        return tally
    }
}
