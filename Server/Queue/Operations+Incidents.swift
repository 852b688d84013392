import CentralStore
import Changeset
import SyncService
import Tickets

/// Tickets that are most likely about one incident.
public struct DuplicatesReport: Codable, Hashable, Sendable {
    /// The ticket that the others would go into.
    public var parent: TicketLine
    /// The others, in the order of coming in.
    public var others: [TicketLine]
    /// Of all.
    public var category: String?
    /// Grid, or the area above it.
    public var area: String?
}

extension Operations {
    /// Makes tickets part of the incident of another one; what had gone into one of them goes along.
    /// - Throws: `unknownTicket`, `badArguments`.
    func merge(_ references: [String], into target: String, by author: String) async throws -> Outcome {
        let parent = try await ticket(target)
        var children: [TicketID] = []
        for reference in references {
            let child = try await ticket(reference)
            if child != parent, !children.contains(child) { children.append(child) }
        }
        let named = children
        guard !named.isEmpty else { throw OperationProblem(.badArguments, "a ticket does not go into itself") }
        let (whole, below) = try await read { reader in
            (try reader.ticket(parent)?.ticket, try reader.merged(into: named).filter { $0.state == .merged }.map(\.ticket))
        }
        guard let whole, !whole.state.isFinal, whole.state != .merged else {
            throw OperationProblem(
                .badArguments, "\(target.printable) is closed, or part of an incident itself; name another ticket")
        }
        let all = named + below.filter { $0 != parent && !named.contains($0) }
        let outcomes = try await reports(all.map { merging($0, into: whole) }, by: author)
        let numbers = outcomes.filter(\.isApplied).map { $0.number ?? $0.ticket }
        if !numbers.isEmpty {
            let words = "并案：" + numbers.joined(separator: "、")
            _ = try await reports([Act(id: newID(), kind: .note, ticket: parent, arguments: ["body": .text(words)])], by: author)
        }
        return .acts(outcomes)
    }

    private func merging(_ child: TicketID, into parent: Ticket) -> Act {
        var arguments: [String: Value] = ["parent": .text(parent.id.description)]
        if let number = parent.number { arguments["number"] = .text(number) }
        if let due = parent[.dueAt].int { arguments["due_at"] = .integer(due) }
        return Act(id: newID(), kind: .merge, ticket: child, arguments: arguments)
    }

    /// What went into a ticket goes with it: its date, the one reply to all callers when it is closed, and out again when it is withdrawn.
    /// Each is an act of its own with a verdict of its own; whoever repeats an act that was cut off completes it.
    func lead(_ acts: [Act], _ outcomes: [ActReport], by author: String) async throws {
        let moving: Set<CommandKind> = [.edit, .grant, .dispatch, .escalate, .close, .withdraw]
        var parents: Set<TicketID> = []
        for (act, outcome) in zip(acts, outcomes) where moving.contains(act.kind) {
            let isDone = ["closed", "withdrawn"].contains(outcome.reason)
            if let ticket = act.ticket, outcome.isApplied || isDone { parents.insert(ticket) }
        }
        try await follow(parents.sorted(), by: author)
    }

    /// Brings what went into these tickets to where they stand; nothing is written where it stands there already.
    func follow(_ parents: [TicketID], by author: String) async throws {
        guard !parents.isEmpty, !isRemoved("ZY12") else { return }
        let (children, details) = try await read { reader in
            let children = try reader.merged(into: parents).filter { $0.state == .merged }
            let named = Set(children.map(\.incident.parent))
            return (children, try named.compactMap { try reader.ticket($0) })
        }
        let following = children.compactMap { child in
            details.first { $0.ticket.id == child.incident.parent }.flatMap { follow(child, $0) }
        }
        if !following.isEmpty { _ = try await service.perform(following, by: author) }
    }

    private func follow(_ child: IncidentLine, _ parent: TicketDetail) -> Act? {
        let ticket = parent.ticket
        switch ticket.state {
        case .closed:
            var arguments: [String: Value] = ["body": .text(reply(of: parent))]
            if let resolved = ticket[.resolvedAt].int { arguments["resolved_at"] = .integer(resolved) }
            return Act(id: newID(), kind: .reply, ticket: child.ticket, arguments: arguments)
        case .withdrawn:
            return Act(id: newID(), kind: .unmerge, ticket: child.ticket, arguments: ["body": .text("主工单已撤回")])
        default:
            guard let due = ticket[.dueAt].int, due != child.incident.dueAt else { return nil }
            return merging(child.ticket, into: ticket)
        }
    }

    /// What all callers are told: the words with which it was closed, else what whoever resolved it wrote last.
    private func reply(of parent: TicketDetail) -> String {
        func last(_ kind: String) -> String? {
            let notes = parent.rows.filter { $0.table == .note && $0.values[2] == .text(kind) && $0.values[6] == .integer(0) }
            return notes.max { ($0.values[5]?.int ?? 0) < ($1.values[5]?.int ?? 0) }.flatMap { $0.values[4]?.string }
        }
        return last("close") ?? last("resolve") ?? "已办结"
    }

    /// Groups of tickets under way that are most likely about one incident, by the profile's rules or other ones.
    func duplicates(_ question: DuplicatesQuestion, now: Int64) async throws -> Outcome {
        let profile = service.rules.profile
        var rules = DuplicateRules(profile)
        if let hours = question.hours { rules.window = Milliseconds(hours) * 3_600_000 }
        if let least = question.least { rules.least = least }
        let (chosen, spansArea) = (rules, profile.incidentSpansArea)
        return .duplicates(
            try await read { reader in
                var filter = QueueFilter()
                filter.states = [.received, .awaitingDispatch, .dispatched, .awaitingHandling, .returned]
                filter.limit = 100_000
                // What came in long before the last window is no part of what is happening now.
                let since = now - 30 * 86_400_000
                let lines = try reader.queue(filter).filter { ($0.ticket[.createdAt].int ?? 0) >= since }
                let areas = Dictionary(try reader.grids().map { ($0.id, $0.parent ?? $0.id) }) { $1 }
                let parents = Set(try reader.merged(into: lines.map(\.ticket.id)).map(\.incident.parent))
                let candidates = lines.map { line in
                    let ticket = line.ticket
                    return DuplicateCandidate(
                        id: ticket.id, category: ticket[.category].string,
                        area: ticket.grid.map { spansArea ? areas[$0] ?? $0 : $0 }, at: ticket[.createdAt].int ?? 0,
                        text: "\(ticket[.title].string ?? "") \(String((ticket[.description].string ?? "").prefix(200)))",
                        isParent: parents.contains(ticket.id))
                }
                let byID = Dictionary(lines.map { ($0.ticket.id, TicketLine($0.ticket, heldCount: $0.heldCount)) }) { $1 }
                return chosen.groups(of: candidates).prefix(max(0, question.limit)).compactMap { group in
                    byID[group.parent].map { parent in
                        DuplicatesReport(
                            parent: parent, others: group.others.compactMap { byID[$0] }, category: group.category,
                            area: group.area)
                    }
                }
            })
    }
}
