import CentralStore
import Changeset
import Tickets

extension SQLiteAccess {
    /// One pass over the devices, one over the partial index of undecided commands.
    func figures(now: Milliseconds) throws -> StoreFigures {
        var figures = StoreFigures(state: try state())
        let head = figures.state.head
        let ages = StoreFigures.ages
        var columns = [
            "count(*)", "max(?1 - base)", "total(unsent)", "count(*) FILTER (WHERE unsent > 0)",
            "min(oldest_unsent_at) FILTER (WHERE unsent > 0)",
        ]
        var arguments: [Value] = [.sequence(head), .integer(now)]
        for age in ages {
            arguments.append(.integer(age))
            columns.append("count(*) FILTER (WHERE last_contact >= ?2 - ?\(arguments.count))")
            columns.append("count(*) FILTER (WHERE unsent > 0 AND oldest_unsent_at < ?2 - ?\(arguments.count))")
        }
        for lag in StoreFigures.lags {
            arguments.append(.sequence(lag))
            columns.append("count(*) FILTER (WHERE ?1 - base > ?\(arguments.count))")
        }
        columns += ["count(*) FILTER (WHERE forks > 0)", "count(*) FILTER (WHERE forks >= epoch)"]
        let text = "SELECT \(columns.joined(separator: ", ")) FROM device WHERE revoked_at IS NULL"
        try sql.each(text, arguments) { row in
            figures.deviceCount = Int(row.int(0))
            figures.lagMax = UInt64(max(0, row.int(1)))
            figures.unsentCount = UInt64(max(0, row.int(2)))
            figures.devicesWithUnsent = Int(row.int(3))
            figures.oldestUnsentAt = row.optionalInt(4)
            for index in ages.indices {
                figures.heardCounts[index] = Int(row.int(5 + 2 * index))
                figures.unsentOlderCounts[index] = Int(row.int(6 + 2 * index))
            }
            let lags = 5 + 2 * ages.count
            for index in StoreFigures.lags.indices { figures.laggingCounts[index] = Int(row.int(lags + index)) }
            figures.forkedCount = Int(row.int(lags + StoreFigures.lags.count))
            figures.twoHeadsCount = Int(row.int(lags + StoreFigures.lags.count + 1))
        }
        figures.backupAt = try sql.first(
            "SELECT at FROM journal WHERE entity = ? ORDER BY seq DESC LIMIT 1", [.blob(Array(JournalKind.backup.rawValue.utf8))]
        ) { $0.int(0) }
        let all = try sql.first("SELECT count(*) FROM device") { Int($0.int(0)) } ?? 0
        figures.revokedCount = all - figures.deviceCount
        try sql.each(
            """
            SELECT count(*), min(received_at), count(*) FILTER (WHERE reason = 'poisoned'),
                min(received_at) FILTER (WHERE reason = 'poisoned')
            FROM command WHERE verdict = 'held' AND decision IS NULL
            """
        ) { row in
            figures.heldCount = Int(row.int(0))
            figures.heldSince = row.optionalInt(1)
            figures.poisonedCount = Int(row.int(2))
            figures.poisonedSince = row.optionalInt(3)
        }
        figures.alarmCounts = try alarmCounts()
        return figures
    }
}
