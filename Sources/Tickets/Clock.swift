public import Changeset

/// What a clock measures. Raw values stand in `clock.kind`; the order is the order in which clocks are shown.
public enum ClockKind: String, CaseIterable, Sendable, Hashable {
    /// From taking a request in to its first dispatch: the centre's.
    case dispatch
    /// From the first dispatch to the resolution: the handler's.
    case resolution
    /// From the first dispatch to the first word with the caller: the handler's.
    case contact
    /// From asking for more time to the answer: the centre's.
    case answer
    /// From granting the long-term state to the day on which it is looked at again: the centre's.
    case review
    /// From calling a unit in to its reporting in: that unit's. Several may run on one ticket.
    case reportIn = "report-in"
    /// From a dispatch to the first word of the unit that was set over it: that unit's.
    case supervise

    /// The name people know.
    public var chinese: String {
        switch self {
        case .dispatch: "派遣时限"
        case .resolution: "办理时限"
        case .contact: "联系时限"
        case .answer: "答复时限"
        case .review: "复核时限"
        case .reportIn: "报到时限"
        case .supervise: "督办时限"
        }
    }
}

/// The columns of `clock`, in order. Raw values are the SQL names.
public enum ClockColumn: String, CaseIterable, Sendable, Hashable {
    case id, ticket, kind
    case deadlineClass = "class"
    case days, source
    case startAt = "start_at"
    case dueAt = "due_at"
    case metAt = "met_at"
    case metBy = "met_by"
    case endedAt = "ended_at"

    /// The position in the row.
    public var index: Int {
        switch self {
        case .id: 0
        case .ticket: 1
        case .kind: 2
        case .deadlineClass: 3
        case .days: 4
        case .source: 5
        case .startAt: 6
        case .dueAt: 7
        case .metAt: 8
        case .metBy: 9
        case .endedAt: 10
        }
    }
}

/// One promise of a ticket: by when something is to be done, and when it was. Only commands write it; that time passes writes nothing.
public struct Clock: Hashable, Sendable {
    /// 16 bytes, derived from the ticket and the kind, so that device and centre make the same row; of a part's clock the part's own, which
    /// derives from the command that made it, and an ordinal.
    public var id: [UInt8]
    /// What it measures.
    public var kind: ClockKind
    /// The class that gave the due time; nil where none did: a dispatch clock, a date set by hand, a store of an earlier release.
    public var deadlineClass: DeadlineClass?
    /// The working days that were counted; nil where none were.
    public var days: Int?
    /// The profile and its version, as `hotan 2`, that gave the due time first.
    public var source: String
    /// When it began.
    public var start: Milliseconds
    /// The last moment in time. It may have been moved since.
    public var due: Milliseconds
    /// When it was met, by `occurred_at`: the earliest command that meets it; nil = not, or not any more.
    public var metAt: Milliseconds?
    /// The command that met it.
    public var metBy: CommandID?
    /// When the promise fell away without being met: the ticket was withdrawn, or goes by another class.
    public var endedAt: Milliseconds?

    /// A clock that runs.
    public init(
        _ kind: ClockKind, of ticket: TicketID, deadlineClass: DeadlineClass? = nil, days: Int? = nil, source: String,
        start: Milliseconds, due: Milliseconds
    ) {
        id = Self.id(of: kind, on: ticket)
        self.kind = kind
        self.deadlineClass = deadlineClass
        self.days = days
        self.source = source
        self.start = start
        self.due = due
    }

    /// Reads a row of `clock`. Nil if a column is missing or its kind is a newer release's.
    public init?(row: [Value]) {
        func value(_ column: ClockColumn) -> Value { row.count > column.index ? row[column.index] : .null }
        guard case .blob(let id) = value(.id), let kind = value(.kind).string.flatMap(ClockKind.init(rawValue:)),
            let start = value(.startAt).int, let due = value(.dueAt).int
        else { return nil }
        self.id = id
        self.kind = kind
        deadlineClass = value(.deadlineClass).string.flatMap(DeadlineClass.init(rawValue:))
        days = value(.days).int.map { Int(clamping: $0) }
        source = value(.source).string ?? ""
        self.start = start
        self.due = due
        metAt = value(.metAt).int
        metBy = CommandID(value(.metBy))
        endedAt = value(.endedAt).int
    }

    /// The row of `clock`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            .blob(id), ticket.value, .text(kind.rawValue), .optional(deadlineClass?.rawValue), .optional(days.map { Int64($0) }),
            .text(source), .integer(start), .integer(due), .optional(metAt), metBy?.value ?? .null, .optional(endedAt),
        ]
    }

    /// The identifier of a ticket's clock of this kind. Report and creation use ordinal 0 of a CommandID, notes 1: these lie apart.
    public static func id(of kind: ClockKind, on ticket: TicketID) -> [UInt8] {
        let ordinal: UInt64 =
            switch kind {
            case .dispatch: 1 << 32
            case .resolution: (1 << 32) + 1
            case .contact: (1 << 32) + 2
            case .answer: (1 << 32) + 3
            case .review: (1 << 32) + 4
            // Clocks of parts have the identifiers of these: one for each.
            case .reportIn: (1 << 32) + 5
            case .supervise: (1 << 32) + 6
            }
        return CommandID(bytes: ticket.bytes)!.derived(ordinal)  // both are 16 bytes
    }

    /// Neither met nor fallen away.
    public var isRunning: Bool { metAt == nil && endedAt == nil }

    /// Where a clock stands at a moment.
    public func standing(at now: Milliseconds) -> ClockStanding {
        if let metAt { return metAt <= due ? .met : .metLate }
        if endedAt != nil { return .ended }
        return now <= due ? .running : .overdue
    }
}

/// Where a clock stands. Raw values stand in JSON.
public enum ClockStanding: String, CaseIterable, Sendable, Hashable {
    case running, overdue, met
    case metLate = "met-late"
    case ended
}
