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
}
