public import Changeset
import GRDB
public import SyncProtocol
public import Tickets

/// A command that is durably recorded.
public struct GivenCommand: Hashable, Sendable {
    /// The order of giving.
    public var ordinal: Int64
    /// The command.
    public var id: CommandID
    /// The ticket; of a report, the one it made.
    public var ticket: TicketID
    /// The ticket's short number on this device.
    public var localNumber: Int64
    /// `ok`, or what its author should know: `late`, `outside-area`, `nothing-to-do`.
    public var reason: Reason
}

extension Replica {
    /// Decides a command on what the device shows and records it: rows and sealed command in one transaction, under a session of
    /// its own.
    /// - Parameters:
    ///   - ticket: Nil for a report, which makes its own.
    ///   - id: Random, made at the edge; it stays with the command for ever.
    ///   - salt: 16 random bytes, so that the digest tells nothing about the payload.
    ///   - clock: The device's clocks now.
    /// - Throws: `refused` with the reason, `leaving`, `unknownTicket`, `duplicateCommand`, `revoked`, `diskFull`. Nothing is
    ///   written then.
    public func give(
        _ kind: CommandKind, ticket: TicketID?, arguments: [String: Value] = [:], id: CommandID, salt: [UInt8],
        clock: ClockReading
    ) throws -> GivenCommand {
        guard let target = kind.makesTicket ? Command.madeTicket(by: id) : ticket else {
            throw ReplicaError.refused(.unknownTicket)
        }
        let given = try write { _, rows in
            var arguments = arguments
            if kind == .report, arguments["relay"] == nil { arguments["relay"] = try rows.relay().map(Value.text) }
            let command = Command(id: id, kind: kind, ticket: target, arguments: arguments)
            let given = try rows.give(command, salt: salt, clock: clock, schemaVersion: schemaVersion, rules: rules)
            try pass(.giveRecorded)
            return given
        }
        leaveMark(given.ordinal)
        try pass(.giveCommitted)
        return given
    }

    /// Takes back the newest command on a ticket, if it was never offered: as if it had not been given, but its row is kept and
    /// counted.
    /// - Parameter at: The device's wall clock.
    /// - Returns: The command that was taken back, with its author's words.
    /// - Throws: `nothingToUndo`; `inconsistent` if a row is not as the command left it.
    public func undo(ticket: TicketID, at: Milliseconds) throws -> CommandRecord {
        try write { _, rows in
            let newest = try rows.commands("ticket=? AND taken_back_at IS NULL ORDER BY ordinal DESC LIMIT 1", [ticket.value])
            guard let command = newest.first else { throw ReplicaError.nothingToUndo(offered: false) }
            guard command.offeredAt == nil || isPlanted("undo-of-offered"), command.verdict == nil else {
                throw ReplicaError.nothingToUndo(offered: true)
            }
            let record = try rows.record(command)
            if let replayed = command.replayed { try rows.takeBack(replayed) }
            try rows.statements.run(
                "UPDATE command SET taken_back_at=?, replayed=NULL, refusal=NULL WHERE ordinal=?",
                [.integer(at), .integer(command.ordinal)])
            try rows.dropLeft(at: try rows.standing().serverTime)
            var takenBack = record
            takenBack.takenBackAt = at
            takenBack.standing = .takenBack
            return takenBack
        }
    }
}

/// When a command happens, as the device foresees it. The centre fixes it at the verdict.
struct Moment {
    var occurredAt: Milliseconds
    /// The correction of the clock is so large that the device's own claim is not used in rows.
    var clockFlagged: Bool

    /// - Parameter clock: Corrected by the measured offset, and never before what was seen.
    init(_ clock: ClockReading, standing: Standing) {
        let corrected = clock.wall.addingReportingOverflow(standing.clockOffset ?? 0)
        self.init(
            wall: clock.wall, occurredAt: max(corrected.overflow ? clock.wall : corrected.partialValue, standing.serverTime))
    }

