public import Changeset
public import Tickets

/// Everything that one group of requests or acts changes, in order.
public struct WriteBatch: Sendable {
    /// One per change of state; each gets the next sequence.
    public var entries: [JournalDraft] = []
    /// Headers that devices signed, repeats under a new epoch among them.
    public var links: [ChainLink] = []
    /// Where devices stand after this batch: chain, times, what they said of themselves. No change of state, no entry.
    public var contacts: [DeviceRecord] = []
    /// Hashes of codes that were presented in vain.
    public var failedCodes: [[UInt8]] = []

    /// An empty batch.
    public init(entries: [JournalDraft] = []) { self.entries = entries }
}

/// One change of state, to be written as one journal entry.
///
/// The store works out which entities it touches: the tickets of `changes`, the author's verdict if `command` is there, the
/// references of changed people and grids.
public struct JournalDraft: Sendable {
    /// Server time.
    public var at: Milliseconds
    /// The person whose act it is; `system` for the store's own.
    public var author: String
    /// The word in the journal.
    public var kind: JournalKind
    /// 16 random bytes, so that the entry's body can be erased and not be guessed from its digest.
    public var salt: [UInt8]
    /// The ticket that the entry is listed under; nil for none. Need not exist. With rows of other tickets the entry is listed under
    /// none of them, and until all devices have it every page of tickets is read from all tables: seldom is right.
    public var ticket: TicketID?
    /// Rows, in order. An inserted ticket without an official number gets one. Rows of helpers, citizens, people and grids may
    /// be inserted over ones that are there or were deleted; a ticket or a note is made once.
    public var changes: [RowChange] = []
    /// The command that this entry judges or decides.
    public var command: CommandWrite?
    /// What it disagreed with: rows of the verdict entity.
    public var conflicts: [Conflict] = []
    /// With conflicts: what their author had seen. Beyond it the store looks for the command that wrote theirs; the rows belong to
    /// that one's verdict entity too. Nil = it does not look.
    public var seenBase: UInt64?
    /// With conflicts: when ours happened; nil = as `command` says.
    public var oursAt: Milliseconds?
    /// More for the history, by name: small, and never a citizen's data outside `changes`.
    public var facts: [String: Value] = [:]
    /// A device that enrols, is revoked or forks: written whole.
    public var device: DeviceRecord?
    /// A code that is made or used: written whole.
    public var enrolCode: EnrolCodeRecord?
    /// Where the new ticket was imported from.
    public var importSource: ImportSource?
    /// A second payload under a known identifier.
    public var clash: CommandClash?
    /// What the entry is listed under where it touches neither a ticket nor a reference, such as "backup".
    public var subject: String?

    /// An entry without changes.
    public init(at: Milliseconds, author: String, kind: JournalKind, salt: [UInt8], ticket: TicketID? = nil) {
        self.at = at
        self.author = author
        self.kind = kind
        self.salt = salt
        self.ticket = ticket
    }
}

/// What happens to a command's record.
public enum CommandWrite: Hashable, Sendable {
    /// A new one with its verdict, or parked. `sequence` and `decision` in it are ignored.
    case insert(StoredCommand)
    /// A parked one gets its verdict. The person is the author's, whose verdict entity it is.
    case judge(
        CommandID, person: String, Verdict, reason: String, occurredAt: Milliseconds, clockFlagged: Bool, waitsFor: CommandID?)
    /// A held one stays held, now for another reason or behind another command. Its verdict's sequence becomes this entry's, so
    /// that its author hears of it; `occurredAt` is what was fixed before.
    case holdAgain(CommandID, person: String, reason: String, occurredAt: Milliseconds, waitsFor: CommandID?)
    /// A held one gets its decision. The person is the command's author, not who decides.
    case decide(CommandID, person: String, StoredCommand.DecisionRecord)

    /// The command.
    public var id: CommandID {
        switch self {
        case .insert(let command): command.id
        case .judge(let id, _, _, _, _, _, _), .holdAgain(let id, _, _, _, _), .decide(let id, _, _): id
        }
    }

