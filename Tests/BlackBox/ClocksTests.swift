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
        // What was dispatched under the old one keeps its date, and says so.
        #expect(try city.device("w01").run(["why-due", number, "--lang", "en"]).out.contains("not the sum of any class"))
        try write("profile: hotan\nversion: 3\nrates:\n  rounding: nine\n")
        let refused = try city.centre(["profile", "apply", file.path, "--as", "op"], expect: nil)
        #expect(refused.status == 1 && refused.err.contains("city.yaml, line 4"), "\(refused.err)")
    }
}
