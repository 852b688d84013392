/// Some columns of one table, by position. Columns from 64 on cannot be in it.
public struct ColumnSet: RawRepresentable, Hashable, Sendable, ExpressibleByArrayLiteral {
    /// Bit n = column n.
    public var rawValue: UInt64

    /// Any set.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The columns at these positions.
    public init(_ columns: some Sequence<Int>) {
        rawValue = columns.reduce(0) { (0..<64).contains($1) ? $0 | 1 << UInt64($1) : $0 }
    }
    /// The columns at these positions.
    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// Adds a column; one beyond the 64th is left out.
    public mutating func insert(_ column: Int) {
        if (0..<64).contains(column) { rawValue |= 1 << UInt64(column) }
    }

    /// Whether none is in it.
    public var isEmpty: Bool { rawValue == 0 }
    /// How many are in it.
    public var count: Int { rawValue.nonzeroBitCount }
    /// Whether the column is in it.
    public func contains(_ column: Int) -> Bool { (0..<64).contains(column) && rawValue & 1 << UInt64(column) != 0 }
}
