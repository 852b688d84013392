import Foundation
import Harness
import Testing

@Suite(.serialized) struct `Faults on the device` {
    @Test func `a full disk refuses the command clearly, keeps what was there, and resumes`() throws {
        let city = try smallCity("full")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        try field.note(on: device, "磁盘还有空间")
        let size = try #require(FileManager.default.attributesOfItem(atPath: device.replica.path)[.size] as? Int)
        // A limit on the file size stands in for a full disk; it is counted in KiB by the shell.
        let limit = max(size / 1024 / 2, 8)
        let client = Program.folder.appendingPathComponent("gridline").path
        for arguments in ["note 1 '磁盘满了'", "sync"] {
            let outcome = try Program.run(
                "/bin/bash", ["-c", "ulimit -f \(limit); exec '\(client)' \(arguments)"],
                environment: ["GRIDLINE_HOME": device.home.path],
                in: city.folder)
            if outcome.status == 0 { continue }  // it fitted into what the log file still had
            #expect(
                [1, 3].contains(outcome.status) && outcome.err.contains("GL-"), "\(arguments): \(outcome.status) \(outcome.err)")
        }
        if try Database(device.replica).int("SELECT count(*) FROM note WHERE body = '磁盘满了'") > 0 {
            field.record("w01", "note", "磁盘满了")
        }
        let big = city.folder.appendingPathComponent("big.txt")
        try String(repeating: "一段很长的说明。", count: 20_000).write(to: big, atomically: true, encoding: .utf8)
        let full = try Program.run(
            "/bin/bash", ["-c", "ulimit -f \(limit); exec '\(client)' note 1 - < '\(big.path)'"],
            environment: ["GRIDLINE_HOME": device.home.path],
            in: city.folder)
        #expect(full.status == 1 && full.err.contains("GL-R"), "a note beyond the limit: \(full.status) \(full.err)")
        #expect(try Database(device.replica).texts("PRAGMA integrity_check") == ["ok"])
        // No room for anything at all: what is there is shown all the same.
        let shown = try Program.run(
            "/bin/bash", ["-c", "(ulimit -f 0; exec '\(client)' log --json 2>&1) | cat"],
            environment: ["GRIDLINE_HOME": device.home.path],
            in: city.folder)
        for words in ["磁盘还有空间", "GL-R10", "nothing can be recorded now"] { #expect(shown.out.contains(words), "\(shown.out)") }
        try device.run(["list"], expect: [0, 3])
        try field.note(on: device, "又有空间了")
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test func `a file that is no replica, and one from a newer version, are named and left alone`() throws {
        let city = try smallCity("odd-files")
        defer { city.remove() }
        let device = city.device("w01")
        let original = try Data(contentsOf: device.replica)
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: device.replica.path + suffix) }
        let noise = Data("这不是一个数据库，只是一封信。".utf8)
        try noise.write(to: device.replica)
        let odd = try device.run(["list"])
        #expect(odd.status == 1 && odd.err.contains("GL-R"), "\(odd.status) \(odd.err)")
        #expect(try Data(contentsOf: device.replica) == noise, "the file was touched")
        try original.write(to: device.replica)
        try Database(device.replica, readOnly: false).execute("PRAGMA user_version = 99")
        let newer = try device.run(["list"])
        #expect(newer.status == 1 && newer.err.contains("GL-R") && newer.err.contains("99"), "\(newer.status) \(newer.err)")
        let codes = [odd, newer].compactMap { $0.err.firstMatch(of: /GL-R\d{4}/).map { String($0.output) } }
        #expect(Set(codes).count == 2)
    }

    @Test func `a note of a megabyte arrives whole; control characters and broken text are refused`() throws {
        let city = try smallCity("odd-text")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        let long = String(repeating: "长", count: 350_000)
        let given = try device.run(["note", "1", "-"], input: Data(long.utf8))
        #expect([0, 3].contains(given.status), "\(given.err)")
        field.record("w01", "note", long)
        for bad in [Data([0xFF, 0xFE, 0x41]), Data("铃声\u{07}和\u{1B}[31m红字".utf8), Data("零\u{00}字节".utf8), Data()] {
            let outcome = try device.run(["note", "1", "-"], input: bad)
            #expect(
                [1, 64].contains(outcome.status) && outcome.err.contains("GL-"), "\(Array(bad)): \(outcome.status) \(outcome.err)"
            )
        }
        try device.sync()
        #expect(try city.database().int("SELECT max(length(body)) FROM note") == 350_000)
        try city.device("w02").sync()
        #expect(try Database(city.device("w02").replica).int("SELECT max(length(body)) FROM note") == 350_000)
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test(arguments: ["-3650d", "+3650d"]) func `a clock off by ten years changes no order and no deadline`(shift: String) throws
    {
        let city = try smallCity("clock")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        // The wrapper stands in for a wrong clock; boot time runs on, as it does in a device whose clock is wrong.
        let client = Program.folder.appendingPathComponent("gridline").path
        func wrong(_ arguments: [String]) throws -> Outcome {
            try Program.run(
                "/usr/bin/faketime", ["-f", shift, client] + arguments,
                environment: ["GRIDLINE_HOME": device.home.path, "FAKETIME_DONT_FAKE_MONOTONIC": "1"], in: city.folder)
        }
        for arguments in [["accept", "1"], ["note", "1", "时钟不准"], ["resolve", "1", "已处理"]] {
            let outcome = try wrong(arguments)
            try #require([0, 3].contains(outcome.status), "\(arguments): \(outcome.status) \(outcome.err)")
            field.record("w01", arguments[0], arguments.count > 2 ? arguments[2] : "")
        }
        let outcome = try wrong(["sync"])
        #expect([0, 5].contains(outcome.status), "\(outcome.status) \(outcome.err)")
        let now = Int(Date().timeIntervalSince1970 * 1000)
        let row = try #require(
            try city.database().rows("SELECT resolved_at, due_at FROM ticket WHERE resolved_at IS NOT NULL").first)
        let resolved = Int(row[0] as? Int64 ?? 0)
        #expect(abs(resolved - now) < 300_000, "resolved_at is off by \(resolved - now) ms")
        #expect(try city.database().int("SELECT count(*) FROM command WHERE clock_flag = 1") == 3)
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test func `two programs on one replica: the second waits, then says so`() throws {
        let city = try smallCity("two")
        defer { city.remove() }
        let device = city.device("w01")
        let lock = open(device.replica.path + ".lock", O_RDWR | O_CREAT, 0o600)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        let busy = try device.run(["note", "1", "同时"])
        #expect(busy.status == 1 && busy.err.contains("GL-R"), "\(busy.status) \(busy.err)")
        flock(lock, LOCK_UN)
        try device.run(["note", "1", "轮到我了"], expect: [0, 3])
    }

    @Test func `fault 29: a log deleted after a crash is named, what is there is shown, and one can go on without it`() throws {
        let city = try smallCity("log-gone")
        defer { city.remove() }
        let (field, device) = (Field(city), city.device("w01"))
        let killed = try device.run(["note", "1", "会丢的一句"], environment: ["GRIDLINE_KILL_AT": "give.committed"])
        #expect(killed.status == -9)
        for suffix in ["-wal", "-shm"] { try FileManager.default.removeItem(atPath: device.replica.path + suffix) }
        for arguments in [["note", "1", "再来一句"], ["sync"], ["undo", "1"]] {
            let refused = try device.run(arguments)
            #expect(refused.status == 1 && refused.err.contains("GL-R1012"), "\(arguments): \(refused.status) \(refused.err)")
        }
        for arguments in [["list"], ["show", "1"], ["status"], ["log"], ["outbox"], ["news"]] {
            let shown = try device.run(arguments, expect: [0])
            #expect(shown.err.contains("GL-R1012") && !shown.out.contains("会丢的一句"), "\(arguments): \(shown.err)")
        }
        try FileManager.default.removeItem(atPath: device.replica.path + ".lock")
        try field.note(on: device, "没有那句，继续")
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test func `rescue reads unsent commands out of a damaged replica`() throws {
        let city = try smallCity("rescue")
        defer { city.remove() }
        let device = city.device("w01")
        for number in 1...6 { try device.run(["note", "\(number % 3 + 1)", "还没有发出的第\(number)句"], expect: [0, 3]) }
        let database = try Database(device.replica, readOnly: false)
        try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        var bytes = try Data(contentsOf: device.replica)
        // The first page with the schema, and every fourth page after it, are overwritten.
        for page in stride(from: 8, to: bytes.count / 4096, by: 9) {
            bytes.replaceSubrange(page * 4096..<page * 4096 + 2048, with: Data(repeating: 0xA5, count: 2048))
        }
        let damaged = city.folder.appendingPathComponent("damaged.sqlite")
        try bytes.write(to: damaged)
        let outcome = try device.run(["rescue", damaged.path, "--json"])
        let found = (1...6).filter { outcome.out.contains("还没有发出的第\($0)句") }.count
        #expect(found >= 1, "\(outcome.status) \(outcome.out) \(outcome.err)")
        let whole = try device.run(["rescue", device.replica.path, "--json"])
        #expect((1...6).allSatisfy { whole.out.contains("还没有发出的第\($0)句") }, "\(whole.out) \(whole.err)")
    }

    @Test func `outbox export writes changesets that SQLite itself reads`() throws {
        let city = try smallCity("export")
        defer { city.remove() }
        let device = city.device("w01")
        try device.run(["note", "1", "导出这一句"], expect: [0, 3])
        try device.run(["edit", "2", "--location", "导出地址"], expect: [0, 3])
        let folder = city.folder.appendingPathComponent("export")
        try device.run(["outbox", "--export", folder.path], expect: [0, 3])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".changeset") }
        #expect(files.count == 2)
        for file in files {
            let bytes = try Data(contentsOf: folder.appendingPathComponent(file))
            #expect(try Database.changeCount(of: Array(bytes)) == 1, "\(file)")
        }
    }
}
