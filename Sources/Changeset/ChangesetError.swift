/// Why bytes are not a changeset. An offset counts bytes from the start of what was given to the reader.
///
/// `description` names the place and what to do, and never holds a value of the changeset.
public enum ChangesetError: Error, Hashable, Sendable {
    /// The input ends inside the table header, record or value that begins at `offset`, or after a header without its first
    /// record. What stands before `offset` is whole. Also the answer to a length that claims more than there is.
    case truncated(offset: Int)
    /// A patchset, which lacks the old values. Normal only from tools that were told to write one.
    case patchset(offset: Int)
    /// A table without columns, without a key or without changes.
    case badTableHeader(offset: Int)
    /// Neither a header nor INSERT, UPDATE or DELETE, or a change before any header.
    case badOperation(offset: Int)
    /// A byte other than 0 or 1.
    case badIndirectFlag(offset: Int)
    /// A byte that names no type, beyond 0 … 5.
    case badValueType(offset: Int)
    /// A varint beyond 2³¹-1, or longer than it needs to be.
    case badVarint(offset: Int)
    /// A column without a value where one must be: in an INSERT or DELETE, or in the key of an UPDATE.
    case undefinedValue(offset: Int)
    /// NULL in a primary key. SQLite's sessions do not record such rows.
    case nullKey(offset: Int)
    /// A column of an UPDATE with a value before but none after, or the other way round.
    case unpairedValue(offset: Int)
    /// A real that is not a number, which SQLite cannot store.
    case notANumber(offset: Int)
    /// Text or a table name that is not UTF-8. SQLite can store such text, so a real session can record it: the raw bytes stay
    /// readable through `ChangesetReader`.
    case invalidUTF8(offset: Int)
    /// Values end before the input does.
    case trailingBytes(offset: Int)
    /// More than `Limits` allow.
    case limitExceeded(Limits.Kind, offset: Int, max: Int)
}

extension ChangesetError: CustomStringConvertible {
    /// A stable code, for logs, tests and scripts.
    public var code: String {
        switch self {
        case .truncated: "GL-D1001"
        case .patchset: "GL-D1002"
        case .badTableHeader: "GL-D1003"
        case .badOperation: "GL-D1004"
        case .badIndirectFlag: "GL-D1005"
        case .badValueType: "GL-D1006"
        case .badVarint: "GL-D1007"
        case .undefinedValue: "GL-D1008"
        case .nullKey: "GL-D1009"
        case .unpairedValue: "GL-D1010"
        case .notANumber: "GL-D1011"
        case .invalidUTF8: "GL-D1012"
        case .trailingBytes: "GL-D1013"
        case .limitExceeded: "GL-D1014"
        }
    }

    /// The byte the error is about.
    public var offset: Int {
        switch self {
        case .truncated(let offset), .patchset(let offset), .badTableHeader(let offset), .badOperation(let offset),
            .badIndirectFlag(let offset), .badValueType(let offset), .badVarint(let offset), .undefinedValue(let offset),
            .nullKey(let offset), .unpairedValue(let offset), .notANumber(let offset), .invalidUTF8(let offset),
            .trailingBytes(let offset), .limitExceeded(_, let offset, _):
            offset
        }
    }

    /// Code, what is wrong, where, and what to do.
    public var description: String { "\(code) \(fault) at byte \(offset). \(remedy)" }

    private var fault: String {
        switch self {
        case .truncated: "The changeset ends inside the part that begins"
        case .patchset: "This is a patchset, not a changeset,"
        case .badTableHeader: "A table without columns, key or changes"
        case .badOperation: "Neither a table nor an insert, update or delete"
        case .badIndirectFlag: "A flag other than 0 or 1"
        case .badValueType: "An unknown type of value"
        case .badVarint: "A number that is too large or not in its shortest form"
        case .undefinedValue: "A missing value"
        case .nullKey: "NULL in a primary key"
        case .unpairedValue: "An update with only one of a column's two values"
        case .notANumber: "A real that is not a number"
        case .invalidUTF8: "Text that is not UTF-8"
        case .trailingBytes: "Bytes after the last value"
        case .limitExceeded(let kind, _, let max): "More \(kind.noun) than the \(max) allowed"
        }
    }

    private var remedy: String {
        switch self {
        case .truncated: "What stands before it is whole: export or send the changeset again."
        case .patchset: "Record it with sqlite3session_changeset: a patchset lacks the values before the change."
        case .invalidUTF8: "Export the command with its raw bytes, and correct the text on the device."
        case .limitExceeded: "Split the work into smaller commands."
        default: "The bytes were damaged or not written by SQLite: export or send the changeset again from its origin."
        }
    }
}

extension Limits.Kind {
    fileprivate var noun: String {
        switch self {
        case .bytes: "bytes"
        case .changes: "changes"
        case .columns: "columns"
        case .tableNameBytes: "bytes of a table name"
        }
    }
}
