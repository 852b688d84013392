public import Changeset

/// How high a step is above the dispatcher. Raw values stand in `rung.level`.
public enum RungLevel: String, CaseIterable, Sendable, Hashable {
    /// Units, supervisors and counsel rule together whose a ticket is.
    case ruling
    /// A leader says so: that is final.
    case signOff = "sign-off"

    /// The name people know.
    public var chinese: String { self == .ruling ? "联合认定" : "领导签批" }
}

/// A step by which it was settled whose a ticket is: who took part, what they decided, who wrote it down and when. Never changed.
public struct Rung: Hashable, Sendable {
    /// The command that brought it.
    public var id: CommandID
    /// How high.
    public var level: RungLevel
    /// The dispute that it settled.
    public var request: CommandID?
    /// Who took part, as the centre wrote them.
    public var members: String
    /// Whose it is.
    public var owner: String?
    /// Why.
    public var words: String?
    /// Who wrote it down.
    public var author: String
    /// When.
    public var at: Milliseconds

    /// Their ladder; another one has the leaders who answer for a ticket (`Responsible`).
    static let ladder = "dispute"

    init(_ command: Command, _ level: RungLevel, on request: CommandID, in context: DecisionContext) {
        id = command.id
        self.level = level
        self.request = request
        members = command.text("members") ?? ""
        owner = command.text("assignee")
        words = command.text("body")
        author = context.author.person
        at = context.occurredAt
    }

    /// Reads a row of `rung`. Nil if a column is missing, or the ladder or level is a newer release's.
    public init?(row: [Value]) {
        guard row.count >= Table.rung.columns.count, let id = CommandID(row[0]), row[2].string == Self.ladder,
            let level = row[3].string.flatMap(RungLevel.init(rawValue:)), let at = row[9].int
        else { return nil }
        self.id = id
        self.level = level
        request = CommandID(row[4])
        members = row[5].string ?? ""
        owner = row[6].string
        words = row[7].string
        author = row[8].string ?? ""
        self.at = at
    }

    /// The row of `rung`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            id.value, ticket.value, .text(Self.ladder), .text(level.rawValue), request?.value ?? .null, .text(members),
            .optional(owner), .optional(words), .text(author), .integer(at),
        ]
    }

    /// On one line, without its moment.
    public func line(names: (String) -> String) -> DueLine {
        let (owner, words) = (self.owner.map(names) ?? "-", self.words ?? "")
        return DueLine(
            "\(level == .ruling ? "joint ruling" : "sign-off") (\(members)): it is \(owner)'s. \(words)",
            "\(level.chinese)（\(members)）：由 \(owner) 办理。\(words)")
    }
}

extension Ticket {
    /// A joint ruling was given, so that only a leader decides another dispute.
    public var isRuled: Bool { !rungs.isEmpty }
    /// A leader signed it off, which is final.
    public var isSignedOff: Bool { rungs.contains { $0.level == .signOff } }
}
