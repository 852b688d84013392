import Foundation
import Harness
import Testing

/// One grid, four people of different professions, one ticket, and a dispatcher. Real programs throughout.
struct Quarrel {
    let city: City
    let number: String
    static let people = [
        ("he-ping", "何平", "城管"), ("ma-lin", "马林", "供电"), ("chen-jie", "陈洁", "民政"), ("zhao-lei", "赵磊", "卫健"),
    ]
    static let dispatcher = "wang-fang"
    static let successor = "sun-mei"

    init(_ name: String) throws {
        let city = try City.temporary(name)
        do {
            self.city = city
            number = try Self.opened(city)
            for (id, _, _) in Self.people {
                try city.device(id).enrol()
                try sync(id)
            }
            try give("he-ping", "accept", "1")
            for (id, _, _) in Self.people { try sync(id) }
        } catch {
            city.remove()
            throw error
        }
    }

    /// Everybody is there, and one ticket is dispatched. Returns its number.
    private static func opened(_ city: City) throws -> String {
        try city.initialise()
        try city.serve()
        func add(_ arguments: [String]) throws { try city.centre(arguments + ["--as", city.operatorID]) }
        try add(["grid", "add", "g1", "--name", "河东街道第一网格"])
        try add(["person", "add", dispatcher, "--name", "王芳", "--role", "dispatcher"])
        try add(["person", "add", successor, "--name", "孙梅", "--role", "worker", "--grid", "g1", "--profession", "环卫"])
        for (id, name, profession) in people {
            try add(["person", "add", id, "--name", name, "--role", "worker", "--grid", "g1", "--profession", profession])
        }
        let made = try city.centre(["new", "--title", "文化街路灯不亮", "--location", "文化街", "--as", dispatcher, "--json"])
        let number = try #require(made.object["number"] as? String)
        let helpers = people.dropFirst().flatMap { ["--helper", $0.0] }
        try city.centre(["dispatch", number, "--to", "he-ping", "--grid", "g1", "--as", dispatcher] + helpers)
        try city.centre(["edit", number, "--set", "tags=道路", "--as", dispatcher])
        return number
    }

    func give(_ person: String, _ arguments: String...) throws { try city.device(person).run(arguments, expect: [0]) }

    /// - Returns: what the person reads.
    @discardableResult
    func sync(_ person: String) throws -> String {
        let outcome = try city.device(person).run(["sync", "--lang", "zh"], expect: [0, 5])
        return outcome.out + outcome.err
    }

    func array(_ person: String, _ arguments: String...) throws -> [[String: Any]] {
        try city.device(person).run(arguments + ["--json"], expect: [0]).array
    }

    /// Standing and reason of everything that somebody gave, in their order.
    func standings(_ person: String) throws -> [String] {
        try array(person, "log").reversed().map { "\($0["kind"] ?? "") \($0["standing"] ?? "") \($0["reason"] ?? "")" }
    }

    func ticket() throws -> [String: String] {
        let report = try city.centre(["show", number, "--json"]).object
        return report["columns"] as? [String: String] ?? [:]
    }

    /// The evening of the article: everybody writes without signal, the centre goes on and gives the ticket to somebody else.
    func part() throws {
        try give("he-ping", "edit", "1", "--finding", "灯头渗水", "--tags", "道路,夜间")
        try give("he-ping", "resolve", "1", "灯头已更换，试亮正常")
        try give("ma-lin", "edit", "1", "--finding", "电缆漏电，已断开")
        try give("chen-jie", "edit", "1", "--tags", "道路,老人")
        try give("chen-jie", "note", "1", "老人夜间不便出行")
        try give("zhao-lei", "edit", "1", "--location", "文化街 14 号")
        try city.centre([
            "edit", number, "--set", "location=文化街 12 号", "--set", "tags=道路,学校", "--set", "urgency=urgent", "--as",
            Self.dispatcher,
        ])
        try city.centre(["assign", number, "--to", Self.successor, "--as", Self.dispatcher])
    }
}

@Suite(.serialized) struct `Four people, one ticket` {
    static let orders = [
        ["he-ping", "ma-lin", "chen-jie", "zhao-lei"], ["zhao-lei", "ma-lin", "chen-jie", "he-ping"],
        ["ma-lin", "zhao-lei", "he-ping", "chen-jie"],
    ]

