public import Changeset

/// What a mediator or an expert can be called for, and where.
public struct Expert: Hashable, Sendable {
    /// Short and lasting.
    public var id: String
    /// Who.
    public var person: String
    /// One word of the city's own.
    public var skill: String
    /// A grid, or an area above it; nil = everywhere.
    public var area: String?
    /// The unit that sends them.
    public var unit: String?
    /// Not available any more.
    public var retired: Bool

    /// An expert.
    public init(id: String, person: String, skill: String, area: String? = nil, unit: String? = nil, retired: Bool = false) {
        self.id = id
        self.person = person
        self.skill = skill
        self.area = area
        self.unit = unit
        self.retired = retired
    }

    /// Reads a row of `expert`; nil if a column is missing.
    public init?(row: [Value]) {
        guard row.count >= Table.expert.columns.count, let id = row[0].string, let person = row[1].string,
            let skill = row[2].string
        else { return nil }
        self.init(id: id, person: person, skill: skill, area: row[3].string, unit: row[4].string, retired: row[5].int == 1)
    }

    /// The row of `expert`, all columns in order.
    public var row: [Value] {
        [.text(id), .text(person), .text(skill), .optional(area), .optional(unit), .integer(retired ? 1 : 0)]
    }
}

/// Who can be called for what, from the nearest on.
public struct ExpertDirectory: Sendable {
    private let experts: [Expert]
    private let places: AreaTree

    /// - Parameter experts: Retired ones are passed over.
    public init(_ experts: some Sequence<Expert>, areas: AreaTree) {
        self.experts = experts.filter { !$0.retired }
        places = areas
    }

    /// Who has this skill and can be called in this grid: the smallest area first, then by id. Without a skill everybody; without a
    /// grid wherever they are.
    public func matching(skill: String?, grid: String?) -> [Expert] { ranked(skill, grid).map(\.expert) }

    /// Of those the one to call: in the smallest area; among equals who has least under way, then by id.
    ///
    /// - Parameter load: Tickets under way of a person. Nothing of it is kept.
    public func choice(skill: String, grid: String?, load: (String) throws -> Int) rethrows -> Expert? {
        let found = ranked(skill, grid)
        guard let nearest = found.first?.distance else { return nil }
        var best: (expert: Expert, load: Int)?
        for one in found where one.distance == nearest {
            let own = try load(one.expert.person)
            if best.map({ own < $0.load }) ?? true { best = (one.expert, own) }
        }
        return best?.expert
    }

    private func ranked(_ skill: String?, _ grid: String?) -> [(expert: Expert, distance: Int)] {
        if isRemoved("HK12") { return [] }
        let around = places.around(grid)
        var found: [(expert: Expert, distance: Int)] = []
        for expert in experts where skill.map({ $0 == expert.skill }) ?? true {
            if let area = expert.area, grid != nil {
                if let distance = around[area] { found.append((expert, distance)) }
            } else if expert.area == nil || skill == nil || grid == nil {
                found.append((expert, around.count))
            }
        }
        return found.sorted { ($0.distance, $0.expert.id) < ($1.distance, $1.expert.id) }
    }
}

/// What is wrong with a line of the directory of experts.
public struct ExpertFinding: Hashable, Sendable {
    /// The line's id.
    public var expert: String
    /// What is wrong.
    public var kind: Kind

    /// What can be wrong. Raw values are stable.
    public enum Kind: String, CaseIterable, Sendable, Hashable, Codable {
        case unknownPerson = "unknown-person"
        /// It can be found nowhere.
        case unknownArea = "unknown-area"
        case unknownUnit = "unknown-unit"
        /// The same person with the same skill and area stands there already.
        case twice
    }

    /// Looks at everybody who is available, in their order.
    public static func all(of experts: [Expert], people: Set<String>, areas: Set<String>, units: Set<String>) -> [ExpertFinding] {
        if isRemoved("HK12") { return [] }
        var seen: Set<[String]> = []
        return experts.filter { !$0.retired }.flatMap { expert in
            var kinds: [Kind] = []
            if !people.contains(expert.person) { kinds.append(.unknownPerson) }
            if let area = expert.area, !areas.contains(area) { kinds.append(.unknownArea) }
            if let unit = expert.unit, !units.contains(unit) { kinds.append(.unknownUnit) }
            if !seen.insert([expert.person, expert.skill, expert.area ?? ""]).inserted { kinds.append(.twice) }
            return kinds.map { ExpertFinding(expert: expert.id, kind: $0) }
        }
    }
}
