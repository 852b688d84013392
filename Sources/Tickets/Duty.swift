public import Changeset

/// One rule of the responsibility catalogue: whose a category is in an area.
public struct Duty: Hashable, Sendable {
    /// Short and lasting, given by the city.
    public var id: String
    /// The beginning of category codes; empty = every category.
    public var category: String
    /// A grid, or an area above it; nil = everywhere.
    public var area: String?
    /// The unit that is responsible.
    public var unit: String
    /// What it owes.
    public var role: DutyRole
    /// What the city's catalogue says of it.
    public var words: String?
    /// 1 when it came, one more with each change. The centre counts it; a file does not say it.
    public var revision: Int
    /// Not in force any more.
    public var retired: Bool

    /// A rule.
    public init(
        id: String, category: String, area: String? = nil, unit: String, role: DutyRole = .owner, words: String? = nil,
        revision: Int = 1, retired: Bool = false
    ) {
        self.id = id
        self.category = category
        self.area = area
        self.unit = unit
        self.role = role
        self.words = words
        self.revision = revision
        self.retired = retired
    }

    /// Reads a row of `duty`. Nil if a column is missing or the role is a newer release's.
    public init?(row: [Value]) {
        guard row.count >= Table.duty.columns.count, let id = row[0].string, let category = row[1].string,
            let unit = row[3].string,
            let role = row[4].string.flatMap(DutyRole.init(rawValue:)), let revision = row[6].int
        else { return nil }
        self.init(
            id: id, category: category, area: row[2].string, unit: unit, role: role, words: row[5].string,
            revision: Int(clamping: revision), retired: row[7].int == 1)
    }

    /// The row of `duty`, all columns in order.
    public var row: [Value] {
        [
            .text(id), .text(category), .optional(area), .text(unit), .text(role.rawValue), .optional(words),
            .integer(Int64(revision)), .integer(retired ? 1 : 0),
        ]
    }

    /// As many bytes may the words have.
    public static let wordsBytesMax = 2_000
}

/// What a unit owes by a rule. Raw values stand in `duty.role`.
public enum DutyRole: String, CaseIterable, Sendable, Hashable {
    /// Its people handle the ticket.
    case owner
    /// It urges and guides, and closes nothing.
    case supervisor

    /// The name people know.
    public var chinese: String { self == .owner ? "承办" : "督导" }
}

/// The responsibility catalogue: who owns a category in a grid.
///
///     rules that fit: the category begins so, the grid lies in the area ──▶ longest category ──▶ smallest area ──▶ one, or a tie
///
/// Pure: the same rules, grids and question give the same answer on a device and at the centre.
/// - Source: MECHANISMS.md HK15, GZ4; decision 0036.
public struct Catalogue: Sendable {
    /// Rules in force, by role.
    private let duties: [DutyRole: [Duty]]
    private let places: AreaTree

    /// - Parameter duties: Retired ones are passed over.
    public init(_ duties: some Sequence<Duty>, areas: AreaTree) {
        self.duties = Dictionary(grouping: duties.filter { !$0.retired }, by: \.role)
        places = areas
    }

    /// The rules of one role that fit best, by id: none, one, or several that fit equally well.
    public func best(_ role: DutyRole, category: String, grid: String?) -> [Duty] {
        if isRemoved("HK15") { return [] }
        let around = places.around(grid)
        var best: [Duty] = []
        var rank = (-1, Int.max)
        for duty in duties[role] ?? [] where category.utf8.starts(with: duty.category.utf8) {
            guard let distance = duty.area.map({ around[$0] }) ?? .some(around.count) else { continue }
            let own = (duty.category.utf8.count, distance)
            if own.0 > rank.0 || own.0 == rank.0 && own.1 < rank.1 {
                (best, rank) = ([duty], own)
            } else if own == rank {
                best.append(duty)
            }
        }
        return best.sorted { $0.id < $1.id }
    }

    /// Rules for a category that hold in some areas only, whatever the grid: what one asks for who has not said where.
    public func limited(category: String) -> [Duty] {
        duties.values.joined().filter { $0.area != nil && category.utf8.starts(with: $0.category.utf8) }.sorted { $0.id < $1.id }
    }
}

/// The answer to "who owns this?" for one category.
public struct DutyAnswer: Hashable, Sendable {
    /// The category.
    public var category: Category
    /// Who owns it: none, one, or several that fit equally well, which is a fault of the catalogue.
    public var owners: [Duty]
    /// Who supervises it, likewise.
    public var supervisors: [Duty]
    /// Without a grid: how many rules more there are that hold in some areas only.
    public var limitedCount: Int

    /// An answer.
    public init(category: Category, owners: [Duty], supervisors: [Duty], limitedCount: Int) {
        self.category = category
        self.owners = owners
        self.supervisors = supervisors
        self.limitedCount = limitedCount
    }
}

extension Catalogue {
    /// As many categories are answered for.
    public static let answersMax = 20

    /// Who owns what these words mean.
    ///
    /// - Parameters:
    ///   - text: As `CategorySearch` takes it: the beginning of a code, words of the path, initials. Where no category has it, the words of
    ///     the rules themselves are looked through, and the categories answered for that such a rule is about.
    ///   - grid: Nil = not known: then rules of areas do not fit.
    /// - Returns: One answer per category, best first; empty if nothing has these words.
    public func answers(_ text: String, among categories: [Category], grid: String?) -> [DutyAnswer] {
        let search = CategorySearch(categories)
        var found = search.best(text).map { [$0] } ?? search.hits(text)
        if found.isEmpty {
            let said = duties.values.joined().filter { $0.words?.contains(text) == true }
            found = categories.filter { category in
                !category.retired && said.contains { !$0.category.isEmpty && category.code.utf8.starts(with: $0.category.utf8) }
            }
        }
        return found.prefix(Self.answersMax).map { category in
            DutyAnswer(
                category: category, owners: best(.owner, category: category.code, grid: grid),
                supervisors: best(.supervisor, category: category.code, grid: grid),
                limitedCount: grid == nil ? limited(category: category.code).count : 0)
        }
    }
}
