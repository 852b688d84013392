import Foundation
import Harness
import Testing

@Suite(.serialized) struct `What an operator does` {
    @Test func `every subcommand works while serve runs under load; init and restore refuse`() throws {
        let city = try smallCity("operator")
        defer { city.remove() }
        let field = Field(city)
        let done = Locked(false)
        let failures = Locked<[String]>([])
        // Two devices give and sync without a pause while the operator works.
        let load = ["w01", "w02"].map { worker in
            let thread = Thread {
                var number = 0
                while !done.with({ $0 }), number < 400 {
                    number += 1
                    let words = "\(worker)忙碌中第\(number)句"
                    guard let given = try? city.device(worker).run(["note", "1", words]), [0, 3].contains(given.status) else {
                        failures.with { $0.append("\(worker) could not give") }
                        continue
                    }
                    field.record(worker, "note", words)
                    if let synced = try? city.device(worker).run(["sync"]), ![0, 3, 5].contains(synced.status) {
                        failures.with { $0.append("\(worker): \(synced.status) \(synced.err)") }
                    }
                }
            }
            thread.start()
            return thread
        }
        defer { done.with { $0 = true } }
        try everySubcommand(city)
        done.with { $0 = true }
        while load.contains(where: { !$0.isFinished }) { usleep(10_000) }
        #expect(failures.with { $0 } == [])
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    private func everySubcommand(_ city: City) throws {
        let people = city.folder.appendingPathComponent("people.csv")
        try "id,name,role,grid\nw03,网格员三,worker,g1\n".write(to: people, atomically: true, encoding: .utf8)
        try city.centre(["person", "import", people.path, "--as", "op"])
        #expect(try city.centre(["person", "list", "--json"]).array.count >= 5)
        try city.centre(["grid", "add", "g9", "--name", "新网格", "--as", "op"])
        #expect(try city.centre(["grid", "list"]).out.contains("新网格"))
        let number = try city.centre(["new", "--title", "压力下的新工单", "--as", "dd"]).out.trimmingCharacters(
            in: .whitespacesAndNewlines)
        #expect(try city.centre(["queue", "--json"]).out.contains(number))
        try city.centre(["dispatch", number, "--to", "w01", "--grid", "g1", "--class", "urgent", "--as", "dd"])
        try city.centre(["assign", number, "--to", "w02", "--as", "dd"])
        try city.centre(["edit", number, "--set", "location=中心核定", "--as", "dd"])
        let shown = try city.centre(["show", number]).out
        #expect(shown.contains("压力下的新工单") && shown.contains("中心核定"))
        try city.centre(["withdraw", number, "--reason", "误报", "--as", "dd"])
        let early = try city.centre(["close", number, "--reason", "不能结案", "--as", "dd"], expect: nil)
        #expect(early.status != 0, "a withdrawn ticket was closed")
        try city.centre(["held"])
        #expect(try city.centre(["device", "list", "--json"]).array.count == 2)
        #expect(try city.centre(["enrol-code", "w03", "--as", "op", "--json"]).object["code"] is String)
        try city.centre(["backup", city.folder.appendingPathComponent("under-load.sqlite").path, "--as", "op"])
        try city.centre(["check"])
        #expect(try city.centre(["scope-dump", "w01"]).lines.count > 8)
        let stranger = try city.centre(["new", "--title", "无此人", "--as", "nobody"], expect: nil)
        #expect(stranger.status != 0)
        for refusing in [
            ["init", "--operator", "x", "--name", "x"],
            ["restore", city.folder.appendingPathComponent("under-load.sqlite").path, "--as", "op"],
        ] {
            let outcome = try city.centre(refusing, expect: nil)
            #expect(outcome.status != 0 && outcome.err.contains("GL-"), "\(refusing[0]): \(outcome.status) \(outcome.err)")
        }
    }

    @Test func `a centre restored from an older backup gets back from the devices what it had acknowledged`() throws {
        let city = try smallCity("restore")
        defer { city.remove() }
        let field = Field(city)
        let device = city.device("w01")
        try field.note(on: device, "备份之前")
        try device.run(["sync"], expect: [0])
        let backup = city.folder.appendingPathComponent("old.sqlite")
        try city.centre(["backup", backup.path, "--as", "op"])
        try field.note(on: device, "备份之后，已得回执")
        try device.run(["sync"], expect: [0])
        try field.note(on: device, "恢复时还没有发出")
        city.stop()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: city.store.appendingPathComponent("central.sqlite").path + suffix)
        }
        try city.centre(["restore", backup.path, "--as", "op"])
        try city.serve()
        #expect(try city.database().int("SELECT count(*) FROM note WHERE body = '备份之后，已得回执'") == 0)
        for _ in 0..<2 {
            for worker in ["w01", "w02"] { try city.device(worker).sync() }
        }
        for words in ["备份之前", "备份之后，已得回执", "恢复时还没有发出"] {
            #expect(try city.database().int("SELECT count(*) FROM note WHERE body = ?", [words]) == 1, "\(words)")
        }
        try city.settleAndCheck(field, workers: ["w01", "w02"])
    }

    @Test func `a revoked device delivers its work, loses its tickets, and takes no more`() throws {
        let city = try smallCity("revoked")
        defer { city.remove() }
        let device = city.device("w01")
        try device.run(["note", "1", "被停用之前写的"], expect: [0, 3])
        let devices = try city.database().rows("SELECT replica FROM device WHERE person = 'w01'")
        let replica = hex(try #require(devices.first?[0] as? [UInt8]))
        try city.centre(["device", "revoke", replica, "--as", "op"])
        let outcome = try device.run(["sync"])
        #expect(outcome.status == 4, "\(outcome.status) \(outcome.err)")
        #expect(try city.database().texts("SELECT verdict FROM command WHERE person = 'w01'") == ["held"])
        #expect(try Database(device.replica).int("SELECT count(*) FROM ticket") == 0)
        #expect(try city.centre(["held"]).out.contains("被停用之前写的"))
    }
}
