import Changeset
import struct GRDB.DatabaseError
import SyncProtocol
import Tickets

/// Pending commands on the new confirmed rows.
extension Rebase {
    /// Oldest first, each under a session of its own, with the trunk its author saw: the device predicts the centre's conflict.
    func replay() throws {
        for command in try rows.pendingCommands("ORDER BY ordinal").dropLast(isPlanted("rebase-skips-one") ? 1 : 0) {
            if let verdict = command.verdict, !verdict.takesEffect { continue }
            try replay(command)
        }
    }

    private func replay(_ command: StoredCommand) throws {
        guard let payload = command.content, let intention = payload.command else {
            // A newer release on this device gave it; the centre understands it or holds it.
            return try refuse(command, reason: Reason.unknownCommand.rawValue)
        }
        let ticket = try rows.ticket(command.ticket)
        let leaving = try rows.leavingReason(of: command.ticket)
        let context = try rows.context(
            for: intention, standing, Moment(wall: payload.given.wall, occurredAt: command.givenAt), wall: payload.given.wall,
            trunk: try trunk(of: payload), holdsNow: ticket != nil && leaving == nil, rules: rules)
        let decision = decide(intention, on: ticket, in: context)
        guard decision.verdict.takesEffect else {
            // With a verdict the centre has taken effect already; there is nothing that it is needed for.
            if command.verdict == nil { try refuse(command, reason: decision.reason.rawValue) }
            return
        }
        guard let changeset = try record(decision.changes) else { return try leaveOut(command) }
        try rows.statements.run(
            "UPDATE command SET replayed=?, refusal=NULL WHERE ordinal=?", [.blob(changeset), .integer(command.ordinal)])
    }

    /// - Returns: nil if the changes do not fit the rows that are here. That is a fault of Gridline's, and it must not keep a person from
    ///   sending and receiving: nothing of the command is written then.
    private func record(_ changes: [RowChange]) throws -> [UInt8]? {
        try rows.statements.run("SAVEPOINT replay")
        do {
            let changeset = try SessionRecorder.record(in: rows.db) { for change in changes { try rows.apply(change) } }
            try rows.statements.run("RELEASE replay")
            return changeset
        } catch let error where error.isMisfit {
            try rows.statements.run("ROLLBACK TO replay")
            try rows.statements.run("RELEASE replay")
            return nil
        }
    }

    /// It is not shown, and stays what it is: without a verdict it goes to the centre unchanged.
    private func leaveOut(_ command: StoredCommand) throws {
        guard command.verdict != nil else { return try refuse(command, reason: Reason.notShown.rawValue) }
        try rows.statements.run(
            "UPDATE command SET refusal=? WHERE ordinal=?", [.text(Reason.notShown.rawValue), .integer(command.ordinal)])
    }

    /// It stays in the outbox, named, and is sent unchanged.
    private func refuse(_ command: StoredCommand, reason: String) throws {
        summary.needsCentreCount += 1
        guard command.refusal != reason else { return }
        try rows.statements.run("UPDATE command SET refusal=? WHERE ordinal=?", [.text(reason), .integer(command.ordinal)])
        try rows.tell(.needsCentre, at: pull.serverTime, ticket: command.ticket, command: command.id, detail: reason)
    }

    private func trunk(of payload: Payload) throws -> Trunk {
        do {
            return Trunk(try Changeset(parsing: payload.changeset), ticket: payload.ticket)
        } catch {
            throw ReplicaError.damaged(detail: "a given changeset cannot be read: \(error)")
        }
    }
}

extension Error {
    /// Rows are not as somebody expected them: one stands there already, or is missing.
    var isMisfit: Bool {
        if let error = self as? DatabaseError { return error.resultCode == .SQLITE_CONSTRAINT }
        if case .inconsistent? = self as? ReplicaError { return true }
        return false
    }
}
