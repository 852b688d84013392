import Glibc
import ReplicaStore
import SyncProtocol
import Tickets

/// The new device's identity and key, written down before the code is shown to the centre: when the answer is lost, the next try is
/// the same device again, to which the centre gives the same answer.
struct EnrolmentKeys {
    let replica: ReplicaID
    let key: DeviceKey
    private let path: String

    /// The ones of an earlier try, else new ones.
    ///
    /// - Parameter purpose: Part of the file's name: another purpose, other keys.
    static func kept(in home: String, _ purpose: String?, random: (Int) -> [UInt8]) throws -> EnrolmentKeys {
        let path = home + "/enrolling" + (purpose.map { "-\($0)" } ?? "")
        var bytes = (try? File.read(path, bytesMax: 48)) ?? []
        if bytes.count != 48 {
            bytes = random(48)
            do throws(File.Refusal) { try File.writePrivate(path, bytes) } catch { throw Failure.unwritable(path, error) }
        }
        // 16 bytes are an identity, and any 32 bytes are a key.
        return EnrolmentKeys(
            replica: ReplicaID(bytes: bytes.prefix(16))!, key: try DeviceKey(seed: Array(bytes.suffix(32))), path: path)
    }

    /// The replica has them now.
    func forget() { unlink(path) }
}
