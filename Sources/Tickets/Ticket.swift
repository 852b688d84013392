import Changeset

/// Milliseconds since 1970 UTC.
public typealias Milliseconds = Int64

/// Where a ticket stands. Raw values are the ASCII codes of every surface; Chinese names beside them. The edges between them are
/// data: `Schema/Rules/edges.csv`.
public enum TicketState: String, CaseIterable, Sendable, Hashable {
    /// 待受理
    case received
    /// 待派遣
    case awaitingDispatch = "awaiting-dispatch"
    /// 已派遣
    case dispatched
    /// 待处置
    case awaitingHandling = "awaiting-handling"
    /// 已处置
    case handled
    /// 待回访
    case awaitingCallback = "awaiting-callback"
    /// 待督办
    case awaitingSupervision = "awaiting-supervision"
    /// 已结案
    case closed
    /// 已撤回
    case withdrawn
    /// 已退回
    case returned
    /// 已并案
    case merged

    /// The name people know.
    public var chinese: String {
        switch self {
        case .received: "待受理"
        case .awaitingDispatch: "待派遣"
        case .dispatched: "已派遣"
        case .awaitingHandling: "待处置"
        case .handled: "已处置"
        case .awaitingCallback: "待回访"
        case .awaitingSupervision: "待督办"
        case .closed: "已结案"
        case .withdrawn: "已撤回"
        case .returned: "已退回"
        case .merged: "已并案"
        }
    }

    /// True where no worker's transition can follow any more.
    public var isFinal: Bool { self == .closed || self == .withdrawn }
}

/// One ticket with what `decide` needs of it: its row, its helpers, its notes' keys, its clocks, requests, transfers,
/// rungs, parts, steps of the ladder and incidents.
public struct Ticket: Hashable, Sendable {
    /// All columns of `ticket` in order.
    public var row: [Value]
    /// Person and profession of each helper, sorted by person.
    public var helpers: [Helper]
    /// Keys of the notes that are already there: a decision never inserts one twice.
    public var noteIDs: Set<[UInt8]>
    /// What it promises, by kind. Empty for a ticket of a store that knew no clocks.
    public var clocks: [Clock]
    /// What was asked for on it, oldest first.
    public var requests: [TicketRequest] = []
    /// Who gave it to whom, oldest first.
    public var transfers: [Transfer] = []
    /// The steps by which it was settled whose it is, oldest first.
    public var rungs: [Rung] = []
    /// The leaders who were named, oldest first.
    public var namings: [Responsible] = []
    /// The units that take part, in the order of asking.
    public var parts: [Part] = []
    /// The steps of the supervision ladder to which it was brought, from the bottom.
    public var escalations: [Escalation] = []
    /// The incidents that it was part of, oldest first.
    public var incidents: [Incident] = []
    /// What was filled in of its checklist, in the order of the identifiers.
    public var answers: [Answer] = []
    /// Keys of the notes that say that the citizen was told, without those that are gone.
    public var explanations: Set<[UInt8]> = []

    /// One helper of a ticket.
    public struct Helper: Hashable, Sendable {
        /// The person.
        public var person: String
        /// Their profession in the grid, if one is given.
        public var profession: String?
        /// A helper.
        public init(person: String, profession: String?) {
            self.person = person
            self.profession = profession
        }
    }

    /// - Precondition: `row` has as many values as `TicketColumn` has cases.
    public init(row: [Value], helpers: [Helper] = [], noteIDs: Set<[UInt8]> = [], clocks: [Clock] = []) {
        precondition(row.count == TicketColumn.allCases.count, "a ticket's row has \(row.count) values")
        self.row = row
        self.helpers = helpers
        self.noteIDs = noteIDs
        self.clocks = clocks
    }

    /// One column.
    public subscript(column: TicketColumn) -> Value {
        get { row[column.index] }
        set { row[column.index] = newValue }
    }

    /// The ticket's identity. A row that came through our own SQL always has one.
    public var id: TicketID { TicketID(self[.id])! }  // NOT NULL and 16 bytes: checked where rows are read
    /// The state; an unknown word (a newer release's) counts as received, which allows nothing to a worker.
    public var state: TicketState { TicketState(rawValue: self[.state].string ?? "") ?? .received }
    /// The worker who is responsible now.
    public var assignee: String? { self[.assignee].string }
    /// The official number, once the centre gave one.
    public var number: String? { self[.number].string }
    /// The handover diary of a desk, which is nobody's matter.
    public var isDiary: Bool { self[.kind].string == TicketKind.diary.rawValue }
    /// The centre asks for it, and nobody called.
    public var isTask: Bool { TicketKind(rawValue: self[.kind].string ?? "")?.isTask == true }
    /// The grid.
    public var grid: String? { self[.grid].string }
    /// The handling unit.
    public var unit: String? { self[.unit].string }

    /// Its clock of a kind; nil if it has none.
    public func clock(_ kind: ClockKind) -> Clock? { clocks.first { $0.kind == kind } }

