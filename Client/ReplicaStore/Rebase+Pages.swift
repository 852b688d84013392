import Changeset
import SyncProtocol
import Tickets

/// Whole entities from the staged pages into the confirmed rows.
extension Rebase {
    /// Calls `body` with each staged page in order; two pages are in memory at a time. A pull of one page is read once.
    func forEachPage(_ body: (Page) throws -> Void) throws {
        if let onlyPage { return try body(onlyPage) }
        let ordinals = try rows.statements.rows("SELECT ordinal FROM staged_page ORDER BY ordinal")
        guard let first = ordinals.first else { return }
        if ordinals.count == 1 {
            let bytes = try stagedPage(first[0])
            let page = try readable(try? Page(decoding: bytes))
            onlyPage = page
            return try body(page)
        }
        try makeRoom()
        let ahead = PageAhead()
        ahead.begin(try stagedPage(first[0]))
        for place in ordinals.indices {
            let page = try readable(ahead.page())
            if place + 1 < ordinals.count { ahead.begin(try stagedPage(ordinals[place + 1][0])) }
            try body(page)
        }
    }

    /// A pull of many pages changes more than the cache usually holds: pages would be written before they are ready, read again and
    /// written once more.
    private func makeRoom() throws {
        guard cacheBefore == nil else { return }
        cacheBefore = try rows.statements.row("PRAGMA cache_size")?.first?.int
        try rows.statements.run("PRAGMA cache_size=-32768")
    }

    func giveRoomBack() throws {
        guard let cacheBefore else { return }
        try rows.statements.run("PRAGMA cache_size=\(cacheBefore)")
    }

    private func stagedPage(_ ordinal: Value) throws -> [UInt8] {
        try rows.statements.row("SELECT body FROM staged_page WHERE ordinal=?", [ordinal])?.first?.bytes ?? []
    }

    private func readable(_ page: Page?) throws -> Page {
        guard let page else { throw ReplicaError.damaged(detail: "a staged page cannot be read") }
        return page
    }

    func applyPages() throws {
        // Two readings may have the same number after a restore, so the stamp of this one must not be there yet.
        if pull.fromZero { try rows.statements.run("UPDATE entity SET generation=-1") }
        try forEachPage { page in
            for entity in page.entities { try apply(entity) }
            // Before the last page these two say nothing.
            guard !page.more else { return }
            base = page.base
            theirs = page.fingerprint
        }
    }

    private func apply(_ entity: Entity) throws {
        switch entity.key.kind {
        case .ticket: try applyTicket(entity)
        case .verdict: try applyVerdict(entity)
        case .reference: try applyReference(entity)
        }
    }

    private func applyTicket(_ entity: Entity) throws {
        guard let id = TicketID(bytes: entity.key.id) else { throw ReplicaError.badAnswer(detail: "a ticket without identity") }
        let isFirst = name(id)
        if entity.operation == .leave {
            // Rows stay as they are until no pending command names the ticket.
            let (reason, holder) = TicketHolder.parts(of: entity.leaveReason)
            try setLeaving(entity.key, reason: reason, version: entity.version)
            try rows.statements.run("UPDATE local_number SET holder=? WHERE ticket=?", [.optional(holder), id.value])
            return
        }
        guard entity.rows.allSatisfy({ $0.table.ticketColumn != nil && $0.table != .conflict && $0.isOf(id) }) else {
            throw ReplicaError.badAnswer(detail: "a row of another entity")
        }
        guard entity.operation == .change && !pull.fromZero || entity.rows.allSatisfy(\.unchanged.isEmpty) else {
            throw ReplicaError.badAnswer(detail: "a part of a row that is not here")
        }
        let wasLeaving = try rows.leavingReason(of: id) != nil
        if isPlanted("changed-news-lost"), entity.operation == .change, !pull.fromZero { return }
        // All rows come: what is not among them is not there any more.
        if !(wasEmpty && isFirst), entity.operation == .enter || pull.fromZero { try rows.removeTicket(id) }
        try applyRows(entity)
        try setEntity(entity.key, version: entity.version)
        try rows.localNumber(of: id)
        try rows.noteOfficialNumber(of: id)
        if wasLeaving { try rows.tell(.ticketBack, at: pull.serverTime, ticket: id) }
    }

    private func applyVerdict(_ entity: Entity) throws {
        if entity.operation == .leave { return try removeEntity(entity.key) }
        if let receipt = entity.receipt, !isPlanted("page-receipts-dropped") { try rows.keep(receipt, at: pull.serverTime) }
        guard entity.rows.allSatisfy({ $0.table == .conflict && $0.isOfVerdict(entity.key.id) }) else {
            throw ReplicaError.badAnswer(detail: "a row of another entity")
        }
        for row in entity.rows where !row.deleted { try tellConflict(row) }
        if !isPlanted("conflicts-unread") { try applyRows(entity) }
        try setEntity(entity.key, version: entity.version)
    }

