import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// A dispatcher's answer to a held command.
struct HeldAnswer: Sendable {
    let command: CommandID
    let decision: HeldDecision
    /// In the dispatcher's words, or a stable code.
    let reason: String
    /// Of an amendment: arguments in place of those that the author gave.
    let arguments: [String: Value]
    let by: String
}

extension Round {
    /// Answers a held command, and decides those again that waited for it, in the same transaction.
    mutating func answer(_ answer: HeldAnswer) throws -> HeldOutcome {
        guard let person = overlay.loaded.persons[answer.by] else {
            throw JobFailure.service(.unknownPerson(answer.by))
        }
        guard person.role.isCentral else { throw JobFailure.service(.notPermitted(answer.by)) }
        guard let held = overlay.loaded.commands[answer.command] else {
            throw JobFailure.service(.unknownCommand(answer.command))
        }
        guard held.isUndecided else { throw JobFailure.service(.notHeld(answer.command)) }
        return try step { round in
            let ruling = try round.effect(of: answer, on: held)
            let sequence = round.write(answer.decision, answer.reason, ruling, on: held, by: answer.by)
            return HeldOutcome(command: held.id, sequence: sequence, followed: round.follow(held, by: answer.by))
        }
    }

    /// What accepting or amending does: the author's relation and the three-way comparison are waived, the state machine is not.
    private mutating func effect(of answer: HeldAnswer, on held: StoredCommand) throws -> Ruling {
        guard answer.decision != .declined else { return Ruling(Decision(.rejected, .ok)) }
        guard let payload = held.readPayload, var command = payload.command else {
            throw JobFailure.service(.refused(Reason(rawValue: held.reason) ?? .unreadable))
        }
        if answer.decision == .amended { command.arguments.merge(answer.arguments) { $1 } }
        let context = context(
            author: overlay.author(held.person, on: command.ticket, seen: payload.seen.base), occurredAt: held.occurredAt,
            wall: payload.given.wall, flagged: held.clockFlagged, trunk: nil, override: true, for: command)
        guard let decision = decide(command, on: overlay.ticket(command.ticket), in: context) else {
            throw JobFailure.service(.refused(.poisoned))
        }
        guard decision.verdict.takesEffect else { throw JobFailure.service(.refused(decision.reason)) }
        return Ruling(decision)
    }

    /// One entry: the decision with what it changes.
    private mutating func write(
        _ decision: HeldDecision, _ reason: String, _ ruling: Ruling, on held: StoredCommand, by author: String
    ) -> UInt64 {
        var entry = draft(.decision, by: author, ticket: held.ticket)
        entry.changes = ruling.changes
        entry.conflicts = ruling.conflicts
        entry.command = .decide(
            held.id, person: held.person, StoredCommand.DecisionRecord(decision, reason: reason, by: author, at: now))
        return overlay.append(entry)
    }

    /// Commands of the same replica on the same ticket that waited, in their order, each decided as if it came now.
    private mutating func follow(_ decided: StoredCommand, by author: String) -> [HeldOutcome.Follower] {
        guard let ticket = decided.ticket, let replica = decided.place?.replica else { return [] }
        let waiting = overlay.undecided(on: ticket).filter {
            $0.place?.replica == replica && $0.reason == Reason.waitsFor.rawValue
        }
        var followers: [HeldOutcome.Follower] = []
        for held in waiting.sorted(by: { $0.sequence < $1.sequence }) {
            guard let payload = held.readPayload, let command = payload.command,
                blocker(of: command, from: replica, before: held.sequence) == nil
            else { continue }
            let ruling = rule(again: command, payload, held)
            let decision: HeldDecision? =
                ruling.verdict == .held ? nil : ruling.verdict.takesEffect ? .accepted : .declined
            // Held still, now for a reason of its own: it stays in the dispatcher's list, and its verdict stays what it was.
            if let decision { _ = write(decision, ruling.reason, ruling, on: held, by: author) }
            followers.append(HeldOutcome.Follower(command: held.id, decision: decision, reason: ruling.reason))
        }
        return followers
    }

    private mutating func rule(again command: Command, _ payload: Payload, _ held: StoredCommand) -> Ruling {
        let trunk = readChangeset(of: payload).map { Trunk($0, ticket: command.ticket) }
        let context = context(
            author: overlay.author(held.person, on: command.ticket, seen: payload.seen.base), occurredAt: held.occurredAt,
            wall: payload.given.wall, flagged: held.clockFlagged, trunk: trunk, for: command)
        return decide(command, on: overlay.ticket(command.ticket), in: context).map(Ruling.init) ?? .held(.poisoned)
    }
}
