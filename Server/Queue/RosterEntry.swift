import CentralStore
import Changeset
import SyncService
import Tickets

/// A line of the duty roster as an operator writes it.
public struct RosterEntry: Codable, Hashable, Sendable {
    /// The line of its file; 0 = none.
    public var line: Int
    /// The id, ASCII letters, digits, `-`, `_`, `.`.
    public var id: String
    /// `YYYY-MM-DD`.
    public var day: String
    /// The desk.
    public var unit: String
    /// Which part of the day; nil = all of it.
    public var shift: String?
    /// Who is expected.
    public var person: String?
    /// What else is to be known.
    public var words: String?
    /// Not in force any more.
    public var retired: Bool

    /// The line as devices get it.
    /// - Throws: `badArguments` for a day that is none, or an id that could not be typed.
    func rosterLine() throws(OperationProblem) -> RosterLine {
        for id in [id, unit] { try OperationProblem.checkID(id) }
        guard let day = Day(text: day) else { throw OperationProblem(.badArguments, "\(id): the day is none") }
        return RosterLine(
            id: id, day: day.description, unit: unit, shift: shift, person: person, words: words, retired: retired)
    }
}

extension Operations {
    /// Lines come or change, and each desk has a diary for each month in which somebody is expected there.
    func put(roster entries: [RosterEntry], by author: String) async throws -> ImportReport {
        let units = Set(try await read { try $0.units() }.map(\.id))
        let lines = try entries.filter { units.contains($0.unit) }.map { (entry) throws(OperationProblem) in
            try entry.rosterLine()
        }
        var report = ImportReport(try await service.put(.roster(lines), by: author).count, of: lines.count)
        for stranger in entries where !units.contains(stranger.unit) {
            report.add(
                ImportFault(line: stranger.line, field: "unit", code: .badWord, reason: "no unit has this id; import it first"))
        }
        let months = Set(lines.filter { !$0.retired }.map { [$0.unit, $0.month] }).sorted { $0.lexicographicallyPrecedes($1) }
        let wanted = months.map { (unit: $0[0], month: $0[1], command: Diary.command(unit: $0[0], month: $0[1])) }
        let known = try await read { reader in
            Set(try reader.load(LoadRequest(tickets: Set(wanted.map { Command.madeTicket(by: $0.command) }))).tickets.keys)
        }
        let acts = wanted.filter { !known.contains(Command.madeTicket(by: $0.command)) && !isRemoved("HK6") }.map { one in
            Act(
                id: one.command, kind: .create,
                arguments: [
                    "title": .text(Diary.title(unit: one.unit, month: one.month)), "kind": .text(TicketKind.diary.rawValue),
                    "unit": .text(one.unit), "channel": .text(Channel.otherSystem.rawValue),
                ])
        }
        if !acts.isEmpty, let refused = try await reports(acts, by: author).first(where: { !$0.isApplied }) {
            throw OperationProblem(.refused, "the diary could not be made: \(refused.reason)")
        }
        return report
    }
}
