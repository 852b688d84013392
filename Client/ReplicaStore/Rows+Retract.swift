import Changeset
import SyncProtocol
import Tickets

/// Retractions as the device knows them: what they name, and what became of the asking.
extension Rows {
    /// What a retraction names; nil if this device neither gave it nor heard a verdict on it.
    func retractTarget(of retraction: Command, by person: String) throws -> RetractTarget? {
        guard let id = retraction.retracted else { return nil }
        guard let command = try commands("id=?", [id.value]).first else {
            return try targetElsewhere(id, of: retraction, by: person)
        }
        var standing = command.retractStanding
        if standing != .unsent, standing != .void {
            standing = try retractions(of: id, on: command.ticket, besides: retraction.id).first?.standingOfTarget ?? standing
        }
        return RetractTarget(
            person: person, kind: CommandKind(rawValue: command.kind), ticket: command.ticket, standing: standing)
    }

    private func targetElsewhere(_ id: CommandID, of retraction: Command, by person: String) throws -> RetractTarget? {
        let row = try statements.row("SELECT verdict, decision FROM verdict_elsewhere WHERE command=?", [id.value])
        guard let row, let verdict = row[0].string.flatMap(Verdict.init(rawValue:)) else { return nil }
        var standing = RetractTarget.Standing(verdict, row[1].string.flatMap(HeldDecision.init(rawValue:)))
        if standing != .void {
            standing =
                try retractions(of: id, on: retraction.ticket, besides: retraction.id).first?.standingOfTarget ?? standing
        }
        return RetractTarget(person: person, kind: nil, ticket: nil, standing: standing)
    }

    /// Retractions of a command that were given here and say something about it, newest first. One that came to nothing does not.
    func retractions(of id: CommandID, on ticket: TicketID, besides other: CommandID? = nil) throws -> [StoredCommand] {
        try commands("ticket=? AND kind='retract' AND taken_back_at IS NULL ORDER BY ordinal DESC", [ticket.value]).filter {
            $0.id != other && $0.content?.command?.retracted == id && $0.standingOfTarget != nil
        }
    }

    /// What became of asking for a command back; nil if nobody asked.
    func retraction(of command: StoredCommand) throws -> CommandRecord.Retraction? {
        guard command.offeredAt != nil, command.kind != CommandKind.retract.rawValue,
            let newest = try commands(
                "ticket=? AND kind='retract' AND taken_back_at IS NULL ORDER BY ordinal DESC", [command.ticket.value]
            ).first(where: { $0.content?.command?.retracted == command.id }), let outcome = newest.retractOutcome
        else { return nil }
        return CommandRecord.Retraction(command: newest.id, ordinal: newest.ordinal, outcome: outcome, decision: newest.decided)
    }

    /// What a retraction takes back; nil for any other command, and once its contents are no longer retained.
    func retracted(by command: StoredCommand) throws -> CommandRecord.Retracted? {
        guard command.kind == CommandKind.retract.rawValue, let id = command.content?.command?.retracted else { return nil }
        let target = try commands("id=?", [id.value]).first
        return CommandRecord.Retracted(command: id, ordinal: target?.ordinal, kind: target?.kind)
    }
}

extension Replica {
    /// The command that a person means to take back: its number in `log` and `outbox`, or its UUID or the first eight digits at
    /// least, also of one that they gave on another device.
    ///
    /// - Parameter ticket: Of a command of another device whose ticket cannot be told from what is here.
    /// - Returns: The command, its ticket, and its record if it was given here.
    /// - Throws: `unknownCommand`; `refused` if the ticket has to be named.
    public func commandToRetract(reference: String, ticket: TicketID? = nil) throws -> (
        id: CommandID, ticket: TicketID, record: CommandRecord?
    ) {
        try read { rows in
            if let ordinal = Int64(reference), reference.utf8.count <= 9 {
                guard let command = try rows.commands("ordinal=?", [.integer(ordinal)]).first else {
                    throw ReplicaError.unknownCommand(reference: reference)
                }
                return (command.id, command.ticket, try rows.record(command))
            }
            let digits = reference.lowercased().filter { $0 != "-" }
            guard digits.count >= 8, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                throw ReplicaError.unknownCommand(reference: reference)
            }
            let here = try rows.commands("lower(hex(id)) LIKE ? ORDER BY ordinal LIMIT 2", [.text(digits + "%")])
            if here.count == 1 { return (here[0].id, here[0].ticket, try rows.record(here[0])) }
            let elsewhere = try rows.statements.rows(
                "SELECT command FROM verdict_elsewhere WHERE lower(hex(command)) LIKE ? LIMIT 2", [.text(digits + "%")])
            guard here.isEmpty, elsewhere.count == 1, let id = CommandID(elsewhere[0][0]) else {
                throw ReplicaError.unknownCommand(reference: reference)
            }
            guard let ticket = try ticket ?? rows.ticket(ofElsewhere: id) else {
                throw ReplicaError.refused(.badArguments, fault: ArgumentFault("ticket", .missing))
            }
            return (id, ticket, nil)
        }
    }
}

extension Rows {
    /// The ticket of a command of another device, as far as its words or its conflicts are here.
    fileprivate func ticket(ofElsewhere id: CommandID) throws -> TicketID? {
        let row = try statements.row(
            "SELECT ticket FROM note WHERE command=?1 UNION SELECT ticket FROM conflict WHERE command=?1 LIMIT 1", [id.value])
        return TicketID(row?.first)
    }
}

extension RetractTarget.Standing {
    init(_ verdict: Verdict, _ decision: HeldDecision?) {
        switch (verdict, decision) {
        case (.held, nil): self = .undecided
        case (.held, .declined), (.superseded, _), (.rejected, _): self = .void
        case (.held, .accepted), (.held, .amended), (.applied, _), (.merged, _): self = .effective
        }
    }
}

extension StoredCommand {
    fileprivate var retractStanding: RetractTarget.Standing {
        if takenBackAt != nil { return .void }
        guard let verdict else { return offeredAt == nil ? .unsent : .underWay }
        return RetractTarget.Standing(verdict, decision)
    }

    /// Of a retraction: what it makes of its target; nil if it came to nothing.
    fileprivate var standingOfTarget: RetractTarget.Standing? {
        switch retractOutcome {
        case .asked: .asked
        case .takenBack: .takenBack
        case .declined, nil: nil
        }
    }

    /// Of a retraction: what became of it; nil if there was nothing to take back.
    fileprivate var retractOutcome: CommandRecord.Retraction.Outcome? {
        switch (verdict, decision) {
        case (nil, _), (.held, nil): .asked
        case (.applied, _), (.merged, _), (.held, .accepted), (.held, .amended): .takenBack
        case (.held, .declined): .declined
        case (.superseded, _), (.rejected, _): nil
        }
    }
}
