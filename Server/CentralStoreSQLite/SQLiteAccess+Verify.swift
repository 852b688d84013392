import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension SQLiteAccess {
    func verify() throws -> VerifyReport {
        var report = VerifyReport()
        try verifyJournal(&report)
        try verifyCommands(&report)
        try verifyRows(&report)
        try verifyChains(&report)
        try verifyScopes(&report)
        try verifySums(&report)
        try sql.each("PRAGMA integrity_check(100)") { row in
            if row.text(0) != "ok" { report.add(.integrity, row.text(0)) }
        }
        try sql.each("PRAGMA foreign_key_check") { row in
            report.add(.foreignKey, "\(row.text(0)) names a row of \(row.text(2)) that is not there")
        }
        return report
    }

    private func verifyJournal(_ report: inout VerifyReport) throws {
        let state = try state()
        var previous = JournalEntry.origin
        var expected: UInt64 = 1
        var bad: [(UInt64, String)] = []
        try sql.each("SELECT \(journalColumns) FROM journal ORDER BY seq") { row in
            let entry = try row.journalEntry()
            if entry.sequence != expected {
                bad.append((expected, "entry \(expected) is missing"))
            } else if !entry.verifies(after: previous) {
                bad.append((expected, "entry \(expected) is not what was written"))
            }
            previous = entry.hash
            expected = entry.sequence + 1
            report.entriesCount += 1
        }
        if expected != state.head + 1 || previous != state.headHash {
            bad.append((min(expected, state.head + 1), "the journal ends at \(expected - 1), the store says \(state.head)"))
        }
        for (sequence, detail) in bad { report.add(.journal, at: sequence, detail) }
        report.firstBadEntry = bad.map(\.0).min()
    }
}

// MARK: - One entry per change

extension SQLiteAccess {
    private func verifyCommands(_ report: inout VerifyReport) throws {
        try sql.each("SELECT \(commandColumns) FROM command") { row in
            let command = try row.command()
            report.commandsCount += 1
            var facts: [String: Value] = ["reason": .text(command.reason), "occurred_at": .integer(command.occurredAt)]
            facts["verdict"] = command.verdict.map { .text($0.rawValue) }
            try verify(facts, of: command, at: command.sequence, &report)
            guard let decision = command.decision else { return }
            let later: [String: Value] = [
                "decision": .text(decision.decision.rawValue), "reason": .text(decision.reason), "decided_by": .text(decision.by),
            ]
            try verify(later, of: command, at: decision.sequence, &report)
        }
        try sql.each(
            """
            SELECT j.seq FROM journal j LEFT JOIN command c ON c.id = j.command
            WHERE j.kind IN ('verdict', 'held-again', 'decision', 'parked') AND j.seq IS NOT c.seq AND j.seq IS NOT c.decision_seq
                AND NOT (j.kind = 'parked' AND c.verdict IS NOT NULL)
                AND NOT (j.kind IN ('verdict', 'held-again') AND j.seq < c.seq
                    AND EXISTS (SELECT 1 FROM journal l WHERE l.seq = c.seq AND l.kind = 'held-again'))
            """
        ) { row in report.add(.entry, at: row.unsigned(0), "the entry says something on a command that its record does not know")
        }
    }

    private func verify(
        _ facts: [String: Value], of command: StoredCommand, at sequence: UInt64, _ report: inout VerifyReport
    ) throws {
        guard let entry = try entry(sequence), entry.command == command.id else {
            report.add(.entry, at: sequence, "what was said on command \(command.id) has no entry")
            return
        }
        guard let body = entry.body.flatMap(JournalBody.init(decoding:)) else { return }
        for (name, value) in facts where body.facts[name] != value {
            report.add(.entry, at: sequence, "\(name) of command \(command.id) is not what the journal says")
        }
    }

    /// Every row's last change is in the journal, and says what the row holds.
    private func verifyRows(_ report: inout VerifyReport) throws {
        let version = try schemaVersion()
        for table in Table.allCases where table.since <= version {
            try sql.each("SELECT \(TableSQL.of(table).columns(inVersion: version)) FROM \(table.name)") { row in
                try verify(row.stored(table), of: table, &report)
            }
        }
        try sql.each("SELECT changed FROM device WHERE changed NOT IN (SELECT seq FROM journal)") { row in
            report.add(.entry, at: row.unsigned(0), "a device's last change has no entry")
        }
    }

