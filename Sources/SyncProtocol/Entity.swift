public import Changeset
internal import FoundationEssentials
public import Tickets

/// What a scope holds.
public enum EntityKind: UInt8, CaseIterable, Hashable, Sendable {
    /// A ticket with its citizen, helpers, notes, clocks, requests, transfers, rungs, parts and answers. Its id is the TicketID.
    case ticket = 1
    /// The verdict on a command, in its author's scope. Its id is the CommandID.
    case verdict = 2
    /// A row of the reference set. Its id is UTF-8 text: "person/<id>", "grid/<id>", "unit/<id>", "category/<code>",
    /// "profile/<name>", "duty/<id>", "expert/<id>", "calendar/<year>".
    case reference = 3
}

/// Which entity.
public struct EntityKey: Hashable, Sendable, Comparable {
    /// What it is.
    public var kind: EntityKind
    /// 16 bytes, or the text of a reference.
    public var id: [UInt8]

    /// Any entity. Of bytes that came from elsewhere, `Entity` checks them.
    public init(_ kind: EntityKind, id: [UInt8]) {
        self.kind = kind
        self.id = id
    }

    /// All bytes at once: an array hashes one by one.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind.rawValue)
        id.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// A ticket.
    public static func ticket(_ id: TicketID) -> EntityKey { EntityKey(.ticket, id: id.bytes) }
    /// A verdict.
    public static func verdict(_ id: CommandID) -> EntityKey { EntityKey(.verdict, id: id.bytes) }
    /// A person's reference row.
    public static func person(_ id: String) -> EntityKey { EntityKey(.reference, id: Array("person/\(id)".utf8)) }
    /// A grid's reference row.
    public static func grid(_ id: String) -> EntityKey { EntityKey(.reference, id: Array("grid/\(id)".utf8)) }
    /// Any row of the reference set, by its table and key.
    public static func reference(_ table: Table, _ key: String) -> EntityKey {
        EntityKey(.reference, id: Array("\(table.name)/\(key)".utf8))
    }

    /// By kind, then by id.
    public static func < (left: EntityKey, right: EntityKey) -> Bool {
        left.kind == right.kind
            ? left.id.lexicographicallyPrecedes(right.id) : left.kind.rawValue < right.kind.rawValue
    }
}

/// What a page does to an entity.
public enum EntityOperation: UInt8, CaseIterable, Hashable, Sendable {
    /// It came into the person's scopes: all its rows follow.
    case enter = 1
    /// It was there: the rows that changed follow.
    case change = 2
    /// Its last scope let it go. No rows.
    case leave = 3
}

/// One row as the centre has it.
public struct EntityRow: Hashable, Sendable {
    /// Which table.
    public var table: Table
    /// One for each column of `table` in this build, in order. Nil where the person may not see the column; of a deleted row,
    /// everything beyond the key is nil.
    public var values: [Value?]
    /// The row is gone at the centre.
    public var deleted: Bool
    /// Columns that have the value which they had at the request's base, and are nil in `values`. Never a key's; only in a `change`.
    public var unchanged: ColumnSet = []

    /// A row.
    ///
    /// - Parameter values: Columns that are left out at the end become nil.
    /// - Precondition: No more values than the table has columns.
    public init(_ table: Table, _ values: [Value?], deleted: Bool = false) {
        let columnCount = table.columns.count
        precondition(values.count <= columnCount, "\(values.count) values for the \(columnCount) columns of \(table.name)")
        self.table = table
        self.values = values.count == columnCount ? values : values + Array(repeating: nil, count: columnCount - values.count)
        self.deleted = deleted
    }

    /// The values of the primary key. Nil if one is missing or NULL.
    public var key: [Value]? {
        let key = values.prefix(table.keyCount).compactMap { $0 }
        return key.count == table.keyCount && !key.contains(.null) ? key : nil
    }

    /// Reads a row of the wire.
    ///
    /// A newer centre may send columns that were appended since: they are dropped, and come again when this device is upgraded,
    /// because its cursor states the schema version. From an older centre, what was appended since is nil.
    /// - Returns: Nil for a table that this build does not know, for the same reason.
    static func decode(_ wire: WireRow) throws(ProtocolError) -> EntityRow? {
        guard let table = Table(rawValue: Int(wire.table)) else { return nil }
        let bytes = wire.values.array
        guard let count = valueCount(bytes), var values = try? decodeValues(bytes, count: count) else {
            throw ProtocolError(.unreadableAnswer, in: "page.entities.rows.values")
        }
        let columnCount = table.columns.count
        let unchanged = ColumnSet(rawValue: wire.unchanged)
        guard count + unchanged.count >= (wire.deleted ? table.keyCount : table.columnCountAtFirst),
            unchanged.isEmpty || !wire.deleted && !(0..<table.keyCount).contains(where: unchanged.contains)
        else {
            throw ProtocolError(.unreadableAnswer, in: "page.entities.rows.values")
        }
        if !unchanged.isEmpty {
            var given = values[...]
            values = (0..<count + unchanged.count).map { unchanged.contains($0) ? nil : given.popFirst() ?? nil }
        }
        // Of a deleted row nothing beyond the key counts, whoever sent it.
        values = Array(values.prefix(wire.deleted ? table.keyCount : columnCount))
        var row = EntityRow(table, values, deleted: wire.deleted)
        row.unchanged = unchanged
        guard row.key != nil else { throw ProtocolError(.unreadableAnswer, in: "page.entities.rows.values") }
        return row
    }

