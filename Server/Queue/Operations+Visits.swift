import CentralStore
import Changeset
import Tickets

/// A visit as it is written down at the centre.
public struct VisitOrder: Codable, Hashable, Sendable {
    /// Official number or UUID.
    public var ticket: String
    /// What was found and said.
    public var words: String
    /// A word of `VisitOutcome`; nil = it is not said.
    public var outcome: String?
    /// How many persons; nil = nobody counted them.
    public var persons: Int?

    /// An order.
    public init(ticket: String, words: String, outcome: String? = nil, persons: Int? = nil) {
        (self.ticket, self.words, self.outcome, self.persons) = (ticket, words, outcome, persons)
    }
}

/// Visits in a stretch of time: batches and persons, never who went.
public struct VisitReport: Codable, Hashable, Sendable {
    /// Visits whose persons were counted.
    public var batches = 0
    /// The persons of all of them.
    public var persons = 0
    /// Of the batches: they came to the visitor.
    public var receivedBatches = 0
    /// The persons of those.
    public var receivedPersons = 0
    /// Every visit that was counted, the oldest first; empty if nobody asked for them.
    public var cases: [Case] = []

    /// Nothing yet.
    public init() {}

    /// One visit.
    public struct Case: Codable, Hashable, Sendable {
        /// Official number of the ticket, or UUID.
        public var ticket: String
        /// When, milliseconds since 1970 UTC.
        public var at: Int64
        /// A word of `VisitOutcome`; nil = it was not said.
        public var outcome: String?
        /// How many came.
        public var persons: Int
    }
}

/// A leader who answers for a ticket.
public struct LeaderReport: Codable, Hashable, Sendable {
    /// A word of `LeaderLevel`.
    public var level: String
    /// Who.
    public var leader: String
    /// Who wrote it down.
    public var author: String
    /// When, milliseconds since 1970 UTC.
    public var at: Int64

    init(_ one: Responsible) {
        (level, leader, author, at) = (one.level.rawValue, one.leader, one.author, one.at)
    }
}

extension Operations {
    /// What leaders and supervisors do, and what is counted of it.
    func oversee(_ operation: Operation) async throws -> Outcome {
        switch operation {
        case .supervision(let question): return .supervision(try await supervision(question))
        case .visit(let order, let author): return try await visit(order, by: author)
        case .visits(let since, let until, let withCases):
            return .visits(try await visits(since: since, until: until, withCases: withCases))
        case .lead(let ticket, let leader, let level, let author):
            return try await lead(ticket, leader: leader, level: level, by: author)
        default: preconditionFailure("\(operation) is no act of oversight")
        }
    }

    /// Writes a visit down.
    /// - Throws: `unknownTicket`.
    func visit(_ order: VisitOrder, by author: String) async throws -> Outcome {
        var arguments: [String: Value] = ["body": .text(order.words)]
        if let outcome = order.outcome { arguments["outcome"] = .text(outcome) }
        if let persons = order.persons { arguments["persons"] = .integer(Int64(persons)) }
        return try await act(.visit, on: order.ticket, arguments, by: author)
    }

    /// Counts visits from `since` to before `until`.
    func visits(since: Milliseconds, until: Milliseconds, withCases: Bool) async throws -> VisitReport {
        try await read { reader in
            var report = VisitReport()
            var place = TimedPlace(since: since)
            while true {
                let page = try reader.visits(from: place, until: until, limit: 1_000)
                for one in page { report.add(one, withCases: withCases) }
                guard page.count == 1_000, let last = page.last else { break }
                place = TimedPlace(since: last.at, beyond: last.id)
            }
            return report
        }
    }

    /// Names the leader who answers for a ticket on a level.
    /// - Throws: `unknownTicket`.
    func lead(_ ticket: String, leader: String, level: String, by author: String) async throws -> Outcome {
        try await act(.assign, on: ticket, ["leader": .text(leader), "leader_level": .text(level)], by: author)
    }
}

extension VisitReport {
    fileprivate mutating func add(_ one: VisitLine, withCases: Bool) {
        let count = one.visit.persons ?? 0
        batches += 1
        persons += count
        if one.visit.outcome == VisitOutcome.received.rawValue {
            receivedBatches += 1
            receivedPersons += count
        }
        guard withCases else { return }
        cases.append(Case(ticket: one.number ?? one.ticket.description, at: one.at, outcome: one.visit.outcome, persons: count))
    }
}
