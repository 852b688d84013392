/// Which tasks to make of a closed ticket, or to look at.
public struct SweepQuestion: Codable, Hashable, Sendable {
    /// Official number or UUID.
    public var ticket: String
    /// Grids; nil = those that had the same category, empty with `isLook`.
    public var grids: [String]?
    /// Nothing is made: what stands of an earlier sweep.
    public var isLook: Bool
    /// Nothing is made: what would be.
    public var isDryRun: Bool
    /// Tickets made since then count as a grid's history; milliseconds since 1970 UTC.
    public var since: Int64
    /// A word of `TicketKind`, one of the tasks.
    public var kind: String
    /// Until when, milliseconds since 1970 UTC; nil = by the class of an ordinary ticket.
    public var dueAt: Int64?
    /// Why, in words that the workers read.
    public var reason: String

    /// A question.
    public init(
        ticket: String, grids: [String]?, isLook: Bool = false, isDryRun: Bool = false, since: Int64, kind: String,
        dueAt: Int64? = nil, reason: String
    ) {
        (self.ticket, self.grids, self.isLook, self.isDryRun) = (ticket, grids, isLook, isDryRun)
        (self.since, self.kind, self.dueAt, self.reason) = (since, kind, dueAt, reason)
    }
}

/// The tasks of a sweep, one for each grid.
public struct SweepReport: Codable, Hashable, Sendable {
    /// The ticket that they come from.
    public var ticket: String
    /// Its category.
    public var category: String?
    /// By grid.
    public var lines: [Line] = []
    /// Tasks that were made now.
    public var made = 0
    /// Tasks that are there, whoever made them, and of those the finished ones without and with a finding.
    public var tasks = 0
    /// See `tasks`.
    public var doneCount = 0
    /// See `tasks`.
    public var foundCount = 0

    /// One grid.
    public struct Line: Codable, Hashable, Sendable {
        /// The grid.
        public var grid: String
        /// Its name.
        public var name: String
        /// How many tickets of the category it had; 0 = it was named by hand.
        public var count: Int
        /// When the newest of them was made, milliseconds since 1970 UTC.
        public var lastAt: Int64?
        /// `made`, `known` (an earlier sweep of the same ticket made it), `planned` (a dry run), or a code of `Reason`.
        public var outcome: String
        /// The task's official number, or UUID; nil where there is none.
        public var task: String?
        /// Its state.
        public var state: String?
        /// Who has it; nil = nobody works in the grid, a dispatcher decides.
        public var person: String?
        /// What was found.
        public var finding: String?
    }
}
