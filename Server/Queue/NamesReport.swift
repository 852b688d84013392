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
            names.units = try reader.names(ofUnits: ids)
            for grid in try reader.grids() where ids.contains(grid.id) { names.grids[grid.id] = grid.name }
            for category in try reader.categories() where ids.contains(category.code) {
                names.categories[category.code] = category.path
            }
            return names
        }
    }
}

extension StoreReader {
    /// What people call these units. One that is not there is left out; where none is asked for nothing is read.
    func names(ofUnits ids: some Collection<String>) throws -> [String: String] {
        if ids.isEmpty { return [:] }
        let asked = Set(ids)
        return Dictionary(try units().filter { asked.contains($0.id) }.map { ($0.id, $0.name) }) { $1 }
    }

    /// What people call those who took part in these steps, persons or units. Who was written down as people call them is left out.
    func names(on steps: [Escalation]) throws -> [String: String] {
        let ids = Set(steps.flatMap { Command.names(in: $0.members) + [$0.leader].compactMap { $0 } })
        if ids.isEmpty { return [:] }
        return try names(ofUnits: ids).merging(try load(LoadRequest(persons: ids)).persons.mapValues(\.name)) { $1 }
    }
}
