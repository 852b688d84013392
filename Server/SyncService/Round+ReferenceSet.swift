import CentralStore
import Changeset
public import Tickets

/// What somebody at the centre does to the reference set, beside people and grids.
public enum ReferenceChange: Sendable {
    /// Units come or change; others stay.
    case units([HandlingUnit])
    /// The whole taxonomy: leaves that are not in it are retired, never removed.
    case taxonomy(Taxonomy)
    /// The city's rules, with the file's scalars as `Profile.body(of:)` writes them. In force from here on.
    case profile(Profile, body: String)
    /// Rules of the responsibility catalogue come or change; others stay. Their revisions are counted here.
    case duties([Duty])
    /// Mediators and experts come or change; others stay.
    case experts([Expert])
    /// Items of checklists come or change; others stay.
    case checklists([ChecklistItem])
    /// Lines of the duty roster come or change; others stay.
    case roster([RosterLine])
    /// Working days of years, in place of what is there. They count from here on.
    case calendar([CalendarYear])

    /// What it costs the writer.
    var weight: Int {
        switch self {
        case .units(let units): units.count
        case .taxonomy(let taxonomy): taxonomy.categories.count
        case .profile: 2
        case .duties(let duties): duties.count
        case .experts(let experts): experts.count
        case .checklists(let items): items.count
        case .roster(let lines): lines.count
        case .calendar(let years): years.count
        }
    }
}

/// What of it was news: by key, sorted. Everything else was as it stands.
public struct ReferenceOutcome: Hashable, Sendable {
    /// New rows.
    public var added: [String] = []
    /// Rows that were there and are different now.
    public var changed: [String] = []
    /// Leaves that are not in use any more, with the code to use in place of each where one was named.
    public var retired: [String: String?] = [:]

    /// Nothing was news.
    public init() {}

    /// How many entries that made.
    public var count: Int { added.count + changed.count + retired.count }
}

extension Round {
    /// Only rows that differ become entries, one each: of a new version only what changed travels.
    mutating func put(_ change: ReferenceChange, by author: String) throws -> ReferenceOutcome {
        try requireCentral(author)
        // Rows of an earlier job of this round must be seen too.
        try flush()
        switch change {
        case .units(let units):
            return try put(units.map(\.row), into: .unit, .unit, by: author)
        case .taxonomy(let taxonomy):
            return try put(taxonomy, by: author)
        case .profile(let profile, let body):
            let record = ProfileRecord(name: profile.name, version: profile.version, inForce: true, loadedAt: now, body: body)
            let outcome = try put(record, by: author)
            rules.profile = profile
            return outcome
        case .duties(let duties):
            return try put(try counted(duties).map(\.row), into: .duty, .duty, by: author)
        case .experts(let experts):
            return try put(experts.map(\.row), into: .expert, .expert, by: author)
        case .checklists(let items):
            return try put(items.map(\.row), into: .checklist, .checklist, by: author)
        case .roster(let lines):
            return try put(lines.map(\.row), into: .roster, .roster, by: author)
        case .calendar(let years):
            let outcome = try put(try unequal(years).map(\.row), into: .calendar, .calendar, by: author)
            try flush()
            rules.calendar = environment.rules.calendar.with(try transaction.calendarYears())
            return outcome
        }
    }

    /// The rules with the revision that each gets: one more than it had, if anything in it differs.
    private func counted(_ duties: [Duty]) throws -> [Duty] {
        var known = Dictionary(try transaction.duties().map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return duties.map { duty in
            var duty = duty
            duty.revision = known[duty.id]?.revision ?? 1
            if let before = known[duty.id], before != duty { duty.revision = before.revision + 1 }
            known[duty.id] = duty
            return duty
        }
    }

    /// Years whose lines are not there already, as of now.
    private func unequal(_ years: [CalendarYear]) throws -> [CalendarYear] {
        let known = Dictionary(try transaction.calendarYears().map { ($0.year, $0.body) }, uniquingKeysWith: { $1 })
        return years.filter { known[$0.year] != $0.body }.map { CalendarYear(year: $0.year, body: $0.body, loadedAt: now) }
    }

    private mutating func put(_ taxonomy: Taxonomy, by author: String) throws -> ReferenceOutcome {
        let known = try transaction.categories()
        let named = Set(taxonomy.categories.map(\.code))
        let gone = known.filter { !$0.retired && !named.contains($0.code) }.map { category in
            var category = category
            category.retired = true
            return category
        }
        let categories = taxonomy.categories + gone
        var outcome = try put(categories.map(\.row), into: .category, .category, by: author)
        let wasInUse = Set(known.lazy.filter { !$0.retired }.map(\.code))
        for category in categories where category.retired && wasInUse.contains(category.code) {
            outcome.changed.removeAll { $0 == category.code }
            outcome.retired[category.code] = .some(category.replacedBy)
        }
        return outcome
    }

    private mutating func put(_ record: ProfileRecord, by author: String) throws -> ReferenceOutcome {
        var rows: [[Value]] = []
        for var known in try transaction.profiles() {
            if known.name == record.name {
                guard known.body != record.body || !known.inForce else { return ReferenceOutcome() }
            } else if known.inForce {
                known.inForce = false
                rows.append(known.row)
            }
        }
        return try put(rows + [record.row], into: .profile, .profile, by: author)
    }

    private mutating func put(_ rows: [[Value]], into table: Table, _ kind: JournalKind, by author: String) throws
        -> ReferenceOutcome
    {
        var known: [Value: [Value]] = [:]
        for row in try transaction.references(table) { known[row[0]] = row }
        var outcome = ReferenceOutcome()
        for row in rows {
            let before = known.updateValue(row, forKey: row[0])
            guard before != row else { continue }
            try step { round in
                var entry = round.draft(kind, by: author)
                entry.changes = [change(table, from: before, to: row)]
                round.overlay.append(entry)
            }
            if before == nil { outcome.added.append(row[0].string ?? "") } else { outcome.changed.append(row[0].string ?? "") }
        }
        return outcome
    }
}

extension Environment {
    /// The rules with the profile and the calendar that the store has in force; as configured where it has none, or one that this release cannot
    /// read.
    func rulesInForce() -> Rules {
        var rules = rules
        let stored = try? store.read { try $0.profiles().first(where: \.inForce) }
        if let profile = try? stored?.profile() { rules.profile = profile }
        if let years = try? store.read({ try $0.calendarYears() }), !years.isEmpty { rules.calendar = rules.calendar.with(years) }
        return rules
    }
}
