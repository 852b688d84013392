import Foundation
import Harness
import Testing

/// Why a run of a mechanism is not what it should be: what its removal must lead to.
struct MechanismBroken: Error, CustomStringConvertible {
    let description: String
}

/// A small city in which one mechanism is driven with the real programs, and what was said on the way.
final class MechanismRun {
    let city: City
    private(set) var transcript: [String] = []
    private var names: [String: String] = [:]

    init(_ id: String) throws { city = try smallCity("mechanism-\(id.lowercased())") }

    /// The centre's program; `status` is what it must end with.
    @discardableResult
    func centre(_ line: String..., status: Int32 = 0) throws -> Outcome { try centre(line, status: status) }

    @discardableResult
    func centre(_ line: [String], status: Int32 = 0) throws -> Outcome {
        note("gridline-server", line, try city.centre(line + ["--lang", "en"], expect: nil), status)
        return try ending(line, status)
    }

    /// The client of a worker.
    @discardableResult
    func worker(_ line: String..., of person: String = "w01", status: Set<Int32> = [0, 3]) throws -> Outcome {
        let outcome = try city.device(person).run(line + ["--lang", "en"], expect: nil)
        record("gridline", line, outcome)
        try check(status.contains(outcome.status), "\(line.joined(separator: " ")) ended with \(outcome.status): \(outcome.err)")
        return outcome
    }

    /// A ticket that the centre took in, by its official number.
    func ticket(_ title: String, _ more: String...) throws -> String {
        let outcome = try city.centre(["new", "--title", title, "--as", "dd"] + more)
        let number = outcome.out.trimmingCharacters(in: .whitespacesAndNewlines)
        names[number] = "N\(names.count + 1)"
        record("gridline-server", ["new", "--title", title] + more + ["--as", "dd"], outcome)
        return number
    }

    /// A word that differs from day to day stands in the transcript by another one.
    func name(_ word: String, _ name: String) { names[word] = name }

    /// What the centre says of a ticket.
    func central(_ number: String) throws -> [String: Any] { try city.centre(["show", number, "--json"]).object }

    func show(_ number: String, on person: String = "w01") throws -> [String: Any] {
        try city.device(person).run(["show", number, "--json"]).object
    }

    func clock(_ kind: String, of number: String, on person: String = "w01") throws -> [String: Any]? {
        (try show(number, on: person)["clocks"] as? [[String: Any]])?.first { $0["kind"] as? String == kind }
    }

    func check(_ condition: Bool, _ words: @autoclosure () -> String) throws {
        if !condition { throw MechanismBroken(description: words()) }
    }

    private var last: Outcome?
    private func note(_ program: String, _ line: [String], _ outcome: Outcome, _ status: Int32) {
        last = outcome
        record(program, line, outcome)
    }
    private func ending(_ line: [String], _ status: Int32) throws -> Outcome {
        guard let last else { throw MechanismBroken(description: "nothing ran") }
        try check(last.status == status, "\(line.joined(separator: " ")) ended with \(last.status): \(last.err)")
        return last
    }

    /// Numbers by a name of their own, and of what was said the refusal alone: times and ages differ from day to day.
    private func record(_ program: String, _ line: [String], _ outcome: Outcome) {
        let words = line.map { word in names[word] ?? (word.contains(" ") || word.isEmpty ? "'\(word)'" : word) }
        transcript.append("$ " + ([program] + words).joined(separator: " "))
        guard ![0, 3].contains(outcome.status) else { return }
        var said = outcome.err.split(separator: "\n").first.map(String.init) ?? ""
        for (number, name) in names { said = said.replacingOccurrences(of: number, with: name) }
        said = said.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "ID")
        transcript.append("  exit \(outcome.status): \(said)")
    }
}

@Suite(.serialized) struct `Mechanisms of the hotlines` {
    /// Those that are built: what drives each, with a refusal.
    private static let driven: [(id: String, drive: @Sendable (MechanismRun) throws -> Void)] = [
        ("HT3", firstResponsible), ("HT6", complaint), ("HT7", workingDays), ("HT8", moreTime), ("ZY7", leaders),
        ("HK1", halfAnHour), ("JS1", taxonomy), ("WF5", twoHours), ("WF6", longTerm), ("WF9", disputes), ("GZ3", transfers),
        ("BJ1", firstUnit), ("ZY4", urging), ("BJ2", whistles), ("JS4", allParts), ("HK10", severalUnits), ("WF1", twoTracks),
        ("HK12", bySkill), ("HK15", whoOwns), ("GZ4", byRule), ("WF10", anyLevel), ("HT4", ladder), ("HK9", jointMeeting),
        ("HK13", discipline), ("ZY12", oneIncident), ("PZ3", desk),
        ("ZY13", checklists), ("WF12", sweeps), ("WZ2", fieldTasks), ("HK6", handover), ("WF14", jointSupervision),
        ("PZ2", leaderAndVisits),
        ("WZ1", gridRoles),
    ]
    static let built = driven.map { $0.id }

