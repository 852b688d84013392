/// A rule of the responsibility catalogue as an operator writes it.
public struct DutyEntry: Codable, Hashable, Sendable {
    /// The line of its file; 0 = none.
    public var line: Int
    /// The id, ASCII letters, digits, `-`, `_`, `.`.
    public var id: String
    /// The beginning of category codes; empty = every category.
    public var category: String
    /// A grid or an area above it; nil = everywhere.
    public var area: String?
    /// The unit that is responsible.
    public var unit: String
    /// A word of `DutyRole`.
    public var role: String
    /// What the city's catalogue says.
    public var words: String?
    /// Not in force any more.
    public var retired: Bool
    /// How often it changed, from 1; nil in a file.
    public var revision: Int?
}

/// Which rules to list.
public struct DutyQuestion: Codable, Hashable, Sendable {
    /// Rules of a file, which are looked at instead of the store's; nil = the store's.
    public var instead: [DutyEntry]?

    /// A question.
    public init(instead: [DutyEntry]? = nil) { self.instead = instead }
}

/// The responsibility catalogue, and what is wrong with it.
public struct DutiesReport: Codable, Hashable, Sendable {
    /// By id, or as in their file.
    public var duties: [DutyEntry]
    /// In the order of the rules.
    public var findings: [Finding]

    /// Something that is wrong.
    public struct Finding: Codable, Hashable, Sendable {
        /// The rule.
        public var duty: String
        /// A word of `DutyFinding.Kind`.
        public var kind: String
        /// Of a tie: the other rule.
        public var other: String?
        /// The rule's line in its file; nil without one.
        public var line: Int?
        /// The other rule's.
        public var otherLine: Int?
    }
}

/// Who owns one category in a grid.
public struct OwnerReport: Codable, Hashable, Sendable {
    /// The code.
    public var category: String
    /// The category's path.
    public var path: String
    /// Who owns it: none, one, or several that fit equally well, by which nothing is dispatched.
    public var owners: [Named]
    /// Who supervises it, likewise.
    public var supervisors: [Named]
    /// Without a grid: how many rules more there are that hold in some areas only.
    public var limitedCount: Int

    /// A unit by a rule.
    public struct Named: Codable, Hashable, Sendable {
        /// The rule.
        public var rule: String
        /// Its revision.
        public var revision: Int
        /// The unit.
        public var unit: String
        /// The unit's name.
        public var name: String
        /// Where the rule holds; nil = everywhere.
        public var area: String?
        /// What the city's catalogue says.
        public var words: String?
    }
}

/// A mediator or expert as an operator writes them.
public struct ExpertEntry: Codable, Hashable, Sendable {
    /// The line of its file; 0 = none.
    public var line: Int
    /// The id, ASCII letters, digits, `-`, `_`, `.`.
    public var id: String
    /// Who.
    public var person: String
    /// One word of the city's own.
    public var skill: String
    /// A grid or an area above it; nil = everywhere.
    public var area: String?
    /// The unit that sends them.
    public var unit: String?
    /// Not available any more.
    public var retired: Bool
}

/// Which mediators and experts to list.
public struct ExpertQuestion: Codable, Hashable, Sendable {
    /// A skill; nil = all.
    public var skill: String?
    /// A grid in which they can be called; nil = wherever they are.
    public var grid: String?
    /// Lines of a file, which are looked at instead of the store's; nil = the store's.
    public var instead: [ExpertEntry]?

    /// A question.
    public init(skill: String? = nil, grid: String? = nil, instead: [ExpertEntry]? = nil) {
        self.skill = skill
        self.grid = grid
        self.instead = instead
    }
}

/// Mediators and experts, and what is wrong.
public struct ExpertsReport: Codable, Hashable, Sendable {
    /// The nearest first.
    public var experts: [ExpertEntry]
    /// In the order of the lines.
    public var findings: [Finding]

    /// Something that is wrong.
    public struct Finding: Codable, Hashable, Sendable {
        /// The line's id.
        public var expert: String
        /// A word of `ExpertFinding.Kind`.
        public var kind: String
        /// The line in its file; nil without one.
        public var line: Int?
    }
}
