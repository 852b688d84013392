import CentralStore
import Changeset
import SyncService
import Tickets

extension Operations {
    func create(_ ticket: NewTicket, by author: String) async throws -> Outcome {
        let act = Act(
            id: newID(), kind: .create, arguments: arguments(ticket.texts, ticket.latitude, ticket.longitude))
        return .acts(try await reports([act], by: author))
    }

    /// Nobody would owe the clock of a unit that is not there.
    /// - Throws: `badArguments`.
    func checkUnits(_ ids: Set<String>, withRetired: Bool) async throws {
        guard !ids.isEmpty else { return }
        let known = Set(try await read { try $0.units() }.filter { withRetired || !$0.retired }.map(\.id))
        if let stranger = ids.subtracting(known).min() {
            throw OperationProblem(.badArguments, "no unit has the id \(stranger.printable)")
        }
    }

    func dispatch(_ orders: [DispatchOrder], by author: String) async throws -> Outcome {
        let tickets = try await read { reader in try orders.map { try reader.find(ticket: $0.ticket) } }
        try await checkUnits(Set(orders.compactMap(\.supervisor)), withRetired: true)
        let orders = try await addressed(orders, tickets)
        let paths = try await paths(to: Set(orders.compactMap(\.unit)))
        var acts: [Act] = []
        for (order, ticket) in zip(orders, tickets) {
            guard let ticket else { continue }
            var arguments: [String: Value] = ["assignee": .text(order.assignee)]
            if !order.helpers.isEmpty { arguments["helpers"] = .text(order.helpers.joined(separator: ",")) }
            if let grid = order.grid { arguments["grid"] = .text(grid) }
            if let unit = order.unit { arguments["unit"] = .text(unit) }
            let path = order.unit.flatMap { paths[$0] } ?? []
            if !path.isEmpty || order.expert != nil {
                arguments["route"] = .text(Route(skill: order.expert, to: order.assignee, path: path).text)
            }
            if let name = order.deadlineClass { arguments["class"] = .text(name) }
            if let name = order.supervisor { arguments["supervisor"] = .text(name) }
            if let name = order.approvedBy { arguments["approved_by"] = .text(name) }
            acts.append(Act(id: newID(), kind: .dispatch, ticket: ticket, arguments: arguments))
        }
        var outcomes = try await reports(acts, by: author)[...]
        return .acts(
            zip(orders, tickets).map { order, ticket in
                guard ticket != nil, var report = outcomes.popFirst() else {
                    return ActReport(
                        ticket: order.ticket.printable, verdict: "refused", reason: Reason.unknownTicket.rawValue, sequence: 0,
                        line: order.line)
                }
                report.line = order.line
                return report
            })
    }

    /// One act on one ticket.
    func act(_ kind: CommandKind, on reference: String, _ arguments: [String: Value], by author: String) async throws -> Outcome {
        let ticket = try await ticket(reference)
        return .acts(try await reports([Act(id: newID(), kind: kind, ticket: ticket, arguments: arguments)], by: author))
    }

    func reports(_ acts: [Act], by author: String) async throws -> [ActReport] {
        let reports = try await service.perform(acts, by: author).map { outcome in
            let applied = outcome.verdict.takesEffect
            return ActReport(
                command: applied ? outcome.command.description : nil, ticket: outcome.ticket.description, number: outcome.number,
                verdict: outcome.verdict.rawValue, reason: outcome.reason.rawValue, sequence: outcome.sequence, line: 0)
        }
        try await lead(acts, reports, by: author)
        return reports
    }

    private func arguments(_ texts: [String: String], _ latitude: Double?, _ longitude: Double?) -> [String: Value] {
        var arguments = texts.mapValues(Value.text)
        if let latitude { arguments["latitude"] = .real(latitude) }
        if let longitude { arguments["longitude"] = .real(longitude) }
        return arguments
    }

    /// Texts as the columns want them.
    /// - Throws: `badArguments` for a number or time that is none.
    func editArguments(_ values: [String: String?]) throws(OperationProblem) -> [String: Value] {
        var arguments: [String: Value] = [:]
        for (name, text) in values {
            guard let text else {
                arguments[name] = .null
                continue
            }
            switch name {
            case "latitude", "longitude":
                guard let number = Double(text), number.isFinite else {
                    throw OperationProblem(.badArguments, "\(name) is no number")
                }
                arguments[name] = .real(number)
            case "due_at":
                guard let time = ImportTime.parse(text) else {
                    throw OperationProblem(.badArguments, "due_at is no time (RFC 3339, or YYYY-MM-DD HH:MM:SS in Asia/Shanghai)")
                }
                arguments[name] = .integer(time)
            default: arguments[name] = .text(text)
            }
        }
        return arguments
    }
}
