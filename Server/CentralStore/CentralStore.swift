public import Changeset
public import SyncProtocol
public import Tickets

/// The contract of a city's one store: what every implementation must do, and what `SyncService` and `Queue` may rely on.
///
/// - **One sequence.** Each change of state is one journal entry; its index is the sequence that rows, scopes, verdicts and
///   cursors speak of. Sequences begin at 1, have no gap, and are given by the store's one writer in the order of commit.
/// - **All or nothing.** `write` is one transaction and one durable commit: when it returns, everything in it survives a power
///   cut; when it throws, nothing of it ever happened.
/// - **One writer.** A store is written by one process; a fencing number taken at opening is checked in every write, so that a
///   process that lost the store without noticing cannot write any more (`StoreError.fenced`).
/// - **Few round trips.** `load` and `append` take a whole batch and use a number of statements that does not depend on how
///   many commands are in it.
/// - **The store derives the scopes.** Nobody tells it which person may hold what: it compares `scopes(of:)` before and after
///   each entry and keeps the scope log, the intervals and the fingerprints by itself.
/// - **Readers are stable.** Inside one `read` or `write` everything comes from one state of the store.
public protocol CentralStore: Sendable {
    /// Runs `body` in the one writing transaction.
    ///
    /// - Throws: What `body` throws, or `StoreError`. Either way nothing is written.
    func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T

    /// Runs `body` on one state of the store; does not wait for the writer.
    func read<T>(_ body: (any StoreReader) throws -> T) throws -> T

    /// Copies the store as of now into one new file, durable on return, and moves the backup watermark to what it holds.
    ///
    /// - Returns: The head that the copy holds.
    /// - Throws: `StoreError.exists` if there is a file already.
    func backup(to path: String) throws -> UInt64
}

/// What can be asked of a store.
public protocol StoreReader {
    /// Identity and head.
    func state() throws -> StoreState

    /// Everything that the decisions on a batch of commands need, in a few statements whatever the batch's size.
    func load(_ request: LoadRequest) throws -> Snapshot

    /// One page of what a person may hold; see `PageRequest`.
    func page(_ request: PageRequest) throws -> PageResult

    /// What a person's replica must hold, row for row, read from the rows and the intervals and not from the scope log: the
    /// other way to the same answer, for tests and `check`. Sorted by kind and identifier.
    ///
    /// - Parameter hasVersions: Without them, for whoever compares rows alone, each is 0: to find them costs as much as the rows.
    func scopeDump(person: String, hasVersions: Bool) throws -> [PageEntity]

    /// Tickets by filter, most urgent first: due time (none last), then creation.
    func queue(_ filter: QueueFilter) throws -> [QueueLine]

    /// One ticket with all its rows that are not deleted; nil if there is none.
    func ticket(_ id: TicketID) throws -> TicketDetail?

    /// The ticket that a person means: an official number or UUID text.
    func find(ticket reference: String) throws -> TicketID?

    /// Every journal entry on a ticket, oldest first.
    func history(of ticket: TicketID) throws -> [HistoryEntry]

    /// Commands that wait for a decision, oldest first.
    func held() throws -> [HeldLine]

    /// What a command disagreed with, by field.
    func conflicts(of command: CommandID) throws -> [Conflict]

    /// The same with whose they are on either side, of many commands.
    func conflictRecords(of commands: [CommandID]) throws -> [CommandID: [ConflictRecord]]

    /// Conflicts by filter; the one that changed last first. Open is what can be chosen about and nobody has decided or chosen yet:
    /// what a transition disagreed with is none.
    func conflictRecords(_ filter: ConflictFilter) throws -> [ConflictRecord]

    /// Second payloads under known identifiers, oldest first.
    func clashes() throws -> [CommandClash]

    /// Commands by the person who gave them, newest first.
    func commands(by person: String, limit: Int) throws -> [StoredCommand]

    /// Commands of one device that are stored and not yet judged, in the order of its chain.
    func parked(of replica: ReplicaID) throws -> [StoredCommand]

    /// All people, sorted by identifier.
    func persons() throws -> [Person]

    /// All grids, sorted by identifier.
    func grids() throws -> [GridRecord]

    /// All rows of one table of the reference set that are not deleted, sorted by key, all columns in order.
    func references(_ table: Table) throws -> [[Value]]

    /// Rows of one table of the reference set beyond a key, sorted by it.
    func references(_ table: Table, after key: String, limit: Int) throws -> [[Value]]

    /// All devices, sorted by serial.
    func devices() throws -> [DeviceRecord]

    /// A one-time code by the hash of its text.
    func enrolCode(hash: [UInt8]) throws -> EnrolCodeRecord?

    /// Which tickets were already imported: external identifiers of one source to tickets; those unknown are left out.
    func imported(source: String, externalIDs: [String]) throws -> [String: TicketID]

    /// Tickets in the order in which they came in, for an export: those beyond a position, 0 = all.
    func tickets(after position: UInt64, limit: Int, withCitizens: Bool) throws -> [ExportedTicket]

    /// People beyond an identifier, sorted by it.
    func persons(after id: String, limit: Int) throws -> [Person]

