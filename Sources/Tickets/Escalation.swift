public import Changeset

/// One step of a city's supervision ladder. The lowest is the ordinary handling after the dispatch.
public struct LadderStep: Hashable, Sendable {
    /// Its word: lower-case letters, digits and hyphens.
    public var code: String
    /// The name people know.
    public var chinese: String
    /// The same in English.
    public var english: String
    /// Only supervisors open, end and read it; no device has it.
    public var isRestricted: Bool
    /// How many units must supervise the ticket together from this step on, at least; 0 = there may be none.
    public var unitsLeast: Int

    /// A step.
    public init(_ code: String, _ chinese: String, _ english: String, isRestricted: Bool = false, unitsLeast: Int = 0) {
        (self.code, self.chinese, self.english, self.isRestricted) = (code, chinese, english, isRestricted)
        self.unitsLeast = unitsLeast
    }

    /// The most steps that a profile may have.
    public static let countMax = 6

    /// The ladder of a city that names none.
    public static let standard = [
        LadderStep("local", "属地办理", "local handling"), LadderStep("county-meeting", "县市联席会议", "county joint meeting"),
        LadderStep("task-force", "地区专项工作组", "prefecture task force"),
    ]
}

/// How a step of the ladder ended. Raw values stand in `escalation.outcome`.
public enum StepOutcome: String, CaseIterable, Sendable, Hashable {
    /// It did not settle the matter: the next step may be opened.
    case failed
    /// It did.
    case settled
    /// A leader did, at the place itself: 一把手现场调处.
    case onTheSpot = "on-the-spot"

    /// The name people know.
    public var chinese: String {
        switch self {
        case .failed: "未果"
        case .settled: "已解决"
        case .onTheSpot: "一把手现场调处"
        }
    }
    var english: String { self == .onTheSpot ? "settled on the spot by its leader" : rawValue }
}

/// The columns of `escalation`, in order. Raw values are the SQL names.
public enum EscalationColumn: String, CaseIterable, Sendable, Hashable {
    case id, ticket, step, place, restricted, members, decision, reason
    case dueAt = "due_at"
    case author, at, outcome, words
    case endedBy = "ended_by"
    case endedAt = "ended_at"
    case endedWith = "ended_with"
    case leader
}

/// A ticket at one step of the ladder: who sat together, what they decided, until when, and how it ended.
public struct Escalation: Hashable, Sendable {
    /// The command that brought it.
    public var id: CommandID
    /// Which step of the profile.
    public var step: String
    /// How many steps it is from the bottom, from 1.
    public var place: Int
    /// Only supervisors read it.
    public var isRestricted: Bool
    /// Who took part, as the centre wrote them, with commas between.
    public var members: String
    /// What they decided; nil of the lowest step.
    public var decision: String?
    /// Why it came to that.
    public var reason: String?
    /// The due time that they decided; nil = the one that stood.
    public var dueAt: Milliseconds?
    /// Who wrote it down.
    public var author: String
    /// When it began.
    public var at: Milliseconds
    /// How it ended; nil = it is open.
    public var outcome: StepOutcome?
    /// In words.
    public var words: String?
    /// Who wrote that down.
    public var endedBy: String?
    /// When.
    public var endedAt: Milliseconds?
    /// The command that ended it.
    public var endedWith: CommandID?
    /// Of what was settled on the spot: which leader did.
    public var leader: String?

    init(_ id: CommandID, _ step: LadderStep, at place: Int, members: String, author: String, since moment: Milliseconds) {
        self.id = id
        self.step = step.code
        self.place = place
        isRestricted = step.isRestricted
        self.members = members
        self.author = author
        at = moment
    }

    /// Reads a row of `escalation`. Nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= EscalationColumn.allCases.count, let id = CommandID(row[0]), let step = row[2].string,
            let place = row[3].int, let at = row[10].int
        else { return nil }
        self.id = id
        self.step = step
        self.place = Int(clamping: place)
        isRestricted = row[4].int == 1
        members = row[5].string ?? ""
        (decision, reason, dueAt) = (row[6].string, row[7].string, row[8].int)
        author = row[9].string ?? ""
        self.at = at
        outcome = row[11].string.flatMap(StepOutcome.init(rawValue:))
        (words, endedBy, endedAt, endedWith) = (row[12].string, row[13].string, row[14].int, CommandID(row[15]))
        leader = row[16].string
    }

    /// The row of `escalation`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            id.value, ticket.value, .text(step), .integer(Int64(place)), .integer(isRestricted ? 1 : 0), .text(members),
            .optional(decision), .optional(reason), .optional(dueAt), .text(author), .integer(at), .optional(outcome?.rawValue),
            .optional(words), .optional(endedBy), .optional(endedAt), endedWith?.value ?? .null,
            .optional(leader),
        ]
    }

    /// On one line, without its moment: which step, who, what they decided, how it ended.
    ///
    /// - Parameter names: What people call a person or a unit, by their identifier; others come back as they are.
    public func line(on ladder: [LadderStep], names: (String) -> String) -> DueLine {
        let name = ladder.first { $0.code == step }
        let members = Command.listed(in: members).map(names)
        let due = dueAt.map { DueWords.moment($0) }
        let ended = outcome.map { outcome in
            let leader = leader.map { " \(names($0))" } ?? ""
            return DueLine(
                "; \(outcome.english)\(leader)\(words.map { " (\($0))" } ?? "")",
                "；\(outcome.chinese)\(leader)\(words.map { "（\($0)）" } ?? "")")
        }
        let open = DueLine("; open", "；进行中")
        return DueLine(
            "\(name?.english ?? step) (\(members.joined(separator: ", ")))\(decision.map { ": \($0)" } ?? "")"
                + "\(due.map { "; due \($0.english)" } ?? "")\((ended ?? open).english)",
            "\(name?.chinese ?? step)（\(members.joined(separator: "、"))）\(decision.map { "：\($0)" } ?? "")"
                + "\(due.map { "；时限 \($0.chinese)" } ?? "")\((ended ?? open).chinese)")
    }

    /// They come by their place on the ladder.
    func isBefore(_ other: Escalation) -> Bool { (place, at, id) < (other.place, other.at, other.id) }
}

extension Ticket {
    /// The step at which it stands: the highest one; nil = nobody escalated it.
    public var ladderStep: Escalation? { escalations.last }
    /// The step that is open.
    public var openStep: Escalation? { escalations.last.flatMap { $0.outcome == nil ? $0 : nil } }

    /// The ticket as those see it who are no supervisors.
    public var withoutRestricted: Ticket {
        var ticket = self
        ticket.escalations.removeAll(where: \.isRestricted)
        return ticket
    }
}

extension Role {
    /// Supervisors alone open, end and read the restricted steps of a ladder.
    public var seesRestricted: Bool { self == .supervisor }
}
