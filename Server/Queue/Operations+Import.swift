import CentralStore
import Changeset
import SyncService
import Tickets

extension Operations {
    /// Rows of a source become tickets; those whose external id is known are passed over. One transaction.
    func importRows(_ rows: [ImportRow], source: String, by author: String) async throws -> Outcome {
        try await prepared(rows, source: source, by: author).run().get()
    }

    /// Everything but the transaction, on the caller's thread: an import makes the next batch ready while this one is written.
    public func prepare(_ operation: Operation) async throws(OperationProblem) -> PreparedOperation {
        guard case .importRows(let rows, let source, let author) = operation else {
            return PreparedOperation { () throws(OperationProblem) in try await self.run(operation) }
        }
        return try await named { try await self.prepared(rows, source: source, by: author) }
    }

    private func prepared(_ rows: [ImportRow], source: String, by author: String) async throws -> PreparedOperation {
        guard rows.allSatisfy({ !($0.source ?? source).isEmpty }) else {
            throw OperationProblem(.badArguments, "--source is empty; name where the rows come from")
        }
        let ours = try await tickets(thatAreHere: rows, source: source)
        let fresh = ours.isEmpty ? rows : rows.filter { !ours.contains($0.externalID) || ($0.source ?? source) != ownSource }
        let acts = zip(fresh, inOrderOfTickets(newIDs(fresh.count))).map { row, id in
            Act(
                id: id, kind: .create, arguments: row.arguments,
                source: .init(source: row.source ?? source, externalID: row.externalID))
        }
        let sealed = service.sealed(acts)
        let lines = fresh.map(\.line)
        let known = rows.count - fresh.count
        return PreparedOperation { () throws(OperationProblem) in
            try await self.named {
                .imported(try Self.report(lines, try await self.service.perform(sealed, by: author), known: known, by: author))
            }
        }
    }

    /// Random identifiers in the order of the tickets that they make: the rows of a batch then go into the store's indexes of tickets
    /// one beside the other, instead of each somewhere else.
    private func inOrderOfTickets(_ ids: [CommandID]) -> [CommandID] {
        ids.map { (id: $0, ticket: Command.madeTicket(by: $0)) }.sorted { $0.ticket < $1.ticket }.map(\.id)
    }

    private static func report(_ lines: [Int], _ outcomes: [ActOutcome], known: Int, by author: String) throws -> ImportReport {
        var report = ImportReport()
        report.known = known
        for (line, outcome) in zip(lines, outcomes) {
            if outcome.isKnown {
                report.known += 1
            } else if outcome.verdict.takesEffect {
                report.imported += 1
            } else if outcome.reason == .notPermitted {
                throw ServiceError.notPermitted(author)
            } else {
                report.add(
                    ImportFault(line: line, code: .refused, reason: "\(outcome.reason.rawValue): \(outcome.reason.english)"))
            }
        }
        return report
    }

    /// External ids of rows that this very store exported, of tickets that no other system brought.
    private func tickets(thatAreHere rows: [ImportRow], source: String) async throws -> Set<String> {
        var ids: [TicketID: String] = [:]
        for row in rows where (row.source ?? source) == ownSource {
            if let id = TicketID(text: row.externalID) { ids[id] = row.externalID }
        }
        guard !ids.isEmpty else { return [] }
        let asked = ids
        return try await read { reader in
            let found = try reader.load(LoadRequest(tickets: Set(asked.keys))).tickets
            return Set(found.keys.compactMap { asked[$0] })
        }
    }
}

/// The source that an export names for tickets that came from no other system: their external id is their UUID, which means the
/// same in every store.
let ownSource = "gridline"

extension ImportReport {
    /// People, units or grids were put; so many of them were new or different.
    init(_ changed: Int, of all: Int) {
        self.init()
        imported = changed
        known = all - changed
    }
}
