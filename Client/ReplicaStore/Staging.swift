import Changeset
import SyncProtocol
import Tickets

/// What one answer led to, before any rebase.
enum Staged {
    /// The pull is complete and waits for its rebase.
    case complete(Progress)
    /// The answer was about the push alone.
    case pushOnly(Progress)
    /// Something else comes first.
    case step(SyncStep)
}

/// What one answer moved.
struct Progress {
    /// A receipt said something new.
    var told = false
    /// The acknowledged end of the chain moved.
    var acknowledged = false
    /// The centre wants the retained commands.
    var askedForRetained = false
    /// The request had asked for a reading from zero already.
    var wasReadingAnew = false
}

/// A pull under way.
struct Pull {
    var incarnation: Incarnation
    var generation: UInt32
    var fromZero: Bool
    var fromBase: UInt64
    var serverTime: Milliseconds
}

extension Rows {
    /// Keeps everything of an answer but its effect on rows: that is the rebase's.
    func stage(_ response: SyncResponse, clockOffset: Milliseconds) throws -> Staged {
        let cursor = try standing().cursor
        if cursor.incarnation != response.incarnation, !isPlanted("incarnation-unseen") { try beginIncarnation(response) }
        try keep(response, clockOffset: clockOffset)
        var progress = Progress(askedForRetained: response.sendRetained, wasReadingAnew: cursor.schemaVersion == 0)
        for receipt in isPlanted("receipts-dropped") ? [] : try response.receipts + wholeReceipts(of: response) {
            if try keep(receipt, at: response.serverTime) { progress.told = true }
        }
        progress.acknowledged = try acknowledge(response.acknowledgedSequence)
        if let step = try redirect(response) { return .step(step) }
        guard let page = response.page, let body = response.stagedPage else { return .pushOnly(progress) }
        let moved = try stage(page, body, response)
        guard page.more else { return .complete(progress) }
        guard moved else { throw ReplicaError.badAnswer(detail: "the pull does not move") }
        return .step(.more)
    }

    /// The short receipts with what this device knows of their commands.
    func wholeReceipts(of response: SyncResponse) throws -> [Receipt] {
        guard !response.shortReceipts.isEmpty else { return [] }
        let identity = try standing().identity
        return try response.shortReceipts.map { receipt in
            let row = try statements.row(
                "SELECT id, digest FROM command WHERE epoch=? AND sequence=?",
                [.integer(Int64(identity.epoch)), .sequence(receipt.place)])
            guard let row, let id = CommandID(row[0]), let digest = row[1].bytes else {
                throw ReplicaError.badAnswer(detail: "a verdict on sequence \(receipt.place), which was never given")
            }
            return receipt.whole(command: id, digest: digest, replica: identity.replica, in: response)
        }
    }

    /// What the centre wants before anything else.
    private func redirect(_ response: SyncResponse) throws -> SyncStep? {
        if response.wipe {
            try wipe(at: response.serverTime)
            return .wiped
        }
        if let epoch = response.forkEpoch, !isPlanted("fork-unheard") {
            try fork(to: epoch)
            return .forked(epoch: epoch)
        }
        if let expected = response.expectedSequence {
            try rewind(to: expected)
            return .resend(expected: expected)
        }
        return nil
    }

    private func keep(_ response: SyncResponse, clockOffset: Milliseconds) throws {
        if let token = response.token { try statements.run("UPDATE identity SET token=?", [.blob(token)]) }
        try statements.run(
            "UPDATE cursor SET clock_offset=?, backup_watermark=?, retained_wanted=max(retained_wanted, ?)",
            [.integer(clockOffset), .sequence(response.backupWatermark), .integer(response.sendRetained ? 1 : 0)])
    }