    /// Units beyond an identifier, sorted by it.
    func units(after id: String, limit: Int) throws -> [HandlingUnit]

    /// Grids beyond an identifier, sorted by it.
    func grids(after id: String, limit: Int) throws -> [GridRecord]

    /// The fingerprint of everything that a person may hold now.
    func fingerprint(of person: String) throws -> Fingerprint

    /// Requests from the field, oldest first, each with its ticket's number and its words: those that wait for an answer, or all.
    func requests(withAnswered: Bool, limit: Int) throws -> [RequestLine]

    /// Dispatches that rules of the catalogue made, in the order of dispatching, beyond a sequence.
    func routed(after sequence: UInt64, limit: Int) throws -> [RoutedLine]

    /// How often each grid had a category since a time, and when last, tasks left out; sorted by grid. Without deleted tickets.
    func history(ofCategory code: String, since: Milliseconds) throws -> [GridHistory]

    /// Tickets under way that a person is responsible for.
    func underWay(assignee: String) throws -> Int

    /// The tickets that went into these, in the order of merging.
    func merged(into parents: [TicketID]) throws -> [IncidentLine]

    /// Tickets that stand at an open step of the ladder, the longest first; restricted steps only where they may be read.
    func openSteps(withRestricted: Bool, limit: Int) throws -> [LadderLine]

    /// Units that were set over tickets in a stretch of time, the earliest first, with what they did.
    func supervised(from place: TimedPlace, until: Milliseconds, unit: String?, limit: Int) throws -> [SupervisedLine]

    /// Visits whose persons were counted, in a stretch of time, the earliest first.
    func visits(from place: TimedPlace, until: Milliseconds, limit: Int) throws -> [VisitLine]

    /// What the scheduler raised and still stands: overdue first, then undecided, then due soon; each by due time.
    func alarms(limit: Int) throws -> [AlarmLine]

    /// Counts by verdict and state, for lists and proofs.
    func counts() throws -> StoreCounts

    /// How the store stands, in few numbers and few indexed statements: cheap enough to be asked every few seconds.
    func figures(now: Milliseconds) throws -> StoreFigures

    /// Reads everything and proves it: the journal's chain, one entry per change, every device's chain, the database itself.
    func verify() throws -> VerifyReport
}

/// What a writing transaction can do besides reading. Reads see what was written before in the same transaction.
public protocol StoreTransaction: StoreReader {
    /// Writes a batch: rows, journal, commands, conflicts, scopes, fingerprints, devices.
    ///
    /// - Returns: The sequence of each entry, and the official numbers that were given.
    /// - Throws: `StoreError.constraint` where a row does not fit; then the transaction's state is undefined and must be rolled
    ///   back, to the last savepoint or whole.
    func append(_ batch: WriteBatch) throws -> Appended

    /// Runs `body`; if it throws, what it wrote is rolled back and the error goes on to the caller, while the transaction lives.
    func savepoint<T>(_ body: () throws -> T) throws -> T

    /// The next serial number of a certificate; given once.
    func takeSerial() throws -> UInt64

    /// Forgets leave entries of the scope log written before the sequence `below`; a replica with an older base reads its
    /// scopes again from zero.
    ///
    /// - Returns: How many entries went.
    func pruneLeaves(below: UInt64) throws -> Int

    /// Raises what is due at a time, each once, and lets go what has no reason any more. No change of state, no entry.
    ///
    /// - Returns: How many of each kind are new.
    func raiseAlarms(_ rules: AlarmRules, now: Milliseconds) throws -> [AlarmKind: Int]

    /// The head of the journal as of a time: the sequence of the last entry not later than it, 0 if there is none.
    func head(at time: Milliseconds) throws -> UInt64
}

extension StoreReader {
    /// The same with versions.
    public func scopeDump(person: String) throws -> [PageEntity] { try scopeDump(person: person, hasVersions: true) }

    /// All units, sorted by identifier.
    public func units() throws -> [HandlingUnit] { try references(.unit).compactMap(HandlingUnit.init(row:)) }

    /// All categories, retired ones too, sorted by code.
    public func categories() throws -> [Category] { try references(.category).compactMap(Category.init(row:)) }

    /// The responsibility catalogue, retired rules too, sorted by id.
    public func duties() throws -> [Duty] { try references(.duty).compactMap(Duty.init(row:)) }

    /// Mediators and experts, retired ones too, sorted by id.
    public func experts() throws -> [Expert] { try references(.expert).compactMap(Expert.init(row:)) }

    /// Items of checklists, retired ones too, sorted by code.
    public func checklists() throws -> [ChecklistItem] { try references(.checklist).compactMap(ChecklistItem.init(row:)) }

    /// The years whose working days an operator loaded, ascending.
    public func calendarYears() throws -> [CalendarYear] { try references(.calendar).compactMap(CalendarYear.init(row:)) }

    /// Grids and the areas above them.
    public func areas() throws -> AreaTree { AreaTree(try grids().map { ($0.id, $0.parent) }) }

    /// The profiles that were ever loaded, sorted by name; at most one is in force.
    public func profiles() throws -> [ProfileRecord] { try references(.profile).compactMap(ProfileRecord.init(row:)) }
}
