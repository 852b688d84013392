import Changeset
import Testing
import Tickets

/// Named interleavings, drawn as device | centre. The full matrix is in `MatrixTests`.
@Suite struct HandlingTests {
    @Test func `accept, start, resolve: three stamps at the moment that the centre fixed`() {
        var current = ticket(.dispatched)
        for (kind, column, state) in [
            (CommandKind.accept, TicketColumn.acceptedAt, TicketState.awaitingHandling),
            (.start, .startedAt, .awaitingHandling), (.resolve, .resolvedAt, .handled),
        ] {
            let decision = decide(ordinary(kind), on: current, in: context(author(Cast.worker), wall: now - 77))
            #expect(decision.verdict == .applied)
            current = current.applying(decision.changes)
            #expect(current[column] == .integer(now))
            #expect(current.state == state)
        }
    }

    @Test func `a helper may do all that the assignee may`() {
        for state in TicketState.allCases {
            for kind in [CommandKind.accept, .start, .resolve, .return, .visit, .note, .edit] {
                let assignee = decide(ordinary(kind), on: ticket(state), in: context(author(Cast.worker)))
                let helper = decide(ordinary(kind), on: ticket(state), in: context(author(Cast.helper)))
                let bothHandle = state != .received && state != .awaitingDispatch
                if bothHandle { #expect((assignee.verdict, assignee.reason) == (helper.verdict, helper.reason)) }
            }
        }
    }

    @Test func `two helpers resolve: first applied, second superseded and kept`() {
        // li-na: resolve 1        |  applied
        // wang-fang: resolve 2    |  superseded, words kept
        let first = decide(ordinary(.resolve), on: ticket(.awaitingHandling), in: context(author(Cast.worker)))
        let second = command(.resolve, ["body": "也修好了"], number: 2)
        let after = ticket(.awaitingHandling).applying(first.changes)
        let decision = decide(second, on: after, in: context(author(Cast.helper)))
        #expect(decision.verdict == .superseded)
        #expect(decision.reason == .alreadyHandled)
        #expect(
            decision.conflicts == [
                Conflict(field: "resolution", trunk: .null, theirs: "handled", ours: "也修好了", rule: "first", outcome: .theirs)
            ])
        #expect(note(decision)?[4] == "也修好了")
        #expect(note(decision)?[6] == .integer(1))
    }

    @Test func `their reassignment, our resolve: held, evidence kept, and a dispatcher can accept it`() {
        // resolve (offline)       |  assign to zhang-wei
        //                         |  held moved, late note
        //                         |  decide: accepted -> handled
        let assigned = decide(ordinary(.assign), on: ticket(.awaitingHandling, helpers: []), in: context(author(Cast.dispatcher)))
        let moved = ticket(.awaitingHandling, helpers: []).applying(assigned.changes)
        #expect(moved.state == .dispatched)
        let resolve = ordinary(.resolve, number: 2)
        let author = author(Cast.worker, heldAtSeen: true, holdsNow: false)
        let held = decide(resolve, on: moved, in: context(author))
        #expect((held.verdict, held.reason) == (.held, .moved))
        #expect(note(held)?[6] == .integer(1))
        let kept = moved.applying(held.changes)
        #expect(kept.state == .dispatched)
        let accepted = decide(resolve, on: kept, in: context(author, override: true))
        #expect(accepted.verdict == .applied)
        #expect(note(accepted) == nil)
        #expect(kept.applying(accepted.changes).state == .handled)
    }

    @Test func `reassigned and assigned back, our resolve: held at the centre, because nobody accepted it anew`() {
        let decision = decide(ordinary(.resolve), on: ticket(.dispatched), in: context(author(Cast.worker)))
        #expect((decision.verdict, decision.reason) == (.held, .moved))
    }

    @Test func `accept after the centre withdrew: superseded, nothing to do`() {
        let decision = decide(ordinary(.accept), on: ticket(.withdrawn), in: context(author(Cast.worker)))
        #expect(decision == Decision(.superseded, .withdrawn))
    }

