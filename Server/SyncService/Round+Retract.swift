import CentralStore
import Changeset
import SyncProtocol
import Tickets

/// Taking back commands that the centre has.
///
///     retract of what is held:       verdict "applied" ─┬─▶ the target's one decision: declined, "retracted"
///                                                       └─▶ who waited for the target is decided again
///     retract of what took effect:   verdict "held" ──dispatcher──▶ decision ──▶ rows go back, in the retraction's own entry
///     retract before its target:     verdict "held", waits ──target judged──▶ one of the above
extension Round {
    /// What a retraction names, from the store: everything before it is written by then.
    ///
    /// - Parameter retraction: Itself, which is no earlier asking.
    /// - Returns: nil if there is no such command.
    func target(of retraction: Command) throws -> RetractTarget? {
        guard let id = retraction.retracted, let stored = overlay.loaded.commands[id] else { return nil }
        var target = RetractTarget(
            person: stored.person, kind: CommandKind(rawValue: stored.kind), ticket: stored.ticket,
            standing: stored.retractStanding)
        guard let ticket = stored.ticket, ticket == retraction.ticket else { return target }
        let history = try transaction.history(of: ticket)
        target.changes = changes(of: id, in: history)
        target.isOvertaken = isOvertaken(id, in: history)
        if target.standing == .effective {
            target.standing = earlier(retraction, in: history.compactMap(\.command)) ?? .effective
        }
        return target
    }

    /// What a command's entries say it did. A note that is gone again cannot go once more.
    private func changes(of id: CommandID, in history: [HistoryEntry]) -> [Change]? {
        let own = history.filter { $0.command?.id == id }
        guard own.allSatisfy({ $0.body != nil }) else { return nil }
        let gone = Set(
            history.lazy.flatMap { $0.body?.changeset.changes ?? [] }.filter { $0.operation == .delete }.map(\.key))
        return own.flatMap { $0.body?.changeset.changes ?? [] }.filter { $0.operation != .insert || !gone.contains($0.key) }
    }

    /// Whether the ticket stands elsewhere than where this command brought it: in the same state perhaps, but with another person, or
    /// after another handling.
    private func isOvertaken(_ id: CommandID, in history: [HistoryEntry]) -> Bool {
        guard let own = history.lastIndex(where: { $0.command?.id == id }) else { return false }
        var then: [TicketColumn: Value] = [:]
        var now = then
        for change in history[(own + 1)...].flatMap({ $0.body?.changeset.changes ?? [] })
        where change.table == Table.ticket.name && change.operation == .update {
            for column in [TicketColumn.state, .assignee, .acceptedAt, .startedAt, .resolvedAt]
            where change.new.indices.contains(column.index) {
                guard let old = change.old[column.index], let new = change.new[column.index] else { continue }
                then[column] = then[column] ?? old
                now[column] = new
            }
        }
        return then != now
    }

    /// What became of another retraction of the same command, if it stands in the way of this one. One that was declined does not.
    private func earlier(_ retraction: Command, in commands: [StoredCommand]) -> RetractTarget.Standing? {
        // Of the others on the ticket, payloads need not be read.
        let others = commands.filter {
            $0.kind == CommandKind.retract.rawValue && $0.id != retraction.id && $0.command?.retracted == retraction.retracted
        }
        if others.contains(where: { $0.decision.map { $0.decision != .declined } ?? false }) { return .takenBack }
        return others.contains(where: \.isUndecided) ? .asked : nil
    }

    /// Ends the question that the target was: its one decision, with what takes away its remains, and those that waited for it.
    ///
    /// - Returns: Empty if the target is not undecided, so that there is nothing to end.
    @discardableResult
    mutating func settle(_ id: CommandID?, _ changes: [RowChange], by author: String) throws -> [HeldOutcome.Follower] {
        guard let id, let target = overlay.loaded.commands[id], target.isUndecided else { return [] }
        let ruling = Ruling(Decision(.rejected, .retracted, changes: changes))
        _ = try write(.declined, Reason.retracted.rawValue, ruling, on: target, by: author)
        return [HeldOutcome.Follower(command: id, decision: .declined, reason: Reason.retracted.rawValue)]
            + (try follow(target, by: author))
    }

    /// Decides those retractions and choices again that came before their target.
    mutating func revive(whatNames target: Answered) throws {
        for held in isPlanted("early-retraction-forgotten") ? [] : commands(waitingFor: target) {
            try flush(underSavepoint: stepwise)
            _ = try step { round in try round.decideAgain(held, by: target.stored.person) }
        }
    }

    private func commands(waitingFor target: Answered) -> [StoredCommand] {
        guard let ticket = target.stored.ticket else { return [] }
        return overlay.undecided(on: ticket).filter {
            guard $0.reason == Reason.waitsForTarget.rawValue, $0.waitsFor == target.stored.id else { return false }
            // A choice waits for a conflict; without one there is nothing new to say on it.
            return $0.kind == CommandKind.choose.rawValue ? !target.isNewAndPlain : $0.person == target.stored.person
        }
    }
}

extension StoredCommand {
    /// Where a command stands for its author who wants it back.
    fileprivate var retractStanding: RetractTarget.Standing {
        switch (verdict, decision?.decision) {
        case (nil, _): .underWay
        case (.held, nil): .undecided
        case (.held, .declined), (.superseded, _), (.rejected, _): .void
        case (.held, .accepted), (.held, .amended), (.applied, _), (.merged, _): .effective
        }
    }
}
