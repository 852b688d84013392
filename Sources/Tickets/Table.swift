import Changeset

/// A domain table: what sessions record, changesets name, and pages carry. Positions are final; columns are only appended.
public enum Table: Int, CaseIterable, Sendable, Hashable {
    case ticket = 0
    case citizen = 1
    case helper = 2
    case note = 3
    case conflict = 4
    case person = 5
    case grid = 6
    case unit = 7
    case category = 8
    case profile = 9
    case clock = 10
    case request = 11
    case duty = 12
    case expert = 13
    case calendar = 14
    case transfer = 15
    case rung = 16
    case part = 17
    case escalation = 18
    case incident = 19
    case checklist = 20
    case answer = 21
    case roster = 22

    /// The name in SQL.
    public var name: String {
        switch self {
        case .ticket: "ticket"
        case .citizen: "citizen"
        case .helper: "helper"
        case .note: "note"
        case .conflict: "conflict"
        case .person: "person"
        case .grid: "grid"
        case .unit: "unit"
        case .category: "category"
        case .profile: "profile"
        case .clock: "clock"
        case .request: "request"
        case .duty: "duty"
        case .expert: "expert"
        case .calendar: "calendar"
        case .transfer: "transfer"
        case .rung: "rung"
        case .part: "part"
        case .escalation: "escalation"
        case .incident: "incident"
        case .checklist: "checklist"
        case .answer: "answer"
        case .roster: "roster"
        }
    }

    /// All columns in order, of the current schema version.
    public var columns: [String] { Self.columnNames[rawValue] }

    // Made once: it is asked for with every change of every row.
    private static let columnNames = allCases.map(\.names)

    /// The same with a comma between them, as a SELECT names them.
    public var columnList: String { Self.columnLists[rawValue] }

    private static let columnLists = allCases.map { $0.columns.text(joinedBy: ",") }

    private var names: [String] {
        switch self {
        case .ticket: TicketColumn.allCases.map(\.rawValue)
        case .citizen: ["ticket", "name", "phone", "address", "identity_number"]
        case .helper: ["ticket", "person", "profession"]
        case .note: ["id", "ticket", "kind", "author", "body", "occurred_at", "late", "command"]
        case .conflict: ConflictColumn.allCases.map(\.rawValue)
        case .person: ["id", "name", "role", "grid", "unit", "profession"]
        case .grid: ["id", "name", "parent"]
        case .unit: ["id", "name", "kind", "level", "parent", "leader", "handler", "retired"]
        case .category:
            ["code", "level1", "level2", "level3", "initials1", "initials2", "initials3", "retired", "replaced_by"]
        case .profile: ["name", "version", "in_force", "loaded_at", "body"]
        case .clock: ClockColumn.allCases.map(\.rawValue)
        case .request: RequestColumn.allCases.map(\.rawValue)
        case .duty: ["id", "category", "area", "unit", "role", "words", "revision", "retired"]
        case .expert: ["id", "person", "skill", "area", "unit", "retired"]
        case .calendar: ["year", "body", "loaded_at"]
        case .transfer: ["id", "ticket", "kind", "giver", "taker", "author", "at", "approved_by"]
        case .rung: ["id", "ticket", "ladder", "level", "request", "members", "owner", "words", "author", "at"]
        case .part: PartColumn.allCases.map(\.rawValue)
        case .escalation: EscalationColumn.allCases.map(\.rawValue)
        case .incident: IncidentColumn.allCases.map(\.rawValue)
        case .checklist: ["code", "category", "chinese", "english", "kind", "required", "reason", "retired"]
        case .roster: ["id", "day", "unit", "shift", "person", "words", "retired"]
        case .answer: ["id", "ticket", "item", "value", "replaces", "author", "filled_at", "command"]
        }
    }

    /// How many leading columns are the primary key.
    public var keyCount: Int {
        switch self {
        case .helper, .conflict: 2
        default: 1
        }
    }

    /// The column that names the row's ticket; nil where a row belongs to none.
    public var ticketColumn: Int? {
        switch self {
        case .ticket, .citizen, .helper: 0
        case .note, .clock, .request, .transfer, .rung, .part, .escalation, .incident, .answer: 1
        case .conflict: 2
        case .person, .grid, .unit, .category, .profile, .duty, .expert, .calendar, .checklist, .roster: nil
        }
    }

    /// The tables whose rows make one ticket entity: its own row first.
    public static let ofTicket: [Table] = [
        .ticket, .citizen, .helper, .note, .clock, .request, .transfer, .rung, .part, .escalation, .incident, .answer,
    ]

    /// Which scopes hold a ticket hangs on its rows of this table.
    public var scopesTicket: Bool { self == .helper || self == .part }

