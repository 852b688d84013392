import CentralStore
import Changeset
import SyncProtocol
import SyncService
import Tickets

extension Operations {
    func decide(
        _ command: String, _ answer: HeldAnswer, reason: String?, values: [String: String], by author: String
    ) async throws -> Outcome {
        let id = try await heldCommand(command)
        guard answer == .accept || reason?.isEmpty == false else {
            throw OperationProblem(.badArguments, "--reason is missing: the author reads why it was not accepted as it was given")
        }
        guard (answer == .amend) == !values.isEmpty else {
            throw OperationProblem(.badArguments, "--set gives an amended command its values; only amend takes it")
        }
        let outcome = try await service.decideHeld(
            id, answer.decision, reason: reason ?? "", arguments: try editArguments(values.mapValues { $0 }), by: author)
        let followed = outcome.followed
        return .decided(
            DecisionReport(
                command: outcome.command.description, decision: answer.decision.rawValue, sequence: outcome.sequence,
                followed: try await read { try DecisionReport.Follower.reports(followed, from: $0) }))
    }

    /// The command that a person means: its id, or the beginning of it among those that are held.
    private func heldCommand(_ reference: String) async throws -> CommandID {
        if let id = CommandID(text: reference) { return id }
        _ = try Self.beginning(of: reference)
        let found = try await read { try $0.held().map(\.command.id) }.filter { $0.begins(with: reference) }
        guard found.count < 2 else { throw Self.ambiguous(reference) }
        guard let id = found.first else {
            throw OperationProblem(.unknownCommand, "no held command begins with \(reference.printable); held shows them")
        }
        return id
    }

    /// Everything that an answer hangs on. What follows from each answer was tried, and taken back.
    func weigh(_ command: String, values: [String: String]) async throws -> Outcome {
        let id = try await heldCommand(command)
        let outlook = try await service.outlook(on: id, amended: try editArguments(values.mapValues { $0 }))
        return .weighed(try await read { try WeighedReport(outlook, from: $0) })
    }
}

extension DecisionReport.Follower {
    /// Commands that were decided again, with what they are.
    static func reports(_ followers: [HeldOutcome.Follower], from reader: any StoreReader) throws -> [Self] {
        guard !followers.isEmpty else { return [] }
        let commands = try reader.load(LoadRequest(commands: Set(followers.map(\.command)))).commands
        return followers.map {
            Self(
                command: $0.command.description, kind: commands[$0.command]?.kind, decision: $0.decision?.rawValue,
                reason: $0.reason)
        }
    }
}

extension WeighedReport {
    /// The latest things that happened meanwhile are enough to read.
    private static let meanwhileMax = 20

    init(_ outlook: HeldOutlook, from reader: any StoreReader) throws {
        let command = outlook.command
        let ticket = outlook.ticket
        func line(_ command: StoredCommand) -> HeldLine {
            HeldLine(command: command, ticket: ticket, conflicts: [])
        }
        let reports = try HeldReport.reports(([command] + outlook.waiting).map(line), from: reader)
        let person = try reader.load(LoadRequest(persons: [command.person])).persons[command.person]
        self.init(
            held: reports[0], personName: person?.name, role: outlook.author.role.rawValue,
            heldAtSeen: outlook.author.heldAtSeen, holdsNow: outlook.author.holdsNow, clockFlagged: command.clockFlagged,
            now: ticket.map(Self.columns) ?? [:],
            sides: outlook.given.sorted { $0.key.index < $1.key.index }.map { column, change in
                SideReport(
                    column: column.rawValue, trunk: change.old.shown, now: ticket.flatMap { $0[column].shown },
                    ours: change.new.shown)
            },
            meanwhile: try ticket.map { try Self.meanwhile(on: $0.id, after: outlook.seenBase, but: command, from: reader) }
                ?? [],
            waiting: Array(reports.dropFirst()),
            outlooks: try outlook.forecasts.map { forecast in
                OutlookReport(
                    decision: forecast.decision.rawValue, refusal: forecast.refusal?.rawValue,
                    changed: Self.changes(from: ticket, to: forecast.ticket),
                    followed: try DecisionReport.Follower.reports(forecast.followed, from: reader))
            })
    }

    private static func columns(of ticket: Ticket) -> [String: String] {
        var columns: [String: String] = [:]
        for column in TicketColumn.allCases where column != .id { columns[column.rawValue] = ticket[column].shown }
        return columns
    }

    private static func changes(from before: Ticket?, to after: Ticket?) -> [String: String?] {
        guard let after else { return [:] }
        var changes: [String: String?] = [:]
        for column in TicketColumn.allCases where before.map({ $0[column] != after[column] }) ?? (after[column] != .null) {
            changes[column.rawValue] = .some(after[column].shown)
        }
        let helpers = after.helpers.map(\.person)
        if let before, before.helpers.map(\.person) != helpers { changes["helpers"] = helpers.joined(separator: ", ") }
        return changes
    }

    private static func meanwhile(
        on ticket: TicketID, after base: UInt64, but held: StoredCommand, from reader: any StoreReader
    ) throws -> [MeanwhileLine] {
        try reader.history(of: ticket).filter { $0.sequence > base && $0.command?.id != held.id }.suffix(meanwhileMax).map {
            entry in
            var changed: [String: String?] = [:]
            for change in entry.body?.changeset.changes ?? [] where change.table == Table.ticket.name {
                for column in TicketColumn.allCases where change.operation == .update && change.new.indices.contains(column.index)
                {
                    if let value = change.new[column.index] { changed[column.rawValue] = .some(value.shown) }
                }
            }
            return MeanwhileLine(
                sequence: entry.sequence, author: entry.author, at: entry.at, occurredAt: entry.command?.occurredAt,
                kind: entry.command?.kind ?? entry.kind.rawValue, verdict: entry.command?.verdict?.rawValue, changed: changed)
        }
    }
}

extension HeldAnswer {
    var decision: HeldDecision {
        switch self {
        case .accept: .accepted
        case .decline: .declined
        case .amend: .amended
        }
    }
}
