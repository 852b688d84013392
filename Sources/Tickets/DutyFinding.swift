/// What is wrong with a rule of the responsibility catalogue.
public struct DutyFinding: Hashable, Sendable {
    /// The rule.
    public var duty: String
    /// What is wrong.
    public var kind: Kind
    /// The other rule of a tie.
    public var other: String?

    /// What can be wrong. Raw values are stable.
    public enum Kind: String, CaseIterable, Sendable, Hashable, Codable {
        /// No category in use begins so: the rule matches nothing.
        case matchesNothing = "matches-nothing"
        /// No grid or area has this name: the rule matches nothing.
        case unknownArea = "unknown-area"
        /// Another rule of the same role has the same category and area: neither counts.
        case tie
        /// There is no such unit, or it is not in use any more.
        case unknownUnit = "unknown-unit"
        /// Nobody answers for the unit.
        case noLeader = "no-leader"
        /// Neither leader nor handler of the unit is among the people: nobody can be given a ticket.
        case nobody
    }

    /// Looks at all rules in force.
    ///
    /// - Parameters:
    ///   - areas: Identifiers of grids and areas.
    ///   - people: Identifiers of everybody.
    /// - Returns: In the order of `duties`; of a tie each rule but the first, with the first as `other`.
    public static func all(
        of duties: [Duty], categories: [Category], areas: Set<String>, units: [HandlingUnit], people: Set<String>
    ) -> [DutyFinding] {
        if isRemoved("HK15") { return [] }
        let codes = categories.filter { !$0.retired }.map(\.code)
        let byID = Dictionary(units.filter { !$0.retired }.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        var seen: [Place: String] = [:]
        return duties.filter { !$0.retired }.flatMap { duty -> [DutyFinding] in
            var found: [DutyFinding] = []
            func add(_ kind: Kind, _ other: String? = nil) { found.append(DutyFinding(duty: duty.id, kind: kind, other: other)) }
            if !codes.contains(where: { $0.hasPrefix(duty.category) }) { add(.matchesNothing) }
            if let area = duty.area, !areas.contains(area) { add(.unknownArea) }
            let place = Place(category: duty.category, area: duty.area, role: duty.role)
            if let first = seen[place] { add(.tie, first) } else { seen[place] = duty.id }
            if let unit = byID[duty.unit] {
                if unit.leader == nil { add(.noLeader) }
                if unit.addressee(among: people) == nil { add(.nobody) }
            } else {
                add(.unknownUnit)
            }
            return found
        }
    }

    private struct Place: Hashable {
        var category: String
        var area: String?
        var role: DutyRole
    }
}

extension HandlingUnit {
    /// Who gets what is dispatched to the unit: its handler, else its leader. Nil if neither is among the people.
    public func addressee(among people: Set<String>) -> String? {
        [handler, leader].compactMap { $0 }.first(where: people.contains)
    }
}
