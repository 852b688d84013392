import CentralStore
import Changeset
import SyncProtocol
import SyncService
import Tickets

extension Operations {
    func conflicts(_ question: ConflictQuestion) async throws -> Outcome {
        var filter = ConflictFilter(
            withSettled: question.withSettled, person: question.person, field: question.field,
            limit: max(0, min(question.limit, 100_000)))
        if let ticket = question.ticket { filter.ticket = try await self.ticket(ticket) }
        if let command = question.command { filter.commandPrefix = try Self.beginning(of: command) }
        let chosen = filter
        let name = question.command ?? ""
        let reports = try await read { reader in
            try ConflictReport.reports(try reader.conflictRecords(chosen).filter { $0.command.begins(with: name) }, from: reader)
        }
        guard question.command != nil else { return .conflicts(reports) }
        return .conflicts(try Self.ofOneCommand(reports, named: name))
    }

    /// A choice at the centre is a command like any other.
    func choose(_ command: String, field: String?, _ side: ChosenSide, value: String?, by author: String) async throws -> Outcome
    {
        let filter = ConflictFilter(withSettled: true, field: field, commandPrefix: try Self.beginning(of: command))
        let records = try await read { try $0.conflictRecords(filter) }.filter { $0.command.begins(with: command) }
        guard Set(records.map(\.command)).count < 2 else { throw Self.ambiguous(command) }
        let columns = records.compactMap { TicketColumn(rawValue: $0.conflict.field) }
        guard let record = records.first else {
            throw OperationProblem(.unknownConflict, "no conflict begins with \(command.printable); conflicts shows them")
        }
        // Latitude and longitude are one thing to choose.
        guard records.count == 1 || columns.first.map({ ColumnRules.embedded.together(with: $0).count == records.count }) == true
        else {
            let fields = records.map(\.conflict.field).sorted().joined(separator: ", ")
            throw OperationProblem(.badArguments, "the command has several conflicts; name one with --field: \(fields)")
        }
        var arguments: [String: Value] = [
            "target": .text(record.command.description), "field": .text(record.conflict.field), "side": .text(side.rawValue),
        ]
        // A place is two fields: the side alone says both, and a text names both as LATITUDE,LONGITUDE.
        let isPlace = columns.contains { ColumnRules.embedded.together(with: $0).count > 1 }
        if let value {
            arguments["value"] = isPlace ? .text(value) : try editArguments([record.conflict.field: value]).values.first
        } else if !isPlace {
            let conflict = record.conflict.typed
            arguments["value"] = side == .ours ? conflict.ours : conflict.theirs
        }
        let act = Act(id: newID(), kind: .choose, ticket: record.ticket, arguments: arguments)
        return .acts(try await reports([act], by: author))
    }

    /// The bytes that an identifier begins with, whether it is whole or not.
    static func beginning(of id: String) throws(OperationProblem) -> [UInt8] {
        let digits = id.lowercased().filter { $0 != "-" }
        guard digits.count >= 4, digits.count <= 32, digits.allSatisfy(\.isHexDigit) else {
            throw OperationProblem(.unknownCommand, "\(id.printable) is no command id, nor four or more digits of its beginning")
        }
        // Half a byte at the end is left out: what it finds is looked at again.
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { place in
            UInt8(digits.dropFirst(place).prefix(2), radix: 16)
        }
    }

    private static func ofOneCommand(_ reports: [ConflictReport], named name: String) throws(OperationProblem) -> [ConflictReport]
    {
        guard !reports.isEmpty else {
            throw OperationProblem(.unknownConflict, "no conflict begins with \(name.printable); conflicts shows them")
        }
        guard Set(reports.map(\.command)).count == 1 else { throw ambiguous(name) }
        return reports
    }

    static func ambiguous(_ name: String) -> OperationProblem {
        OperationProblem(.badArguments, "several commands begin with \(name.printable); give more of the id")
    }
}

extension CommandID {
    /// Its text begins so, hyphens or not.
    func begins(with text: String) -> Bool { bytes.hexadecimal.hasPrefix(text.lowercased().filter { $0 != "-" }) }
}

extension ConflictReport {
    /// Records with what stands around them, in two questions whatever their number.
    static func reports(_ records: [ConflictRecord], from reader: any StoreReader) throws -> [ConflictReport] {
        guard !records.isEmpty else { return [] }
        let ids = records.flatMap { [$0.command, $0.conflict.against].compactMap { $0 } }
        let found = try reader.load(LoadRequest(tickets: Set(records.map(\.ticket)), commands: Set(ids)))
        return records.map { record in
            var report = ConflictReport(record)
            let ticket = found.tickets[record.ticket]?.ticket
            report.number = ticket?.number
            report.title = ticket?[.title].string
            report.now = ticket.flatMap { ticket in
                TicketColumn(rawValue: record.conflict.field).flatMap { ticket[$0].shown }
            }
            report.kind = found.commands[record.command]?.kind
            report.oursReceivedAt = found.commands[record.command]?.receivedAt
            report.theirsReceivedAt = record.conflict.against.flatMap { found.commands[$0]?.receivedAt }
            return report
        }
    }

    init(_ record: ConflictRecord) {
        let conflict = record.conflict
        self.init(
            command: record.command.description, ticket: record.ticket.description, field: conflict.field,
            trunk: conflict.trunk.shown, theirs: conflict.theirs.shown, ours: conflict.ours.shown, rule: conflict.rule,
            outcome: conflict.outcome.rawValue, may: conflict.may.rawValue, oursBy: record.oursBy, oursAt: record.oursAt,
            against: conflict.against?.description, theirsBy: record.theirsBy, theirsAt: record.theirsAt,
            settledBy: conflict.settledBy?.description, settledAt: record.settledAt, chosenBy: record.chosenBy)
    }
}
