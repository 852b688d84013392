import Changeset

/// What a person can intend. Raw values are the words of the command line, the wire and the journal.
public enum CommandKind: String, CaseIterable, Sendable, Hashable {
    // In the field.
    case accept, start, visit, note, edit, resolve, `return`, report, retract, choose, explain, extend, dispute, `defer`, urge,
        whistle, fill
    case reportIn = "report-in"
    case finishPart = "finish-part"
    // At the centre.
    case create, dispatch, assign, withdraw, close, grant, refuse, rule, escalate, conclude, merge, unmerge, reply

    /// Additive commands add words and change no state: they need no agreement with anybody.
    public var isAdditive: Bool { self == .visit || self == .note || self == .explain || self == .urge || self == .fill }
    /// Commands that make their ticket.
    public var makesTicket: Bool { self == .report || self == .create }
    /// Commands that only the centre gives.
    public var isCentral: Bool {
        [.create, .dispatch, .assign, .withdraw, .close, .grant, .refuse, .rule, .escalate, .conclude, .merge, .unmerge, .reply]
            .contains(self)
    }
    /// Commands that ask for something, or answer that: they are applied where the ticket stands, and it stays there.
    public var isAboutRequest: Bool { asksFor != nil || self == .grant || self == .refuse || self == .rule }
    /// Commands about the units that take part: they are applied where the ticket stands, and it stays there.
    public var isAboutPart: Bool { self == .whistle || self == .reportIn || self == .finishPart }
    /// Commands about the supervision ladder: they are applied where the ticket stands, and it stays there.
    public var isAboutLadder: Bool { self == .escalate || self == .conclude }
    /// What it asks the centre for; nil if it asks for nothing.
    public var asksFor: RequestKind? {
        switch self {
        case .extend: .extension_
        case .dispute: .dispute
        case .defer: .longTerm
        default: nil
        }
    }
    /// Commands that move a ticket along an edge of the state machine.
    public var isTransition: Bool {
        switch self {
        case .accept, .start, .resolve, .return, .dispatch, .assign, .withdraw, .close, .merge, .unmerge, .reply: true
        case .visit, .note, .edit, .report, .create, .retract, .choose, .explain, .extend, .dispute, .defer, .urge, .grant,
            .refuse,
            .rule, .whistle, .reportIn, .finishPart, .escalate, .conclude, .fill:
            false
        }
    }
}

/// One intention of one person with its arguments. Pure data: no clock, no identity of a device.
///
/// Arguments by kind (all optional unless marked *): `note`, `explain`, `urge`, `visit`: body*, outcome (visit: `VisitOutcome`), persons (visit: how many) · `resolve`,
/// `return`: body* · `edit`: any editable `TicketColumn` name with its new value, NULL clears it, and body: words beside it · `report`, `create`: title*,
/// description, category, kind, urgency, location, latitude, longitude, grid, channel, name, phone, address, identity_number,
/// descent (`Descent`: which ticket it comes from), of `report` relay (who takes a volunteer's report in), and of `create` also unit, created_at (an import's own time) · `dispatch`: assignee*, grid, unit, helpers (comma-separated
/// persons; NULL = none, left out = as they are), due_at or class (`DeadlineClass`) and days, approved_by, supervisor (a unit), route (`Route`: why this unit) · `assign`: assignee* (left out with a leader: as it is), helpers, approved_by, leader and leader_level (`LeaderLevel`: who answers for it) ·
/// `withdraw`, `close`: body · `retract`: target* (the CommandID as UUID text), body · `choose`: target* (the CommandID of the
/// conflict's command), field*, side* (`Choice`), value (what is to stand; of a place as `LAT,LON`) · `extend`: days*, body* · `dispute`: body* ·
/// `defer`: until* (the review date), body* (the opinion) · `grant`, `refuse`: request* (the CommandID that asked), days, until (of a grant; left
/// out = as asked), assignee (of a granted dispute *), body (of a refusal *) · `rule`: request*, level* (`RungLevel`), assignee*, members*, body*.
/// `whistle`: units* (comma-separated), body* · `report-in`: body · `finish-part`: body* ·
/// `escalate`: step* (a code of the profile's ladder), members*, decision*, due_at, units (that supervise it together), body* (why) · `conclude`: outcome* (`StepOutcome`), leader (who settled it on the spot), body* · `merge`: parent* (a ticket's UUID), number
/// and due_at (of that one) · `unmerge`: body* · `reply`: body* (what the caller is told), resolved_at (of the other one) · `fill`: answers* (lines of
/// `CODE=VALUE`; without a value the item is cleared). Their limits: `ArgumentRule`.
public struct Command: Hashable, Sendable {
    /// Stays with the intention for ever.
    public var id: CommandID
    /// What is intended.
    public var kind: CommandKind
    /// The ticket; of a report, derived from `id`.
    public var ticket: TicketID
    /// Values by argument name.
    public var arguments: [String: Value]

