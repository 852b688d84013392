import CentralStore
import Changeset
import Tickets

/// The city's ladder, and what stands on it.
public struct LadderReport: Codable, Hashable, Sendable {
    /// One step of the profile.
    public struct Step: Codable, Hashable, Sendable {
        /// Its code.
        public var code: String
        /// Its name.
        public var chinese: String
        /// Its name.
        public var english: String
        /// Supervisors alone open, end and read it.
        public var isRestricted: Bool
        /// How many units must supervise a ticket together at it; 0 = there may be none.
        public var unitsLeast: Int
    }
    /// The profile's steps from the bottom.
    public var ladder: [Step]
    /// Of a ticket: each step that it was brought to, from the bottom. Else the tickets that stand at an open step, the longest first.
    public var steps: [StepReport]
}

/// A ticket at a step of the ladder.
public struct StepReport: Codable, Hashable, Sendable {
    /// UUID of the command that brought it there.
    public var command: String
    /// UUID of the ticket.
    public var ticket: String
    /// Official number.
    public var number: String?
    /// The step's code.
    public var step: String
    /// How many steps it is from the bottom, from 1.
    public var place: Int
    /// Supervisors alone read it.
    public var isRestricted: Bool
    /// Who took part.
    public var members: String
    /// What they decided.
    public var decision: String?
    /// Why it came to that.
    public var reason: String?
    /// The due time that they decided, milliseconds since 1970 UTC.
    public var decidedDueAt: Int64?
    /// When the ticket is due now, milliseconds since 1970 UTC.
    public var dueAt: Int64?
    /// Who wrote it down.
    public var author: String
    /// When it began, milliseconds since 1970 UTC.
    public var at: Int64
    /// failed, settled or on-the-spot; nil = it is open.
    public var outcome: String?
    /// In words.
    public var words: String?
    /// Who wrote that down.
    public var endedBy: String?
    /// When, milliseconds since 1970 UTC.
    public var endedAt: Int64?
    /// Of what was settled on the spot: which leader did.
    public var leader: String?
    /// All of it on one line.
    public var english: String
    /// All of it on one line.
    public var chinese: String

    init(
        _ step: Escalation, ticket: TicketID, number: String?, dueAt: Milliseconds?, on ladder: [LadderStep],
        names: [String: String]
    ) {
        command = step.id.description
        self.ticket = ticket.description
        self.number = number
        self.step = step.step
        place = step.place
        isRestricted = step.isRestricted
        members = step.members
        decision = step.decision
        reason = step.reason
        decidedDueAt = step.dueAt
        self.dueAt = dueAt
        author = step.author
        at = step.at
        outcome = step.outcome?.rawValue
        words = step.words
        endedBy = step.endedBy
        endedAt = step.endedAt
        leader = step.leader
        let line = step.line(on: ladder) { names[$0] ?? $0 }
        (english, chinese) = (line.english, line.chinese)
    }
}

extension Operations {
    /// Brings a ticket to a step, with a date as the last moment of that day.
    /// - Throws: `unknownTicket`, `badArguments`.
    func escalate(_ order: EscalationOrder, by author: String) async throws -> Outcome {
        try await checkUnits(Set(order.units), withRetired: false)
        var arguments: [String: Value] = [
            "step": .text(order.step), "members": .text(order.members), "decision": .text(order.decision),
            "body": .text(order.reason),
        ]
        if let due = order.due {
            guard let day = Day(text: due) else { throw OperationProblem(.badArguments, "due is no day (YYYY-MM-DD)") }
            arguments["due_at"] = .integer(day.end)
        }
        if !order.units.isEmpty { arguments["units"] = .text(order.units.joined(separator: ",")) }
        return try await act(.escalate, on: order.ticket, arguments, by: author)
    }

    /// Says how the step at which a ticket stands ended.
    /// - Throws: `unknownTicket`.
    func conclude(_ order: ConclusionOrder, by author: String) async throws -> Outcome {
        var arguments: [String: Value] = ["outcome": .text(order.outcome), "body": .text(order.words)]
        if let leader = order.leader { arguments["leader"] = .text(leader) }
        return try await act(.conclude, on: order.ticket, arguments, by: author)
    }

    /// The city's ladder with the tickets on it, or one ticket's steps.
    /// - Throws: `unknownTicket`, `unknownPerson`.
    func ladder(of reference: String?, limit: Int, for reader: String?) async throws -> Outcome {
        let ladder = service.rules.profile.ladder
        let sees = try await seesRestricted(reader)
        var report = LadderReport(
            ladder: ladder.map {
                .init(
                    code: $0.code, chinese: $0.chinese, english: $0.english, isRestricted: $0.isRestricted,
                    unitsLeast: $0.unitsLeast)
            },
            steps: [])
        guard let reference else {
            report.steps = try await read { store in
                let open = try store.openSteps(withRestricted: sees, limit: min(limit, 100_000))
                let names = try store.names(on: open.map(\.step))
                return open.map {
                    StepReport($0.step, ticket: $0.ticket, number: $0.number, dueAt: $0.dueAt, on: ladder, names: names)
                }
            }
            return .ladder(report)
        }
        let id = try await ticket(reference)
        report.steps = try await read { store in
            try store.ticket(id).map { try Self.steps(of: $0.ticket, sees, on: ladder, store) } ?? []
        }
        return .ladder(report)
    }

    static func steps(
        of ticket: Ticket, _ sees: Bool, on ladder: [LadderStep], _ reader: any StoreReader
    ) throws -> [StepReport] {
        let steps = (sees ? ticket : ticket.withoutRestricted).escalations
        let names = try reader.names(on: steps)
        return steps.map {
            StepReport($0, ticket: ticket.id, number: ticket.number, dueAt: ticket[.dueAt].int, on: ladder, names: names)
        }
    }

    /// Whether somebody reads the restricted steps; nobody in particular does not.
    /// - Throws: `unknownPerson`.
    func seesRestricted(_ reader: String?) async throws -> Bool {
        guard let reader else { return false }
        guard let person = try await read({ try $0.load(LoadRequest(persons: [reader])).persons[reader] }) else {
            throw OperationProblem(.unknownPerson, "no person has the id \(reader.printable)")
        }
        return person.role.seesRestricted
    }
}
