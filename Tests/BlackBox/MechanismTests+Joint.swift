import Foundation
import Harness

/// Several at once: units that supervise together.
extension `Mechanisms of the hotlines` {
    @Sendable static func jointSupervision(_ run: MechanismRun) throws {
        for unit in ["u-housing", "u-inspection", "u-street"] {
            try run.city.centre(["unit", "add", unit, "--name", unit, "--kind", "department", "--level", "city", "--as", "op"])
            guard unit != "u-street" else { continue }
            let person = "of-\(unit)"
            try run.city.centre(["person", "add", person, "--name", person, "--role", "unit", "--unit", unit, "--as", "op"])
            try run.city.device(person).enrol()
        }
        try run.centre("profile", "apply", "weifang", "--as", "op")
        let number = try run.ticket("违规开挖")
        try run.centre("dispatch", number, "--to", "w01", "--unit", "u-street", "--as", "dd")
        try run.worker("sync")
        try run.centre("conclude", number, "--failed", "--reason", "属地无法处置", "--as", "dd")
        let order = ["escalate", number, "--step", "joint-supervision", "--decision", "三日内整改", "--reason", "逾期未办", "--as", "dd"]
        try run.centre(order + ["--unit", "u-housing"], status: 1)
        try run.centre(order + ["--unit", "u-housing", "--unit", "u-street"], status: 1)
        try run.centre(order + ["--unit", "u-housing", "--unit", "u-nowhere"], status: 64)
        try run.centre(order + ["--unit", "u-housing", "--unit", "u-inspection"])
        // Each owes its own first word; what one says does not speak for the other.
        for unit in ["u-housing", "u-inspection"] { try run.worker("sync", of: "of-\(unit)") }
        func clocks() throws -> [String] {
            (try run.show(number, on: "of-u-housing")["clocks"] as? [[String: Any]] ?? [])
                .filter { $0["kind"] as? String == "supervise" }.compactMap { $0["standing"] as? String }.sorted()
        }
        let owed = try clocks()
        try run.check(owed == ["running", "running"], "the units owe \(owed)")
        try run.worker("urge", number, "请今日到场整改", of: "of-u-housing")
        try run.worker("note", number, "按规范先封闭再回填", of: "of-u-housing")
        try run.worker("report-in", number, of: "of-u-housing")
        try run.worker("report-in", number, of: "of-u-housing", status: [1])
        let stand = try clocks()
        try run.check(stand == ["met", "running"], "the clocks stand at \(stand)")
        try run.worker("sync", of: "of-u-housing")
        try run.worker("sync")
        let told = try run.show(number)
        let parts = (told["parts"] as? [[String: Any]] ?? []).filter { $0["role"] as? String == "joint-supervisor" }
        try run.check(parts.count == 2 && told["urged_count"] as? Int == 1, "the owner reads \(parts)")
        try run.centre("conclude", number, "--on-the-spot", "nobody", "--reason", "现场定下方案", "--as", "dd", status: 1)
        try run.centre("conclude", number, "--on-the-spot", "dd", "--reason", "现场定下方案", "--as", "dd")
        try run.worker("sync")
        let last = (try run.show(number)["steps"] as? [[String: Any]])?.last
        try run.check(
            last?["outcome"] as? String == "on-the-spot" && last?["leader"] as? String == "dd", "it ended as \(last ?? [:])")
        // What each did is counted, and opens into its cases.
        let counted = try run.centre("supervision", "--explain", "--json").object
        let units = counted["units"] as? [[String: Any]] ?? []
        func count(_ place: Int, _ name: String) -> Int? { units.indices.contains(place) ? units[place][name] as? Int : nil }
        try run.check(
            units.map { $0["unit"] as? String } == ["u-housing", "u-inspection"]
                && ["asked", "inTime", "urged", "guided", "reported"].allSatisfy { count(0, $0) == 1 }
                && count(1, "asked") == 1 && count(1, "fellAway") == 1 && count(1, "inTime") == 0, "counted is \(units)")
        let cases = counted["cases"] as? [[String: Any]] ?? []
        try run.check(
            cases.count == 2 && cases.allSatisfy { $0["ticket"] as? String == number && $0["person"] == nil },
            "the cases: \(cases)")
    }

