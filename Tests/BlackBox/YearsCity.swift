import Foundation
import Harness

/// A message with what the hotline answered, or did not.
struct DatedMessage: Sendable {
    let id: String
    let subject: String
    let detail: String
    /// RFC 3339 with +08:00, as is `repliedAt`.
    let createdAt: String
    /// Nil if nobody answered, or at a time that cannot be.
    let repliedAt: String?

    /// 1,957 with replies, 4,326 without; nil where they are not on this machine.
    static func all() -> [DatedMessage]? {
        guard let folder = Program.data else { return nil }
        var messages: [DatedMessage] = []
        for name in ["messages-replied.csv", "messages-hot.csv"] {
            guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else { return nil }
            let rows = parseCSV(text)
            guard let header = rows.first else { return nil }
            let places = ["id", "subject", "detail", "created_at"].compactMap { header.firstIndex(of: $0) }
            guard places.count == 4 else { return nil }
            let reply = header.firstIndex(of: "replied_at")
            for row in rows.dropFirst() where row.count == header.count {
                let replied = reply.map { row[$0] }.flatMap { $0 >= row[places[3]] ? $0 : nil }
                messages.append(
                    DatedMessage(
                        id: row[places[0]], subject: row[places[1]], detail: row[places[2]], createdAt: row[places[3]],
                        repliedAt: replied))
            }
        }
        return messages
    }

    /// One of the fifteen counties: by the place that the text names, which stands for it since names were taken out.
    var county: Int {
        let place = (subject + detail).firstMatch(of: /([A-M])([0-9]{0,2})[县区市]/)
        let number = place.map { Int($0.1.unicodeScalars.first?.value ?? 65) * 7 + (Int($0.2) ?? 0) }
        return (number ?? Int(id.suffix(4)) ?? 0) % YearsCity.countyCount
    }
}

/// A city of Zunyi's shape (ZY7): 15 counties, 66 city departments, 15 public service units, 1,457 county departments and townships,
/// 1,299 leaders, 1,476 staff, grids of four levels. Names are made up.
struct YearsCity {
    static let countyCount = 15
    static let leaderCount = 1_299
    static let staffCount = 1_476

    let city: City
    let messages: [DatedMessage]
    /// Code and name of each leaf, longest names first.
    private let leaves: [(code: String, name: String)]
    /// Identifiers of units in the order in which leaders and staff are given to them.
    private let units: [(id: String, kind: String, level: String, parent: String)]

    /// What says the class of a message: an operator's own version of the compiled-in profile.
    static let profile = """
        profile: zunyi
        version: 2
        rates:
          rounding: 2
        classes:
          consultation:
            words: 咨询 请问 何时 什么时候
          complex:
            words: 征地 拆迁 安置 产权 不动产 房产证 规划 烂尾 改造
          urgent:
            words: 燃气 煤气 坍塌 塌陷 火灾 触电 漏电 危房
        """

    init(_ messages: [DatedMessage]) throws {
        self.messages = messages
        city = try City.temporary("years")
        let table = try String(contentsOf: Program.root.appendingPathComponent("Schema/Reference/taxonomy.csv"), encoding: .utf8)
        leaves = parseCSV(table).dropFirst().filter { $0.count > 3 && $0[3].count > 1 && $0[3] != "其他" }
            .map { (code: $0[0], name: $0[3]) }.sorted { ($1.name.count, $0.code) < ($0.name.count, $1.code) }
        var units: [(String, String, String, String)] = (0..<Self.countyCount).map {
            (Self.county($0), "department", "county", "")
        }
        units += (0..<66).map { ("b\($0)", "department", "city", "") }
        units += (0..<15).map { ("s\($0)", "public-service", "city", "") }
        units += (0..<600).map { ("\(Self.county($0 % 15))-d\($0 / 15)", "department", "county", Self.county($0 % 15)) }
        units += (0..<857).map { ("\(Self.county($0 % 15))-t\($0 / 15)", "township", "township", Self.county($0 % 15)) }
        self.units = units
    }

    var unitCount: Int { units.count }

    private static func county(_ number: Int) -> String { "c\(number)" }

