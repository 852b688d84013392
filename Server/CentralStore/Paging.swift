public import SyncProtocol
public import Tickets

/// One entity of a page.
public struct PageEntity: Hashable, Sendable {
    /// Its name.
    public var key: EntityKey
    /// What the device does with it. `enter`: the replica does not hold it, or not without a gap since its base. `change`: it
    /// holds it as of its base. `leave`: no scope of the person holds it any more.
    public var operation: EntityOperation
    /// Sequence of its last change; of the leaving, where it leaves.
    public var version: UInt64
    /// Tables in order of position, rows by key. `enter`: all rows, and a row that is not in here is not in the entity.
    /// `change`: rows changed since the base, deleted ones among them. `leave`: empty.
    public var rows: [EntityRow]
    /// A verdict entity's command, of which the service makes the receipt.
    public var command: StoredCommand?

    /// An entity.
    public init(
        _ key: EntityKey, _ operation: EntityOperation, version: UInt64, rows: [EntityRow] = [], command: StoredCommand? = nil
    ) {
        self.key = key
        self.operation = operation
        self.version = version
        self.rows = rows
        self.command = command
    }
}

/// One turn of a pull.
///
///     base ──▶ page 1 ──▶ page 2 ──▶ … ──▶ last page: base′ = the head as of then
///              at ↺        at ↺
///
/// Entities come in the order of the sequences at which they became news for this person, each at most once per page. One that
/// changes while the pull is under way comes again in a later page, so that what is staged at the end is exactly the state at
/// the last page's head, whatever the cuts.
public struct PageRequest: Sendable {
    /// Whose scopes are read.
    public var person: String
    /// What the replica holds. 0 = nothing.
    public var base: UInt64
    /// The replica's generation.
    public var generation: UInt32
    /// The resume mark of the page before; empty at the start. One that does not belong to this pull is ignored.
    public var at: [UInt8]
    /// Read everything from zero as a new generation. A mark of a pull that already does so is followed on.
    public var fromZero: Bool
    /// A page is closed when its rows reach this many bytes; one entity always fits.
    public var bytesMax: Int
    /// Most entities in one page, at least 1.
    public var entitiesMax: Int
    /// Tickets that the receipts of this very response confirm, with the version that they confirm: left out if they still
    /// have that version and the replica holds the rest.
    public var leaveOut: [TicketID: UInt64]
    /// Verdicts that the receipts of this very response carry, with their sequences: left out unless there is more to say than the
    /// receipt does (conflicts, a renewed verdict, or a later decision).
    public var skipVerdicts: [CommandID: UInt64]
    /// Of those, the ones that this very request brought about without any conflict, with the version they have by that: if they
    /// still have it there is nothing more to say, and their rows need not be looked at.
    public var toldVerdicts: [CommandID: UInt64] = [:]
    /// The device can put a changed row together from its own and the changed columns.
    public var leavesOutUnchanged = false
    /// Work out the fingerprint even if the pull brings nothing.
    public var wantsFingerprint: Bool

    /// A first page.
    public init(
        person: String, base: UInt64, generation: UInt32 = 0, at: [UInt8] = [], fromZero: Bool = false,
        bytesMax: Int = 256 * 1024, entitiesMax: Int = 500, leaveOut: [TicketID: UInt64] = [:],
        skipVerdicts: [CommandID: UInt64] = [:], wantsFingerprint: Bool = false
    ) {
        self.person = person
        self.base = base
        self.generation = generation
        self.at = at
        self.fromZero = fromZero
        self.bytesMax = bytesMax
        self.entitiesMax = entitiesMax
        self.leaveOut = leaveOut
        self.skipVerdicts = skipVerdicts
        self.wantsFingerprint = wantsFingerprint
    }
}
