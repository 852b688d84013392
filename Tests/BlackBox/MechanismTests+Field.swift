import Foundation
import Harness

/// What people do on the spot.
extension `Mechanisms of the hotlines` {
    @Sendable static func checklists(_ run: MechanismRun) throws {
        let header = "code,category,chinese,english,kind,required,reason,retired\n"
        let bad = try file(run, "bad.csv", header + "id-seen,0101,已核对身份,,yes-no,1,,\n")
        let refused = try run.centre("import", "checklists", bad, "--as", "op", status: 1)
        try run.check(refused.err.contains("line 2, reason"), "the row is not named: \(refused.err)")
        let nowhere = try file(run, "nowhere.csv", header + "none,99,哪里都没有,,text,0,,\n")
        let unmatched = try run.centre("import", "checklists", nowhere, "--as", "op", status: 1)
        try run.check(unmatched.err.contains("line 2, category"), "the row is not named: \(unmatched.err)")
        let whole = try file(
            run, "checklists.csv",
            header + "id-seen,0101,已核对身份,Identity seen,yes-no,1,补贴须本人签收,\nprints,0101,指纹采集数,,number,0,,\n"
                + "other,0201,别类,,text,1,别类必填,\n")
        try run.centre("import", "checklists", whole, "--as", "op")
        let number = try run.ticket("上门采集指纹", "--category", "010101")
        try run.centre("dispatch", number, "--to", "w01", "--helper", "w02", "--as", "dd")
        for person in ["w01", "w02"] { try run.worker("sync", of: person) }
        try run.worker("accept", number)
        try run.worker("checklist", number, "--set", "prints=many", status: [1])
        try run.worker("resolve", number, "已采集", status: [1])
        try run.worker("checklist", number, "--set", "id-seen=是")
        try run.worker("checklist", number, "--set", "prints=10", of: "w02")
        try run.worker("resolve", number, "已采集")
        for person in ["w01", "w02", "w01"] { try run.worker("sync", of: person) }
        for person in ["w01", "w02"] {
            let lines = try run.worker("checklist", number, "--json", of: person, status: [0]).array
            try run.check(lines.map { $0["code"] as? String } == ["id-seen", "prints"], "asked is \(lines)")
            let values = lines.map { ($0["answers"] as? [[String: Any]] ?? []).map { $0["value"] as? String ?? "" } }
            try run.check(values == [["yes"], ["10"]], "\(person) has \(values)")
        }
        let central = try run.central(number)["checklist"] as? [[String: Any]] ?? []
        let answers = central.flatMap { ($0["answers"] as? [[String: Any]] ?? []).compactMap { $0["value"] as? String } }
        try run.check(answers == ["yes", "10"], "the centre has \(central)")
        // What comes back is news to nobody.
        let back = try run.city.centre(["export", "checklists"]).out
        let again = try run.city.centre(["import", "checklists", try file(run, "again.csv", back), "--as", "op"])
        try run.check(
            again.out.trimmingCharacters(in: .whitespacesAndNewlines) == "0", "it is not what was imported: \(again.out)")
    }
}

/// Tasks: from one ticket over grids, done or with a finding.
extension `Mechanisms of the hotlines` {
    /// A second grid in which w02 works, with a ticket of the same category; and a closed ticket of the first one.
    private static func settled(_ run: MechanismRun) throws -> String {
        try run.city.centre(["grid", "add", "g2", "--name", "二网格", "--as", "op"])
        try run.city.centre(["grid", "add", "g3", "--name", "三网格", "--as", "op"])
        try run.city.centre(["person", "add", "w02", "--name", "乙", "--role", "worker", "--grid", "g2", "--as", "op"])
        let number = try run.ticket("飞线充电", "--category", "010203", "--grid", "g1")
        for title in ["楼道充电", "电动车进楼"] { _ = try run.ticket(title, "--category", "010203", "--grid", "g2") }
        _ = try run.ticket("路灯不亮", "--category", "010101", "--grid", "g3")
        try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.worker("accept", number)
        try run.worker("resolve", number, "已清理")
        try run.worker("sync")
        return number
    }

    @Sendable static func sweeps(_ run: MechanismRun) throws {
        let number = try settled(run)
        try run.centre("sweep", number, "--grids", "like", "--reason", "同类隐患普查", "--as", "dd", status: 1)
        try run.centre("close", number, "--as", "dd")
        let plan = try run.centre("sweep", number, "--grids", "like", "--reason", "同类隐患普查", "--dry-run", "--as", "dd", "--json")
        let planned = plan.object["lines"] as? [[String: Any]] ?? []
        try run.check(
            planned.count == 1 && planned[0]["grid"] as? String == "g2" && planned[0]["count"] as? Int == 2
                && planned[0]["person"] as? String == "w02", "planned is \(planned)")
        for made in [1, 0] {
            let done = try run.centre("sweep", number, "--grids", "like", "--reason", "同类隐患普查", "--as", "dd", "--json")
            try run.check(done.object["made"] as? Int == made, "a sweep made \(done.out)")
        }
        try run.worker("sync", of: "w02")
        let tasks = try run.worker("list", "--tasks", "--json", of: "w02", status: [0]).array
        guard let task = tasks.first?["number"] as? String, tasks.count == 1 else {
            throw MechanismBroken(description: "w02 has the tasks \(tasks)")
        }
        run.name(task, "TASK")
        let notes = try run.show(task, on: "w02")["notes"] as? [[String: Any]] ?? []
        try run.check(notes.contains { ($0["body"] as? String)?.contains(number) == true }, "it comes from nowhere: \(notes)")
        try run.worker("task", task, "--found", "三处飞线充电", "--report", "飞线充电隐患", of: "w02")
        try run.worker("sync", of: "w02")
        let report = try run.centre("sweep", number, "--json").object
        try run.check(report["foundCount"] as? Int == 1 && report["tasks"] as? Int == 1, "it says \(report)")
        let queue = try run.city.centre(["queue", "--json", "--limit", "500"]).array
        let found = queue.first { $0["title"] as? String == "飞线充电隐患" }
        guard let made = found?["number"] as? String else { throw MechanismBroken(description: "the finding is no ticket") }
        let origins = (try run.central(made)["notes"] as? [[String: String]] ?? []).filter { $0["kind"] == "from-task" }
        try run.check(origins.first?["body"]?.contains(task) == true, "the ticket comes from nowhere: \(origins)")
    }

