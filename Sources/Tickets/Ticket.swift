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
        }
    }

    /// True where no worker's transition can follow any more.
    public var isFinal: Bool { self == .closed || self == .withdrawn }
}

/// One ticket with what `decide` needs of it: its row, its helpers, its citizen's row if there is one.
public struct Ticket: Hashable, Sendable {
    /// All columns of `ticket` in order.
    public var row: [Value]
    /// Person and profession of each helper, sorted by person.
    public var helpers: [Helper]
    /// Keys of the notes that are already there: a decision never inserts one twice.
    public var noteIDs: Set<[UInt8]>

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
    public init(row: [Value], helpers: [Helper] = [], noteIDs: Set<[UInt8]> = []) {
        precondition(row.count == TicketColumn.allCases.count, "a ticket's row has \(row.count) values")
        self.row = row
        self.helpers = helpers
        self.noteIDs = noteIDs
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
    /// The grid.
    public var grid: String? { self[.grid].string }
    /// The handling unit.
    public var unit: String? { self[.unit].string }

    /// Applies one change in memory; changes of other tickets' rows are ignored.
    public mutating func apply(_ change: RowChange) {
        switch change {
        case .insert(.ticket, let values) where values.first == row[0] && values.count == row.count: row = values
        case .update(.ticket, let key, let columns) where key == [row[0]]:
            for (index, value) in columns where row.indices.contains(index) { row[index] = value }
        case .insert(.helper, let values) where values.first == row[0] && values.count > 2:
            guard let person = values[1].string else { return }
            helpers.removeAll { $0.person == person }
            helpers.append(Helper(person: person, profession: values[2].string))
            helpers.sort { $0.person < $1.person }
        case .delete(.helper, let key) where key.first == row[0] && key.count == 2:
            helpers.removeAll { $0.person == key[1].string }
        case .insert(.note, let values) where values.count > 1 && values[1] == row[0]:
            if case .blob(let id) = values[0] { noteIDs.insert(id) }
        default: break
        }
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
