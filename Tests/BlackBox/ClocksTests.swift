import Foundation
import Harness
import Testing

@Suite(.serialized) struct `The clocks of a ticket` {
    @Test func `device and centre explain each due date in the same lines, in both languages, and without signal`() throws {
        let city = try smallCity("clocks")
        defer { city.remove() }
        let device = city.device("w01")
        let classes = ["consultation", "general", "complex", "urgent"]
        for one in classes {
            let number = try city.centre(["new", "--title", "时限\(one)", "--as", "dd"]).out.trimmingCharacters(
                in: .whitespacesAndNewlines)
            try city.centre(["dispatch", number, "--to", "w01", "--class", one, "--as", "dd"])
        }
        try device.run(["sync"])
        let tickets = try device.run(["list", "--json"]).array.compactMap { $0["number"] as? String }
        #expect(tickets.count >= classes.count)
        for ticket in tickets {
            for language in ["zh", "en"] {
                let field = try device.run(["why-due", ticket, "--lang", language]).out
                let centre = try city.centre(["why-due", ticket, "--lang", language]).out
                #expect(field == centre && field.split(separator: "\n").count >= 4, "\(field)\n\(centre)")
            }
            let whole = try device.run(["why-due", ticket, "--json"]).object
            let same = try city.centre(["why-due", ticket, "--json"]).object
            let lines = try #require(whole["lines"] as? [[String: String]])
            #expect(lines == same["lines"] as? [[String: String]] && whole["number"] as? String == ticket)
        }
        let unknown = try city.centre(["why-due", "HT-19700101-9999"], expect: nil)
        #expect(unknown.status != 0 && unknown.err.contains("GL-"))
    }

