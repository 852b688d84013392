public import Changeset
public import Tickets

/// One line of a list of tickets.
public struct TicketSummary: Hashable, Sendable {
    /// The ticket.
    public var id: TicketID
    /// The short number on this device.
    public var localNumber: Int64
    /// The official number; nil until the centre has given one.
    public var number: String?
    /// The whole row as the screen shows it: confirmed, with pending commands on top.
    public var ticket: Ticket
    /// Commands on it that are not absorbed.
    public var pendingCount: Int
    /// Commands on it that the centre holds and nobody has decided.
    public var heldCount: Int
    /// Why the ticket is about to leave this device; nil if it is not.
    public var leaving: String?
    /// The centre does not know it yet.
    public var isOnlyHere: Bool
    /// How often it was urged while it was under way.
    public var urgedCount = 0
}

/// Which tickets to list; the default lists all. What is given must hold together.
public struct TicketFilter: Hashable, Sendable {
    /// Only these states; empty = all.
    public var states: Set<TicketState>
    /// Only tickets of this assignee.
    public var assignee: String?
    /// Only tickets of this grid, by its identifier or its name.
    public var grid: String?
    /// Only tickets with such a deadline.
    public var due: Due?
    /// Only tickets in which every one of these words stands somewhere; see `Replica.search`.
    public var words: [String]
    /// Closed and withdrawn tickets too.
    public var includesFinal: Bool
    /// Only tasks of the centre's.
    public var onlyTasks: Bool

    /// Which deadlines.
    public enum Due: Hashable, Sendable {
        /// From the lower bound to before the upper one.
        case within(Range<Milliseconds>)
        /// Before this time, and not yet handled.
        case overdue(at: Milliseconds)
    }

    /// A filter.
    public init(
        states: Set<TicketState> = [], assignee: String? = nil, grid: String? = nil, due: Due? = nil, words: [String] = [],
        includesFinal: Bool = true, onlyTasks: Bool = false
    ) {
        self.states = states
        self.assignee = assignee
        self.grid = grid
        self.due = due
        self.words = words
        self.includesFinal = includesFinal
        self.onlyTasks = onlyTasks
    }
}

extension TicketSummary {
    /// Past a deadline of its handler, and not yet handled.
    public func isOverdue(now: Milliseconds) -> Bool {
        guard let due = nextDue else { return false }
        return [.dispatched, .awaitingHandling].contains(ticket.state) && due < now
    }

    /// The next of the handler's clocks that runs; else the ticket's due date.
    public var nextDue: Milliseconds? {
        guard ticket[.resolvedAt] == .null, let contact = ticket.clock(.contact), contact.isRunning else {
            return ticket[.dueAt].int
        }
        return ticket[.dueAt].int.map { min($0, contact.due) } ?? contact.due
    }
}

/// Everything the device knows about one ticket.
public struct TicketDetail: Hashable, Sendable {
    /// Its line in the list.
    public var summary: TicketSummary
    /// The citizen, where this person may see them.
    public var citizen: Citizen?
    /// Oldest first.
    public var notes: [Note]
    /// What this person gave on it, oldest first.
    public var commands: [CommandRecord]

    /// A citizen's data: never in logs or errors.
    public struct Citizen: Hashable, Sendable {
        /// The name.
        public var name: String?
        /// The phone number.
        public var phone: String?
        /// The address.
        public var address: String?
        /// The identity number.
        public var identityNumber: String?
    }

    /// Words on a ticket.
    public struct Note: Hashable, Sendable {
        /// Derived from the command.
        public var id: [UInt8]
        /// The command's word, of a visit with its outcome: "visit-met".
        public var kind: String
        /// A person.
        public var author: String
        /// What was written.
        public var body: String
        /// When.
        public var occurredAt: Milliseconds
        /// It landed when the ticket was finished or had moved on.
        public var late: Bool
        /// The command that wrote it.
        public var command: CommandID?
    }
}

/// Where a command of this device stands, in the words of its author.
public enum CommandStanding: Hashable, Sendable {
    /// Never offered: nobody else has it, and it can still be taken back.
    case onlyHere
    /// Offered, and no answer has come.
    case offered
    /// The device cannot replay it on what the centre sent meanwhile; it goes to the centre unchanged.
    case needsCentre(reason: String)
    /// The centre has judged it.
    case judged(Verdict)
    /// Its author took it back before it was offered.
    case takenBack
}

/// One command given on this device, and what became of it.
public struct CommandRecord: Hashable, Sendable {
    /// The order of giving.
    public var ordinal: Int64
    /// The command.
    public var id: CommandID
    /// The word; text, because a newer release on this device may have given it.
    public var kind: String
    /// The ticket.
    public var ticket: TicketID
    /// The ticket's short number on this device.
    public var localNumber: Int64
    /// The ticket's official number, if the device ever knew it.
    public var number: String?
    /// The ticket's title, if the ticket is still here.
    public var title: String?
    /// The author's own words and values; empty once the command is no longer retained.
    public var arguments: [String: Value]
    /// When, by the device's clock corrected by the measured offset.
    public var givenAt: Milliseconds
    /// When it was first marked to be sent.
    public var offeredAt: Milliseconds?
    /// When its author took it back.
    public var takenBackAt: Milliseconds?
    /// Where it stands.
    public var standing: CommandStanding
    /// The centre's reason, as a stable code.
    public var reason: String?
    /// When the centre says it happened.
    public var occurredAt: Milliseconds?
    /// The held command that it waits for.
    public var waitsFor: CommandID?
    /// The one later answer to a held command.
    public var decision: Decided?
    /// Verdict and rows are in the confirmed state.
    public var isAbsorbed: Bool
    /// What two sides disagreed about.
    public var conflicts: [Conflict]
    /// Who has the ticket now, if it is somebody else and this person may know.
    public var holder: TicketHolder? = nil
    /// Of a retraction: what it takes back.
    public var retracts: Retracted?
    /// What became of asking for this command back; nil if nobody asked on this device.
    public var retraction: Retraction?

