import Changeset
import Testing
import Tickets

/// Choosing what stands, case by case, in the order of decision 0022's table.
@Suite struct ChooseTests {
    static let target = commandID(9000)

    static func conflict(_ column: TicketColumn, _ outcome: Conflict.Outcome = .theirs) -> Conflict {
        let line = ColumnRules.embedded[column]
        let values = ColumnRulesTests.values(column)
        return Conflict(
            field: column.rawValue, trunk: values[0], theirs: values[1], ours: values[2], rule: line?.rule.rawValue ?? "first",
            outcome: outcome, may: line?.may ?? .centre)
    }

    /// Chooses one side of a conflict that Li Na had with Wang Fang.
    static func judged(
        _ column: TicketColumn = .finding, side: Choice = .ours, value: Value? = nil, by person: Person = Cast.worker,
        _ outcome: Conflict.Outcome = .theirs, at state: TicketState = .awaitingHandling, stands: Value? = nil,
        trunk: Value?? = nil,
        holds: Bool = true, override: Bool = false, known: Bool = true, rules: Rules = .embedded
    ) -> (decision: Decision, ticket: Ticket) {
        let columns = ColumnRules.embedded.together(with: column)
        var ticket = ticket(state)
        for column in columns { ticket[column] = stands ?? ColumnRulesTests.values(column)[1] }
        var given = command(
            .choose, ["target": .text(target.description), "field": .text(column.rawValue), "side": .text(side.rawValue)])
        given.arguments["value"] = value
        var seen: Trunk?
        if let trunk {
            seen = Trunk(
                ticket: trunk.map { value in Dictionary(uniqueKeysWithValues: columns.map { ($0.index, value) }) } ?? [:])
        }
        var context = context(
            author(person, heldAtSeen: holds, holdsNow: holds), trunk: seen, override: override, rules: rules)
        if known {
            context.choice = ChoiceTarget(
                person: Cast.worker.id, against: Cast.helper.id, ticket: ticketID,
                conflicts: columns.map { conflict($0, outcome) })
        }
        return (decide(given, on: ticket, in: context), ticket)
    }

    private func settles(_ fields: [String], _ outcome: Conflict.Outcome) -> SettledConflict {
        SettledConflict(target: Self.target, fields: fields, outcome: outcome)
    }

