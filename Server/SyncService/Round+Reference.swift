import CentralStore
import Changeset
import Tickets

extension Round {
    /// People come or change; those who are as they were are passed over.
    ///
    /// - Returns: How many entries that made.
    mutating func put(people: [Person], by author: String) throws -> Int {
        try requireCentral(author)
        var count = 0
        for person in people {
            let before = overlay.loaded.persons[person.id]
            guard before != person else { continue }
            try step { round in
                var entry = round.draft(.person, by: author)
                entry.changes = [change(.person, from: before?.row, to: person.row)]
                round.overlay.append(entry)
                round.overlay.put(person)
            }
            count += 1
        }
        return count
    }

    /// Grids come or change; those that are as they were are passed over.
    ///
    /// - Returns: How many entries that made.
    mutating func put(grids: [GridRecord], by author: String) throws -> Int {
        try requireCentral(author)
        var known: [String: GridRecord] = [:]
        for grid in try transaction.grids() { known[grid.id] = grid }
        var count = 0
        for grid in grids {
            let before = known.updateValue(grid, forKey: grid.id)
            guard before != grid else { continue }
            try step { round in
                var entry = round.draft(.grid, by: author)
                entry.changes = [change(.grid, from: before?.row, to: grid.row)]
                round.overlay.append(entry)
            }
            count += 1
        }
        return count
    }
}

/// A whole new row, or the columns that differ.
func change(_ table: Table, from before: [Value]?, to after: [Value]) -> RowChange {
    guard let before else { return .insert(table, after) }
    var columns: [Int: Value] = [:]
    for index in after.indices where before[index] != after[index] { columns[index] = after[index] }
    return .update(table, key: Array(after.prefix(table.keyCount)), columns)
}
