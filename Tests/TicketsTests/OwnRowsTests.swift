import Changeset
import Testing
import Tickets

/// A device keeps a ticket as it was while a restored centre has yet to hear of its commands: then a command meets its own rows.
@Suite struct OwnRowsTests {
    private let li = author(Cast.worker)

    @Test(arguments: [CommandKind.extend, .dispute, .defer, .whistle, .return])
    func `what a command made is not made again, whatever became of it`(kind: CommandKind) throws {
        let first = decide(ordinary(kind), on: ticket(.awaitingHandling), in: context(li))
        #expect(first.verdict == .applied)
        var then = ticket(.awaitingHandling).applying(first.changes)
        // Answered, done, or given out anew: nothing of it waits any more.
        for index in then.requests.indices { then.requests[index].state = .refused }
        for index in then.parts.indices { then.parts[index].doneAt = now }
        then[.state] = .text(TicketState.awaitingHandling.rawValue)
        let again = decide(ordinary(kind), on: then, in: context(li, side: .device))
        #expect(again.verdict == .applied && again.changes.isEmpty)
        let another = decide(ordinary(kind, number: 2), on: then, in: context(li, side: .device))
        #expect(another.verdict == .applied && !another.changes.isEmpty)
    }
}