    //  four devices, no signal          | centre
    //  findings, tags, place, a note,   | another place, other tags, urgent;
    //  a resolution                     | gives the ticket to sun-mei
    //  come back in any order           |
    //  ma-lin chooses without signal    | chooses a third value, accepts the resolution
    @Test(arguments: orders) func `in any order everybody reads what became of their work, and both sides of every choice`(
        order: [String]
    ) throws {
        let quarrel = try Quarrel("quarrel")
        let city = quarrel.city
        defer { city.remove() }
        try quarrel.part()
        var said: [String: String] = [:]
        for person in order { said[person] = try quarrel.sync(person) }
        for _ in 0..<2 { for person in order { said[person]! += try quarrel.sync(person) } }
        try everybodyKnows(quarrel, order, said)
        try chosenOnADevice(quarrel, order)
        try chosenAtTheCentre(quarrel)
        try decided(quarrel)
        // The same without a server: the program opens the store by itself.
        let served = try city.centre(["conflicts", "--all", "--json"]).out
        city.stop()
        #expect(try city.centre(["conflicts", "--all", "--json"]).out == served && served.contains("he-ping"))
        for person in order { #expect(try city.device(person).run(["check"]).status == 0, "\(person)") }
        #expect(try city.centre(["check"]).status == 0)
    }

    private func everybodyKnows(_ quarrel: Quarrel, _ order: [String], _ said: [String: String]) throws {
        let isFirst = order.firstIndex(of: "he-ping")! < order.firstIndex(of: "ma-lin")!
        #expect(try quarrel.standings("he-ping") == ["accept applied ok", "edit merged merged", "resolve held moved"])
        #expect(try quarrel.standings("ma-lin") == [isFirst ? "edit merged merged" : "edit applied ok"])
        #expect(try quarrel.standings("chen-jie") == ["edit merged merged", "note applied ok"])
        #expect(try quarrel.standings("zhao-lei") == ["edit merged merged"])
        let ticket = try quarrel.ticket()
        #expect(ticket["finding"] == (isFirst ? "电缆漏电，已断开" : "灯头渗水"), "the later one in the field")
        #expect(Set(ticket["tags"]?.split(separator: ",").map(String.init) ?? []) == ["道路", "夜间", "老人", "学校"])
        #expect(ticket["location"] == "文化街 14 号" && ticket["urgency"] == "urgent" && ticket["assignee"] == Quarrel.successor)

        // Both read both values, each from where they stand, and the earlier one is told without asking.
        let earlier = isFirst ? "he-ping" : "ma-lin"
        for (person, own, other) in [("he-ping", "灯头渗水", "电缆漏电，已断开"), ("ma-lin", "电缆漏电，已断开", "灯头渗水")] {
            let conflict = try #require(
                try quarrel.array(person, "conflicts").first { $0["field"] as? String == "finding" }, "\(person)")
            let isOurs = conflict["mine"] as? String == "ours"
            #expect(isOurs == (person != earlier) && conflict["outcome"] as? String == "ours")
            #expect(
                conflict[isOurs ? "ours" : "theirs"] as? String == own && conflict[isOurs ? "theirs" : "ours"] as? String == other
            )
            #expect(said[person]!.contains("gridline conflicts"), "\(said[person]!)")
            let page = try quarrel.city.device(person).run(["conflicts", "show", "\(conflict["number"]!)", "--lang", "zh"])
            for words in [own, other, "何平", "马林", person == earlier ? "以对方为准" : "以您的为准"] {
                #expect(page.out.contains(words), "\(person): \(page.out)")
            }
        }
        let news = try quarrel.city.device(earlier).run(["news", "--lang", "zh"])
        #expect(news.out.contains("以对方为准") && news.out.contains(isFirst ? "马林" : "何平"), "\(news.out)")
        for person in order where person != earlier { try quarrel.city.device(person).run(["news"]) }

