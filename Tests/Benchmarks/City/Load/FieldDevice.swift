import Changeset
import CurlTransport
import Foundation
import Harness
import ReplicaStore
public import SyncClient
import SyncProtocol
import Tickets

/// A device in this process: the real replica file, the real sync over the real transport, without the cost of a process for each
/// command. Its file lies where the client's would, so that the checks find it, and it is opened for each stretch of work anew.
public final class FieldDevice: @unchecked Sendable {
    // One thread at a time, whoever that is.
    /// Whose device.
    public let person: String
    private let home: URL
    private let path: String

    /// A device of this person in a city's folder.
    public init(_ device: Device) throws {
        person = device.person
        home = device.home
        path = device.replica.path
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    }

    /// Enrols with a one-time code.
    public func enrol(code: String, at server: String) throws {
        var random = SystemRandomNumberGenerator()
        let address = try ServerAddress(server)
        guard let replica = ReplicaID(bytes: random.bytes(16)) else { throw HarnessError("no identity") }
        let key = try DeviceKey(seed: random.bytes(32))
        let exchange = EnrolmentExchange(address: address, code: code, replica: replica, key: key, clientVersion: "field")
        let answer = try exchange.run(over: CurlTransport())
        let enrolment = Enrolment(answer, replica: replica, key: key, server: address.text, enrolledAt: Edge.now)
        _ = try Replica.create(at: path, enrolment: enrolment)
    }

    /// Opens the replica, and closes it behind `body`.
    public func session<Result>(_ body: (Session) throws -> Result) throws -> Result {
        let session = Session(replica: try Replica.open(at: path))
        return try body(session)
    }

    /// What can be done with an open replica.
    public struct Session {
        let replica: Replica

        /// Takes the arguments of the client and gives its exit status: 0, or 1 with the reason of a refusal.
        public func hands(_ arguments: [String]) throws -> (status: Int32, said: String) {
            do {
                if arguments[0] == "undo" {
                    _ = try replica.undo(ticket: try replica.resolve(reference: arguments[1]), at: Edge.now)
                } else {
                    try give(arguments)
                }
                return (0, "")
            } catch ReplicaError.refused(let reason, _) {
                return (1, reason.rawValue)
            } catch ReplicaError.leaving(let reason) {
                return (1, "leaving: \(reason)")
            }
        }

        private func give(_ arguments: [String]) throws {
            var random = SystemRandomNumberGenerator()
            guard let kind = CommandKind(rawValue: arguments[0]), let id = CommandID(bytes: random.bytes(16)) else {
                throw HarnessError("no command \(arguments[0])")
            }
            var values: [String: Value] = [:]
            var rest = kind.makesTicket ? arguments.dropFirst() : arguments.dropFirst(2)
            while let word = rest.popFirst() {
                if word.hasPrefix("--"), let value = rest.popFirst() {
                    values[String(word.dropFirst(2))] = .text(value)
                } else {
                    values["body"] = .text(word)
                }
            }
            let ticket = kind.makesTicket ? nil : try replica.resolve(reference: arguments[1])
            _ = try replica.give(
                kind, ticket: ticket, arguments: values, id: id, salt: random.bytes(16), clock: Edge.clocks)
        }

        /// One sync to its end, however that is.
        public func sync(at server: String) throws -> SyncSession.Ending {
            let runner = SyncRunner(
                replica: replica, transport: CurlTransport(), clientVersion: "field", clock: { Edge.clocks },
                pause: { usleep(UInt32($0) * 1000) })
            return try runner.run(SyncSession(try ServerAddress(server), random: SystemRandomNumberGenerator())).ending
        }

        /// Commands without a verdict.
        public func unsentCount() throws -> Int { try replica.outbox().count }
    }
}
