/// What a reader accepts. Every limit is checked before the memory is taken that it bounds.
public struct Limits: Hashable, Sendable {
    /// Bytes of the whole input.
    public var bytesMax: Int
    /// Changes in one changeset.
    public var changeCountMax: Int
    /// Columns of a table; libsqlite3 as built by Debian has 2,000.
    public var columnCountMax: Int
    /// Bytes of a table's name.
    public var tableNameBytesMax: Int

    /// Limits of your own; what is left out is as in `default`.
    public init(
        bytesMax: Int = 64 << 20, changeCountMax: Int = 1_000_000, columnCountMax: Int = 2_000, tableNameBytesMax: Int = 1_024
    ) {
        self.bytesMax = bytesMax
        self.changeCountMax = changeCountMax
        self.columnCountMax = columnCountMax
        self.tableNameBytesMax = tableNameBytesMax
    }

    /// 64 MiB, a million changes, 2,000 columns, names of 1 KiB: more than any command makes, less than harms a process.
    public static let `default` = Limits()

    /// Which limit was exceeded.
    public enum Kind: String, Hashable, Sendable {
        /// `bytesMax`.
        case bytes
        /// `changeCountMax`.
        case changes
        /// `columnCountMax`.
        case columns
        /// `tableNameBytesMax`.
        case tableNameBytes
    }
}