    /// It stores the command without a verdict: there is nothing to tell its author yet, hence no verdict entity.
    public var parks: Bool {
        if case .insert(let command) = self { command.isParked } else { false }
    }

    /// Nothing was said on the command before.
    var isFirst: Bool {
        if case .insert = self { true } else { false }
    }

    /// When it happened, if this says so.
    var occurredAt: Milliseconds? {
        switch self {
        case .insert(let command): command.occurredAt
        case .judge(_, _, _, _, let occurredAt, _, _), .holdAgain(_, _, _, let occurredAt, _): occurredAt
        case .decide: nil
        }
    }

    /// The person who gave the command.
    public var person: String {
        switch self {
        case .insert(let command): command.person
        case .judge(_, let person, _, _, _, _, _), .holdAgain(_, let person, _, _, _), .decide(_, let person, _): person
        }
    }
}

/// A line of another system.
public struct ImportSource: Hashable, Sendable {
    /// The other system.
    public var source: String
    /// The line's identifier there.
    public var externalID: String

    /// A source.
    public init(source: String, externalID: String) {
        self.source = source
        self.externalID = externalID
    }
}

/// What a journal entry is about.
public struct JournalKind: RawRepresentable, Hashable, Sendable {
    /// The word in the journal.
    public let rawValue: String
    /// Any word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A command got its verdict.
    public static let verdict = JournalKind(rawValue: "verdict")
    /// A command was stored, and waits for the ones before it.
    public static let parked = JournalKind(rawValue: "parked")
    /// A held command is held still, for another reason than before.
    public static let heldAgain = JournalKind(rawValue: "held-again")
    /// A held command got its decision.
    public static let decision = JournalKind(rawValue: "decision")
    /// A ticket came in from another system.
    public static let imported = JournalKind(rawValue: "import")
    /// A person was entered or changed.
    public static let person = JournalKind(rawValue: "person")
    /// A grid was entered or changed.
    public static let grid = JournalKind(rawValue: "grid")
    /// A unit was entered or changed.
    public static let unit = JournalKind(rawValue: "unit")
    /// A leaf of the taxonomy came, changed, or was retired.
    public static let category = JournalKind(rawValue: "category")
    /// A profile was loaded, or went out of force.
    public static let profile = JournalKind(rawValue: "profile")
    /// A rule of the responsibility catalogue came, or changed.
    public static let duty = JournalKind(rawValue: "duty")
    /// A mediator or expert was entered or changed.
    public static let expert = JournalKind(rawValue: "expert")
    /// An item of a checklist was entered or changed.
    public static let checklist = JournalKind(rawValue: "checklist")
    /// A line of the duty roster was entered or changed.
    public static let roster = JournalKind(rawValue: "roster")
    /// The working days of a year were loaded.
    public static let calendar = JournalKind(rawValue: "calendar")
    /// A one-time code was made.
    public static let enrolCode = JournalKind(rawValue: "enrol-code")
    /// A device enrolled.
    public static let enrol = JournalKind(rawValue: "enrol")
    /// A device was revoked.
    public static let revoke = JournalKind(rawValue: "revoke")
    /// A device's chain forked.
    public static let fork = JournalKind(rawValue: "fork")
    /// A second payload came under a known identifier.
    public static let clash = JournalKind(rawValue: "clash")
    /// The store was made.
    public static let made = JournalKind(rawValue: "made")
    /// The store was copied into a file; listed under its own word.
    public static let backup = JournalKind(rawValue: "backup")
    /// The store was restored from a backup.
    public static let restored = JournalKind(rawValue: "restored")
}

/// What `append` gave.
public struct Appended: Hashable, Sendable {
    /// The sequence of each entry, in order.
    public var sequences: [UInt64]
    /// Official numbers of tickets that got one.
    public var numbers: [TicketID: String]
    /// Scopes in which an entity entered, changed or left.
    public var scopes: Set<String>

    /// A result.
    public init(sequences: [UInt64], numbers: [TicketID: String], scopes: Set<String>) {
        self.sequences = sequences
        self.numbers = numbers
        self.scopes = scopes
    }
}