    var wire: WireRow {
        var wire = WireRow()
        wire.table = UInt32(table.rawValue)
        var bytes: [UInt8] = []
        encodeValues(deleted ? Array(values.prefix(table.keyCount)) : columnsToSend, into: &bytes)
        wire.values = Data(bytes)
        wire.deleted = deleted
        wire.unchanged = unchanged.rawValue
        return wire
    }
}

extension EntityRow {
    /// Undefined columns at the end that a later schema appended say nothing to anybody: left out, the row is as wide as its reader
    /// knows it.
    private var columnsToSend: [Value?] {
        // Of a part the reader counts what is there and what is not.
        guard unchanged.isEmpty else { return values.indices.filter { !unchanged.contains($0) }.map { values[$0] } }
        let said = (values.lastIndex { $0 != nil } ?? -1) + 1
        return Array(values.prefix(max(table.columnCountAtFirst, said)))
    }

    /// The row as a replica of this schema version knows it. Nil if it has no such table.
    public func inVersion(_ version: Int) -> EntityRow? {
        guard table.since <= version else { return nil }
        let known = table.columnCount(inVersion: version)
        guard known < values.count else { return self }
        var row = EntityRow(table, Array(values.prefix(known)), deleted: deleted)
        row.unchanged = ColumnSet((0..<known).filter(unchanged.contains))
        return row
    }
}

extension Table {
    /// What every centre that has the table sends, however old. Never changes: columns are only appended.
    var columnCountAtFirst: Int {
        switch self {
        case .ticket: 28
        case .citizen: 5
        case .helper: 3
        case .note: 8
        case .conflict: 7
        case .person: 6
        case .grid: 3
        case .unit: 8
        case .category: 9
        case .profile: 5
        case .clock: 11
        case .request: 12
        case .duty: 8
        case .expert: 6
        case .calendar: 3
        case .transfer: 8
        case .rung: 10
        case .part: 11
        case .escalation: 16
        case .incident: 10
        case .checklist: 8
        case .answer: 8
        case .roster: 7
        }
    }
}

/// How many values stand in bytes of SQLite's value coding, without reading them. Nil where they are cut or no values.
private func valueCount(_ bytes: [UInt8]) -> Int? {
    var index = 0
    var count = 0
    while index < bytes.count {
        let type = bytes[index]
        index += 1
        switch type {
        case 0, 5: break
        case 1, 2: index += 8
        case 3, 4:
            var length = 0
            var place = 0
            repeat {
                guard index < bytes.count, place < 5 else { return nil }
                length = length << 7 | Int(bytes[index] & 0x7F)
                index += 1
                place += 1
            } while bytes[index - 1] >= 0x80
            index += length
        default: return nil
        }
        count += 1
        guard index <= bytes.count, count <= 2_000 else { return nil }
    }
    return count
}

/// One entity of a page.
public struct Entity: Hashable, Sendable {
    /// Which one.
    public var key: EntityKey
    /// What happens to it.
    public var operation: EntityOperation
    /// The sequence of its last change that this person may see.
    public var version: UInt64
    /// Its rows; see `operation`.
    public var rows: [EntityRow]
    /// Of a verdict.
    public var receipt: Receipt?
    /// Why a ticket left, as a stable code; empty otherwise.
    public var leaveReason: String

    /// An entity.
    public init(
        _ key: EntityKey, _ operation: EntityOperation, version: UInt64, rows: [EntityRow] = [], receipt: Receipt? = nil,
        leaveReason: String = ""
    ) {
        self.key = key
        self.operation = operation
        self.version = version
        self.rows = rows
        self.receipt = receipt
        self.leaveReason = leaveReason
    }

    init(_ wire: WireEntity) throws(ProtocolError) {
        let problem = Problem.unreadableAnswer
        guard let kind = UInt8(exactly: wire.kind).flatMap(EntityKind.init) else {
            throw ProtocolError(problem, in: "page.entities.kind")
        }
        guard let operation = UInt8(exactly: wire.op).flatMap(EntityOperation.init) else {
            throw ProtocolError(problem, in: "page.entities.op")
        }
        let id = wire.id.array
        guard kind == .reference ? (1...WireLimits.nameBytesMax).contains(id.count) : id.count == 16 else {
            throw ProtocolError(problem, in: "page.entities.id")
        }
        key = EntityKey(kind, id: id)
        self.operation = operation
        version = try sequence(wire.version, problem, in: "page.entities.version")
        rows = []
        rows.reserveCapacity(wire.rows.count)
        for row in wire.rows { if let row = try EntityRow.decode(row) { rows.append(row) } }
        receipt = wire.hasReceipt ? try Receipt(wire.receipt) : nil
        leaveReason = try name(wire.leaveReason, problem, in: "page.entities.leave_reason")
    }

    var wire: WireEntity {
        var wire = WireEntity()
        wire.kind = UInt32(key.kind.rawValue)
        wire.id = Data(key.id)
        wire.op = UInt32(operation.rawValue)
        wire.version = version
        wire.rows = rows.map(\.wire)
        if let receipt { wire.receipt = receipt.wire }
        wire.leaveReason = leaveReason
        return wire
    }

    /// Bytes on the wire, for cutting pages.
    public var encodedBytesCount: Int { wire.wireBytes.count }
}
