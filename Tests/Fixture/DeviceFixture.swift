public import Changeset
import Foundation
import GRDB
public import ReplicaStore
public import SyncClient
public import SyncProtocol
public import Tickets

/// A whole device in one process: the real client over a real replica file.
public final class DeviceFixture {
    /// Whose device.
    public let person: String
    /// The way to the centre.
    public let link: Link
    private var opened: Replica?
    /// Its file.
    public let path: String
    /// Device clock minus true time; any number.
    public var skew: Milliseconds = 0
    fileprivate let clock: VirtualClock
    private let bootedAt: Milliseconds
    private let bootID: [UInt8]
    fileprivate var random: SplitMix64
    fileprivate let address: ServerAddress

    /// Enrols a device with a fresh one-time code.
    public convenience init(_ person: String, at centre: CentreFixture) throws {
        try self.init(person, at: centre, migrations: Migration.all)
    }

    /// The same with the replica's schema of an earlier release, or a later one.
    package init(_ person: String, at centre: CentreFixture, migrations: [Migration]) throws {
        self.person = person
        clock = centre.clock
        random = centre.random.fork()
        link = Link(to: centre)
        bootedAt = centre.clock.now - 3_600_000
        bootID = random.bytes(16)
        let replica = ReplicaID(bytes: random.bytes(16))!
        path = centre.folder + "/\(person)-\(replica).sqlite"
        address = try ServerAddress("http://127.0.0.1:1")
        let code = try centre.service.enrolCodeAndWait(for: person, by: CentreFixture.dispatcher)
        let key = try DeviceKey(seed: random.bytes(32))
        let exchange = EnrolmentExchange(
            address: address, code: code.code, replica: replica, key: key, clientVersion: "fixture")
        let response = try exchange.run(over: link)
        opened = try Replica.create(
            at: path,
            enrolment: Enrolment(response, replica: replica, key: key, server: address.text, enrolledAt: centre.clock.now),
            migrations: migrations)
        link.clear()
    }

    /// Another device that goes on from an image of one: a clone.
    public init(cloneOf other: DeviceFixture, image: String) throws {
        person = other.person
        clock = other.clock
        random = other.random.fork()
        link = Link(to: other.link.centre)
        bootedAt = clock.now
        bootID = random.bytes(16)
        path = other.path + ".clone-\(random.commandID())"
        address = other.address
        try FileManager.default.copyItem(atPath: image, toPath: path)
        opened = try Replica.open(at: path)
    }

    /// The device's clocks now.
    public var reading: ClockReading {
        ClockReading(wall: clock.now + skew, bootReading: clock.now - bootedAt, bootID: bootID)
    }

    /// Gives a command.
    @discardableResult
    public func give(_ kind: CommandKind, _ ticket: TicketID? = nil, _ arguments: [String: Value] = [:]) throws -> GivenCommand {
        try replica.give(
            kind, ticket: ticket, arguments: arguments, id: random.commandID(), salt: random.bytes(16), clock: reading)
    }

    /// Runs one sync to its end, however that is.
    @discardableResult
    public func sync() throws -> SyncRunner.Outcome {
        let runner = SyncRunner(
            replica: replica, transport: link, clientVersion: "fixture", clock: { self.reading },
            pause: { self.clock.advance($0) })
        return try runner.run(SyncSession(address, random: random.fork()))
    }

    /// Runs one sync that must come to its end.
    public func syncToEnd() throws {
        let outcome = try sync()
        guard case .done = outcome.ending else { throw FixtureError("\(person)'s sync ended: \(outcome.ending)") }
    }

    /// Syncs until nothing is left to send and nothing moves; gives up after so many.
    public func settle(attemptsMax: Int = 8) throws {
        for _ in 0..<attemptsMax {
            try syncToEnd()
            if try replica.outbox().isEmpty { return }
        }
        throw FixtureError("\(person)'s outbox does not empty")
    }

    /// Reads everything that the centre has, without offering a command: as if every request had been cut before its commands.
    public func pull() throws {
        for _ in 0..<1_000 {
            try turn(limits: OutgoingLimits(countMax: 0))
            if try lastAnswer().page?.more != true { return }
        }
        throw FixtureError("\(person)'s pull does not end")
    }

