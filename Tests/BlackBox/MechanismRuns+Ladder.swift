import Foundation
import Harness

/// Runs of the supervision ladder.
extension `Mechanisms of the hotlines` {
    /// A day of so many days from now, by its place in the transcript.
    private static func day(_ count: Int, _ run: MechanismRun) -> String {
        let form = DateFormatter()
        (form.dateFormat, form.timeZone) = ("yyyy-MM-dd", TimeZone(identifier: "Asia/Shanghai"))
        let day = form.string(from: Date(timeIntervalSinceNow: Double(count) * 86_400))
        run.name(day, count < 0 ? "DAYS-AGO-\(-count)" : "IN-\(count)-DAYS")
        return day
    }

    private static func dispatched(_ title: String, _ run: MechanismRun) throws -> String {
        let number = try run.ticket(title)
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        return number
    }

    @Sendable static func ladder(_ run: MechanismRun) throws {
        let number = try dispatched("跨县供水管网破损", run)
        let meeting = ["--member", "水利局", "--member", "住建局", "--decision", "两县共同抢修", "--reason", "属地无法处置", "--as", "dd"]
        try run.centre(["escalate", number, "--step", "county-meeting"] + meeting, status: 1)
        try run.centre("conclude", number, "--failed", "--reason", "管网跨县，乡镇无权开挖", "--as", "dd")
        try run.centre(["escalate", number, "--step", "task-force"] + meeting, status: 1)
        try run.centre(["escalate", number, "--step", "county-meeting"] + meeting)
        try run.centre("conclude", number, "--failed", "--reason", "两县意见不一", "--as", "dd")
        try run.centre(["escalate", number, "--step", "task-force", "--due", day(30, run)] + meeting)
        try run.centre("ladder")
        try run.worker("sync")
        let steps = try run.show(number)["steps"] as? [[String: Any]] ?? []
        try run.check(
            steps.map { $0["step"] as? String } == ["local", "county-meeting", "task-force"], "the steps are \(steps)")
        try run.check(steps.map { $0["outcome"] as? String } == ["failed", "failed", nil], "they ended as \(steps)")
        try run.centre("conclude", number, "--settled", "--reason", "专项工作组已修复", "--as", "dd")
    }

    @Sendable static func jointMeeting(_ run: MechanismRun) throws {
        let number = try dispatched("小区外立面脱落", run)
        func due() throws -> String? { (try run.show(number)["ticket"] as? [String: Any])?["due_at"] as? String }
        let before = try due()
        try run.centre("conclude", number, "--failed", "--reason", "产权不清", "--as", "dd")
        let meeting = ["--decision", "街道牵头加固", "--reason", "须多部门会商", "--as", "dd"]
        try run.centre(["escalate", number, "--step", "county-meeting"] + meeting, status: 64)
        let member = ["--member", "住建局", "--member", "街道办"]
        try run.centre(["escalate", number, "--step", "county-meeting", "--due", day(-2, run)] + member + meeting, status: 1)
        try run.centre(["escalate", number, "--step", "county-meeting", "--due", day(20, run)] + member + meeting)
        try run.worker("sync")
        let after = try due()
        try run.check(after?.hasPrefix(day(20, run)) == true && after != before, "it is due \(after ?? "never")")
        try run.check(
            try run.clock("resolution", of: number)?["standing"] as? String == "running", "the meeting stopped the clock")
        let field = try run.worker("why-due", number).out
        let centre = try run.city.centre(["why-due", number, "--lang", "en"]).out
        try run.check(field == centre && field.contains("decided: county joint meeting"), "the sums are\n\(field)\n\(centre)")
    }

    @Sendable static func discipline(_ run: MechanismRun) throws {
        try run.centre("profile", "apply", "haikou", "--as", "op")
        try run.centre("person", "add", "sup", "--name", "督办员", "--role", "supervisor", "--as", "op")
        let number = try dispatched("违法建筑", run)
        func order(_ step: String, by person: String) -> [String] {
            [
                "escalate", number, "--step", step, "--member", "住建局", "--decision", "限期拆除", "--reason", "仍未给出结论", "--as", person,
            ]
        }
        try run.centre("conclude", number, "--failed", "--reason", "派单后处理受阻", "--as", "dd")
        try run.centre(order("discipline", by: "sup"), status: 1)
        try run.centre(order("supervision-order", by: "dd"))
        try run.centre("conclude", number, "--failed", "--reason", "仍未给出结论", "--as", "dd")
        try run.centre(order("discipline", by: "dd"), status: 4)
        try run.centre(order("discipline", by: "sup"))
        try run.worker("sync")
        func steps(_ shown: [String: Any]) -> [String] {
            (shown["steps"] as? [[String: Any]] ?? []).compactMap { $0["step"] as? String }
        }
        let open = ["dispatch", "supervision-order"]
        let seen = steps(try run.show(number))
        try run.check(seen == open, "the worker sees \(seen)")
        for reader in [[], ["--as", "dd"]] {
            let shown = try run.city.centre(["show", number, "--json"] + reader).object
            try run.check(steps(shown) == open, "\(reader) sees \(steps(shown))")
            let kinds = (shown["history"] as? [[String: Any]] ?? []).compactMap { $0["commandKind"] as? String }
            try run.check(kinds.count { $0 == "escalate" } == 1, "\(reader) reads that there was another step")
        }
        let supervisor = try run.city.centre(["show", number, "--json", "--as", "sup"]).object
        try run.check(steps(supervisor) == open + ["discipline"], "the supervisor sees \(steps(supervisor))")
        let dump = try run.city.centre(["scope-dump", "w01"]).out
        try run.check(!dump.contains("\"discipline\""), "the worker's scope has the step")
    }
}
