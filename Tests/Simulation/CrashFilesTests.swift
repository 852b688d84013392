import Changeset
import Simulator
import Testing

/// The simulator's own files: what FAULTS.md says of SQLite must come out of them.
@Suite struct `Files that crash` {
    /// - Returns: Crashes after which an acknowledged commit was gone.
    private func losses(synchronous: String, crashes: Int) throws -> Int {
        let disk = try Disk()
        var lossCount = 0
        for seed in 0..<crashes {
            disk.clear(tracks: true)
            var acknowledged: Int64 = 0
            do {
                let writer = try Peek(disk.path("a.sqlite"), isNew: true)
                for sql in [
                    "PRAGMA journal_mode = WAL", "PRAGMA synchronous = \(synchronous)", "PRAGMA wal_autocheckpoint = 5",
                    "CREATE TABLE t(x INTEGER PRIMARY KEY, y)",
                ] { _ = try writer.rows(sql) }
                disk.arm("a.sqlite", seed % 3 == 0 ? .kill : .power, calls: 15, nth: 1 + seed % 90, seed: UInt64(seed))
                for number in 1...20 {
                    guard (try? writer.rows("INSERT INTO t VALUES (\(number), randomblob(900))")) != nil else { break }
                    acknowledged = Int64(number)
                }
                if disk.crashCount("a.sqlite") == 0 { disk.crash("a.sqlite", .power, seed: UInt64(seed)) }
            }
            let reader = try Peek(disk.path("a.sqlite"))
            #expect(try reader.value("PRAGMA integrity_check") == .text("ok"))
            // The table was acknowledged too.
            let kept = try? reader.int("SELECT count(*) FROM t")
            if kept.map({ $0 < acknowledged }) ?? true { lossCount += 1 }
        }
        return lossCount
    }

    @Test func `FULL keeps every acknowledged commit, NORMAL does not`() throws {
        #expect(try losses(synchronous: "FULL", crashes: 300) == 0)
        #expect(try losses(synchronous: "NORMAL", crashes: 300) > 30)
    }

    @Test func `a full disk refuses and keeps, and takes again when there is room`() throws {
        let disk = try Disk()
        disk.clear(tracks: true)
        let writer = try Peek(disk.path("a.sqlite"), isNew: true)
        _ = try writer.rows("CREATE TABLE t(x)")
        disk.limit("a.sqlite", growth: 5_000)
        #expect(throws: PeekError.self) { try writer.rows("INSERT INTO t VALUES (randomblob(50000))") }
        #expect(disk.errorCount("a.sqlite") > 0)
        #expect(try writer.int("SELECT count(*) FROM t") == 0)
        disk.limit("a.sqlite", growth: nil)
        _ = try writer.rows("INSERT INTO t VALUES (randomblob(50000))")
        #expect(try writer.int("SELECT count(*) FROM t") == 1)
    }

    //     store                            look
    //     insert, commit, checkpoint …     the same after each
    //     a commit that fails              without it, though all of it stands in the log
    //     dies half-way                    what the next connection will find
    @Test func `a look sees what the store sees, and after a crash what its next process finds`() throws {
        let disk = try Disk()
        let question = "SELECT count(*), total(length(y)), max(x) FROM t"
        var (steps, crashes, refusals) = (0, 0, 0)
        for seed in 0..<240 {
            disk.clear(tracks: true)
            do {
                let writer = try Peek(disk.path("a.sqlite"), isNew: true)
                for sql in [
                    "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = \(3 + seed % 20)",
                    "CREATE TABLE t(x INTEGER PRIMARY KEY, y)", "INSERT INTO t VALUES (0, 'first')",
                ] { _ = try writer.rows(sql) }
                disk.arm(
                    "a.sqlite", [.kill, .power, .error][seed % 3], calls: 15, nth: 1 + seed / 3, seed: UInt64(seed))
                for number in 1...25 where disk.crashCount("a.sqlite") == 0 {
                    let sql =
                        number % 5 == 0
                        ? "DELETE FROM t WHERE x < \(number - 3)" : "INSERT INTO t VALUES (\(number), zeroblob(\(number * 400)))"
                    if (try? writer.rows(sql)) == nil { refusals += 1 }
                    guard disk.crashCount("a.sqlite") == 0 else { break }
                    #expect(try disk.look(at: "a.sqlite").rows(question) == writer.rows(question))
                    steps += 1
                }
            }
            crashes += disk.crashCount("a.sqlite")
            let seen = try disk.look(at: "a.sqlite").rows(question)
            #expect(try Peek(disk.path("a.sqlite")).rows(question) == seen)
        }
        #expect(steps > 2_000 && crashes > 100 && refusals > 150)
    }
}
