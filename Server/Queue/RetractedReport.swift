import CentralStore
import SyncProtocol
import Tickets

/// What a held retraction is to take back.
public struct RetractedReport: Codable, Hashable, Sendable {
    /// UUID of the command.
    public var command: String
    /// Who gave it: the retraction's own author, or the dispatcher declines. Nil if there is no such command.
    public var person: String?
    /// What it is: a word of `CommandKind`, or one that this release does not know.
    public var kind: String?
    /// Its verdict.
    public var verdict: String?
    /// Its later decision, if it was held.
    public var decision: String?
    /// When it was done in the field, milliseconds since 1970 UTC.
    public var occurredAt: Int64?
    /// What its author wrote, by argument.
    public var arguments: [String: String] = [:]
}

extension HeldReport {
    /// Held commands with both sides of what they disagreed with, and beside each retraction what it names.
    static func reports(_ lines: [HeldLine], from reader: any StoreReader) throws -> [HeldReport] {
        var reports = lines.map(HeldReport.init)
        var targets: [Int: CommandID] = [:]
        for (index, line) in lines.enumerated() where line.command.kind == CommandKind.retract.rawValue {
            let payload = line.command.payload.flatMap { try? Payload(decoding: $0) }
            targets[index] = payload?.command?.retracted
        }
        let records = try reader.conflictRecords(of: lines.map(\.command.id))
        let conflicts = Dictionary(
            grouping: try ConflictReport.reports(records.values.flatMap { $0 }, from: reader), by: \.command)
        for index in reports.indices {
            reports[index].conflicts = (conflicts[reports[index].command] ?? []).sorted { $0.field < $1.field }
        }
        guard !targets.isEmpty else { return reports }
        let commands = try reader.load(LoadRequest(commands: Set(targets.values))).commands
        for (index, id) in targets { reports[index].target = RetractedReport(id, commands[id]) }
        return reports
    }
}

extension RetractedReport {
    fileprivate init(_ id: CommandID, _ command: StoredCommand?) {
        self.init(command: id.description)
        guard let command else { return }
        let payload = command.payload.flatMap { try? Payload(decoding: $0) }
        person = command.person
        kind = command.kind
        verdict = command.verdict?.rawValue
        decision = command.decision?.decision.rawValue
        occurredAt = command.occurredAt
        arguments = payload?.arguments.compactMapValues(\.shown) ?? [:]
    }
}
