/// How the copy of the journal on a second disk stands. Nothing in it is about one person, device or ticket.
public struct CopyFigures: Hashable, Sendable {
    /// Where it is, in the operator's words.
    public var place: String
    /// The journal's head that it holds.
    public var head: UInt64
    /// Bytes of all its segments.
    public var bytes: UInt64
    /// Segments.
    public var segmentCount: Int
    /// The journal's head at which it began, or began anew after a gap.
    public var begin: UInt64
    /// A backup was taken since it began: with that one a restore is exact.
    public var isExact: Bool
    /// Why it cannot be written now; nil while it can. Nothing is acknowledged meanwhile.
    public var fault: String?
    /// How often it could not be written since the store was opened.
    public var failureCount: UInt64
    /// Commits that the store lacked when it was opened, and took from the copy: 0 or 1.
    public var takenCount: Int

    /// Figures.
    public init(
        place: String, head: UInt64, bytes: UInt64, segmentCount: Int, begin: UInt64, isExact: Bool, fault: String?,
        failureCount: UInt64, takenCount: Int
    ) {
        self.place = place
        self.head = head
        self.bytes = bytes
        self.segmentCount = segmentCount
        self.begin = begin
        self.isExact = isExact
        self.fault = fault
        self.failureCount = failureCount
        self.takenCount = takenCount
    }
}

extension CentralStore {
    /// How the copy of the journal stands; nil without one.
    public var journalCopy: CopyFigures? { (self as? any JournalCopying)?.copyFigures }
}

/// A store that can keep a copy of everything it writes on a second disk, synced before anything is acknowledged.
///
/// What it holds, together with a backup, is the lost store row for row: nothing was acknowledged that is not in it.
public protocol JournalCopying: CentralStore {
    /// How the copy stands; nil if none is kept.
    var copyFigures: CopyFigures? { get }
}
