import Foundation
import Harness
import Testing

@Suite(.serialized) struct `A device that was copied` {
    //  w01                    its copy               | centre
    //           ── cp -r ──▶                         |
    //  note, sync                                    | applied
    //                         note, sync             | fork, judged
    //  note, sync                                    | second head: alarm
    //  enrol CODE, sync                              | applied under a new replica
    @Test func `the later head is told in both languages, enrols with a code alone, and what it had unsent arrives`() throws {
        let city = try smallCity("copied")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        let copy = city.folder.appendingPathComponent("copy-of-w01")
        try FileManager.default.copyItem(at: device.home, to: copy)
        let there = ["GRIDLINE_HOME": copy.path]
        try field.note(on: device, "原机：复制之后写的")
        try device.run(["sync"], expect: [0])
        try device.run(["note", "1", "副本：复制之后写的"], environment: there, expect: [0, 3])
        field.record("w01", "note", "副本：复制之后写的")
        try device.run(["sync"], environment: there, expect: [0])
        #expect(try device.run(["status", "--json"], environment: there).object["epoch"] as? Int == 2)

        try field.note(on: device, "原机：还没发出")
        let refused = try device.run(["sync", "--lang", "zh"])
        #expect(refused.status == 4 && refused.err.contains("GL-P1108") && refused.err.contains("注册码"), "\(refused.err)")
        #expect(try device.run(["sync"]).err.contains("must enrol again"))
        #expect(try device.run(["status"]).out.contains("gridline enrol CODE"))
        #expect(try device.run(["news", "--lang", "zh"]).out.contains("重新登记"))
        try field.note(on: device, "原机：之后又写的")
        let status = try #require(try city.centre(["status", "--json"]).object["status"] as? [String: Any])
        #expect(status["twoHeadedDevices"] as? Int == 1 && status["forkedDevices"] as? Int == 1)
        #expect(try city.centre(["status", "--lang", "zh"]).out.contains("双头"))
        #expect(try city.centre(["device", "list", "--lang", "zh"]).out.contains("双头"))
        #expect(city.serverLog.contains("alarm=second_head") && city.serverLog.contains("alarm=fork"))

        let strange = try device.run(["enrol", try city.device("w02").code(), "--no-input"])
        #expect(strange.status == 4 && strange.err.contains("GL-R1011"), "\(strange.status) \(strange.err)")
        let enrolled = try device.run(["enrol", try device.code(), "--no-input"], expect: [0])
        #expect(enrolled.out.contains("(2)"), "what is unsent is counted: \(enrolled.out)")
        #expect(try !device.run(["status"]).out.contains("gridline enrol CODE"))
        try device.run(["sync"], expect: [0])
        for words in ["原机：复制之后写的", "副本：复制之后写的", "原机：还没发出", "原机：之后又写的"] {
            #expect(try city.database().int("SELECT count(*) FROM note WHERE body = ?", [words]) == 1, "\(words)")
        }
        let elsewhere = try device.run(["log", "--elsewhere"]).out
        #expect(elsewhere.contains("副本：复制之后写的"))
        #expect(try device.run(["log", "--elsewhere", "--json"]).array.count == 1)
        #expect(try device.run(["log"]).err.contains("gridline log --elsewhere"))
        // The sum is of one person's two devices: three commands were given here, one on the copy.
        #expect(try device.run(["log", "--json"]).array.count == 3)
        try city.settleAndCheck(field, workers: ["w01", "w02"], without: ["I6-lost", "I6-sum"])
    }

