/// A handling unit as the operator writes it.
public struct UnitEntry: Codable, Hashable, Sendable {
    /// The id, ASCII letters, digits, `-`, `_`, `.`.
    public var id: String
    /// The name.
    public var name: String
    /// A word of `UnitKind`.
    public var kind: String
    /// A word of `UnitLevel`.
    public var level: String
    /// The unit above it.
    public var parent: String?
    /// The person who answers for it.
    public var leader: String?
    /// The person who works on its tickets.
    public var handler: String?
    /// Dissolved or merged.
    public var retired: Bool

    /// A unit.
    public init(
        id: String, name: String, kind: String, level: String, parent: String? = nil, leader: String? = nil,
        handler: String? = nil, retired: Bool = false
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.level = level
        self.parent = parent
        self.leader = leader
        self.handler = handler
        self.retired = retired
    }
}

/// All units, and what is missing at them.
public struct UnitsReport: Codable, Hashable, Sendable {
    /// Sorted by id.
    public var units: [UnitEntry]
    /// By unit.
    public var findings: [Finding]

    /// Something that is missing.
    public struct Finding: Codable, Hashable, Sendable {
        /// The unit.
        public var unit: String
        /// A word of `UnitFinding.Kind`.
        public var kind: String
    }
}

/// One leaf of the taxonomy.
public struct CategoryEntry: Codable, Hashable, Sendable {
    /// The code.
    public var code: String
    /// The path.
    public var levels: [String]
    /// Of the last level.
    public var initials: String
    /// Not in use any more.
    public var retired: Bool
    /// The code to use in its place.
    public var replacedBy: String?
}

/// What of a new taxonomy or profile was news. Everything else stays as it is and travels to nobody.
public struct ReferenceReport: Codable, Hashable, Sendable {
    /// New ones, by code or name.
    public var added: [String]
    /// Different ones.
    public var changed: [String]
    /// Leaves that went out of use.
    public var retired: [Retired]

    /// A leaf that went out of use.
    public struct Retired: Codable, Hashable, Sendable {
        /// The code, which tickets keep.
        public var code: String
        /// The code to use in its place, if one was named.
        public var replacedBy: String?
    }
}

/// What another profile would mean for the tickets that are under way.
public struct ProfileTrial: Codable, Hashable, Sendable {
    /// The profile that was tried.
    public var name: String
    /// Its version.
    public var version: Int
    /// The profile in force.
    public var nameBefore: String
    /// Its version.
    public var versionBefore: Int
    /// Tickets under way that have a due date.
    public var looked = 0
    /// Those of them that would be due at another time.
    public var moved = 0
    /// Those of which it cannot be told, because days were chosen for them or an extension was granted.
    public var unclear = 0
    /// Of those that would move the most urgent ones.
    public var tickets: [Moved] = []

    /// As many are named.
    public static let ticketsMax = 1_000

    /// One that would move.
    public struct Moved: Codable, Hashable, Sendable {
        /// Official number, or UUID.
        public var ticket: String
        /// As it is, milliseconds since 1970 UTC.
        public var dueAt: Int64
        /// As it would be.
        public var dueThen: Int64
    }

    init(name: String, version: Int, nameBefore: String, versionBefore: Int) {
        self.name = name
        self.version = version
        self.nameBefore = nameBefore
        self.versionBefore = versionBefore
    }
}
