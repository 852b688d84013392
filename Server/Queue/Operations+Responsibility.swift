import CentralStore
import SyncService
import Tickets

/// The responsibility catalogue, and mediators and experts.
extension Operations {
    func responsibility(_ operation: Operation) async throws -> Outcome {
        switch operation {
        case .putDuties(let entries, let author):
            let duties = try entries.map { (entry) throws(OperationProblem) in try entry.duty() }
            return .imported(ImportReport(try await service.put(.duties(duties), by: author).count, of: duties.count))
        case .listDuties(let question): return .duties(try await list(question))
        case .who(let text, let grid): return .owners(try await owners(of: text, in: grid))
        case .putExperts(let entries, let author):
            let experts = try entries.map { (entry) throws(OperationProblem) in try entry.expert() }
            return .imported(ImportReport(try await service.put(.experts(experts), by: author).count, of: experts.count))
        case .listExperts(let question): return .experts(try await list(question))
        case .putChecklists(let entries, let author): return .imported(try await put(checklists: entries, by: author))
        default: preconditionFailure("\(operation) is not about who is responsible")
        }
    }

    private func list(_ question: DutyQuestion) async throws -> DutiesReport {
        try await read { reader in
            let duties = try question.instead?.map { (entry) throws(OperationProblem) in try entry.duty() } ?? reader.duties()
            let findings = DutyFinding.all(
                of: duties, categories: try reader.categories(), areas: try reader.areas().identifiers, units: try reader.units(),
                people: Set(try reader.persons().map(\.id)))
            let lines = Dictionary(question.instead?.map { ($0.id, $0.line) } ?? [], uniquingKeysWith: { first, _ in first })
            return DutiesReport(
                duties: question.instead ?? duties.map(DutyEntry.init),
                findings: findings.map { finding in
                    .init(
                        duty: finding.duty, kind: finding.kind.rawValue, other: finding.other, line: lines[finding.duty],
                        otherLine: finding.other.flatMap { lines[$0] })
                })
        }
    }

    private func owners(of text: String, in grid: String?) async throws -> [OwnerReport] {
        try await read { reader in
            let areas = try reader.areas()
            if let grid, !areas.identifiers.contains(grid) {
                throw OperationProblem(.unknownGrid, "no grid has the id \(grid.printable)")
            }
            let names = Dictionary(try reader.units().map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
            let answers = Catalogue(try reader.duties(), areas: areas).answers(text, among: try reader.categories(), grid: grid)
            return answers.map { answer in
                func named(_ duty: Duty) -> OwnerReport.Named {
                    .init(
                        rule: duty.id, revision: duty.revision, unit: duty.unit, name: names[duty.unit] ?? duty.unit,
                        area: duty.area, words: duty.words)
                }
                return OwnerReport(
                    category: answer.category.code, path: answer.category.path, owners: answer.owners.map(named),
                    supervisors: answer.supervisors.map(named), limitedCount: answer.limitedCount)
            }
        }
    }

    private func list(_ question: ExpertQuestion) async throws -> ExpertsReport {
        try await read { reader in
            let all = try question.instead?.map { (entry) throws(OperationProblem) in try entry.expert() } ?? reader.experts()
            let areas = try reader.areas()
            if let grid = question.grid, !areas.identifiers.contains(grid) {
                throw OperationProblem(.unknownGrid, "no grid has the id \(grid.printable)")
            }
            let findings = ExpertFinding.all(
                of: all, people: Set(try reader.persons().map(\.id)), areas: areas.identifiers,
                units: Set(try reader.units().lazy.filter { !$0.retired }.map(\.id)))
            let lines = Dictionary(question.instead?.map { ($0.id, $0.line) } ?? [], uniquingKeysWith: { first, _ in first })
            let shown = ExpertDirectory(all, areas: areas).matching(skill: question.skill, grid: question.grid)
            return ExpertsReport(
                experts: shown.map(ExpertEntry.init),
                findings: findings.map { .init(expert: $0.expert, kind: $0.kind.rawValue, line: lines[$0.expert]) })
        }
    }
}

extension DutyEntry {
    init(_ duty: Duty) {
        self.init(
            line: 0, id: duty.id, category: duty.category, area: duty.area, unit: duty.unit, role: duty.role.rawValue,
            words: duty.words, retired: duty.retired, revision: duty.revision)
    }

    /// The rule as the catalogue knows it.
    /// - Throws: `badArguments` for an unknown role, or an id that could not be typed.
    func duty() throws(OperationProblem) -> Duty {
        for id in [id, unit] + [area].compactMap({ $0 }) { try OperationProblem.checkID(id) }
        guard let role = DutyRole(rawValue: role) else { throw OperationProblem(.badArguments, "\(id): unknown role") }
        return Duty(id: id, category: category, area: area, unit: unit, role: role, words: words, retired: retired)
    }
}

extension ExpertEntry {
    init(_ expert: Expert) {
        self.init(
            line: 0, id: expert.id, person: expert.person, skill: expert.skill, area: expert.area, unit: expert.unit,
            retired: expert.retired)
    }

    /// The expert as the directory knows them.
    /// - Throws: `badArguments` for an id that could not be typed.
    func expert() throws(OperationProblem) -> Expert {
        for id in [id, person] + [area, unit].compactMap({ $0 }) { try OperationProblem.checkID(id) }
        return Expert(id: id, person: person, skill: skill, area: area, unit: unit, retired: retired)
    }
}
