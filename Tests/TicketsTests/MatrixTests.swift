import Changeset
import Testing
import Tickets

/// State × command × relation, whole: every line of Schema/Rules/matrix.csv against what `decide` does.
@Suite struct MatrixTests {
    /// A retraction has a matrix of its own: RetractTests. What makes a ticket, and choices, have more to ask: below.
    static let kinds = CommandKind.allCases.filter { !$0.makesTicket && $0 != .retract && $0 != .choose }

    static func decision(
        _ state: TicketState, _ kind: CommandKind, _ relation: Relation, override: Bool = false, rules: Rules = .embedded
    ) -> (Decision, Ticket) {
        let (author, ticket) = author(in: relation, to: ticket(state, for: kind))
        return (
            decide(ordinary(kind), on: ticket, in: context(author, override: override || relation == .decision, rules: rules)),
            ticket
        )
    }

    /// What decide does in one place of the matrix, as a cell of it; nil where nobody can stand there.
    static func decided(_ kind: CommandKind, _ state: TicketState?, _ relation: Relation, rules: Rules = .embedded) -> Cell? {
        var (author, stands) = author(in: relation, to: ticket(state ?? .received, for: kind))
        if state == nil, ![.centre, .stranger, .decision].contains(relation) { return nil }
        // Only the centre has the centre's commands held.
        if kind.isCentral, relation == .decision { author = TicketsTests.author(Cast.dispatcher) }
        var given = ordinary(kind)
        if state == nil { author.heldAtSeen = false }
        if kind.makesTicket { stands[.id] = given.ticket.value }
        if kind.isAdditive, relation == .decision { author.heldAtSeen = false }
        var context = context(author, override: relation == .decision, rules: rules)
        if kind == .choose {
            let conflict = Conflict(
                field: "finding", trunk: .null, theirs: "乙", ours: "甲", rule: "field", outcome: .theirs, may: .holder)
            context.choice = ChoiceTarget(person: author.person, against: nil, ticket: ticketID, conflicts: [conflict])
        }
        if kind == .edit { given.arguments["body"] = "现场复核过。" }
        let decision = decide(given, on: state == nil ? nil : stands, in: context)
        let kept = decision.changes.contains { $0.table == .note }
        let after = state == nil ? made(decision) : stands.applying(decision.changes).state
        let byColumns = (kind == .edit || kind == .choose) && decision.verdict == .applied
        return Cell(
            byColumns ? nil : decision.verdict, decision.reason, to: after == state ? nil : after,
            keepsWords: kept && (byColumns || decision.verdict != .applied))
    }

    private static func made(_ decision: Decision) -> TicketState? {
        guard case .insert(.ticket, let row)? = decision.changes.first else { return nil }
        return row[TicketColumn.state.index].string.flatMap(TicketState.init(rawValue:))
    }

    @Test(arguments: Matrix.kinds)
    func `every cell of the matrix is what decide does there`(kind: CommandKind) {
        var asked = 0
        for state in Matrix.states {
            for relation in Relation.allCases {
                guard let decided = Self.decided(kind, state, relation) else { continue }
                asked += 1
                #expect(
                    decided == Rules.embedded.matrix[kind, state, relation], "\(kind) at \(state?.rawValue ?? "-") by \(relation)"
                )
            }
        }
        #expect(asked == 69)
    }

    @Test func `a cell that says something else makes decide do something else`() {
        var random = Seeded(state: 22)
        for _ in 0..<200 {
            let kind = Self.kinds.randomElement(using: &random)!
            let state = TicketState.allCases.randomElement(using: &random)!
            let relation = Relation.allCases.randomElement(using: &random)!
            var rules = Rules.embedded
            let cell = rules.matrix[kind, state, relation]
            // What the data cannot say: only edits are left to the columns, and the centre's commands to the centre.
            if kind.isCentral, relation != .centre, relation != .decision { continue }
            let other: Verdict = cell.verdict == .superseded ? .held : .superseded
            rules.matrix[kind, state, relation] = Cell(other, .poisoned)
            let decided = Self.decided(kind, state, relation, rules: rules)
            #expect(decided?.verdict == other && decided?.reason == .poisoned, "\(kind) at \(state) by \(relation)")
        }
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
            for relation in Relation.allCases where relation != .centre && relation != .decision {
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
            if !decision.verdict.takesEffect { #expect(after.row == ticket.row, "\(state) \(kind) \(relation)") }
            guard after.state != ticket.state else { continue }
            let edge = Rules.embedded.edge(from: ticket.state, command: kind, deciding: override || relation == .decision)
            #expect(edge?.to == after.state, "\(state) \(kind) \(relation)")
        }
    }

    @Test func `an applied command writes no column beyond the ones it is known to write`() {
        for (state, kind, relation, override) in Self.everything {
            for case .update(let table, let key, let columns) in Self.decision(state, kind, relation, override: override).0
                .changes
            where table != .request && table != .clock && table != .part && table != .escalation
                && table != .incident
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
        for (state, kind, relation, _) in Self.everything where !kind.isCentral && relation != .decision {
            let (author, ticket) = author(in: relation, to: ticket(state, for: kind))
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
            let (author, before) = author(in: relation, to: ticket(state, for: kind))
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
        for step in 0..<6000 {
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
