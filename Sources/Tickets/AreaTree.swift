/// What stands above what: grids and areas, or units.
public struct AreaTree: Sendable {
    /// Every grid and area, or every unit.
    public let identifiers: Set<String>
    private let parents: [String: String]

    /// - Parameter areas: Each with the one above it; of several with one identifier the last counts.
    public init(_ areas: some Sequence<(String, String?)>) {
        var identifiers: Set<String> = []
        var parents: [String: String] = [:]
        for (area, parent) in areas {
            identifiers.insert(area)
            parents[area] = parent
        }
        self.identifiers = identifiers
        self.parents = parents
    }

    /// The units that somebody's directory has.
    public init(units: some Sequence<HandlingUnit>) { self.init(units.lazy.map { ($0.id, $0.parent) }) }

    /// How many steps up from the grid each area is; the grid itself is 0. Empty without a grid; a circle ends where it began.
    public func around(_ grid: String?) -> [String: Int] { climb(from: grid).steps }

    /// From the top down to this one; a circle ends where it began, one that nobody knows stands alone.
    public func path(to unit: String) -> [String] { climb(from: unit).chain.reversed() }

    private func climb(from start: String?) -> (chain: [String], steps: [String: Int]) {
        var chain: [String] = []
        var steps: [String: Int] = [:]
        var next = start
        while let area = next, steps[area] == nil {
            steps[area] = chain.count
            chain.append(area)
            next = parents[area]
        }
        return (chain, steps)
    }
}