    @Test func `a ticket's clocks run from taking in, are met in the field without signal, and what is late is raised once`()
        throws
    {
        let city = try smallCity("alarms")
        defer { city.remove() }
        let device = city.device("w01")
        let number = try city.centre(["new", "--title", "燃气泄漏", "--urgency", "urgent", "--as", "dd"]).out.trimmingCharacters(
            in: .whitespacesAndNewlines)
        try city.centre(["dispatch", number, "--to", "w01", "--as", "dd"])
        try device.run(["sync"])
        func clocks(_ object: [String: Any]) -> [String: [String: Any]] {
            let rows = object["clocks"] as? [[String: Any]] ?? []
            return Dictionary(rows.map { ($0["kind"] as? String ?? "", $0) }, uniquingKeysWith: { $1 })
        }
        let before = clocks(try device.run(["show", number, "--json"]).object)
        #expect(
            before.mapValues { $0["standing"] as? String } == ["dispatch": "met", "resolution": "running", "contact": "running"])
        #expect(before["resolution"]?["class"] as? String == "urgent" && before["resolution"]?["source"] as? String == "hotan 1")
        // Two hours run from now, so that in the evening the day is the next one.
        let due = try #require(before["resolution"]?["due_at"] as? String)
        for day in [String(due.prefix(10)), "week"] {
            let listed = try device.run(["list", "--due", day, "--json"]).array
            #expect(listed.contains { $0["number"] as? String == number }, "due \(due), not listed for \(day)")
        }
        try device.run(["visit", number, "已到现场，关阀", "--outcome", "met"], expect: [0, 3])
        #expect(
            clocks(try device.run(["show", number, "--json"]).object)["contact"]?["standing"] as? String == "met",
            "without signal")
        for language in ["zh", "en"] { #expect(try device.run(["show", number, "--lang", language]).status == 0) }
        try device.run(["sync"])
        #expect(try city.centre(["show", number, "--lang", "zh"]).out.contains("联系时限"))
        #expect(try city.centre(["alarms", "--json"]).array.allSatisfy { $0["number"] as? String != number }, "nothing is late")

        // The centre sets a date that has passed: overdue, raised once, on the device too.
        try city.centre(["edit", number, "--set", "due_at=2026-01-05 10:00:00", "--as", "dd"])
        func raised() throws -> [[String: Any]] {
            let outcome = try city.centre(["alarms", "--json"], expect: nil)
            let mine = outcome.array.filter { $0["number"] as? String == number }
            #expect(outcome.status == (mine.isEmpty ? 0 : 1), "\(outcome.err)")
            return mine
        }
        let first = try raised()
        #expect(first.map { $0["kind"] as? String } == ["overdue"] && first[0]["clock"] as? String == "resolution")
        city.stop()
        try city.serve()
        #expect(
            try raised().map { $0["raisedAt"] as? Int } == first.map { $0["raisedAt"] as? Int }, "raised once, over a restart")
        try device.run(["sync"])
        #expect(try device.run(["list", "--due", "overdue", "--json"]).array.contains { $0["number"] as? String == number })
        #expect(try device.run(["why-due", number, "--lang", "en"]).out.contains("due instead: a date set by hand"))
        // Resolved, the alarm goes; late is late.
        try device.run(["accept", number], expect: [0, 3])
        try device.run(["resolve", number, "已更换软管"], expect: [0, 3])
        try device.run(["sync"])
        #expect(try raised().isEmpty)
        #expect(clocks(try device.run(["show", number, "--json"]).object)["resolution"]?["standing"] as? String == "met-late")
        let refused = try device.run(["resolve", number, "再办一次"], expect: nil)
        #expect(refused.status != 0 && refused.err.contains("GL-"), "what is met is met once: \(refused.err)")
        for wrong in [["alarms", "--limit", "x"], ["alarms", number]] {
            #expect(try city.centre(wrong, expect: nil).status == 64)
        }
    }

    @Test
    func
        `more time is asked for without signal after explaining, stays pending until the centre answers, and is a line of the sum`()
        throws
    {
        let city = try smallCity("extension")
        defer { city.remove() }
        let device = city.device("w01")
        func ticket(_ title: String) throws -> String {
            let number = try city.centre(["new", "--title", title, "--as", "dd"]).out.trimmingCharacters(
                in: .whitespacesAndNewlines)
            try city.centre(["dispatch", number, "--to", "w01", "--class", "general", "--as", "dd"])
            try device.run(["sync"])
            try device.run(["accept", number], expect: [0, 3])
            return number
        }
        func asked(_ number: String) throws -> [String: Any] {
            (try device.run(["show", number, "--json"]).object["requests"] as? [[String: Any]])?.last ?? [:]
        }
        func due(_ number: String) throws -> String? {
            let ticket = try device.run(["show", number, "--json"]).object["ticket"] as? [String: Any]
            return ticket?["due_at"] as? String
        }
        let number = try ticket("更换变压器")
        let early = try device.run(["extend", number, "--days", "3", "--reason", "配件未到", "--lang", "en"], expect: nil)
        #expect(early.status == 1 && early.err.contains("explain"), "\(early.err)")
        try device.run(["explain", number, "已告知诉求人：配件周五到货"], expect: [0, 3])
        let much = try device.run(["extend", number, "--days", "11", "--reason", "配件未到", "--lang", "en"], expect: nil)
        #expect(much.status == 1 && much.err.contains("so many days"), "\(much.err)")
        let before = try due(number)
        try device.run(["extend", number, "--days", "3", "--reason", "配件未到"], expect: [0, 3])
        #expect(try asked(number)["state"] as? String == "pending" && due(number) == before, "never granted before it is")
        #expect(try device.run(["why-due", number, "--lang", "en"]).out.contains("pending: 3 more days asked for"))
        let again = try device.run(["extend", number, "--days", "1", "--reason", "再延"], expect: nil)
        #expect(again.status != 0)
        try device.run(["sync"])
        let listed = try city.centre(["requests", "--json"]).array
        #expect(listed.map { $0["number"] as? String } == [number] && listed[0]["words"] as? String == "配件未到")
        let beyond = try city.centre(["grant", number, "--days", "30", "--as", "dd"], expect: nil)
        #expect(beyond.status == 1)
        try city.centre(["grant", number, "--days", "2", "--reason", "配件周四到货", "--as", "dd"])
        try device.run(["sync"])
        #expect(try asked(number)["state"] as? String == "granted" && due(number) != before)
        for language in ["zh", "en"] {
            let field = try device.run(["why-due", number, "--lang", language]).out
            let centre = try city.centre(["why-due", number, "--lang", language]).out
            #expect(
                field == centre && field.contains(language == "zh" ? "+ 2 天：延期已批准" : "+ 2 days: extension granted"),
                "\(field)\n\(centre)")
        }
        let twice = try city.centre(["grant", number, "--as", "dd"], expect: nil)
        #expect(twice.status == 1 && twice.err.contains("GL-Q2022"))

        // Asked once more, refused, with words that the worker reads; then one that nobody answers falls away with the resolution.
        try device.run(["extend", number, "--days", "8", "--reason", "仍未到货"], expect: [0, 3])
        try device.run(["sync"])
        try city.centre(["refuse", number, "--reason", "请按期办结", "--as", "dd"])
        try device.run(["sync"])
        #expect(try asked(number)["state"] as? String == "refused" && asked(number)["answer"] as? String == "请按期办结")
        let other = try ticket("清运垃圾")
        try device.run(["explain", other, "已说明"], expect: [0, 3])
        try device.run(["extend", other, "--days", "1", "--reason", "车辆故障"], expect: [0, 3])
        try device.run(["resolve", other, "已清运"], expect: [0, 3])
        try device.run(["sync"])
        #expect(try asked(other)["state"] as? String == "withdrawn")
        #expect(try city.centre(["requests", "--json"]).array.isEmpty)
        #expect(try city.centre(["requests", "--all", "--json"]).array.count == 3)
        // Beyond the due date nobody asks any more, and a worker never answers.
        let late = try ticket("已过时限")
        try device.run(["explain", late, "已说明"], expect: [0, 3])
        try city.centre(["edit", late, "--set", "due_at=2026-01-05 10:00:00", "--as", "dd"])
        try device.run(["sync"])
        let tooLate = try device.run(["extend", late, "--days", "1", "--reason", "延期", "--lang", "en"], expect: nil)
        #expect(tooLate.status == 1 && tooLate.err.contains("due date has passed"), "\(tooLate.err)")
        #expect(try city.centre(["refuse", number, "--reason", "无权", "--as", "w01"], expect: nil).status != 0)
    }

    @Test func `ten thousand questions are answered in order, without a store`() throws {
        var questions = ""
        for number in 0..<10_000 {
            let day = String(format: "%04d-%02d-%02d", 2004 + number % 23, 1 + number % 12, 1 + number % 28)
            let one = ["consultation", "general", "complex", "urgent"][number % 4]
            let city = ["hotan", "beijing", "zunyi", "haikou", "guangzhou", "weifang"][number % 6]
            questions += #"{"start":"\#(day)T09:00:00+08:00","profile":"\#(city)","class":"\#(one)"}"# + "\n"
        }
        let folder = FileManager.default.temporaryDirectory
        let outcome = try Program.run("gridline-server", ["why-due", "--batch"], input: Data(questions.utf8), in: folder)
        let lines = outcome.out.split(separator: "\n")
        #expect(outcome.status == 0 && lines.count == 10_000, "\(outcome.err)")
        // 2004-01-01 was a Thursday and a day off; a consultation is due on it, come what may.
        #expect(lines[0] == #"{"due":"2004-01-01T23:59:59+08:00","provisional":false}"#)
        #expect(lines.allSatisfy { $0.hasPrefix(#"{"due":""#) })
        let broken = try Program.run("gridline-server", ["why-due", "--batch"], input: Data("{}\n".utf8), in: folder)
        #expect(broken.status == 1 && broken.out.hasPrefix(#"{"error":"line 1: "#))
        for wrong in [["why-due"], ["why-due", "1", "--batch"]] {
            #expect(try Program.run("gridline-server", wrong, in: folder).status == 64)
        }
    }

    @Test func `a profile is checked, compared, tried and put in force, and devices follow`() throws {
        let city = try smallCity("profile")
        defer { city.remove() }
        let file = city.folder.appendingPathComponent("city.yaml")
        func write(_ text: String) throws { try text.write(to: file, atomically: true, encoding: .utf8) }
        try write("profile: hotan\nversion: 2\ndeadlines:\n  general: { days: 9 }\n")
        let checked = try city.centre(["profile", "check", file.path]).out
        #expect(checked.contains("deadlines.general.days") && checked.contains("9"))
        let differences = try city.centre(["profile", "diff", "hotan", file.path, "--json"]).array
        #expect(differences.count == 2, "\(differences)")
        let number = try city.centre(["new", "--title", "换配置", "--as", "dd"]).out.trimmingCharacters(in: .whitespacesAndNewlines)
        try city.centre(["dispatch", number, "--to", "w01", "--class", "general", "--as", "dd"])
        let trial = try city.centre(["profile", "apply", file.path, "--dry-run", "--json", "--as", "op"]).object
        let moved = (trial["tickets"] as? [[String: Any]] ?? []).compactMap { $0["ticket"] as? String }
        #expect(moved.contains(number))
        try city.centre(["profile", "apply", file.path, "--as", "op"])
        let next = try city.centre(["new", "--title", "新配置", "--as", "dd"]).out.trimmingCharacters(in: .whitespacesAndNewlines)
        try city.centre(["dispatch", next, "--to", "w01", "--class", "general", "--as", "dd"])
        try city.device("w01").run(["sync"])
        let lines = try city.device("w01").run(["why-due", next, "--lang", "en"]).out
        #expect(lines.contains("general: 9 working days after the day of dispatch (profile hotan 2)"), "\(lines)")
        // What was dispatched under the old one keeps its date, and what gave it.
        let old = try city.device("w01").run(["why-due", number, "--lang", "en"]).out
        #expect(old.contains("general: 3 working days after the day of dispatch (profile hotan 1)"), "\(old)")
        try write("profile: hotan\nversion: 3\nrates:\n  rounding: nine\n")
        let refused = try city.centre(["profile", "apply", file.path, "--as", "op"], expect: nil)
        #expect(refused.status == 1 && refused.err.contains("city.yaml, line 4"), "\(refused.err)")
    }
}