    /// The same moment read back.
    init(wall: Milliseconds, occurredAt: Milliseconds) {
        self.occurredAt = occurredAt
        let correction = wall.subtractingReportingOverflow(occurredAt)
        clockFlagged = correction.overflow || correction.partialValue.magnitude > clockCorrectionMax.magnitude
    }
}

extension Rows {
    func give(
        _ command: Command, salt: [UInt8], clock: ClockReading, schemaVersion: UInt32, rules: Rules
    ) throws -> GivenCommand {
        let standing = try standing()
        guard standing.identity.revokedAt == nil else { throw ReplicaError.revoked }
        guard try count("command WHERE id=?", [command.id.value]) == 0 else { throw ReplicaError.duplicateCommand }
        // Taking back adds nothing: it may be asked for on a ticket that goes.
        if command.kind != .retract, let reason = try leavingReason(of: command.ticket) {
            throw ReplicaError.leaving(reason: reason)
        }
        let moment = Moment(clock, standing: standing)
        let ticket = try ticket(command.ticket)
        var context = try context(
            for: command, standing, moment, wall: clock.wall, trunk: nil, holdsNow: ticket != nil, rules: rules)
        if command.kind == .fill || command.kind == .resolve { context.checklist = try ticket.flatMap(checklist) }
        let decision = decide(command, on: ticket, in: context)
        guard decision.verdict == .applied else { throw ReplicaError.refused(decision.reason, fault: decision.fault) }
        let changeset = try SessionRecorder.record(in: db) { for change in decision.changes { try apply(change) } }
        let payload = Payload(
            commandID: command.id, kind: command.kind.rawValue, ticket: command.ticket, arguments: command.arguments,
            seen: Seen(incarnation: standing.cursor.incarnation, base: standing.cursor.base, serverTime: standing.serverTime),
            given: clock, schemaVersion: schemaVersion, changeset: changeset
        ).encoded()
        guard payload.count <= WireLimits.payloadBytesMax else {
            throw ReplicaError.refused(
                .badArguments, fault: ArgumentFault("body", .tooLong(bytesMax: WireLimits.payloadBytesMax / 2)))
        }
        let sealed = try SealedCommand(salt: salt, payload: payload)
        try statements.run(
            """
            INSERT INTO command (id, kind, ticket, payload, salt, digest, given_at, replayed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                command.id.value, .text(command.kind.rawValue), command.ticket.value, .blob(sealed.payload), .blob(sealed.salt),
                .blob(sealed.digest), .integer(moment.occurredAt), .blob(changeset),
            ])
        let ordinal = try statements.row("SELECT last_insert_rowid()")?.first?.int ?? 0
        return GivenCommand(
            ordinal: ordinal, id: command.id, ticket: command.ticket, localNumber: try localNumber(of: command.ticket),
            reason: decision.reason)
    }

    /// What `decide` needs besides the ticket, on this device.
    func context(
        for command: Command, _ standing: Standing, _ moment: Moment, wall: Milliseconds, trunk: Trunk?, holdsNow: Bool,
        rules: Rules
    ) throws -> DecisionContext {
        // Before the first sync the device knows nobody: a worker is what most people are, and the centre judges.
        let person = try person(standing.identity.person)
        var rules = rules
        // Few roles are bound to the city's list: everybody else need not read the city's file for it.
        if person?.role.hasFewCommands == true, let profile = try profileInForce() { rules.profile = profile }
        let author = Author(
            person: standing.identity.person, role: person?.role ?? .worker, grid: person?.grid, unit: person?.unit,
            heldAtSeen: true, holdsNow: holdsNow)
        var context = DecisionContext(
            author: author, occurredAt: moment.occurredAt, wall: wall, clockFlagged: moment.clockFlagged, trunk: trunk,
            side: .device, rules: rules)
        if command.kind == .retract { context.target = try retractTarget(of: command, by: standing.identity.person) }
        if command.kind == .choose { context.choice = try choiceTarget(of: command) }
        return context
    }

    /// Why a ticket is leaving; nil if it is not.
    func leavingReason(of ticket: TicketID) throws -> String? {
        try statements.row("SELECT leaving FROM entity WHERE kind=1 AND id=?", [ticket.value])?.first?.string
    }
}