    private func applyReference(_ entity: Entity) throws {
        guard entity.rows.allSatisfy({ $0.table.isReference }) else {
            throw ReplicaError.badAnswer(detail: "a row of another entity")
        }
        if entity.operation == .leave { return try removeReference(entity.key) }
        try applyRows(entity)
        try setEntity(entity.key, version: entity.version)
    }

    private func removeReference(_ key: EntityKey) throws {
        let parts = String(decoding: key.id, as: UTF8.self).split(separator: "/", maxSplits: 1)
        if parts.count == 2, let table = Table(name: parts[0]), table.isReference {
            try rows.delete(from: table, key: [.text(String(parts[1]))])
        }
        try removeEntity(key)
    }

    private func applyRows(_ entity: Entity) throws {
        for row in entity.rows {
            guard let key = row.key else { throw ReplicaError.badAnswer(detail: "a row without key") }
            if row.deleted {
                if !isPlanted("deleted-rows-stay") { try rows.delete(from: row.table, key: key) }
            } else if !row.unchanged.isEmpty {
                // The other columns stand in the confirmed row, as of the base that the request named.
                let set = row.values.indices.filter { $0 >= row.table.keyCount && !row.unchanged.contains($0) }
                guard try rows.update(row.table, key: key, set: set.map { ($0, row.values[$0] ?? .null) }) else {
                    throw ReplicaError.badAnswer(detail: "a part of a row that is not here")
                }
            } else {
                try rows.put(into: row.table, row.values.map { $0 ?? .null }, isNew: wasEmpty)
            }
        }
    }

    /// What a reading from zero did not bring: tickets are leaving, the rest is not there.
    func markUnstamped() throws {
        for row in try rows.statements.rows("SELECT kind, id FROM entity WHERE generation<>?", [.integer(Int64(pull.generation))])
        {
            guard let kind = EntityKind(rawValue: UInt8(clamping: row[0].int ?? 0)) else { continue }
            let key = EntityKey(kind, id: row[1].bytes ?? [])
            switch kind {
            case .ticket:
                try rows.statements.run(
                    "UPDATE entity SET leaving=coalesce(leaving, 'not-in-scope') WHERE kind=1 AND id=?", [.blob(key.id)])
            // The command's verdict and its conflicts stay readable; only the centre's entity is gone.
            case .verdict: try removeEntity(key)
            case .reference: try removeReference(key)
            }
        }
    }
}

extension EntityRow {
    func isOf(_ ticket: TicketID) -> Bool {
        guard let column = table.ticketColumn, column < values.count else { return false }
        return values[column] == .some(ticket.value) || deleted && values[column] == nil
    }
}

extension EntityRow {
    /// A conflict is a row of both sides' verdicts.
    fileprivate func isOfVerdict(_ command: [UInt8]) -> Bool {
        values[0] == .some(.blob(command)) || values[ConflictColumn.against.index] == .some(.blob(command))
    }
}

extension Rows {
    /// The official number is kept beside the short one: it names the ticket after it has left.
    func noteOfficialNumber(of ticket: TicketID) throws {
        try statements.run(
            """
            UPDATE local_number SET official=coalesce((SELECT number FROM ticket WHERE id=?1), official) WHERE ticket=?1
            """, [ticket.value])
    }

    /// Leaving tickets that no pending command names go, with their rows.
    /// - Returns: How many.
    @discardableResult
    func dropLeft(at: Milliseconds) throws -> Int {
        let left = try statements.rows(
            """
            SELECT id, leaving FROM entity WHERE kind=1 AND leaving IS NOT NULL
                AND id NOT IN (SELECT ticket FROM command WHERE \(isPending)\(isPlanted("dropped-while-pending") ? " AND 0" : ""))
            """)
        for row in left {
            guard let id = TicketID(row[0]) else { continue }
            try removeTicket(id)
            try removeEntity(.ticket(id))
            if !isPlanted("handover-untold") { try tell(.ticketLeft, at: at, ticket: id, detail: row[1].string ?? "") }
        }
        return left.count
    }

    /// Payloads that no restore of the centre can ask for any more go: the backups have passed them, and 30 days. Words that did not
    /// take effect stay: here their author can read them and give them again.
    func pruneRetained(_ standing: Standing, at: Milliseconds) throws {
        try statements.run(
            """
            UPDATE command SET payload=NULL, salt=NULL, receipt=NULL
            WHERE absorbed_at IS NOT NULL AND payload IS NOT NULL AND verdict_incarnation=? AND verdict_sequence<=? AND absorbed_at<=?
                AND (verdict IN ('applied', 'merged') OR decision='accepted')
                AND (epoch IS NULL OR epoch<>? OR sequence<=?)
            """,
            [
                standing.cursor.incarnation.value, .sequence(standing.backupWatermark), .integer(at &- retainedMin),
                .integer(Int64(standing.identity.epoch)), .sequence(standing.acknowledgedSequence),
            ])
    }
}

/// 30 days of the centre's time.
let retainedMin: Milliseconds = 30 * 24 * 3_600_000