    /// Adds a page to the staging area; pages of another reading throw away what is there.
    /// - Returns: Whether the resume mark moved, or the pull ended.
    private func stage(_ page: Page, _ body: [UInt8], _ response: SyncResponse) throws -> Bool {
        let cursor = try standing().cursor
        let pull = try statements.row("SELECT incarnation, generation, from_zero, from_base, at FROM pull")
        let goesOn =
            pull.map {
                Incarnation($0[0]) == response.incarnation && $0[1].int == Int64(page.generation) && $0[3].sequence == cursor.base
            } ?? false
        if !goesOn { try dropPull() }
        let fromZero = page.fromZero || goesOn && pull?[2].int == 1
        guard page.more || page.base >= cursor.base else {
            throw ReplicaError.badAnswer(detail: "base \(page.base) lies before \(cursor.base)")
        }
        try statements.run(
            """
            INSERT OR REPLACE INTO pull (id, incarnation, generation, from_zero, from_base, at, server_time, complete)
            VALUES (1, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                response.incarnation.value, .integer(Int64(page.generation)), .integer(fromZero ? 1 : 0),
                .sequence(cursor.base), .blob(page.at), .integer(response.serverTime),
                .integer(page.more && !isPlanted("half-a-pull") ? 0 : 1),
            ])
        try statements.run("INSERT INTO staged_page (body) VALUES (?)", [.blob(body)])
        if isPlanted("cursor-before-rows"), !page.more { try statements.run("UPDATE cursor SET base=?", [.sequence(page.base)]) }
        return !page.more || page.at != (goesOn ? pull?[4].bytes : nil)
    }

    func dropPull() throws {
        try statements.run("DELETE FROM pull")
        try statements.run("DELETE FROM staged_page")
    }

    /// The pull whose last page has come; nil otherwise.
    func completePull() throws -> Pull? {
        guard
            let row = try statements.row(
                "SELECT incarnation, generation, from_zero, from_base, server_time FROM pull WHERE complete=1"),
            let incarnation = Incarnation(row[0])
        else { return nil }
        return Pull(
            incarnation: incarnation, generation: UInt32(clamping: row[1].int ?? 0), fromZero: row[2].int == 1,
            fromBase: row[3].sequence ?? 0, serverTime: row[4].int ?? 0)
    }

    /// Has everything read from zero at the next request: a cursor whose schema version lies behind asks for that.
    func readAnew(at: Milliseconds) throws {
        try dropPull()
        try statements.run("UPDATE cursor SET schema_version=0, fingerprint_at=NULL")
        try tell(.readAnew, at: at)
    }
}

extension Rows {
    /// The centre was restored. Its sequences are others: the cursor rewinds, and what it had said before is said to it again.
    private func beginIncarnation(_ response: SyncResponse) throws {
        try dropPull()
        // From zero until that is done, also where it takes several pages and is asked for in the new life's name: without it nobody would
        // say which of the rows here the restored centre does not know.
        try statements.run(
            """
            UPDATE cursor SET incarnation=?, base=0, schema_version=0, fingerprint_at=NULL, backup_watermark=0, retained_wanted=0
            """, [response.incarnation.value])
        try keep(nil)
        // Versions count in the old life's sequences; the new reading gives new ones.
        try statements.run("UPDATE entity SET version=0, generation=-1")
        try keepForNewLife(response.incarnation)
        try tell(.readAnew, at: response.serverTime)
    }

    /// What an earlier life of the centre said has to be said again by this one.
    func keepForNewLife(_ incarnation: Incarnation) throws {
        // Retained commands are pending again until this life of the centre has spoken on them: so their effect stays on the
        // screen although the confirmed rows may have lost it.
        try statements.run(
            """
            UPDATE command SET absorbed_at=NULL, confirmed=0, replayed=NULL
            WHERE receipt IS NOT NULL AND payload IS NOT NULL AND taken_back_at IS NULL AND verdict_incarnation<>?
                AND absorbed_at IS NOT NULL
            """, [incarnation.value])
        try statements.run("UPDATE command SET confirmed=0 WHERE verdict_incarnation<>?", [incarnation.value])
    }

    /// Moves the acknowledged end of the chain forward.
    /// - Returns: Whether it moved.
    private func acknowledge(_ sequence: UInt64) throws -> Bool {
        let standing = try standing()
        guard sequence > standing.acknowledgedSequence, sequence < standing.nextSequence else { return false }
        try setAcknowledged(sequence, head: try head(after: sequence, standing))
        return true
    }

    /// A gap: the centre wants the chain again from `expected`.
    private func rewind(to expected: UInt64) throws {
        let standing = try standing()
        guard expected >= 1, expected <= standing.nextSequence else {
            throw ReplicaError.badAnswer(detail: "sequence \(expected) was never given")
        }
        let gone = try count(
            "command WHERE epoch=? AND sequence>=? AND payload IS NULL",
            [.integer(Int64(standing.identity.epoch)), .sequence(expected)])
        guard gone == 0 else { throw ReplicaError.cannotResend(expected: expected) }
        try setAcknowledged(expected - 1, head: try head(after: expected - 1, standing))
    }

    private func setAcknowledged(_ sequence: UInt64, head: [UInt8]) throws {
        try statements.run(
            "UPDATE identity SET acknowledged_sequence=?, acknowledged_head=?", [.sequence(sequence), .blob(head)])
    }

    /// Hash of the header `sequence`: what the next header names as its previous one.
    private func head(after sequence: UInt64, _ standing: Standing) throws -> [UInt8] {
        if sequence + 1 == standing.nextSequence { return standing.chainHead }
        if sequence == standing.acknowledgedSequence { return standing.acknowledgedHead }
        let next = try statements.row(
            "SELECT previous FROM command WHERE epoch=? AND sequence=?",
            [.integer(Int64(standing.identity.epoch)), .sequence(sequence + 1)])
        guard let previous = next?.first?.bytes else { throw ReplicaError.cannotResend(expected: sequence + 1) }
        return previous
    }

    /// Pending commands lose their headers and get new ones under the new epoch; payloads and CommandIDs stay. They count as
    /// offered: whether the centre has them is not known.
    private func fork(to epoch: UInt32) throws {
        let standing = try standing()
        guard epoch > standing.identity.epoch else {
            throw ReplicaError.badAnswer(detail: "fork to epoch \(epoch) from \(standing.identity.epoch)")
        }
        try restartChain(epoch: epoch, certificate: standing.certificate)
    }

    func restartChain(epoch: UInt32, certificate: [UInt8]) throws {
        let start = Chain.start(certificate: certificate, epoch: epoch)
        try statements.run(
            """
            UPDATE identity SET epoch=?, next_sequence=1, chain_head=?, acknowledged_sequence=0, acknowledged_head=?
            """, [.integer(Int64(epoch)), .blob(start), .blob(start)])
        try statements.run(
            "UPDATE command SET epoch=NULL, sequence=NULL, previous=NULL WHERE verdict IS NULL AND taken_back_at IS NULL")
    }

    /// The device was revoked: the centre's rows go, what its person gave stays.
    private func wipe(at: Milliseconds) throws {
        try dropPull()
        if isPlanted("wipe-takes-words") { try statements.run("DELETE FROM command WHERE verdict IS NULL") }
        for table in Table.ofTicket.reversed() + Table.references where try has(table) {
            try statements.run("DELETE FROM \(table.name)")
        }
        for table in ["entity", "news"] { try statements.run("DELETE FROM \(table)") }
        // The conflicts of others' commands hold what others wrote.
        try statements.run("DELETE FROM conflict WHERE ours_by<>(SELECT person FROM identity)")
        try statements.run("UPDATE command SET replayed=NULL, refusal=NULL")
        try statements.run("UPDATE identity SET revoked_at=coalesce(revoked_at, ?)", [.integer(at)])
        try statements.run("UPDATE cursor SET base=0, schema_version=0, confirmed_at=NULL, fingerprint_at=NULL")
        try keep(nil)
    }
}
