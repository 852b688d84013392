import Changeset
public import Tickets

/// What the centre's reference set says, without signal: categories, units, who is responsible, the profile, working days.
extension Replica {
    /// The taxonomy as this device knows it, retired leaves too, by code. Empty before the first sync, and where the centre has none.
    public func categories() throws -> [Category] { try references(.category).compactMap(Category.init(row:)) }

    /// One leaf, in use or retired; nil for a code that the device does not know, such as free text of an older release.
    public func category(_ code: String) throws -> Category? {
        try read { try $0.reference(.category, code).flatMap(Category.init(row:)) }
    }

    /// All units, sorted by identifier; those of a kind that only a newer release knows are left out.
    public func units() throws -> [HandlingUnit] { try references(.unit).compactMap(HandlingUnit.init(row:)) }

    /// A unit's name, or its identifier if the device does not know it.
    public func name(ofUnit id: String) throws -> String {
        try read { try $0.reference(.unit, id)?[1].string ?? id }
    }

    /// The responsibility catalogue, retired rules too, by id. Empty where the centre has none.
    public func duties() throws -> [Duty] { try references(.duty).compactMap(Duty.init(row:)) }

    /// Grids and the areas above them.
    public func areas() throws -> AreaTree { AreaTree(try references(.grid).map { ($0[0].string ?? "", $0[2].string) }) }

    /// The years whose working days the centre loaded, ascending.
    public func calendarYears() throws -> [CalendarYear] { try references(.calendar).compactMap(CalendarYear.init(row:)) }

    /// The duty roster of a day, `2026-09-30`, by desk and id. Empty where this file has none yet.
    public func roster(of day: String) throws -> [RosterLine] {
        try read { rows in
            guard try rows.has(.roster) else { return [] }
            return try rows.statements.rows(
                "SELECT \(Table.roster.columnList) FROM roster WHERE day=? AND retired=0 ORDER BY unit, id", [.text(day)]
            ).compactMap(RosterLine.init(row:))
        }
    }

    /// The unit of this device's person; nil if they belong to none, or before the first sync.
    public func ownUnit() throws -> String? { try read { try $0.person($0.standing().identity.person)?.unit } }

    /// The profile that the centre has in force; nil if the device has none.
    public func profileInForce() throws -> ProfileRecord? {
        try references(.profile).lazy.compactMap(ProfileRecord.init(row:)).first(where: \.inForce)
    }

    /// The rules with the city's own profile and calendar, so that a deadline is counted here as at the centre, and can be explained. As
    /// compiled in where the centre has sent no profile, or one that this release cannot read.
    public func rulesInForce() throws -> Rules {
        var rules = rules
        if let profile = try? profileInForce()?.profile() { rules.profile = profile }
        if let years = try? calendarYears(), !years.isEmpty { rules.calendar = rules.calendar.with(years) }
        return rules
    }

    private func references(_ table: Table) throws -> [[Value]] {
        try read { rows in
            try rows.statements.rows(
                "SELECT \(table.columns.joined(separator: ",")) FROM \(table.name) ORDER BY \(table.columns[0])")
        }
    }
}

extension Rows {
    fileprivate func reference(_ table: Table, _ key: String) throws -> [Value]? {
        try statements.row(
            "SELECT \(table.columns.joined(separator: ",")) FROM \(table.name) WHERE \(table.columns[0])=?", [.text(key)])
    }
}
