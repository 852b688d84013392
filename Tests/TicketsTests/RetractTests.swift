import Changeset
import Testing
import Tickets

/// Target × what has become of it → what a retraction comes to. The expectation stands in Schema/Rules/states.md.
@Suite struct RetractTests {
    typealias Standing = RetractTarget.Standing
    static let targetID = commandID(9000)

    /// The step that a command of a kind made at the centre: the ticket before, the ticket after, and the rows as the journal has them.
    static func effect(of kind: CommandKind) -> (before: Ticket, after: Ticket, changes: [Change])? {
        let state: TicketState =
            switch kind {
            case .accept: .dispatched
            case .start, .resolve, .return: .awaitingHandling
            default: .awaitingHandling
            }
        var given = ordinary(kind)
        if kind.makesTicket || kind.asksFor != nil || kind.isAboutPart { given.id = targetID }
        given.ticket = kind.makesTicket ? Command.madeTicket(by: targetID) : ticketID
        let before = ticket(state, for: kind)
        var asked = context(author(Cast.worker))
        asked.choice = ChoiceTarget(
            person: Cast.worker.id, against: nil, ticket: ticketID,
            conflicts: [
                Conflict(field: "finding", trunk: .null, theirs: "乙", ours: "甲", rule: "field", outcome: .theirs, may: .holder)
            ])
        let decision = decide(given, on: kind.makesTicket ? nil : before, in: asked)
        guard decision.verdict == .applied else { return nil }
        if case .insert(.ticket, let row)? = decision.changes.first {
            return (before, Ticket(row: row), [recorded(.ticket, nil, row)])
        }
        let after = before.applying(decision.changes)
        var changes = decision.changes.compactMap { change -> Change? in
            if case .insert(let table, let row) = change, table == .note || table == .answer { return recorded(table, nil, row) }
            return nil
        }
        if after.row != before.row { changes.insert(recorded(.ticket, before.row, after.row), at: 0) }
        return (before, after, changes)
    }

    static func recorded(_ table: Table, _ old: [Value]?, _ new: [Value]) -> Change {
        let ordinals = table.columns.indices.map { UInt8($0 < table.keyCount ? $0 + 1 : 0) }
        guard let old else { return Change(table: table.name, keyOrdinals: ordinals, operation: .insert, new: new) }
        let isSame = { (index: Int) in index >= table.keyCount && old[index] == new[index] }
        return Change(
            table: table.name, keyOrdinals: ordinals, operation: .update,
            old: old.indices.map { isSame($0) ? nil : old[$0] },
            new: new.indices.map { isSame($0) || $0 < table.keyCount ? nil : new[$0] })
    }

    static func decision(
        _ kind: CommandKind, _ standing: Standing, goneOn: Bool = false, override: Bool = false, side: Side = .centre,
        of person: Person = Cast.worker
    ) -> (Decision, Ticket) {
        let effect = effect(of: kind)
        var stands = effect?.after ?? ticket(.dispatched)
        if goneOn {
            stands[.state] = kind == .edit || kind == .choose ? stands[.state] : .text(TicketState.closed.rawValue)
            stands[.finding] = "后来改过"
        }
        var retraction = command(.retract, ["target": .text(targetID.description)], number: 2)
        retraction.ticket = stands.id
        var context = context(author(Cast.worker), override: override, side: side)
        context.target = RetractTarget(
            person: person.id, kind: kind, ticket: stands.id, standing: standing, changes: effect?.changes ?? [])
        return (decide(retraction, on: stands, in: context), stands)
    }

    static func cell(_ decided: (Decision, Ticket)) -> String {
        let (decision, ticket) = decided
        var text = decision.verdict.rawValue
        if decision.reason != .ok { text += " " + decision.reason.rawValue }
        let after = ticket.applying(decision.changes)
        if after.state != ticket.state { text += " → \(after.state.rawValue)" }
        if after.state == ticket.state, after.row != ticket.row { text += " −columns" }
        if decision.changes.contains(where: { $0.table == .note }) { text += " −words" }
        if decision.changes.contains(where: { $0.table == .answer }) { text += " −answers" }
        return text
    }

