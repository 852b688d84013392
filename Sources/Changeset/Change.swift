/// The table that a run of changes belongs to: what stands once in front of them.
public struct TableHeader: Sendable {
    /// The table's name, without a database name. Holds no U+0000.
    public let name: String
    /// One byte per column in the order of the table: 0 for a column outside the primary key, otherwise the column's place in
    /// the key, from 1 (as libsqlite3 writes it; some writers put 1 for each). At least one is not 0.
    public let keyOrdinals: [UInt8]

    /// A header for changes made by Gridline itself.
    ///
    /// - Precondition: `name` holds no U+0000 and some ordinal is not 0: the format cannot say otherwise.
    public init(name: String, keyOrdinals: [UInt8]) {
        precondition(!name.utf8.contains(0), "a table name ends at its first U+0000: \(name.debugDescription)")
        precondition(keyOrdinals.contains { $0 != 0 }, "table \(name) has no primary key, so its changes cannot be recorded")
        self.init(uncheckedName: name, keyOrdinals: keyOrdinals)
    }

    init(uncheckedName name: String, keyOrdinals: [UInt8]) {
        self.name = name
        self.keyOrdinals = keyOrdinals
    }

    /// The number of columns, at least 1.
    public var columnCount: Int { keyOrdinals.count }
}

extension TableHeader: Hashable {
    /// Same name, byte for byte, and same key.
    public static func == (lhs: TableHeader, rhs: TableHeader) -> Bool {
        sameBytes(lhs.name, rhs.name) && lhs.keyOrdinals == rhs.keyOrdinals
    }

    /// Feeds the name's bytes and the key.
    public func hash(into hasher: inout Hasher) {
        hashBytes(of: name, into: &hasher)
        hasher.combine(keyOrdinals)
    }
}

/// What happened to one row.
///
/// | operation | `old` | `new` |
/// |---|---|---|
/// | insert | empty | every column |
/// | update | the key and the changed columns, `nil` elsewhere | the changed columns, `nil` elsewhere |
/// | delete | every column | empty |
///
/// A changed key is a delete and an insert. The exception is a key that changed only within its collation ('a' to 'A' under
/// NOCASE): libsqlite3 then records an update whose `new` names the key too.
public struct Change: Hashable, Sendable {
    /// The three operations, with SQLite's own numbers.
    public enum Operation: UInt8, Hashable, Sendable, CaseIterable {
        /// `SQLITE_INSERT`.
        case insert = 18
        /// `SQLITE_UPDATE`.
        case update = 23
        /// `SQLITE_DELETE`.
        case delete = 9
    }

    /// The table, shared by the changes that follow each other in it.
    public let header: TableHeader
    /// What happened.
    public let operation: Operation
    /// Whether a trigger or a foreign key action made the change, not the statement itself.
    public let isIndirect: Bool
    /// Values before, one per column, `nil` where not recorded; empty for an insert.
    public let old: [Value?]
    /// Values after, one per column, `nil` where not recorded; empty for a delete.
    public let new: [Value?]

    /// A change made by Gridline itself; one from elsewhere comes through `Changeset(parsing:)`.
    ///
    /// - Precondition: `old` and `new` have the shape in the table above: a change that breaks it has no written form.
    public init(header: TableHeader, operation: Operation, isIndirect: Bool = false, old: [Value?] = [], new: [Value?] = []) {
        self.init(uncheckedHeader: header, operation: operation, isIndirect: isIndirect, old: old, new: new)
        if let fault = shapeFault { preconditionFailure("\(operation) on \(header.name): \(fault)") }
    }

    /// The same, with the header's parts spelled out.
    public init(
        table: String, keyOrdinals: [UInt8], operation: Operation, isIndirect: Bool = false, old: [Value?] = [],
        new: [Value?] = []
    ) {
        self.init(
            header: TableHeader(name: table, keyOrdinals: keyOrdinals), operation: operation, isIndirect: isIndirect, old: old,
            new: new)
    }

    init(uncheckedHeader header: TableHeader, operation: Operation, isIndirect: Bool, old: [Value?], new: [Value?]) {
        self.header = header
        self.operation = operation
        self.isIndirect = isIndirect
        self.old = old
        self.new = new
    }

    /// The table's name.
    public var table: String { header.name }
    /// One byte per column: 0 outside the primary key.
    public var keyOrdinals: [UInt8] { header.keyOrdinals }
    /// One flag per column: whether it belongs to the primary key.
    public var isKey: [Bool] { header.keyOrdinals.map { $0 != 0 } }
    /// The primary key's values, in the order of the columns.
    public var key: [Value] {
        let values = operation == .insert ? new : old
        var key: [Value] = []
        for (column, ordinal) in header.keyOrdinals.enumerated() where ordinal != 0 && column < values.count {
            if let value = values[column] { key.append(value) }
        }
        return key
    }

    /// Whether the primary key is this one value.
    public func isKey(_ value: Value) -> Bool {
        let values = operation == .insert ? new : old
        var isFound = false
        for (column, ordinal) in header.keyOrdinals.enumerated() where ordinal != 0 {
            guard column < values.count, !isFound, values[column] == value else { return false }
            isFound = true
        }
        return isFound
    }

    /// The change that takes this one back.
    ///
    /// As `sqlite3changeset_invert` does it: an update keeps the old key, so a key that changed within its collation is not
    /// put back.
    public func inverted() -> Change {
        switch operation {
        case .insert: with(.delete, old: new, new: [])
        case .delete: with(.insert, old: [], new: old)
        case .update:
            with(
                .update,
                old: header.keyOrdinals.indices.map { header.keyOrdinals[$0] == 0 ? new[$0] : old[$0] },
                new: header.keyOrdinals.indices.map { header.keyOrdinals[$0] == 0 ? old[$0] : nil })
        }
    }

    private func with(_ operation: Operation, old: [Value?], new: [Value?]) -> Change {
        Change(uncheckedHeader: header, operation: operation, isIndirect: isIndirect, old: old, new: new)
    }

    /// What is wrong with the shape, without any value in it; `nil` if nothing.
    private var shapeFault: String? {
        let columnCount = header.columnCount
        let expected = (operation == .insert ? 0 : columnCount, operation == .delete ? 0 : columnCount)
        guard (old.count, new.count) == expected else {
            return "\(old.count) old and \(new.count) new values, expected \(expected.0) and \(expected.1)"
        }
        for column in 0..<columnCount {
            let isKey = header.keyOrdinals[column] != 0
            if operation != .update {
                let value = operation == .insert ? new[column] : old[column]
                if value == nil { return "column \(column) has no value" }
                if isKey, value == .some(.null) { return "key column \(column) is NULL" }
            } else if isKey {
                if old[column] == nil || old[column] == .some(.null) { return "key column \(column) has no value" }
            } else if (old[column] == nil) != (new[column] == nil) {
                return "column \(column) has a value on one side only"
            }
        }
        return nil
    }
}
