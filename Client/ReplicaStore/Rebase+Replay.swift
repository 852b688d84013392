import Changeset
import SyncProtocol
import Tickets

/// Pending commands on the new confirmed rows.
extension Rebase {
    /// Oldest first, each under a session of its own, with the trunk its author saw: the device predicts the centre's conflict.
    func replay() throws {
        for command in try rows.commands("\(isPending) ORDER BY ordinal").dropLast(isPlanted("rebase-skips-one") ? 1 : 0) {
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
        let changeset = try SessionRecorder.record(in: rows.db) { for change in decision.changes { try rows.apply(change) } }
        try rows.statements.run(
            "UPDATE command SET replayed=?, refusal=NULL WHERE ordinal=?", [.blob(changeset), .integer(command.ordinal)])
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