    //  w01                            | centre
    //  note 1; sync, killed           | perhaps applied
    //  its log is deleted             |
    //  note 2; sync                   | 1 once, 2
    @Test(arguments: ["sync.offered", "sync.received", "rebase.committed"])
    func `without the log that a kill left is an older state of itself: nothing is doubled, nothing that is known is lost`(
        point: String
    )
        throws
    {
        let city = try smallCity("no-log")
        defer { city.remove() }
        let (device, field) = (city.device("w01"), Field(city))
        try field.note(on: device, "日志删除之前")
        #expect(try device.run(["sync"], environment: ["GRIDLINE_KILL_AT": point]).status == -9)
        let log = device.replica.path + "-wal"
        #expect(FileManager.default.fileExists(atPath: log), "the kill left nothing behind")
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: device.replica.path + suffix) }
        try field.note(on: device, "日志删除之后")
        let outcome = try device.sync()
        #expect([0, 5].contains(outcome.status), "\(outcome.status) \(outcome.err)")
        for words in ["日志删除之前", "日志删除之后"] {
            #expect(try city.database().int("SELECT count(*) FROM note WHERE body = ?", [words]) == 1, "\(words)")
        }
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }
}

@Suite(.serialized) struct `A centre whose disk is lost` {
    //  w01                            | centre              | second disk
    //                                 | backup              |
    //  note, sync                     | acknowledged        | frame
    //  note, unsent                   | kill -9; disk gone  |
    //                                 | restored            | goes on
    //  sync                           | one epoch, one incarnation
    @Test func `comes back from an older backup and the journal copy, and no device notices`() throws {
        let city = try smallCity("exact")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        let copy = city.folder.appendingPathComponent("second-disk").path
        city.stop()
        try city.serve(extra: ["--journal-copy", copy])
        #expect(try city.centre(["status", "--lang", "en"]).out.contains("take a backup"))
        let backup = city.folder.appendingPathComponent("old.sqlite").path
        try city.centre(["backup", backup, "--as", "op"])
        try field.note(on: device, "备份之后，已得回执")
        try device.run(["sync"], expect: [0])
        try city.device("w02").run(["sync"], expect: [0])
        try field.note(on: device, "丢失之后才发出")
        let incarnation = try city.database().rows("SELECT hex(incarnation), head FROM store").map { "\($0)" }
        city.kill9()
        let lost = city.folder.appendingPathComponent("lost")
        try FileManager.default.moveItem(at: city.store, to: lost)
        let restored = try city.centre(["restore", backup, "--journal-copy", copy, "--as", "op", "--json"]).object
        #expect(restored["commits"] as? Int ?? 0 > 0)
        let now = try city.database().rows("SELECT hex(incarnation), head - 1 FROM store").map { "\($0)" }
        #expect(now == incarnation, "the same life of the store, and one entry on the restore")
        for table in ["note", "command", "device", "person", "scope_log"] {
            let text = "SELECT count(*) FROM \(table)"
            #expect(
                try city.database().int(text) == Database(lost.appendingPathComponent("central.sqlite")).int(text), "\(table)")
        }
        // The folder is remembered.
        try city.serve()
        let status = try #require(try city.centre(["status", "--json"]).object["status"] as? [String: Any])
        let report = try #require(status["journalCopy"] as? [String: Any])
        #expect(report["isExact"] as? Bool == true && report["path"] as? String == copy)
        #expect(status["backupAt"] as? Int != nil)
        try device.run(["sync"], expect: [0])
        #expect(try device.run(["status", "--json"]).object["epoch"] as? Int == 1)
        for words in ["备份之后，已得回执", "丢失之后才发出"] {
            #expect(try city.database().int("SELECT count(*) FROM note WHERE body = ?", [words]) == 1, "\(words)")
        }
        try city.centre(["check"])
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    //  w01            | centre                          | second disk
    //                 |                                 | fails
    //  note, sync     | 503, nothing is written         |
    //                 | status, log, metrics say so     |
    //                 |                                 | mended
    //  sync           | acknowledged                    | frame
    @Test func `acknowledges nothing while the second disk fails, says so, and goes on once it is mended`() throws {
        let city = try smallCity("copy-fault")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        let copy = city.folder.appendingPathComponent("second-disk")
        city.stop()
        try city.serve(extra: ["--journal-copy", copy.path])
        let backup = city.folder.appendingPathComponent("backup.sqlite").path
        try city.centre(["backup", backup, "--as", "op"])
        // Reading a folder as a file fails for everybody, whatever their rights.
        let owner = copy.appendingPathComponent("owner")
        let number = try Data(contentsOf: owner)
        try FileManager.default.removeItem(at: owner)
        try FileManager.default.createDirectory(at: owner, withIntermediateDirectories: true)
        try field.note(on: device, "第二块磁盘坏了")
        let refused = try device.run(["sync"])
        #expect(![0, 5].contains(refused.status), "\(refused.status) \(refused.err)")
        #expect(try city.database().int("SELECT count(*) FROM note WHERE body = '第二块磁盘坏了'") == 0)
        #expect(try city.centre(["status", "--lang", "en"]).out.contains("nothing is acknowledged"))
        #expect(try city.centre(["queue", "--json"]).array.count >= 8, "reads go on")
        try FileManager.default.removeItem(at: owner)
        try number.write(to: owner)
        try device.run(["sync"], expect: [0])
        let report = (try city.centre(["status", "--json"]).object["status"] as? [String: Any])?["journalCopy"] as? [String: Any]
        #expect(report?["fault"] == nil && report?["isExact"] as? Bool == true && report?["failures"] as? Int ?? 0 > 0)
        for _ in 0..<300 where !city.serverLog.contains("journal copy is written again") { usleep(10_000) }
        #expect(city.serverLog.contains("journal copy cannot be written: nothing is acknowledged"))
        city.kill9()
        try FileManager.default.moveItem(at: city.store, to: city.folder.appendingPathComponent("lost"))
        try city.centre(["restore", backup, "--journal-copy", copy.path, "--as", "op"])
        try city.serve()
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }
}

