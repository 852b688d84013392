import CentralStore
import SyncProtocol
import Testing
import Tickets

@testable import SyncService

@Suite struct `What a request continues` {
    private let replica = ReplicaID(bytes: [UInt8](repeating: 5, count: 16))!
    private let start = [UInt8](repeating: 9, count: 32)

    private func digest(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 32) }

    /// The device's true chain of so many headers, as the centre knows it.
    private func known(_ count: Int) -> (device: DeviceRecord, links: [ChainPlace: ChainLink], headers: [Header]) {
        let (headers, head) = Chain.headers(
            for: (0..<count).map(digest), replica: replica, epoch: 1, first: 1, previous: start)
        var device = DeviceRecord(
            replica: replica, person: "li-na", serial: 1, publicKey: start, certificate: [], enrolledAt: 0, epoch: 1,
            chainHead: head)
        device.sequence = UInt64(count)
        var links: [ChainPlace: ChainLink] = [:]
        for header in headers {
            let place = ChainPlace(replica: replica, epoch: 1, sequence: header.sequence)
            links[place] = ChainLink(
                place: place, command: CommandID(bytes: header.digest.prefix(16))!, digest: header.digest, hash: header.hash)
        }
        return (device, links, headers)
    }

    private func step(
        known count: Int, from first: UInt64, digests: [Int], previous: [UInt8]? = nil, epoch: UInt32 = 1,
        acknowledged: UInt64? = nil
    ) -> ChainStep {
        let (device, links, chain) = known(count)
        let before = previous ?? (first == 1 ? start : chain.prefix(Int(first) - 1).last?.hash ?? start)
        let (headers, _) = Chain.headers(
            for: digests.map(digest), replica: replica, epoch: epoch, first: first, previous: before)
        let request = SyncRequest(
            replica: replica, cursor: Cursor(incarnation: Incarnation(bytes: start.prefix(16))!), epoch: epoch,
            acknowledgedSequence: acknowledged ?? first - 1, acknowledgedHead: before,
            now: ClockReading(wall: 0, bootReading: 0, bootID: [UInt8](repeating: 0, count: 16)), firstSequence: first,
            previous: before)
        return chainStep(request, headers: headers, device: device, links: links, start: start)
    }

    @Test func `new commands after the known head continue the chain`() {
        #expect(step(known: 3, from: 4, digests: [3, 4]) == .follow(repeats: 0))
    }

    @Test func `known headers are repeats, and what comes after them is new`() {
        #expect(step(known: 3, from: 1, digests: [0, 1, 2]) == .follow(repeats: 3))
        #expect(step(known: 3, from: 2, digests: [1, 2, 3, 4]) == .follow(repeats: 2))
        #expect(step(known: 3, from: 2, digests: [1]) == .follow(repeats: 1))
    }

    @Test func `a request without commands continues whatever it acknowledges`() {
        for acknowledged in 0...3 { #expect(step(known: 3, from: UInt64(acknowledged) + 1, digests: []) == .follow(repeats: 0)) }
    }

    @Test func `missing commands are a gap, answered with the sequence that is expected`() {
        #expect(step(known: 3, from: 6, digests: [5], previous: start, acknowledged: 3) == .gap(expected: 4))
        #expect(step(known: 0, from: 2, digests: [1], previous: start, acknowledged: 0) == .gap(expected: 1))
    }

    @Test func `another command at a known place is a fork`() {
        #expect(step(known: 3, from: 3, digests: [7]) == .fork(epoch: 2))
        #expect(step(known: 3, from: 2, digests: [1, 7, 8]) == .fork(epoch: 2))
    }

    @Test func `the next place with another past is a fork`() {
        #expect(step(known: 3, from: 4, digests: [7], previous: digest(77)) == .fork(epoch: 2))
    }

    @Test func `a new epoch begins at one, from the certificate`() {
        #expect(step(known: 3, from: 1, digests: [3], previous: start, epoch: 2) == .newEpoch)
        #expect(step(known: 3, from: 1, digests: [3], previous: digest(77), epoch: 2) != .newEpoch)
        #expect(step(known: 3, from: 1, digests: [], epoch: 2) == .follow(repeats: 0))
    }

    @Test func `what the centre acknowledged and does not know was lost in a restore`() {
        #expect(step(known: 3, from: 6, digests: [5], previous: start, acknowledged: 5) == .restored)
        #expect(step(known: 3, from: 6, digests: [], previous: start, acknowledged: 5) == .restored)
    }
}
