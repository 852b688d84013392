import CentralStore
import CentralStoreSQLite
import Changeset
import Synchronization
import SyncProtocol
import SyncService
import Testing
import Tickets

/// A store whose next writes fail, as a full disk would have it.
private final class FailingStore: CentralStore {
    let store: SQLiteCentralStore
    let failures = Mutex<[StoreError]>([])

    init(_ store: SQLiteCentralStore) { self.store = store }

    func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T {
        let failure = failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        return try store.write { transaction in
            let result = try body(transaction)
            // At the end, like a COMMIT that does not come through.
            if let failure { throw failure }
            return result
        }
    }

    func read<T>(_ body: (any StoreReader) throws -> T) throws -> T { try store.read(body) }
    func backup(to path: String) throws -> UInt64 { try store.backup(to: path) }
}

@Suite struct `When the store fails` {
    @Test func `a commit that fails counts against nobody, and the same request is right afterwards`() throws {
        let slot = Mutex<FailingStore?>(nil)
        let bench = try Bench(wrap: { store in
            let failing = FailingStore(store)
            slot.withLock { $0 = failing }
            return failing
        })
        let failing = try #require(slot.withLock { $0 })
        let ticket = try bench.ticket(to: "li-na")
        let phones = try (0..<3).map { _ in try Phone("li-na", at: bench) }
        let notes = try phones.map { try $0.note(ticket) }
        let requests = zip(phones, notes).map { $0.request([$1]) }
        let bodies = zip(phones, requests).map { $0.body($1) }
        for (error, problem) in [(StoreError.diskFull, Problem.storeFull), (.inputOutput(detail: "EIO"), .storeUnavailable)] {
            failing.failures.withLock { $0 = [error] }
            for result in bench.service.syncTogether(bodies: bodies) {
                #expect(throws: ProtocolError(problem, in: "store")) { try result.get() }
            }
            for note in notes { #expect(try bench.stored(note.commandID) == nil) }
        }
        for (request, result) in zip(requests, bench.service.syncTogether(bodies: bodies)) {
            let answer = try SyncResponse(decoding: decodeBody(result.get())).whole(answering: request)
            #expect(answer.receipts.map(\.verdict) == [.applied])
        }
        #expect(try bench.faults() == [])
    }

    @Test func `acts at the centre fail as a whole too, and leave nothing`() throws {
        let slot = Mutex<FailingStore?>(nil)
        let bench = try Bench(wrap: { store in
            let failing = FailingStore(store)
            slot.withLock { $0 = failing }
            return failing
        })
        let head = try bench.store.read { try $0.state() }.head
        try #require(slot.withLock { $0 }).failures.withLock { $0 = [.diskFull] }
        #expect(throws: ServiceError.storeUnavailable(StoreError.diskFull.description)) {
            try bench.act(.create, nil, ["title": .text("无")])
        }
        #expect(try bench.store.read { try $0.state() }.head == head)
    }

    @Test func `a command whose rows do not fit is held as poisoned, and its neighbours are written`() throws {
        let bench = try Bench(decide: { command, ticket, context in
            guard command.text("body") == "坏" else { return Tickets.decide(command, on: ticket, in: context) }
            return Decision(.applied, .ok, changes: [.delete(.helper, key: [command.ticket.value, .text("nobody")])])
        })
        let ticket = try bench.ticket(to: "li-na")
        let other = try Phone("li-na", at: bench)
        var phone = try Phone("li-na", at: bench)
        let commands = try ["好", "坏", "好"].map { try phone.note(ticket, $0) }
        let neighbour = try other.note(ticket, "邻居")
        let (ours, theirs) = (phone.request(commands), other.request([neighbour]))
        let results = bench.service.syncTogether(bodies: [phone.body(ours), other.body(theirs)])
        let answer = try SyncResponse(decoding: decodeBody(results[0].get())).whole(answering: ours)
        #expect(answer.receipts.map(\.reason) == ["ok", "poisoned", "ok"])
        let told = try SyncResponse(decoding: decodeBody(results[1].get())).whole(answering: theirs)
        #expect(told.receipts.map(\.verdict) == [.applied])
        phone.move(commands, answer)
        #expect(try phone.push([], to: bench).receipts.isEmpty)
        #expect(try bench.store.read { try $0.held() }.map(\.command.id) == [commands[1].commandID])
        #expect(try bench.faults() == [])
    }

    @Test func `an import row comes once, whatever is repeated`() throws {
        let bench = try Bench()
        let source = ImportSource(source: "12345", externalID: "A-1")
        func row() -> Act {
            Act(id: bench.sources.id(), kind: .create, arguments: ["title": .text("积水")], source: source)
        }
        let first = try bench.service.performAndWait([row(), row()], by: Bench.dispatcher)
        #expect(first.map(\.isKnown) == [false, true])
        #expect(first[0].number != nil)
        let second = try bench.service.performAndWait([row()], by: Bench.dispatcher)
        #expect(second.map(\.ticket) == [first[0].ticket])
        #expect(second.map(\.sequence) == [0])
        #expect(try bench.faults() == [])
    }

    @Test func `an act that the rules refuse leaves no trace, and the others are done`() throws {
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let acts = [
            Act(id: bench.sources.id(), kind: .close, ticket: ticket),
            Act(id: bench.sources.id(), kind: .note, ticket: ticket, arguments: ["body": .text("请加急")]),
        ]
        let outcomes = try bench.service.performAndWait(acts, by: Bench.dispatcher)
        #expect(outcomes.map(\.verdict) == [.rejected, .applied])
        #expect(outcomes.map(\.sequence)[0] == 0)
        #expect(try bench.stored(acts[0].id) == nil)
        let again = try bench.service.performAndWait(acts, by: Bench.dispatcher)
        #expect(again[1].sequence == outcomes[1].sequence, "the same act again takes effect once")
        #expect(try bench.faults() == [])
    }
}
