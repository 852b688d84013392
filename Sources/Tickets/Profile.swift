/// What differs between cities, as one versioned file. The centre reads it as YAML and hands it over here as `path: value`.
public struct Profile: Hashable, Sendable {
    /// The city's code.
    public var name: String
    /// The file's own version.
    public var version: Int
    /// The clock of each class.
    public var deadlines: [DeadlineClass: DeadlineRule]
    /// Minutes, day and night, from taking a request in to its first dispatch.
    public var dispatchMinutes: Int
    /// The most days by which all extensions of a ticket together may move its due date.
    public var extensionDaysMax: Int
    /// True if extension days are working days.
    public var extensionInWorkingDays: Bool
    /// Decimals of a printed percentage.
    public var roundingDecimals: Int
    /// How long the centre may take to answer a request for more time; hours, day and night.
    public var answerHours = 24
    /// The longest time before its due time at which a clock is due soon; hours, day and night.
    public var dueSoonHours = 24
    /// How long a held command may wait for a dispatcher before that is raised; hours, day and night.
    public var undecidedHours = 24

    /// How often a ticket may be sent back or disputed before several have to rule whose it is.
    public var bounceMax = 2
    /// How long the centre may take to answer a dispute; hours, day and night.
    public var disputeAnswerHours = 24
    /// The longest time until a long-term ticket is looked at again; days.
    public var longTermDaysMax = 365
    /// How often a ticket may go from one hand to another before it is flagged.
    public var transferMax = 1
    /// Whether a supervisor has to approve that a ticket leaves the unit that it was given to first.
    public var approvesLeavingFirstUnit = false

    /// How long a unit that is called in may take to report in; hours, day and night.
    public var reportInHours = 24
    /// How long a unit that is set over a ticket may take to its first word; hours, day and night.
    public var superviseHours = 24

    /// The unit that gets what no rule of the catalogue fits; nil = it stays where it is.
    public var deskUnit: String?

    /// The longest time from the first to the last ticket of one incident, for proposing them; hours.
    public var incidentWindowHours = 24
    /// How many tickets make an incident.
    public var incidentLeast = 2
    /// How much of their words they must share; percent.
    public var incidentSimilarity = 30
    /// Whether they may lie in several grids under one area.
    public var incidentSpansArea = false

    /// The steps by which a ticket that is stuck goes up, from the bottom: the first is the ordinary handling.
    public var ladder = LadderStep.standard
    /// Whether a ticket stays unresolved while a required item of its checklist is open; else its handler is told.
    public var refusesChecklistGaps = true

    /// What a guide may give; of the other roles the matrix decides. Lists and no dictionary: a short run of the client makes a profile.
    public var guideCommands: [CommandKind] = [.report, .note, .visit, .urge, .retract]
    /// What a volunteer may give.
    public var volunteerCommands: [CommandKind] = [
        .report, .note, .visit, .fill, .accept, .start, .resolve, .return, .retract,
    ]

    /// Whether a role may give a command at all.
    public func mayGive(_ kind: CommandKind, as role: Role) -> Bool {
        switch role {
        case .guide: guideCommands.contains(kind) || isRemoved("WZ1")
        case .volunteer: volunteerCommands.contains(kind) || isRemoved("WZ1")
        case .worker, .leader, .unit, .visitor, .dispatcher, .supervisor, .operator: true
        }
    }

    /// Words that say the class of a ticket whose kind does not: `deadlineClass(of:)`.
    public var classWords: [DeadlineClass: [String]] = [:]
    /// Longer words in which those do not count: 安置小区 is where somebody lives, and no resettlement.
    public var classExceptions: [DeadlineClass: [String]] = [:]

