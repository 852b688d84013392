public import Changeset

/// On which of the six levels a leader answers for a hard case. Raw values stand in `rung.level`; the order is from the top.
public enum LeaderLevel: String, CaseIterable, Sendable, Hashable {
    case city, county, township, village, grid
    case microGrid = "micro-grid"

    /// The name people know.
    public var chinese: String {
        switch self {
        case .city: "市级"
        case .county: "县级"
        case .township: "乡级"
        case .village: "村级"
        case .grid: "网格"
        case .microGrid: "微网格"
        }
    }
}

/// A leader was named who answers for a ticket, whoever handles it: 责任包保. A row of `rung`, never changed; of each level the newest counts.
public struct Responsible: Hashable, Sendable {
    /// The command that named them.
    public var id: CommandID
    /// On which level.
    public var level: LeaderLevel
    /// Who.
    public var leader: String
    /// Who wrote it down.
    public var author: String
    /// When.
    public var at: Milliseconds

    /// The ladder under which they stand in `rung`.
    public static let ladder = "responsible"

    init(_ command: Command, _ level: LeaderLevel, _ leader: String, in context: DecisionContext) {
        id = command.id
        self.level = level
        self.leader = leader
        author = context.author.person
        at = context.occurredAt
    }

    /// Reads a row of `rung`. Nil if a column is missing, it is of another ladder, or the level is a newer release's.
    public init?(row: [Value]) {
        guard row.count >= Table.rung.columns.count, let id = CommandID(row[0]), row[2].string == Self.ladder,
            let level = row[3].string.flatMap(LeaderLevel.init(rawValue:)), let leader = row[6].string, let at = row[9].int
        else { return nil }
        (self.id, self.level, self.leader, self.at) = (id, level, leader, at)
        author = row[8].string ?? ""
    }

    /// The row of `rung`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            id.value, ticket.value, .text(Self.ladder), .text(level.rawValue), .null, .text(""), .text(leader), .null,
            .text(author), .integer(at),
        ]
    }
}

extension Ticket {
    /// Who answers for it now, from the top: of each level whoever was named last.
    public var leaders: [Responsible] {
        LeaderLevel.allCases.compactMap { level in namings.last { $0.level == level } }
    }
}

extension Command {
    /// The leader whom it names; nothing if they answer for the ticket on that level already.
    func leaderChanges(on ticket: Ticket, in context: DecisionContext) -> [RowChange] {
        guard let leader = text("leader"), let level = text("leader_level").flatMap(LeaderLevel.init(rawValue:)),
            !ticket.leaders.contains(where: { $0.level == level && $0.leader == leader }), !isRemoved("PZ2")
        else { return [] }
        return [.insert(.rung, Responsible(self, level, leader, in: context).row(of: ticket.id))]
    }
}
