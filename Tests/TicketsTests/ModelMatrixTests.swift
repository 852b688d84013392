import Changeset
import Model
import Testing
import Tickets

/// The engine and its data against the model: the same rules, written a second time from the prose, sharing nothing.
@Suite struct ModelMatrixTests {
    /// One place of the matrix as the model sees it: a city in which the author stands so to the ticket, and the command there.
    struct Place {
        var model = RuleModel()
        let author: Person
        let relation: Relation
        let kind: CommandKind
        private let name = "t"
        private let isMade: Bool

        /// Nil where nobody can stand: a ticket that is not there has no handler and no conflict, and a held report has its ticket.
        init?(_ kind: CommandKind, _ state: TicketState?, _ relation: Relation) {
            if state == nil, ![.centre, .stranger, .decision].contains(relation) || kind == .choose { return nil }
            if state == nil, kind == .report, relation == .decision { return nil }
            self.kind = kind
            self.relation = relation
            author =
                switch relation {
                case .handler: Cast.worker
                case .former, .stranger: Cast.other
                case .onlooker: Cast.leader
                case .centre: Cast.dispatcher
                case .decision: kind.isCentral ? Cast.dispatcher : Cast.other
                }
            isMade = kind.makesTicket
            for person in [Cast.worker, Cast.helper, Cast.other, Cast.leader, Cast.dispatcher] {
                model.put(Self.person(person), at: 1)
            }
            if kind == .choose { quarrel() }
            guard let state else { return }
            let before = model.head + 1
            for (place, assignee) in [relation == .former ? author.id : Cast.worker.id, Cast.worker.id].enumerated() {
                var ticket = Self.ticket(state, of: assignee)
                if kind == .grant || kind == .refuse { ticket.requests["asked"] = RuleModel.Request(days: 3) }
                if kind == .reportIn || kind == .finishPart { ticket.parts["asked u-test"] = RuleModel.Part("u-test", "joint") }
                if kind == .escalate { ticket.escalations["failed"] = RuleModel.Escalation(1, outcome: "failed") }
                if kind == .rule { ticket.requests["asked"] = RuleModel.Request("dispute", days: 0) }
                model.put(ticket, at: before + place)
            }
        }

        static func person(_ person: Person) -> RuleModel.Person {
            RuleModel.Person(
                person.id, role: person.role.rawValue, grid: person.grid, unit: person.unit ?? "u-test",
                profession: person.profession)
        }

        static func ticket(_ state: TicketState, of assignee: String) -> RuleModel.Ticket {
            RuleModel.Ticket(
                "t",
                columns: [
                    "state": state.rawValue, "title": "灯", "grid": "g1", "assignee": assignee, "finding": "乙", "due_at": "99",
                ], notes: ["told": RuleModel.Note(kind: "explain", author: assignee, body: "已说明", at: 1, late: false)])
        }

        /// The author and the centre wrote the same column, when the author had the ticket.
        private mutating func quarrel() {
            var ticket = Self.ticket(.awaitingHandling, of: author.id)
            ticket.columns["finding"] = "旧"
            model.put(ticket, at: 2)
            _ = model.judge(
                RuleModel.Command("theirs", "edit", by: Cast.dispatcher.id, on: name, ["finding": "乙"], seen: 2), occurredAt: 1,
                at: 3)
            _ = model.judge(
                RuleModel.Command(
                    "ours", "edit", by: author.id, on: name, replica: "first", ["finding": "甲"], seen: 2,
                    evidence: ["finding": "旧"]),
                occurredAt: 1, at: 4)
        }

        private var arguments: [String: String?] {
            switch kind {
            case .visit, .note, .resolve, .return, .explain, .dispute, .urge, .reportIn, .finishPart: ["body": "已到现场。"]
            case .edit: ["finding": "井盖松动", "body": "现场复核过。"]
            // A report that a dispatcher is asked about is one from elsewhere.
            case .report: relation == .decision ? ["title": "洞", "grid": "g9"] : ["title": "洞"]
            case .create: ["title": "洞"]
            case .extend: ["body": "配件未到", "days": "3"]
            case .fill: ["answers": "id-seen=yes"]
            case .whistle: ["units": "u-road,u-police", "body": "桥下积水"]
            case .defer: ["body": "须立项改造", "until": "99"]
            case .rule:
                ["request": "asked", "level": "ruling", "assignee": Cast.worker.id, "members": "纪委", "body": "依职责清单"]
            case .escalate: ["step": "county-meeting", "members": "住建局", "decision": "换缆", "body": "属地无法处置"]
            case .merge: ["parent": "p"]
            case .unmerge, .reply: ["body": "已恢复供电"]
            case .conclude: ["outcome": "failed", "body": "拒不配合"]
            case .grant: ["request": "asked"]
            case .refuse: ["request": "asked", "body": "请按期办结"]
            case .dispatch, .assign: ["assignee": Cast.other.id]
            case .choose: ["target": "ours", "field": "finding", "side": "text", "value": "丙"]
            case .accept, .start, .withdraw, .close, .retract: [:]
            }
        }

