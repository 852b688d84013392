/// What came of an operation. Codable: it crosses the local socket, and `--json` prints its parts.
public enum Outcome: Codable, Hashable, Sendable {
    /// Done; nothing to tell.
    case done
    /// People.
    case people([PersonEntry])
    /// Grids.
    case grids([GridEntry])
    /// Units.
    case units(UnitsReport)
    /// Leaves of the taxonomy.
    case categories([CategoryEntry])
    /// What of a new taxonomy or profile was news.
    case reference(ReferenceReport)
    /// What a profile would mean.
    case trial(ProfileTrial)
    /// The responsibility catalogue.
    case duties(DutiesReport)
    /// Who owns something.
    case owners([OwnerReport])
    /// What years of working days mean for the tickets under way.
    case calendar(CalendarReport)
    /// The working days of a year.
    case calendarYear(CalendarYearReport)
    /// Tasks of a sweep.
    case swept(SweepReport)
    /// Mediators and experts.
    case experts(ExpertsReport)
    /// A code, shown once.
    case code(EnrolCode)
    /// Acts with what the rules said to each.
    case acts([ActReport])
    /// What the rules dispatched, and what they did not.
    case routed(RoutingReport)
    /// How often the rules were right.
    case accuracy(AccuracyReport)
    /// What became of rows.
    case imported(ImportReport)
    /// Rows of an export.
    case exported(ExportPage)
    /// Tickets.
    case tickets([TicketLine])
    /// One ticket.
    case ticket(TicketReport)
    /// What people call ids.
    case names(NamesReport)
    /// Each clock of a ticket as a sum.
    case why(WhyDueReport)
    /// What the scheduler raised.
    case alarms([AlarmReport])
    /// What the field asks for.
    case requests([RequestReport])
    /// The ladder and what stands on it.
    case ladder(LadderReport)
    /// Batches and persons of visits.
    case visits(VisitReport)
    /// What the units that supervise tickets did.
    case supervision(SupervisionReport)
    /// What is most likely about one incident.
    case duplicates([DuplicatesReport])
    /// Held commands.
    case held([HeldReport])
    /// One held command with what follows from each answer.
    case weighed(WeighedReport)
    /// Conflicts.
    case conflicts([ConflictReport])
    /// A held command has its answer.
    case decided(DecisionReport)
    /// Devices.
    case devices([DeviceLine])
    /// A backup was written.
    case backup(BackupReport)
    /// What the check found.
    case check(CheckReport)
    /// Canonical JSON lines.
    case dump([String])
    /// Who answers.
    case version(VersionReport)
    /// How centre and devices stand.
    case status(StatusReport)
}

/// A one-time code.
public struct EnrolCode: Codable, Hashable, Sendable {
    /// The code as a person types it; case and hyphens do not matter.
    public var code: String
    /// Whose devices it enrols.
    public var person: String
    /// Until when, milliseconds since 1970 UTC.
    public var expiresAt: Int64
}

/// Each clock of a ticket as a sum, line by line, the same as on a device.
public struct WhyDueReport: Codable, Hashable, Sendable {
    /// UUID.
    public var ticket: String
    /// Official number.
    public var number: String?
    /// The due date, milliseconds since 1970 UTC; nil if no clock runs.
    public var dueAt: Int64?
    /// The sum.
    public var lines: [Line]

    /// One line in both languages.
    public struct Line: Codable, Hashable, Sendable {
        /// In English.
        public var english: String
        /// In Chinese.
        public var chinese: String
    }
}

/// What the rules said to one act.
public struct ActReport: Codable, Hashable, Sendable {
    /// The command's UUID; nil where none was made.
    public var command: String?
    /// The ticket's UUID.
    public var ticket: String
    /// The official number, if it has one.
    public var number: String?
    /// A word of `Verdict`, or "refused" where no command was made.
    public var verdict: String
    /// A stable reason code.
    public var reason: String
    /// The sequence; 0 where nothing was written.
    public var sequence: UInt64
    /// The line of the batch file; 0 = none.
    public var line: Int

    /// True if the act took effect.
    public var isApplied: Bool { verdict == "applied" || verdict == "merged" }
}

