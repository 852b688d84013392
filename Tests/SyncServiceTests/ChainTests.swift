import CentralStore
import Changeset
import SyncProtocol
import SyncService
import Testing
import Tickets

@Suite struct `Chains, forks and restores` {
    //  phone                           | centre
    //  1, 2                            | acknowledged 2
    //  4 (3 was forgotten)             | expected: 3, nothing stored
    @Test func `a gap is answered with the sequence that is expected`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        try phone.push([try phone.note(ticket), try phone.note(ticket)], to: bench)
        let skipped = try phone.note(ticket)
        let request = phone.request([skipped]) { request in
            request = SyncRequest(
                replica: request.replica, token: request.token, cursor: request.cursor, epoch: 1,
                acknowledgedSequence: 2, acknowledgedHead: request.acknowledgedHead, now: request.now, firstSequence: 4,
                previous: bench.sources.bytes(32), commands: [skipped])
        }
        let answer = try phone.send(request, to: bench)
        #expect(answer.expectedSequence == 3)
        #expect(answer.receipts.isEmpty)
        #expect(try bench.stored(skipped.commandID) == nil)
        #expect(try bench.faults() == [])
    }

    //  phone            its clone       | centre
    //  1, 2                             | applied
    //                   2′              | fork: epoch 2
    //                   1′ of epoch 2   | judged, flagged
    //  3 of epoch 1                     | second head: alarm, enrol again
    @Test func `a clone gets a new epoch; when both heads go on, the later one must enrol again`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        try phone.push([try phone.note(ticket)], to: bench)
        var clone = phone
        let original = try phone.note(ticket)
        try phone.push([original], to: bench)

        let copied = try clone.note(ticket, "克隆机")
        #expect(try clone.send(clone.request([copied]), to: bench).forkEpoch == 2)
        #expect(try bench.stored(copied.commandID) == nil)
        clone.restart(epoch: 2)
        #expect(try clone.push([copied], to: bench).receipts.map(\.verdict) == [.applied])
        #expect(try bench.device(clone.replica)?.forks == 1)
        #expect(try bench.device(clone.replica)?.epoch == 2)

        let replayed = phone.request([]) { $0.acknowledgedSequence = 1 }
        #expect(try phone.send(replayed, to: bench).forkEpoch == nil, "reading is refused to nobody")
        for _ in 0..<2 {
            let late = phone.request([try phone.note(ticket)])
            #expect(throws: ProtocolError(.enrolAgain, in: "epoch")) { try phone.send(late, to: bench) }
        }
        #expect(try bench.device(clone.replica)?.forks == 2)
        #expect(try clone.push([try clone.note(ticket)], to: bench).receipts.map(\.verdict) == [.applied])
        #expect(try bench.faults() == [])
    }

    //  phone                           | centre
    //  1 (answer lost)                 | applied
    //  fork told, 1 again as 1 of      |
    //  epoch 2                         | a repeat: the stored verdict
    @Test func `a command that comes again under a new epoch is a repeat`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let sealed = try phone.note(ticket)
        let first = try phone.send(phone.request([sealed]), to: bench)
        phone.restart(epoch: 2)
        let again = try phone.push([sealed], to: bench)
        #expect(again.receipts.map(\.sequence) == first.receipts.map(\.sequence))
        #expect(again.acknowledgedSequence == 1)
        #expect(try bench.store.read { try $0.ticket(ticket) }?.rows.filter { $0.table == .note }.count == 1)
        #expect(try bench.faults() == [])
    }

    //  phone                           | centre
    //  accept                          | held by nobody: poisoned
    //  start, note                     | start waits for it, the note does not
    //                                  | accept accepted → start decided in the same transaction
    @Test func `a dependant of a held command waits, and is decided with it`() throws {
        let bench = try Bench(decide: { command, ticket, context in
            if command.kind == .accept, !context.override { throw ServiceError.busy }
            return Tickets.decide(command, on: ticket, in: context)
        })
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let accept = try phone.seal(phone.payload("accept", ticket))
        let start = try phone.seal(phone.payload("start", ticket))
        let note = try phone.note(ticket)
        let answer = try phone.push([accept, start, note], to: bench)
        #expect(answer.receipts.map(\.verdict) == [.held, .held, .applied])
        #expect(answer.receipts.map(\.reason) == ["poisoned", "waits-for", "ok"])
        #expect(answer.receipts[1].waitsFor == accept.commandID)

        let outcome = try bench.service.decideHeldAndWait(accept.commandID, .accepted, reason: "核实", by: Bench.dispatcher)
        #expect(outcome.followed.map(\.command) == [start.commandID])
        #expect(outcome.followed.map(\.decision) == [.accepted])
        #expect(try bench.store.read { try $0.ticket(ticket) }?.ticket[.startedAt] != .null)
        #expect(throws: ServiceError.notHeld(accept.commandID)) {
            try bench.service.decideHeldAndWait(accept.commandID, .declined, by: Bench.dispatcher)
        }
        let told = try phone.push([], to: bench)
        let decisions = told.page?.entities.compactMap(\.receipt?.decision?.decision) ?? []
        #expect(decisions == [.accepted, .accepted])
        #expect(try bench.faults() == [])
    }

    @Test func `declined: what waited is decided as if it had never been`() throws {
        let bench = try Bench(decide: { command, ticket, context in
            if command.kind == .accept, !context.override { throw ServiceError.busy }
            return Tickets.decide(command, on: ticket, in: context)
        })
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let accept = try phone.seal(phone.payload("accept", ticket))
        let start = try phone.seal(phone.payload("start", ticket))
        try phone.push([accept, start], to: bench)
        let outcome = try bench.service.decideHeldAndWait(accept.commandID, .declined, reason: "不属实", by: Bench.dispatcher)
        #expect(outcome.followed.map(\.decision) == [.declined])
        #expect(try bench.store.read { try $0.ticket(ticket) }?.ticket.state == .dispatched)
        #expect(try bench.faults() == [])
    }

    @Test func `people who are not of the centre decide nothing`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "wang-lei")
        var phone = try Phone("li-na", at: bench)
        let note = try phone.note(ticket)
        try phone.push([note], to: bench)
        #expect(throws: ServiceError.notPermitted("li-na")) {
            try bench.service.decideHeldAndWait(note.commandID, .accepted, by: "li-na")
        }
        let unknown = CommandID(bytes: [UInt8](repeating: 0, count: 16))!
        #expect(throws: ServiceError.unknownCommand(unknown)) {
            try bench.service.decideHeldAndWait(unknown, .accepted, by: "zhao-min")
        }
    }
}
