import Changeset
public import Tickets

/// What a run of `sync` looks at before and after: counts, and which of the things that wait for a person are there. `ReplicaStatus` tells the
/// same with tickets and words, which costs more than half a sync where there are conflicts.
public struct SyncGlance: Hashable, Sendable {
    /// The centre's time of the newest complete picture; nil before the first sync.
    public var confirmedAt: Milliseconds?
    /// The sequence of that picture.
    public var base: UInt64
    /// Commands without a verdict.
    public var outboxCount: Int
    /// News that nobody has looked at.
    public var newsCount: Int
    /// Commands that are held and not decided, oldest first.
    public var held: [CommandID]
    /// Short numbers of the conflicts that nobody has decided or chosen about, newest first.
    public var openConflicts: [Int64]
}

extension Replica {
    /// What stands where, as shortly as a sync needs it.
    public func glance() throws -> SyncGlance {
        try read { rows in
            guard let row = try rows.statements.row(Rows.glanceText) else {
                throw ReplicaError.damaged(detail: "the replica does not say whose it is")
            }
            func isThere(_ place: Int) -> Bool { row[place].int == 1 }
            return SyncGlance(
                confirmedAt: row[1].int, base: row[0].sequence ?? 0, outboxCount: Int(row[2].int ?? 0),
                newsCount: Int(row[3].int ?? 0), held: isThere(4) ? try rows.heldCommands() : [],
                openConflicts: isThere(5) ? try rows.openConflictNumbers() : [])
        }
    }
}

extension Rows {
    fileprivate static let glanceText = """
        SELECT base, confirmed_at, (SELECT count(*) FROM command WHERE \(isPending) AND verdict IS NULL),
            (SELECT count(*) FROM news WHERE looked_at IS NULL),
            EXISTS (SELECT 1 FROM command WHERE verdict='held' AND decision IS NULL),
            EXISTS (SELECT 1 FROM conflict WHERE settled_at IS NULL)
        FROM cursor
        """

    fileprivate func heldCommands() throws -> [CommandID] {
        try statements.rows("SELECT id FROM command WHERE verdict='held' AND decision IS NULL ORDER BY ordinal")
            .compactMap { CommandID($0[0]) }
    }

    /// As `ConflictView.isOpen`, and the two halves of a place as one.
    fileprivate func openConflictNumbers() throws -> [Int64] {
        let unsettled = try statements.rows(
            """
            SELECT n.number, c.command, c.field FROM conflict AS c
            JOIN conflict_number AS n ON n.command=c.command AND n.field=c.field WHERE c.settled_at IS NULL ORDER BY n.number DESC
            """)
        let choices = try pendingChoices()
        return unsettled.compactMap { row in
            guard let number = row[0].int, let command = CommandID(row[1]), let field = row[2].string,
                ConflictView.isColumn(field), choices[ConflictName(command: command, field: field)] == nil
            else { return nil }
            let isOtherHalf =
                field == TicketColumn.longitude.rawValue
                && unsettled.contains { $0[1] == row[1] && $0[2].string == TicketColumn.latitude.rawValue }
            return isOtherHalf ? nil : number
        }
    }
}
