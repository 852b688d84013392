import Tickets
import Testing

@testable import SyncProtocol

@Suite struct `Fields written by hand` {
    @Test func `are the bytes of the generated code, whatever is empty, small or large`() throws {
        let id = try #require(CommandID(bytes: (1...16).map(UInt8.init)))
        let incarnation = try #require(Incarnation(bytes: [UInt8](repeating: 7, count: 16)))
        let replica = try #require(ReplicaID(bytes: [UInt8](repeating: 0xFF, count: 16)))
        let cases: [(UInt64, Milliseconds, String)] = [
            (0, 0, ""), (1, -1, "ok"), (127, 128, "已受理"), (.max >> 1, .min, String(repeating: "长", count: 100)),
        ]
        for (sequence, time, words) in cases {
            var receipt = Receipt(
                commandID: id, digest: [UInt8](repeating: 3, count: 32), verdict: .applied, sequence: sequence, reason: words,
                serverTime: time, occurredAt: time &+ 1, keyID: words, incarnation: incarnation, replica: replica)
            #expect(receipt.encodedCore == receipt.core.wireBytes)
            receipt.digest = []
            #expect(receipt.encodedCore == receipt.core.wireBytes)
            let header = Header(
                replica: replica, epoch: UInt32(truncatingIfNeeded: sequence), sequence: sequence,
                digest: sequence == 0 ? [] : [UInt8](repeating: 9, count: 32), previous: [UInt8](repeating: 1, count: 32))
            var wire = WireHeader()
            wire.replica = .init(replica.bytes)
            wire.epoch = header.epoch
            wire.sequence = header.sequence
            wire.digest = .init(header.digest)
            wire.previous = .init(header.previous)
            #expect(header.encoded == wire.wireBytes)
        }
    }
}
