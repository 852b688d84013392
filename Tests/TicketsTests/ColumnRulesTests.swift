import Changeset
import Schema
import Testing
import Tickets

/// Rule × what each side did to the column × side of the author, for every column.
@Suite struct ColumnRulesTests {
    /// Rights under which everybody may edit everything, so that each rule can be asked from both sides.
    static let generous: Rules = {
        let columns = ColumnRules.embedded.lines.map { "\($0.column.rawValue),edit,edit" }.joined(separator: "\n")
        return try! Rules(
            edges: SchemaResource.edges, rights: "column,worker,dispatcher\n\(columns)\n", profile: .hotan,
            calendar: WorkCalendar())
    }()

    /// Three values that differ and can stand in the column.
    static func values(_ column: TicketColumn) -> [Value] {
        switch column {
        case .kind: ["assistance", "complaint", "dispute"]
        case .urgency: ["normal", "later", "urgent"]
        case .dueAt: [.integer(1_800_000_000_000), .integer(1_800_000_000_001), .integer(1_800_000_000_002)]
        case .latitude, .longitude: [.real(1), .real(2), .real(3)]
        default: ["a", "a,b", "c"]
        }
    }

    struct Case: CustomTestStringConvertible {
        var line: ColumnRules.Line
        /// Which of the three values the trunk, theirs and ours are.
        var relation: (trunk: Int, theirs: Int, ours: Int)
        var byCentre: Bool
        var testDescription: String { "\(line.column) \(relation) \(byCentre ? "by the centre" : "from the field")" }
    }

    static let cases: [Case] = ColumnRules.embedded.lines.flatMap { line in
        [(0, 0, 0), (0, 0, 2), (0, 1, 0), (0, 2, 2), (0, 1, 2)].flatMap { relation in
            [false, true].map { Case(line: line, relation: relation, byCentre: $0) }
        }
    }

    /// The edit of one column, or of its whole group with the same change in each of its columns.
    static func judged(_ asked: Case) -> (decision: Decision, columns: [TicketColumn]) {
        let columns = ColumnRules.embedded.together(with: asked.line.column)
        var stands = ticket(.awaitingHandling)
        var given: [String: Value] = [:]
        var seen = Trunk()
        for column in columns {
            let values = values(column)
            stands[column] = values[asked.relation.theirs]
            given[column.rawValue] = values[asked.relation.ours]
            // A session records what changed, and nothing else.
            if asked.relation.trunk != asked.relation.ours { seen.ticket[column.index] = values[asked.relation.trunk] }
        }
        let person = asked.byCentre ? Cast.dispatcher : Cast.worker
        return (decide(command(.edit, given), on: stands, in: context(author(person), trunk: seen, rules: generous)), columns)
    }

    @Test(arguments: cases)
    func `what each side did to a column, by its rule and the author's side`(asked: Case) {
        let (decision, columns) = Self.judged(asked)
        func write(_ values: [Value]) -> [RowChange] {
            [.update(.ticket, key: [ticketID.value], Dictionary(uniqueKeysWithValues: zip(columns.map(\.index), values)))]
        }
        let three = columns.map(Self.values)
        let ours = three.map { $0[asked.relation.ours] }
        func conflicts(_ outcome: Conflict.Outcome) -> [Conflict] {
            zip(columns, three).map { column, values in
                Conflict(
                    field: column.rawValue, trunk: values[0], theirs: values[1], ours: values[2], rule: asked.line.rule.rawValue,
                    outcome: outcome, may: asked.line.may)
            }
        }
        let expected: Decision =
            switch (asked.relation, asked.line.rule, asked.byCentre) {
            case ((0, 0, 2), _, _): Decision(.applied, .ok, changes: write(ours))
            case ((0, 1, 2), .person, _): Decision(.held, .bothChanged, conflicts: conflicts(.open))
            case ((0, 1, 2), .centre, true), ((0, 1, 2), .field, false):
                Decision(.merged, .merged, changes: write(ours), conflicts: conflicts(.ours))
            case ((0, 1, 2), .centre, false): Decision(.superseded, .centreDecides, conflicts: conflicts(.theirs))
            case ((0, 1, 2), .field, true): Decision(.superseded, .fieldDecides, conflicts: conflicts(.theirs))
            case ((0, 1, 2), .union, _): Decision(.merged, .merged, changes: write(["b,c"]), conflicts: conflicts(.both))
            default: Decision(.applied, .nothingToDo)
            }
        #expect(decision == expected)
    }

