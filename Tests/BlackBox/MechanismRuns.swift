import Foundation
import Harness

/// Runs of disputes, the long-term state, transfers and urging.
extension `Mechanisms of the hotlines` {
    @Sendable static func disputes(_ run: MechanismRun) throws {
        let number = try run.ticket("公路路面塌陷")
        for person in ["w01", "w02"] {
            try run.centre("dispatch", number, "--to", person, "--as", "dd")
            try run.worker("sync", of: person)
            try run.worker("return", number, "不属本单位", of: person)
            try run.worker("sync", of: person)
        }
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.worker("return", number, "仍不属本单位", status: [1])
        try run.worker("dispute", number, "--reason", "该路段由公路局管养")
        try run.worker("sync")
        try run.centre("grant", number, "--to", "w02", "--as", "dd", status: 1)
        try run.centre("rule", number, "--to", "w02", "--member", "纪委", "--reason", "依职责清单", "--as", "dd")
        try run.worker("sync", of: "w02")
        try run.worker("dispute", number, "--reason", "不服认定", of: "w02")
        try run.worker("sync", of: "w02")
        try run.centre("rule", number, "--to", "w01", "--member", "纪委", "--reason", "再次认定", "--as", "dd", status: 1)
        try run.centre("rule", number, "--to", "w02", "--member", "分管副市长", "--reason", "签批", "--sign-off", "--as", "dd")
        try run.worker("sync", of: "w02")
        try run.worker("dispute", number, "--reason", "仍不服", of: "w02", status: [1])
        let shown = try run.central(number)
        let levels = (shown["rulings"] as? [[String: String]])?.map { $0["level"] ?? "" }
        try run.check(levels == ["ruling", "sign-off"], "the steps are \(levels ?? [])")
        let columns = shown["columns"] as? [String: String]
        try run.check(columns?["assignee"] == "w02", "it is \(columns?["assignee"] ?? "nobody")'s")
        try run.check(
            try run.clock("resolution", of: number, on: "w02")?["standing"] as? String == "running", "the clock stopped")
    }

    @Sendable static func longTerm(_ run: MechanismRun) throws {
        let number = try run.ticket("老旧管网改造")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        let form = DateFormatter()
        (form.dateFormat, form.timeZone) = ("yyyy-MM-dd", TimeZone(identifier: "Asia/Shanghai"))
        let day = form.string(from: Date(timeIntervalSinceNow: 90 * 86_400))
        run.name(day, "IN-90-DAYS")
        try run.worker("defer", number, "--until", "2020-01-01", "--opinion", "须列入改造计划", status: [1])
        try run.worker("defer", number, "--until", day, "--opinion", "须列入改造计划")
        try run.check(try run.clock("review", of: number) == nil, "nobody granted it")
        try run.worker("sync")
        try run.centre("grant", number, "--as", "dd")
        try run.worker("sync")
        let due = (try run.show(number)["ticket"] as? [String: Any])?["due_at"] as? String
        try run.check(due?.hasPrefix(day) == true, "it is due \(due ?? "never")")
        try run.check(try run.clock("review", of: number)?["standing"] as? String == "running", "nobody looks at it again")
    }

    @Sendable static func transfers(_ run: MechanismRun) throws {
        let number = try run.ticket("小区停电")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.centre("assign", number, "--to", "w02", "--as", "dd")
        try run.check(try run.central(number)["isTransferredTooOften"] as? Bool == false, "once is allowed")
        try run.centre("assign", number, "--to", "w02", "--as", "dd", status: 5)
        try run.centre("assign", number, "--to", "w01", "--as", "dd")
        let shown = try run.central(number)
        try run.check(shown["transferCount"] as? Int == 2, "it was passed on \(shown["transferCount"] ?? 0) times")
        try run.check(shown["isTransferredTooOften"] as? Bool == true, "twice is not flagged")
        try run.worker("sync")
        try run.check(try run.show(number)["transfer_count"] as? Int == 2, "the worker does not see it")
    }

    @Sendable static func firstUnit(_ run: MechanismRun) throws {
        let profile = Program.root.appendingPathComponent("Schema/Profiles/beijing.yaml").path
        run.name(profile, "beijing.yaml")
        try run.centre("profile", "apply", profile, "--as", "op")
        try run.centre("person", "add", "sup", "--name", "督办员", "--role", "supervisor", "--as", "op")
        let number = try run.ticket("井盖缺失")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.centre("assign", number, "--to", "w02", "--as", "dd", status: 1)
        try run.centre("assign", number, "--to", "w02", "--approved-by", "sup", "--as", "dd")
        let path = try run.central(number)["transfers"] as? [[String: String]]
        try run.check(path?.map { $0["approved_by"] } == ["sup"], "the path is \(path ?? [])")
    }

