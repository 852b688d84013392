import CentralStore
import Changeset
import SyncService
import Tickets

/// One closed ticket becomes tasks over other grids.
extension Operations {
    /// Grids that one sweep goes over at most.
    private static let gridCountMax = 2_000
    /// Tasks of one transaction.
    private static let batchCount = 100

    func sweep(_ question: SweepQuestion, by author: String?) async throws -> SweepReport {
        let id = try await ticket(question.ticket)
        let plan = try await read { try SweepPlan(question, of: id, $0) }
        guard !question.isLook, !question.isDryRun else { return plan.report }
        guard let author, !author.isEmpty else { throw OperationProblem(.badArguments, "a sweep needs an author: --as PERSON") }
        var report = plan.report
        let orders = plan.orders
        for start in stride(from: 0, to: orders.count, by: Self.batchCount) {
            let batch = orders[start..<min(start + Self.batchCount, orders.count)]
            let places = batch.flatMap { order in order.acts.map { (line: order.line, kind: $0.kind) } }
            for (place, outcome) in zip(places, try await reports(batch.flatMap(\.acts), by: author)) {
                report.note(outcome, of: place.kind, at: place.line)
            }
        }
        return report
    }

    /// What a sweep would do, on the store as it stands.
    private struct SweepPlan {
        var report: SweepReport
        var orders: [Order] = []

        /// One task: it is made, and goes to somebody of its grid.
        struct Order {
            var line: Int
            var acts: [Act]
        }

