public import Changeset

/// Who can be given a ticket as handling unit. Not every unit is an office of the government (机场港口, 供热公司).
public struct HandlingUnit: Hashable, Sendable {
    /// The stable identifier, as in `ticket.unit`.
    public var id: String
    /// The name that is shown.
    public var name: String
    /// What it is.
    public var kind: UnitKind
    /// Where it stands.
    public var level: UnitLevel
    /// The unit above it, if any.
    public var parent: String?
    /// The person who answers for it, if one is named.
    public var leader: String?
    /// The person who works on its tickets, if one is named.
    public var handler: String?
    /// Dissolved or merged.
    public var retired: Bool

    /// A unit.
    public init(
        id: String, name: String, kind: UnitKind, level: UnitLevel, parent: String? = nil, leader: String? = nil,
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

    /// Reads a row of `unit`. Nil if a column is missing or a word is a newer release's.
    public init?(row: [Value]) {
        guard row.count >= Table.unit.columns.count, let id = row[0].string, let name = row[1].string,
            let kind = UnitKind(rawValue: row[2].string ?? ""), let level = UnitLevel(rawValue: row[3].string ?? "")
        else { return nil }
        self.init(
            id: id, name: name, kind: kind, level: level, parent: row[4].string, leader: row[5].string, handler: row[6].string,
            retired: row[7].int == 1)
    }

    /// The row of `unit`, all columns in order.
    public var row: [Value] {
        [
            .text(id), .text(name), .text(kind.rawValue), .text(level.rawValue), .optional(parent), .optional(leader),
            .optional(handler), .integer(retired ? 1 : 0),
        ]
    }
}

/// What a unit is. Raw values stand in `unit.kind`.
public enum UnitKind: String, CaseIterable, Sendable, Hashable {
    case department, township, community, party, court
    case publicService = "public-service"
    case facility, enterprise, other

    /// The name people know.
    public var chinese: String {
        switch self {
        case .department: "职能部门"
        case .township: "乡镇街道"
        case .community: "社区村"
        case .party: "党委部门"
        case .court: "法院检察院"
        case .publicService: "公共服务单位"
        case .facility: "机场港口等"
        case .enterprise: "企业"
        case .other: "其他"
        }
    }
}

/// Where a unit stands. Raw values stand in `unit.level`; the order is from the top.
public enum UnitLevel: String, CaseIterable, Sendable, Hashable {
    case region, city, county, township, village

    /// The name people know.
    public var chinese: String {
        switch self {
        case .region: "自治区、省"
        case .city: "地区、市"
        case .county: "县、区"
        case .township: "乡镇、街道"
        case .village: "村、社区"
        }
    }
}

/// What is missing at a unit: every unit has a leader and a named handler, and stands below a unit that there is.
public struct UnitFinding: Hashable, Sendable {
    /// The unit.
    public var unit: String
    /// What is missing.
    public var kind: Kind

    /// What can be missing. Raw values are stable.
    public enum Kind: String, CaseIterable, Sendable, Hashable, Codable {
        case noLeader = "no-leader"
        case noHandler = "no-handler"
        case unknownLeader = "unknown-leader"
        case unknownHandler = "unknown-handler"
        case unknownParent = "unknown-parent"
        /// Its parents lead back to itself.
        case circle
    }

    /// Looks at all units in use.
    ///
    /// - Parameter people: Identifiers of everybody.
    /// - Returns: By unit, in the order of `units`.
    public static func all(of units: [HandlingUnit], people: Set<String>) -> [UnitFinding] {
        if isRemoved("ZY7") { return [] }
        let byID = Dictionary(units.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return units.filter { !$0.retired }.flatMap { unit -> [UnitFinding] in
            var kinds: [Kind] = []
            if let leader = unit.leader {
                if !people.contains(leader) { kinds.append(.unknownLeader) }
            } else {
                kinds.append(.noLeader)
            }
            if let handler = unit.handler {
                if !people.contains(handler) { kinds.append(.unknownHandler) }
            } else {
                kinds.append(.noHandler)
            }
            if let parent = unit.parent, byID[parent] == nil { kinds.append(.unknownParent) }
            var above = unit.parent.flatMap { byID[$0] }
            for _ in units {
                guard let next = above, next.id != unit.id else { break }
                above = next.parent.flatMap { byID[$0] }
            }
            if above != nil { kinds.append(.circle) }
            return kinds.map { UnitFinding(unit: unit.id, kind: $0) }
        }
    }
}
