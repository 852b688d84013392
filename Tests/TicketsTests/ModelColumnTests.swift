import Changeset
import Model
import Testing
import Tickets

/// Edits and choices against the model: thousands of small quarrels about columns, drawn from a seed.
@Suite struct ModelColumnTests {
    /// What both sides did to some columns of one ticket.
    struct Quarrel {
        let person: Person
        let override: Bool
        var trunk: [TicketColumn: Value] = [:]
        var theirs: [TicketColumn: Value] = [:]
        var ours: [TicketColumn: Value] = [:]

        init(using random: inout Seeded) {
            person = Bool.random(using: &random) ? Cast.worker : Cast.dispatcher
            override = Int.random(in: 0..<8, using: &random) == 0
            var columns = ColumnRules.embedded.lines.map(\.column)
            if !person.role.isCentral, Int.random(in: 0..<8, using: &random) > 0 {
                columns = columns.filter { Rules.embedded.mayEdit($0, as: person.role) }
            }
            for column in columns.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)) {
                for column in ColumnRules.embedded.together(with: column) {
                    let values = Self.values(column)
                    trunk[column] = values.randomElement(using: &random)
                    theirs[column] = Bool.random(using: &random) ? trunk[column] : values.randomElement(using: &random)
                    ours[column] = values.randomElement(using: &random)
                }
            }
            // An edit names both or none of a place, and NULL for one is NULL for both.
            if ours[.latitude] == .null || ours[.longitude] == .null {
                (ours[.latitude], ours[.longitude]) = (.null, .null)
            }
        }

        static func values(_ column: TicketColumn) -> [Value] {
            switch column {
            case .tags: ["a", "a,b", "b,c", "c,a", .null]
            case .urgency: Urgency.allCases.map { .text($0.rawValue) }
            case .kind, .title, .description: ColumnRulesTests.values(column)
            default: ColumnRulesTests.values(column) + [.null]
            }
        }

        /// The old values in the given changeset: of what the author changed.
        var evidence: [TicketColumn: Value] { trunk.filter { ours[$0.key] != $0.value } }

        var engine: (decision: Decision, before: Ticket) {
            let before = TicketsTests.ticket(.awaitingHandling, theirs)
            let seen = Trunk(ticket: Dictionary(uniqueKeysWithValues: evidence.map { ($0.key.index, $0.value) }))
            let given = command(.edit, Dictionary(uniqueKeysWithValues: ours.map { ($0.key.rawValue, $0.value) }))
            return (
                decide(given, on: before, in: context(author(person), trunk: override ? nil : seen, override: override)), before
            )
        }

        /// The same in the model's words. An accepted one was held first: it waited for another command.
        var model: (answer: RuleModel.Answer, columns: [String: String], conflicts: [String: RuleModel.Conflict]) {
            var model = RuleModel()
            for person in [Cast.worker, Cast.helper, Cast.dispatcher] { model.put(ModelMatrixTests.Place.person(person), at: 1) }
            var row = ["state": "awaiting-handling", "assignee": Cast.worker.id, "grid": "g1"]
            for (column, value) in theirs { row[column.rawValue] = value.words }
            model.put(RuleModel.Ticket("t", columns: row), at: 2)
            let arguments = Dictionary(uniqueKeysWithValues: ours.map { ($0.key.rawValue, $0.value.words) })
            let old = Dictionary(uniqueKeysWithValues: evidence.map { ($0.key.rawValue, $0.value.words) })
            var given = RuleModel.Command(
                "c", "edit", by: person.id, on: "t", replica: "phone", arguments, seen: 2, evidence: old)
            if override {
                given.id = "first"
                given.fault = "unreadable"
                _ = model.judge(given, occurredAt: 1, at: 3)
                (given.id, given.fault) = ("c", nil)
            }
            var answer = model.judge(given, occurredAt: 1, at: model.head + 1)[0].answer
            if override {
                let decided = model.decide("c", "accepted", at: model.head + 1)
                answer = decided.entries.first?.answer ?? RuleModel.Answer("rejected", decided.refusal ?? "")
            }
            return (answer, model.ticket("t")?.columns ?? [:], model.conflicts(of: "c"))
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `three ways, column by column: verdict, reason, what stands, every conflict`(seed: UInt64) {
        var random = Seeded(state: seed)
        var verdicts: [Verdict: Int] = [:]
        for step in 0..<1500 {
            let quarrel = Quarrel(using: &random)
            let (decision, before) = quarrel.engine
            let (answer, columns, conflicts) = quarrel.model
            verdicts[decision.verdict, default: 0] += 1
            let place: Comment = "seed \(seed), step \(step): \(quarrel)"
            #expect((decision.verdict.rawValue, decision.reason.rawValue) == (answer.verdict, answer.reason), place)
            let after = before.applying(decision.changes)
            for column in quarrel.ours.keys { #expect(after[column].words == columns[column.rawValue], place) }
            let ours = Dictionary(uniqueKeysWithValues: decision.conflicts.map { ($0.field, Story($0)) })
            #expect(ours == conflicts.mapValues(Story.init), place)
            guard ours == conflicts.mapValues(Story.init) else { return }
        }
        #expect(verdicts.count == 5 && verdicts.values.allSatisfy { $0 >= 10 }, "\(verdicts)")
    }

    /// A conflict in words that both can say.
    struct Story: Hashable {
        let trunk, theirs, ours: String?
        let rule, outcome, may: String

        init(_ conflict: Conflict) {
            (trunk, theirs, ours) = (conflict.trunk.words, conflict.theirs.words, conflict.ours.words)
            (rule, outcome, may) = (conflict.rule, conflict.outcome.rawValue, conflict.may.rawValue)
        }
        init(_ conflict: RuleModel.Conflict) {
            (trunk, theirs, ours) = (conflict.trunk, conflict.theirs, conflict.ours)
            (rule, outcome, may) = (conflict.rule, conflict.outcome, conflict.may)
        }
    }
}

extension Value {
    /// As the model has values: text, whatever the column's type; nil is NULL.
    var words: String? {
        switch self {
        case .null, .blob: nil
        case .text(let text): text
        case .integer(let number): String(number)
        case .real(let number): String(number)
        }
    }
}
