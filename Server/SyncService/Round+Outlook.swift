public import CentralStore
public import Changeset
import SyncProtocol
public import Tickets

/// What a dispatcher sees of a held command before they answer it. Nothing is written.
public struct HeldOutlook: Sendable {
    /// The command.
    public var command: StoredCommand
    /// Its ticket as it is now; nil if there is none.
    public var ticket: Ticket?
    /// How its author stands to the ticket: when they gave it, and now.
    public var author: Author
    /// The store's sequence that the author had seen; 0 = nothing of this incarnation.
    public var seenBase: UInt64
    /// Old and new values of the ticket's columns, as the device recorded them when the command was given.
    public var given: [TicketColumn: GivenChange]
    /// Commands of the same device that wait for this one, in their order.
    public var waiting: [StoredCommand]
    /// What follows from each answer.
    public var forecasts: [HeldForecast]

    /// What one column was and became on the device.
    public struct GivenChange: Hashable, Sendable {
        /// What the author saw.
        public var old: Value
        /// What they made of it.
        public var new: Value
    }
}

/// What would come of one answer to a held command.
public struct HeldForecast: Hashable, Sendable {
    /// The answer.
    public var decision: HeldDecision
    /// Even with a dispatcher's word the rules do not allow it; nil if they do.
    public var refusal: Reason?
    /// The ticket as it would be; nil if there would be none.
    public var ticket: Ticket?
    /// Commands that would be decided again with it.
    public var followed: [HeldOutcome.Follower] = []
}

extension Round {
    /// What a held command is about, and what each answer would come to: the answers are given one after the other on a copy of this
    /// round and taken back, so that what is foretold is what the same code then does.
    ///
    /// - Parameter amended: Arguments of an amendment that is to be foretold too; none = only accept and decline.
    mutating func outlook(on id: CommandID, amended: [String: Value]) throws -> HeldOutlook {
        guard let held = overlay.loaded.commands[id] else { throw JobFailure.service(.unknownCommand(id)) }
        guard held.isUndecided else { throw JobFailure.service(.notHeld(id)) }
        // An answer may have to be written to be read again; what came before it in this batch stays.
        try flush(underSavepoint: stepwise)
        let payload = held.readPayload
        let base = payload.map(base(seenIn:)) ?? 0
        let ticket = held.ticket
        let author =
            ticket.map { overlay.author(held.person, on: $0, seen: base) }
            ?? Author(person: held.person, role: .worker, heldAtSeen: false, holdsNow: false)
        var answers: [(HeldDecision, [String: Value])] = [(.accepted, [:]), (.declined, [:])]
        if !amended.isEmpty { answers.append((.amended, amended)) }
        let forecasts = try answers.map { decision, arguments in
            try forecast(
                HeldAnswer(command: id, decision: decision, reason: "", arguments: arguments, by: held.person), to: held)
        }
        return HeldOutlook(
            command: held, ticket: ticket.flatMap(overlay.ticket), author: author, seenBase: base,
            given: payload.map(Self.changes) ?? [:], waiting: waiting(for: held), forecasts: forecasts)
    }

    private struct TakenBack: Error {}

    private func forecast(_ answer: HeldAnswer, to held: StoredCommand) throws -> HeldForecast {
        var trial = self
        var forecast = HeldForecast(decision: answer.decision)
        do {
            try transaction.savepoint {
                forecast.followed = try trial.step(held.id) { round in try round.settle(answer, held) }.followed
                forecast.ticket = held.ticket.flatMap(trial.overlay.ticket)
                throw TakenBack()
            }
        } catch is TakenBack {
        } catch JobFailure.service(.refused(let reason)) {
            forecast.refusal = reason
        }
        return forecast
    }

    /// What a given changeset says of its ticket's row.
    private static func changes(of payload: Payload) -> [TicketColumn: HeldOutlook.GivenChange] {
        guard let changeset = readChangeset(of: payload) else { return [:] }
        var found: [TicketColumn: HeldOutlook.GivenChange] = [:]
        for change in changeset.changes where change.table == Table.ticket.name && change.operation == .update {
            for column in TicketColumn.allCases where change.new.indices.contains(column.index) && column != .id {
                guard let new = change.new[column.index] else { continue }
                found[column] = HeldOutlook.GivenChange(old: change.old[column.index] ?? .null, new: new)
            }
        }
        return found
    }
}

extension SyncService {
    /// What a held command is about, and what would follow from each answer. Nothing is written.
    ///
    /// - Parameter amended: Arguments of an amendment that is to be foretold too.
    /// - Throws: `unknownCommand`, `notHeld`, `storeUnavailable`, `busy`.
    public func outlook(on command: CommandID, amended: [String: Value] = [:]) async throws(ServiceError) -> HeldOutlook {
        guard case .outlook(let outlook) = try await person(.outlook(command, amended: amended)) else {
            throw .unknownCommand(command)
        }
        return outlook
    }
}