    /// The command that a retraction names.
    public struct Retracted: Hashable, Sendable {
        /// The command.
        public var command: CommandID
        /// Its number here; nil if it was given on another device.
        public var ordinal: Int64?
        /// Its word, if it was given here.
        public var kind: String?
    }

    /// An asking for a command back.
    public struct Retraction: Hashable, Sendable {
        /// The retraction.
        public var command: CommandID
        /// Its number here.
        public var ordinal: Int64
        /// What became of it.
        public var outcome: Outcome
        /// Who decided, and their words, if a dispatcher did.
        public var decision: Decided?

        /// What can become of it. Raw values stand in JSON.
        public enum Outcome: String, CaseIterable, Hashable, Sendable {
            /// Not answered yet.
            case asked
            /// The centre took the command back.
            case takenBack = "taken-back"
            /// A dispatcher declined.
            case declined
        }
    }

    /// The answer to a held command.
    public struct Decided: Hashable, Sendable {
        /// What was decided.
        public var decision: HeldDecision
        /// A stable code, or the dispatcher's words.
        public var reason: String
        /// By whom.
        public var by: String
        /// When.
        public var at: Milliseconds
    }
}

/// A number of commands and since when the oldest of them waits.
public struct CountAndAge: Hashable, Sendable {
    /// How many.
    public var count: Int
    /// When the oldest was given; nil if there is none.
    public var since: Milliseconds?
}

/// Everything `status` tells.
public struct ReplicaStatus: Hashable, Sendable {
    /// Whose device.
    public var identity: Identity
    /// Since when the centre wants this device to enrol again, because a copy of it goes on elsewhere; nil normally. The centre's time.
    public var enrolAgainSince: Milliseconds?
    /// The centre's time of the newest complete picture; nil before the first sync.
    public var confirmedAt: Milliseconds?
    /// The sequence of that picture.
    public var base: UInt64
    /// The centre's clock minus the device's, as last measured.
    public var clockOffset: Milliseconds?
    /// Tickets on the device, without leaving ones.
    public var ticketCount: Int
    /// Only on this device: never offered.
    public var unsent: CountAndAge
    /// Offered, and no answer has come.
    public var unanswered: CountAndAge
    /// Of these two, the ones that cannot be replayed here.
    public var needsCentre: [CommandRecord]
    /// Held and not decided.
    public var held: [CommandRecord]
    /// Tickets about to leave, with the reason.
    public var leaving: [TicketSummary]
    /// Pages of a pull that are waiting for the rest; 0 if none is under way.
    public var stagedPageCount: Int
    /// News that nobody has looked at.
    public var newsCount: Int
    /// Conflicts that nobody has decided or chosen about.
    public var openConflicts: [ConflictView]
    /// Every command ever given here. I6: given = judged + without verdict + taken back.
    public var givenCount: Int
    /// Commands with a verdict.
    public var judgedCount: Int
    /// Commands without one.
    public var outboxCount: Int
    /// Commands that their author took back.
    public var takenBackCount: Int
}

/// What a piece of news is about. Raw values are stable.
public enum NewsKind: String, CaseIterable, Sendable, Hashable {
    /// A ticket came to this device.
    case ticketNew = "ticket-new"
    /// Somebody else changed a ticket; detail = the columns, comma-separated.
    case ticketChanged = "ticket-changed"
    /// Somebody else wrote on a ticket; detail = how many notes.
    case notes
    /// A ticket is leaving and waits for commands of ours; detail = the reason.
    case ticketLeaving = "ticket-leaving"
    /// A leaving ticket stays after all.
    case ticketBack = "ticket-back"
    /// A ticket has left; detail = the reason.
    case ticketLeft = "ticket-left"
    /// The centre judged a command otherwise than foreseen; detail = verdict and reason.
    case verdict
    /// A held command was decided; detail = decision and reason.
    case decision
    /// A command cannot be replayed here any more; detail = the reason.
    case needsCentre = "needs-centre"
    /// Somebody's command met a value that this person wrote; detail = the conflict's number, what stands
    /// (`yours`, `other`, `both`, `text`, `open`) and the field.
    case conflict
    /// Somebody else chose what stands; detail as before.
    case conflictSettled = "conflict-settled"
    /// The centre was restored from a backup, or the device's picture did not agree: everything is read anew.
    case readAnew = "read-anew"
    /// A copy of this device goes on elsewhere: it must be enrolled again. Stands until that is done, looked at or not.
    case enrolAgain = "enrol-again"
}

/// One piece of news.
public struct NewsItem: Hashable, Sendable {
    /// The order.
    public var ordinal: Int64
    /// The centre's time.
    public var at: Milliseconds
    /// What kind.
    public var kind: NewsKind
    /// The ticket it is about.
    public var ticket: TicketID?
    /// Its short number on this device.
    public var localNumber: Int64?
    /// Its official number, if the device ever knew it.
    public var number: String?
    /// Its title, if the ticket is still here.
    public var title: String?
    /// The command it is about.
    public var command: CommandID?
    /// Codes; see `NewsKind`.
    public var detail: String
    /// Who has a ticket that left, as far as this person may know.
    public var holder: TicketHolder? = nil
    /// Of news about a conflict: who wrote the other value, or chose.
    public var conflictBy: String? = nil
    /// The value that stands because of it, where that is one side's.
    public var conflictValue: String? = nil
}
