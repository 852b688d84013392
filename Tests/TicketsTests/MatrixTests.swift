import Changeset
import Testing
import Tickets

/// State × command × relation, whole. The expectation stands in Schema/Rules/states.md, where people read it.
@Suite struct MatrixTests {
    /// A retraction has a matrix of its own: RetractTests.
    static let kinds = CommandKind.allCases.filter { !$0.makesTicket && $0 != .retract && $0 != .choose }

    static func decision(_ state: TicketState, _ kind: CommandKind, _ relation: Relation, override: Bool = false) -> (
        Decision, Ticket
    ) {
        let (author, ticket) = author(in: relation, to: ticket(state))
        return (decide(ordinary(kind), on: ticket, in: context(author, override: override)), ticket)
    }

    /// One cell: `verdict reason`, ` → state` where it moves, ` +words` where a note is kept.
    static func cell(_ state: TicketState, _ kind: CommandKind, _ relation: Relation, override: Bool = false) -> String {
        let (decision, ticket) = decision(state, kind, relation, override: override)
        var text = decision.verdict.rawValue
        if decision.reason != .ok { text += " " + decision.reason.rawValue }
        let after = ticket.applying(decision.changes).state
        if after != ticket.state { text += " → \(after.rawValue)" }
        if decision.changes.contains(where: { $0.table == .note }) && decision.verdict != .applied { text += " +words" }
        return text
    }

    static func table(_ kind: CommandKind) -> String {
        let relations: [Relation] = kind.isCentral ? [.centre] : [.handler, .former, .onlooker, .centre]
        let deciding = !kind.isCentral
        var text =
            "| state | " + relations.map(\.rawValue).joined(separator: " | ")
            + (deciding ? " | a dispatcher accepts it |\n" : " |\n")
        text += "|---" + String(repeating: "|---", count: relations.count + (deciding ? 1 : 0)) + "|\n"
        for state in TicketState.allCases {
            var cells = relations.map { cell(state, kind, $0) }
            if deciding { cells.append(cell(state, kind, .former, override: true)) }
            text += "| \(state.rawValue) | " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }

    @Test(arguments: kinds)
    func `every cell of the matrix is the one that states.md shows`(kind: CommandKind) throws {
        let document = try repositoryText("Schema/Rules/states.md")
        let expected = try #require(document.range(of: "### `\(kind.rawValue)`\n\n").map { document[$0.upperBound...] })
        let rows = expected.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }
        #expect(rows.joined(separator: "\n") + "\n" == Self.table(kind), "states.md should have:\n\(Self.table(kind))")
    }

