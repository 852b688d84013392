import Changeset
import SyncProtocol
import Tickets

/// Commands whose effect stands on the screen just as the centre confirms it: nearly all. It is neither taken back nor put in again, so
/// the rebase of a day's work does not write the rows of that work.
///
///     confirmed ⊕ given₁ ⊕ given₂  =  shown       and the centre says: confirmed′ = confirmed ⊕ given₁ ⊕ given₂
///
/// Only where nothing else can lie between, ticket by ticket: every pending command on the ticket is confirmed up to the new base, in the
/// order of giving; what each of them did here is byte for byte what was given; and no page names the ticket or one of the verdicts.
extension Rebase {
    /// Commands of these kinds change rows of their own ticket and no others, so the stacks of two tickets do not depend on each other.
    private static let confined = [CommandKind.accept, .start, .visit, .note, .edit, .resolve].map(\.rawValue)
    /// Each is looked for among the tickets: a page that brings more than a day's changes goes the long way.
    private static let namedMax = 200

    /// A pending command that is shown, or was to be.
    private struct Pending {
        var ordinal: Int64
        var id: [UInt8]
        var ticket: [UInt8]
        var replayed: [UInt8]?
        /// Nil unless the centre confirms it as it was given, up to the new base.
        var sequence: UInt64?
    }

    /// Takes back what is shown and not settled, newest first, strictly.
    func rollBackUnsettled() throws {
        guard let page = onlyPage, !page.more, page.entities.count <= Self.namedMax, try rows.hasPending() else {
            return try rows.rollBackPending()
        }
        let pending = try self.pending(upTo: page.base)
        var unsettled: [Pending] = []
        var start = 0
        while start < pending.count {
            let end = pending[start...].firstIndex { $0.ticket != pending[start].ticket } ?? pending.count
            let group = pending[start..<end]
            if try isSettled(group, page) {
                for one in group { settled.append(one.ordinal) }
            } else {
                unsettled += group
            }
            start = end
        }
        unsettled.sort { $0.ordinal > $1.ordinal }
        for one in unsettled {
            guard let replayed = one.replayed else { continue }
            try rows.takeBack(replayed)
            // What is settled is absorbed in a moment, and then has no undo any more either: one update of its row and not two.
            try rows.statements.run("UPDATE command SET replayed=NULL WHERE ordinal=?", [.integer(one.ordinal)])
        }
    }

    /// By ticket, and each ticket's in the order of giving. The plus keeps SQLite from the index by ticket, in which all commands are.
    private func pending(upTo base: UInt64) throws -> [Pending] {
        let asGiven = isPlanted("settled-unconfirmed") ? "" : "confirmed=1 AND "
        let isConfirmed = asGiven + "verdict_incarnation=?1 AND verdict_sequence<=?2"
        return try rows.statements.rows(
            """
            SELECT ordinal, id, ticket, kind, replayed, verdict_sequence, CASE WHEN \(isConfirmed) THEN payload END
            FROM command WHERE \(isPending) ORDER BY +ticket, ordinal
            """, [pull.incarnation.value, .sequence(base)]
        ).map { row in
            var one = Pending(
                ordinal: row[0].int ?? 0, id: row[1].bytes ?? [], ticket: row[2].bytes ?? [], replayed: row[4].bytes)
            if let kind = row[3].string, Self.confined.contains(kind), let replayed = one.replayed, let payload = row[6].bytes,
                let given = Payload.changeset(in: payload), given.elementsEqual(replayed)
            {
                one.sequence = row[5].sequence
            }
            return one
        }
    }

    private func isSettled(_ group: ArraySlice<Pending>, _ page: Page) throws -> Bool {
        guard let ticket = group.first.flatMap({ TicketID(bytes: $0.ticket) }), let entity = try rows.entity(.ticket(ticket)),
            !entity.isLeaving
        else { return false }
        var last = entity.version
        for one in group {
            // A version that is as new has the effect in it already; it would be there twice.
            guard let sequence = one.sequence, sequence > last else { return false }
            last = sequence
        }
        return !page.entities.contains { entity in
            switch entity.key.kind {
            case .ticket: entity.key.id == ticket.bytes
            case .verdict: group.contains { $0.id == entity.key.id }
            case .reference: false
            }
        }
    }
}
