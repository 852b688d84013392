import CentralStore
import SyncProtocol
import Synchronization
import Tickets

/// Devices whose certificates, as the store keeps them, were verified since this process began.
///
/// A device that shows neither token nor certificate is who the store says. What the store says is believed once the certificate beside
/// it holds under a key of the centre, which lives outside the store: the same proof as a shown one, paid once per device and start
/// instead of once per sync. A replica's key never changes (whoever enrols it again with another one is refused), so a proven one is not
/// asked for again; what a device may do is looked up by the writer each time.
final class ProvenDevices: Sendable {
    private struct Proof: Hashable {
        var publicKey: [UInt8]
        var certificate: [UInt8]
    }

    private let proofs = Mutex<[ReplicaID: Proof]>([:])
    private let countMax: Int

    /// - Parameter countMax: Devices that are remembered, about 600 bytes each; beyond it all are forgotten.
    init(countMax: Int = 20_000) { self.countMax = countMax }

    /// The key of a device that was proven; nil if it was not, yet.
    func key(of replica: ReplicaID) -> [UInt8]? { proofs.withLock { $0[replica]?.publicKey } }

    /// Whether the certificate of a stored device is the centre's and about this very replica, person and key.
    func isProven(_ device: DeviceRecord, with keys: CentreKeys) -> Bool {
        let proof = Proof(publicKey: device.publicKey, certificate: device.certificate)
        if proofs.withLock({ $0[device.replica] == proof }) { return true }
        guard let certificate = try? Certificate(verifying: device.certificate, with: keys),
            certificate.replica == device.replica, certificate.person == device.person,
            certificate.publicKey == device.publicKey
        else { return false }
        proofs.withLock { proofs in
            if proofs.count >= countMax { proofs = [:] }
            proofs[device.replica] = proof
        }
        return true
    }
}
