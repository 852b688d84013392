extension RuleModel {
    /// How an author stands to a ticket; `decision` is the dispatcher who accepts a held command.
    public enum Relation: String, CaseIterable, Sendable { case handler, former, onlooker, centre, stranger, decision }

    /// Somebody.
    public struct Person: Hashable, Sendable {
        /// Its identity.
        public var id: String
        /// `worker leader unit visitor dispatcher supervisor operator`
        public var role: String
        /// Where they work.
        public var grid: String?
        /// The unit they belong to.
        public var unit: String?
        /// What they are in the grid.
        public var profession: String?
        /// Somebody.
        public init(_ id: String, role: String, grid: String? = nil, unit: String? = nil, profession: String? = nil) {
            (self.id, self.role, self.grid, self.unit, self.profession) = (id, role, grid, unit, profession)
        }
    }

    /// A ticket: its row without NULLs, its helpers with their profession, its notes by the command that wrote them.
    public struct Ticket: Hashable, Sendable {
        /// Its identity.
        public var id: String
        /// The row, without what is NULL.
        public var columns: [String: String]
        /// Who helps, with the profession that they had when they were named.
        public var helpers: [String: String?]
        /// Words, by the command that wrote them.
        public var notes: [String: Note]
        /// What was asked for, by the command that asked.
        public var requests: [String: Request] = [:]
        /// Who gave it to whom, by the command that did.
        public var transfers: [String: Transfer] = [:]
        /// What was ruled, by the command that did.
        public var rungs: [String: Rung] = [:]
        /// Steps of the ladder, by the command that brought them.
        public var escalations: [String: Escalation] = [:]
        /// The incidents that it was part of, by the command that merged it.
        public var incidents: [String: Incident] = [:]
        /// The units that take part, by the command that asked and the unit.
        public var parts: [String: Part] = [:]
        /// What was filled in, by the command and the item.
        public var answers: [String: Filled] = [:]
        /// A ticket.
        public init(_ id: String, columns: [String: String], helpers: [String: String?] = [:], notes: [String: Note] = [:]) {
            (self.id, self.columns, self.helpers, self.notes) = (id, columns, helpers, notes)
        }
        /// Where it stands.
        public var state: String { columns["state"] ?? "received" }
    }

    /// Somebody's words.
    public struct Note: Hashable, Sendable {
        /// The word for it.
        public var kind: String
        /// Who wrote it.
        public var author: String
        /// The words.
        public var body: String
        /// When, in milliseconds.
        public var at: Int
        /// It came when the ticket was finished or not theirs any more.
        public var late: Bool
        /// Words.
        public init(kind: String, author: String, body: String, at: Int, late: Bool) {
            (self.kind, self.author, self.body, self.at, self.late) = (kind, author, body, at, late)
        }
    }

    /// One intention of one person.
    public struct Command: Hashable, Sendable {
        /// Its identity.
        public var id: String
        /// The word for it.
        public var kind: String
        /// Who gave it.
        public var person: String
        /// The device's identity; nil = an act at the centre.
        public var replica: String?
        /// Of a device: its place in the chain, epoch and sequence; empty = not known.
        public var place: [Int] = []
        /// What it is about.
        public var ticket: String
        /// By name; nil clears.
        public var arguments: [String: String?]
        /// The sequence up to which its author had seen everything.
        public var base: Int
        /// What the author had seen was another store's: its numbers say nothing about who wrote what since.
        public var seenElsewhere = false
        /// The author's clock, in milliseconds.
        public var wall: Int
        /// The old values in the given changeset, as far as it has any; nil = there is none.
        public var evidence: [String: String?]?
        /// Of what it fills in: what its author saw there, by item; an item that is not in here stood as they wrote it.
        public var over: [String: Set<String>] = [:]
        /// What the way decided before the rules: `revoked`, `unreadable`, `unknown-command`, `bad-arguments`, `poisoned`; nil = nothing.
        public var fault: String?
        /// Of a command that is sent again after a restore: what its receipt says.
        public var receipt: Answer?
        /// The parts that no rule says: the defaults of a ticket that it makes, the deadline that the calendar gives.
        public var givenColumns: [String: String]
        /// A command.
        public init(
            _ id: String, _ kind: String, by person: String, on ticket: String, replica: String? = nil,
            _ arguments: [String: String?] = [:],
            seen base: Int = 0, wall: Int = 0, evidence: [String: String?]? = nil, fault: String? = nil, receipt: Answer? = nil,
            givenColumns: [String: String] = [:]
        ) {
            (self.id, self.kind, self.person, self.ticket, self.replica, self.arguments) = (
                id, kind, person, ticket, replica, arguments
            )
            (self.base, self.wall, self.evidence, self.fault, self.receipt) = (base, wall, evidence, fault, receipt)
            self.givenColumns = givenColumns
        }
        /// A text that is there and is not NULL.
        func text(_ name: String) -> String? { arguments[name] ?? nil }
        var isEdit: Bool { kind == "edit" }
        var isAdditive: Bool { kind == "visit" || kind == "note" || kind == "explain" || kind == "urge" || kind == "fill" }
        var isAboutPart: Bool { kind == "whistle" || kind == "report-in" || kind == "finish-part" }
        var isAsking: Bool { kind == "extend" || kind == "dispute" || kind == "defer" }
        var isAnswer: Bool { kind == "grant" || kind == "refuse" || kind == "rule" }
        var isClimbing: Bool { kind == "escalate" || kind == "conclude" }
        var isMerging: Bool { kind == "merge" || kind == "unmerge" || kind == "reply" }
        var makesTicket: Bool { kind == "report" || kind == "create" }
        var isTransition: Bool {
            ["accept", "start", "resolve", "return", "dispatch", "assign", "withdraw", "close"].contains(kind) || isMerging
        }
        var isCentral: Bool {
            ["create", "dispatch", "assign", "withdraw", "close"].contains(kind) || isAnswer || isClimbing || isMerging
        }
    }

    /// A verdict with its reason.
    public struct Answer: Hashable, Sendable {
        /// One of the five.
        public var verdict: String
        /// The stable code.
        public var reason: String
        /// Of a held one: the command that it waits for.
        public var waitsFor: String?
        /// A verdict.
        public init(_ verdict: String, _ reason: String = "ok", waitsFor: String? = nil) {
            (self.verdict, self.reason, self.waitsFor) = (verdict, reason, waitsFor)
        }
        /// Whether it changes what it is about.
        public var takesEffect: Bool { verdict == "applied" || verdict == "merged" }
    }

    /// What both sides changed, or the words of a command that came too late.
    public struct Conflict: Hashable, Sendable {
        /// What it is about.
        public var ticket: String
        /// What the author saw.
        public var trunk: String?
        /// What stands.
        public var theirs: String?
        /// What the author wrote.
        public var ours: String?
        /// What settled it.
        public var rule: String
        /// `ours theirs both open`
        public var outcome: String
        /// `holder centre`: who may change it.
        public var may: String
        /// The command that wrote theirs.
        public var against: String?
        /// The choice that settled it last.
        public var settledBy: String?
        /// Its entry.
        public var sequence: Int
    }

    /// What a command did: columns before and after, and where it stands in the journal.
    public struct Effect: Hashable, Sendable {
        /// Its place in the journal.
        public var sequence: Int
        /// Columns as they were.
        public var before: [String: String?]
        /// Columns as it left them.
        public var after: [String: String?]
        /// Words landed with it.
        public var wroteNote: Bool
        /// It made its ticket.
        public var made: Bool
    }

    /// One entry about a command that the journal must show.
    public struct Entry: Hashable, Sendable {
        /// `verdict decision held-again`
        public var kind: String
        /// The command.
        public var command: String
        /// Of a decision, `accepted` or `declined` stands in `decision`, and the verdict is the one of being decided again.
        public var answer: Answer
        /// The later answer; nil = none.
        public var decision: String?
        /// How its author stood to the ticket.
        public var relation: Relation?
        /// The ticket's state before.
        public var state: String?
    }

    /// What is known of a command.
    public struct Record: Sendable {
        /// The command.
        public var command: Command
        /// A moment of its life.
        public struct Standing: Hashable, Sendable {
            /// Its place in the journal.
            public var sequence: Int
            /// What was said.
            public var answer: Answer
            /// The later answer; nil = none.
            public var decision: String?
        }
        /// What stands today.
        public var now: Standing
        /// All that was ever said, oldest first.
        public var history: [Standing]
        /// What it changed; nil = nothing.
        public var effect: Effect?
        /// The sequence at which a retraction put it back.
        public var takenBack: Int?
        /// When it happened, as the centre fixed it.
        public var occurredAt: Int
        /// The clock was off by more than five minutes.
        public var flagged: Bool
        /// Where it stands in the order of giving; a later sequence of one hand is a later command.
        public var order: Int
        /// Given before another command of the same device. A restored centre may hear of them in another order.
        func isBefore(_ other: Record) -> Bool {
            guard !command.place.isEmpty, !other.command.place.isEmpty else { return order < other.order }
            return command.place.lexicographicallyPrecedes(other.command.place)
        }
        /// Held, and nobody has answered.
        public var isUndecided: Bool { now.answer.verdict == "held" && now.decision == nil }
        /// In effect, by its verdict or by a decision.
        public var isEffective: Bool { now.answer.takesEffect || now.decision == "accepted" || now.decision == "amended" }
    }

    /// What tells most of the commands that wait for a dispatcher apart, without a look at all that was said of them.
    struct Waiting: Sendable {
        var ticket: String
        /// The command without which it cannot be decided at all.
        var target: String?

        /// Nil of one that does not wait.
        init?(_ record: Record) {
            guard record.isUndecided else { return nil }
            ticket = record.command.ticket
            target = record.now.answer.reason == "waits-for-target" ? record.now.answer.waitsFor : nil
        }
    }

    /// A command that a hand gave.
    struct Given: Sendable {
        var command: Command
        var isUndone: Bool
    }
}
