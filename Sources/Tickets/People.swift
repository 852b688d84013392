import Changeset

/// A person as the reference table `person` has them.
public struct Person: Hashable, Sendable {
    /// The stable identifier, for example `li-na`.
    public var id: String
    /// The name that is shown.
    public var name: String
    /// What they may do.
    public var role: Role
    /// Their grid, if any.
    public var grid: String?
    /// Their unit, if any.
    public var unit: String?
    /// Their profession in the grid, if any.
    public var profession: String?

    /// A person.
    public init(
        id: String, name: String, role: Role, grid: String? = nil, unit: String? = nil, profession: String? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.grid = grid
        self.unit = unit
        self.profession = profession
    }

    /// Reads a row of `person`. Nil if a column is missing or the role is a newer release's.
    public init?(row: [Value]) {
        guard row.count >= Table.person.columns.count, let id = row[0].string, let name = row[1].string,
            let role = Role(rawValue: row[2].string ?? "")
        else { return nil }
        self.init(id: id, name: name, role: role, grid: row[3].string, unit: row[4].string, profession: row[5].string)
    }

    /// The row of `person`, all columns in order.
    public var row: [Value] {
        [.text(id), .text(name), .text(role.rawValue), .optional(grid), .optional(unit), .optional(profession)]
    }
}

/// Who exists, as far as the caller knows. A decision on a dispatch checks names against it.
public struct Directory: Sendable {
    /// By identifier.
    public var people: [String: Person]

    /// The people whom the command at hand may name.
    public init(_ people: some Sequence<Person> = []) {
        self.people = [:]
        for person in people { self.people[person.id] = person }
    }
}

/// The scopes that hold a ticket: everyone in it, its grid, its unit and those that take part in it, and in its grid the profession of each helper, so that
/// whoever has the same one there can stand in.
public func scopes(of ticket: Ticket) -> Set<String> {
    var scopes: Set<String> = []
    if let person = ticket.assignee { scopes.insert("p:\(person)") }
    if let person = ticket[.reporter].string { scopes.insert("p:\(person)") }
    for helper in ticket.helpers {
        scopes.insert("p:\(helper.person)")
        if let scope = professionScope(grid: ticket.grid, helper.profession) { scopes.insert(scope) }
    }
    if let grid = ticket.grid { scopes.insert("g:\(grid)") }
    if let unit = ticket.unit { scopes.insert("u:\(unit)") }
    for part in ticket.parts where part.endedAt == nil && !isRemoved("HK10") { scopes.insert("u:\(part.unit)") }
    return scopes
}

/// The scopes of a person: their own, the reference set, the grid of a leader, a guide or a volunteer, a worker's profession in their grid, a
/// unit's unit; and, without a row in it, the mask of those who may not have citizens' data.
/// People of the centre see everything there without scopes.
public func scopes(of person: Person) -> Set<String> {
    var scopes: Set<String> = ["p:\(person.id)", referenceScope]
    if [.leader, .guide, .volunteer].contains(person.role), let grid = person.grid { scopes.insert("g:\(grid)") }
    if person.role == .worker, let scope = professionScope(grid: person.grid, person.profession) { scopes.insert(scope) }
    if person.role == .unit, let unit = person.unit { scopes.insert("u:\(unit)") }
    if person.role.isMasked { scopes.insert(maskScope) }
    return scopes
}

/// The scope of a profession in a grid, such as `gp:g1/城管`. Nil without a grid or a profession.
///
/// Identifiers of grids have no `/`, so the first one ends the grid. A profession is free text, and a scope is compared by text
/// here and by bytes in a store: every character but ASCII letters and digits and the unified ideographs, none of which has a
/// second spelling, is written as its number, `%2f;`. The same text has then one name, and two texts never share one.
public func professionScope(grid: String?, _ profession: String?) -> String? {
    guard let grid, let profession, !profession.isEmpty else { return nil }
    var name = "gp:\(grid)/"
    for scalar in profession.unicodeScalars {
        switch scalar {
        case "0"..."9", "A"..."Z", "a"..."z", "\u{3400}"..."\u{4dbf}", "\u{4e00}"..."\u{9fff}": name.unicodeScalars.append(scalar)
        default: name += "%\(String(scalar.value, radix: 16));"
        }
    }
    return name
}

/// Whether a scope is one of a grid and a profession. Stores of schema version 1 have none.
public func isProfessionScope(_ scope: String) -> Bool { scope.hasPrefix("gp:") }

/// A scope that holds nothing: whoever is in it gets no citizens' data, and reads everything anew when it begins or ends.
public let maskScope = "mask"

/// The scope of everything that every device holds.
public let referenceScope = "ref"
