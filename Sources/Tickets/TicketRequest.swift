public import Changeset

/// What somebody in the field asks for and the centre grants. Raw values stand in `request.kind`.
public enum RequestKind: String, CaseIterable, Sendable, Hashable {
    /// More time.
    case extension_ = "extension"
    /// It is not ours: somebody else is to have it.
    case dispute
    /// It cannot be settled soon: it is looked at again on a day.
    case longTerm = "long-term"

    /// The name people know.
    public var chinese: String {
        switch self {
        case .extension_: "延期"
        case .dispute: "职责争议"
        case .longTerm: "长期办理"
        }
    }

    /// What was asked, in words.
    public var asked: DueLine {
        switch self {
        case .extension_: DueLine("more time asked for", "申请延期")
        case .dispute: DueLine("disputed: not theirs", "提出职责争议")
        case .longTerm: DueLine("long-term asked for", "申请长期办理")
        }
    }
}

/// What became of a request. Raw values stand in `request.state`.
public enum RequestState: String, CaseIterable, Sendable, Hashable {
    /// Nobody has answered.
    case pending
    /// The centre said yes.
    case granted
    /// The centre said no.
    case refused
    /// Its author took it back, or the ticket was done or withdrawn first.
    case withdrawn

    /// The name people know.
    public var chinese: String {
        switch self {
        case .pending: "待批"
        case .granted: "已批准"
        case .refused: "未批准"
        case .withdrawn: "已撤回"
        }
    }
}

/// The columns of `request`, in order. Raw values are the SQL names.
public enum RequestColumn: String, CaseIterable, Sendable, Hashable {
    case id, ticket, kind, author
    case givenAt = "given_at"
    case days, state
    case grantedDays = "granted_days"
    case dueAt = "due_at"
    case answer
    case decidedBy = "decided_by"
    case decidedAt = "decided_at"

    /// The position in the row.
    public var index: Int {
        switch self {
        case .id: 0
        case .ticket: 1
        case .kind: 2
        case .author: 3
        case .givenAt: 4
        case .days: 5
        case .state: 6
        case .grantedDays: 7
        case .dueAt: 8
        case .answer: 9
        case .decidedBy: 10
        case .decidedAt: 11
        }
    }
}

/// One request on a ticket. Its words are the note of the same command.
public struct TicketRequest: Hashable, Sendable {
    /// The command that asked.
    public var id: CommandID
    /// What for.
    public var kind: RequestKind
    /// Who asked.
    public var author: String
    /// When, by `occurred_at`.
    public var givenAt: Milliseconds
    /// Of an extension: how many days more; else 0.
    public var days: Int
    /// What became of it.
    public var state: RequestState
    /// Of a granted one: how many days.
    public var grantedDays: Int?
    /// Of a granted one: the due time that it gave. Of a long-term one the review date, asked for or granted.
    public var dueAt: Milliseconds?
    /// The centre's words.
    public var answer: String?
    /// Who answered.
    public var decidedBy: String?
    /// When.
    public var decidedAt: Milliseconds?

    /// A request that nobody has answered.
    public init(_ kind: RequestKind, id: CommandID, author: String, givenAt: Milliseconds, days: Int = 0) {
        self.id = id
        self.kind = kind
        self.author = author
        self.givenAt = givenAt
        self.days = days
        state = .pending
    }

    /// Reads a row of `request`. Nil if a column is missing or a word is a newer release's.
    public init?(row: [Value]) {
        func value(_ column: RequestColumn) -> Value { row.count > column.index ? row[column.index] : .null }
        guard let id = CommandID(value(.id)), let kind = value(.kind).string.flatMap(RequestKind.init(rawValue:)),
            let state = value(.state).string.flatMap(RequestState.init(rawValue:)), let givenAt = value(.givenAt).int
        else { return nil }
        self.init(
            kind, id: id, author: value(.author).string ?? "", givenAt: givenAt, days: Int(clamping: value(.days).int ?? 0))
        self.state = state
        grantedDays = value(.grantedDays).int.map { Int(clamping: $0) }
        dueAt = value(.dueAt).int
        answer = value(.answer).string
        decidedBy = value(.decidedBy).string
        decidedAt = value(.decidedAt).int
    }

    /// The row of `request`, all columns in order.
    public func row(of ticket: TicketID) -> [Value] {
        [
            id.value, ticket.value, .text(kind.rawValue), .text(author), .integer(givenAt), .integer(Int64(days)),
            .text(state.rawValue), .optional(grantedDays.map { Int64($0) }), .optional(dueAt), .optional(answer),
            .optional(decidedBy), .optional(decidedAt),
        ]
    }
}

extension Ticket {
    /// The request that waits for an answer; at most one does.
    public var pendingRequest: TicketRequest? { requests.first { $0.state == .pending } }

    /// What was granted last as long-term: until when it is looked at again.
    public var longTerm: TicketRequest? { requests.last { $0.kind == .longTerm && $0.state == .granted } }

    /// The days that were granted on top of the class's own, all together.
    public var grantedDays: Int { requests.reduce(0) { $0 + ($1.state == .granted ? $1.grantedDays ?? 0 : 0) } }
}

extension Rules {
    /// A due time moved by days of an extension: calendar days, or working days to the end of the last.
    public func extended(_ due: Milliseconds, by days: Int) -> Milliseconds {
        guard profile.extensionInWorkingDays else { return due + Milliseconds(days) * 86_400_000 }
        var day = Day(containing: due)
        var left = days
        while left > 0 {
            day = day.next
            if calendar.isWorked(day) { left -= 1 }
        }
        return day.end
    }
}