/// What became of the rows of one import; of people, units and grids, `imported` counts those that were new or different.
public struct ImportReport: Codable, Hashable, Sendable {
    /// New tickets.
    public var imported = 0
    /// Rows whose external id was there already.
    public var known = 0
    /// Rows that were not imported: the first 5,000, as many as one batch can have.
    public var faults: [ImportFault] = []
    /// Rows that were not imported, listed or not.
    public var faultCount = 0
    /// The file with the rows that were not imported, if one was made.
    public var rejects: String?

    /// Nothing yet.
    public init() {}

    /// Notes a fault; the list is bounded, the count is not.
    public mutating func add(_ fault: ImportFault) {
        faultCount += 1
        if faults.count < Importer.batchRowsMax { faults.append(fault) }
    }
}

/// One row of the queue.
public struct TicketLine: Codable, Hashable, Sendable {
    /// UUID.
    public var id: String
    /// Official number.
    public var number: String?
    /// A code of `TicketState`.
    public var state: String
    /// Subject.
    public var title: String
    /// Grid.
    public var grid: String?
    /// Responsible person.
    public var assignee: String?
    /// Urgency.
    public var urgency: String
    /// Deadline, milliseconds since 1970 UTC.
    public var dueAt: Int64?
    /// Made, milliseconds since 1970 UTC.
    public var createdAt: Int64
    /// Commands on it that wait for a decision.
    public var heldCount: Int
}

/// One ticket with everything that happened to it. Values are text, numbers as text, blobs as hex; NULL is left out.
public struct TicketReport: Codable, Hashable, Sendable {
    /// UUID.
    public var id: String
    /// The columns of the ticket that are not NULL.
    public var columns: [String: String]
    /// The citizen's columns that are not NULL.
    public var citizen: [String: String]?
    /// Helpers.
    public var helpers: [String]
    /// What it promises, in the order of kinds; values as of `columns`.
    public var clocks: [ClockReport]
    /// Who gave it to whom, oldest first.
    public var transfers: [[String: String]]
    /// How often it went from one hand to another.
    public var transferCount: Int
    /// That is more often than the profile bears.
    public var isTransferredTooOften: Bool
    /// The units that take part, in the order of asking.
    public var parts: [[String: String]]
    /// Its checklist, with what was filled in.
    public var checklist: [ChecklistLine]
    /// The steps by which it was settled whose it is, oldest first.
    public var rulings: [[String: String]]
    /// The leaders who answer for it, from the top.
    public var leaders: [LeaderReport]
    /// The incidents that it was part of, oldest first.
    public var incidents: [[String: String]]
    /// The numbers of the tickets that went into it.
    public var merged: [String]
    /// Each step of the ladder that it was brought to, from the bottom; restricted ones for supervisors alone.
    public var steps: [StepReport]
    /// How often it was urged while it was under way.
    public var urgedCount: Int
    /// Notes, oldest first.
    public var notes: [[String: String]]
    /// Journal entries, oldest first.
    public var history: [HistoryLine]
    /// Conflicts.
    public var conflicts: [ConflictReport]
    /// Held commands on it.
    public var held: [HeldReport]
}

/// One promise of a ticket. Times are milliseconds since 1970 UTC.
public struct ClockReport: Codable, Hashable, Sendable {
    /// A word of `ClockKind`.
    public var kind: String
    /// Of a part's clock: the unit that owes it.
    public var unit: String?
    /// The class that gave the due time; nil where none did.
    public var deadlineClass: String?
    /// The working days that were counted.
    public var days: Int?
    /// The profile and version that gave it; empty in a store that knew no clocks then.
    public var source: String
    /// When it began.
    public var startAt: Int64
    /// When it is due.
    public var dueAt: Int64
    /// When it was met.
    public var metAt: Int64?
    /// When it fell away.
    public var endedAt: Int64?
}