    private func file(_ name: String, _ lines: [String]) throws -> String {
        let place = city.folder.appendingPathComponent(name)
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: place)
        return place.path
    }

    /// Everything up to the first dispatch, each with the program that an operator uses.
    func build() throws {
        try city.initialise()
        try city.serve()
        try city.centre(["person", "add", "dd", "--name", "派单员", "--role", "dispatcher", "--as", "op"])
        try city.centre(["profile", "apply", try file("zunyi.yaml", [Self.profile]), "--as", "op"])
        var grids = ["id,name,parent", "z,全市,"] + (0..<Self.countyCount).map { "g\($0),第\($0)县区,z" }
        for number in 0..<857 {
            let (above, own) = ("g\(number % 15)", "g\(number % 15)-\(number / 15)")
            grids += ["\(own),镇街,\(above)", "\(own)-0,网格,\(own)", "\(own)-1,网格,\(own)"]
        }
        try city.centre(["import", "grids", try file("grids.csv", grids), "--as", "op"])
        var people = ["id,name,role,grid,unit,profession"]
        var lines = ["id,name,kind,level,parent,leader,handler,retired"]
        for (number, unit) in units.enumerated() {
            lines.append(
                [
                    unit.id, "单位\(number)", unit.kind, unit.level, unit.parent, number < Self.leaderCount ? "l\(number)" : "",
                    number < Self.staffCount ? "p\(number)" : "", "",
                ].joined(separator: ","))
            if number < Self.leaderCount { people.append("l\(number),分管\(number),leader,,\(unit.id),") }
            if number < Self.staffCount { people.append("p\(number),经办\(number),unit,,\(unit.id),") }
        }
        // Units name their people and people their unit: whoever comes first, the other is not there yet.
        let bare = lines.map { line in
            var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            if fields[0] != "id" { (fields[5], fields[6]) = ("", "") }
            return fields.joined(separator: ",")
        }
        try city.centre(["import", "units", try file("bare.csv", bare), "--as", "op"])
        try city.centre(["import", "people", try file("people.csv", people), "--as", "op"])
        try city.centre(["import", "units", try file("units.csv", lines), "--as", "op"])
        var duties = ["id,category,area,unit,role,words,retired"]
        for first in 1...15 {
            let code = first < 10 ? "0\(first)" : "\(first)"
            duties += (0..<Self.countyCount).map { "d-\(code)-\($0),\(code),g\($0),c\($0)-d\(first),owner,," }
            duties.append("w-\(code),\(code),,b\(first),supervisor,,")
        }
        try city.centre(["import", "duties", try file("duties.csv", duties), "--as", "op"])
    }

    /// The code of the leaf whose name the text has; nil = a person has to look.
    private func category(of message: DatedMessage) -> String? {
        let text = message.subject + message.detail
        return leaves.first { text.contains($0.name) }?.code
    }

    /// All messages as tickets, each in a grid of its county.
    func take() throws {
        func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
        var lines = ["id,subject,detail,created_at,category,grid"]
        for (number, message) in messages.enumerated() {
            let grid = "g\(message.county)-\(number % 57)-\(number % 2)"
            lines.append(
                [
                    message.id, quoted(message.subject), quoted(message.detail), message.createdAt, category(of: message) ?? "",
                    grid,
                ].joined(separator: ","))
        }
        let map = "external_id=id,title=subject,description=detail,created_at=created_at,category=category,grid=grid"
        try city.centre(
            ["import", try file("messages.csv", lines), "--map", map, "--source", "letters", "--as", "dd"], seconds: 300)
    }

    /// By the rules of the catalogue; what has no category goes by hand to the county's own handler.
    /// - Returns: Dispatched by rule, and by hand.
    func dispatch() throws -> (byRule: Int, byHand: Int) {
        try city.centre(["dispatch", "--auto", "--all", "--as", "dd"], expect: nil, seconds: 600)
        let store = try city.database()
        let byRule = try store.int("SELECT count(*) FROM ticket WHERE dispatched_at IS NOT NULL")
        let rest = try store.rows("SELECT number, grid FROM ticket WHERE dispatched_at IS NULL ORDER BY number")
        var lines = ["ticket,assignee,unit"]
        for row in rest {
            let county = (row[1] as? String ?? "").dropFirst().prefix { $0.isNumber }
            lines.append("\(row[0] as? String ?? ""),p\(county),c\(county)")
        }
        try city.centre(["dispatch", "--batch", try file("dispatch.csv", lines), "--as", "dd"], seconds: 600)
        return (byRule, rest.count)
    }

    /// The class that the centre gave each ticket, by the message's id.
    func classes() throws -> [String: String] {
        let rows = try city.database().rows(
            """
            SELECT s.external_id, c.class FROM import_source s JOIN clock c ON c.ticket = s.ticket WHERE c.kind = 'resolution'
            """)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as? String ?? "", $0[1] as? String ?? "") })
    }

    /// When each message would have been due, had it been dispatched when it came; with the sum.
    func sums() throws -> [String: [String: Any]] {
        let profile = city.folder.appendingPathComponent("zunyi.yaml").path
        let questions = try messages.map { message in
            let question: [String: Any] = [
                "start": message.createdAt, "profile": profile, "title": message.subject, "explain": true,
            ]
            return String(decoding: try JSONSerialization.data(withJSONObject: question, options: .sortedKeys), as: UTF8.self)
        }
        let outcome = try Program.run(
            "gridline-server", ["why-due", "--batch"], input: Data((questions.joined(separator: "\n") + "\n").utf8),
            in: city.folder, seconds: 300)
        guard outcome.status == 0 else { throw HarnessError("why-due --batch: exit \(outcome.status)\n\(outcome.err)") }
        return Dictionary(uniqueKeysWithValues: zip(messages.map(\.id), outcome.lines))
    }

    /// The official number of a message's ticket, and who has it.
    func ticket(_ message: String) throws -> (number: String, assignee: String) {
        let row = try city.database().rows(
            "SELECT t.number, t.assignee FROM import_source s JOIN ticket t ON t.id = s.ticket WHERE s.external_id = ?", [message]
        ).first
        guard let number = row?[0] as? String, let assignee = row?[1] as? String else {
            throw HarnessError("message \(message) has no ticket with a handler")
        }
        return (number, assignee)
    }
}