    @Sendable static func fieldTasks(_ run: MechanismRun) throws {
        for (kind, title) in [
            ("task-report", "每月走访"), ("task-publicity", "反诈宣传"), ("task-inspection", "消防排查"), ("task-service", "代办年审"),
        ] {
            let number = try run.ticket(title, "--kind", kind)
            try run.centre("dispatch", number, "--to", "w01", "--as", "dd")
            let columns = try run.central(number)["columns"] as? [String: String]
            try run.check(columns?["origin"] == "patrol", "\(kind) counts as \(columns?["origin"] ?? "nothing")")
        }
        let call = try run.ticket("来电诉求")
        try run.centre("dispatch", call, "--to", "w01", "--as", "dd")
        try run.worker("sync")
        try run.worker("report", "--title", "自派任务", "--kind", "task-report", status: [64])
        try run.worker("task", call, "--done", "不是任务", status: [64])
        let tasks = try run.worker("list", "--tasks", "--json", status: [0]).array
        try run.check(tasks.count == 4, "w01 has the tasks \(tasks)")
        for task in tasks {
            guard let number = task["number"] as? String else { continue }
            try run.worker("task", number, "--done", "已完成")
        }
        try run.worker("sync")
        let left = try run.city.device("w01").run(["list", "--tasks", "--status", "dispatched", "--json"]).array
        try run.check(left.isEmpty, "still to do: \(left)")
    }
}

/// The duty roster and the handover diary.
extension `Mechanisms of the hotlines` {
    @Sendable static func handover(_ run: MechanismRun) throws {
        let desk = "u-desk"
        try run.city.centre([
            "unit", "add", desk, "--name", "值班台", "--kind", "other", "--level", "city", "--leader", "dd", "--handler", "w02",
            "--as", "op",
        ])
        for person in ["w01", "w02"] {
            try run.city.centre(["person", "add", person, "--name", person, "--role", "unit", "--unit", desk, "--as", "op"])
        }
        let form = DateFormatter()
        (form.dateFormat, form.timeZone) = ("yyyy-MM-dd", TimeZone(identifier: "Asia/Shanghai"))
        // A run over midnight finds its desk and its entries on the next day.
        let days = [0, 86_400].map { form.string(from: Date(timeIntervalSinceNow: $0)) }
        let day = days[0]
        run.name(day, "TODAY")
        let head = "id,day,unit,shift,person,words,retired\n"
        let bad = try file(run, "bad.csv", head + "r-1,昨天,u-desk,早班,w01,,\nr-2,\(day),u-none,早班,w01,,\n")
        let refused = try run.centre("import", "roster", bad, "--as", "op", status: 1)
        try run.check(
            ["line 2, day", "line 3, unit"].allSatisfy(refused.err.contains), "the rows are not named: \(refused.err)")
        let lines = [("r-1", day, "早班", "w01"), ("r-2", day, "晚班", "w02"), ("r-3", days[1], "早班", "w01")]
        let text = lines.map { "\($0.0),\($0.1),\(desk),\($0.2),\($0.3),,\n" }.joined()
        try run.centre("import", "roster", try file(run, "roster.csv", head + text), "--as", "op")
        for person in ["w01", "w02"] { try run.worker("sync", of: person) }
        let roster = try run.worker("roster", "--day", day, "--json", status: [0]).array
        try run.check(roster.map { $0["person"] as? String } == ["w01", "w02"], "on the roster are \(roster)")
        try run.worker("diary", "take-over", status: [1])
        try run.worker("diary", "add", "三号楼停水，明早复核")
        try run.worker("diary", "add", "水务已到场")
        try run.worker("sync")
        try run.worker("sync", of: "w02")
        func entries(_ person: String) throws -> [[String: Any]] {
            try days.flatMap { try run.city.device(person).run(["diary", "--day", $0, "--json"], expect: nil).array }
        }
        let read = try entries("w02")
        try run.check(read.count == 2, "w02 reads \(read)")
        try run.worker("diary", "take-over", of: "w02")
        try run.worker("diary", "add", "晚班补记", of: "w02")
        try run.worker("sync", of: "w02")
        try run.worker("sync")
        let told = try entries("w01")
        try run.check(told.map { $0["body"] as? String } == ["三号楼停水，明早复核", "水务已到场", "晚班补记"], "w01 reads \(told)")
        try run.check(told.map { $0["taken_over_at"] is String } == [true, true, false], "taken over is \(told)")
        // It is nobody's matter: no list, no queue and no clock has it.
        let books = try run.city.centre(["queue", "--diaries", "--json"]).array
        try run.check(books.count == Set(days.map { $0.prefix(7) }).count, "the diaries are \(books)")
        let queue = try run.city.centre(["queue", "--limit", "500", "--json"]).array
        try run.check(!queue.contains { ($0["title"] as? String)?.contains(desk) == true }, "the diary waits for a dispatch")
    }
}
