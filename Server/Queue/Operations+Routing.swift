import CentralStore
import Changeset
import SyncService
import Tickets

/// Dispatch by the rules of the responsibility catalogue, by skill, and the path to a unit.
extension Operations {
    /// One page of tickets goes where the rules say, in one transaction.
    func route(_ question: RoutingQuestion, by author: String) async throws -> RoutingReport {
        guard (1...1_000).contains(question.limit) else { throw OperationProblem(.badArguments, "a page has 1 to 1000 tickets") }
        let tickets = try await waiting(question)
        let desk = service.rules.profile.deskUnit
        let router = try await read { try Router($0, desk: desk) }
        var report = RoutingReport()
        report.looked = tickets.count
        var acts: [Act] = []
        for ticket in tickets {
            let name = ticket.number ?? ticket.id.description
            switch router.destination(of: ticket) {
            case .left(let reason, let rules): report.left.append(.init(ticket: name, reason: reason, rules: rules))
            case .unit(let place):
                report.routes.append(
                    .init(
                        ticket: name, rule: place.duty?.id ?? "", revision: place.duty?.revision ?? 0, unit: place.unit,
                        person: place.person, path: place.path, supervisor: place.supervisor))
                var arguments: [String: Value] = [
                    "assignee": .text(place.person), "unit": .text(place.unit), "route": .text(place.route.text),
                ]
                if let supervisor = place.supervisor { arguments["supervisor"] = .text(supervisor) }
                acts.append(Act(id: newID(), kind: .dispatch, ticket: ticket.id, arguments: arguments))
            }
        }
        if !acts.isEmpty { report.acts = try await reports(acts, by: author) }
        return report
    }

    private func waiting(_ question: RoutingQuestion) async throws -> [Ticket] {
        if let reference = question.ticket {
            let id = try await ticket(reference)
            return try await read { reader in try reader.load(LoadRequest(tickets: [id])).tickets[id].map { [$0.ticket] } ?? [] }
        }
        return try await read { reader in
            var filter = QueueFilter()
            filter.states = [.received, .awaitingDispatch]
            filter.limit = question.limit
            filter.offset = max(0, question.offset)
            return try reader.queue(filter).map(\.ticket)
        }
    }

    /// Orders for a skill get their person. All are looked at before anything is done.
    /// - Throws: `nobodyFits`.
    func addressed(_ orders: [DispatchOrder], _ tickets: [TicketID?]) async throws -> [DispatchOrder] {
        guard orders.contains(where: { $0.expert != nil }) else { return orders }
        return try await read { reader in
            let directory = ExpertDirectory(try reader.experts(), areas: try reader.areas())
            let people = Set(try reader.persons().map(\.id))
            return try zip(orders, tickets).map { order, id in
                guard let skill = order.expert, let id else { return order }
                let grid = try order.grid ?? reader.load(LoadRequest(tickets: [id])).tickets[id]?.ticket.grid
                let choice = try directory.choice(skill: skill, grid: grid) { try reader.underWay(assignee: $0) }
                guard let choice, people.contains(choice.person) else {
                    throw OperationProblem(
                        .nobodyFits,
                        "nobody with the skill \(skill.printable) can be called there; look with: gridline-server experts")
                }
                var order = order
                order.assignee = choice.person
                order.unit = order.unit ?? choice.unit
                return order
            }
        }
    }

    /// Of each unit that the store knows, the units from the top down to it.
    func paths(to units: Set<String>) async throws -> [String: [String]] {
        guard !units.isEmpty, !isRemoved("WF10") else { return [:] }
        return try await read { reader in
            let known = try reader.units()
            let tree = AreaTree(units: known)
            return Dictionary(uniqueKeysWithValues: known.filter { units.contains($0.id) }.map { ($0.id, tree.path(to: $0.id)) })
        }
    }

