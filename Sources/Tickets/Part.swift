public import Changeset

/// What a unit does on a ticket beside whoever handles it. Raw values stand in `part.role`.
public enum PartRole: String, CaseIterable, Sendable, Hashable {
    /// Called in: it reports in, and does its share.
    case joint
    /// Set over it by its sector: it urges and guides.
    case supervisor
    /// One of several that supervise it together, by a step of the ladder: it urges, guides and reports.
    case jointSupervisor = "joint-supervisor"

    /// The name people know.
    public var chinese: String {
        switch self {
        case .joint: "联办"
        case .supervisor: "行业督办"
        case .jointSupervisor: "联合督办"
        }
    }
    var english: String {
        switch self {
        case .joint: "called in"
        case .supervisor: "supervises"
        case .jointSupervisor: "supervises with others"
        }
    }
}

/// The columns of `part`, in order. Raw values are the SQL names.
public enum PartColumn: String, CaseIterable, Sendable, Hashable {
    case id, ticket, unit, role, command
    case askedAt = "asked_at"
    case reportedBy = "reported_by"
    case reportedAt = "reported_at"
    case doneBy = "done_by"
    case doneAt = "done_at"
    case endedAt = "ended_at"
}

/// One unit's share in a ticket. Its words are the notes of the commands that it names; its clock has its identifier.
public struct Part: Hashable, Sendable {
    /// 16 bytes, derived from the command that asked, and an ordinal.
    public var id: [UInt8]
    /// Which unit.
    public var unit: String
    /// What it does.
    public var role: PartRole
    /// The command that called it in.
    public var command: CommandID
    /// When, by `occurred_at`.
    public var askedAt: Milliseconds
    /// The command with which it reported in, and when; nil = it did not yet.
    public var reportedBy: CommandID?
    /// When it reported in.
    public var reportedAt: Milliseconds?
    /// The command with which it did its share; nil = it did not yet.
    public var doneBy: CommandID?
    /// When it was done.
    public var doneAt: Milliseconds?
    /// When nobody needed it any more; nil = somebody does.
    public var endedAt: Milliseconds?

    /// A part that is asked for. Notes have ordinal 1 of a command; parts begin at 16.
    public init(_ unit: String, _ role: PartRole, by command: CommandID, place: Int, at moment: Milliseconds) {
        id = command.derived(UInt64(16 + place))
        self.unit = unit
        self.role = role
        self.command = command
        askedAt = moment
    }

    /// Reads a row of `part`. Nil if a column is missing or the role is a newer release's.
    public init?(row: [Value]) {
        guard row.count >= PartColumn.allCases.count, case .blob(let id) = row[0], let unit = row[2].string,
            let role = row[3].string.flatMap(PartRole.init(rawValue:)), let command = CommandID(row[4]), let askedAt = row[5].int
        else { return nil }
        (self.id, self.unit, self.role, self.command, self.askedAt) = (id, unit, role, command, askedAt)
        (reportedBy, reportedAt, doneBy, doneAt) = (CommandID(row[6]), row[7].int, CommandID(row[8]), row[9].int)
        endedAt = row[10].int
    }

    /// The row of `part`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            .blob(id), ticket.value, .text(unit), .text(role.rawValue), command.value, .integer(askedAt),
            reportedBy?.value ?? .null,
            .optional(reportedAt), doneBy?.value ?? .null, .optional(doneAt), .optional(endedAt),
        ]
    }

    /// Called in, and neither done nor given up: the ticket is not closed without it.
    public var isOpen: Bool { role == .joint && doneAt == nil && endedAt == nil }

    /// Whether it was asked for first; of one moment, by the command.
    static func isOlder(_ left: Part, _ right: Part) -> Bool {
        left.askedAt == right.askedAt
            ? left.command.bytes.lexicographicallyPrecedes(right.command.bytes) : left.askedAt < right.askedAt
    }

    /// What it is to `after`, as a change of its columns; nil if that is the same.
    func change(to after: Part, of ticket: TicketID) -> RowChange? {
        .update(.part, key: [.blob(id)], from: row(of: ticket), to: after.row(of: ticket))
    }

    /// On one line: which unit, as what, and how far it is.
    public func line(names: (String) -> String) -> DueLine {
        let (stage, chinese): (String, String) =
            if endedAt != nil { ("not needed any more", "不再需要") } else if doneAt != nil {
                ("done", "已完成")
            } else if reportedAt != nil {
                ("reported in", "已报到")
            } else { role == .joint ? ("has not reported in", "未报到") : ("", "") }
        let tail = stage.isEmpty ? ("", "") : (", " + stage, "，" + chinese)
        return DueLine("\(names(unit)) \(role.english)\(tail.0)", "\(names(unit)) \(role.chinese)\(tail.1)")
    }
}

extension Ticket {
    /// The share whose clock this is; nil of a clock of the ticket itself.
    public func part(of clock: Clock) -> Part? { parts.first { $0.id == clock.id } }
}