    /// What `Schema/Profiles/hotan.yaml` says. A test compares the two.
    public static let hotan = Profile(
        name: "hotan", version: 1,
        deadlines: [
            .consultation: DeadlineRule(days: 0), .general: DeadlineRule(days: 3),
            .complex: DeadlineRule(days: 7, daysMin: 5, daysMax: 7), .urgent: DeadlineRule(days: 1, contactHours: 2),
        ],
        dispatchMinutes: 30, extensionDaysMax: 10, extensionInWorkingDays: false, roundingDecimals: 2)

    /// A profile.
    public init(
        name: String, version: Int, deadlines: [DeadlineClass: DeadlineRule], dispatchMinutes: Int, extensionDaysMax: Int,
        extensionInWorkingDays: Bool, roundingDecimals: Int
    ) {
        self.name = name
        self.version = version
        self.deadlines = deadlines
        self.dispatchMinutes = dispatchMinutes
        self.extensionDaysMax = extensionDaysMax
        self.extensionInWorkingDays = extensionInWorkingDays
        self.roundingDecimals = roundingDecimals
    }

    /// Reads the file's scalars, named by their path: `deadlines.general.days` → `3`. What it leaves open takes its default.
    ///
    /// - Parameter strict: A key that means nothing is an error, because it is most likely a misspelling. A device is not strict: the
    ///   key belongs to a newer release.
    /// - Throws: The first key that is missing, unknown, or has a value outside its limits.
    public init(entries: [String: String], strict: Bool = true) throws(ProfileError) {
        let whole = try ProfileKey.completed(entries, strict: strict)
        func number(_ key: String) -> Int? { whole[key].flatMap { Int($0) } }
        // Every key without a default was looked for, and every number was read, by `completed`.
        name = whole["profile"] ?? ""
        version = number("version") ?? 0
        deadlines = [:]
        for one in DeadlineClass.allCases {
            let path = "deadlines.\(one.rawValue)"
            let rule = DeadlineRule(
                days: number("\(path).days") ?? 0, daysMin: number("\(path).days_min"), daysMax: number("\(path).days_max"),
                contactHours: number("\(path).contact_hours"))
            guard rule.daysMin ?? 0 <= rule.days else { throw .value(key: "\(path).days_min") }
            guard rule.daysMax ?? rule.days >= rule.days else { throw .value(key: "\(path).days_max") }
            deadlines[one] = rule
        }
        for one in DeadlineClass.allCases {
            let path = "classes.\(one.rawValue)"
            func words(_ name: String) throws(ProfileError) -> [String]? {
                guard let words = whole["\(path).\(name)"]?.split(separator: " ").map(String.init) else { return nil }
                guard !words.isEmpty else { throw .value(key: "\(path).\(name)") }
                return words
            }
            classWords[one] = try words("words")
            classExceptions[one] = try words("except")
            // Of a class that no word gives there is nothing to except.
            guard classExceptions[one] == nil || classWords[one] != nil else { throw .value(key: "\(path).except") }
        }
        dispatchMinutes = number("dispatch.minutes") ?? 0
        extensionDaysMax = number("extension.days_max") ?? 0
        extensionInWorkingDays = whole["extension.unit"] == "working-day"
        roundingDecimals = number("rates.rounding") ?? 0
        answerHours = number("extension.answer_hours") ?? 24
        dueSoonHours = number("alarms.due_soon_hours") ?? 24
        undecidedHours = number("alarms.undecided_hours") ?? 24
        bounceMax = number("dispute.bounces_max") ?? 2
        disputeAnswerHours = number("dispute.answer_hours") ?? 24
        longTermDaysMax = number("long_term.days_max") ?? 365
        reportInHours = number("joint.report_in_hours") ?? 24
        superviseHours = number("supervise.hours") ?? 24
        refusesChecklistGaps = whole["checklist.gaps"] == "refuse"
        transferMax = number("transfer.max") ?? 1
        approvesLeavingFirstUnit = whole["transfer.approval"] == "first-unit"
        deskUnit = whole["dispatch.desk"]
        incidentWindowHours = number("incident.window_hours") ?? 24
        incidentLeast = number("incident.least") ?? 2
        incidentSimilarity = number("incident.similarity") ?? 30
        incidentSpansArea = whole["incident.place"] == "area"
        ladder = try Self.ladder(whole)
        func commands(_ role: Role) -> [CommandKind]? {
            whole["roles.\(role.rawValue).commands"].flatMap { CommandKind.list($0) }
        }
        guideCommands = commands(.guide) ?? guideCommands
        volunteerCommands = commands(.volunteer) ?? volunteerCommands
    }

