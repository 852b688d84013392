import CentralStore
import Changeset
import Tickets

/// What is looked at after every step, in the files alone: a few indexed questions per file that changed.
///
/// I1 and I13 (what a device was told stays told; its person sees what they gave), I5 (every move of a ticket is an edge), I6 (as many
/// commands as were given), I7 (cursors advance, and not beyond the journal), I8 (the journal has no hole and its times do not run
/// backwards), I9 (what a device decides it can write).
package final class CheapChecks: Checker {
    private let edges: Set<[String?]>
    private var journalSeen: Int64 = 0
    private var timeSeen: Int64 = .min
    private var incarnation: [UInt8] = []

    package init() {
        edges = Set(Rules.embedded.edges.filter { $0.since <= Rules.release }.map { [$0.from?.rawValue, $0.to.rawValue] })
    }

    package func begin(_ run: Run) throws {
        let row = try run.centre.peek().rows("SELECT incarnation, head FROM store")[0]
        incarnation = row[0].bytes ?? []
        journalSeen = row[1].int ?? 0
    }

    package func step(_ run: Run, _ step: Step) throws {
        if step.touchesCentre, run.centre.service != nil { try journal(run) }
        for device in step.devices {
            // One question: each of its own costs more than going through the commands once.
            let row = try device.peek().rows(
                """
                SELECT c.incarnation, c.generation, c.base, (SELECT revoked_at FROM identity), g.given, g.back, g.unshown
                FROM cursor c, (
                    SELECT count(*) AS given, count(taken_back_at) AS back, count(CASE refusal WHEN 'not-shown' THEN 1 END) AS unshown
                    FROM command) g
                """)[0]
            try cursor(run, device, row)
            try counts(run, device, given: row[4].int, back: row[5].int)
            if row[6].int != 0 { try replayed(run, device) }
        }
        for device in step.synced { try told(run, device) }
        for (device, id) in step.given { try ownWrite(run, device, id) }
    }

    /// I8: with the journal copy not even what nobody looked at any more may be missing afterwards.
    package func lose(_ run: Run) throws { try journal(run) }

    /// I8, I5: what was written since the last look.
    private func journal(_ run: Run) throws {
        let peek = try run.centre.peek()
        let row = try peek.rows("SELECT incarnation, head, (SELECT max(seq) FROM journal) FROM store")[0]
        if row[0].bytes != incarnation {
            incarnation = row[0].bytes ?? []
            // A restored store has the backup's entries; what was seen beyond them is gone.
            journalSeen = min(journalSeen, (row[1].int ?? 0) - 1)
            timeSeen = .min
        }
        guard row[1] == row[2] else { throw run.violation("I8", "the head is \(row[1]), the last entry \(row[2])") }
        guard let head = row[1].int, head >= journalSeen else { throw run.violation("I8", "the journal lost entries: \(row[1])") }
        var expected = journalSeen
        for entry in try peek.rows("SELECT seq, at, body FROM journal WHERE seq > ? ORDER BY seq", [.integer(journalSeen)]) {
            expected += 1
            guard entry[0].int == expected else { throw run.violation("I8", "entry \(expected) is missing") }
            guard let at = entry[1].int, at >= timeSeen else {
                throw run.violation("I8", "time runs backwards at entry \(expected)")
            }
            timeSeen = at
            try path(run, entry[2].bytes, expected)
        }
        journalSeen = head
    }

    private func path(_ run: Run, _ body: [UInt8]?, _ sequence: Int64) throws {
        for change in body.flatMap(JournalBody.changes(in:)) ?? [] where change.table == Table.ticket.name {
            let before = change.old.isEmpty ? nil : change.old[TicketColumn.state.index]?.string
            guard change.new.indices.contains(TicketColumn.state.index), let after = change.new[TicketColumn.state.index]?.string
            else { continue }
            guard edges.contains([before, after]) else {
                throw run.violation("I5", "entry \(sequence) leads from \(before ?? "nothing") to \(after)")
            }
            run.edge(before, after)
        }
    }

    /// I7.
    private func cursor(_ run: Run, _ device: SimDevice, _ row: [Value]) throws {
        // A device that was wiped begins from nothing.
        guard row[3] == .null else { return device.cursor = nil }
        let now = SimDevice.CursorSeen(incarnation: row[0].bytes ?? [], generation: row[1].int ?? 0, base: row[2].int ?? 0)
        if let before = device.cursor, before.incarnation == now.incarnation, before.generation == now.generation,
            now.base < before.base
        {
            throw run.violation("I7", "the cursor of \(device.file) went from \(before.base) back to \(now.base)")
        }
        if now.incarnation == incarnation, run.centre.service != nil, now.base > journalSeen {
            let head = try run.centre.peek().int("SELECT head FROM store")
            guard now.base <= head else { throw run.violation("I7", "\(device.file) is at \(now.base), the journal at \(head)") }
        }
        device.cursor = now
    }

    /// I6: what was given is what stands.
    private func counts(_ run: Run, _ device: SimDevice, given there: Int64?, back gone: Int64?) throws {
        guard device.ledger.inDoubt.isEmpty else { return }
        var back = device.ledger.entries.values.count { $0.isTakenBack }
        if gone != Int64(back) {
            try recount(run, device)
            back = device.ledger.entries.values.count { $0.isTakenBack }
        }
        let given = device.ledger.entries.count
        guard there == Int64(given), gone == Int64(back) else {
            throw run.violation(
                "I6", "\(device.file): \(given) given and \(back) taken back; it has \(there ?? 0) and \(gone ?? 0)")
        }
    }

    /// I9: what a device decided it could also write. It goes on without, but that is a fault.
    private func replayed(_ run: Run, _ device: SimDevice) throws {
        let row = try device.peek().rows("SELECT kind, id FROM command WHERE refusal = 'not-shown'").first
        if let row { throw run.violation("I9", "the \(row[0].string ?? "") \(row[1]) does not fit the rows of \(device.file)") }
    }

    /// What was taken back on one copy of a replica, and sent by another, is judged and no longer taken back.
    private func recount(_ run: Run, _ device: SimDevice) throws {
        for id in run.copied where device.ledger.entries[id]?.isTakenBack == true {
            let row = try device.peek().rows("SELECT 1 FROM command WHERE id = ? AND verdict IS NOT NULL", [id.value]).first
            if row != nil { device.ledger.entries[id]?.isTakenBack = false }
        }
    }

    /// I1: what a device was told once stays told. After a restore of the centre an effect may turn out not to fit.
    private func told(_ run: Run, _ device: SimDevice) throws {
        for row in try device.peek().rows("SELECT id, verdict, decision, reason FROM command WHERE verdict IS NOT NULL") {
            guard let id = CommandID(row[0]), let verdict = row[1].string else { continue }
            let now = Ledger.Told(verdict: verdict, decision: row[2].string)
            if let before = device.ledger.told[id], before != now {
                let isLater = before.verdict == now.verdict && before.decision == nil
                let isRestored = run.centre.restoredCount > 0
                guard isLater || isRestored else {
                    throw run.violation("I1", "\(device.file) was told \(before) of \(id), and now \(now)")
                }
            }
            if device.ledger.told[id] == nil { run.verdictTold(verdict, row[3].string ?? "") }
            device.ledger.told[id] = now
        }
    }

    /// I13: the person sees what they just gave.
    private func ownWrite(_ run: Run, _ device: SimDevice, _ id: CommandID) throws {
        guard let entry = device.ledger.entries[id], let words = entry.words, entry.kind != .retract, entry.kind != .report else {
            return
        }
        let seen = try device.peek().int("SELECT count(*) FROM note WHERE command = ? AND body = ?", [id.value, .text(words)])
        guard seen == 1 else { throw run.violation("I13", "the words of a \(entry.kind.rawValue) do not show on \(device.file)") }
    }
}