    /// A row of it is named by its own key alone: an update or an end does not say which ticket it belongs to.
    public var isNamedAlone: Bool { ticketColumn == 1 }

    /// The tables of the reference set: one row is one entity, named `<table>/<key>`.
    public static let references: [Table] = [
        .person, .grid, .unit, .category, .profile, .duty, .expert, .calendar, .checklist, .roster,
    ]

    /// True for a table of the reference set.
    public var isReference: Bool {
        switch self {
        case .person, .grid, .unit, .category, .profile, .duty, .expert, .calendar, .checklist, .roster: true
        case .ticket, .citizen, .helper, .note, .conflict, .clock, .request, .transfer, .rung, .part, .escalation, .incident,
            .answer:
            false
        }
    }

    /// The schema version that has it first. A replica of an older one gets no rows of it.
    public var since: Int {
        switch self {
        case .unit, .category, .profile: 2
        case .clock, .request: 4
        case .duty, .expert, .calendar, .transfer, .rung, .part: 5
        case .escalation, .incident: 6
        case .checklist, .answer, .roster: 7
        default: 1
        }
    }

    /// How many columns a schema version has; what a later one appended comes behind them.
    public func columnCount(inVersion version: Int) -> Int {
        switch self {
        case .conflict where version < 3: 7
        case .escalation where version < 7: 16
        default: columns.count
        }
    }

    /// - Returns: nil for a name that is no domain table.
    public init?(name: some StringProtocol) {
        // No dictionary: for the first one of a type the runtime searches the whole program, in a run of the client longer than for all that
        // is ever looked up in it.
        for known in Self.named where name == known.name {
            self = known.table
            return
        }
        return nil
    }

    private static let named = allCases.map { (name: $0.name, table: $0) }
}

/// The columns of `ticket`, in order. Raw values are the SQL names.
public enum TicketColumn: String, CaseIterable, Sendable, Hashable {
    case id, number, kind, channel, origin, title, description, category, urgency, confidential, state, unit, grid, assignee
    case firstResponsible = "first_responsible"
    case reporter, location, latitude, longitude, finding, tags
    case createdAt = "created_at"
    case dispatchedAt = "dispatched_at"
    case dueAt = "due_at"
    case acceptedAt = "accepted_at"
    case startedAt = "started_at"
    case resolvedAt = "resolved_at"
    case closedAt = "closed_at"

    /// By the position: an enumeration with names hashes its names.
    public func hash(into hasher: inout Hasher) { hasher.combine(index) }

    /// The position in the row.
    public var index: Int {
        // Spelled out: a look-up in a table of all cases costs a hash, forty times a decision.
        switch self {
        case .id: 0
        case .number: 1
        case .kind: 2
        case .channel: 3
        case .origin: 4
        case .title: 5
        case .description: 6
        case .category: 7
        case .urgency: 8
        case .confidential: 9
        case .state: 10
        case .unit: 11
        case .grid: 12
        case .assignee: 13
        case .firstResponsible: 14
        case .reporter: 15
        case .location: 16
        case .latitude: 17
        case .longitude: 18
        case .finding: 19
        case .tags: 20
        case .createdAt: 21
        case .dispatchedAt: 22
        case .dueAt: 23
        case .acceptedAt: 24
        case .startedAt: 25
        case .resolvedAt: 26
        case .closedAt: 27
        }
    }
}

/// One change of one domain row, as `decide` wants it. Device and centre turn it into SQL the same way.
public enum RowChange: Hashable, Sendable {
    /// A whole new row, all columns in order.
    case insert(Table, [Value])
    /// Columns by position with their new values, of the row with this key.
    case update(Table, key: [Value], [Int: Value])
    /// The row with this key goes.
    case delete(Table, key: [Value])

    /// The table that is touched.
    public var table: Table {
        switch self {
        case .insert(let table, _), .update(let table, _, _), .delete(let table, _): table
        }
    }

    /// The primary key of the touched row.
    public var key: [Value] {
        switch self {
        case .insert(let table, let values): Array(values.prefix(table.keyCount))
        case .update(_, let key, _), .delete(_, let key): key
        }
    }

    /// What an update has to say so that one row becomes another of the same table: new values by position; empty = nothing.
    static func columns(from old: [Value], to new: [Value]) -> [Int: Value] {
        Dictionary(uniqueKeysWithValues: new.indices.filter { old[$0] != new[$0] }.map { ($0, new[$0]) })
    }

    /// The update by which one row becomes another of the same table; nil if the two are the same.
    static func update(_ table: Table, key: [Value], from old: [Value], to new: [Value]) -> RowChange? {
        let columns = columns(from: old, to: new)
        return columns.isEmpty ? nil : .update(table, key: key, columns)
    }
}
