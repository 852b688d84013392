/// What one session recorded: the changes of rows, in the order in which they are written.
///
/// The format is SQLite's own (`Schema/Changeset.md`). What a session of libsqlite3 recorded comes back byte for byte from
/// `serialized()`.
public struct Changeset: Hashable, Sendable {
    /// The changes; empty if nothing changed.
    public var changes: [Change]

    /// A changeset of these changes.
    public init(changes: [Change] = []) {
        self.changes = changes
    }

    /// Reads a whole changeset. Strict: see `ChangesetReader` for what is refused; text must be UTF-8.
    ///
    /// Takes at most some 60 bytes of memory per byte of input, whatever the input claims.
    /// - Throws: The first fault of the input.
    public init(parsing bytes: [UInt8], limits: Limits = .default) throws(ChangesetError) {
        try self.init(parsing: bytes[...], limits: limits)
    }

    /// Reads a whole changeset out of a part of an array, without copying that part.
    ///
    /// - Throws: The first fault of the input; its offset counts from the slice's first byte.
    public init(parsing bytes: ArraySlice<UInt8>, limits: Limits = .default) throws(ChangesetError) {
        var readCount = 0
        try self.init(parsing: bytes, limits: limits, readCount: &readCount)
    }

    /// The same, and says how many bytes were looked at, a byte seen twice counted twice: at most two per byte of input.
    package init(parsing bytes: ArraySlice<UInt8>, limits: Limits, readCount: inout Int) throws(ChangesetError) {
        var reader = ChangesetReader(bytes, limits: limits)
        defer { readCount += reader.readCount }
        changes = []
        while let view = try reader.next() {
            changes.append(try view.change(readCount: &readCount))
        }
    }

    /// The changeset as SQLite writes it. Empty if there are no changes.
    public func serialized() -> [UInt8] {
        var writer = ChangesetWriter()
        for change in changes { writer.append(change) }
        return writer.bytes
    }

    /// The changeset that takes this one back, change by change in the same order, as `sqlite3changeset_invert` writes it.
    public func inverted() -> Changeset {
        Changeset(changes: changes.map { $0.inverted() })
    }
}
