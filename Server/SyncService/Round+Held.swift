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
        if held.command?.kind.namesAnother == true { try flush(underSavepoint: stepwise) }
        return try step(held.id) { round in try round.settle(answer, held) }
    }

    /// What an answer comes to, whoever gives it.
    mutating func settle(_ answer: HeldAnswer, _ held: StoredCommand) throws -> HeldOutcome {
        let ruling = try effect(of: answer, on: held)
        let (sequence, settled) = try conclude(answer.decision, answer.reason, ruling, on: held, by: answer.by)
        return HeldOutcome(command: held.id, sequence: sequence, followed: settled + (try follow(held, by: answer.by)))
    }

    /// The decision, and what it ends: a retraction that was held, and whose target is held, declines the target when it is
    /// accepted. What it changes is then the target's affair.
    private mutating func conclude(
        _ decision: HeldDecision, _ reason: String, _ ruling: Ruling, on held: StoredCommand, by author: String
    ) throws -> (sequence: UInt64, settled: [HeldOutcome.Follower]) {
        guard decision != .declined, let target = held.command?.retracted, overlay.loaded.commands[target]?.isUndecided == true
        else { return (try write(decision, reason, ruling, on: held, by: author), []) }
        var own = ruling
        own.changes = []
        let sequence = try write(decision, reason, own, on: held, by: author)
        return (sequence, try settle(target, ruling.changes, by: author))
    }

    /// What accepting or amending does: the author's relation and the three-way comparison are waived, the state machine is not. What
    /// was filled in still stands only in place of what its author saw.
    private mutating func effect(of answer: HeldAnswer, on held: StoredCommand) throws -> Ruling {
        guard answer.decision != .declined else { return Ruling(Decision(.rejected, .ok)) }
        guard let payload = held.readPayload, var command = payload.command else {
            throw JobFailure.service(.refused(Reason(rawValue: held.reason) ?? .unreadable))
        }
        if answer.decision == .amended {
            // Another target would be another person's choice, and possibly another person's command.
            guard !command.kind.namesAnother || answer.arguments["target"] == nil else {
                throw JobFailure.service(.refused(.badArguments))
            }
            command.arguments.merge(answer.arguments) { $1 }
        }
        let context = try context(
            author: overlay.author(held.person, on: command.ticket, seen: payload.seen.base), occurredAt: held.occurredAt,
            wall: payload.given.wall, flagged: held.clockFlagged, trunk: trunk(of: payload), override: true, for: command)
        guard let decision = decide(command, on: overlay.ticket(command.ticket), in: context) else {
            throw JobFailure.service(.refused(.poisoned))
        }
        guard decision.verdict.takesEffect else { throw JobFailure.service(.refused(decision.reason)) }
        var ruling = Ruling(decision)
        ruling.seenBase = base(seenIn: payload)
        return ruling
    }

    /// One entry: the decision with what it changes.
    mutating func write(
        _ decision: HeldDecision, _ reason: String, _ ruling: Ruling, on held: StoredCommand, by author: String
    ) throws -> UInt64 {
        var entry = draft(.decision, by: author, ticket: held.ticket)
        entry.changes = ruling.changes + (try settled(ruling.settles, by: held.id, of: held.person))
        entry.changes += try ended(conflictsOf: held, decision, by: author)
        entry.take(ruling, occurredAt: held.occurredAt)
        entry.facts["retracts"] = held.command?.retracted?.value
        entry.command = .decide(
            held.id, person: held.person, StoredCommand.DecisionRecord(decision, reason: reason, by: author, at: now))
        return overlay.append(entry)
    }

    /// One entry: it stays in the dispatcher's list and its verdict stays held, but what it waits for is another thing now, which
    /// its author reads with what it disagreed with.
    private mutating func holdAgain(_ held: StoredCommand, _ ruling: Ruling, by author: String) {
        var entry = draft(.heldAgain, by: author, ticket: held.ticket)
        entry.changes = ruling.changes
        entry.take(ruling)
        entry.command = .holdAgain(
            held.id, person: held.person, reason: ruling.reason, occurredAt: held.occurredAt, waitsFor: ruling.waitsFor)
        overlay.append(entry)
    }

    /// Commands of the same replica on the same ticket that waited, in their order, each decided as if it came now.
    func waiting(for decided: StoredCommand) -> [StoredCommand] {
        guard let ticket = decided.ticket, let replica = decided.place?.replica else { return [] }
        return overlay.undecided(on: ticket).filter {
            $0.place?.replica == replica && $0.reason == Reason.waitsFor.rawValue
        }.sorted { $0.isBefore($1) }
    }

    mutating func follow(_ decided: StoredCommand, by author: String) throws -> [HeldOutcome.Follower] {
        var followers: [HeldOutcome.Follower] = []
        for held in isPlanted("followers-forgotten") ? [] : waiting(for: decided) {
            guard let command = held.command, let replica = held.place?.replica else { continue }
            guard let other = blocker(of: command, from: replica, before: held), !isPlanted("dependant-released-early") else {
                if let follower = try decideAgain(held, by: author) { followers.append(follower) }
                continue
            }
            // Still behind another one: whoever asks is told which.
            if held.waitsFor == decided.id, other != decided.id {
                holdAgain(held, .held(.waitsFor, waitsFor: other), by: author)
                followers.append(HeldOutcome.Follower(command: held.id, decision: nil, reason: Reason.waitsFor.rawValue))
            }
        }
        return followers
    }

    /// Decides a held command once more as if it came now.
    ///
    /// - Returns: nil if it cannot be read: it stays as it is.
    mutating func decideAgain(_ held: StoredCommand, by author: String) throws -> HeldOutcome.Follower? {
        // It is not among the batch's own commands: for what it does, no other one is to be blamed.
        let others = inFlight.now
        if !inFlight.isPoison(held.id) { inFlight.begin([held.id]) }
        defer { inFlight.begin(others) }
        guard let payload = held.readPayload, let command = payload.command else { return nil }
        let context = try context(
            author: overlay.author(held.person, on: command.ticket, seen: payload.seen.base), occurredAt: held.occurredAt,
            wall: payload.given.wall, flagged: held.clockFlagged, trunk: trunk(of: payload), for: command)
        var ruling = decide(command, on: overlay.ticket(command.ticket), in: context).map(Ruling.init) ?? .held(.poisoned)
        ruling.name(targetOf: command)
        ruling.seenBase = base(seenIn: payload)
        guard ruling.verdict != .held else {
            holdAgain(held, ruling, by: author)
            return HeldOutcome.Follower(command: held.id, decision: nil, reason: ruling.reason)
        }
        let decision: HeldDecision = ruling.verdict.takesEffect ? .accepted : .declined
        _ = try conclude(decision, ruling.reason, ruling, on: held, by: author)
        return HeldOutcome.Follower(command: held.id, decision: decision, reason: ruling.reason)
    }
}