    private static func run(_ id: String) throws -> [String] {
        let run = try MechanismRun(id)
        defer { run.city.remove() }
        try driven.first { $0.id == id }?.drive(run)
        return run.transcript
    }

    @Test func `each one that is built works, with its refusal, and the page shows how`() throws {
        #expect(Mechanism.all.count == 78 && Set(Mechanism.all.map(\.id)).count == 78)
        var transcripts: [String: [String]] = [:]
        for id in Self.built { transcripts[id] = try Self.run(id) }
        for (id, lines) in transcripts { #expect(lines.contains { $0.hasPrefix("  exit ") }, "\(id) refuses nothing") }
        let page = Self.page(transcripts)
        let file = Program.root.appendingPathComponent("Docs/mechanisms.md")
        if ProcessInfo.processInfo.environment["GRIDLINE_GOLDEN"] == "write" { try Data(page.utf8).write(to: file) }
        let stands = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        #expect(stands == page, "Docs/mechanisms.md is not what the runs say; GRIDLINE_GOLDEN=write writes it anew")
    }

    /// GRIDLINE_MECHANISMS=all removes each in turn, else a fifth by the day.
    @Test func `a run fails when the rule of its mechanism is taken out`() throws {
        let isWhole = ProcessInfo.processInfo.environment["GRIDLINE_MECHANISMS"] == "all"
        let day = Int(Date().timeIntervalSince1970 / 86_400)
        for (index, id) in Self.built.enumerated() where isWhole || index % 5 == day % 5 {
            setenv("GRIDLINE_WITHOUT", id, 1)
            defer { unsetenv("GRIDLINE_WITHOUT") }
            var isBroken = false
            do { _ = try Self.run(id) } catch is MechanismBroken { isBroken = true }
            #expect(isBroken, "\(id) is taken out, and nothing notices")
        }
    }

    private static func page(_ transcripts: [String: [String]]) -> String {
        var text = """
            # Mechanisms of the hotlines

            What real cities say that their 12345 hotlines do, each with its permanent id. **Built** means: the run below drives it with the real
            programs, a refusal among it, and fails when its rule is taken out (`make mutate-mechanisms` takes each out in turn, at run time).
            What is not built may stand in part. This page is made from those runs: `GRIDLINE_GOLDEN=write` writes it anew.

            | id | city | what it is | state |
            |---|---|---|---|

            """
        for one in Mechanism.all {
            let state = transcripts[one.id] != nil ? "**built**" : one.part.map { "in part: \($0)" } ?? "open"
            text += "| \(one.id) | \(one.city) | \(one.words) | \(state) |\n"
        }
        for one in Mechanism.all {
            guard let lines = transcripts[one.id] else { continue }
            text += "\n## \(one.id) \(one.words)\n\n```\n\(lines.joined(separator: "\n"))\n```\n"
        }
        return text
    }
}

// MARK: - Runs

extension `Mechanisms of the hotlines` {
    @Sendable private static func firstResponsible(_ run: MechanismRun) throws {
        let number = try run.ticket("路灯不亮")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.worker("return", number, "不属本网格")
        try run.worker("sync")
        try run.centre("dispatch", number, "--to", "w02", "--as", "dd")
        try run.centre("assign", number, "--to", "w01", "--as", "dd")
        let columns = try run.city.centre(["show", number, "--json"]).object["columns"] as? [String: String]
        try run.check(columns?["first_responsible"] == "w01", "first responsible is \(columns?["first_responsible"] ?? "nobody")")
        let other = try run.ticket("井盖破损")
        try run.centre("dispatch", other, "--to", "w02", "--as", "dd")
        try run.centre("dispatch", other, "--to", "w01", "--as", "dd", status: 5)
        let stays = try run.city.centre(["show", other, "--json"]).object["columns"] as? [String: String]
        try run.check(stays?["first_responsible"] == "w02", "a second dispatch took the first responsibility away")
        // Given out anew after it came back: still the first.
        try run.worker("sync", of: "w02")
        try run.worker("return", other, "不属本网格", of: "w02")
        try run.worker("sync", of: "w02")
        try run.centre("dispatch", other, "--to", "w01", "--as", "dd")
        let anew = try run.city.centre(["show", other, "--json"]).object["columns"] as? [String: String]
        try run.check(anew?["first_responsible"] == "w02", "a new dispatch took the first responsibility away")
    }

