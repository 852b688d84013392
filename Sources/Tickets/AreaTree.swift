/// Grids and the areas above them.
public struct AreaTree: Sendable {
    /// Every grid and area.
    public let identifiers: Set<String>
    private let parents: [String: String]

    /// - Parameter areas: Every grid and area with the one above it.
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

    /// How many steps up from the grid each area is; the grid itself is 0. Empty without a grid; a circle ends where it began.
    public func around(_ grid: String?) -> [String: Int] {
        var steps: [String: Int] = [:]
        var next = grid
        while let area = next, steps[area] == nil {
            steps[area] = steps.count
            next = parents[area]
        }
        return steps
    }
}
