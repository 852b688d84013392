import CentralStore
import CentralStoreSQLite
import Changeset
import SyncProtocol
import Synchronization
import Testing
import Tickets

@testable import SyncService

/// The in-flight file, in memory.
private final class Notebook: InFlightStore {
    private let text: Mutex<String>
    init(_ text: String = "") { self.text = Mutex(text) }
    func read() -> String { text.withLock { $0 } }
    func replace(_ text: String) { self.text.withLock { $0 = text } }
    /// The commands that a stop at this moment would be blamed on.
    var now: [CommandID] {
        read().split(separator: "\n").first { $0.hasPrefix("now ") }?.split(separator: " ").dropFirst()
            .compactMap { CommandID(text: $0) } ?? []
    }
}

/// A store whose next commit fails.
private final class BrokenCommit: CentralStore {
    private struct Broken: Error {}
    let store: SQLiteCentralStore
    let isNext = Mutex(false)
    init(_ store: SQLiteCentralStore) { self.store = store }

    func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T {
        try store.write { transaction in
            let result = try body(transaction)
            let isBroken = isNext.withLock { isNext in
                defer { isNext = false }
                return isNext
            }
            if isBroken { throw StoreError.inputOutput(detail: "EIO") }
            return result
        }
    }
    func read<T>(_ body: (any StoreReader) throws -> T) throws -> T { try store.read(body) }
    func backup(to path: String) throws -> UInt64 { try store.backup(to: path) }
}

@Suite struct `Poisoned commands` {
    //  process 1: a b c   b ends it                     suspects a b c
    //  process 2: a b c   a alone, b alone ends it      b: alone at one stop
    //  process 3: a b c   a alone, b alone ends it      b: alone at two stops
    //  process 4: a b c   a ✓  b held, not decided  c ✓
    @Test func `a command that ends the process twice alone is held undecided, and its neighbours flow`() throws {
        let notebook = Notebook()
        let slot = Mutex<BrokenCommit?>(nil)
        let bench = try Bench(wrap: { store in
            let broken = BrokenCommit(store)
            slot.withLock { $0 = broken }
            return broken
        })
        let store = try #require(slot.withLock { $0 })
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let notes = try ["一", "二", "三"].map { try phone.note(ticket, $0) }
        let (ids, trap) = (notes.map(\.commandID), notes[1].commandID)
        let left = Mutex<[String]>([])
        // One process after the other, over the same store and the same notebook.
        func process() -> SyncService {
            SyncService(
                store: store, keys: bench.keys, clock: { bench.sources.now }, random: { bench.sources.bytes($0) },
                inFlight: notebook,
                decide: { command, ticket, context in
                    if command.id == trap { left.withLock { $0.append(notebook.read()) } }
                    return Tickets.decide(command, on: ticket, in: context)
                })
        }
        for stop in 1...3 {
            let service = process()
            // A trap commits nothing, and leaves the notebook as it is while the command is decided.
            store.isNext.withLock { $0 = true }
            #expect(throws: ProtocolError.self) { try service.syncAndWait(body: phone.body(phone.request(notes))) }
            service.close()
            notebook.replace(try #require(left.withLock { $0 }.last))
            #expect(notebook.now == (stop == 1 ? ids : [trap]))
            #expect(InFlight(notebook).isPoison(trap) == (stop == 3))
        }
        let decidedCount = left.withLock { $0.count }
        let service = process()
        defer { service.close() }
        let request = phone.request(notes)
        let answer = try SyncResponse(decoding: decodeBody(service.syncAndWait(body: phone.body(request)))).whole(
            answering: request)
        phone.move(notes, answer)
        #expect(answer.receipts.map(\.verdict) == [.applied, .held, .applied])
        #expect(answer.receipts[1].reason == Reason.poisoned.rawValue)
        #expect(left.withLock { $0.count } == decidedCount, "it is not decided any more")
        let figures = try bench.store.read { try $0.figures(now: bench.sources.now + 7_200_000) }
        #expect(figures.poisonedCount == 1 && figures.poisonedSince == bench.sources.now)
        #expect(throws: ServiceError.refused(.poisoned), "accepting it would end the process a third time") {
            try service.decideHeldAndWait(trap, .accepted, by: Bench.dispatcher)
        }
        _ = try service.decideHeldAndWait(trap, .declined, reason: "请重新填写", by: Bench.dispatcher)
        #expect(notebook.read() == "", "answered: nothing is remembered")
        #expect(try bench.store.read { try $0.figures(now: 0) }.poisonedCount == 0)
        #expect(try bench.faults() == [])
    }

