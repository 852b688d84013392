/// One scalar of a profile: its name, its limits, and what it is where a city's file leaves it open.
///
/// A test compares this table with the one in Schema/README.md.
public struct ProfileKey: Hashable, Sendable {
    /// The path: `deadlines.general.days`.
    public let name: String
    /// What it may be.
    public let limits: Limits
    /// What it is if the file leaves it open; nil = the file must say it, unless it is `isOptional`.
    public let standard: String?
    /// True if it may be absent, which means that there is no such thing in this city.
    public let isOptional: Bool

    /// What a value may be.
    public enum Limits: Hashable, Sendable {
        /// Any text that is not empty.
        case text
        /// A whole number.
        case number(ClosedRange<Int>)
        /// One of these words.
        case words([String])
        /// Lower-case letters, digits and hyphens, at most 40.
        case code
        /// Commands of the field with a space between, each once.
        case commands

        func accept(_ value: String) -> Bool {
            switch self {
            case .text: !value.isEmpty
            case .number(let range): Int(value).map(range.contains) ?? false
            case .words(let words): words.contains(value)
            case .commands: CommandKind.list(value) != nil
            case .code:
                (1...40).contains(value.utf8.count)
                    && value.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            }
        }
    }

    /// Every key that a profile may have.
    public static let all: [ProfileKey] =
        [
            ProfileKey("profile", .text), ProfileKey("version", .number(1...1_000_000)),
            ProfileKey("timezone", .words(["+08:00"]), standard: "+08:00"),
        ] + ofClass(.consultation, days: 0) + ofClass(.general, days: 3) + ofClass(.complex, days: 7, min: 5, max: 7)
        + ofClass(.urgent, days: 1, contact: 2)
        + DeadlineClass.allCases.filter { $0 != .general }.flatMap { one in
            ["words", "except"].map { ProfileKey("classes.\(one.rawValue).\($0)", .text, isOptional: true) }
        } + [
            ProfileKey("dispatch.minutes", .number(1...10_080), standard: "30"),
            ProfileKey("dispatch.desk", .text, isOptional: true),
            ProfileKey("extension.days_max", .number(0...365), standard: "10"),
            ProfileKey("extension.answer_hours", .number(1...720), standard: "24"),
            ProfileKey("extension.unit", .words(["day", "working-day"]), standard: "day"),
            ProfileKey("dispute.bounces_max", .number(0...100), standard: "2"),
            ProfileKey("dispute.answer_hours", .number(1...720), standard: "24"),
            ProfileKey("long_term.days_max", .number(1...3_650), standard: "365"),
            ProfileKey("joint.report_in_hours", .number(1...720), standard: "24"),
            ProfileKey("checklist.gaps", .words(["refuse", "warn"]), standard: "refuse"),
            ProfileKey("supervise.hours", .number(1...720), standard: "24"),
            ProfileKey("transfer.max", .number(0...100), standard: "1"),
            ProfileKey("transfer.approval", .words(["none", "first-unit"]), standard: "none"),
            ProfileKey("incident.window_hours", .number(1...720), standard: "24"),
            ProfileKey("incident.least", .number(2...1000), standard: "2"),
            ProfileKey("incident.similarity", .number(0...100), standard: "30"),
            ProfileKey("incident.place", .words(["grid", "area"]), standard: "grid"),
            ProfileKey("alarms.due_soon_hours", .number(1...240), standard: "24"),
            ProfileKey("alarms.undecided_hours", .number(1...720), standard: "24"),
            ProfileKey("roles.guide.commands", .commands, standard: "report note visit urge retract"),
            ProfileKey(
                "roles.volunteer.commands", .commands, standard: "report note visit fill accept start resolve return retract"),
            ProfileKey("rates.rounding", .number(0...6), standard: "2"),
        ] + (1...LadderStep.countMax).flatMap(ofStep)

    /// A file's scalars with the defaults for what it leaves open. A class of deadlines that the file names is as the file says: only
    /// a class that it does not name at all takes its defaults.
    ///
    /// - Throws: The first key, in the table's order, that is missing or has a value outside its limits; if `strict`, then one that
    ///   means nothing.
    public static func completed(_ entries: [String: String], strict: Bool = true) throws(ProfileError) -> [String: String] {
        let named = Set(entries.keys.compactMap(group))
        var whole: [String: String] = [:]
        for key in all {
            if let value = entries[key.name] {
                guard key.limits.accept(value) else { throw value.isEmpty ? .missing(key: key.name) : .value(key: key.name) }
                whole[key.name] = value
            } else if let standard = key.standard, group(key.name).map({ !named.contains($0) }) ?? true {
                whole[key.name] = standard
            } else if !key.isOptional {
                throw .missing(key: key.name)
            }
        }
        if strict, let stranger = entries.keys.filter({ whole[$0] == nil }).min() { throw .unknown(key: stranger) }
        return whole
    }

    private init(_ name: String, _ limits: Limits, standard: String? = nil, isOptional: Bool = false) {
        self.name = name
        self.limits = limits
        self.standard = standard
        self.isOptional = isOptional
    }

    private static func ofClass(_ one: DeadlineClass, days: Int, min: Int? = nil, max: Int? = nil, contact: Int? = nil)
        -> [ProfileKey]
    {
        let path = "deadlines.\(one.rawValue)"
        func optional(_ name: String, _ range: ClosedRange<Int>, _ standard: Int?) -> ProfileKey {
            ProfileKey("\(path).\(name)", .number(range), standard: standard.map(String.init), isOptional: true)
        }
        return [
            ProfileKey("\(path).days", .number(0...365), standard: String(days)), optional("days_min", 0...365, min),
            optional("days_max", 0...365, max), optional("contact_hours", 1...240, contact),
        ]
    }

    /// One step of the ladder; the standard ones where the file names none at all.
    private static func ofStep(_ number: Int) -> [ProfileKey] {
        let standard = number <= LadderStep.standard.count ? LadderStep.standard[number - 1] : nil
        func key(_ name: String, _ limits: Limits, _ standard: String?) -> ProfileKey {
            ProfileKey("ladder.\(number).\(name)", limits, standard: standard, isOptional: true)
        }
        return [
            key("code", .code, standard?.code), key("name", .text, standard?.chinese), key("english", .text, standard?.english),
            key("restricted", .words(["yes", "no"]), nil), key("units", .number(2...50), nil),
        ]
    }

    /// `deadlines.general` of `deadlines.general.days`, and `ladder` of all its steps; nil for keys that stand alone.
    private static func group(_ name: String) -> String? {
        if name.hasPrefix("ladder.") { return "ladder" }
        let parts = name.split(separator: ".")
        return parts.count == 3 ? parts.prefix(2).joined(separator: ".") : nil
    }
}
