public import Tickets

/// What an operator asks of the centre: one case per subcommand of `gridline-server`, run in the process that has the store, or
/// sent to it over the local socket. Every act carries its author.
public enum Operation: Codable, Hashable, Sendable {
    /// People come or change; all in one transaction.
    case putPeople([PersonEntry], by: String)
    /// Everybody.
    case listPeople
    /// Grids come or change.
    case putGrids([GridEntry], by: String)
    /// All grids.
    case listGrids
    /// Units come or change.
    case putUnits([UnitEntry], by: String)
    /// All units, and what is missing at them.
    case listUnits
    /// A new version of the taxonomy, as CSV: leaves that are not in it are retired.
    case putTaxonomy(csv: String, by: String)
    /// Leaves of the taxonomy: all, or those that a search finds.
    case listCategories(search: String?, withRetired: Bool)
    /// A profile comes into force; its scalars as `Profile.body(of:)` writes them.
    case putProfile(body: String, by: String)
    /// What a profile would change for the tickets under way; nothing is written.
    case tryProfile(body: String)
    /// Rules of the responsibility catalogue come or change.
    case putDuties([DutyEntry], by: String)
    /// The catalogue and what is wrong with it: of these rules, or of those that are in the store.
    case listDuties(DutyQuestion)
    /// Who owns what these words mean, in a grid.
    case who(text: String, grid: String?)
    /// Working days of years come into force, and due dates that hang on them move; as a file that `CalendarFile` has read.
    case putCalendar(csv: String, by: String)
    /// Which due dates that would move; nothing is written.
    case tryCalendar(csv: String)
    /// The working days of a year.
    case showCalendar(year: Int)
    /// Mediators and experts come or change.
    case putExperts([ExpertEntry], by: String)
    /// Mediators and experts, and what is wrong: of these, or of those that are in the store.
    case listExperts(ExpertQuestion)
    /// Lines of the duty roster come or change; desks get their diaries.
    case putRoster([RosterEntry], by: String)
    /// Items of checklists come or change.
    case putChecklists([ChecklistEntry], by: String)
    /// A one-time code with which this person enrols one device.
    case enrolCode(person: String, minutes: Int, by: String)
    /// A new ticket.
    case new(NewTicket, by: String)
    /// Rows of a source; those whose external id is known are skipped. One transaction.
    case importRows([ImportRow], source: String, by: String)
    /// The next rows of an export. Citizens' data comes only with a reason, which is journalled with the first page.
    case export(ExportQuestion, by: String?)
    /// Tickets to people, all in one transaction: if one cannot be dispatched it says why, the others are.
    case dispatch([DispatchOrder], by: String)
    /// Tickets to whom the catalogue's rules say, all in one transaction; what no single rule fits stays, and it is said why.
    case dispatchByRule(RoutingQuestion, by: String)
    /// Tasks from one closed ticket over grids, or what stands of them.
    case sweep(SweepQuestion, by: String?)
    /// How often the rules were right, with the cases behind it if wanted.
    case routingAccuracy(withCases: Bool)
    /// A ticket that is under way goes to somebody else.
    case assign(ticket: String, to: String, helpers: [String], approvedBy: String? = nil, by: String)
    /// Columns of a ticket get new values; nil clears one.
    case edit(ticket: String, values: [String: String?], by: String)
    /// A handled ticket is closed.
    case close(ticket: String, words: String?, by: String)
    /// A ticket is taken back from everybody.
    case withdraw(ticket: String, words: String?, by: String)
    /// The central queue.
    case queue(QueueQuestion)
    /// One ticket with its history.
    case show(ticket: String, for: String? = nil)
    /// What people call these ids, be they of persons, units, grids or categories.
    case names([String])
    /// Each clock of a ticket as a sum.
    case whyDue(ticket: String, for: String? = nil)
    /// What the scheduler raised and still stands, after a look at the time. `now` as of `status`.
    case alarms(now: Int64, limit: Int)
    /// What the field asks for.
    case requests(withAnswered: Bool, limit: Int)
    /// The answer to the request that waits on a ticket.
    case answer(
        ticket: String, isGranted: Bool, days: Int?, to: String? = nil, until: String? = nil, words: String?, by: String)
    /// A dispute is settled above the dispatcher: by a joint ruling, or signed off by a leader.
    case rule(ticket: String, isSignedOff: Bool, to: String, members: String, words: String, by: String)
    /// A ticket is brought to the next step of the city's ladder.
    case escalate(EscalationOrder, by: String)
    /// How the step at which a ticket stands ended.
    case conclude(ConclusionOrder, by: String)
    /// Somebody was visited, or received.
    case visit(VisitOrder, by: String)
    /// Visits in a stretch of time, milliseconds since 1970 UTC, with the cases behind it if wanted.
    case visits(since: Int64, until: Int64, withCases: Bool)
    /// A leader answers for a ticket from now on; `level` is a word of `LeaderLevel`.
    case lead(ticket: String, leader: String, level: String, by: String)
    /// What the units that supervise tickets did, and the cases behind it.
    case supervision(SupervisionQuestion)
    /// The city's ladder with the tickets on it, or one ticket's steps, for a reader.
    case ladder(ticket: String?, limit: Int, for: String?)
    /// Tickets become part of the incident of another one.
    case merge(tickets: [String], into: String, by: String)
    /// A ticket stands alone again.
    case unmerge(ticket: String, words: String, by: String)
    /// What is most likely about one incident. `now` as of `status`.
    case duplicates(DuplicatesQuestion, now: Int64)
    /// Whoever handles a ticket is urged.
    case urge(ticket: String, words: String, by: String)
    /// Commands that wait for a dispatcher.
    case held(limit: Int)
    /// One held command with everything that its answer hangs on, and what follows from each; `values` are an amendment's.
    case weigh(command: String, values: [String: String])
    /// What two people wrote into one field.
    case conflicts(ConflictQuestion)
    /// What stands of it.
    case choose(command: String, field: String?, side: ChosenSide, value: String?, by: String)
    /// The answer to a held command.
    case decide(command: String, answer: HeldAnswer, reason: String?, values: [String: String], by: String)
    /// All devices.
    case listDevices
    /// A device may no longer hold tickets.
    case revokeDevice(replica: String, by: String)
    /// A copy of the store into a file of the machine that runs it (absolute path).
    case backup(path: String, by: String)
    /// Verifies journal, chains and integrity.
    case check
    /// Every row that this person's replica must hold.
    case scopeDump(person: String)
    /// Who answers.
    case version
    /// How centre and devices stand. `now` is the asker's clock, milliseconds since 1970 UTC: both are on one machine.
    case status(now: Int64)
}

