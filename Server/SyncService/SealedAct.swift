import CentralStore
import SyncProtocol
import Tickets

/// The payload of a creation with its salt and digest, and the salt of its journal entry: what an import makes on the reading side, so
/// that the one writer need not.
struct SealedAct: Hashable, Sendable {
    var payload: [UInt8]
    /// 16 bytes.
    var salt: [UInt8]
    /// SHA-256(salt ‖ payload).
    var digest: [UInt8]
    /// 16 bytes.
    var entrySalt: [UInt8]
}

extension SyncService {
    /// Does beforehand what needs no turn at the writer. Worth it for thousands of creations; giving acts unsealed is the same.
    ///
    /// What the author of a creation had seen is then the state before the whole batch.
    public func sealed(_ acts: [Act]) -> [Act] {
        // If the store cannot be read, performing the acts says so.
        guard let state = try? store.read({ try $0.state() }) else { return acts }
        let now = core.now()
        let salts = environment.random(32 * acts.count)
        return acts.enumerated().map { index, act in
            guard act.kind == .create else { return act }
            let command = Command(id: act.id, kind: act.kind, ticket: Command.madeTicket(by: act.id), arguments: act.arguments)
            let seen = Seen(incarnation: state.incarnation, base: state.head, serverTime: now)
            let payload = Payload(command, seen: seen, at: now).encoded()
            let salt = Array(salts[(32 * index)..<(32 * index + 16)])
            var act = act
            act.sealed = SealedAct(
                payload: payload, salt: salt, digest: sha256(salt, payload),
                entrySalt: Array(salts[(32 * index + 16)..<(32 * index + 32)]))
            return act
        }
    }
}

extension Payload {
    /// Of a command that is given at the centre: no device, no boot.
    init(_ command: Command, seen: Seen, at now: Milliseconds) {
        self.init(
            commandID: command.id, kind: command.kind.rawValue, ticket: command.ticket, arguments: command.arguments, seen: seen,
            given: ClockReading(wall: now, bootReading: 0, bootID: [UInt8](repeating: 0, count: 16)))
    }
}
