public import CentralStore
public import CentralStoreSQLite
public import Changeset
import Foundation
public import SyncClient
public import SyncProtocol
public import SyncService
public import Tickets

/// Why a fixture could not do what a test asked of it.
public struct FixtureError: Error, CustomStringConvertible {
    /// What happened.
    public var description: String
    /// An error.
    public init(_ description: String) { self.description = description }
}

/// A whole centre in one process: the real service over a real SQLite store in a temporary folder.
public final class CentreFixture {
    /// The centre's clock.
    public let clock: VirtualClock
    /// Everything random at the centre.
    public let random: SharedRandom
    /// The centre's keys; they outlive a restore.
    public let keys: CentreKeys
    /// The folder of the store, removed with the fixture.
    public let folder: String
    /// What the service is made with.
    public let configuration: ServiceConfiguration
    /// The store that runs now.
    public private(set) var store: SQLiteCentralStore
    /// The service that runs now.
    public private(set) var service: SyncService
    /// The second disk, if a journal copy is kept.
    package let copy: CopyMemory?
    private let decider: Decider
    private let inFlight: any InFlightStore

    /// The dispatcher, who is there from the start.
    public static let dispatcher = "zhao-min"

    /// - Parameters:
    ///   - hasCopy: Whether a journal copy is kept.
    ///   - decide: In place of the rules, for faults in the decision code.
    public init(
        seed: UInt64, clock: VirtualClock = VirtualClock(), configuration: ServiceConfiguration = ServiceConfiguration(),
        hasCopy: Bool = false, inFlight: any InFlightStore = NoInFlightStore(),
        decide decider: @escaping Decider = { command, ticket, context in Tickets.decide(command, on: ticket, in: context) }
    ) throws {
        self.clock = clock
        self.configuration = configuration
        self.decider = decider
        self.inFlight = inFlight
        let random = SharedRandom(seed: seed)
        self.random = random
        keys = CentreKeys(current: try CentreKey(signingSeed: random.bytes(32), macSeed: random.bytes(32)))
        folder = NSTemporaryDirectory() + "gridline-fixture-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try SQLiteCentralStore.create(
            at: folder + "/central.sqlite", incarnation: Incarnation(bytes: random.bytes(16))!, time: clock.now,
            author: systemAuthor, salt: random.bytes(16))
        copy = hasCopy ? CopyMemory() : nil
        if let copy {
            try store.close()
            store = try SQLiteCentralStore.open(at: folder + "/central.sqlite", copy: copy)
        }
        service = Self.service(store, keys, clock, random, configuration, inFlight, decider)
        try service.putAndWait(
            people: [Person(id: Self.dispatcher, name: "赵敏", role: .dispatcher)], by: systemAuthor)
    }

    /// Another machine, with a backup of `other` in place of its store, while `other` runs on.
    public init(elsewhere other: CentreFixture, from backup: String) throws {
        clock = other.clock
        configuration = other.configuration
        decider = other.decider
        inFlight = NoInFlightStore()
        random = other.random
        keys = other.keys
        copy = nil
        folder = NSTemporaryDirectory() + "gridline-fixture-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try SQLiteCentralStore.restore(
            from: backup, to: folder + "/central.sqlite", incarnation: Incarnation(bytes: random.bytes(16))!, time: clock.now,
            author: systemAuthor, salt: random.bytes(16))
        service = Self.service(store, keys, clock, random, configuration, inFlight, decider)
    }

    deinit {
        service.close()
        try? store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func service(
        _ store: SQLiteCentralStore, _ keys: CentreKeys, _ clock: VirtualClock, _ random: SharedRandom,
        _ configuration: ServiceConfiguration, _ inFlight: any InFlightStore, _ decider: @escaping Decider
    ) -> SyncService {
        SyncService(
            store: store, keys: keys, clock: { clock.now }, random: { random.bytes($0) }, inFlight: inFlight,
            configuration: configuration, decide: decider)
    }

    /// Stops and starts again, as after a crash of the process.
    ///
    /// - Parameter meanwhile: What somebody does with the store's file in between.
    public func restart(meanwhile: (String) throws -> Void = { _ in }) throws {
        service.close()
        try store.close()
        try meanwhile(folder + "/central.sqlite")
        let path = folder + "/central.sqlite"
        store = try copy.map { try SQLiteCentralStore.open(at: path, copy: $0) } ?? SQLiteCentralStore.open(at: path)
        service = Self.service(store, keys, clock, random, configuration, inFlight, decider)
    }

    /// Copies the store.
    ///
    /// - Returns: The path of the backup.
    public func backup() throws -> String {
        let path = folder + "/backup-\(random.commandID()).sqlite"
        _ = try store.backup(to: path)
        return path
    }

    /// Loses the store and puts a backup in its place, and what the journal copy has.
    public func restoreWithCopy(from backup: String) throws {
        guard let copy else { throw FixtureError("this centre keeps no journal copy") }
        try lose()
        store = try SQLiteCentralStore.restore(
            from: backup, to: folder + "/central.sqlite", copy: copy, time: clock.now, author: systemAuthor,
            salt: random.bytes(16)
        ).store
        service = Self.service(store, keys, clock, random, configuration, inFlight, decider)
    }

    private func lose() throws {
        service.close()
        try store.close()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: folder + "/central.sqlite" + suffix)
        }
    }

    /// Loses the store and puts a backup in its place, as a new incarnation. Of a centre without a journal copy.
    public func restore(from backup: String) throws {
        try lose()
        store = try SQLiteCentralStore.restore(
            from: backup, to: folder + "/central.sqlite", incarnation: Incarnation(bytes: random.bytes(16))!, time: clock.now,
            author: systemAuthor, salt: random.bytes(16))
        service = Self.service(store, keys, clock, random, configuration, inFlight, decider)
    }

    /// Answers one request, as the HTTP server would.
    public func answer(_ request: HTTPRequest) -> HTTPResponse {
        do throws(ProtocolError) {
            let body =
                request.url.hasSuffix("/v1/enrol")
                ? try service.enrolAndWait(body: request.body) : try service.syncAndWait(body: request.body)
            return HTTPResponse(status: 200, contentType: ContentType.sync, body: body)
        } catch {
            let details = ProblemDetails(error)
            return HTTPResponse(
                status: details.status, contentType: ContentType.problem, retryAfterSeconds: details.retryAfterSeconds,
                body: details.encoded())
        }
    }

    /// People come or change.
    public func put(_ people: Person...) throws { try service.putAndWait(people: people, by: Self.dispatcher) }

    /// Grids come or change.
    public func put(_ grids: GridRecord...) throws { try service.putAndWait(grids: grids, by: Self.dispatcher) }

    /// An act of the dispatcher that must take effect.
    @discardableResult
    public func act(_ kind: CommandKind, _ ticket: TicketID? = nil, _ arguments: [String: Value] = [:]) throws -> ActOutcome {
        try act([Act(id: random.commandID(), kind: kind, ticket: ticket, arguments: arguments)])[0]
    }

    /// Acts of the dispatcher that must all take effect, in one transaction.
    @discardableResult
    public func act(_ acts: [Act]) throws -> [ActOutcome] {
        let outcomes = try service.performAndWait(acts, by: Self.dispatcher)
        for outcome in outcomes where !outcome.verdict.takesEffect {
            throw FixtureError("an act of the centre was refused: \(outcome.verdict) \(outcome.reason)")
        }
        return outcomes
    }

    /// A ticket that is dispatched to somebody.
    public func ticket(_ title: String, to assignee: String, helpers: [String] = []) throws -> TicketID {
        let made = try act(.create, nil, ["title": .text(title), "name": .text("市民"), "phone": .text("0903-0000000")])
        var arguments: [String: Value] = ["assignee": .text(assignee)]
        if !helpers.isEmpty { arguments["helpers"] = .text(helpers.joined(separator: ",")) }
        try act(.dispatch, made.ticket, arguments)
        return made.ticket
    }

    /// Answers a held command as the dispatcher.
    @discardableResult
    public func decide(_ command: CommandID, _ decision: HeldDecision, reason: String = "") throws -> HeldOutcome {
        try service.decideHeldAndWait(command, decision, reason: reason, by: Self.dispatcher)
    }

    /// What the store says of a ticket.
    public func ticket(_ id: TicketID) throws -> Ticket {
        guard let detail = try store.read({ try $0.ticket(id) }) else { throw FixtureError("no ticket \(id)") }
        return detail.ticket
    }

    /// What the store says of a command.
    public func command(_ id: CommandID) throws -> StoredCommand {
        let found = try store.read { try $0.load(LoadRequest(commands: [id])).commands[id] }
        guard let found else { throw FixtureError("no command \(id)") }
        return found
    }
}