    /// Steps without a gap, each once; nobody is kept from the lowest.
    private static func ladder(_ whole: [String: String]) throws(ProfileError) -> [LadderStep] {
        var ladder: [LadderStep] = []
        for number in 1...LadderStep.countMax {
            let path = "ladder.\(number)"
            guard let code = whole["\(path).code"] else {
                if let stray = ["name", "english", "restricted", "units"].first(where: { whole["\(path).\($0)"] != nil }) {
                    throw .value(key: "\(path).\(stray)")
                }
                continue
            }
            guard ladder.count == number - 1 else { throw .missing(key: "ladder.\(ladder.count + 1).code") }
            guard !ladder.contains(where: { $0.code == code }) else { throw .value(key: "\(path).code") }
            let isRestricted = whole["\(path).restricted"] == "yes"
            guard !isRestricted || number > 1 else { throw .value(key: "\(path).restricted") }
            let least = whole["\(path).units"].flatMap { Int($0) } ?? 0
            // Their shares would tell of a step that only supervisors read; the lowest is nobody's order.
            guard least == 0 || !isRestricted && number > 1 else { throw .value(key: "\(path).units") }
            let name = whole["\(path).name"] ?? code
            ladder.append(
                LadderStep(code, name, whole["\(path).english"] ?? code, isRestricted: isRestricted, unitsLeast: least))
        }
        return ladder
    }
}

extension Profile {
    /// The class that a ticket has unless the dispatcher says otherwise.
    ///
    /// Its urgency and its kind come first: people gave them. Whoever asked for help, which is what an intake says that knows no kind,
    /// is looked at by the words of the title: urgent ones first, then those of what is complex, then those of a question.
    public func deadlineClass(of ticket: Ticket) -> DeadlineClass {
        deadlineClass(kind: ticket[.kind].string, urgency: ticket[.urgency].string, title: ticket[.title].string)
    }

    /// The same for what is no ticket yet.
    /// - Parameters:
    ///   - kind: A word of `TicketKind`; nil = help is asked for.
    ///   - urgency: A word of `Urgency`.
    public func deadlineClass(kind: String?, urgency: String?, title: String?) -> DeadlineClass {
        if urgency == Urgency.urgent.rawValue { return .urgent }
        if kind == TicketKind.consultation.rawValue { return .consultation }
        guard let title, kind ?? TicketKind.assistance.rawValue == TicketKind.assistance.rawValue else { return .general }
        let order: [DeadlineClass] = [.urgent, .complex, .consultation]
        return order.first { says(title, $0) } ?? .general
    }

    /// Whether a title has a word of a class outside of the longer words in which it does not count.
    private func says(_ title: String, _ one: DeadlineClass) -> Bool {
        guard let words = classWords[one] else { return false }
        // A space in its place, so that what stood on both sides makes no new word.
        let rest = (classExceptions[one] ?? []).reduce(title) { $0.replacing($1, with: " ") }
        return words.contains { rest.contains($0) }
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

    /// The key that is wrong.
    public var key: String {
        switch self {
        case .missing(let key), .value(let key), .unknown(let key): key
        }
    }

    /// What to correct.
    public var description: String {
        switch self {
        case .missing(let key): "the profile has no \(key); add it"
        case .value(let key): "the profile's \(key) cannot be taken; Schema/README.md names its limits"
        case .unknown(let key): "the profile has \(key), which means nothing; correct its spelling or take it out"
        }
    }
}
