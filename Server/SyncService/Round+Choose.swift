import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// Conflicts at the centre: what a choice names, and what becomes of a conflict.
///
///     edit:    verdict ──▶ conflict row: outcome ours | theirs | both | open          the store finds who wrote theirs
///     choose:  verdict ──▶ the row of its target: outcome, settled_by, settled_at      in the choice's own entry
///     held:    decision ─▶ open rows of the command: outcome ours | theirs             in the decision's own entry
extension Round {
    /// The conflicts of the command that a choice names, as they stand with what this round has decided so far.
    ///
    /// - Returns: nil if there is no such conflict.
    func choiceTarget(of choice: Command) throws -> ChoiceTarget? {
        guard let id = choice.chosen else { return nil }
        let records = try conflicts(of: id)
        guard let first = records.first else { return nil }
        let named = records.first { $0.conflict.field == choice.text("field") }
        return ChoiceTarget(
            person: first.oursBy ?? overlay.loaded.commands[id]?.person ?? "", against: named?.theirsBy, ticket: first.ticket,
            conflicts: records.map(\.conflict.typed))
    }

    /// What the author of a command had seen of this store. Another incarnation's numbers say nothing here.
    func base(seenIn payload: Payload) -> UInt64 {
        payload.seen.incarnation == overlay.loaded.state.incarnation ? payload.seen.base : 0
    }

    /// What its author saw of the ticket; nil if its changeset cannot be read.
    func trunk(of payload: Payload) -> Trunk? {
        readChangeset(of: payload).map { Trunk($0, ticket: payload.ticket) }
    }

    /// The rows of the conflicts that a choice settles.
    func settled(_ settled: SettledConflict?, by choice: CommandID, of person: String) throws -> [RowChange] {
        guard let settled, !isPlanted("choice-unsettled") else { return [] }
        return try conflicts(of: settled.target).filter { settled.fields.contains($0.conflict.field) }.map {
            $0.update([
                .outcome: .text(settled.outcome.rawValue), .settledBy: choice.value, .settledAt: .integer(now),
                .chosenBy: .text(person),
            ])
        }
    }

    /// The rows of a held command's conflicts once it has its decision: what was open is not any more.
    func ended(conflictsOf held: StoredCommand, _ decision: HeldDecision, by person: String) throws -> [RowChange] {
        let outcome: Conflict.Outcome = decision == .declined ? .theirs : .ours
        return try conflicts(of: held.id).filter { $0.conflict.outcome == .open && !isPlanted("decision-leaves-open") }.map {
            $0.update([.outcome: .text(outcome.rawValue), .settledAt: .integer(now), .chosenBy: .text(person)])
        }
    }

    private func conflicts(of command: CommandID) throws -> [ConflictRecord] {
        overlay.conflicts.over(try transaction.conflictRecords(of: [command])[command] ?? [], of: command)
    }
}

extension ConflictRecord {
    fileprivate func update(_ columns: [ConflictColumn: Value]) -> RowChange {
        .update(
            .conflict, key: [command.value, .text(conflict.field)],
            Dictionary(uniqueKeysWithValues: columns.map { ($0.index, $1) }))
    }
}

extension JournalDraft {
    /// What a command disagreed with.
    ///
    /// - Parameter occurredAt: When it happened, where the entry does not say so itself.
    mutating func take(_ ruling: Ruling, occurredAt: Milliseconds? = nil) {
        conflicts = isPlanted("losing-value-dropped") ? [] : ruling.conflicts
        guard !conflicts.isEmpty else { return }
        seenBase = ruling.seenBase
        oursAt = occurredAt
    }
}

/// Conflicts that a round has made or changed and not written yet.
struct PendingConflicts {
    private struct Key: Hashable {
        let command: CommandID
        let field: String
    }

    private var made: [Key: ConflictRecord] = [:]
    private var changed: [Key: [Int: Value]] = [:]

    /// Takes in what an entry says of them.
    mutating func note(_ draft: JournalDraft) {
        for case .update(.conflict, let key, let columns) in draft.changes {
            guard let command = CommandID(key.first), key.count == 2, let field = key[1].string else { continue }
            changed[Key(command: command, field: field), default: [:]].merge(columns) { $1 }
        }
        guard let command = draft.command, let ticket = draft.ticket else { return }
        for conflict in draft.conflicts {
            var record = ConflictRecord(conflict, command: command.id, ticket: ticket)
            record.oursBy = command.person
            made[Key(command: command.id, field: conflict.field)] = record
        }
    }

    /// A command's conflicts: as they are stored, with what is pending on top.
    func over(_ stored: [ConflictRecord], of command: CommandID) -> [ConflictRecord] {
        guard !made.isEmpty || !changed.isEmpty else { return stored }
        var records = Dictionary(stored.map { ($0.conflict.field, $0) }, uniquingKeysWith: { $1 })
        for (key, record) in made where key.command == command { records[key.field] = record }
        for (key, columns) in changed where key.command == command {
            guard var row = records[key.field]?.row else { continue }
            for (index, value) in columns { row[index] = value }
            records[key.field] = ConflictRecord(row: row)
        }
        return records.values.sorted { $0.conflict.field < $1.conflict.field }
    }
}

extension CommandKind {
    /// It is judged by what became of another command.
    var namesAnother: Bool { self == .retract || self == .choose }
}