    @Test func `there is a case for each column, change and side`() { #expect(Self.cases.count == 13 * 5 * 2) }

    @Test func `a place is taken whole: no latitude of one person with the longitude of another`() {
        func judged(_ theirs: (Value, Value), _ ours: (Value, Value), byCentre: Bool) -> Decision {
            let stands = ticket(.awaitingHandling, [.latitude: theirs.0, .longitude: theirs.1])
            var seen = Trunk()
            if ours.0 != .real(1) { seen.ticket[TicketColumn.latitude.index] = .real(1) }
            if ours.1 != .real(10) { seen.ticket[TicketColumn.longitude.index] = .real(10) }
            return decide(
                command(.edit, ["latitude": ours.0, "longitude": ours.1]), on: stands,
                in: context(author(byCentre ? Cast.dispatcher : Cast.worker), trunk: seen))
        }
        // Each moved it along another axis: column by column there would be no conflict at all.
        let field = judged((.real(2), .real(10)), (.real(1), .real(11)), byCentre: false)
        let place: [Int: Value] = [TicketColumn.latitude.index: .real(1), TicketColumn.longitude.index: .real(11)]
        #expect(field.verdict == .merged && field.changes == [.update(.ticket, key: [ticketID.value], place)])
        #expect(field.conflicts.map(\.field) == ["latitude", "longitude"])
        let centre = judged((.real(2), .real(10)), (.real(1), .real(11)), byCentre: true)
        #expect((centre.verdict, centre.reason, centre.changes) == (.superseded, .fieldDecides, []))
    }

    /// Columns of three rules in one edit; `both` are those that somebody else changed, too.
    private func mixed(_ both: [TicketColumn], by person: Person, _ columns: [TicketColumn]) -> Decision {
        var stands = ticket(.awaitingHandling)
        var given: [String: Value] = ["body": "说明"]
        var seen = Trunk()
        for column in columns {
            let values = Self.values(column)
            stands[column] = values[both.contains(column) ? 1 : 0]
            given[column.rawValue] = values[2]
            seen.ticket[column.index] = values[0]
        }
        return decide(command(.edit, given), on: stands, in: context(author(person), trunk: seen, rules: Self.generous))
    }

    @Test func `several columns: the verdict says what became of the whole edit`() {
        let all: [TicketColumn] = [.title, .category, .finding, .tags]
        func written(_ decision: Decision) -> Set<TicketColumn> {
            for case .update(.ticket, _, let columns) in decision.changes {
                return Set(columns.keys.map { TicketColumn.allCases[$0] })
            }
            return []
        }
        let none = mixed([], by: Cast.worker, all)
        #expect(none.verdict == .applied && none.conflicts.isEmpty && written(none) == Set(all))
        // One column for a person holds them all, and each contested one stays open.
        let held = mixed([.title, .category, .tags], by: Cast.worker, all)
        #expect((held.verdict, held.reason, written(held)) == (.held, .bothChanged, []))
        #expect(held.conflicts.map(\.field) == ["title", "category", "tags"])
        #expect(held.conflicts.allSatisfy { $0.outcome == .open })
        // The rest is settled column by column.
        let merged = mixed([.category, .finding], by: Cast.worker, [.category, .finding, .location])
        #expect((merged.verdict, written(merged)) == (.merged, [.finding, .location]))
        #expect(merged.conflicts.map(\.outcome) == [.theirs, .ours])
        // Nothing of it is written: which rule is named.
        let lost = mixed([.category], by: Cast.worker, [.category])
        #expect((lost.verdict, lost.reason) == (.superseded, .centreDecides))
        let centre = mixed([.finding], by: Cast.dispatcher, [.finding])
        #expect((centre.verdict, centre.reason) == (.superseded, .fieldDecides))
        for decision in [none, held, merged, lost, centre] {
            #expect(decision.changes.contains { $0.table == .note }, "the words land: \(decision.reason)")
        }
    }

    @Test(
        arguments: [
            ("a", "a,b", "a,c", "a,b,c"), ("a,b", "a", "b", nil), ("a,b", "a,b,c", "a", "a,c"), ("a", "b", "c", "b,c"),
            ("a,b", "b", "b,c", "b,c"), ("", "x", "y", "x,y"), ("a", "a , d", "a,c,c", "a,d,c"),
        ] as [(Value, Value, Value, Value?)])
    func `tags are united: what each side added, without what either took`(
        trunk: Value, theirs: Value, ours: Value, united: Value?
    ) {
        func null(_ value: Value) -> Value { value == "" ? .null : value }
        let seen = Trunk(ticket: [TicketColumn.tags.index: null(trunk)])
        let decision = decide(
            command(.edit, ["tags": ours]), on: ticket(.awaitingHandling, [.tags: theirs]),
            in: context(author(Cast.worker), trunk: seen))
        #expect(decision.verdict == .merged)
        #expect(decision.conflicts.map(\.outcome) == [.both])
        let tags: [Int: Value] = [TicketColumn.tags.index: united ?? .null]
        #expect(decision.changes == [.update(.ticket, key: [ticketID.value], tags)])
    }

    @Test func `a union that adds nothing is no conflict, and an emptied one is NULL`() {
        func judged(_ trunk: Value, _ theirs: Value, _ ours: Value) -> Decision {
            decide(
                command(.edit, ["tags": ours]), on: ticket(.awaitingHandling, [.tags: theirs]),
                in: context(author(Cast.worker), trunk: Trunk(ticket: [TicketColumn.tags.index: trunk])))
        }
        #expect(judged("a", "a,b,c", "a,c") == Decision(.applied, .nothingToDo))
        #expect(judged("a,b", "b,c", "b").reason == .nothingToDo)
        guard case .update(_, _, let columns)? = judged("a,b", "b", .null).changes.first else {
            Issue.record("both took their part")
            return
        }
        #expect(columns[TicketColumn.tags.index] == .null)
    }

    @Test func `a dispatcher who accepts takes ours in every column, whatever the rule`() {
        for line in ColumnRules.embedded.lines {
            let columns = ColumnRules.embedded.together(with: line.column)
            var stands = ticket(.closed)
            for column in columns { stands[column] = Self.values(column)[1] }
            let given = Dictionary(uniqueKeysWithValues: columns.map { ($0.rawValue, Self.values($0)[2]) })
            let accepted = decide(
                command(.edit, given), on: stands, in: context(author(Cast.worker), override: true, rules: Self.generous))
            #expect((accepted.verdict, accepted.reason, accepted.conflicts) == (.applied, .ok, []), "\(line.column)")
            #expect(columns.allSatisfy { stands.applying(accepted.changes)[$0] == Self.values($0)[2] }, "\(line.column)")
        }
    }
}
