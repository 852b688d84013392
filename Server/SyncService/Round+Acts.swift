import CentralStore
import Changeset
import SyncProtocol
import Tickets

extension Round {
    /// Acts of one person at the centre, in order. Each stands for itself: one that the rules refuse leaves no trace and the
    /// others are done.
    mutating func perform(_ acts: [Act], by author: String) throws -> [ActOutcome] {
        guard overlay.loaded.persons[author] != nil else { throw JobFailure.service(.unknownPerson(author)) }
        var known = try imported(acts)
        var outcomes: [ActOutcome] = []
        for act in acts {
            if let source = act.source, let ticket = known[source] {
                outcomes.append(outcome(act, ticket, Decision(.applied, .nothingToDo), sequence: 0, isKnown: true))
                continue
            }
            do {
                let outcome = try step(act.id) { round in try round.perform(act, by: author) }
                if let source = act.source, outcome.sequence > 0 { known[source] = outcome.ticket }
                outcomes.append(outcome)
            } catch StoreError.constraint {
                outcomes.append(
                    outcome(act, act.ticket ?? Command.madeTicket(by: act.id), Decision(.rejected, .poisoned), sequence: 0))
            }
        }
        return outcomes
    }

    private mutating func perform(_ act: Act, by author: String) throws -> ActOutcome {
        let ticket = act.kind.makesTicket ? Command.madeTicket(by: act.id) : act.ticket
        guard let ticket else {
            return outcome(act, Command.madeTicket(by: act.id), Decision(.rejected, .unknownTicket), sequence: 0)
        }
        if let known = overlay.loaded.commands[act.id] {
            let reason = Reason(rawValue: known.reason) ?? .ok
            return outcome(act, known.ticket ?? ticket, Decision(known.verdict ?? .held, reason), sequence: known.sequence)
        }
        if act.kind.namesAnother { try flush(underSavepoint: stepwise) }
        let command = Command(id: act.id, kind: act.kind, ticket: ticket, arguments: act.arguments)
        let context = try context(
            author: overlay.author(author, on: ticket, seen: overlay.head), occurredAt: now, wall: now, flagged: false,
            trunk: nil,
            for: command)
        guard let decision = decide(command, on: overlay.ticket(ticket), in: context) else {
            return outcome(act, ticket, Decision(.rejected, .poisoned), sequence: 0)
        }
        guard decision.verdict.takesEffect, decision.reason != .nothingToDo || decision.settles != nil else {
            return outcome(act, ticket, decision, sequence: 0)
        }
        // First on its own: as an argument it would run while `self` is held for the call, and each act would copy the whole round.
        let sequence = try record(command, decision, act, by: author)
        return outcome(act, ticket, decision, sequence: sequence)
    }

    private mutating func record(_ command: Command, _ decision: Decision, _ act: Act, by author: String) throws -> UInt64 {
        let sealed = act.sealed ?? seal(command)
        let stored = StoredCommand(
            id: command.id, place: nil, person: author, kind: command.kind.rawValue, ticket: command.ticket,
            payload: sealed.payload, salt: sealed.salt, digest: sealed.digest, receivedAt: now, occurredAt: now,
            verdict: decision.verdict, reason: decision.reason.rawValue)
        var entry = JournalDraft(
            at: now, author: author, kind: act.source == nil ? .verdict : .imported, salt: sealed.entrySalt,
            ticket: command.ticket)
        entry.changes = decision.changes + (try settled(decision.settles, by: command.id, of: author))
        entry.command = .insert(stored)
        entry.conflicts = decision.conflicts
        entry.importSource = act.source
        return overlay.append(entry)
    }

    private func seal(_ command: Command) -> SealedAct {
        let seen = Seen(incarnation: overlay.loaded.state.incarnation, base: overlay.head, serverTime: now)
        let payload = Payload(command, seen: seen, at: now).encoded()
        let salt = environment.random(16)
        return SealedAct(
            payload: payload, salt: salt, digest: sha256(salt, payload), entrySalt: environment.random(16))
    }

    private func outcome(_ act: Act, _ ticket: TicketID, _ decision: Decision, sequence: UInt64, isKnown: Bool = false)
        -> ActOutcome
    {
        ActOutcome(
            command: act.id, ticket: ticket, number: overlay.ticket(ticket)?.number, verdict: decision.verdict,
            reason: decision.reason, sequence: sequence, isKnown: isKnown)
    }

    /// Rows of other systems that came before, in one question per system.
    private func imported(_ acts: [Act]) throws -> [ImportSource: TicketID] {
        var found: [ImportSource: TicketID] = [:]
        var ids: [String: [String]] = [:]
        for act in acts { if let source = act.source { ids[source.source, default: []].append(source.externalID) } }
        for (source, ids) in ids {
            for (id, ticket) in try transaction.imported(source: source, externalIDs: ids) {
                found[ImportSource(source: source, externalID: id)] = ticket
            }
        }
        return found
    }
}