    @Test(arguments: [CommandKind.resolve, .return])
    func `resolve or return after the centre withdrew: rejected, words kept as note and conflict`(kind: CommandKind) {
        let decision = decide(ordinary(kind), on: ticket(.withdrawn), in: context(author(Cast.worker)))
        #expect((decision.verdict, decision.reason) == (.rejected, .withdrawn))
        #expect(decision.conflicts.map(\.ours) == ["已到现场。"])
        #expect(note(decision)?[2] == .text(kind.rawValue))
    }

    @Test func `resolve before accept is refused on the device with the words that say so`() {
        for kind in [CommandKind.resolve, .start] {
            let decision = decide(ordinary(kind), on: ticket(.dispatched), in: context(author(Cast.worker), side: .device))
            #expect(decision == Decision(.rejected, .acceptFirst))
        }
    }

    @Test func `the device predicts the centre when it replays with the given trunk`() {
        let author = author(Cast.worker)
        let device = decide(ordinary(.resolve), on: ticket(.dispatched), in: context(author, trunk: Trunk(), side: .device))
        #expect(device == decide(ordinary(.resolve), on: ticket(.dispatched), in: context(author, trunk: Trunk(), side: .centre)))
    }

    @Test func `who reported a ticket and once handled it is told that it moved, who only reported it that it is not theirs`() {
        var given = ticket(.dispatched, [.assignee: "zhang-wei", .reporter: "li-na"], helpers: [])
        #expect(decide(ordinary(.accept), on: given, in: context(author(Cast.worker))) == Decision(.superseded, .moved))
        given[.firstResponsible] = "zhang-wei"
        #expect(decide(ordinary(.accept), on: given, in: context(author(Cast.worker))) == Decision(.held, .notYours))
    }

    @Test func `words on a closed ticket land late, and so do words of someone who lost it`() {
        let closed = decide(ordinary(.note), on: ticket(.closed), in: context(author(Cast.worker)))
        #expect((closed.verdict, closed.reason) == (.applied, .late))
        #expect(note(closed)?[6] == .integer(1))
        let lost = decide(ordinary(.visit), on: ticket(.dispatched), in: context(author(Cast.other, holdsNow: false)))
        #expect((lost.verdict, lost.reason) == (.applied, .late))
        let mine = decide(ordinary(.visit), on: ticket(.dispatched), in: context(author(Cast.worker)))
        #expect((mine.verdict, mine.reason) == (.applied, .ok))
    }

    @Test func `a note carries the author's own time unless their clock is absurd`() {
        let mild = decide(ordinary(.note), on: ticket(.dispatched), in: context(author(Cast.worker), wall: now - 200_000))
        #expect(note(mild)?[5] == .integer(now - 200_000))
        let wild = decide(
            ordinary(.note), on: ticket(.dispatched), in: context(author(Cast.worker), wall: now - 200_000_000, flagged: true))
        #expect(note(wild)?[5] == .integer(now))
    }

    @Test func `a visit's outcome stays with its note`() {
        let visit = command(.visit, ["body": "家中无人", "outcome": "absent"])
        let row = note(decide(visit, on: ticket(.dispatched), in: context(author(Cast.worker))))
        #expect(row?[2] == "visit-absent")
        #expect(noteWords(kind: "visit-absent").chinese == "走访（无人）")
        #expect(
            row == [
                .blob(visit.id.derived(1)), ticketID.value, "visit-absent", "li-na", "家中无人", .integer(now), .integer(0),
                visit.id.value,
            ])
    }

    @Test func `the stamps of another release's state allow a worker nothing`() {
        let strange = ticket(.dispatched, [.state: "some-later-state"])
        #expect(decide(ordinary(.accept), on: strange, in: context(author(Cast.worker))).verdict == .superseded)
    }

    private func note(_ decision: Decision) -> [Value]? {
        for case .insert(.note, let row) in decision.changes { return row }
        return nil
    }
}
