/// What `verify` found.
public struct VerifyReport: Hashable, Sendable {
    /// Journal entries read.
    public var entriesCount: UInt64 = 0
    /// Device headers read.
    public var linksCount: UInt64 = 0
    /// Commands read.
    public var commandsCount: UInt64 = 0
    /// Everything that is wrong; at most 100 lines of one kind.
    public var faults: [VerifyFault] = []
    /// The exact index of the first journal entry that is not what was written; nil if the chain is whole.
    public var firstBadEntry: UInt64?

    /// Nothing read yet.
    public init() {}

    /// True if nothing is wrong.
    public var isSound: Bool { faults.isEmpty }
}

/// One thing that is wrong.
public struct VerifyFault: Hashable, Sendable {
    /// What kind of thing.
    public var kind: Kind
    /// The journal's index, or a device's sequence, where there is one.
    public var sequence: UInt64?
    /// In words; holds no citizen's data.
    public var detail: String

    /// Kinds of faults; raw values are stable.
    public enum Kind: String, CaseIterable, Sendable, Hashable {
        /// The journal's chain is broken.
        case journal
        /// A change without its one entry, or an entry without its change.
        case entry
        /// A device's chain is broken.
        case chain
        /// Scope log, intervals or sums are not what the rows say.
        case scope
        /// `integrity_check` found something.
        case integrity
        /// `foreign_key_check` found something.
        case foreignKey = "foreign-key"
    }

    /// A fault.
    public init(_ kind: Kind, at sequence: UInt64? = nil, _ detail: String) {
        self.kind = kind
        self.sequence = sequence
        self.detail = detail
    }
}