        /// What the model says, as a cell of the matrix; nil where the model cannot be brought there.
        mutating func said() -> Cell? {
            // A former handler saw the ticket when it was theirs, everybody else as it is.
            let seen = relation == .former ? model.head - 1 : model.head
            let before = model.ticket(name)
            var given = RuleModel.Command(
                "c", kind.rawValue, by: author.id, on: name, replica: "phone", arguments, seen: seen,
                evidence: kind == .choose ? ["finding": "乙"] : [:])
            if kind == .edit { given.evidence = ["finding": before?.columns["finding"]] }
            if relation == .decision { block(given) }
            let entry = model.judge(given, occurredAt: 9, at: model.head + 1)[0]
            if before != nil, !isMade, relation != .decision { #expect(entry.relation?.rawValue == relation.rawValue) }
            guard relation == .decision else { return cell(entry.answer, before) }
            guard model.record("c")?.isUndecided == true else { return nil }
            let (entries, refusal) = model.decide("c", "accepted", at: model.head + 1)
            if let refusal { return Reason(rawValue: refusal).map { Cell(.held, $0) } }
            return cell(entries[0].answer, before)
        }

        /// Something that has the command held, so that a dispatcher is asked.
        private mutating func block(_ given: RuleModel.Command) {
            var first = given
            first.id = "first"
            if kind == .edit || kind == .choose {
                (first.kind, first.arguments) = ("edit", ["finding": "x"])
            } else if !kind.isTransition {
                return
            }
            first.fault = "unreadable"
            _ = model.judge(first, occurredAt: 8, at: model.head + 1)
        }

        private func cell(_ answer: RuleModel.Answer, _ before: RuleModel.Ticket?) -> Cell? {
            guard let verdict = Verdict(rawValue: answer.verdict), let reason = Reason(rawValue: answer.reason) else {
                return nil
            }
            let after = model.ticket(name)
            let byColumns = (kind == .edit || kind == .choose) && answer.verdict == "applied"
            let words = after?.notes["c"] != nil && (byColumns || !answer.takesEffect)
            let moved = after?.state != before?.state ? after.flatMap { TicketState(rawValue: $0.state) } : nil
            return Cell(byColumns ? nil : verdict, reason, to: moved, keepsWords: words)
        }
    }

    @Test(arguments: Matrix.kinds)
    func `every cell of the matrix is what the model says there`(kind: CommandKind) {
        var (asked, missing) = (0, 0)
        for state in Matrix.states {
            for relation in Relation.allCases {
                guard var place = Place(kind, state, relation), var said = place.said() else {
                    missing += 1
                    continue
                }
                asked += 1
                var cell = Rules.embedded.matrix[kind, state, relation]
                // What a dispatcher cannot accept is not done, whatever the word for it is: they hear the reason.
                if relation == .decision, cell.verdict?.takesEffect == false {
                    (cell.verdict, cell.keepsWords) = (nil, false)
                    (said.verdict, said.keepsWords) = (nil, false)
                }
                #expect(cell == said, "\(kind) at \(state?.rawValue ?? "-") by \(relation)")
            }
        }
        let unreachable =
            switch kind {
            case .create, .grant, .refuse, .rule, .escalate, .conclude: 15  // none is ever held
            case .report: 15  // one that is held has its ticket, and a repeat is not held
            case .choose: 6  // a ticket that is not there has no conflict
            default: 3  // nobody handles a ticket that is not there
            }
        #expect((asked, missing) == (72 - unreachable, unreachable))
    }

    @Test func `states, commands, relations, columns: the model knows the same ones`() {
        #expect(Relation.allCases.map(\.rawValue) == RuleModel.Relation.allCases.map(\.rawValue))
        for column in TicketColumn.allCases {
            #expect(ColumnRules.embedded[column]?.rule.rawValue == RuleModel.rule(of: column.rawValue), "\(column)")
        }
        #expect(Matrix.kinds.count * Matrix.states.count * Relation.allCases.count == 2232)
    }
}
