/// How a ticket came to a unit: which rule of the catalogue sent it, and the units above that one. One line of text in the note that a
/// dispatch leaves.
///
///     rule=d-0102-power revision=3 category=0102 area=g1 to=li-na path=city/county/u-power
///
/// A dispatch by hand to a unit has the path alone; one to an expert has the skill. Values are identifiers and words without spaces; a space in one is written
/// as `%20`, a `%` as `%25`.
public struct Route: Hashable, Sendable {
    /// The rule; nil = somebody chose by hand.
    public var rule: String?
    /// Which version of it.
    public var revision: Int?
    /// The beginning of category codes that the rule has; empty = every category.
    public var category: String?
    /// The rule's area.
    public var area: String?
    /// The skill that was asked for.
    public var skill: String?
    /// Who got it.
    public var person: String?
    /// Units from the top to the one that has it.
    public var path: [String]

    /// A route.
    public init(by duty: Duty? = nil, skill: String? = nil, to person: String? = nil, path: [String]) {
        self.person = person
        rule = duty?.id
        revision = duty?.revision
        category = duty?.category
        area = duty?.area
        self.skill = skill
        self.path = path
    }

    /// Reads what `text` wrote; words that a newer release put in are passed over. Nil if it says neither a rule, a skill nor a path.
    public init?(_ text: String) {
        path = []
        for part in text.split(separator: " ") {
            guard let mark = part.firstIndex(of: "=") else { continue }
            let value = String(part[part.index(after: mark)...])
            switch part[..<mark] {
            case "rule": rule = Self.plain(value)
            case "revision": revision = Int(value)
            case "category": category = Self.plain(value)
            case "area": area = Self.plain(value)
            case "skill": skill = Self.plain(value)
            case "to": person = Self.plain(value)
            case "path": path = value.split(separator: "/").map { Self.plain(String($0)) }
            default: break
            }
        }
        guard rule != nil || skill != nil || !path.isEmpty else { return nil }
    }

    /// One line.
    public var text: String {
        var parts: [String] = []
        func add(_ name: String, _ value: String?) { if let value { parts.append("\(name)=\(Self.coded(value))") } }
        add("rule", rule)
        add("revision", revision.map(String.init))
        add("category", category)
        add("area", area)
        add("skill", skill)
        add("to", person)
        if !path.isEmpty { parts.append("path=" + path.map(Self.coded).joined(separator: "/")) }
        return parts.joined(separator: " ")
    }

    /// The kind of the note.
    public var noteKind: String { rule == nil ? Self.byHand : Self.byRule }
    /// The note of a dispatch by rule.
    public static let byRule = "dispatch-rule"
    /// The note of a dispatch whose path is known.
    public static let byHand = "dispatch"

    /// What it says to people.
    public var english: String {
        var text: [String] = []
        if let rule {
            let which = category.map { $0.isEmpty ? "every category" : "category \($0)…" } ?? ""
            text.append("by rule \(rule), version \(revision ?? 1): \(which), \(area.map { "area \($0)" } ?? "everywhere")")
        }
        if let skill { text.append("for \(skill)") }
        if !path.isEmpty { text.append(path.joined(separator: " > ")) }
        return text.joined(separator: "; ")
    }

    /// What it says to people.
    public var chinese: String {
        var text: [String] = []
        if let rule {
            let which = category.map { $0.isEmpty ? "所有分类" : "分类 \($0)…" } ?? ""
            text.append("按规则 \(rule) 第 \(revision ?? 1) 版：\(which)，\(area.map { "区域 \($0)" } ?? "全域")")
        }
        if let skill { text.append("专长：\(skill)") }
        if !path.isEmpty { text.append(path.joined(separator: " > ")) }
        return text.joined(separator: "；")
    }

    static func coded(_ value: String) -> String {
        var text = ""
        for character in value {
            switch character {
            case "%": text += "%25"
            case "/": text += "%2f"
            case _ where character.isWhitespace: text += "%20"
            default: text.append(character)
            }
        }
        return text
    }

    /// What stands behind each name on a line; names that come twice stand as the last one says.
    static func values(in line: String) -> [String: String] {
        var values: [String: String] = [:]
        for part in line.split(separator: " ") {
            guard let mark = part.firstIndex(of: "=") else { continue }
            values[String(part[..<mark])] = plain(String(part[part.index(after: mark)...]))
        }
        return values
    }

    private static func plain(_ value: String) -> String {
        value.replacing("%20", with: " ").replacing("%2f", with: "/").replacing("%25", with: "%")
    }
}
