/// What differs between cities, as one versioned file. The centre reads it as YAML and hands it over here as `path: value`.
public struct Profile: Hashable, Sendable {
    /// The city's code.
    public var name: String
    /// The file's own version.
    public var version: Int
    /// The clock of each class.
    public var deadlines: [DeadlineClass: DeadlineRule]
    /// The most days by which all extensions of a ticket together may move its due date.
    public var extensionDaysMax: Int
    /// True if extension days are working days.
    public var extensionInWorkingDays: Bool
    /// Decimals of a printed percentage.
    public var roundingDecimals: Int

    /// What `Schema/Profiles/hotan.yaml` says. A test compares the two.
    public static let hotan = Profile(
        name: "hotan", version: 1,
        deadlines: [
            .consultation: DeadlineRule(days: 0), .general: DeadlineRule(days: 3),
            .complex: DeadlineRule(days: 7, daysMin: 5, daysMax: 7), .urgent: DeadlineRule(days: 1, contactHours: 2),
        ],
        extensionDaysMax: 10, extensionInWorkingDays: false, roundingDecimals: 2)

    /// A profile.
    public init(
        name: String, version: Int, deadlines: [DeadlineClass: DeadlineRule], extensionDaysMax: Int, extensionInWorkingDays: Bool,
        roundingDecimals: Int
    ) {
        self.name = name
        self.version = version
        self.deadlines = deadlines
        self.extensionDaysMax = extensionDaysMax
        self.extensionInWorkingDays = extensionInWorkingDays
        self.roundingDecimals = roundingDecimals
    }

    /// Reads the file's scalars, named by their path: `deadlines.general.days` → `3`.
    ///
    /// - Throws: The first key that is missing, unknown, or has a value outside its limits.
    public init(entries: [String: String]) throws(ProfileError) {
        var reader = ProfileReader(entries: entries)
        name = try reader.text("profile")
        version = try reader.number("version", 1...1_000_000)
        guard try reader.text("timezone") == "+08:00" else { throw .value(key: "timezone") }
        deadlines = [:]
        for deadline in DeadlineClass.allCases {
            let path = "deadlines.\(deadline.rawValue)"
            let days = try reader.number("\(path).days", 0...365)
            let rule = DeadlineRule(
                days: days, daysMin: try reader.optional("\(path).days_min", 0...days),
                daysMax: try reader.optional("\(path).days_max", days...365),
                contactHours: try reader.optional("\(path).contact_hours", 1...240))
            deadlines[deadline] = rule
        }
        extensionDaysMax = try reader.number("extension.days_max", 0...365)
        let unit = try reader.text("extension.unit")
        guard unit == "day" || unit == "working-day" else { throw .value(key: "extension.unit") }
        extensionInWorkingDays = unit == "working-day"
        roundingDecimals = try reader.number("rates.rounding", 0...6)
        try reader.finish()
    }
}

/// Which clock a ticket runs on.
public enum DeadlineClass: String, CaseIterable, Sendable, Hashable {
    /// 咨询: the same day.
    case consultation
    /// 一般事项.
    case general
    /// 较为复杂的事项: the dispatcher may choose the days within the profile's limits.
    case complex
    /// 紧急.
    case urgent

    /// The class that a ticket has unless the dispatcher says otherwise.
    public init(kind: String?, urgency: String?) {
        if urgency == Urgency.urgent.rawValue {
            self = .urgent
        } else if kind == TicketKind.consultation.rawValue {
            self = .consultation
        } else {
            self = .general
        }
    }
}

/// The clock of one class.
public struct DeadlineRule: Hashable, Sendable {
    /// Working days after the day of dispatch; 0 = the day itself, whatever day it is.
    public var days: Int
    /// The fewest days that the dispatcher may choose; nil = no choice.
    public var daysMin: Int?
    /// The most days that the dispatcher may choose; nil = no choice.
    public var daysMax: Int?
    /// Hours, day and night, until the caller must have been contacted; nil = no such clock.
    public var contactHours: Int?

    /// A rule.
    public init(days: Int, daysMin: Int? = nil, daysMax: Int? = nil, contactHours: Int? = nil) {
        self.days = days
        self.daysMin = daysMin
        self.daysMax = daysMax
        self.contactHours = contactHours
    }
}

/// What is wrong with a profile.
public enum ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A key that must be there.
    case missing(key: String)
    /// A value that is no number where one must be, or is outside its limits.
    case value(key: String)
    /// A key that means nothing: most likely a misspelling.
    case unknown(key: String)

    /// What to correct.
    public var description: String {
        switch self {
        case .missing(let key): "the profile has no \(key); add it"
        case .value(let key): "the profile's \(key) cannot be taken; Schema/README.md names its limits"
        case .unknown(let key): "the profile has \(key), which means nothing; correct its spelling or take it out"
        }
    }
}

private struct ProfileReader {
    let entries: [String: String]
    var read: Set<String> = []

    init(entries: [String: String]) { self.entries = entries }

    mutating func text(_ key: String) throws(ProfileError) -> String {
        guard let value = entries[key], !value.isEmpty else { throw .missing(key: key) }
        read.insert(key)
        return value
    }

    mutating func number(_ key: String, _ limits: ClosedRange<Int>) throws(ProfileError) -> Int {
        guard let number = Int(try text(key)), limits.contains(number) else { throw .value(key: key) }
        return number
    }

    mutating func optional(_ key: String, _ limits: ClosedRange<Int>) throws(ProfileError) -> Int? {
        entries[key] == nil ? nil : try number(key, limits)
    }

    func finish() throws(ProfileError) {
        if let key = entries.keys.filter({ !read.contains($0) }).min() { throw .unknown(key: key) }
    }
}
