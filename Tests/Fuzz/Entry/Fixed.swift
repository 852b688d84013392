import SyncProtocol
import Tickets

/// The keys and the device that the targets know, so that what is signed can be opened. They guard nothing.
enum Fixed {
    static func bytes(_ count: Int, from first: UInt8) -> [UInt8] { (0..<count).map { first &+ UInt8(truncatingIfNeeded: $0) } }

    static let replica = ReplicaID(bytes: bytes(16, from: 0x10))!
    static let deviceKey = try! DeviceKey(seed: bytes(32, from: 0x60))  // 32 bytes
    static let centreKey = try! CentreKey(signingSeed: bytes(32, from: 0x80), macSeed: bytes(32, from: 0xA0))  // 32 bytes each
    static let keys = CentreKeys(current: centreKey)
    static let salt = bytes(16, from: 0xD0)
    static let clock = ClockReading(wall: 1_760_000_000_002, bootReading: 86_400_003, bootID: bytes(16, from: 0xC0))
    static let incarnation = Incarnation(bytes: bytes(16, from: 0x20))!

    /// Asks for verdicts on as many commands as short receipts may stand for.
    static let request = SyncRequest(
        replica: replica, cursor: Cursor(incarnation: incarnation), epoch: 3, acknowledgedSequence: 10,
        acknowledgedHead: bytes(32, from: 0xE0), now: clock, firstSequence: 11, previous: bytes(32, from: 0xE0),
        commands: (0..<3).map { try! SealedCommand(salt: salt, payload: [$0]) })  // 16 bytes of salt
}