    static func table() -> String {
        var text =
            "| target | under way | undecided | in effect | a dispatcher accepts it | the ticket went on | a dispatcher accepts it then |\n"
        text += "|---|---|---|---|---|---|---|\n"
        for kind in CommandKind.allCases {
            let cells = [
                cell(decision(kind, .underWay)), cell(decision(kind, .undecided)), cell(decision(kind, .effective)),
                cell(decision(kind, .effective, override: true)), cell(decision(kind, .effective, goneOn: true)),
                cell(decision(kind, .effective, goneOn: true, override: true)),
            ]
            text += "| \(kind.rawValue) | " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }

    @Test func `every cell of the retraction's matrix is the one that states.md shows`() throws {
        let document = try repositoryText("Schema/Rules/states.md")
        let expected = try #require(document.range(of: "### `retract`\n").map { document[$0.upperBound...] })
        let rows = expected.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.hasPrefix("|") }.prefix {
            $0.hasPrefix("|")
        }
        #expect(rows.joined(separator: "\n") + "\n" == Self.table(), "states.md should have:\n\(Self.table())")
    }

    @Test(arguments: CommandKind.allCases.filter { !$0.isCentral && $0 != .retract })
    func `what has no effect any more, or was asked for before, is superseded, and a device says so itself`(kind: CommandKind) {
        for side in Side.allCases {
            for override in [false, true] {
                func judged(_ standing: Standing) -> Decision {
                    Self.decision(kind, standing, override: override, side: side).0
                }
                #expect(judged(.void) == Decision(.superseded, .nothingToRetract))
                #expect(judged(.takenBack) == Decision(.superseded, .nothingToRetract))
                #expect(judged(.asked) == Decision(.superseded, .alreadyAsked))
                #expect(judged(.unsent) == Decision(.rejected, .undoInstead))
            }
        }
        for standing in [Standing.underWay, .undecided, .effective] {
            #expect(Self.decision(kind, standing, side: .device).0 == Decision(.applied, .ok), "a device changes nothing")
        }
    }

