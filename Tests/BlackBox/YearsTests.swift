import Foundation
import Harness
import Testing

/// Ten years of real messages in a city of Zunyi's shape: what the rules make of them, and what people do with them.
@Suite(.serialized) struct `Ten years of a real hotline` {
    private struct Count {
        var asked = 0
        var answered = 0
        var inTime = 0
    }

    private static let classes = ["consultation", "general", "complex", "urgent"]

    @Test func `6,283 messages have their class, their unit, their due date, and a sum behind each`() throws {
        guard let messages = DatedMessage.all() else {
            print("years: skipped, no folder with real messages on this machine (GRIDLINE_DATA, or shared/data beside the root)")
            return
        }
        let years = try YearsCity(messages)
        defer { years.city.remove() }
        try years.build()
        let lint = try years.city.centre(["unit", "list", "--lint"], expect: 1)
        let missing = lint.out.split(separator: "\n")
        // 1,299 leaders and 1,476 staff for 1,553 units: what is missing is said, one line each.
        #expect(years.unitCount == 1_553)
        #expect(
            missing.count { $0.contains("leader") } == 254 && missing.count { $0.contains("handler") } == 77,
            "\(lint.out.prefix(400))")
        try years.take()
        let (byRule, byHand) = try years.dispatch()
        #expect(byRule + byHand == messages.count && byRule > 1_000)
        let sums = try years.sums()
        // The centre's own class of each ticket, and the one that the program gives without a store: one rule.
        let classes = try years.classes()
        #expect(classes.count == messages.count && messages.allSatisfy { classes[$0.id] == sums[$0.id]?["class"] as? String })
        let dispute = try disputed(years)
        let joint = try handledJointly(years)
        let page = Self.page(
            Self.met(messages, sums), Self.longest(messages, sums), dispute, joint, byRule: byRule, byHand: byHand,
            messages: messages.count)
        let file = Program.root.appendingPathComponent("Docs/years.md")
        if ProcessInfo.processInfo.environment["GRIDLINE_GOLDEN"] == "write" { try Data(page.utf8).write(to: file) }
        let stands = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        #expect(stands == page, "Docs/years.md is not what the run says; GRIDLINE_GOLDEN=write writes it anew")
    }

    // MARK: - What the rules say

    private static func met(_ messages: [DatedMessage], _ sums: [String: [String: Any]]) -> [String] {
        var counts: [String: [String: Count]] = [:]
        for message in messages {
            guard let sum = sums[message.id], let one = sum["class"] as? String, let due = sum["due"] as? String else { continue }
            for year in [String(message.createdAt.prefix(4)), "all"] {
                var count = counts[year]?[one] ?? Count()
                count.asked += 1
                if let replied = message.repliedAt {
                    count.answered += 1
                    // All times are RFC 3339 with +08:00: their order is that of their texts.
                    if replied <= due { count.inTime += 1 }
                }
                counts[year, default: [:]][one] = count
            }
        }
        return counts.keys.sorted().map { year in
            let cells = classes.map { one -> String in
                let count = counts[year]?[one] ?? Count()
                return "\(count.asked) | \(count.answered) | \(count.inTime) | \(percent(count.inTime, of: count.answered))"
            }
            return "| \(year) | " + cells.joined(separator: " | ") + " |"
        }
    }

    /// Two decimals, rounded; counts are what is kept.
    private static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "–" }
        let hundredths = (part * 20_000 + whole) / (2 * whole)
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// The ten that were given the most time, with their sums.
    private static func longest(_ messages: [DatedMessage], _ sums: [String: [String: Any]]) -> [(DatedMessage, [String: Any])] {
        let form = ISO8601DateFormatter()
        func span(_ message: DatedMessage) -> Double {
            guard let start = form.date(from: message.createdAt),
                let due = (sums[message.id]?["due"] as? String).flatMap(form.date)
            else { return 0 }
            return due.timeIntervalSince(start)
        }
        return messages.map { ($0, span($0)) }.sorted { ($1.1, $0.0.id) < ($0.1, $1.0.id) }.prefix(10)
            .map { ($0.0, sums[$0.0.id] ?? [:]) }
    }

    // MARK: - What people do

    /// From unit to unit without signal in between, until it is ruled whose it is.
    private func disputed(_ years: YearsCity) throws -> [String] {
        let city = years.city
        // Dispatched by rule, in the first county.
        let row = try city.database().rows(
            """
            SELECT s.external_id FROM import_source s JOIN ticket t ON t.id = s.ticket
            WHERE t.assignee LIKE 'p%' AND t.unit LIKE 'c0-d%' ORDER BY s.external_id LIMIT 1
            """
        ).first
        let message = try #require(row?.first as? String)
        let (number, first) = try years.ticket(message)
        func device(_ person: String) throws -> Device {
            let device = city.device(person)
            if !FileManager.default.fileExists(atPath: device.replica.path) { try device.enrol() }
            try device.run(["sync"], expect: [0])
            return device
        }
        let (second, third) = ("p1", "p2")
        let one = try device(first)
        try one.run(["return", number, "不属本单位职责"], expect: [0, 3])
        #expect(try one.run(["show", number, "--json"]).object["ticket"].map { "\($0)" }?.contains("returned") == true)
        try one.run(["sync"], expect: [0])
        try city.centre(["dispatch", number, "--to", second, "--unit", "c1", "--as", "dd"])
        let other = try device(second)
        try other.run(["dispute", number, "--reason", "该事项由第二县管理"], expect: [0, 3])
        try other.run(["sync"], expect: [0])
        try city.centre([
            "rule", number, "--to", third, "--member", "市纪委", "--member", "法律顾问", "--reason", "依职责清单", "--as", "dd",
        ])
        let last = try device(third)
        let refused = try last.run(["grant", number], expect: nil)
        #expect(refused.status == 64, "a device does not rule")
        try last.run(["accept", number], expect: [0, 3])
        try last.run(["resolve", number, "已办结"], expect: [0, 3])
        try last.run(["sync"], expect: [0])
        let field = try last.run(["show", number, "--json"]).object
        let shown = try city.centre(["show", number, "--json"]).object
        let path = shown["transfers"] as? [[String: String]] ?? []
        let rulings = shown["rulings"] as? [[String: String]] ?? []
        #expect(path.last?["taker"] == third && rulings.map { $0["level"] } == ["ruling"])
        #expect((shown["columns"] as? [String: String])?["first_responsible"] == first, "who had it first answers for it")
        #expect(field["transfer_count"] as? Int == shown["transferCount"] as? Int)
        return path.enumerated().map { place, step in
            "| \(place + 1) | \(step["kind"] ?? "") | \(step["giver"] ?? "–") | \(step["taker"] ?? "–") | \(step["author"] ?? "") |"
        }
            + rulings.map {
                "| | \($0["level"] ?? "") with \($0["members"] ?? "") | | \($0["owner"] ?? "") | \($0["author"] ?? "") |"
            }
    }

    /// Three devices, each without signal while it works, in any order back.
    private func handledJointly(_ years: YearsCity) throws -> [String] {
        let city = years.city
        var lines: [String] = []
        let (owner, units) = ("p3", [("s0", "p81"), ("s1", "p82")])
        let row = try city.database().rows(
            """
            SELECT number FROM ticket WHERE assignee = ? AND state = 'dispatched' ORDER BY number LIMIT 1
            """, [owner]
        ).first
        let number = try #require(row?.first as? String)
        func said(_ who: String, _ device: Device, _ arguments: [String], status: Set<Int32> = [0, 3]) throws {
            let outcome = try device.run(arguments + ["--lang", "en"], expect: nil)
            #expect(status.contains(outcome.status), "\(arguments): \(outcome.status) \(outcome.err)")
            let line = arguments.map { $0 == number ? "N" : $0 }.joined(separator: " ")
            lines.append("\(who)$ gridline \(line)")
            guard ![0, 3].contains(outcome.status) else { return }
            let first = outcome.err.split(separator: "\n").first.map(String.init) ?? ""
            lines.append("  exit \(outcome.status): \(first.replacing(number, with: "N"))")
        }
        let home = city.device(owner)
        try home.enrol()
        try home.run(["sync"], expect: [0])
        try said(owner, home, ["accept", number])
        try said(owner, home, ["whistle", number, "--units", "s0,s1", "--reason", "须停水停电配合抢修"])
        try said(owner, home, ["sync"])
        for (_, person) in units {
            let device = city.device(person)
            try device.enrol()
            try said(person, device, ["sync"])
            try said(person, device, ["report-in", number])
            try said(person, device, ["report-in", number], status: [1])
            try said(person, device, ["finish-part", number, "--text", "本单位任务完成"])
        }
        try said(owner, home, ["resolve", number, "抢修完成，已恢复供水供电"])
        try said(units[1].1, city.device(units[1].1), ["sync"])
        try said(owner, home, ["sync"])
        let early = try city.centre(["close", number, "--as", "dd", "--lang", "en"], expect: 1)
        lines.append("dd$ gridline-server close N")
        lines.append(
            "  exit 1: \((early.err.split(separator: "\n").first.map(String.init) ?? "").replacing(number, with: "N"))")
        try said(units[0].1, city.device(units[0].1), ["sync"])
        try city.centre(["close", number, "--as", "dd"])
        lines.append("dd$ gridline-server close N")
        try home.run(["sync"], expect: [0])
        let parts = try home.run(["show", number, "--json"]).object["clocks"] as? [[String: Any]] ?? []
        #expect(parts.count { $0["kind"] as? String == "report-in" && $0["standing"] as? String == "met" } == 2)
        return lines
    }
}
