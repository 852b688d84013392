import CentralStore
import Changeset
import SyncService
import Tickets

extension Operations {
    /// The next rows of an export.
    func export(_ question: ExportQuestion, by author: String?) async throws -> Outcome {
        guard (1...5000).contains(question.limit) else { throw OperationProblem(.badArguments, "a page has 1 to 5000 rows") }
        if let reason = question.reason { try await allowPersonalData(question, reason, author) }
        return .exported(
            try await read { reader in
                switch question.kind {
                case .tickets: try Self.tickets(question, reader)
                case .people:
                    ExportPage(try reader.persons(after: question.after ?? "", limit: question.limit), question) {
                        ($0.id, [$0.id, $0.name, $0.role.rawValue, $0.grid, $0.unit, $0.profession])
                    }
                case .units:
                    ExportPage(try reader.units(after: question.after ?? "", limit: question.limit), question) { unit in
                        let retired = unit.retired ? "1" : "0"
                        let texts = [unit.id, unit.name, unit.kind.rawValue, unit.level.rawValue]
                        return (unit.id, texts + [unit.parent, unit.leader, unit.handler, retired])
                    }
                case .grids:
                    ExportPage(try reader.grids(after: question.after ?? "", limit: question.limit), question) {
                        ($0.id, [$0.id, $0.name, $0.parent])
                    }
                case .duties:
                    ExportPage(try reader.references(.duty, after: question.after ?? "", limit: question.limit), question) {
                        row in
                        (row[0].string ?? "", [0, 1, 2, 3, 4, 5, 7].map { row[$0].shown })
                    }
                case .checklists: try Self.wholeRows(of: .checklist, question, reader)
                case .roster: try Self.wholeRows(of: .roster, question, reader)
                case .experts: try Self.wholeRows(of: .expert, question, reader)
                }
            })
    }

    /// Of a table whose columns are those of its file.
    private static func wholeRows(of table: Table, _ question: ExportQuestion, _ reader: any StoreReader) throws -> ExportPage {
        ExportPage(try reader.references(table, after: question.after ?? "", limit: question.limit), question) {
            ($0[0].string ?? "", $0.map(\.shown))
        }
    }

    /// Citizens' data leaves the store only by a person of the centre, for a reason, and with an entry in the journal before the
    /// first row of it.
    private func allowPersonalData(_ question: ExportQuestion, _ reason: String, _ author: String?) async throws {
        guard question.kind == .tickets else {
            throw OperationProblem(
                .badArguments, "--personal-data is for tickets; \(question.kind.rawValue) have none of a citizen's")
        }
        guard let author, !author.isEmpty else {
            throw OperationProblem(.badArguments, "personal data needs an author: --as PERSON")
        }
        guard reason.utf8.contains(where: { $0 > 0x20 }), reason.utf8.count <= 2000 else {
            throw OperationProblem(.badArguments, "--reason is empty or longer than 2000 bytes; it is kept in the journal")
        }
        guard question.after == nil else { return }
        let service = service
        try await blocking {
            try service.journal(.exported, facts: ["what": .text("citizen"), "reason": .text(reason)], by: author)
        }
    }

    private static func tickets(_ question: ExportQuestion, _ reader: any StoreReader) throws -> ExportPage {
        let after = question.after.flatMap { UInt64($0) } ?? 0
        let tickets = try reader.tickets(after: after, limit: question.limit, withCitizens: question.reason != nil)
        return ExportPage(tickets, question) { exported in
            (String(exported.position), exported.columns(intakeOnly: question.intakeOnly))
        }
    }
}

extension JournalKind {
    /// Citizens' data was exported.
    static let exported = JournalKind(rawValue: "export")
}

extension ExportPage {
    /// - Parameter row: The position of an item, and its texts.
    fileprivate init<Item>(_ items: [Item], _ question: ExportQuestion, _ row: (Item) -> (String, [String?])) {
        let found = items.map(row)
        rows = found.map(\.1)
        next = found.count < question.limit ? nil : found.last?.0
    }
}

extension ExportedTicket {
    /// Texts in the order of `ExportQuestion.columns`.
    fileprivate func columns(intakeOnly: Bool) -> [String?] {
        let intake = ImportKind.tickets.targets.map { target -> String? in
            switch target {
            case .source: source?.source ?? ownSource
            case .externalID: source?.externalID ?? ticket.id.description
            case .name: citizen?[1].string
            case .phone: citizen?[2].string
            case .address: citizen?[3].string
            case .identityNumber: citizen?[4].string
            default: text(target.rawValue)
            }
        }
        return intakeOnly ? intake : intake + ImportKind.tickets.exportOnly.map(text)
    }

    private func text(_ name: String) -> String? {
        if name == "helpers" { return ticket.helpers.isEmpty ? nil : ticket.helpers.map(\.person).joined(separator: " ") }
        guard let column = TicketColumn(rawValue: name) else { return nil }
        if name.hasSuffix("_at"), let time = ticket[column].int { return ImportTime.text(time) }
        return ticket[column].shown
    }
}