    /// Applies one change in memory; changes of other tickets' rows are ignored.
    public mutating func apply(_ change: RowChange) {
        switch change {
        case .insert(.ticket, let values) where values.first == row[0] && values.count == row.count: row = values
        case .update(.ticket, let key, let columns) where key == [row[0]]:
            row = row.patched(columns)
        case .insert(.helper, let values) where values.first == row[0] && values.count > 2:
            guard let person = values[1].string else { return }
            helpers.removeAll { $0.person == person }
            helpers.append(Helper(person: person, profession: values[2].string))
            helpers.sort { $0.person < $1.person }
        case .delete(.helper, let key) where key.first == row[0] && key.count == 2:
            helpers.removeAll { $0.person == key[1].string }
        case .insert(.note, let values) where values.count > 1 && values[1] == row[0]:
            guard case .blob(let id) = values[0] else { return }
            noteIDs.insert(id)
            if values.count > 2, values[2].string == CommandKind.explain.rawValue { explanations.insert(id) }
        case .delete(.note, let key):
            if case .blob(let id)? = key.first { explanations.remove(id) }
        case .insert(.clock, let values) where values.count > 1 && values[1] == row[0]:
            if let clock = Clock(row: values) { put(clock) }
        case .update(.clock, let key, let columns):
            guard let clock = clocks.first(where: { key == [.blob($0.id)] }) else { return }
            if let clock = Clock(row: clock.row(of: id).patched(columns)) { put(clock) }
        case .insert(.request, let values) where values.count > 1 && values[1] == row[0]:
            if let request = TicketRequest(row: values) { put(request) }
        case .update(.request, let key, let columns):
            guard let request = requests.first(where: { key == [$0.id.value] }) else { return }
            if let request = TicketRequest(row: request.row(of: id).patched(columns)) { put(request) }
        default: applyHandling(change)
        }
    }

    private mutating func applyHandling(_ change: RowChange) {
        switch change {
        case .insert(.transfer, let values) where values.count > 1 && values[1] == row[0]:
            guard let transfer = Transfer(row: values), !transfers.contains(where: { $0.id == transfer.id }) else { return }
            transfers.insert(transfer) { ($0.at, $0.id) > (transfer.at, transfer.id) }
        case .delete(.transfer, let key): transfers.removeAll { key == [$0.id.value] }
        case .insert(.rung, let values) where values.count > 1 && values[1] == row[0]:
            if let naming = Responsible(row: values), !namings.contains(where: { $0.id == naming.id }) {
                namings.insert(naming) { ($0.at, $0.id) > (naming.at, naming.id) }
            }
            guard let rung = Rung(row: values), !rungs.contains(where: { $0.id == rung.id }) else { return }
            rungs.insert(rung) { ($0.at, $0.id) > (rung.at, rung.id) }
        case .insert(.answer, let values) where values.count > 1 && values[1] == row[0]:
            guard let answer = Answer(row: values), !answers.contains(where: { $0.id == answer.id }) else { return }
            answers.insert(answer) { answer.id.lexicographicallyPrecedes($0.id) }
        case .delete(.answer, let key): answers.removeAll { key == [.blob($0.id)] }
        case .insert(.part, let values) where values.count > 1 && values[1] == row[0]:
            if let part = Part(row: values) { put(part) }
        case .update(.part, let key, let columns):
            guard let part = parts.first(where: { key == [.blob($0.id)] }) else { return }
            if let part = Part(row: part.row(of: id).patched(columns)) { put(part) }
        case .insert(.incident, let values) where values.count > 1 && values[1] == row[0]:
            if let incident = Incident(row: values) { put(incident) }
        case .update(.incident, let key, let columns):
            guard let incident = incidents.first(where: { key == [$0.id.value] }) else { return }
            if let incident = Incident(row: incident.row(of: id).patched(columns)) { put(incident) }
        case .insert(.escalation, let values) where values.count > 1 && values[1] == row[0]:
            if let step = Escalation(row: values) { put(step) }
        case .update(.escalation, let key, let columns):
            guard let step = escalations.first(where: { key == [$0.id.value] }) else { return }
            if let step = Escalation(row: step.row(of: id).patched(columns)) { put(step) }
        default: break
        }
    }

    private mutating func put(_ incident: Incident) {
        incidents.removeAll { $0.id == incident.id }
        incidents.insert(incident) { ($0.at, $0.id) > (incident.at, incident.id) }
    }

    private mutating func put(_ step: Escalation) {
        escalations.removeAll { $0.id == step.id }
        escalations.insert(step) { step.isBefore($0) }
    }

    private mutating func put(_ part: Part) {
        parts.removeAll { $0.id == part.id }
        parts.insert(part) {
            $0.askedAt == part.askedAt ? part.id.lexicographicallyPrecedes($0.id) : $0.askedAt > part.askedAt
        }
    }

    /// In the order of asking.
    private mutating func put(_ request: TicketRequest) {
        requests.removeAll { $0.id == request.id }
        requests.insert(request) { ($0.givenAt, $0.id) > (request.givenAt, request.id) }
    }

    /// In the order of the kinds; of several of one kind by their identifiers.
    private mutating func put(_ clock: Clock) {
        clocks.removeAll { $0.id == clock.id }
        let order = ClockKind.allCases
        let place = order.firstIndex(of: clock.kind) ?? 0
        clocks.insert(clock) { other in
            let its = order.firstIndex(of: other.kind) ?? 0
            return its > place || its == place && clock.id.lexicographicallyPrecedes(other.id)
        }
    }
}

extension Array {
    /// Puts an element ahead of the first that comes after it, else at the end.
    fileprivate mutating func insert(_ element: Element, before comesAfter: (Element) -> Bool) {
        insert(element, at: firstIndex(where: comesAfter) ?? endIndex)
    }
}

extension [Value] {
    /// The row with these values in their places; a place that it does not have is a newer release's, and is passed over.
    fileprivate func patched(_ columns: [Int: Value]) -> [Value] {
        var row = self
        for (index, value) in columns where row.indices.contains(index) { row[index] = value }
        return row
    }
}

extension Value {
    /// The text, if it is one.
    public var string: String? { if case .text(let text) = self { text } else { nil } }
    /// The integer, if it is one.
    public var int: Int64? { if case .integer(let number) = self { number } else { nil } }
    /// Text or NULL.
    public static func optional(_ text: String?) -> Value { text.map(Value.text) ?? .null }
    /// Integer or NULL.
    public static func optional(_ number: Int64?) -> Value { number.map(Value.integer) ?? .null }
}
