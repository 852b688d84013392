/// Which tickets the rules of the catalogue are to dispatch.
public struct RoutingQuestion: Codable, Hashable, Sendable {
    /// Official number or UUID; nil = those that wait and were never dispatched, a page of them.
    public var ticket: String?
    /// Waiting tickets to pass over: those that the pages before left where they are.
    public var offset: Int
    /// Tickets of one transaction at most.
    public var limit: Int

    /// A question.
    public init(ticket: String? = nil, offset: Int = 0, limit: Int = 200) {
        self.ticket = ticket
        self.offset = offset
        self.limit = limit
    }
}

/// What the rules dispatched, and what they did not.
public struct RoutingReport: Codable, Hashable, Sendable {
    /// Dispatches, with what the state machine said to each.
    public var acts: [ActReport] = []
    /// Which rule each of them went by.
    public var routes: [Routed] = []
    /// Tickets that stay.
    public var left: [Left] = []
    /// Tickets that were looked at.
    public var looked = 0

    /// Nothing yet.
    public init() {}

    /// One dispatch.
    public struct Routed: Codable, Hashable, Sendable {
        /// Official number, or UUID.
        public var ticket: String
        /// The rule; empty = none fits, and the city's desk got it.
        public var rule: String
        /// Its revision.
        public var revision: Int
        /// The unit.
        public var unit: String
        /// Who got it.
        public var person: String
        /// Units from the top to this one.
        public var path: [String]
        /// The unit that is set over it.
        public var supervisor: String?
    }

    /// One ticket that stays.
    public struct Left: Codable, Hashable, Sendable {
        /// Official number, or UUID.
        public var ticket: String
        /// `no-category`, `no-rule`, `no-desk`, `tie`, `nobody` or `dispatched-before`.
        public var reason: String
        /// The rules that fit equally well, or the one whose unit has nobody.
        public var rules: [String]
    }
}

/// How often the rules were right: the counts, and the cases behind them.
public struct AccuracyReport: Codable, Hashable, Sendable {
    /// Dispatches by rule.
    public var dispatched = 0
    /// Of those: sent back.
    public var returned = 0
    /// Of those: given to somebody else afterwards.
    public var dispatchedAnew = 0
    /// (dispatched − returned − dispatchedAnew) / dispatched, in percent, with the profile's decimals; nil of nothing.
    public var percent: String?
    /// Every dispatch by rule; empty if nobody asked for them.
    public var cases: [Case] = []

    /// One dispatch by rule.
    public struct Case: Codable, Hashable, Sendable {
        /// Official number, or UUID.
        public var ticket: String
        /// The rule.
        public var rule: String
        /// Its revision.
        public var revision: Int
        /// When, milliseconds since 1970 UTC.
        public var at: Int64
        /// `stands`, `returned` or `dispatched-anew`.
        public var outcome: String
    }
}
