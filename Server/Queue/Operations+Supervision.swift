import CentralStore
import Tickets

/// Which supervision to count.
public struct SupervisionQuestion: Codable, Hashable, Sendable {
    /// Only this unit's; nil = every unit's.
    public var unit: String?
    /// Asked for since then, milliseconds since 1970 UTC, inclusive.
    public var since: Int64
    /// And before then, exclusive.
    public var until: Int64
    /// With the cases.
    public var withCases: Bool
    /// The asker's clock, milliseconds since 1970 UTC: both are on one machine.
    public var now: Int64

    /// A question.
    public init(unit: String? = nil, since: Int64, until: Int64, withCases: Bool = false, now: Int64) {
        (self.unit, self.since, self.until, self.withCases, self.now) = (unit, since, until, withCases, now)
    }
}

/// What each unit that was set over tickets did: counts of units, never of persons.
public struct SupervisionReport: Codable, Hashable, Sendable {
    /// By unit, in the order of their identifiers.
    public var units: [Line] = []
    /// Every duty that was counted, the oldest first; empty if nobody asked for them.
    public var cases: [Case] = []

    /// Nothing yet.
    public init() {}

    /// One unit.
    public struct Line: Codable, Hashable, Sendable {
        /// The unit.
        public var unit: String
        /// Tickets that it was set over.
        public var asked = 0
        /// Of those: its first word was in time.
        public var inTime = 0
        /// Of those: its first word was late, or never came.
        public var late = 0
        /// Of those: it still owes its first word, in time so far.
        public var open = 0
        /// Of those: nobody needed it any more before it was due.
        public var fellAway = 0
        /// Times that it urged.
        public var urged = 0
        /// Words of guidance.
        public var guided = 0
        /// Tickets on which it reported what it did.
        public var reported = 0
        /// inTime / (inTime + late), in percent, with the profile's decimals; nil of nothing.
        public var percent: String?

        init(unit: String) { self.unit = unit }
    }

    /// One unit's duty on one ticket.
    public struct Case: Codable, Hashable, Sendable {
        /// Official number, or UUID.
        public var ticket: String
        /// The unit.
        public var unit: String
        /// supervisor, or joint-supervisor: with others.
        public var role: String
        /// When it was asked, milliseconds since 1970 UTC.
        public var askedAt: Int64
        /// By when its first word was owed.
        public var dueAt: Int64?
        /// When that came.
        public var firstAt: Int64?
        /// When it reported what it did.
        public var reportedAt: Int64?
        /// Times that it urged.
        public var urged: Int
        /// Words of guidance.
        public var guided: Int
        /// `in-time`, `late`, `open` or `fell-away`.
        public var standing: String
    }
}

extension Operations {
    func supervision(_ question: SupervisionQuestion) async throws -> SupervisionReport {
        let decimals = service.rules.profile.roundingDecimals
        return try await read { reader in
            var report = SupervisionReport()
            var lines: [String: SupervisionReport.Line] = [:]
            var place = TimedPlace(since: question.since)
            while true {
                let page = try reader.supervised(from: place, until: question.until, unit: question.unit, limit: 1_000)
                for one in page {
                    lines[one.part.unit, default: .init(unit: one.part.unit)].add(one, at: question.now)
                    if question.withCases { report.cases.append(.init(one, at: question.now)) }
                }
                guard page.count == 1_000, let last = page.last else { break }
                place = TimedPlace(since: last.part.askedAt, beyond: last.part.id)
            }
            report.units = lines.values.sorted { $0.unit < $1.unit }.map { line in
                var line = line
                line.percent = percentage(line.inTime, of: line.inTime + line.late, decimals: decimals)
                return line
            }
            return report
        }
    }
}

extension SupervisionReport.Line {
    fileprivate mutating func add(_ one: SupervisedLine, at now: Milliseconds) {
        asked += 1
        switch one.standing(at: now) {
        case .inTime: inTime += 1
        case .late: late += 1
        case .open: open += 1
        case .fellAway: fellAway += 1
        }
        urged += one.urged
        guided += one.guided
        reported += one.part.reportedAt == nil ? 0 : 1
    }
}

extension SupervisionReport.Case {
    fileprivate init(_ one: SupervisedLine, at now: Milliseconds) {
        self.init(
            ticket: one.number ?? one.ticket.description, unit: one.part.unit, role: one.part.role.rawValue,
            askedAt: one.part.askedAt, dueAt: one.dueAt, firstAt: one.metAt, reportedAt: one.part.reportedAt, urged: one.urged,
            guided: one.guided, standing: one.standing(at: now).rawValue)
    }
}