    @Sendable static func urging(_ run: MechanismRun) throws {
        let number = try run.ticket("噪声扰民")
        try run.centre("dispatch", number, "--to", "w01", "--helper", "w02", "--as", "dd")
        try run.centre("urge", number, "请今日到场", "--as", "dd")
        try run.centre("urge", number, "诉求人再次来电", "--as", "dd")
        try run.centre("urge", number, " ", "--as", "dd", status: 1)
        try run.worker("sync")
        try run.check(try run.show(number)["urged_count"] as? Int == 2, "the worker does not see how often")
        try run.worker("sync", of: "w02")
        try run.worker("show", number, of: "w02", status: [0])
    }

    /// Two units with a person and a device each.
    private static func units(_ run: MechanismRun) throws {
        for (unit, name) in [("u-road", "公路处"), ("u-police", "交警队")] {
            try run.city.centre(["unit", "add", unit, "--name", name, "--kind", "department", "--level", "city", "--as", "op"])
            let person = "of-\(unit)"
            try run.city.centre(["person", "add", person, "--name", person, "--role", "unit", "--unit", unit, "--as", "op"])
            try run.city.device(person).enrol()
        }
    }

    /// Accepted by w01, and the two units called in without signal.
    private static func whistled(_ run: MechanismRun) throws -> String {
        try units(run)
        let number = try run.ticket("高速桥下积水")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.worker("accept", number)
        try run.worker("whistle", number, "--units", "u-road , u-police", "--reason", "须疏导和抽排")
        return number
    }

    @Sendable static func whistles(_ run: MechanismRun) throws {
        let number = try whistled(run)
        let clocks = (try run.show(number)["clocks"] as? [[String: Any]] ?? []).filter { $0["kind"] as? String == "report-in" }
        try run.check(clocks.count == 2, "there are \(clocks.count) clocks for two units")
        try run.worker("sync")
        try run.worker("sync", of: "of-u-road")
        try run.worker("report-in", number, of: "of-u-road")
        try run.worker("report-in", number, of: "of-u-road", status: [1])
        try run.worker("sync", of: "of-u-road")
        try run.worker("sync")
        let standings = (try run.show(number)["clocks"] as? [[String: Any]] ?? []).filter { $0["kind"] as? String == "report-in" }
            .compactMap { $0["standing"] as? String }
        try run.check(standings.sorted() == ["met", "running"], "they stand at \(standings)")
        // Whose clock it is, both sides say by name, in the same words.
        let field = try run.worker("why-due", number).out
        try run.check(field == (try run.city.centre(["why-due", number, "--lang", "en"]).out), "the sums differ")
        try run.check(field.contains("公路处 called in") && field.contains("交警队 called in"), "the sum names no unit: \(field)")
        let shown = try run.city.centre(["show", number, "--lang", "en"]).out
        try run.check(shown.contains("report-in  公路处 (u-road)  "), "a clock is nobody's: \(shown)")
    }

    @Sendable static func allParts(_ run: MechanismRun) throws {
        let number = try whistled(run)
        try run.worker("resolve", number, "已到场处置")
        try run.worker("sync")
        for unit in ["u-road", "u-police"] {
            try run.centre("close", number, "--as", "dd", status: 1)
            try run.worker("sync", of: "of-\(unit)")
            try run.worker("finish-part", number, "--text", "本单位任务完成", of: "of-\(unit)")
            try run.worker("sync", of: "of-\(unit)")
        }
        try run.centre("close", number, "--as", "dd")
    }

    @Sendable static func severalUnits(_ run: MechanismRun) throws {
        try units(run)
        try run.worker("sync")
        try run.worker("report", "井盖塌陷，路面积水", "--no-input")
        try run.worker("sync")
        let found = try run.city.centre(["queue", "--json"]).array.first { $0["title"] as? String == "井盖塌陷，路面积水" }
        guard let number = found?["number"] as? String else { throw MechanismBroken(description: "the report did not arrive") }
        run.name(number, "N1")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.worker("whistle", number, "--units", "u-nowhere", "--reason", "须联动", status: [1, 64])
        try run.worker("whistle", number, "--units", "u-road,u-police", "--reason", "须联动")
        try run.worker("sync")
        for unit in ["u-road", "u-police"] {
            try run.worker("sync", of: "of-\(unit)")
            try run.worker("show", number, of: "of-\(unit)", status: [0])
        }
    }

    @Sendable static func twoTracks(_ run: MechanismRun) throws {
        try units(run)
        let number = try run.ticket("工地扬尘")
        try run.centre("dispatch", number, "--to", "w01", "--supervisor", "u-road", "--as", "dd")
        try run.worker("sync", of: "of-u-road")
        let clock = try run.clock("supervise", of: number, on: "of-u-road")
        try run.check(clock?["standing"] as? String == "running", "the supervisor owes nothing")
        try run.worker("accept", number, of: "of-u-road", status: [1, 4])
        try run.worker("urge", number, "请今日整改", of: "of-u-road")
        try run.worker("sync", of: "of-u-road")
        try run.worker("sync")
        try run.check(try run.show(number)["urged_count"] as? Int == 1, "the owner does not hear it")
        try run.check(try run.clock("supervise", of: number)?["standing"] as? String == "met", "its word meets no clock")
        try run.centre("close", number, "--as", "of-u-road", status: 4)
    }
}