    /// One request and its answer, without going on: where a pull has more pages the next call brings the next one.
    @discardableResult
    public func turn(limits: OutgoingLimits = OutgoingLimits()) throws -> SyncStep {
        let sentAt = reading
        let outgoing = try replica.prepareRequest(limits: limits, now: sentAt, clientVersion: "fixture")
        let answer = try link.send(
            HTTPRequest(
                url: address.endpoint("v1/sync"), isLoopback: true, contentType: ContentType.sync, accept: ContentType.sync,
                body: packBody(outgoing.signedRequest), responseBytesMax: WireLimits.responseBytesMax))
        guard answer.status == 200 else { throw FixtureError("the centre answered \(answer.status)") }
        return try replica.absorb(try Self.response(in: answer, to: outgoing.signedRequest), receivedAt: reading, sentAt: sentAt)
    }

    /// The answers since the link was cleared, oldest first, those among them that were lost too.
    public func answers() throws -> [SyncResponse] {
        try zip(link.answers, link.asked).filter { $0.0.status == 200 }.map { answer, asked in
            var response = try Self.response(in: answer, to: decodeBody(asked))
            // Short receipts are whole again, as the replica keeps them.
            response.receipts = try replica.receipts(in: response)
            response.shortReceipts = []
            return response
        }
    }

    /// The last answer.
    public func lastAnswer() throws -> SyncResponse {
        guard let last = try answers().last else { throw FixtureError("nothing was answered") }
        return last
    }

    private static func response(in answer: HTTPResponse, to asked: [UInt8]) throws -> SyncResponse {
        try SyncResponse(
            decoding: decodeBody(answer.body, limit: WireLimits.responseDecompressedBytesMax, answering: asked))
    }

    /// The replica that is open now. It always is, except inside `reopen`.
    public var replica: Replica { opened! }

    /// Closes the replica and opens it again, as another process would.
    ///
    /// - Parameter meanwhile: SQL that somebody runs on the file in between.
    public func reopen(meanwhile sql: String? = nil) throws {
        opened = nil
        if let sql {
            let queue = try DatabaseQueue(path: path)
            try queue.write { try $0.execute(sql: sql) }
            try queue.close()
        }
        opened = try Replica.open(at: path)
    }

    /// Closes the replica, and opens it again after `body`.
    fileprivate func closed(_ body: () throws -> Void) throws {
        opened = nil
        try body()
        opened = try Replica.open(at: path)
    }

    /// Closes the replica and opens it with another schema, as another release would.
    package func reopen(migrations: [Migration]) throws {
        opened = nil
        opened = try Replica.open(at: path, migrations: migrations)
    }

    /// A column of a ticket as the screen shows it.
    public func text(_ ticket: TicketID, _ column: TicketColumn) throws -> String? {
        try replica.ticketDetail(ticket).summary.ticket[column].string
    }

    /// A ticket's notes as the screen shows them.
    public func notes(_ ticket: TicketID) throws -> [String] { try replica.ticketDetail(ticket).notes.map(\.body) }
}

// MARK: - Copies

extension DeviceFixture {
    /// Copies the replica's file as it is now: a phone's backup, or a disk image.
    ///
    /// - Returns: The copy's path.
    public func image() throws -> String {
        let copy = path + ".image-\(random.commandID())"
        try closed { try FileManager.default.copyItem(atPath: path, toPath: copy) }
        return copy
    }

    /// The phone is restored from a backup of it.
    public func restore(from image: String) throws {
        try closed {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try FileManager.default.copyItem(atPath: image, toPath: path)
        }
    }

    /// Enrols this device anew with a fresh code; what is unsent on it stays.
    public func enrolAgain(at centre: CentreFixture) throws {
        let replica = ReplicaID(bytes: random.bytes(16))!  // 16 bytes
        let key = try DeviceKey(seed: random.bytes(32))
        let code = try centre.service.enrolCodeAndWait(for: person, by: CentreFixture.dispatcher)
        let exchange = EnrolmentExchange(
            address: address, code: code.code, replica: replica, key: key, clientVersion: "fixture")
        try self.replica.enrolAgain(
            Enrolment(try exchange.run(over: link), replica: replica, key: key, server: address.text, enrolledAt: clock.now))
    }
}
