import SyncProtocol
import Tickets

extension SyncService {
    /// Lets a request in, before a byte of it is looked at.
    ///
    /// - Throws: `overloaded`.
    func admit(bytes: Int) throws(ProtocolError) -> WorkGate.Pass {
        if let pass = gate.enter(bytes: bytes) { return pass }
        throw turnedAway(Shed(reason: .requestsFull, retryAfterSeconds: retryAfterSeconds), in: "request")
    }

    /// A device has one request that runs, and at most the same one sent again: who sends more in parallel takes nothing away from
    /// others.
    ///
    /// - Throws: `overloaded`.
    func take(_ replica: ReplicaID, _ pass: WorkGate.Pass) throws(ProtocolError) {
        if pass.take(replica) { return }
        throw turnedAway(Shed(reason: .deviceShare, retryAfterSeconds: 2 + environment.chance(below: 4)), in: "replica")
    }

    /// What a device hears that has to come later. Its commands are still with it.
    func turnedAway(_ shed: Shed, in part: String) -> ProtocolError {
        environment.observer.shed(shed.reason)
        return ProtocolError(
            shed.reason == .closing ? .stopping : .overloaded, in: part, retryAfterSeconds: shed.retryAfterSeconds)
    }

    /// Seconds after which somebody should come back who is turned away now: what waits will be worked off, and not all come
    /// together.
    public var retryAfterSeconds: Int {
        let seconds = committer.drainSeconds
        return seconds + environment.chance(below: 4 + seconds / 2)
    }
}