    /// A command.
    public init(id: CommandID, kind: CommandKind, ticket: TicketID, arguments: [String: Value] = [:]) {
        self.id = id
        self.kind = kind
        self.ticket = ticket
        self.arguments = arguments
    }

    /// The ticket that a report or a creation makes.
    public static func madeTicket(by id: CommandID) -> TicketID {
        TicketID(bytes: id.derived(0))!  // derived() gives 16 bytes
    }

    /// One argument as text.
    public func text(_ name: String) -> String? { arguments[name]?.string }
}

/// What the centre says on a command.
public enum Verdict: String, CaseIterable, Sendable, Hashable {
    case applied, merged, superseded, held, rejected
    /// Pending commands with these verdicts go on showing on their author's screen until they are absorbed.
    public var takesEffect: Bool { self == .applied || self == .merged }
}

/// The one later answer to a held command.
public enum HeldDecision: String, CaseIterable, Sendable, Hashable {
    case accepted, declined, amended
}

/// Who gives a command, and how they stand to its ticket.
public struct Author: Hashable, Sendable {
    /// The person.
    public var person: String
    /// What they may do.
    public var role: Role
    /// Their grid and unit, if any: a report elsewhere is held.
    public var grid: String?
    /// The unit.
    public var unit: String?
    /// The ticket was in one of the person's scopes at the command's `seen`.
    public var heldAtSeen: Bool
    /// The ticket is in one of the person's scopes now.
    public var holdsNow: Bool

    /// An author.
    public init(person: String, role: Role, grid: String? = nil, unit: String? = nil, heldAtSeen: Bool, holdsNow: Bool) {
        self.person = person
        self.role = role
        self.grid = grid
        self.unit = unit
        self.heldAtSeen = heldAtSeen
        self.holdsNow = holdsNow
    }
}

/// What a person is. Rights per command and per column are `Rights`.
public enum Role: String, CaseIterable, Sendable, Hashable {
    /// 网格员
    case worker
    /// 网格长
    case leader
    /// 网格指导员
    case guide
    /// 微网格员
    case volunteer
    /// 承办单位
    case unit
    /// 回访组
    case visitor
    /// 派单员
    case dispatcher
    /// 督办员
    case supervisor
    /// 运维
    case `operator`

    /// People of the centre see every ticket and may dispatch.
    public var isCentral: Bool { self == .dispatcher || self == .supervisor || self == .operator }
    /// Citizens' data never comes to their device: neighbours, who are no officials.
    public var isMasked: Bool { self == .volunteer && !isRemoved("WZ1") }
    /// What they may give is a list of the profile; of everybody else the matrix alone decides.
    public var hasFewCommands: Bool { self == .guide || self == .volunteer }
    /// Who takes in what a volunteer below them reports.
    public var takesRelays: Bool { self == .worker || self == .leader || self == .guide }
}

/// The outcome of `decide`: a verdict, why, the rows that change (evidence may be kept even where the verdict is not applied),
/// and what is in conflict.
public struct Decision: Hashable, Sendable {
    /// The verdict; a device shows it as a prediction.
    public var verdict: Verdict
    /// Why, as a stable code with words in both languages.
    public var reason: Reason
    /// In order. Empty unless something is to be written.
    public var changes: [RowChange]
    /// Empty unless two sides disagree.
    public var conflicts: [Conflict]
    /// Of a choice: the conflict that it settles; nil if it settles none. Such a decision is written even where nothing else is.
    public var settles: SettledConflict?
    /// With `bad-arguments` and `unknown-command`: which argument, and what is wrong with it. It holds no argument's value.
    public var fault: ArgumentFault?

    /// A decision.
    public init(
        _ verdict: Verdict, _ reason: Reason, changes: [RowChange] = [], conflicts: [Conflict] = [],
        settles: SettledConflict? = nil, fault: ArgumentFault? = nil
    ) {
        self.verdict = verdict
        self.reason = reason
        self.changes = changes
        self.conflicts = conflicts
        self.settles = settles
        self.fault = fault
    }
}

/// What the author saw: the old values in the given changeset, by column position of `ticket`. Columns that the changeset does
/// not name were not changed by the command and are not in here.
public struct Trunk: Hashable, Sendable {
    /// Old values of the columns that the command changed.
    public var ticket: [Int: Value]
    /// Of each answer that the command gave: the answers that it stands in place of, by its item.
    public var answers: [String: [[UInt8]]]
    /// An explicit trunk.
    public init(ticket: [Int: Value] = [:], answers: [String: [[UInt8]]] = [:]) {
        self.ticket = ticket
        self.answers = answers
    }
}