        // Who had the ticket reads who has it now.
        let log = try quarrel.city.device("he-ping").run(["show", quarrel.number, "--lang", "zh"])
        #expect(log.out.contains("孙梅") || log.err.contains("孙梅"), "\(log.out)\(log.err)")
    }

    private func number(of field: String, on person: String, _ quarrel: Quarrel) throws -> String {
        let all = try quarrel.array(person, "conflicts", "--all")
        let conflict = try #require(all.first { $0["field"] as? String == field })
        return String(try #require(conflict["number"] as? Int))
    }

    private func isOpen(_ field: String, on person: String, _ quarrel: Quarrel) throws -> Bool {
        try quarrel.array(person, "conflicts").contains { $0["field"] as? String == field }
    }

    private func chosenOnADevice(_ quarrel: Quarrel, _ order: [String]) throws {
        let city = quarrel.city
        let standing = try quarrel.ticket()["finding"] ?? ""
        let side = standing == "电缆漏电，已断开" ? "--theirs" : "--ours"
        let wanted = standing == "电缆漏电，已断开" ? "灯头渗水" : "电缆漏电，已断开"
        city.stop()
        // Whoever does not handle the ticket any more may not, and nothing is recorded.
        let refused = try city.device("he-ping").run([
            "conflicts", "choose", try number(of: "finding", on: "he-ping", quarrel), "--ours",
        ])
        #expect(refused.status != 0 && refused.err.contains("GL-"), "\(refused.err)")
        let conflict = try number(of: "finding", on: "ma-lin", quarrel)
        try quarrel.give("ma-lin", "conflicts", "choose", conflict, side)
        let own = try #require(try city.device("ma-lin").run(["show", "1", "--json"]).object["ticket"] as? [String: Any])
        #expect(own["finding"] as? String == wanted, "without signal, at once")
        #expect(try city.device("ma-lin").run(["outbox"]).out.contains(wanted))
        #expect(try !isOpen("finding", on: "ma-lin", quarrel))
        // Taken back and given again: it is a command like any other.
        try quarrel.give("ma-lin", "undo", "1")
        #expect(try isOpen("finding", on: "ma-lin", quarrel))
        try quarrel.give("ma-lin", "conflicts", "choose", conflict, side)
        try city.serve()
        for person in ["ma-lin", "he-ping"] { try quarrel.sync(person) }
        #expect(try quarrel.standings("ma-lin").suffix(1) == ["choose applied ok"])
        #expect(try quarrel.ticket()["finding"] == wanted)
        let news = try city.device("he-ping").run(["news", "--lang", "zh"])
        #expect(news.out.contains("已选定") && news.out.contains("马林"), "\(news.out)")
        let entry = try city.database().texts("SELECT kind FROM command WHERE kind = 'choose' AND verdict = 'applied'")
        #expect(entry == ["choose"])
    }

    private func chosenAtTheCentre(_ quarrel: Quarrel) throws {
        let city = quarrel.city
        // Nobody has looked at the place yet; the finding is settled and can be read and chosen anew all the same.
        let open = try city.centre(["conflicts", "--json"]).array
        #expect(open.contains { $0["field"] as? String == "location" } && !open.contains { $0["field"] as? String == "finding" })
        #expect(try city.centre(["conflicts", "list", "--person", "ma-lin", "--json"]).array.isEmpty)
        let all = try city.centre(["conflicts", "list", "--all", "--ticket", quarrel.number, "--field", "finding", "--json"])
            .array
        let finding = try #require(all.first)
        let id = String(try #require(finding["command"] as? String).prefix(8))
        let page = try city.centre(["conflicts", "show", id, "--field", "finding", "--lang", "zh"])
        for words in ["灯头渗水", "电缆漏电，已断开", "he-ping", "ma-lin", "选定人"] {
            #expect(page.out.contains(words), "\(page.out)")
        }
        for time in ["oursAt", "oursReceivedAt", "theirsAt", "theirsReceivedAt", "settledAt"] {
            #expect(finding[time] is Int, "\(time): \(finding)")
        }
        try city.centre([
            "conflicts", "choose", id, "--field", "finding", "--text", "灯头渗水，电缆漏电", "--as", Quarrel.dispatcher,
        ])
        #expect(try quarrel.ticket()["finding"] == "灯头渗水，电缆漏电")
        for person in ["ma-lin", "he-ping"] {
            try quarrel.sync(person)
            let news = try city.device(person).run(["news", "--lang", "zh"])
            #expect(news.out.contains("已选定") && news.out.contains("另定了值") && news.out.contains("王芳"), "\(person): \(news.out)")
        }
        let left = try city.centre(["conflicts", "show", "ffffffff", "--lang", "zh"], expect: 1)
        #expect(left.err.contains("GL-Q2021"))
    }

    private func decided(_ quarrel: Quarrel) throws {
        let city = quarrel.city
        let held = try #require(try city.centre(["held", "--json"]).array.first)
        let id = String(try #require(held["command"] as? String).prefix(8))
        let page = try city.centre(["decide", id, "--lang", "zh"]).out
        for words in [
            "何平", "发生", "收到", "灯头已更换", "给出时持有，现在未持有", "待处置", "已处置", "负责人 → 孙梅（sun-mei）", "各种答复的后果", "工单不变",
        ] {
            #expect(page.contains(words), "\(words): \(page)")
        }
        let whole = try city.centre(["show", quarrel.number, "--lang", "zh"]).out
        for words in ["负责人", "孙梅（sun-mei）", "== 留痕", "改派 → 已生效", "办结 → 搁置"] {
            #expect(whole.contains(words), "\(words): \(whole)")
        }
        for language in ["zh", "en"] {
            for screen in [
                ["decide", id], ["held"], ["conflicts", "--all"], ["conflicts", "show", id], ["show", quarrel.number],
            ] {
                let page = try Program.run(
                    "gridline-server", screen + ["--lang", language, "--store", city.store.path], environment: ["COLUMNS": "80"],
                    in: city.folder)
                #expect(page.status == 0, "\(screen): \(page.err)")
                for line in page.out.split(separator: "\n") { #expect(Self.cells(line) <= 80, "\(screen): \(line)") }
            }
        }
        let weighed = try city.centre(["decide", id, "--json"]).object
        let outlooks = try #require(weighed["outlooks"] as? [[String: Any]])
        let accepted = try #require(outlooks.first { $0["decision"] as? String == "accepted" })
        let foretold = try #require(accepted["changed"] as? [String: Any])
        #expect(foretold["state"] as? String == "handled")
        #expect(try city.centre(["held", "--json"]).array.count == 1, "looking decides nothing")
        try city.centre(["decide", id, "accept", "--as", Quarrel.dispatcher])
        let ticket = try quarrel.ticket()
        for (column, value) in foretold { #expect(ticket[column] == value as? String, "\(column)") }
        try quarrel.sync("he-ping")
        let news = try city.device("he-ping").run(["news", "--lang", "zh"])
        #expect(news.out.contains("采纳"), "\(news.out)")
        #expect(try city.device("he-ping").run(["log", "--json"]).array.contains { ($0["decision"] as? [String: Any]) != nil })
    }

    /// Cells of a terminal; everything from the first CJK block on is wide.
    private static func cells(_ line: some StringProtocol) -> Int {
        line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2e80 ? 2 : 1) }
    }

    private static func blocks(_ page: String) throws -> [String] {
        let text = try String(contentsOf: Program.root.appendingPathComponent(page), encoding: .utf8)
        return text.components(separatedBy: "```\n").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    @Test(arguments: ["Docs/conflicts.md", "Docs/conflicts.zh.md"]) func `every command of the page runs`(page: String) throws {
        let quarrel = try Quarrel("page")
        let city = quarrel.city
        defer { city.remove() }
        try quarrel.part()
        // A second one to be held: the page shows either answer.
        for person in ["he-ping", "ma-lin"] { try quarrel.sync(person) }
        let made = try city.centre(["new", "--title", "井盖破损", "--as", Quarrel.dispatcher, "--json"])
        let second = try #require(made.object["number"] as? String)
        try city.centre(["dispatch", second, "--to", "he-ping", "--grid", "g1", "--as", Quarrel.dispatcher])
        try quarrel.sync("he-ping")
        for kind in [["accept", second], ["resolve", second, "井盖已复位"]] { try city.device("he-ping").run(kind, expect: [0]) }
        try city.centre(["assign", second, "--to", "ma-lin", "--as", Quarrel.dispatcher])
        try quarrel.sync("he-ping")
        var held = try city.centre(["held", "--json"]).array.compactMap { $0["command"] as? String }
        try #require(held.count == 2)
        let blocks = try Self.blocks(page)
        try #require(blocks.count == 2)
        let environment = [
            "GRIDLINE_STORE": city.store.path, "GRIDLINE_AS": Quarrel.dispatcher,
            "GRIDLINE_HOME": city.device("ma-lin").home.path,
            "PATH": Program.folder.path + ":/usr/bin:/bin",
        ]
        for line in blocks.joined().split(separator: "\n").map(String.init) {
            #expect(line.hasPrefix("gridline"), "\(line)")
            let outcome = try Program.run(
                "/bin/bash", ["-c", line.replacing("ID", with: held.first ?? "")], environment: environment, in: city.folder)
            #expect(outcome.status == 0, "\(line): \(outcome.err)")
            if line.contains(" accept") { held.removeFirst() }
        }
        #expect(try city.centre(["held", "--json"]).array.isEmpty)
    }
}
