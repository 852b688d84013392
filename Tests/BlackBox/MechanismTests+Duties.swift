import Foundation
import Harness

/// Who is responsible, and who can be called.
extension `Mechanisms of the hotlines` {
    private static let header = "id,category,area,unit,role,words,retired\n"

    /// Units from the city down to a village, each with its leader and handler.
    private static func units(_ run: MechanismRun) throws {
        let units: [(String, String, String?)] = [
            ("u-city", "city", nil), ("u-county", "county", "u-city"), ("u-village", "village", "u-county"),
        ]
        for (id, level, parent) in units {
            var line = [
                "unit", "add", id, "--name", "某单位", "--kind", "other", "--level", level, "--leader", "dd", "--handler", "w02",
            ]
            if let parent { line += ["--parent", parent] }
            try run.city.centre(line + ["--as", "op"])
        }
    }

    static func file(_ run: MechanismRun, _ name: String, _ text: String) throws -> String {
        let place = run.city.folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: place)
        run.name(place.path, name)
        return place.path
    }

    /// Whom an answer names, by whichever program.
    private static func named(_ answers: [[String: Any]]) -> [String] {
        answers.flatMap { answer in
            ["owners", "supervisors"].flatMap { role in
                (answer[role] as? [[String: Any]] ?? []).map { one in
                    "\(answer["category"] ?? "") \(role) \(one["rule"] ?? "") \(one["revision"] ?? "") \(one["unit"] ?? "")"
                }
            }
        }
    }

    @Sendable static func whoOwns(_ run: MechanismRun) throws {
        try units(run)
        let grid = "g1"
        let bad = try file(run, "bad.csv", header + "d-1,0101,,u-none,owner,,\nd-2,0101,,u-city,boss,,\n")
        let refused = try run.centre("import", "duties", bad, "--as", "op", status: 1)
        try run.check(
            refused.err.contains("line 3 role") || refused.err.contains("line 3"), "the row is not named: \(refused.err)")
        let lint = try run.centre("duties", "--lint", status: 1)
        try run.check(lint.out.contains("d-1") && lint.out.contains("unknown-unit"), "the lint finds nothing: \(lint.out)")
        let whole = try file(
            run, "duties.csv",
            header + "d-1,0101,,u-city,owner,,\nd-2,010101,,u-county,owner,环卫归县里,\nd-3,0101,\(grid),u-village,owner,,\n"
                + "d-4,01,,u-county,supervisor,,\n")
        try run.centre("import", "duties", whole, "--as", "op")
        try run.centre("duties", whole, "--lint")
        try run.worker("sync")
        for (question, unit) in [("010101", "u-county"), ("010102", "u-village")] {
            let field = try run.worker("who", question, "--grid", grid, "--json", status: [0])
            let centre = try run.city.centre(["who", question, "--grid", grid, "--json"])
            let owners = field.array.first?["owners"] as? [[String: Any]]
            try run.check(owners?.first?["unit"] as? String == unit, "\(question) is owned by \(owners ?? [])")
            try run.check(
                named(field.array) == named(centre.array), "device and centre say otherwise: \(field.out) \(centre.out)")
        }
        // Who works in a grid need not name it.
        let own = try run.city.device("w01").run(["who", "010102", "--lang", "en"])
        try run.check(own.out.contains("(u-village)") && own.err.contains("(\(grid))"), "asked of \(own.err): \(own.out)")
        // Export and import are equal: what comes back is news to nobody.
        let back = try run.city.centre(["export", "duties"]).out
        try run.check(back.split(separator: "\n").count == 5 && back.hasPrefix(header.dropLast()), "the export is \(back)")
        let again = try run.city.centre(["import", "duties", try file(run, "again.csv", back), "--as", "op"])
        try run.check(
            again.out.trimmingCharacters(in: .whitespacesAndNewlines) == "0", "the export is not what was imported: \(again.out)")
    }

    @Sendable static func byRule(_ run: MechanismRun) throws {
        try units(run)
        let rules = try file(
            run, "duties.csv", header + "d-1,0101,,u-city,owner,,\nd-2,0102,,u-city,owner,,\nd-3,0102,,u-county,owner,,\n")
        try run.centre("import", "duties", rules, "--as", "op")
        let lamp = try run.ticket("环境卫生", "--category", "010101")
        let water = try run.ticket("路面积水", "--category", "010102")
        let both = try run.ticket("两家都管", "--category", "010201")
        try run.centre("dispatch", lamp, "--auto", "--as", "dd")
        let shown = try run.city.centre(["show", lamp, "--json"]).object
        let notes = shown["notes"] as? [[String: String]] ?? []
        try run.check(
            notes.contains { $0["kind"] == "dispatch-rule" && $0["body"]?.contains("rule=d-1 revision=1") == true },
            "no reason: \(notes)")
        try run.check((shown["columns"] as? [String: String])?["assignee"] == "w02", "somebody else got it")
        // Two rules that fit equally well dispatch nothing.
        try run.centre("dispatch", both, "--auto", "--as", "dd", status: 1)
        try run.centre("dispatch", "--auto", "--all", "--as", "dd", status: 1)
        try run.check(
            try run.city.centre(["show", both, "--json"]).object["columns"].map { "\($0)" }?.contains("awaiting-dispatch")
                == true, "a tie was dispatched")
        try run.worker("sync", of: "w02")
        try run.worker("return", water, "不属本单位", of: "w02")
        try run.worker("sync", of: "w02")
        let accuracy = try run.centre("dispatch", "--accuracy", "--explain", "--json")
        let object = accuracy.object
        try run.check(
            object["dispatched"] as? Int == 2 && object["returned"] as? Int == 1 && object["percent"] as? String == "50.00",
            "the accuracy is \(accuracy.out)")
        let cases = object["cases"] as? [[String: Any]] ?? []
        try run.check(cases.first { $0["ticket"] as? String == water }?["outcome"] as? String == "returned", "\(cases)")
        // What came back is for a person.
        try run.centre("dispatch", water, "--auto", "--as", "dd", status: 1)
    }

    @Sendable static func desk(_ run: MechanismRun) throws {
        try units(run)
        let rules = try file(run, "duties.csv", header + "d-1,0101,,u-city,owner,,\n")
        try run.centre("import", "duties", rules, "--as", "op")
        let unowned = try run.ticket("无人认领的三轮车", "--category", "020101")
        try run.centre("dispatch", unowned, "--auto", "--as", "dd", status: 1)
        let profile = try file(run, "desk.yaml", "profile: panzhou\nversion: 1\ndispatch: { desk: u-city }\n")
        try run.centre("profile", "apply", profile, "--as", "op")
        try run.centre("dispatch", unowned, "--auto", "--as", "dd")
        let columns = try run.central(unowned)["columns"] as? [String: String]
        try run.check(columns?["unit"] == "u-city" && columns?["assignee"] != nil, "it went to \(columns?["unit"] ?? "nobody")")
        let counted = try run.city.centre(["dispatch", "--accuracy", "--json"]).object["dispatched"] as? Int
        try run.check(counted == 0, "the desk counts as a rule")
    }

    @Sendable static func anyLevel(_ run: MechanismRun) throws {
        try units(run)
        let number = try run.ticket("直达村里")
        try run.centre("dispatch", number, "--to", "w01", "--unit", "u-village", "--as", "dd")
        try run.worker("sync")
        let notes = try run.show(number)["notes"] as? [[String: Any]] ?? []
        try run.check(
            notes.contains { ($0["body"] as? String)?.contains("path=u-city/u-county/u-village") == true }, "no path: \(notes)")
        let shown = try run.worker("show", number, status: [0]).out
        try run.check(shown.contains("u-city > u-county > u-village"), "the path is not shown: \(shown)")
        let other = try run.ticket("无此人")
        try run.centre("dispatch", other, "--to", "nobody", "--unit", "u-village", "--as", "dd", status: 1)
    }

    @Sendable static func bySkill(_ run: MechanismRun) throws {
        let grid = "g1"
        let head = "id,person,skill,area,unit,retired\n"
        let bad = try file(run, "bad.csv", head + "e-1,nobody,婚姻家庭,,,\n")
        let lint = try run.centre("experts", bad, "--lint", status: 1)
        try run.check(
            lint.out.contains("bad.csv, line 2") && lint.out.contains("unknown-person"), "the lint finds nothing: \(lint.out)")
        let whole = try file(run, "experts.csv", head + "e-1,w02,婚姻家庭,,,\ne-2,w01,婚姻家庭,\(grid),,\n")
        try run.centre("import", "experts", whole, "--as", "op")
        let found = try run.centre("experts", "--skill", "婚姻家庭", "--grid", grid, "--json").array
        try run.check(found.compactMap { $0["person"] as? String } == ["w01", "w02"], "found \(found)")
        let number = try run.ticket("家庭纠纷", "--grid", grid, "--kind", "dispute")
        try run.centre("dispatch", number, "--expert", "没有这一专长", "--as", "dd", status: 1)
        try run.centre("dispatch", number, "--expert", "婚姻家庭", "--as", "dd")
        try run.worker("sync")
        let notes = try run.show(number)["notes"] as? [[String: Any]] ?? []
        try run.check(notes.contains { ($0["body"] as? String)?.contains("to=w01") == true }, "nobody nearby got it: \(notes)")
    }
}
