import Foundation
import Harness
import Testing

/// The next year's working days without a new release: device and centre count by them alike.
@Suite(.serialized) struct `Working days that an operator loads` {
    @Test
    func `an impossible calendar is refused with file and line, a year moves what hangs on it, and both sides say so alike`()
        throws
    {
        let city = try smallCity("days")
        defer { city.remove() }
        let device = city.device("w01")
        let number = try city.centre(["new", "--title", "跨年办理", "--as", "dd"]).out.trimmingCharacters(in: .whitespacesAndNewlines)
        try city.centre(["dispatch", number, "--to", "w01", "--class", "complex", "--as", "dd"])
        try device.run(["sync"])
        let before = try device.run(["why-due", number, "--json"]).object
        let due = try #require(before["due_at"] as? String)
        // The due day becomes a holiday of its year.
        let day = String(due.prefix(10))
        let year = try #require(Int(day.prefix(4)))
        var days = Set(["\(year)-01-01", "\(year)-05-01", "\(year)-10-01", day])
        let shown = try city.centre(["calendar", "show", "\(year)", "--json"]).object
        var lines: [(String, String)] = []
        for one in shown["days"] as? [[String: String]] ?? [] {
            guard let date = one["date"], let kind = one["kind"], !days.contains(date) else { continue }
            lines.append((date, kind))
        }
        lines += days.map { ($0, "off") }
        days = []
        let text = "date,kind,name\n" + lines.sorted { $0.0 < $1.0 }.map { "\($0.0),\($0.1),节日\n" }.joined()
        let file = city.folder.appendingPathComponent("year.csv")
        try Data((text + "\(year)-02-30,off,无此日\n").utf8).write(to: file)
        for command in [["calendar", "check", file.path], ["calendar", "apply", file.path, "--as", "op"]] {
            let refused = try city.centre(command + ["--lang", "en"], expect: nil)
            #expect(
                refused.status == 1 && refused.err.contains("GL-Q2024")
                    && refused.err.contains("year.csv, line \(lines.count + 2)"), "\(refused.err)")
            let chinese = try city.centre(command + ["--lang", "zh"], expect: nil)
            #expect(chinese.err.contains("第 \(lines.count + 2) 行") && !chinese.err.contains("calendar"), "\(chinese.err)")
        }
        try Data(text.utf8).write(to: file)
        #expect(try city.centre(["calendar", "check", file.path]).out == "\(year)\n")
        let tried = try city.centre(["calendar", "apply", file.path, "--dry-run", "--as", "op", "--json"]).object
        let moved = tried["tickets"] as? [[String: Any]] ?? []
        #expect(moved.contains { $0["ticket"] as? String == number } && tried["years"] as? [Int] == [year], "\(tried)")
        #expect(try city.centre(["why-due", number, "--json"]).object["dueAt"] != nil)
        try city.centre(["calendar", "apply", file.path, "--as", "op"])
        try device.run(["sync"])
        for language in ["zh", "en"] {
            let field = try device.run(["why-due", number, "--lang", language]).out
            #expect(field == (try city.centre(["why-due", number, "--lang", language]).out))
            #expect(field.contains(language == "en" ? "that the centre loaded" : "中心载入"), "\(field)")
        }
        let after = try #require(try device.run(["why-due", number, "--json"]).object["due_at"] as? String)
        #expect(after > due, "\(due) became \(after)")
        #expect(try city.centre(["calendar", "show", "\(year)", "--json"]).object["source"] as? String == "loaded")
        #expect(try city.centre(["check"]).status == 0 && device.run(["check"]).status == 0)
    }
}