    @Test func `a stranger's command is held without a word about the ticket`() {
        for kind in Self.kinds where !kind.isCentral {
            let unknown = decide(ordinary(kind), on: nil, in: context(author(Cast.other, heldAtSeen: false, holdsNow: false)))
            #expect(unknown == Decision(.held, .notYours))
            for state in TicketState.allCases { #expect(Self.decision(state, kind, .stranger).0 == unknown, "\(state) \(kind)") }
        }
    }

    @Test func `a command of the centre from the field is rejected and does not say whether the ticket exists`() {
        for kind in CommandKind.allCases where kind.isCentral {
            for relation in Relation.allCases where relation != .centre {
                for state in TicketState.allCases {
                    #expect(Self.decision(state, kind, relation).0 == Decision(.rejected, .notPermitted))
                }
            }
            #expect(decide(ordinary(kind), on: nil, in: context(author(Cast.worker))) == Decision(.rejected, .notPermitted))
        }
    }

    @Test func `every state moves only along an edge, and only an applied command moves one`() {
        for (state, kind, relation, override) in Self.everything {
            let (decision, ticket) = Self.decision(state, kind, relation, override: override)
            let after = ticket.applying(decision.changes)
            if decision.verdict != .applied { #expect(after.row == ticket.row, "\(state) \(kind) \(relation)") }
            guard after.state != ticket.state else { continue }
            let edge = Rules.embedded.edge(from: ticket.state, command: kind, deciding: override)
            #expect(edge?.to == after.state, "\(state) \(kind) \(relation)")
        }
    }

    @Test func `an applied command writes no column beyond the ones it is known to write`() {
        for (state, kind, relation, override) in Self.everything {
            for case .update(let table, let key, let columns) in Self.decision(state, kind, relation, override: override).0
                .changes
            {
                #expect(table == .ticket && key == [ticketID.value] && !columns.isEmpty)
                let written = Set(columns.keys.map { TicketColumn.allCases[$0] })
                #expect(written.isSubset(of: ordinary(kind).columnsWritten), "\(state) \(kind) \(relation)")
            }
        }
    }

    @Test func `the same question has the same answer, to the order of its changes`() {
        for (state, kind, relation, override) in Self.everything {
            let first = Self.decision(state, kind, relation, override: override).0
            #expect(first == Self.decision(state, kind, relation, override: override).0)
        }
    }

    @Test func `what the device applies, the centre applies with the same rows if nothing happened between`() {
        var applied = 0
        for (state, kind, relation, _) in Self.everything where !kind.isCentral {
            let (author, ticket) = author(in: relation, to: ticket(state))
            let device = decide(ordinary(kind), on: ticket, in: context(author, side: .device))
            guard device.verdict == .applied else { continue }
            applied += 1
            #expect(
                device == decide(ordinary(kind), on: ticket, in: context(author, side: .centre)), "\(state) \(kind) \(relation)")
        }
        #expect(applied > 20)
    }

    @Test func `applying a decision once more does nothing that was not there`() {
        for (state, kind, relation, _) in Self.everything {
            let (author, before) = author(in: relation, to: ticket(state))
            let after = before.applying(decide(ordinary(kind), on: before, in: context(author)).changes)
            let again = decide(ordinary(kind), on: after, in: context(author))
            #expect(!again.changes.contains { $0.table == .note }, "a note twice: \(state) \(kind) \(relation)")
        }
    }

    static let everything: [(TicketState, CommandKind, Relation, Bool)] = TicketState.allCases.flatMap { state in
        kinds.flatMap { kind in
            Relation.allCases.flatMap { relation in [false, true].map { (state, kind, relation, $0) } }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `every history is a path through the edges`(seed: UInt64) {
        var random = Seeded(state: seed)
        var ticket = ticket(.received)
        var path: [TicketState] = [.received]
        for step in 0..<2000 {
            if ticket.state.isFinal { ticket = Tickets.Ticket(row: TicketsTests.ticket(.awaitingDispatch).row) }
            let before = ticket.state
            let kind = Self.kinds.randomElement(using: &random)!
            let people = [Cast.worker, Cast.helper, Cast.other, Cast.leader, Cast.dispatcher]
            let person = people.randomElement(using: &random)!
            var command = ordinary(kind, number: step)
            if kind == .dispatch || kind == .assign {
                command.arguments["assignee"] = .text(people[Int.random(in: 0...2, using: &random)].id)
            }
            if kind == .dispatch { command.arguments["helpers"] = "wang-fang" }
            let override = Int.random(in: 0..<8, using: &random) == 0
            let author = author(person, heldAtSeen: .random(using: &random), holdsNow: .random(using: &random))
            ticket = ticket.applying(decide(command, on: ticket, in: context(author, override: override)).changes)
            guard ticket.state != before else { continue }
            path.append(ticket.state)
            let edge = Rules.embedded.edge(from: before, command: kind, deciding: override)
            #expect(edge?.to == ticket.state, "seed \(seed), step \(step): \(before) by \(kind) to \(ticket.state)")
            #expect(!ticket.helpers.contains { $0.person == ticket.assignee }, "seed \(seed), step \(step)")
        }
        #expect(Set(path).count >= 7, "seed \(seed) saw only \(Set(path))")
    }
}