/// A person as the operator writes them.
public struct PersonEntry: Codable, Hashable, Sendable {
    /// The id, ASCII letters, digits, `-`, `_`, `.`.
    public var id: String
    /// The name.
    public var name: String
    /// A word of `Role`.
    public var role: String
    /// The grid, if any.
    public var grid: String?
    /// The handling unit, if any.
    public var unit: String?
    /// The profession, if any.
    public var profession: String?

    /// A person.
    public init(id: String, name: String, role: String, grid: String? = nil, unit: String? = nil, profession: String? = nil) {
        self.id = id
        self.name = name
        self.role = role
        self.grid = grid
        self.unit = unit
        self.profession = profession
    }
}

/// A grid.
public struct GridEntry: Codable, Hashable, Sendable {
    /// The id.
    public var id: String
    /// The name.
    public var name: String
    /// The grid or area above it.
    public var parent: String?

    /// A grid.
    public init(id: String, name: String, parent: String? = nil) {
        self.id = id
        self.name = name
        self.parent = parent
    }
}

/// A ticket as the operator or dispatcher writes it.
public struct NewTicket: Codable, Hashable, Sendable {
    /// Text arguments of the creation by name: title (needed), description, category, kind, urgency, location, grid, channel,
    /// name, phone, address, identity_number.
    public var texts: [String: String]
    /// Latitude and longitude, WGS84 degrees.
    public var latitude: Double?
    /// See `latitude`.
    public var longitude: Double?

