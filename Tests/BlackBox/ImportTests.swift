import Foundation
import Harness
import Testing

@Suite(.serialized) struct `Imports and exports by the real program` {
    private let map = [
        "--map", "external_id=id,title=subject,description=detail,created_at=created_at", "--source", "letters", "--as", "op",
    ]

    private func city(_ name: String) throws -> City {
        let city = try City.temporary(name)
        try city.initialise()
        return city
    }

    private func write(_ text: String, _ name: String, in city: City) throws -> String {
        let file = city.folder.appendingPathComponent(name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    private func count(_ city: City) throws -> Int {
        try Database(city.store.appendingPathComponent("central.sqlite")).int("SELECT count(*) FROM ticket")
    }

    private func sound(_ city: City) throws {
        #expect(try city.centre(["check"]).status == 0)
    }

    @Test func `the real messages come in, come out, and come into another city the same`() throws {
        let (messages, real) = Message.replied()
        if !real { print("no real messages on this machine: \(messages.count) generated ones instead") }
        let first = try city("import-real")
        defer { first.remove() }
        let file = try write(Message.csv(messages), "letters.csv", in: first)
        let report = try first.centre(["import", "tickets", file, "--json"] + map)
        #expect(report.object["imported"] as? Int == messages.count)
        #expect(try first.centre(["import", file] + map).out == "0\n")

        let second = try city("import-copy")
        defer { second.remove() }
        for (format, other) in [("csv", "ndjson"), ("ndjson", "csv")] {
            let out = first.folder.appendingPathComponent("out.\(format)").path
            try first.centre(["export", "tickets", "--intake", "--output", out])
            try second.centre(["import", out, "--as", "op"])
            for name in [format, other] {
                let texts = try [first, second].map { try $0.centre(["export", "tickets", "--intake", "--format", name]).out }
                #expect(texts[0] == texts[1] && texts[0].count > messages.count * 20)
            }
        }
        #expect(try count(second) == messages.count)
        try sound(second)
    }

    @Test func `an import that is killed in the middle goes on where it was`() throws {
        let city = try city("import-kill")
        defer { city.remove() }
        var random = SeededRandom(seed: 7)
        let messages = (0..<20_000).map { Message.generated($0, &random) }
        let file = try write(Message.csv(messages), "letters.csv", in: city)
        var halves = 0
        for attempt in 0..<6 {
            let running = try Program.start(
                "gridline-server", ["import", file, "--batch", "200", "--store", city.store.path] + map, in: city.folder)
            // As soon as some batches are in; the later attempts a little later each.
            let before = try count(city)
            for _ in 0..<4000 where running.process.isRunning {
                if try count(city) >= before + 400 * (attempt + 1) { break }
                usleep(2000)
            }
            running.kill9()
            let outcome = running.finish()
            let now = try count(city)
            if outcome.status == -9, now > 0, now < messages.count { halves += 1 }
            #expect(now % 200 == 0, "a batch was cut: \(now) tickets")
        }
        #expect(halves > 0, "no import was killed in the middle")
        let before = try count(city)
        let report = try city.centre(["import", file, "--json"] + map).object
        #expect(report["known"] as? Int == before)
        #expect(report["imported"] as? Int == messages.count - before)
        #expect(try count(city) == messages.count)
        try sound(city)
    }

    @Test func `rejected rows are in a file for their owner alone, and nowhere else; mended they come in`() throws {
        let city = try city("import-rejects")
        defer { city.remove() }
        try city.serve()
        let text = "external_id,title,name,created_at\n1,路灯不亮,张三丰,2026-01-01\n2,井盖破损,李四光,前天\n3,\"噪声\"大,王五德,\n"
        let file = try write(text, "in.csv", in: city)
        let outcome = try city.centre(["import", "tickets", file, "--source", "s", "--as", "op"], expect: 1)
        #expect(outcome.out == "1\n")
        #expect(outcome.err.contains("line 3, created_at") && outcome.err.contains("in.csv.rejects.csv"))
        for word in ["李四光", "王五德", "井盖破损", "前天"] {
            #expect(!outcome.err.contains(word) && !outcome.out.contains(word))
            #expect(!city.serverLog.contains(word))
        }
        let rejects = file + ".rejects.csv"
        let mode = try FileManager.default.attributesOfItem(atPath: rejects)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let mended = try String(contentsOfFile: rejects, encoding: .utf8).replacingOccurrences(of: "前天", with: "2026-01-02")
            .replacingOccurrences(of: "3,\"\"噪声\"\"大", with: "3,噪声大")
        try mended.write(toFile: rejects, atomically: true, encoding: .utf8)
        #expect(try city.centre(["import", "tickets", rejects, "--source", "s", "--as", "op"]).out == "2\n")
        #expect(try count(city) == 3)
        // Names come out only for a reason.
        #expect(try !city.centre(["export", "tickets"]).out.contains("李四光"))
        #expect(try city.centre(["export", "tickets", "--personal-data"], expect: nil).status == 64)
        let open = try city.centre(["export", "tickets", "--personal-data", "--reason", "核对", "--as", "op"])
        #expect(open.out.contains("李四光") && open.out.contains("王五德"))
        city.stop()
        try sound(city)
    }

    @Test func `wrong usage and other encodings are refused before anything is done`() throws {
        let city = try city("import-usage")
        defer { city.remove() }
        let titles = try write("external_id,titel\n1,一\n", "a.csv", in: city)
        let unknown = try city.centre(["import", titles, "--source", "s", "--as", "op"], expect: 64)
        #expect(unknown.err.contains("did you mean title?"))
        let gb = city.folder.appendingPathComponent("gb.csv")
        try (Data("external_id,title\n1,".utf8) + Data([0xc2, 0xb7, 0xb5, 0xc6, 0xb2, 0xbb, 0xc1, 0xc1])).write(to: gb)
        #expect(try city.centre(["import", gb.path, "--source", "s", "--as", "op"], expect: 1).err.contains("iconv -f GB18030"))
        let good = try write("{\"external_id\":1,\"title\":\"一\"}\n", "b.ndjson", in: city)
        #expect(try city.centre(["import", good, "--source", "s", "--as", "op", "--dry-run"]).out == "1\n")
        #expect(try count(city) == 0)
        let people = "id,name,role\nw1,网格员,worker\nw2,网格长,leader\n"
        #expect(try city.centre(["import", "people", "-", "--as", "op"], input: Data(people.utf8)).out == "2\n")
        #expect(try city.centre(["import", "people", "-", "--as", "op"], input: Data(people.utf8)).out == "0\n")
        #expect(
            try city.centre(["export", "people"]).out
                == "id,name,role,grid,unit,profession\nop,值班长,operator,,,\nw1,网格员,worker,,,\nw2,网格长,leader,,,\n")
    }
}