    @Test func `not known, or nobody's business: the same words`() {
        let unknown = Self.judged(known: false).decision
        #expect(unknown == Decision(.held, .waitsForTarget))
        #expect(Self.judged(by: Cast.other, holds: true).decision == unknown)
        #expect(Self.judged(by: Cast.leader).decision == unknown, "an onlooker")
        for person in [Cast.worker, Cast.helper, Cast.dispatcher] { #expect(Self.judged(by: person).decision != unknown) }
    }

    @Test func `whoever wrote either side is told that it is not theirs to choose, if they do not handle the ticket any more`() {
        var former = Cast.worker
        former.id = "former"
        for isOurs in [true, false] {
            var given = context(author(former, heldAtSeen: true, holdsNow: false))
            given.choice = ChoiceTarget(
                person: isOurs ? former.id : "x", against: isOurs ? "x" : former.id, ticket: ticketID,
                conflicts: [Self.conflict(.finding)])
            let choice = command(.choose, ["target": .text(Self.target.description), "field": "finding", "side": "ours"])
            #expect(decide(choice, on: ticket(.awaitingHandling), in: given) == Decision(.rejected, .notYoursToChoose))
        }
    }

    @Test func `every column: who may choose, and what comes of it`() {
        for line in ColumnRules.embedded.lines {
            let worker = Self.judged(line.column).decision
            let centre = Self.judged(line.column, by: Cast.dispatcher)
            let fields = ColumnRules.embedded.together(with: line.column)
            if line.may == .centre {
                #expect(worker == Decision(.rejected, .notYoursToChoose), "\(line.column)")
            } else {
                #expect(worker == centre.decision, "\(line.column)")
            }
            #expect((centre.decision.verdict, centre.decision.reason) == (.applied, .ok), "\(line.column)")
            #expect(centre.decision.settles == settles(fields.map(\.rawValue), .ours), "\(line.column)")
            let after = centre.ticket.applying(centre.decision.changes)
            #expect(fields.allSatisfy { after[$0] == ColumnRulesTests.values($0)[2] }, "\(line.column)")
        }
        // A role that may not edit the column may not choose it either, even where it handles the ticket.
        let unit = Person(id: Cast.helper.id, name: "单位", role: .unit)
        #expect(Self.judged(by: unit).decision.reason == .notYoursToChoose)
    }

    @Test func `a held command is decided, not chosen; what is no column is not chosen at all`() {
        #expect(Self.judged(.finding, .open).decision == Decision(.rejected, .decideInstead))
        var given = context(author(Cast.dispatcher))
        given.choice = ChoiceTarget(
            person: Cast.worker.id, against: nil, ticket: ticketID,
            conflicts: [
                Conflict(field: "resolution", trunk: .null, theirs: "handled", ours: "好了", rule: "first", outcome: .theirs)
            ])
        let choice = command(.choose, ["target": .text(Self.target.description), "field": "resolution", "side": "ours"])
        #expect(decide(choice, on: ticket(.handled), in: given) == Decision(.rejected, .notAColumn))
        given.author = author(Cast.worker)
        #expect(decide(choice, on: ticket(.handled), in: given).reason == .notYoursToChoose)
        given.choice?.ticket = TicketID(bytes: [UInt8](repeating: 9, count: 16))!
        #expect(decide(choice, on: ticket(.handled), in: given).fault?.argument == "target")
    }

    @Test func `a finished ticket: the centre chooses, a handler waits for it`() {
        for state in [TicketState.closed, .withdrawn] {
            #expect(Self.judged(at: state).decision == Decision(.held, .editAfterClose))
            #expect(Self.judged(by: Cast.dispatcher, at: state).decision.verdict == .applied)
            #expect(Self.judged(at: state, override: true).decision.verdict == .applied, "a dispatcher accepts it")
        }
    }

    @Test func `what stands already is settled without a change`() {
        let same = Self.judged(side: .theirs).decision
        #expect(same == Decision(.applied, .nothingToDo, settles: settles(["finding"], .theirs)))
        let settledAnew = Self.judged(side: .text, value: "第三", .ours).decision
        #expect(settledAnew.settles == settles(["finding"], .text))
        #expect(settledAnew.verdict == .applied && settledAnew.conflicts.isEmpty)
    }

    @Test func `the value that its author saw in the conflict stands, also where the conflict has another by now`() {
        let (decision, ticket) = Self.judged(side: .ours, value: "当时的值")
        #expect(ticket.applying(decision.changes)[.finding] == "当时的值")
        #expect(
            Self.judged(side: .ours, value: .null).decision.changes == [
                .update(.ticket, key: [ticketID.value], [TicketColumn.finding.index: .null])
            ])
    }