    /// A ticket.
    public init(texts: [String: String], latitude: Double? = nil, longitude: Double? = nil) {
        self.texts = texts
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// One dispatch.
public struct DispatchOrder: Codable, Hashable, Sendable {
    /// Official number or UUID.
    public var ticket: String
    /// Who becomes responsible.
    public var assignee: String
    /// Who helps.
    public var helpers: [String]
    /// The grid, if it is to be set.
    public var grid: String?
    /// The unit, if it is to be set.
    public var unit: String?
    /// The class that decides the deadline, as the profile names it; nil = by the ticket's own kind and urgency.
    public var deadlineClass: String?
    /// Who approves that it leaves its first unit.
    public var approvedBy: String?
    /// The unit that is set over it.
    public var supervisor: String?
    /// The line of a batch file, for the report; 0 = none.
    public var line: Int
    /// A skill, in place of `assignee`: the nearest expert who has it becomes responsible.
    public var expert: String?

    /// An order.
    public init(
        ticket: String, assignee: String, helpers: [String] = [], grid: String? = nil, unit: String? = nil,
        deadlineClass: String? = nil, line: Int = 0
    ) {
        self.ticket = ticket
        self.assignee = assignee
        self.helpers = helpers
        self.grid = grid
        self.unit = unit
        self.deadlineClass = deadlineClass
        self.line = line
    }
}

/// A ticket that goes up a step.
public struct EscalationOrder: Codable, Hashable, Sendable {
    /// Official number or UUID.
    public var ticket: String
    /// A code of the profile's ladder.
    public var step: String
    /// Who took part, with commas between.
    public var members: String
    /// What they decided.
    public var decision: String
    /// Until when, YYYY-MM-DD; nil = the due date stands.
    public var due: String?
    /// Why it came to that.
    public var reason: String
    /// The units that supervise it together from then on.
    public var units: [String]

    /// An order.
    public init(
        ticket: String, step: String, members: String, decision: String, due: String? = nil, reason: String, units: [String] = []
    ) {
        (self.ticket, self.step, self.members) = (ticket, step, members)
        (self.decision, self.due, self.reason, self.units) = (decision, due, reason, units)
    }
}

/// How a step of the ladder ended.
public struct ConclusionOrder: Codable, Hashable, Sendable {
    /// Official number or UUID.
    public var ticket: String
    /// A word of `StepOutcome`.
    public var outcome: String
    /// Of what was settled on the spot: which leader did.
    public var leader: String?
    /// What came of it.
    public var words: String

    /// An order.
    public init(ticket: String, outcome: StepOutcome, leader: String? = nil, words: String) {
        (self.ticket, self.outcome, self.leader, self.words) = (ticket, outcome.rawValue, leader, words)
    }
}

/// What to propose as one incident.
public struct DuplicatesQuestion: Codable, Hashable, Sendable {
    /// The longest time from the first to the last; nil = the profile's.
    public var hours: Int?
    /// How many there must be; nil = the profile's.
    public var least: Int?
    /// Groups at most.
    public var limit: Int

    /// A question.
    public init(hours: Int? = nil, least: Int? = nil, limit: Int = 1000) {
        (self.hours, self.least, self.limit) = (hours, least, limit)
    }
}

/// What to list of the queue.
public struct QueueQuestion: Codable, Hashable, Sendable {
    /// A code of `TicketState`; nil = all.
    public var state: String?
    /// A grid; nil = all.
    public var grid: String?
    /// A responsible person; nil = all.
    public var assignee: String?
    /// The handover diaries alone; else everything but them.
    public var diaries: Bool
    /// Rows at most.
    public var limit: Int

    /// A question.
    public init(
        state: String? = nil, grid: String? = nil, assignee: String? = nil, diaries: Bool = false, limit: Int = 100
    ) {
        self.state = state
        self.grid = grid
        self.assignee = assignee
        self.diaries = diaries
        self.limit = limit
    }
}

/// Which conflicts to list.
public struct ConflictQuestion: Codable, Hashable, Sendable {
    /// Also what is settled, and what transitions disagreed with.
    public var withSettled: Bool
    /// Those of one command: its id or the beginning of it; nil = all.
    public var command: String?
    /// Official number or UUID of a ticket; nil = all.
    public var ticket: String?
    /// One of the sides; nil = all.
    public var person: String?
    /// One field; nil = all.
    public var field: String?
    /// Rows at most.
    public var limit: Int

    /// A question.
    public init(
        withSettled: Bool = false, command: String? = nil, ticket: String? = nil, person: String? = nil, field: String? = nil,
        limit: Int = 1000
    ) {
        self.withSettled = withSettled
        self.command = command
        self.ticket = ticket
        self.person = person
        self.field = field
        self.limit = limit
    }
}

/// What is to stand, as `Choice` in `Tickets`.
public enum ChosenSide: String, Codable, Hashable, Sendable, CaseIterable {
    case ours, theirs, text
}

/// The dispatcher's answers.
public enum HeldAnswer: String, Codable, Hashable, Sendable, CaseIterable {
    case accept, decline, amend
}
