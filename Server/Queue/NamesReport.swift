import CentralStore
import Tickets

/// What people call the ids that were asked for. An id that nothing has is left out.
public struct NamesReport: Codable, Hashable, Sendable {
    /// By id of a person.
    public var people: [String: String] = [:]
    /// By id of a unit.
    public var units: [String: String] = [:]
    /// By id of a grid.
    public var grids: [String: String] = [:]
    /// The path, by code of a category.
    public var categories: [String: String] = [:]

    /// No names.
    public init() {}
}

extension Operations {
    /// A page names a dozen of them: they are asked for once, not one by one.
    func names(of ids: Set<String>) async throws -> NamesReport {
        try await read { reader in
            var names = NamesReport()
            names.people = try reader.load(LoadRequest(persons: ids)).persons.mapValues(\.name)
            for unit in try reader.units() where ids.contains(unit.id) { names.units[unit.id] = unit.name }
            for grid in try reader.grids() where ids.contains(grid.id) { names.grids[grid.id] = grid.name }
            for category in try reader.categories() where ids.contains(category.code) {
                names.categories[category.code] = category.path
            }
            return names
        }
    }
}
