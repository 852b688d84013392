import Foundation
import Harness
import Testing

/// Each write, sync, rename, unlink and truncation of the client fails once, with EIO, with ENOSPC, and with the end of the process.
/// Nothing is lost or doubled, the file is whole, and what the person is told is true. All of them in `make faults`, some always.
@Suite(.serialized, .enabled(if: Injection.isPossible, Injection.whySkipped)) struct `Every system call of the client fails` {
    private func run(_ device: Device, _ arguments: [String], under injection: Injection, _ log: URL) throws -> Outcome {
        try? FileManager.default.removeItem(at: log)
        let program = Program.folder.appendingPathComponent("gridline").path
        let paths = injection.call == .mmap ? [URL(fileURLWithPath: device.replica.path + "-shm")] : []
        let all = injection.wrapper(log: log, paths: paths) + [program] + arguments
        return try Program.run(
            all[0], Array(all.dropFirst()), environment: ["GRIDLINE_HOME": device.home.path], in: device.city.folder, seconds: 60)
    }

    /// What must hold of every ending: a code that is explained, or the kill.
    private func expectClear(_ outcome: Outcome, _ injection: Injection, _ what: String) {
        if injection.fault == .killed {
            #expect(outcome.status == -9, "\(what), \(injection): \(outcome.status) \(outcome.err)")
            return
        }
        #expect([0, 1, 3].contains(outcome.status), "\(what), \(injection): \(outcome.status) \(outcome.err)")
        if outcome.status == 1 { #expect(outcome.err.contains("GL-"), "\(what), \(injection): \(outcome.err)") }
        if injection.fault == .inputOutput {
            #expect(!outcome.err.contains("storage is full"), "\(what), \(injection): \(outcome.err)")
        }
    }

    private func expectWhole(_ device: Device, _ note: Comment) throws {
        let replica = try Database(device.replica)
        #expect(try replica.texts("PRAGMA integrity_check") == ["ok"], note)
        #expect(try replica.rows("PRAGMA foreign_key_check").isEmpty, note)
    }

    @Test(.enabled(if: Injection.isWhole)) func `faults 15, 22, 24: a sync with commands to send and pages to apply`() throws {
        let tally = try sweepSync(
            Injection.all([
                // More than there are: each call's sweep ends behind its last.
                .pwrite: 1...400, .fdatasync: 1...30, .ftruncate: 1...3, .unlink: 1...3, .write: 1...3, .mmap: 1...2,
            ]))
        #expect(tally.total >= 120)
        for fault in Injection.Fault.allCases {
            for call in [Injection.Call.pwrite, .fdatasync, .unlink, .ftruncate, .mmap] {
                #expect(tally.count(call, fault) > 0, "\(call) \(fault)")
            }
        }
    }

    @Test func `faults 15, 22, 24: some calls of a sync`() throws {
        let tally = try sweepSync(
            Injection.all([.pwrite: [2, 11, 23, 36], .fdatasync: [1, 3], .ftruncate: [1], .unlink: [1], .mmap: [1]]))
        #expect(tally.total >= 24)
    }

    private func sweepSync(_ injections: [Injection]) throws -> InjectionTally {
        let city = try smallCity("sweep-sync")
        defer { city.remove() }
        let field = Field(city)
        let (device, other) = (city.device("w01"), city.device("w02"))
        let log = city.folder.appendingPathComponent("strace.log")
        var tally = InjectionTally()
        for injection in injections where !tally.isPastTheLast(injection) {
            tally.tried(injection)
            let words = "第\(tally.total)次:\(injection)"
            try field.note(on: device, words)
            try field.note(on: other, "同事在\(words)")
            try other.run(["sync"], expect: [0])
            let outcome = try run(device, ["sync"], under: injection, log)
            if injection.happened(in: log, ended: outcome.status) {
                tally.add(injection, ended: outcome.status)
                expectClear(outcome, injection, "sync")
            } else {
                #expect(outcome.status == 0, "\(injection): \(outcome.err)")
            }
            let note = Comment(rawValue: "\(injection), ended with \(outcome.status)")
            try expectWhole(device, note)
            // What a person can still read while the disk is full or sick.
            if injection.fault != .killed { try device.run(["list"], expect: [0, 3]) }
            let again = try device.sync()
            #expect(again.status == 0, "\(note): the next sync: \(again.err)")
            let there = try city.database().int("SELECT count(*) FROM note WHERE body = ?", [words])
            #expect(there == 1, "\(note): the note stands \(there) times at the centre")
            let verdicts = try Database(device.replica).int(
                "SELECT count(*) FROM command WHERE verdict IS NULL AND taken_back_at IS NULL")
            #expect(verdicts == 0, "\(note): \(verdicts) commands without a verdict")
        }
        print(tally.table("sync of a device"))
        try city.settleAndCheck(field, workers: ["w01", "w02"])
        return tally
    }

    @Test(.enabled(if: Injection.isWhole)) func `faults 15, 22, 24: giving a command`() throws {
        let city = try smallCity("sweep-give")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        let log = city.folder.appendingPathComponent("strace.log")
        var tally = InjectionTally()
        for injection in Injection.all([
            .pwrite: 1...200, .fdatasync: 1...20, .ftruncate: 1...5, .unlink: 1...5, .write: 1...5, .mmap: 1...3,
        ]) where !tally.isPastTheLast(injection) {
            tally.tried(injection)
            let words = "第\(tally.total)句:\(injection)"
            let outcome = try run(device, ["note", "1", words], under: injection, log)
            if injection.happened(in: log, ended: outcome.status) {
                tally.add(injection, ended: outcome.status)
                expectClear(outcome, injection, "note")
            }
            let note = Comment(rawValue: "\(injection), ended with \(outcome.status): \(outcome.err)")
            try expectWhole(device, note)
            let stands = try Database(device.replica).int("SELECT count(*) FROM note WHERE body = ?", [words])
            #expect(stands <= 1, note)
            // "Recorded" is true, and "nothing was recorded" or "is as before" is true.
            if outcome.out.contains("Recorded:") { #expect(stands == 1, note) }
            if outcome.err.contains("othing was") { #expect(stands == 0, note) }
            if stands == 1 { field.record("w01", "note", words) }
        }
        print(tally.table("a command on a device"))
        #expect(tally.total >= 60)
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test(.enabled(if: Injection.isWhole)) func `faults 15, 22, 24: enrolment leaves a whole replica or none`() throws {
        let city = try smallCity("sweep-enrol")
        defer { city.remove() }
        let log = city.folder.appendingPathComponent("strace.log")
        var tally = InjectionTally()
        for injection in Injection.all([
            .rename: 1...3, .fsync: 1...3, .unlink: 1...9, .fdatasync: 1...20, .ftruncate: 1...9,
            .pwrite: stride(from: 1, through: 200, by: 3), .mmap: 1...3,
        ]) where !tally.isPastTheLast(injection) {
            tally.tried(injection)
            let device = city.device("w02")
            try? FileManager.default.removeItem(at: device.home)
            try FileManager.default.createDirectory(at: device.home, withIntermediateDirectories: true)
            let arguments = ["enrol", city.address, try device.code(), "--no-input"]
            let outcome = try run(device, arguments, under: injection, log)
            if injection.happened(in: log, ended: outcome.status) {
                tally.add(injection, ended: outcome.status)
                expectClear(outcome, injection, "enrol")
            }
            if !FileManager.default.fileExists(atPath: device.replica.path) {
                #expect(outcome.status != 0)
                // The same code again, as the message says: the centre may have taken the first request.
                let again = try device.run(arguments)
                #expect(again.status == 0, "\(injection): \(outcome.err), and then \(again.err)")
            }
            try expectWhole(device, "\(injection)")
            let sync = try device.sync()
            #expect(sync.status == 0, "\(injection): \(sync.err)")
        }
        print(tally.table("enrolment"))
        #expect(tally.count(.rename, .killed) + tally.count(.rename, .inputOutput) >= 2)
    }
}