        init(_ question: SweepQuestion, of id: TicketID, _ reader: any StoreReader) throws {
            guard let source = try reader.load(LoadRequest(tickets: [id])).tickets[id]?.ticket else {
                throw OperationProblem(.unknownTicket, "no ticket has the number or UUID \(question.ticket.printable)")
            }
            let number = source.number ?? id.description
            guard question.isLook || source.state == .closed else {
                throw OperationProblem(.refused, "\(number) is not closed; a sweep begins with what was settled")
            }
            guard question.isLook || (1...2_000).contains(question.reason.utf8.count),
                !question.reason.contains(where: \.isNewline)
            else { throw OperationProblem(.badArguments, "--reason is empty, longer than 2000 bytes, or more than one line") }
            guard let kind = TicketKind(rawValue: question.kind), kind.isTask else {
                throw OperationProblem(.badArguments, "\(question.kind.printable) is no kind of task")
            }
            report = SweepReport(ticket: number, category: source[.category].string)
            let grids = try reader.grids()
            let names = Dictionary(grids.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
            let chosen = try Self.chosen(question, source, Set(names.keys), reader)
            guard question.isLook || chosen.count <= Operations.gridCountMax else {
                throw OperationProblem(.badArguments, "a sweep goes over \(Operations.gridCountMax) grids at most")
            }
            let ids = Dictionary(
                uniqueKeysWithValues: chosen.map { ($0.grid, Self.command(for: $0.grid, of: id)) })
            let known = try reader.load(LoadRequest(tickets: Set(ids.values.map { Command.madeTicket(by: $0) }))).tickets
                .mapValues(\.ticket)
            let people = Dictionary(grouping: try reader.persons().filter { $0.grid != nil }, by: { $0.grid ?? "" })
            for one in chosen {
                guard let command = ids[one.grid] else { continue }
                let task = Command.madeTicket(by: command)
                let stands = known[task]
                if question.isLook, stands == nil { continue }
                var line = SweepReport.Line(
                    grid: one.grid, name: names[one.grid] ?? one.grid, count: one.count, lastAt: one.lastAt,
                    outcome: stands == nil ? "planned" : "known")
                if let stands {
                    (line.task, line.state) = (stands.number ?? task.description, stands.state.rawValue)
                    (line.person, line.finding) = (stands.assignee, stands[.finding].string)
                    report.count(stands)
                } else {
                    line.person = Self.addressee(people[one.grid] ?? [])
                    orders.append(
                        Order(
                            line: report.lines.count,
                            acts: Self.acts(command, source, kind, question, grid: one.grid, person: line.person)))
                }
                report.lines.append(line)
            }
        }

        /// The grids, each with why it is among them.
        private static func chosen(
            _ question: SweepQuestion, _ source: Ticket, _ all: Set<String>, _ reader: any StoreReader
        ) throws -> [(grid: String, count: Int, lastAt: Int64?)] {
            let history = try source[.category].string.map { try reader.history(ofCategory: $0, since: question.since) } ?? []
            let known = Dictionary(history.map { ($0.grid, $0) }, uniquingKeysWith: { $1 })
            func line(_ grid: String) -> (grid: String, count: Int, lastAt: Int64?) {
                (grid, known[grid]?.count ?? 0, known[grid]?.lastAt)
            }
            if question.isLook { return all.sorted().map(line) }
            if let named = question.grids {
                guard !named.isEmpty else { throw OperationProblem(.badArguments, "name grids with commas between, or say like") }
                if let stranger = named.first(where: { !all.contains($0) }) {
                    throw OperationProblem(.unknownGrid, "no grid has the id \(stranger.printable)")
                }
                return Set(named).sorted().map(line)
            }
            guard source[.category] != .null else {
                throw OperationProblem(.badArguments, "the ticket has no category; name the grids with --grids")
            }
            // Its own grid is settled; of a grid that is gone nobody can be sent.
            let similar = isRemoved("WF12") ? [] : history.map(\.grid).filter { $0 != source.grid && all.contains($0) }
            return similar.map(line)
        }

        /// The same for every sweep of a ticket, so that a second one makes nothing twice.
        private static func command(for grid: String, of ticket: TicketID) -> CommandID {
            // Grids are few, and the ticket's own bytes are random.
            CommandID(bytes: CommandID(bytes: ticket.bytes)!.derived(fnv1a(grid)))!  // 16 bytes each
        }

        /// A worker of the grid, else its leader; of several the first by id.
        private static func addressee(_ people: [Person]) -> String? {
            for role in [Role.worker, .leader] {
                if let found = people.filter({ $0.role == role }).map(\.id).min() { return found }
            }
            return nil
        }

        private static func acts(
            _ command: CommandID, _ source: Ticket, _ kind: TicketKind, _ question: SweepQuestion, grid: String, person: String?
        ) -> [Act] {
            let descent = Descent(from: source.id, number: source.number, words: question.reason)
            let title = "\(kind.chinese)：\(source[.title].string ?? "")"
            var arguments: [String: Value] = [
                "title": .text(String(title.prefix(150))), "description": .text(question.reason), "kind": .text(kind.rawValue),
                "grid": .text(grid), "descent": .text(descent.text), "channel": .text(Channel.otherSystem.rawValue),
            ]
            if source[.category] != .null { arguments["category"] = source[.category] }
            let made = Act(id: command, kind: .create, arguments: arguments)
            guard let person else { return [made] }
            var given: [String: Value] = ["assignee": .text(person), "grid": .text(grid)]
            if let due = question.dueAt { given["due_at"] = .integer(due) }
            let dispatch = CommandID(bytes: command.derived(2))!  // 16 bytes
            return [made, Act(id: dispatch, kind: .dispatch, ticket: Command.madeTicket(by: command), arguments: given)]
        }
    }
}

extension SweepReport {
    /// What became of one act of a task: it is made, then it goes to somebody; where that is refused, it waits for a dispatcher.
    fileprivate mutating func note(_ outcome: ActReport, of kind: CommandKind, at line: Int) {
        guard outcome.isApplied else { return lines[line].outcome = outcome.reason }
        lines[line].task = outcome.number ?? outcome.ticket
        guard kind == .create else { return lines[line].state = TicketState.dispatched.rawValue }
        (lines[line].outcome, lines[line].state) = ("made", TicketState.awaitingDispatch.rawValue)
        made += 1
        tasks += 1
    }

    fileprivate mutating func count(_ task: Ticket) {
        tasks += 1
        guard [.handled, .awaitingCallback, .awaitingSupervision, .closed].contains(task.state) else { return }
        if task[.finding] == .null { doneCount += 1 } else { foundCount += 1 }
    }
}
