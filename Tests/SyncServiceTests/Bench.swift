import CentralStore
import CentralStoreSQLite
import Changeset
import Foundation
import Synchronization
import SyncProtocol
import SyncService
import Tickets

/// A centre for tests of single transactions: service over a SQLite store in a temporary folder, with a clock that stands still.
final class Bench: Sendable {
    let folder: String
    let store: SQLiteCentralStore
    let keys: CentreKeys
    let service: SyncService

    static let dispatcher = "zhao-min"

    init(
        wrap: (SQLiteCentralStore) -> any CentralStore = { $0 }, configuration: ServiceConfiguration = ServiceConfiguration(),
        inFlight: any InFlightStore = NoInFlightStore(),
        decide decider: @escaping Decider = { command, ticket, context in Tickets.decide(command, on: ticket, in: context) }
    ) throws {
        folder = NSTemporaryDirectory() + "gridline-service-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        keys = CentreKeys(
            current: try CentreKey(signingSeed: [UInt8](repeating: 1, count: 32), macSeed: [UInt8](repeating: 2, count: 32)))
        let made = try SQLiteCentralStore.create(
            at: folder + "/central.sqlite", incarnation: Incarnation(bytes: [UInt8](repeating: 7, count: 16))!,
            time: 1_772_413_200_000, author: systemAuthor, salt: [UInt8](repeating: 0, count: 16))
        store = made
        let box = Sources()
        service = SyncService(
            store: wrap(made), keys: keys, clock: { box.now }, random: { box.bytes($0) }, inFlight: inFlight,
            configuration: configuration, decide: decider)
        sources = box
        try service.putAndWait(
            people: [
                Person(id: Self.dispatcher, name: "赵敏", role: .dispatcher),
                Person(id: "li-na", name: "李娜", role: .worker, grid: "g1"),
                Person(id: "wang-lei", name: "王磊", role: .worker, grid: "g1"),
            ], by: systemAuthor)
    }

    deinit {
        service.close()
        try? store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    let sources: Sources

    /// The clock and the bytes that are called random: a counter, so that a failure can be read.
    final class Sources: Sendable {
        private let time = Mutex<Milliseconds>(1_772_413_200_000)
        private let counter = Mutex<UInt64>(0)
        var now: Milliseconds { time.withLock { $0 } }
        func advance(_ milliseconds: Milliseconds) { time.withLock { $0 += milliseconds } }
        func bytes(_ count: Int) -> [UInt8] {
            let number = counter.withLock { counter in
                counter += 1
                return counter
            }
            return Array(sha256(withUnsafeBytes(of: number.bigEndian) { Array($0) }).prefix(count))
                + [UInt8](repeating: 0, count: max(0, count - 32))
        }
        func id() -> CommandID { CommandID(bytes: bytes(16))! }
    }

    func advance(_ milliseconds: Milliseconds) { sources.advance(milliseconds) }

    /// An act of the dispatcher.
    @discardableResult
    func act(_ kind: CommandKind, _ ticket: TicketID? = nil, _ arguments: [String: Value] = [:]) throws -> ActOutcome {
        try service.performAndWait(
            [Act(id: sources.id(), kind: kind, ticket: ticket, arguments: arguments)], by: Self.dispatcher)[0]
    }

    /// A ticket dispatched to somebody.
    func ticket(to assignee: String, helpers: String? = nil) throws -> TicketID {
        let made = try act(.create, nil, ["title": .text("路灯不亮")])
        var arguments: [String: Value] = ["assignee": .text(assignee)]
        if let helpers { arguments["helpers"] = .text(helpers) }
        try act(.dispatch, made.ticket, arguments)
        return made.ticket
    }

    func stored(_ id: CommandID) throws -> StoredCommand? {
        try store.read { try $0.load(LoadRequest(commands: [id])).commands[id] }
    }

    func device(_ replica: ReplicaID) throws -> DeviceRecord? {
        try store.read { try $0.load(LoadRequest(replicas: [replica])).devices[replica] }
    }

    func faults() throws -> [VerifyFault] { try store.read { try $0.verify() }.faults }
}

/// A device that does nothing but seal and send: the protocol by hand, so that a test can bend every part of it.
struct Phone {
    let key: DeviceKey
    let replica: ReplicaID
    let person: String
    let certificate: [UInt8]
    let sources: Bench.Sources
    var token: [UInt8]?
    var epoch: UInt32 = 1
    var acknowledged: UInt64 = 0
    var head: [UInt8]
    var base: UInt64 = 0
    var incarnation: Incarnation
    var skew: Milliseconds = 0

