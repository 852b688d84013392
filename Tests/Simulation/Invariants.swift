import CentralStore
import Changeset
import Fixture
import Harness
import ReplicaStore
import SyncProtocol
import Tickets

/// Everything that must hold when links are up and nobody acts.
struct Invariants {
    let run: Run

    /// - Throws: The first violation.
    func check() throws {
        try journalAndChains()
        for device in run.devices {
            try verdicts(device)
            try sums(device)
            try rows(device)
        }
        try effects()
    }

    /// I8, I14: journal, chains, scope log, integrity.
    private func journalAndChains() throws {
        let report = try run.centre.store.read { try $0.verify() }
        guard report.isSound else {
            throw Violation("I8", report.faults.map { "\($0.kind) \($0.detail)" }.joined(separator: "; "))
        }
    }

    /// I1: one verdict at the centre for each command, the same on the device.
    private func verdicts(_ device: DeviceFixture) throws {
        for record in try device.replica.log(limit: 100_000) where record.takenBackAt == nil {
            let central = try run.centre.command(record.id)
            guard case .judged(let verdict) = record.standing, verdict == central.verdict, central.person == device.person else {
                throw Violation(
                    "I1",
                    "\(record.kind) of \(device.person): \(record.standing) here, \(central.verdict?.rawValue ?? "nothing") at the centre"
                )
            }
            guard record.decision?.decision == central.decision?.decision else {
                throw Violation("I1", "the decision on \(record.kind) of \(device.person) did not arrive")
            }
        }
    }

    /// I6: what was given is what stands, and the losing words can be read.
    private func sums(_ device: DeviceFixture) throws {
        let log = try device.replica.log(limit: 100_000)
        let standing = Set(log.filter { $0.takenBackAt == nil }.map(\.id))
        let given = Set((run.given[device.person] ?? [:]).keys)
        guard standing == given else {
            throw Violation("I6", "\(device.person): given \(given.count), standing \(standing.count)")
        }
        for record in log where record.takenBackAt == nil {
            let conflicts = try run.centre.store.read { try $0.conflicts(of: record.id) }
            guard Set(conflicts) == Set(record.conflicts) else {
                throw Violation(
                    "I6", "\(device.person) reads \(record.conflicts.count) of \(conflicts.count) conflicts of a \(record.kind)")
            }
        }
    }

    /// I3, I4: row for row, the replica is the centre's view of its scopes, and the fingerprints agree.
    private func rows(_ device: DeviceFixture) throws {
        let dump = try run.centre.store.read { try $0.scopeDump(person: device.person) }
        let database = try Database(URLs.file(device.path))
        for table in Table.allCases {
            var theirs = dump.flatMap(\.rows).filter { $0.table == table && !$0.deleted }.map { $0.values.map { $0 ?? .null } }
            // A conflict between two commands of one person is a row of both verdicts.
            if table == .conflict { theirs = Array(Set(theirs)) }
            let columns = table.columns.joined(separator: ", ")
            let ours = try database.rows("SELECT \(columns) FROM \(table.name)").map { $0.map(value) }
            guard Set(theirs) == Set(ours), theirs.count == ours.count else {
                let odd = Set(theirs).symmetricDifference(ours).prefix(2).map { row in row.map { "\($0)" }.joined(separator: "|")
                }
                throw Violation(
                    "I3", "\(device.person)/\(table.name): \(theirs.count) rows at the centre, \(ours.count) here: \(odd)")
            }
        }
        let theirs = try run.centre.store.read { try $0.fingerprint(of: device.person) }
        var ours = Fingerprint()
        for row in try database.rows("SELECT kind, id, version FROM entity WHERE leaving IS NULL") {
            guard let kind = row[0] as? Int64, let id = row[1] as? [UInt8], let version = row[2] as? Int64,
                let known = EntityKind(rawValue: UInt8(kind))
            else { throw Violation("I3", "an entity of \(device.person) cannot be read") }
            ours.add(EntityKey(known, id: id), version: UInt64(version))
        }
        guard ours == theirs else {
            throw Violation("I3", "\(device.person): fingerprints differ, \(ours.count) and \(theirs.count) entities")
        }
    }

    /// I2: one effect each; I5: every ticket's state can be reached.
    private func effects() throws {
        let database = try Database(URLs.file(run.centre.folder + "/central.sqlite"))
        let doubled = try database.int("SELECT count(*) FROM (SELECT 1 FROM note GROUP BY command, kind HAVING count(*) > 1)")
        guard doubled == 0 else { throw Violation("I2", "\(doubled) commands left two notes") }
        let states = Set(TicketState.allCases.map(\.rawValue))
        for state in try database.texts("SELECT DISTINCT state FROM ticket") where !states.contains(state) {
            throw Violation("I5", "a ticket stands at \(state)")
        }
        try paths(database)
        try takenBack(database)
    }

    /// I5: every change of state that the journal tells is an edge.
    private func paths(_ database: Database) throws {
        let edges = Set(Rules.embedded.edges.filter { $0.since <= Rules.release }.map { [$0.from?.rawValue, $0.to.rawValue] })
        for row in try database.rows("SELECT seq, body FROM journal ORDER BY seq") {
            let changes = (row[1] as? [UInt8]).flatMap(JournalBody.init(decoding:))?.changeset.changes ?? []
            for change in changes where change.table == Table.ticket.name {
                let before = change.old.isEmpty ? nil : change.old[TicketColumn.state.index]?.string
                guard let after = change.new[TicketColumn.state.index]?.string else { continue }
                guard edges.contains([before, after]) else {
                    throw Violation("I5", "entry \(row[0]) leads from \(before ?? "nothing") to \(after)")
                }
            }
        }
    }

    /// I6: a note is gone only where its author asked for it, and its words are in the journal.
    private func takenBack(_ database: Database) throws {
        let granted = try database.rows(
            "SELECT payload FROM command WHERE kind = 'retract' AND (verdict = 'applied' OR decision = 'accepted')")
        let targets = Set(
            granted.compactMap { ($0[0] as? [UInt8]).flatMap { try? Payload(decoding: $0) }?.command?.retracted })
        for row in try database.rows("SELECT command, body, changed FROM note WHERE deleted = 1") {
            guard let id = (row[0] as? [UInt8]).flatMap({ CommandID(bytes: $0) }), targets.contains(id) else {
                throw Violation("I6", "a note went that nobody asked back")
            }
            let entry = try database.rows("SELECT body FROM journal WHERE seq = ?", [row[2]]).first?[0] as? [UInt8]
            let changes = entry.flatMap(JournalBody.init(decoding:))?.changeset.changes ?? []
            guard changes.contains(where: { $0.operation == .delete && $0.old.contains(.text(row[1] as? String ?? "")) }) else {
                throw Violation("I6", "the words of a note that went are not in the journal")
            }
        }
    }

    private func value(_ raw: Any) -> Value {
        switch raw {
        case let number as Int64: .integer(number)
        case let number as Double: .real(number)
        case let text as String: .text(text)
        case let bytes as [UInt8]: .blob(bytes)
        default: .null
        }
    }
}