    @Sendable static func leaderAndVisits(_ run: MechanismRun) throws {
        try run.city.centre(["person", "add", "mayor", "--name", "分管领导", "--role", "leader", "--as", "op"])
        let number = try run.ticket("征迁遗留")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.centre("lead", number, "--leader", "nobody", "--level", "county", "--as", "dd", status: 1)
        try run.centre("lead", number, "--leader", "mayor", "--level", "nation", "--as", "dd", status: 1)
        try run.centre("lead", number, "--leader", "mayor", "--level", "county", "--as", "dd")
        try run.centre("lead", number, "--leader", "w01", "--level", "grid", "--as", "dd")
        // Through a transfer to somebody else, on both sides.
        try run.centre("assign", number, "--to", "w02", "--as", "dd")
        try run.worker("sync", of: "w02")
        func leaders(_ shown: [String: Any]) -> [String] {
            (shown["leaders"] as? [[String: Any]] ?? []).map { "\($0["level"] ?? ""):\($0["leader"] ?? "")" }
        }
        for shown in [try run.show(number, on: "w02"), try run.central(number)] {
            try run.check(leaders(shown) == ["county:mayor", "grid:w01"], "the leaders are \(leaders(shown))")
        }
        try run.worker("visit", number, "入户听取意见", "--outcome", "met", "--persons", "0", of: "w02", status: [1, 64])
        try run.worker("visit", number, "入户听取意见", "--outcome", "met", "--persons", "3", of: "w02")
        try run.worker("visit", number, "再访无人", "--outcome", "absent", of: "w02")
        try run.worker("sync", of: "w02")
        try run.centre("visit", number, "接访说明进度", "--outcome", "received", "--persons", "12", "--as", "dd")
        let counted = try run.centre("visits", "--explain", "--json").object
        func count(_ name: String) -> Int? { counted[name] as? Int }
        try run.check(
            count("batches") == 2 && count("persons") == 15 && count("receivedBatches") == 1 && count("receivedPersons") == 12,
            "counted is \(counted)")
        let cases = counted["cases"] as? [[String: Any]] ?? []
        try run.check(
            cases.count == 2
                && cases.allSatisfy {
                    Set($0.keys) == ["ticket", "at", "outcome", "persons"] && $0["ticket"] as? String == number
                },
            "the cases are \(cases)")
    }

    @Sendable static func gridRoles(_ run: MechanismRun) throws {
        try run.city.centre(["grid", "add", "m1", "--name", "一号楼", "--parent", "g1", "--as", "op"])
        for (person, role, grid) in [("vol", "volunteer", "m1"), ("gui", "guide", "g1")] {
            try run.centre("person", "add", person, "--name", person, "--role", role, "--grid", grid, "--as", "op")
            try run.city.device(person).enrol()
        }
        let near = try run.ticket("楼道堆物", "--grid", "m1", "--citizen-name", "张三", "--phone", "13800001234")
        let far = try run.ticket("路灯不亮", "--grid", "g1", "--citizen-name", "李四", "--phone", "13900001234")
        for number in [near, far] { try run.centre("dispatch", number, "--to", "w01", "--as", "dd") }
        for person in ["vol", "gui", "w01"] { try run.worker("sync", of: person) }
        // The volunteer holds what is in their own building alone, and nobody's name.
        func held(_ person: String) throws -> [String] {
            try run.city.device(person).run(["list", "--json"]).array.compactMap { $0["number"] as? String }.sorted()
        }
        let (theirs, guided) = (try held("vol"), try held("gui"))
        try run.check(
            theirs == [near] && guided.contains(far) && !guided.contains(near), "they hold \(theirs) and \(guided)")
        func hasName(_ person: String, _ number: String) throws -> Bool {
            (try run.show(number, on: person)["citizen"] as? [String: Any])?["name"] is String
        }
        try run.check(try hasName("w01", near) && !hasName("vol", near), "the volunteer has the citizen's data")
        let dump = try run.city.centre(["scope-dump", "vol"]).out
        try run.check(!dump.contains("13800001234"), "the volunteer's scope has the citizen's data")
        try run.worker("edit", near, "--location", "一号楼门厅", of: "vol", status: [1, 4])
        try run.worker("whistle", near, "--units", "u-x", "--reason", "须清理", of: "vol", status: [1, 4, 64])
        try run.worker("note", near, "纸箱已占满楼道", of: "vol")
        try run.worker("urge", far, "请今日处理", of: "gui")
        try run.worker("extend", far, "--days", "2", "--reason", "不在职责内", of: "gui", status: [1, 4])
        // What they report goes up to the worker of the grid above.
        try run.worker("report", "电线裸露", "--name", "王五", "--phone", "13700001234", "--no-input", of: "vol")
        for person in ["vol", "gui"] { try run.worker("sync", of: person) }
        try run.worker("sync")
        let relayed = try run.city.device("w01").run(["list", "--json"]).array.first { $0["title"] as? String == "电线裸露" }
        guard let number = relayed?["number"] as? String else {
            throw MechanismBroken(description: "nobody above has the report")
        }
        run.name(number, "N3")
        try run.worker("visit", number, "已到现场断电", "--outcome", "met")
        try run.worker("sync", of: "vol")
        try run.check(
            try hasName("w01", number) && !hasName("vol", number), "what they wrote of a citizen stayed with the volunteer")
    }
}
