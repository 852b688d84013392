import Changeset
import SyncProtocol
import Tickets

/// One row of `command`.
struct StoredCommand {
    var ordinal: Int64
    var id: CommandID
    var kind: String
    var ticket: TicketID
    /// Nil once the command need not be retained any more.
    var payload: [UInt8]?
    var salt: [UInt8]?
    var digest: [UInt8]
    var givenAt: Milliseconds
    var takenBackAt: Milliseconds?
    var epoch: UInt32?
    var sequence: UInt64?
    var previous: [UInt8]?
    var offeredAt: Milliseconds?
    var replayed: [UInt8]?
    var refusal: String?
    var verdict: Verdict?
    var verdictSequence: UInt64?
    var verdictIncarnation: Incarnation?
    var reason: String?
    var waitsFor: CommandID?
    var occurredAt: Milliseconds?
    var receipt: [UInt8]?
    var confirmed: Bool
    var decision: HeldDecision?
    var decisionReason: String?
    var decidedBy: String?
    var decidedAt: Milliseconds?
    var absorbedAt: Milliseconds?

    static let columns = """
        ordinal, id, kind, ticket, payload, salt, digest, given_at, taken_back_at, epoch, sequence, previous, offered_at, replayed, \
        refusal, verdict, verdict_sequence, verdict_incarnation, reason, waits_for, occurred_at, receipt, confirmed, decision, \
        decision_reason, decided_by, decided_at, absorbed_at
        """

    /// - Throws: `damaged` for a row that this program did not write.
    init(_ row: [Value]) throws {
        guard let id = CommandID(row[1]), let ticket = TicketID(row[3]) else {
            throw ReplicaError.damaged(detail: "a command has no identity")
        }
        ordinal = row[0].int ?? 0
        self.id = id
        kind = row[2].string ?? ""
        self.ticket = ticket
        payload = row[4].bytes
        salt = row[5].bytes
        digest = row[6].bytes ?? []
        givenAt = row[7].int ?? 0
        takenBackAt = row[8].int
        epoch = row[9].int.map { UInt32(clamping: $0) }
        sequence = row[10].sequence
        previous = row[11].bytes
        offeredAt = row[12].int
        replayed = row[13].bytes
        refusal = row[14].string
        verdict = row[15].string.flatMap(Verdict.init(rawValue:))
        verdictSequence = row[16].sequence
        verdictIncarnation = Incarnation(row[17])
        reason = row[18].string
        waitsFor = CommandID(row[19])
        occurredAt = row[20].int
        receipt = row[21].bytes
        confirmed = row[22].int == 1
        decision = row[23].string.flatMap(HeldDecision.init(rawValue:))
        decisionReason = row[24].string
        decidedBy = row[25].string
        decidedAt = row[26].int
        absorbedAt = row[27].int
    }

    /// The sealed content; nil once it is gone or if it cannot be read.
    var content: Payload? { payload.flatMap { try? Payload(decoding: $0) } }

    /// The sealed command as it travels; nil once it is gone.
    var sealed: SealedCommand? {
        guard let payload, let salt else { return nil }
        return try? SealedCommand(salt: salt, payload: payload)
    }
}

extension Rows {
    /// Commands by a condition on their columns, in the order given there.
    func commands(_ condition: String, _ values: [Value] = []) throws -> [StoredCommand] {
        try statements.rows("SELECT \(StoredCommand.columns) FROM command WHERE \(condition)", values).map(StoredCommand.init)
    }

    /// Whether any command is pending. Most syncs bring nothing to a device that waits for nothing, and to prepare one statement over all
    /// columns of a command costs as much as twenty of these.
    func hasPending() throws -> Bool { try statements.row("SELECT 1 FROM command WHERE \(isPending) LIMIT 1") != nil }

    /// Pending commands by a further condition, in the order given there.
    func pendingCommands(_ condition: String, _ values: [Value] = []) throws -> [StoredCommand] {
        try hasPending() ? commands("\(isPending) \(condition)", values) : []
    }

    /// A count.
    func count(_ sql: String, _ values: [Value] = []) throws -> Int {
        Int(try statements.row("SELECT count(*) FROM \(sql)", values)?.first?.int ?? 0)
    }

    /// The ticket's short number on this device, given now if it has none.
    @discardableResult
    func localNumber(of ticket: TicketID) throws -> Int64 {
        let query = "SELECT number FROM local_number WHERE ticket=?"
        if let known = try statements.row(query, [ticket.value])?.first?.int { return known }
        // Asked first: an insert that is ignored would use up a number.
        try statements.run("INSERT INTO local_number (ticket) VALUES (?)", [ticket.value])
        return statements.lastInsertedRow
    }
}

/// Pending: not absorbed, not taken back.
let isPending = "absorbed_at IS NULL AND taken_back_at IS NULL"

/// To be sent again after a restore: judged by an earlier life of the centre than the one in the argument.
let isRetained = "\(isPending) AND receipt IS NOT NULL AND payload IS NOT NULL AND verdict_incarnation<>?"