    private func verify(_ row: StoredRow, of table: Table, _ report: inout VerifyReport) throws {
        guard let entry = try entry(row.changed) else {
            report.add(.entry, at: row.changed, "a row of \(table.name) changed without an entry")
            return
        }
        // The changeset alone: the facts of an entry are looked at with its command.
        guard let changes = entry.body.flatMap(JournalBody.changes(in:)) else { return }
        let key = Array(row.values.prefix(table.keyCount))
        guard let change = changes.last(where: { $0.table == table.name && $0.key == key }) else {
            report.add(.entry, at: row.changed, "the entry does not name a row of \(table.name) that it changed")
            return
        }
        let isTrue =
            change.operation == .delete
            ? row.deleted : !row.deleted && zip(change.new, row.values).allSatisfy { $0 == nil || $0 == $1 }
        if !isTrue { report.add(.entry, at: row.changed, "a row of \(table.name) is not what the journal says") }
    }

    private func entry(_ sequence: UInt64) throws -> (command: CommandID?, body: [UInt8]?)? {
        try sql.first("SELECT command, body FROM journal WHERE seq = ?", [.sequence(sequence)]) { row in
            (try row.optionalID(0), row.optionalBytes(1))
        }
    }
}

// MARK: - Devices

extension SQLiteAccess {
    private func verifyChains(_ report: inout VerifyReport) throws {
        let devices = try devices()
        for device in devices { try verifyChain(of: device, &report) }
        try sql.each(
            """
            SELECT c.sequence FROM chain c LEFT JOIN command k ON k.id = c.command
            WHERE k.digest IS NOT c.digest AND NOT EXISTS (
                SELECT 1 FROM command_clash x WHERE x.id = c.command AND x.digest = c.digest)
            """
        ) { row in report.add(.chain, at: row.unsigned(0), "a header's command is not stored") }
        try sql.each("SELECT DISTINCT sequence FROM chain WHERE replica NOT IN (SELECT replica FROM device)") { row in
            report.add(.chain, at: row.unsigned(0), "a header of a device that is not there")
        }
    }

    private func verifyChain(of device: DeviceRecord, _ report: inout VerifyReport) throws {
        var epoch: UInt32?
        var expected: UInt64 = 1
        var head: [UInt8] = []
        var headOfCurrent: (UInt64, [UInt8])?
        try sql.each(
            "SELECT \(linkColumns) FROM chain WHERE replica = ? ORDER BY epoch, sequence", [device.replica.value]
        ) { row in
            let link = try row.link()
            if epoch != link.place.epoch {
                epoch = link.place.epoch
                expected = 1
                head = Chain.start(certificate: device.certificate, epoch: link.place.epoch)
            }
            let header = Header(
                replica: device.replica, epoch: link.place.epoch, sequence: link.place.sequence, digest: link.digest,
                previous: head)
            if link.place.sequence != expected {
                report.add(.chain, at: expected, "device \(device.serial): header \(expected) is missing")
            } else if header.hash != link.hash {
                report.add(.chain, at: expected, "device \(device.serial): header \(expected) is not what was signed")
            }
            head = link.hash
            expected = link.place.sequence + 1
            report.linksCount += 1
            if link.place.epoch == device.epoch { headOfCurrent = (link.place.sequence, link.hash) }
        }
        let (sequence, hash) = headOfCurrent ?? (0, Chain.start(certificate: device.certificate, epoch: device.epoch))
        if sequence != device.sequence || hash != device.chainHead {
            report.add(.chain, at: sequence, "device \(device.serial): its chain does not end where its record says")
        }
    }
}

extension VerifyReport {
    /// Adds a fault, unless there are 100 of its kind already.
    mutating func add(_ kind: VerifyFault.Kind, at sequence: UInt64? = nil, _ detail: String) {
        if faults.lazy.filter({ $0.kind == kind }).count < 100 { faults.append(VerifyFault(kind, at: sequence, detail)) }
    }
}