    @Test func `somebody changed it since: by the column's rule`() {
        /// The column now has a value that its author did not see.
        func since(_ column: TicketColumn, by person: Person, trunk: Value?? = nil) -> Decision {
            Self.judged(column, by: person, stands: "z", trunk: trunk ?? .some(ColumnRulesTests.values(column)[1])).decision
        }
        for column in [TicketColumn.category, .unit, .grid] {
            let ours = since(column, by: Cast.dispatcher)
            #expect((ours.verdict, ours.reason, ours.settles?.outcome) == (.merged, .merged, .ours), "\(column)")
            #expect(ours.conflicts.map(\.outcome) == [.ours] && ours.changes.count == 1)
        }
        let field = since(.finding, by: Cast.worker)
        #expect((field.verdict, field.settles?.outcome, field.conflicts.map(\.theirs)) == (.merged, .ours, ["z"]))
        let late = since(.finding, by: Cast.dispatcher)
        #expect((late.verdict, late.reason, late.settles, late.changes) == (.superseded, .fieldDecides, nil, []))
        #expect(late.conflicts.map(\.outcome) == [.theirs])
        let person = since(.title, by: Cast.dispatcher)
        #expect((person.verdict, person.reason, person.settles, person.changes) == (.held, .bothChanged, nil, []))
        #expect(person.conflicts.map(\.outcome) == [.open])
        let union = since(.tags, by: Cast.worker)
        #expect((union.verdict, union.settles?.outcome, union.conflicts.map(\.outcome)) == (.merged, .both, [.both]))
        let alone = Self.judged(.tags, side: .text, value: "c", by: Cast.worker, stands: "a", trunk: .some("a,b")).decision
        #expect((alone.verdict, alone.settles?.outcome) == (.merged, .text), "nothing of theirs is left: the text stands")
        // It had the chosen value when it was chosen: the given changeset leaves it out, and the choice stands all the same.
        let kept = since(.finding, by: Cast.worker, trunk: .some(nil))
        #expect((kept.verdict, kept.settles?.outcome) == (.merged, .ours))
    }

    @Test func `a place is chosen by either of its fields, and a text gives both`() {
        for field in [TicketColumn.latitude, .longitude] {
            let (decision, ticket) = Self.judged(field, side: .text, value: "37.5,79.25")
            let after = ticket.applying(decision.changes)
            #expect(after[.latitude] == .real(37.5) && after[.longitude] == .real(79.25))
            #expect(decision.settles == settles(["latitude", "longitude"], .text))
            let cleared = Self.judged(field, side: .ours, value: .null)
            #expect(cleared.ticket.applying(cleared.decision.changes)[.longitude] == .null)
        }
    }

    @Test func `arguments that cannot stand are named`() {
        func fault(_ field: String, _ side: String, _ value: Value? = nil) -> ArgumentFault? {
            var given = command(.choose, ["target": .text(Self.target.description), "field": .text(field), "side": .text(side)])
            given.arguments["value"] = value
            return given.argumentFault()
        }
        #expect(fault("finding", "ours") == nil && fault("finding", "ours", .null) == nil)
        #expect(fault("finding", "both")?.argument == "side")
        #expect(fault("finding", "text") == ArgumentFault("value", .missing))
        #expect(fault("finding", "text", .null) == ArgumentFault("value", .missing))
        #expect(fault("finding", "text", .integer(7)) == ArgumentFault("value", .wrongType))
        #expect(fault("title", "ours", .null) == ArgumentFault("value", .mustNotBeNull))
        #expect(fault("due_at", "text", "morgen")?.argument == "value")
        for place: Value in ["37.5", "91,0", "0,181", "a,b", "1,2,3", "nan,0", .real(1)] {
            #expect(fault("latitude", "text", place) == ArgumentFault("value", .outOfRange), "\(place)")
        }
        #expect(fault("resolution", "text", "x") == nil, "which fields there are is for the conflict to say")
        #expect(fault("finding", "ours", .blob([1])) == ArgumentFault("value", .wrongType))
        #expect(command(.choose, ["target": "7", "field": "finding", "side": "ours"]).argumentFault()?.argument == "target")
        #expect(ordinary(.choose).chosen == Self.target && ordinary(.note).chosen == nil)
    }

    @Test func `a choice depends on what wrote its columns, and an edit on a choice of them`() {
        var place = command(.choose, ["target": .text(Self.target.description), "field": "latitude", "side": "ours"], number: 5)
        #expect(place.columnsWritten == [.latitude, .longitude])
        let moved = command(.edit, ["latitude": .real(1), "longitude": .real(2)], number: 4)
        #expect(dependsOn(place, moved) && !dependsOn(place, ordinary(.edit)) && dependsOn(ordinary(.resolve), place))
        let later = command(.edit, ["longitude": .real(2), "latitude": .real(1)], number: 6)
        #expect(dependsOn(later, place) && !dependsOn(place, place))
        place.arguments["field"] = "resolution"
        #expect(place.columnsWritten.isEmpty)
    }
}
