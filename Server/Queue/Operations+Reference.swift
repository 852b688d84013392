import CentralStore
import Changeset
import SyncService
import Tickets

/// Units, taxonomy and profile, as an operator enters and lists them.
extension Operations {
    func reference(_ operation: Operation) async throws -> Outcome {
        switch operation {
        case .putUnits(let entries, let author):
            let units = try entries.map { (entry) throws(OperationProblem) in try entry.unit() }
            let outcome = try await service.put(.units(units), by: author)
            return .imported(ImportReport(outcome.count, of: units.count))
        case .listUnits: return .units(try await listUnits())
        case .putTaxonomy(let csv, let author):
            let taxonomy = try Self.taxonomy(csv)
            return .reference(ReferenceReport(try await service.put(.taxonomy(taxonomy), by: author)))
        case .listCategories(let text, let withRetired): return .categories(try await listCategories(text, withRetired))
        case .putProfile(let body, let author):
            let profile = try Self.profile(body)
            return .reference(ReferenceReport(try await service.put(.profile(profile, body: body), by: author)))
        case .tryProfile(let body): return .trial(try await trial(of: try Self.profile(body)))
        default: preconditionFailure("\(operation) is not about the reference set")
        }
    }

    private func listUnits() async throws -> UnitsReport {
        try await read { reader in
            let units = try reader.units()
            let people = Set(try reader.persons().map(\.id))
            let findings = UnitFinding.all(of: units, people: people)
            return UnitsReport(
                units: units.map(UnitEntry.init), findings: findings.map { .init(unit: $0.unit, kind: $0.kind.rawValue) })
        }
    }

    private func listCategories(_ text: String?, _ withRetired: Bool) async throws -> [CategoryEntry] {
        let all = try await read { try $0.categories() }
        let shown =
            text.map { CategorySearch(all, withRetired: withRetired).hits($0) } ?? all.filter { withRetired || !$0.retired }
        return shown.map(CategoryEntry.init)
    }

    private static func taxonomy(_ csv: String) throws(OperationProblem) -> Taxonomy {
        do { return try Taxonomy(csv: csv) } catch { throw OperationProblem(.badArguments, error.description) }
    }

    private static func profile(_ body: String) throws(OperationProblem) -> Profile {
        do { return try Profile(entries: try Profile.entries(body: body)) } catch {
            throw OperationProblem(.badProfile, error.description)
        }
    }

    /// Which tickets under way would be due at another time, had they been dispatched under this profile.
    ///
    /// The ticket's clock knows the class that it was dispatched with; of one from a store that knew no clocks it is found from the due
    /// date (`Rules.basis`). Where no class gives that (somebody set the date), or the profile does not allow the days that were chosen,
    /// it cannot be told, and is counted apart.
    private func trial(of profile: Profile) async throws -> ProfileTrial {
        let before = service.rules
        var after = before
        after.profile = profile
        let rules = after
        return try await read { reader in
            var trial = ProfileTrial(
                name: profile.name, version: profile.version, nameBefore: before.profile.name,
                versionBefore: before.profile.version)
            try reader.underWay { trial.look(at: $0, before, rules) }
            return trial
        }
    }
}

extension StoreReader {
    /// Every ticket that is under way, page by page, the most urgent first.
    func underWay(_ body: (Ticket) -> Void) throws {
        var filter = QueueFilter()
        filter.states = Set(TicketState.allCases.filter { !$0.isFinal })
        filter.limit = 1_000
        while true {
            let lines = try queue(filter)
            for line in lines { body(line.ticket) }
            guard lines.count == filter.limit else { return }
            filter.offset += lines.count
        }
    }
}

extension ProfileTrial {
    fileprivate mutating func look(at ticket: Ticket, _ before: Rules, _ after: Rules) {
        guard let start = ticket[.dispatchedAt].int, let due = ticket[.dueAt].int else { return }
        looked += 1
        let then: Deadline?
        switch before.basis(of: ticket) {
        case .deadline(let found): then = after.deadline(dispatchedAt: start, class: found.deadlineClass)
        case .chosen(let found):
            then = after.deadline(dispatchedAt: start, class: found.deadlineClass, days: found.countedDays.count)
        case .other, .none: then = nil
        }
        guard let dueThen = then?.due else {
            unclear += 1
            return
        }
        guard dueThen != due else { return }
        moved += 1
        // The operator looks at some of them; a city's worth of lines helps nobody.
        guard tickets.count < Self.ticketsMax else { return }
        tickets.append(.init(ticket: ticket.number ?? ticket.id.description, dueAt: due, dueThen: dueThen))
    }
}

extension UnitEntry {
    init(_ unit: HandlingUnit) {
        self.init(
            id: unit.id, name: unit.name, kind: unit.kind.rawValue, level: unit.level.rawValue, parent: unit.parent,
            leader: unit.leader, handler: unit.handler, retired: unit.retired)
    }

    /// The unit as the rules know it.
    /// - Throws: `badArguments` for an unknown kind or level, or an id that could not be typed.
    public func unit() throws(OperationProblem) -> HandlingUnit {
        try OperationProblem.checkID(id)
        guard let kind = UnitKind(rawValue: kind) else {
            let known = UnitKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperationProblem(.badArguments, "\(id): unknown kind; the kinds are \(known)")
        }
        guard let level = UnitLevel(rawValue: level) else {
            let known = UnitLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperationProblem(.badArguments, "\(id): unknown level; the levels are \(known)")
        }
        guard !name.isEmpty, name.utf8.count <= 200 else {
            throw OperationProblem(.badArguments, "\(id): the name is empty or too long")
        }
        return HandlingUnit(
            id: id, name: name, kind: kind, level: level, parent: parent, leader: leader, handler: handler, retired: retired)
    }
}

extension CategoryEntry {
    init(_ category: Category) {
        self.init(
            code: category.code, levels: category.levels, initials: category.initials[2], retired: category.retired,
            replacedBy: category.replacedBy)
    }
}

extension ReferenceReport {
    init(_ outcome: ReferenceOutcome) {
        self.init(
            added: outcome.added.sorted(), changed: outcome.changed.sorted(),
            retired: outcome.retired.sorted { $0.key < $1.key }.map { Retired(code: $0.key, replacedBy: $0.value) })
    }
}
