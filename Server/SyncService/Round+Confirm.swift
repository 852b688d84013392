import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// What a series of changes leaves of one row.
private enum NetRow: Hashable {
    case whole([Value])
    case columns([Int: Value])
    case gone
}

private struct NetKey: Hashable {
    let table: String
    let key: [Value]
}

extension Round {
    /// The last change of each ticket that a request names, before the request.
    func versions(before sync: VerifiedSync) -> [TicketID: UInt64] {
        var versions: [TicketID: UInt64] = [:]
        for ticket in sync.commands.compactMap(\.ticket) { versions[ticket] = overlay.version(of: ticket) }
        return versions
    }

    /// The tickets whose rows need not be sent back, with the version that the receipts confirm.
    ///
    /// Strict: the replica is at a base of this store in this schema with no pull under way; every command of the request on the
    /// ticket was applied just now and changed it; nothing else changed it after the replica's base; and the rows are, value for
    /// value, what the given changesets made of them. A new ticket gets its number here, so it always travels back.
    /// - Source: DESIGN.md section 4, point 12.
    func confirmable(_ answered: [Answered], _ versions: [TicketID: UInt64], _ sync: VerifiedSync) -> [TicketID: UInt64] {
        let cursor = sync.request.cursor
        guard cursor.incarnation == overlay.loaded.state.incarnation, cursor.schemaVersion == SchemaVersion.current,
            sync.request.at.isEmpty
        else { return [:] }
        var byTicket: [TicketID: [Int]] = [:]
        for (place, one) in answered.enumerated() {
            guard let ticket = one.stored.ticket else { continue }
            byTicket[ticket, default: []].append(place)
        }
        var confirmable: [TicketID: UInt64] = [:]
        for (ticket, places) in byTicket {
            let commands = places.lazy.map { answered[$0] }
            guard let before = versions[ticket], before > 0, before <= cursor.base || isPlanted("own-row-left-out"),
                commands.allSatisfy({ isPlain($0) && $0.changeset != nil }), isUnbroken(commands, on: ticket, from: before)
            else { continue }
            if commands.allSatisfy(\.stands) || isSameInTheEnd(commands) || isPlanted("confirmed-uncompared") {
                confirmable[ticket] = overlay.version(of: ticket)
            }
        }
        return confirmable
    }

    /// Whether nothing but these commands changed the ticket meanwhile: no retained command of the same request, and nobody whom one
    /// of them let go on.
    private func isUnbroken(_ commands: some Sequence<Answered>, on ticket: TicketID, from before: UInt64) -> Bool {
        var version = before
        for one in commands {
            guard one.versionBefore == version else { return false }
            version = one.stored.sequence
        }
        return overlay.version(of: ticket) == version
    }

    /// Whether several changes of one row, on one side or the other, come to the same.
    private func isSameInTheEnd(_ commands: some Sequence<Answered>) -> Bool {
        net(of: commands.flatMap { $0.changes ?? [] }) == net(of: commands.flatMap { $0.changeset?.changes ?? [] })
    }

    private func isPlain(_ answered: Answered) -> Bool {
        guard answered.stored.verdict == .applied, let changes = answered.changes, !changes.isEmpty else { return false }
        return !changes.contains { if case .insert(.ticket, _) = $0 { true } else { false } }
    }
}

extension Answered {
    /// The outcome is the given changeset, change for change: what happens to nearly all.
    fileprivate var stands: Bool {
        guard let changes, let given = changeset?.changes, changes.count == given.count else { return false }
        return zip(changes, given).allSatisfy(isSame)
    }

    private func isSame(_ change: RowChange, _ given: Change) -> Bool {
        guard change.table.name == given.table else { return false }
        switch change {
        case .insert(_, let values):
            return given.operation == .insert && values.count == given.new.count && zip(values, given.new).allSatisfy { $0 == $1 }
        case .update(_, let key, let columns):
            guard given.operation == .update, key.count == 1 ? given.isKey(key[0]) : given.key == key else { return false }
            return given.new.count { $0 != nil } == columns.count
                && columns.allSatisfy { given.new.indices.contains($0) && given.new[$0] == $1 }
        case .delete(_, let key): return given.operation == .delete && given.key == key
        }
    }
}

private func net(of changes: [RowChange]) -> [NetKey: NetRow] {
    var rows: [NetKey: NetRow] = [:]
    for change in changes {
        let key = NetKey(table: change.table.name, key: change.key)
        switch change {
        case .insert(_, let values): rows[key] = .whole(values)
        case .update(_, _, let columns): rows[key] = updated(rows[key], columns)
        case .delete: rows[key] = .gone
        }
    }
    return rows
}

private func net(of changes: [Change]) -> [NetKey: NetRow] {
    var rows: [NetKey: NetRow] = [:]
    for change in changes {
        let key = NetKey(table: change.table, key: change.key)
        switch change.operation {
        case .insert: rows[key] = .whole(change.new.map { $0 ?? .null })
        case .update:
            var columns: [Int: Value] = [:]
            for (index, value) in change.new.enumerated() { columns[index] = value }
            rows[key] = updated(rows[key], columns)
        case .delete: rows[key] = .gone
        }
    }
    return rows
}

private func updated(_ row: NetRow?, _ columns: [Int: Value]) -> NetRow {
    switch row {
    case .whole(var values):
        for (index, value) in columns where values.indices.contains(index) { values[index] = value }
        return .whole(values)
    case .columns(let before): return .columns(before.merging(columns) { $1 })
    case .gone, nil: return .columns(columns)
    }
}