/// One journal entry of a ticket.
public struct HistoryLine: Codable, Hashable, Sendable {
    /// The sequence.
    public var sequence: UInt64
    /// Milliseconds since 1970 UTC.
    public var at: Int64
    /// Who.
    public var author: String
    /// What: a kind of journal entry.
    public var kind: String
    /// The command's UUID, if a command caused it.
    public var command: String?
    /// The command's kind.
    public var commandKind: String?
    /// The verdict, if a command caused it.
    public var verdict: String?
    /// The reason code.
    public var reason: String?
}

/// A command that waits for a dispatcher.
public struct HeldReport: Codable, Hashable, Sendable {
    /// UUID of the command.
    public var command: String
    /// UUID of the ticket; nil if the command could not be read.
    public var ticket: String?
    /// Official number.
    public var number: String?
    /// Who gave it.
    public var person: String
    /// What it is: a word of `CommandKind`, or one that this release does not know.
    public var kind: String
    /// Why it is held.
    public var reason: String
    /// Since when, milliseconds since 1970 UTC.
    public var receivedAt: Int64
    /// When it was done in the field, milliseconds since 1970 UTC.
    public var occurredAt: Int64
    /// The command it waits for.
    public var waitsFor: String?
    /// What the author wrote, by argument.
    public var arguments: [String: String]
    /// Where it disagrees with what stands at the centre.
    public var conflicts: [ConflictReport]
    /// Of a retraction: what it is to take back.
    public var target: RetractedReport?
}

/// The answer to a held command, with what it set free.
public struct DecisionReport: Codable, Hashable, Sendable {
    /// UUID of the command.
    public var command: String
    /// A word of `HeldDecision`.
    public var decision: String
    /// The decision's sequence.
    public var sequence: UInt64
    /// Commands that waited for it.
    public var followed: [Follower]

    /// One that waited.
    public struct Follower: Codable, Hashable, Sendable {
        /// UUID of the command.
        public var command: String
        /// What it is; nil if nobody asked.
        public var kind: String?
        /// A word of `HeldDecision`; nil if it is held still.
        public var decision: String?
        /// Why.
        public var reason: String
    }
}

/// One device.
public struct DeviceLine: Codable, Hashable, Sendable {
    /// UUID of the replica.
    public var replica: String
    /// Whose.
    public var person: String
    /// Serial number of the certificate.
    public var serial: UInt64
    /// Milliseconds since 1970 UTC.
    public var enrolledAt: Int64
    /// Milliseconds since 1970 UTC.
    public var lastContact: Int64?
    /// Milliseconds since 1970 UTC.
    public var revokedAt: Int64?
    /// Commands that it said were still on it.
    public var unsent: UInt64?
    /// When the oldest of them was given, as the device said, milliseconds since 1970 UTC.
    public var oldestUnsentAt: Int64?
    /// Up to which sequence it has read.
    public var base: UInt64?
    /// Journal entries that this is behind the head.
    public var lag: UInt64?
    /// What program it runs.
    public var clientVersion: String?
    /// The device's clock minus the server's, milliseconds.
    public var clockOffset: Int64?
    /// How often its chain forked.
    public var forks: UInt64
    /// Two devices go on with its chain: they have one key.
    public var hasTwoHeads: Bool
}

/// A finished backup.
public struct BackupReport: Codable, Hashable, Sendable {
    /// Where.
    public var path: String
    /// Bytes.
    public var bytes: UInt64
    /// The sequence that it contains.
    public var head: UInt64
}

/// What `check` found.
public struct CheckReport: Codable, Hashable, Sendable {
    /// Journal entries that verify.
    public var journalEntries: UInt64
    /// Device headers that were read.
    public var chainLinks: UInt64
    /// Commands that were read.
    public var commands: UInt64
    /// The first journal index that does not verify.
    public var firstBadIndex: UInt64?
    /// What is wrong; empty = all is whole.
    public var faults: [String]
}

/// Who answers.
public struct VersionReport: Codable, Hashable, Sendable {
    /// The release.
    public var release: String
    /// Wire protocol.
    public var `protocol`: Int
    /// Schema version.
    public var schema: Int
    /// The store's incarnation.
    public var incarnation: String?
    /// The head of the journal.
    public var head: UInt64?
    /// The process that serves.
    public var process: Int32?
}
