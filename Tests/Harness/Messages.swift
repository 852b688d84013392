import Foundation

/// Citizens' messages for tests: real ones where the folder with them is on this machine, else generated ones of the same shape.
public struct Message: Sendable {
    /// The source's own identifier.
    public var id: String
    /// The subject.
    public var subject: String
    /// The text.
    public var detail: String
    /// RFC 3339.
    public var createdAt: String

    /// The files that have messages, in the order in which `every` reads them.
    private static let files = ["messages-replied.csv", "messages-hot.csv", "messages-labelled.csv"]

    /// The 1,957 messages with replies, or as many generated ones. The second value says which.
    public static func replied(_ count: Int = 1957, seed: UInt64 = 1) -> (messages: [Message], real: Bool) {
        if let messages = real(in: Array(files.prefix(1))) { return (Array(messages.prefix(count)), true) }
        return (generated(count, seed: seed), false)
    }

    /// All real messages there are, each once: some 6,600. Nil where they are not on this machine.
    public static func every() -> [Message]? { real(in: files) }

    /// As many generated ones.
    public static func generated(_ count: Int, seed: UInt64) -> [Message] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { Message.generated($0, &random) }
    }

    private static func real(in files: [String]) -> [Message]? {
        guard let folder = Program.data else { return nil }
        var messages: [Message] = []
        var seen: Set<String> = []
        for name in files {
            guard let bytes = FileManager.default.contents(atPath: folder.appendingPathComponent(name).path) else { return nil }
            let rows = parseCSV(String(decoding: bytes, as: UTF8.self))
            guard let header = rows.first else { return nil }
            let places = ["id", "subject", "detail", "created_at"].compactMap { header.firstIndex(of: $0) }
            guard places.count == 4 else { return nil }
            for row in rows.dropFirst() where row.count == header.count && seen.insert(row[places[0]]).inserted {
                messages.append(
                    Message(
                        id: row[places[0]], subject: row[places[1]], detail: row[places[2]], createdAt: row[places[3]]))
            }
        }
        return messages
    }

    /// A plausible message, drawn from the trade's words.
    public static func generated(_ number: Int, _ random: inout SeededRandom) -> Message {
        let place =
            places.randomElement(using: &random)! + roads.randomElement(using: &random)!
            + "\(Int.random(in: 1...180, using: &random))号"
        let (subject, body) = matters.randomElement(using: &random)!
        let since = ["昨晚", "三天前", "上周", "一个月来", "入冬以后"].randomElement(using: &random)!
        let wish = ["请尽快派人查看。", "希望本周内处理。", "请给一个答复。", "盼核实处理，谢谢！"].randomElement(using: &random)!
        return Message(
            id: "M\(100_000 + number)", subject: "\(place)\(subject)", detail: "\(since)，\(place)\(body)\(wish)",
            createdAt: String(
                format: "2026-11-%02dT%02d:%02d:00+08:00", Int.random(in: 1...18, using: &random),
                Int.random(in: 7...21, using: &random),
                Int.random(in: 0...59, using: &random)))
    }

    /// The messages as a CSV file with the headers of the real one.
    public static func csv(_ messages: [Message]) -> String {
        let quote = { (text: String) in "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
        return "id,subject,created_at,detail\n"
            + messages.map { [$0.id, quote($0.subject), $0.createdAt, quote($0.detail)].joined(separator: ",") }.joined(
                separator: "\n") + "\n"
    }

    private static let places = ["城东街道", "和平社区", "徐家村", "南门新区", "滨河社区", "老粮站小区", "桃园村"]
    private static let roads = ["人民路", "建设三路", "滨河东路", "文化街", "学府路", "仓前巷"]
    private static let matters = [
        ("路灯不亮", "一排路灯全部不亮，老人夜里出门看不清路。"),
        ("井盖破损", "的井盖裂开一半，骑车经过很危险。"),
        ("垃圾无人清运", "垃圾桶满了几天没有清运，气味很大。"),
        ("施工噪音扰民", "工地夜里十一点以后仍在施工，孩子没法睡觉。"),
        ("下水道外溢", "下水道往外冒水，行人只能绕着走。"),
        ("占道经营", "早市占了半条路，公交车过不去。"),
        ("消防通道被堵", "消防通道长期停着私家车，多次反映没有人管。"),
        ("暖气不热", "整栋楼的暖气都是凉的，家里有老人和婴儿。"),
        ("公园健身器材损坏", "的健身器材掉了螺丝，有孩子摔倒。"),
        ("邻里漏水纠纷", "楼上漏水已经泡坏天花板，楼上住户不肯修。"),
    ]
}

/// RFC 4180, whole text at once; for tests only and independent of the importer.
public func parseCSV(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var quoted = false
    var characters = text.unicodeScalars.makeIterator()
    var pushed: Unicode.Scalar?
    while let scalar = pushed ?? characters.next() {
        pushed = nil
        if quoted {
            guard scalar == "\"" else {
                field.unicodeScalars.append(scalar)
                continue
            }
            let next = characters.next()
            if next == "\"" { field.unicodeScalars.append("\"") } else { (quoted, pushed) = (false, next) }
            continue
        }
        switch scalar {
        case "\"": quoted = true
        case ",":
            row.append(field)
            field = ""
        case "\r", "\u{FEFF}": break
        case "\n":
            rows.append(row + [field])
            (row, field) = ([], "")
        default: field.unicodeScalars.append(scalar)
        }
    }
    if !field.isEmpty || !row.isEmpty { rows.append(row + [field]) }
    return rows
}