    @Test func `somebody else's command and one that never came get the same words, for every kind and standing`() {
        let unknown = decide(ordinary(.retract), on: ticket(.dispatched), in: context(author(Cast.worker)))
        #expect(unknown == Decision(.held, .waitsForTarget))
        for kind in CommandKind.allCases {
            for standing in Standing.allCases {
                for override in [false, true] {
                    #expect(
                        Self.decision(kind, standing, override: override, of: Cast.helper).0 == unknown, "\(kind) \(standing)")
                }
            }
        }
    }

    @Test func `who may take back is who gave it, whatever they are to the ticket by now`() {
        for relation in Relation.allCases where relation != .centre {
            let (author, stands) = author(in: relation, to: Self.effect(of: .note)!.after)
            var context = context(author)
            context.target = RetractTarget(
                person: author.person, kind: .note, ticket: ticketID, standing: .effective,
                changes: Self.effect(of: .note)!.changes)
            #expect(decide(ordinary(.retract), on: stands, in: context).reason == .retractAsked, "\(relation)")
        }
    }

    @Test func `a retraction that names another ticket than its target is refused`() {
        var context = context(author(Cast.worker))
        context.target = RetractTarget(
            person: Cast.worker.id, kind: .note, ticket: TicketID(bytes: [UInt8](repeating: 3, count: 16)), standing: .effective)
        let decision = decide(ordinary(.retract), on: ticket(.dispatched), in: context)
        #expect(decision.verdict == .rejected && decision.fault == ArgumentFault("target", .outOfRange))
    }

    @Test func `of an edit each column goes back by itself: still ours, changed since, back already`() {
        let edit = command(.edit, ["location": "东门", "finding": "新", "tags": "灯", "body": "复核"], number: 9000)
        let before = ticket(.awaitingHandling, [.location: "老街", .finding: "旧"])
        let decided = decide(edit, on: before, in: context(author(Cast.worker)))
        let after = before.applying(decided.changes)
        var changes = [Self.recorded(.ticket, before.row, after.row)]
        if case .insert(.note, let row)? = decided.changes.last { changes.append(Self.recorded(.note, nil, row)) }
        var stands = after
        stands[.location] = "西门"
        stands[.tags] = .null
        var context = context(author(Cast.worker), override: true)
        context.target = RetractTarget(
            person: Cast.worker.id, kind: .edit, ticket: ticketID, standing: .effective, changes: changes)
        let back = decide(ordinary(.retract), on: stands, in: context)
        #expect(back.verdict == .applied)
        #expect(stands.applying(back.changes)[.finding] == "旧")
        #expect(stands.applying(back.changes)[.location] == "西门")
        #expect(back.changes.last == .delete(.note, key: [.blob(commandID(9000).derived(1))]))
        #expect(
            back.conflicts == [
                Conflict(field: "location", trunk: "东门", theirs: "西门", ours: "老街", rule: "retract", outcome: .theirs)
            ])
        stands[.finding] = "又改"
        context.target?.changes = [changes[0]]
        let tooLate = decide(ordinary(.retract), on: stands, in: context)
        #expect(tooLate.verdict == .held && tooLate.reason == .retractTooLate)
        #expect(tooLate.conflicts.map(\.field) == ["location", "finding"])
    }

    @Test func `an acceptance cannot go back once the work has begun, nor what cannot be read`() {
        let effect = Self.effect(of: .accept)!
        var stands = effect.after
        stands[.startedAt] = .integer(now)
        var context = context(author(Cast.worker))
        context.target = RetractTarget(
            person: Cast.worker.id, kind: .accept, ticket: ticketID, standing: .effective, changes: effect.changes)
        #expect(decide(ordinary(.retract), on: stands, in: context).reason == .retractTooLate)
        context.target?.changes = nil
        #expect(decide(ordinary(.retract), on: effect.after, in: context).reason == .retractTooLate)
        context.target?.changes = []
        #expect(decide(ordinary(.retract), on: effect.after, in: context).reason == .nothingToRetract)
    }

    @Test func `every way back is an edge of its own that only a decision walks, and takes an edge of this release back`() {
        let ways = Rules.embedded.edges.filter { $0.command.hasPrefix("retract-") }
        #expect(ways.count == 6)
        for way in ways {
            #expect(way.actor == .decision && way.since == Rules.release)
            let kind = CommandKind(rawValue: String(way.command.split(separator: "-")[1]))!
            #expect(!kind.isCentral)
            #expect(Rules.embedded.wayBack(of: kind, from: way.from!, to: way.to) == way)
            let there =
                kind == .report
                ? Rules.embedded.edge(from: nil, command: kind)?.to : Rules.embedded.edge(from: way.to, command: kind)?.to
            #expect(there == way.from, "\(way.command)")
        }
        #expect(Rules.embedded.wayBack(of: .resolve, from: .handled, to: .returned) == nil)
    }

    @Test func `nothing waits for a retraction, and a retraction waits for nothing but its target`() {
        for kind in CommandKind.allCases {
            var other = ordinary(kind, number: 1)
            other.ticket = ticketID
            let retraction = ordinary(.retract, number: 2)
            #expect(!dependsOn(other, retraction))
            #expect(!dependsOn(retraction, other))
        }
    }

    @Test func `the target is a CommandID`() {
        for bad in ["", "7", "not-an-id", commandID(1).description + "0"] {
            let fault = command(.retract, ["target": .text(bad)]).argumentFault()
            #expect(fault?.argument == "target", "\(bad)")
        }
        #expect(command(.retract).argumentFault() == ArgumentFault("target", .missing))
        #expect(ordinary(.retract).argumentFault() == nil)
        #expect(ordinary(.note).retracted == nil)
        #expect(ordinary(.retract).retracted == Self.targetID)
    }
}