    //  centre                                   | disk
    //  starts; one command is given up          |
    //  batch with it: held                      | COMMIT fails
    //  the process ends                         |
    //  starts: it is still given up             |
    @Test func `what is suspected stays so when the commit fails`() throws {
        let notebook = Notebook()
        let slot = Mutex<BrokenCommit?>(nil)
        let bench = try Bench(
            wrap: { store in
                let broken = BrokenCommit(store)
                slot.withLock { $0 = broken }
                return broken
            }, inFlight: notebook)
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        let note = try phone.note(ticket)
        for stops in [0, 1, 2] {
            notebook.replace("suspect \(note.commandID) \(stops)\n")
            let service = SyncService(
                store: try #require(slot.withLock { $0 }), keys: bench.keys, clock: { bench.sources.now },
                random: { bench.sources.bytes($0) }, inFlight: notebook)
            slot.withLock { $0 }?.isNext.withLock { $0 = true }
            #expect(throws: ProtocolError(.storeUnavailable, in: "store")) {
                try service.syncAndWait(body: phone.body(phone.request([note])))
            }
            let next = InFlight(notebook)
            #expect(next.isSuspect(note.commandID) && next.isPoison(note.commandID) == (stops == 2))
            service.close()
        }
        let service = SyncService(
            store: bench.store, keys: bench.keys, clock: { bench.sources.now }, random: { bench.sources.bytes($0) },
            inFlight: notebook)
        _ = try service.syncAndWait(body: phone.body(phone.request([note])))
        service.close()
        #expect(try bench.stored(note.commandID)?.reason == Reason.poisoned.rawValue)
    }

    @Test func `what is suspected stays so as long as nobody has looked at it`() throws {
        let notebook = Notebook()
        let bench = try Bench()
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        let note = try phone.note(ticket)
        notebook.replace("suspect \(note.commandID) 1\n")
        let service = SyncService(
            store: bench.store, keys: bench.keys, clock: { bench.sources.now }, random: { bench.sources.bytes($0) },
            inFlight: notebook)
        defer { service.close() }
        let early = phone.request([note]) { request in
            // Its head counts from the first header on.
            request = SyncRequest(
                replica: request.replica, certificate: request.certificate, token: request.token, cursor: request.cursor,
                epoch: 1, acknowledgedSequence: 0, acknowledgedHead: request.acknowledgedHead, now: request.now,
                firstSequence: 2, previous: bench.sources.bytes(32), commands: [note])
        }
        let answer = try SyncResponse(decoding: decodeBody(service.syncAndWait(body: phone.body(early))))
        #expect(answer.expectedSequence == 1)
        #expect(InFlight(notebook).isSuspect(note.commandID), "it lies behind a gap")
        _ = try service.syncAndWait(body: phone.body(phone.request([note])))
        #expect(try bench.stored(note.commandID)?.verdict == .applied && notebook.read() == "")
    }

    @Test func `a suspect is alone in flight also while it is written, and nobody is blamed between two suspects`() throws {
        let notebook = Notebook()
        let seen = Mutex<[[CommandID]]>([])
        let bench = try Bench(
            inFlight: notebook,
            decide: { command, ticket, context in
                seen.withLock { $0.append(notebook.now) }
                return Tickets.decide(command, on: ticket, in: context)
            })
        let ticket = try bench.ticket(to: "li-na")
        let phone = try Phone("li-na", at: bench)
        let notes = try (0..<3).map { _ in try phone.note(ticket) }
        notebook.replace("now \(notes[0].commandID) \(notes[2].commandID)\n")
        let service = SyncService(
            store: bench.store, keys: bench.keys, clock: { bench.sources.now }, random: { bench.sources.bytes($0) },
            inFlight: notebook,
            decide: { command, ticket, context in
                seen.withLock { $0.append(notebook.now) }
                return Tickets.decide(command, on: ticket, in: context)
            })
        seen.withLock { $0 = [] }
        _ = try service.syncAndWait(body: phone.body(phone.request(notes)))
        service.close()
        #expect(
            seen.withLock { $0 } == [[notes[0].commandID], [notes[1].commandID], [notes[2].commandID]],
            "the suspects alone, and beside them only what nothing speaks against")
        #expect(notebook.read() == "")
        #expect(try notes.map { try bench.stored($0.commandID)?.verdict } == [.applied, .applied, .applied])
        #expect(try bench.faults() == [])
    }

    //  phone                             | centre
    //  accept                            | held
    //  start                             | waits for it
    //                                    | accept is accepted; start is decided again: its own name is noted
    @Test func `who is decided again after another one's answer is noted itself`() throws {
        let notebook = Notebook()
        let seen = Mutex<[CommandID: [CommandID]]>([:])
        let bench = try Bench(
            inFlight: notebook,
            decide: { command, ticket, context in
                seen.withLock { $0[command.id] = notebook.now }
                if command.kind == .accept, !context.override { throw ServiceError.busy }
                return Tickets.decide(command, on: ticket, in: context)
            })
        let ticket = try bench.ticket(to: "li-na")
        var phone = try Phone("li-na", at: bench)
        let accept = try phone.seal(phone.payload("accept", ticket))
        let start = try phone.seal(phone.payload("start", ticket))
        try phone.push([accept, start], to: bench)
        _ = try bench.service.decideHeldAndWait(accept.commandID, .accepted, by: Bench.dispatcher)
        #expect(seen.withLock { $0[accept.commandID] } == [accept.commandID])
        #expect(seen.withLock { $0[start.commandID] } == [start.commandID])
        #expect(notebook.read() == "")
    }
}