@Suite(.serialized) struct `A command that takes the process down` {
    //  w01            | centre
    //  three notes    | stopped; in-flight says that one of them was alone in flight at two stops
    //  sync           | 1 and 3 applied, 2 held undecided; status, log, held say so
    //                 | accept: refused; decline, with words
    //  sync           | reads the answer
    @Test func `is isolated: its neighbours flow, the operator is told, its author reads the answer`() throws {
        let city = try smallCity("poison")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        for words in ["第一句", "第二句", "第三句"] { try field.note(on: device, words) }
        let given = try device.run(["log", "--json"]).array
        let poison = try #require(
            given.first { ($0["arguments"] as? [String: Any])?["body"] as? String == "第二句" }?["command"] as? String)
        city.stop()
        try Data("now \(poison)\nsuspect \(poison) 1\n".utf8).write(to: city.store.appendingPathComponent("in-flight"))
        try city.serve()
        let synced = try device.run(["sync"])
        #expect([0, 5].contains(synced.status), "\(synced.status) \(synced.err)")
        let verdicts = try city.database().texts("SELECT verdict || ' ' || reason FROM command WHERE person = 'w01' ORDER BY seq")
        #expect(verdicts == ["applied ok", "held poisoned", "applied ok"])
        #expect(try city.centre(["status", "--lang", "en"]).out.contains("1 commands that could not be decided"))
        #expect(city.serverLog.contains("alarm=poisoned"))
        #expect(try city.centre(["held"]).out.contains("第二句"))
        let accepted = try city.centre(["decide", poison, "accept", "--as", "op"], expect: nil)
        #expect(accepted.status != 0, "\(accepted.out) \(accepted.err)")
        try city.centre(["decide", poison, "decline", "--reason", "请重新填写", "--as", "op"])
        try device.run(["sync"], expect: [0])
        #expect(try device.run(["log", "1", "--json"]).out.contains("请重新填写"))
        #expect(try city.centre(["status", "--lang", "en"]).out.contains("alarms"))
        // What was held undecided and declined is no note of the ticket: its words stand in the command, and its author has them.
        try city.settleAndCheck(field, workers: ["w01", "w02"], without: ["I6-lost", "I6-words"])
    }
}