    /// Enrols.
    init(_ person: String, at bench: Bench) throws {
        let code = try bench.service.enrolCodeAndWait(for: person, by: Bench.dispatcher)
        try self.init(person, at: bench, code: code.code)
    }

    init(_ person: String, at bench: Bench, code: String, replica: ReplicaID? = nil, key: DeviceKey? = nil) throws {
        sources = bench.sources
        self.key = try key ?? DeviceKey(seed: bench.sources.bytes(32))
        self.replica = replica ?? ReplicaID(bytes: bench.sources.bytes(16))!
        self.person = person
        let request = EnrolRequest(code: code, replica: self.replica, key: self.key)
        let answer = try bench.service.enrolAndWait(body: encodeBody(request.encoded()))
        let response = try EnrolResponse(decoding: decodeBody(answer))
        certificate = response.certificate
        token = response.token
        incarnation = response.incarnation
        head = Chain.start(certificate: certificate, epoch: 1)
    }

    var reading: ClockReading {
        ClockReading(wall: sources.now + skew, bootReading: sources.now - 1_000, bootID: [UInt8](repeating: 3, count: 16))
    }

    /// A payload of this device, as of now.
    func payload(
        _ kind: String, _ ticket: TicketID, _ arguments: [String: Value] = [:], id: CommandID? = nil, changeset: [UInt8] = []
    ) -> Payload {
        Payload(
            commandID: id ?? sources.id(), kind: kind, ticket: ticket, arguments: arguments,
            seen: Seen(incarnation: incarnation, base: base, serverTime: 1_772_413_200_000), given: reading,
            changeset: changeset)
    }

    func seal(_ payload: Payload) throws -> SealedCommand {
        try SealedCommand(salt: sources.bytes(16), payload: payload.encoded())
    }

    func note(_ ticket: TicketID, _ body: String = "到场") throws -> SealedCommand {
        try seal(payload("note", ticket, ["body": .text(body)]))
    }

    /// A request with these commands next in the chain.
    func request(_ commands: [SealedCommand], change: (inout SyncRequest) -> Void = { _ in }) -> SyncRequest {
        var request = SyncRequest(
            replica: replica, certificate: certificate, token: token, cursor: Cursor(incarnation: incarnation, base: base),
            epoch: epoch, acknowledgedSequence: acknowledged, acknowledgedHead: head, now: reading,
            firstSequence: acknowledged + 1, previous: head, commands: commands)
        change(&request)
        return request
    }

    func body(_ request: SyncRequest) -> [UInt8] { encodeBody(signed(request, by: key)) }

    /// Sends a request and reads the answer; nothing of the phone moves.
    func send(_ request: SyncRequest, to bench: Bench) throws -> SyncResponse {
        try SyncResponse(
            decoding: decodeBody(
                try bench.service.syncAndWait(body: body(request)), limit: WireLimits.responseDecompressedBytesMax)
        ).whole(answering: request)
    }

    /// Pushes commands and moves on as the centre acknowledges.
    @discardableResult
    mutating func push(_ commands: [SealedCommand], to bench: Bench) throws -> SyncResponse {
        let response = try send(request(commands), to: bench)
        move(commands, response)
        return response
    }

    mutating func move(_ commands: [SealedCommand], _ response: SyncResponse) {
        let count = Int(clamping: response.acknowledgedSequence) - Int(clamping: acknowledged)
        guard count > 0 else { return }
        head =
            Chain.headers(
                for: Array(commands.prefix(count)), replica: replica, epoch: epoch, first: acknowledged + 1, previous: head
            ).head
        acknowledged = response.acknowledgedSequence
        if let page = response.page, !page.more { base = page.base }
    }

    /// Begins a new epoch, as after a fork.
    mutating func restart(epoch: UInt32) {
        self.epoch = epoch
        acknowledged = 0
        head = Chain.start(certificate: certificate, epoch: epoch)
    }
}

extension SyncResponse {
    /// The same answer with every receipt whole, as a device keeps them.
    func whole(answering request: SyncRequest) -> SyncResponse {
        var whole = self
        whole.receipts = receipts(answering: request)
        whole.shortReceipts = []
        return whole
    }
}
