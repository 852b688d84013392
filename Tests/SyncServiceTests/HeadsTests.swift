import CentralStore
import SyncProtocol
import Synchronization
import Testing
import Tickets

@testable import SyncService

/// Hears alarms.
private final class Listener: ServiceObserver {
    let heard = Mutex<[ServiceAlarm]>([])
    func alarmed(_ alarm: ServiceAlarm) { heard.withLock { $0.append(alarm) } }
    func batchBegan(requests: Int, commands: Int) {}
    func batchWritten() {}
    func batchEnded(isCommitted: Bool) {}
    func judged(_ verdict: Verdict, kind: String, count: Int) {}
    func repeated(count: Int) {}
    func decided(_ decision: HeldDecision) {}
    func shed(_ reason: ShedReason) {}
}

@Suite struct `Heads of one chain` {
    //  phone                           | centre
    //  1, 2, 3                         | acknowledged 3 (the answer is lost)
    //  1 once more, alone              | a repeat; the chain stands at 3
    //  4                               | applied
    @Test func `a repeated header does not move the chain back`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let notes = try (1...3).map { try phone.note(ticket, "\($0)") }
        let beginning = phone
        try phone.push(notes, to: bench)
        let head = try #require(try bench.device(phone.replica)).chainHead
        for count in 1...3 {
            let answer = try beginning.send(beginning.request(Array(notes.prefix(count))), to: bench)
            #expect(answer.acknowledgedSequence == UInt64(count), "as far as this request reaches")
            let device = try #require(try bench.device(phone.replica))
            #expect(device.sequence == 3 && device.chainHead == head)
        }
        #expect(try phone.push([try phone.note(ticket, "4")], to: bench).receipts.map(\.verdict) == [.applied])
        #expect(try bench.faults() == [])
    }

    //  phone            its clone       | centre
    //  1                                | applied
    //                   2′, then epoch 2| fork, judged, flagged
    //  2                                | second head: alarm
    //                                   | the replica is revoked
    //  2                                | fork: epoch 3
    //  2 as 1 of epoch 3                | stored, held, wipe
    //                   3′ of epoch 2   | fork: epoch 4
    //                   as 1 of epoch 4 | stored, held, wipe
    @Test func `a revoked device is told to erase, whichever head of it comes, and what it sends is held`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        try phone.push([try phone.note(ticket)], to: bench)
        var clone = phone
        clone.restart(epoch: 2)
        try clone.push([try clone.note(ticket)], to: bench)
        let late = try phone.note(ticket, "原机还没发的话")
        #expect(throws: ProtocolError(.enrolAgain, in: "epoch")) { try phone.send(phone.request([late]), to: bench) }
        var figures = try bench.store.read { try $0.figures(now: bench.sources.now) }
        #expect(figures.forkedCount == 1 && figures.twoHeadsCount == 1)
        #expect(try bench.device(phone.replica)?.unsent == 1, "what it brought stays on it")

        try bench.service.revokeAndWait(phone.replica, by: Bench.dispatcher)
        #expect(try phone.send(phone.request([late]), to: bench).forkEpoch == 3)
        phone.restart(epoch: 3)
        let answer = try phone.push([late], to: bench)
        #expect(answer.receipts.map(\.reason) == [Reason.revoked.rawValue] && answer.wipe)
        let other = try clone.note(ticket, "副本还没发的话")
        #expect(try clone.send(clone.request([other]), to: bench).forkEpoch == 4)
        clone.restart(epoch: 4)
        let last = try clone.push([other], to: bench)
        #expect(last.receipts.map(\.verdict) == [.held] && last.wipe)
        #expect(try bench.store.read { try $0.held() }.map(\.command.id) == [late.commandID, other.commandID])
        figures = try bench.store.read { try $0.figures(now: bench.sources.now) }
        #expect(figures.twoHeadsCount == 0, "a revoked replica alarms nobody")
        #expect(try bench.faults() == [])
    }

    @Test func `no epoch that a device names makes the centre fall`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        phone.restart(epoch: .max)
        #expect(try phone.push([try phone.note(ticket)], to: bench).receipts.map(\.verdict) == [.applied])
        var clone = phone
        try phone.push([try phone.note(ticket)], to: bench)
        #expect(try clone.push([try clone.note(ticket)], to: bench).forkEpoch == .max)
        #expect(try bench.faults() == [])
    }

    @Test func `forks, second heads, poison and clashes are heard once per request`() async throws {
        let listener = Listener()
        let bench = try Bench(decide: { command, ticket, context in
            if command.kind == .visit { throw ServiceError.busy }
            return Tickets.decide(command, on: ticket, in: context)
        })
        let service = SyncService(
            store: bench.store, keys: bench.keys, clock: { bench.sources.now }, random: { bench.sources.bytes($0) },
            observer: listener,
            decide: { command, ticket, context in
                if command.kind == .visit { throw ServiceError.busy }
                return Tickets.decide(command, on: ticket, in: context)
            })
        defer { service.close() }
        let ticket = try bench.ticket(to: "li-na")
        let first = try Phone("li-na", at: bench)
        let account = RequestAccount()
        func send(_ phone: Phone, _ commands: [SealedCommand]) async throws {
            _ = try await service.sync(body: phone.body(phone.request(commands)), account: account)
        }
        let note = try first.note(ticket)
        let visit = try first.seal(first.payload("visit", ticket, ["body": .text("走访")]))
        try await send(first, [note, visit])
        try await send(first, [note, visit])
        #expect(listener.heard.withLock { $0 } == [.poisoned], "a repeat is no news")
        let fork = try first.note(ticket, "另一头")
        try await send(first, [fork])
        var clone = first
        clone.restart(epoch: 2)
        try await send(clone, [fork, try first.seal(first.payload("note", ticket, ["body": .text("同号异文")], id: note.commandID))])
        let lost = try first.note(ticket, "旧头")
        await #expect(throws: ProtocolError(.enrolAgain, in: "epoch")) { try await send(first, [lost]) }
        #expect(listener.heard.withLock { $0 } == [.poisoned, .fork, .clash, .secondHead])
        #expect(account.facts.alarms == [.poisoned, .fork, .clash, .secondHead])
        #expect(try bench.faults() == [])
    }
}
