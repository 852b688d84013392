/// Goes through a changeset one change at a time, without copying it.
///
///     'T' columns key name   op indirect [old] [new]   op …   'T' …
///     └──── header ───────┘  └─────── record ───────┘
///
/// The reader looks once at everything that gives the changeset its shape, and passes over the content of values. Time and
/// reads grow with the input's length, memory with the widest table only, whatever lengths the input claims.
///
/// Everything is refused that no session writes: patchsets, tables without key, records without their values, numbers in more
/// bytes than they need, tables without changes. What is accepted, `ChangesetWriter` writes again byte for byte, save that a
/// header which repeats the one before it goes.
public struct ChangesetReader: Sendable {
    private var cursor: ByteCursor
    private let limits: Limits
    private var header: TableHeader?
    private var changeCount = 0
    private var failure: ChangesetError?
    /// Which columns the current UPDATE has a value before for.
    private var isPaired: [Bool] = []

    /// Begins at the first byte; reads nothing yet. The array's storage is shared, not copied.
    public init(_ bytes: [UInt8], limits: Limits = .default) {
        self.init(bytes[...], limits: limits)
    }

    /// Begins at the slice's first byte; reads nothing yet. The slice's storage is shared, not copied.
    public init(_ bytes: ArraySlice<UInt8>, limits: Limits = .default) {
        cursor = ByteCursor(bytes)
        self.limits = limits
        if bytes.count > limits.bytesMax { failure = .limitExceeded(.bytes, offset: limits.bytesMax, max: limits.bytesMax) }
    }

    /// Bytes looked at so far: a name's byte counts twice, a value's content not at all.
    public var readCount: Int { cursor.readCount }

    /// The next change, or `nil` at the end.
    ///
    /// - Throws: The first fault of the input; the same again at each further call.
    public mutating func next() throws(ChangesetError) -> ChangeView? {
        if let failure { throw failure }
        do {
            return try advance()
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func advance() throws(ChangesetError) -> ChangeView? {
        if cursor.isAtEnd { return nil }
        cursor.item = cursor.offset
        var byte = try cursor.byte()
        if byte == tableMark {
            let start = cursor.item
            header = try readHeader(start: start)
            guard cursor.peeked != tableMark else { throw .badTableHeader(offset: start) }
            // A header at the end has lost its changes, so the missing byte counts as the header's.
            byte = try cursor.byte()
            cursor.item = cursor.offset - 1
        }
        if byte == patchsetMark { throw .patchset(offset: cursor.item) }
        guard let header, let operation = Change.Operation(rawValue: byte) else { throw .badOperation(offset: cursor.item) }
        guard changeCount < limits.changeCountMax else {
            throw .limitExceeded(.changes, offset: cursor.item, max: limits.changeCountMax)
        }
        changeCount += 1
        return try readChange(operation, header)
    }

    private mutating func readHeader(start: Int) throws(ChangesetError) -> TableHeader {
        let columnCount = try cursor.varint()
        guard columnCount > 0 else { throw .badTableHeader(offset: start) }
        guard columnCount <= limits.columnCountMax else {
            throw .limitExceeded(.columns, offset: start, max: limits.columnCountMax)
        }
        let keyOrdinals = Array(cursor.bytes[try cursor.skip(columnCount)])
        cursor.countRead(columnCount)
        guard keyOrdinals.contains(where: { $0 != 0 }) else { throw .badTableHeader(offset: start) }

        let nameStart = cursor.index
        while try cursor.byte() != 0 {
            guard cursor.index - nameStart <= limits.tableNameBytesMax else {
                throw .limitExceeded(.tableNameBytes, offset: start, max: limits.tableNameBytesMax)
            }
        }
        cursor.countRead(cursor.index - nameStart)
        guard let name = validText(cursor.bytes[nameStart..<cursor.index - 1]) else {
            throw .invalidUTF8(offset: nameStart - cursor.base)
        }
        // The same table again, as in changesets laid end to end, shares what is there.
        if let header, sameBytes(header.name, name), header.keyOrdinals == keyOrdinals { return header }
        return TableHeader(uncheckedName: name, keyOrdinals: keyOrdinals)
    }

    private mutating func readChange(_ operation: Change.Operation, _ header: TableHeader) throws(ChangesetError) -> ChangeView {
        let start = cursor.item
        let flag = try cursor.byte()
        guard flag <= 1 else { throw .badIndirectFlag(offset: cursor.offset - 1) }
        let none = cursor.bytes[cursor.index..<cursor.index]
        var (old, new) = (none, none)
        switch operation {
        case .insert: new = try passWhole(header)
        case .delete: old = try passWhole(header)
        case .update:
            old = try passBefore(header)
            new = try passAfter(header)
        }
        return ChangeView(
            header: header, operation: operation, isIndirect: flag == 1, offsets: start..<cursor.offset,
            old: RecordView(bytes: old, base: cursor.base), new: RecordView(bytes: new, base: cursor.base))
    }

    /// An INSERT's or DELETE's record: every column has a value.
    private mutating func passWhole(_ header: TableHeader) throws(ChangesetError) -> ArraySlice<UInt8> {
        let start = cursor.index
        for ordinal in header.keyOrdinals {
            let offset = cursor.offset
            let type = try cursor.field().type
            guard type != .undefined else { throw .undefinedValue(offset: offset) }
            guard ordinal == 0 || type != .null else { throw .nullKey(offset: offset) }
        }
        return cursor.bytes[start..<cursor.index]
    }

    /// An UPDATE's record of before: the key has values, other columns may.
    private mutating func passBefore(_ header: TableHeader) throws(ChangesetError) -> ArraySlice<UInt8> {
        let start = cursor.index
        isPaired.removeAll(keepingCapacity: true)
        for ordinal in header.keyOrdinals {
            if ordinal == 0, cursor.passUndefined() {
                isPaired.append(false)
                continue
            }
            let offset = cursor.offset
            let type = try cursor.field().type
            guard ordinal == 0 || type != .undefined else { throw .undefinedValue(offset: offset) }
            guard ordinal == 0 || type != .null else { throw .nullKey(offset: offset) }
            isPaired.append(type != .undefined)
        }
        return cursor.bytes[start..<cursor.index]
    }

    /// An UPDATE's record of after: the columns of before, the key free to be there or not.
    private mutating func passAfter(_ header: TableHeader) throws(ChangesetError) -> ArraySlice<UInt8> {
        let start = cursor.index
        for (column, ordinal) in header.keyOrdinals.enumerated() {
            if ordinal != 0 || !isPaired[column], cursor.passUndefined() { continue }
            let offset = cursor.offset
            let type = try cursor.field().type
            guard ordinal != 0 || isPaired[column] == (type != .undefined) else { throw .unpairedValue(offset: offset) }
        }
        return cursor.bytes[start..<cursor.index]
    }
}