    /// Counted from the dispatches that stand in the tickets, and from what happened to those afterwards.
    func accuracy(withCases: Bool) async throws -> AccuracyReport {
        let decimals = service.rules.profile.roundingDecimals
        return try await read { reader in
            var report = AccuracyReport()
            var after: UInt64 = 0
            while true {
                let lines = try reader.routed(after: after, limit: 1_000)
                for line in lines { report.add(line, withCases: withCases) }
                guard lines.count == 1_000, let last = lines.last else { break }
                after = last.sequence
            }
            let right = report.dispatched - report.returned - report.dispatchedAnew
            report.percent = percentage(right, of: report.dispatched, decimals: decimals)
            return report
        }
    }
}

extension AccuracyReport {
    fileprivate mutating func add(_ line: RoutedLine, withCases: Bool) {
        dispatched += 1
        switch line.outcome {
        case .stands: break
        case .returned: returned += 1
        case .dispatchedAnew: dispatchedAnew += 1
        }
        guard withCases else { return }
        cases.append(
            Case(
                ticket: line.number ?? line.ticket.description, rule: line.route.rule ?? "", revision: line.route.revision ?? 0,
                at: line.at, outcome: line.outcome.rawValue))
    }
}

/// Where a ticket goes by the rules that stand in a store.
private struct Router {
    enum Destination {
        case unit(Place)
        case left(String, rules: [String])
    }

    /// A unit with who gets the ticket there.
    struct Place {
        /// The rule; nil = nobody owns it and the city's desk gets it: that is no rule's doing, and counts for no rule's accuracy.
        var duty: Duty?
        var unit: String
        var person: String
        var path: [String]
        /// The unit that is set over it.
        var supervisor: String?

        var route: Route {
            duty.map { Route(by: $0, to: person, path: path) } ?? Route(to: person, path: path.isEmpty ? [unit] : path)
        }
    }

    private let catalogue: Catalogue
    private let units: [String: HandlingUnit]
    private let tree: AreaTree
    private let people: Set<String>

    private let desk: String?

    init(_ reader: any StoreReader, desk: String?) throws {
        self.desk = desk
        catalogue = Catalogue(try reader.duties(), areas: try reader.areas())
        let all = try reader.units()
        tree = AreaTree(units: all)
        units = Dictionary(all.filter { !$0.retired }.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        people = Set(try reader.persons().map(\.id))
    }

    /// What nobody owns goes to the city's desk, if it has one.
    private func unowned(_ reason: String) -> Destination {
        guard let desk, !isRemoved("PZ3") else { return .left(reason, rules: []) }
        guard let person = units[desk]?.addressee(among: people) else { return .left("no-desk", rules: [desk]) }
        return .unit(Place(duty: nil, unit: desk, person: person, path: path(to: desk)))
    }

    func destination(of ticket: Ticket) -> Destination {
        // Who sent it back had a reason: that is for a person to read.
        guard ticket[.dispatchedAt] == .null else { return .left("dispatched-before", rules: []) }
        guard let category = ticket[.category].string, !category.isEmpty else { return unowned("no-category") }
        let best = isRemoved("GZ4") ? [] : catalogue.best(.owner, category: category, grid: ticket.grid)
        guard let duty = best.first else { return unowned("no-rule") }
        guard best.count == 1 else { return .left("tie", rules: best.map(\.id)) }
        guard let person = units[duty.unit]?.addressee(among: people) else { return .left("nobody", rules: [duty.id]) }
        let supervisor = supervisor(of: ticket, category, over: duty.unit)
        return .unit(Place(duty: duty, unit: duty.unit, person: person, path: path(to: duty.unit), supervisor: supervisor))
    }

    /// Whom the rules set over it. Two that fit equally well set nobody: the ticket does not wait for that, and the lint names them.
    private func supervisor(of ticket: Ticket, _ category: String, over owner: String) -> String? {
        let best = catalogue.best(.supervisor, category: category, grid: ticket.grid)
        guard best.count == 1, let unit = best.first?.unit, unit != owner, units[unit] != nil else { return nil }
        return unit
    }

    private func path(to unit: String) -> [String] { isRemoved("WF10") ? [] : tree.path(to: unit) }
}
