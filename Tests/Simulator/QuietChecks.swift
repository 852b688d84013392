import CentralStore
import Changeset
import ReplicaStore
import SyncProtocol
import Tickets

/// What must hold when links are up, outboxes are empty and nobody acts.
package final class QuietChecks: Checker {
    package init() {}

    package func quiet(_ run: Run) throws {
        run.centre.isBeingChecked = true
        defer { run.centre.isBeingChecked = false }
        try whole(run)
        try acknowledged(run)
        try effects(run)
        try clocks(run)
        for device in run.devices {
            try verdicts(run, device)
            try words(run, device)
            if try device.peek().value("SELECT revoked_at FROM identity") == .null { try rows(run, device) }
            let findings = try device.replica().check()
            guard findings.isEmpty else { throw run.violation("I14", "\(device.file): \(findings)") }
        }
        try strays(run)
    }

    /// I8, I14: journal, chains, scope log, integrity.
    private func whole(_ run: Run) throws {
        guard let store = run.centre.store else { throw run.violation("I16", "the centre does not run") }
        let report = try store.read { try $0.verify() }
        guard report.isSound else {
            throw run.violation("I8", report.faults.prefix(3).map { "\($0.kind) \($0.detail)" }.joined(separator: "; "))
        }
    }

    /// I19: what a person at the centre was told is there.
    private func acknowledged(_ run: Run) throws {
        let peek = try run.centre.peek()
        for (id, act) in run.acts.sorted(by: { $0.key < $1.key }) {
            let row = try peek.rows("SELECT verdict, seq FROM command WHERE id = ?", [id.value]).first
            guard let row, row[0].string == act.verdict.rawValue, row[1].int == Int64(act.sequence) else {
                throw run.violation("I19", "an act of the centre was told \(act.verdict) \(act.sequence) and is \(row ?? [])")
            }
        }
        for (id, decision) in run.decisions.sorted(by: { $0.key < $1.key }) {
            let row = try peek.rows("SELECT decision FROM command WHERE id = ?", [id.value]).first
            guard row?[0].string == decision.rawValue else {
                throw run.violation("I19", "a decision was told \(decision) and is \(row ?? [])")
            }
        }
    }

    /// I2: one effect each. I6: a note is gone only where its author asked for it, and its words are in the journal.
    private func effects(_ run: Run) throws {
        let peek = try run.centre.peek()
        for row in try peek.rows("SELECT command FROM note GROUP BY command, kind HAVING count(*) > 1") {
            throw run.violation("I2", "the command \(row[0]) left two notes")
        }
        let granted = try peek.rows(
            """
            SELECT payload FROM command
            WHERE kind = 'retract' AND (verdict IN ('applied', 'merged') OR decision IN ('accepted', 'amended'))
            """)
        let targets = Set(granted.compactMap { $0[0].bytes.flatMap { try? Payload(decoding: $0) }?.command?.retracted })
        for row in try peek.rows("SELECT command, body, changed FROM note WHERE deleted = 1") {
            guard let id = CommandID(row[0]), targets.contains(id) else {
                throw run.violation("I6", "a note went that nobody asked back")
            }
            let body = try peek.value("SELECT body FROM journal WHERE seq = ?", [row[2]]).bytes
            let changes = body.flatMap(JournalBody.init(decoding:))?.changeset.changes ?? []
            guard changes.contains(where: { $0.operation == .delete && $0.old.contains(row[1]) }) else {
                throw run.violation("I6", "the words of a note that went are not in the journal")
            }
        }
    }

    /// I12: the promises of a ticket are what its columns say, whatever became of it; and what is met was met by a command that is there.
    private func clocks(_ run: Run) throws {
        let peek = try run.centre.peek()
        let wrong = try peek.rows(
            """
            SELECT t.id, t.state FROM ticket t LEFT JOIN clock r ON r.ticket = t.id AND r.kind = 'resolution'
                LEFT JOIN clock d ON d.ticket = t.id AND d.kind = 'dispatch' LEFT JOIN clock c ON c.ticket = t.id AND c.kind = 'contact'
            WHERE (t.dispatched_at IS NULL) <> (r.id IS NULL) OR r.start_at <> t.dispatched_at OR r.due_at <> t.due_at
                OR r.met_at IS NOT t.resolved_at AND r.ended_at IS NULL OR (r.met_at IS NULL) <> (r.met_by IS NULL)
                OR (t.state = 'withdrawn') <> (coalesce(r.ended_at, d.ended_at) IS NOT NULL) AND r.met_at IS NULL
                    AND t.id NOT IN (SELECT ticket FROM incident)
                OR d.id IS NULL OR d.met_at IS NULL AND t.dispatched_at IS NOT NULL AND d.ended_at IS NULL
                OR c.met_at IS NULL AND t.resolved_at IS NOT NULL AND c.id IS NOT NULL AND c.ended_at IS NULL
            """)
        if let row = wrong.first {
            throw run.violation("I12", "the clocks of \(row[0]) at \(row[1]) are not what its columns say")
        }
        let strange = try peek.rows(
            "SELECT id FROM clock WHERE met_by IS NOT NULL AND met_by NOT IN (SELECT id FROM command)")
        if let row = strange.first { throw run.violation("I2", "the clock \(row[0]) was met by a command that is not there") }
    }

    /// I1: one verdict at the centre for each command, the same on the device, with the later decision.
    private func verdicts(_ run: Run, _ device: SimDevice) throws {
        let (peek, centre) = (try device.peek(), try run.centre.peek())
        for row in try peek.rows(
            """
            SELECT id, kind, verdict, reason, decision, digest, taken_back_at, offered_at, absorbed_at FROM command
            """)
        {
            let there = try centre.rows(
                "SELECT verdict, reason, decision, digest, person FROM command WHERE id = ?", [row[0]]
            ).first
            let name = "\(row[1].string ?? "") of \(device.file)"
            if row[6] != .null {
                guard there == nil || device.isWiped else { throw run.violation("I6", "\(name) was taken back and arrived") }
                continue
            }
            guard let there else { throw run.violation("I1", "\(name) is nowhere at the centre") }
            guard there[4].string == device.person else { throw run.violation("I4", "\(name) counts as \(there[4])") }
            guard there[3] == row[5] else { throw run.violation("I2", "\(name) has another digest at the centre") }
            guard there[0] == row[2], there[0] != .null else {
                throw run.violation("I1", "\(name) is \(row[2]) here and \(there[0]) at the centre")
            }
            // A held one may be renewed after the device was wiped: it hears nothing after.
            guard there[1] == row[3] || device.isWiped && there[0].string == Verdict.held.rawValue else {
                throw run.violation("I1", "\(name), \(row[2]), has the reason \(row[3]) here and \(there[1]) there")
            }
            // Decisions that only a lost store knew are taken anew; until then the device goes on showing the old one. A wiped device has
            // heard its verdicts, and hears nothing after.
            guard there[2] == row[4] || device.isWiped || run.centre.restoredCount > 0 && there[2] == .null else {
                throw run.violation("I1", "\(name) has the decision \(row[4]) here and \(there[2]) there")
            }
            guard row[8] != .null || device.isWiped else { throw run.violation("I1", "\(name) is judged and not absorbed") }
        }
    }

    /// I6: the words that lost can be read by their author.
    private func words(_ run: Run, _ device: SimDevice) throws {
        let columns = "field, trunk, theirs, ours, rule"
        for id in device.ledger.entries.keys.sorted() {
            let there = try run.centre.peek().rows(
                "SELECT \(columns) FROM conflict WHERE command = ? AND deleted = 0 ORDER BY field", [id.value])
            let here = try device.peek().rows("SELECT \(columns) FROM conflict WHERE command = ? ORDER BY field", [id.value])
            // A wiped device reads nothing more; its author reads it elsewhere. What only a lost store knew stays on the device.
            let isMore = run.centre.restoredCount > 0 && Set(there).isSubset(of: here)
            guard here == there || device.isWiped || isMore else {
                throw run.violation("I6", "\(device.file) reads \(here.count) of \(there.count) conflicts of \(id)")
            }
        }
    }

    /// I3, I4: row for row, the replica is the centre's view of its scopes.
    private func rows(_ run: Run, _ device: SimDevice) throws {
        if !device.isOldRelease, try device.peek().int("SELECT count(*) FROM escalation WHERE restricted = 1") > 0 {
            throw run.violation("I4", "\(device.file) has a step that only supervisors read")
        }
        let role = try run.centre.peek().rows(
            "SELECT role FROM person WHERE id = ? AND deleted = 0", [.text(device.person)]
        ).first?.first
        if role == .text(Role.volunteer.rawValue) {
            guard try device.peek().int("SELECT count(*) FROM citizen") == 0 else {
                throw run.violation("I4", "\(device.file) has citizens' data that its person may not have")
            }
            run.mark("masked replica")
        }
        let peek = try device.peek()
        guard let store = run.centre.store else { return }
        let dump = try store.read { try $0.scopeDump(person: device.person, hasVersions: false) }
        let version = try peek.int("PRAGMA user_version")
        var byTable: [Table: [[Value]]] = [:]
        for entity in dump {
            for row in entity.rows where !row.deleted {
                // A conflict belongs to two verdicts; a release before version 3 takes it for its own command's only.
                if version < 3, row.table == .conflict, row.values[0]?.bytes != entity.key.id { continue }
                byTable[row.table, default: []].append(row.values.map { $0 ?? .null })
            }
        }
        for table in Table.allCases {
            // A table that the device's release has not got yet.
            guard try peek.int("SELECT count(*) FROM sqlite_master WHERE name = ?", [.text(table.name)]) == 1 else {
                guard version < Int64(SchemaVersion.current) else { throw run.violation("I14", "no table \(table.name)") }
                continue
            }
            // It has today's tables and says that they are yesterday's: the centre serves it none of these.
            guard table.since <= version else { continue }
            let count = table.columnCount(inVersion: Int(version))
            let rows = byTable[table] ?? []
            let theirs = Set(rows.allSatisfy { $0.count == count } ? rows : rows.map { Array($0.prefix(count)) })
            let ours = try peek.rows("SELECT \(table.columns.prefix(count).joined(separator: ", ")) FROM \(table.name)")
            // Conflicts that only a lost store knew stay with those whose words are in them.
            if table == .conflict, run.centre.restoredCount > 0, theirs.isSubset(of: ours) { continue }
            guard theirs == Set(ours), theirs.count == ours.count else {
                let odd = theirs.symmetricDifference(ours).map { row in row.map { "\($0)" }.joined(separator: "|") }
                throw run.violation(
                    "I3",
                    "\(device.file)/\(table.name): \(theirs.count) rows at the centre, \(ours.count) here: \(odd.sorted().prefix(2))"
                )
            }
        }
        let theirs = try store.read { try $0.fingerprint(of: device.person) }
        guard theirs == (try device.replica().fingerprint()) else {
            throw run.violation("I3", "\(device.file): fingerprints differ")
        }
        try scopes(run, device)
    }

    /// I4: which tickets a person holds, counted anew from the tickets as they stand.
    private func scopes(_ run: Run, _ device: SimDevice) throws {
        let wanted = try run.centre.peek().rows(
            """
            SELECT t.id FROM ticket t, person p WHERE p.id = ? AND t.deleted = 0 AND (
                t.assignee = p.id OR t.reporter = p.id
                OR EXISTS (SELECT 1 FROM helper h WHERE h.ticket = t.id AND h.deleted = 0 AND (h.person = p.id
                    OR p.role = 'worker' AND p.grid = t.grid AND p.profession = h.profession))
                OR p.role IN ('leader', 'guide', 'volunteer') AND p.grid = t.grid OR p.role = 'unit' AND (p.unit = t.unit
                    OR EXISTS (SELECT 1 FROM part s WHERE s.ticket = t.id AND s.deleted = 0 AND s.ended_at IS NULL
                        AND s.unit = p.unit)))
            ORDER BY t.id
            """, [.text(device.person)])
        let held = try device.peek().rows("SELECT id FROM ticket ORDER BY id")
        guard wanted == held else {
            throw run.violation("I4", "\(device.file) holds \(held.count) tickets and should hold \(wanted.count)")
        }
    }

    /// I1 for commands of phones that are gone: the centre has them with a verdict, or never heard of them.
    private func strays(_ run: Run) throws {
        for id in run.strays.keys.sorted() {
            guard let row = try run.centre.peek().rows("SELECT verdict FROM command WHERE id = ?", [id.value]).first else {
                continue
            }
            guard row[0] != .null else { throw run.violation("I1", "a command of a lost phone waits for ever") }
        }
    }
}