    @Sendable private static func complaint(_ run: MechanismRun) throws {
        let plain = try run.ticket("咨询公交线路", "--kind", "consultation")
        let complaint = try run.ticket("举报占道经营", "--kind", "complaint")
        for (number, isConfidential) in [(plain, "0"), (complaint, "1")] {
            let columns = try run.city.centre(["show", number, "--json"]).object["columns"] as? [String: String]
            try run.check(columns?["confidential"] == isConfidential, "confidential is \(columns?["confidential"] ?? "nothing")")
        }
        try run.centre("dispatch", plain, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.check(try run.clock("resolution", of: plain)?["class"] as? String == "consultation", "the kind gives no class")
        try run.centre("new", "--title", "未知类型", "--kind", "whatever", "--as", "dd", status: 1)
    }

    @Sendable private static func workingDays(_ run: MechanismRun) throws {
        for (one, days) in [("consultation", 0), ("general", 3), ("complex", 7), ("urgent", 1)] {
            let number = try run.ticket("时限", "--kind", "assistance")
            try run.centre("dispatch", number, "--to", "w01", "--class", one, "--as", "dd")
            try run.worker("sync")
            let clock = try run.clock("resolution", of: number)
            try run.check(clock?["class"] as? String == one && clock?["days"] as? Int == days, "\(one) has \(clock ?? [:])")
            let field = try run.worker("why-due", number).out
            let centre = try run.city.centre(["why-due", number, "--lang", "en"]).out
            try run.check(field == centre, "device and centre count otherwise")
        }
        let number = try run.ticket("时限")
        try run.centre("dispatch", number, "--to", "w01", "--class", "someday", "--as", "dd", status: 1)
    }

    @Sendable private static func moreTime(_ run: MechanismRun) throws {
        let number = try run.ticket("更换变压器")
        try run.centre("dispatch", number, "--to", "w01", "--class", "general", "--as", "dd")
        try run.worker("sync")
        try run.worker("accept", number)
        try run.worker("extend", number, "--days", "3", "--reason", "配件未到", status: [1])
        try run.worker("explain", number, "已告知诉求人")
        try run.worker("extend", number, "--days", "11", "--reason", "配件未到", status: [1])
        try run.worker("extend", number, "--days", "3", "--reason", "配件未到")
        try run.worker("sync")
        try run.centre("grant", number, "--days", "2", "--as", "dd")
        try run.worker("sync")
        let request = (try run.show(number)["requests"] as? [[String: Any]])?.first
        try run.check(request?["state"] as? String == "granted", "the request is \(request ?? [:])")
    }

    @Sendable private static func leaders(_ run: MechanismRun) throws {
        try run.centre(
            "unit", "add", "u-power", "--name", "电力公司", "--kind", "enterprise", "--level", "city", "--leader", "dd", "--as", "op")
        try run.centre("unit", "list", "--lint", status: 1)
        try run.centre(
            "unit", "add", "u-power", "--name", "电力公司", "--kind", "enterprise", "--level", "city", "--leader", "dd", "--handler",
            "w01", "--as", "op")
        try run.centre("unit", "list", "--lint")
    }

    @Sendable private static func halfAnHour(_ run: MechanismRun) throws {
        let number = try run.ticket("燃气泄漏", "--urgency", "urgent")
        let shown = try run.city.centre(["show", number, "--json"]).object["clocks"] as? [[String: Any]] ?? []
        let clock = shown.first { $0["kind"] as? String == "dispatch" }
        let span = (clock?["dueAt"] as? Int ?? 0) - (clock?["startAt"] as? Int ?? 0)
        try run.check(span == 30 * 60_000, "the dispatch is owed within \(span) ms")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.check(try run.clock("dispatch", of: number)?["standing"] as? String == "met", "the dispatch meets no clock")
        try run.centre("dispatch", number, "--to", "nobody", "--as", "dd", status: 5)
    }

    @Sendable private static func taxonomy(_ run: MechanismRun) throws {
        let found = try run.worker("categories", "gs", "--json", status: [0]).array
        try run.check(found.count > 0, "nothing is found by initials")
        try run.worker("report", "供水异常", "--category", "没有这样的类别", "--no-input", status: [1, 64])
    }

    @Sendable private static func twoHours(_ run: MechanismRun) throws {
        let number = try run.ticket("老人走失", "--urgency", "urgent")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        let contact = try run.clock("contact", of: number)
        try run.check(contact?["standing"] as? String == "running", "nobody must be contacted")
        try run.check(try run.clock("resolution", of: number)?["days"] as? Int == 1, "urgent is not one working day")
        try run.worker("visit", number, "已见到家属", "--outcome", "seen", status: [1, 64])
        try run.worker("visit", number, "已见到家属", "--outcome", "met")
        try run.check(try run.clock("contact", of: number)?["standing"] as? String == "met", "the visit meets no clock")
    }
}
