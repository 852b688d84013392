import Changeset
import Testing
import Tickets

/// Tasks of the centre's, and where a ticket comes from.
@Suite struct TaskTests {
    private let source = Descent(from: ticketID, number: "20261122-000007", words: "同类 隐患/50%")

    private func made(_ kind: CommandKind, _ arguments: [String: Value], by person: Person) -> (Ticket?, Decision) {
        let decision = decide(
            command(kind, ["title": "排查"].merging(arguments) { $1 }), on: nil,
            in: context(author(person, heldAtSeen: false, holdsNow: false)))
        guard case .insert(.ticket, let row)? = decision.changes.first else { return (nil, decision) }
        return (Ticket(row: row).applying(decision.changes), decision)
    }

    @Test func `where a ticket comes from is read as it was written`() {
        #expect(Descent(source.text) == source && !source.text.contains("50% "))
        #expect(Descent(Descent(from: ticketID, number: nil).text)?.words == nil)
        #expect(Descent("number=1") == nil && Descent("ticket=no") == nil)
        #expect(Descent(source.text + " later=word") == source, "a newer release's words are passed over")
    }

    @Test func `a task counts as a patrol, and only the centre makes one`() {
        for kind in TicketKind.tasks {
            let (task, decision) = made(.create, ["kind": .text(kind.rawValue)], by: Cast.dispatcher)
            #expect(decision.verdict == .applied && task?.isTask == true && task?[.origin] == "patrol")
            let reported = made(.report, ["kind": .text(kind.rawValue)], by: Cast.worker).1
            #expect(reported.fault?.argument == "kind")
            let edit = decide(
                command(.edit, ["kind": .text(kind.rawValue)]), on: ticket(.dispatched), in: context(author(Cast.dispatcher)))
            #expect((edit.verdict, edit.fault?.argument) == (.rejected, "kind"))
        }
        #expect(made(.create, ["kind": "assistance"], by: Cast.dispatcher).0?[.origin] == "caller")
    }

    @Test func `a task and a report say which ticket they come from, in a note of their own`() {
        for (kind, person, word) in [(CommandKind.create, Cast.dispatcher, "sweep"), (.report, Cast.worker, "from-task")] {
            let decision = made(kind, ["descent": .text(source.text)], by: person).1
            let notes = decision.changes.compactMap { change -> [Value]? in
                if case .insert(.note, let row) = change { row } else { nil }
            }
            #expect(notes.count == 1 && notes[0][2] == .text(word) && notes[0][4] == .text(source.text))
            #expect(noteText(kind: word, body: source.text).chinese == "20261122-000007 同类 隐患/50%")
            #expect(made(kind, ["descent": "nothing"], by: person).1.fault == ArgumentFault("descent", .outOfRange))
        }
    }
}
