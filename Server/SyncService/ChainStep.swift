import CentralStore
import SyncProtocol
import Tickets

/// What a request's place in its device's chain means.
enum ChainStep: Hashable, Sendable {
    /// The first `repeats` commands are known by their headers; the rest continue the chain.
    case follow(repeats: Int)
    /// A new epoch begins with this request: the device took up a fork.
    case newEpoch
    /// Commands are missing in between: send again from here.
    case gap(expected: UInt64)
    /// The chain goes another way than the one that is known: go on under this epoch.
    case fork(epoch: UInt32)
    /// The device left this epoch behind, and still somebody goes on with it.
    case secondHead
    /// The centre lost a part of the chain that it had acknowledged: it was restored from a backup.
    case restored
}

/// Finds out what a request continues. Pure.
///
///     known      ●──●──●──●              request  first … last
///     repeat     ○──○                    known headers, same hashes
///     continues              ○──○        previous = known head
///     gap                       ·  ○──○
///     fork          ○──○                 a known place, another hash
///
/// - Parameters:
///   - headers: Of the request's commands.
///   - links: Of the device, at least at the places of `headers` that are not beyond the known head.
///   - start: The chain's start for the request's epoch, from the certificate.
func chainStep(
    _ request: SyncRequest, headers: [Header], device: DeviceRecord, links: [ChainPlace: ChainLink], start: [UInt8]
) -> ChainStep {
    func known(_ header: Header) -> Bool {
        links[ChainPlace(replica: header.replica, epoch: header.epoch, sequence: header.sequence)]?.hash == header.hash
    }
    if request.epoch < device.epoch {
        return headers.allSatisfy(known) ? .follow(repeats: headers.count) : .secondHead
    }
    if request.epoch > device.epoch {
        guard !headers.isEmpty else { return .follow(repeats: 0) }
        if request.firstSequence == 1, request.previous == start { return .newEpoch }
        return request.acknowledgedSequence >= request.firstSequence - 1 ? .restored : .gap(expected: 1)
    }
    let first = request.firstSequence
    guard !headers.isEmpty else {
        return request.acknowledgedSequence > device.sequence ? .restored : .follow(repeats: 0)
    }
    if first > device.sequence + 1 {
        return request.acknowledgedSequence >= first - 1 ? .restored : .gap(expected: device.sequence + 1)
    }
    let overlap = Int(min(UInt64(headers.count), device.sequence + 1 - first))
    guard headers.prefix(overlap).allSatisfy(known) else { return .fork(epoch: nextEpoch(after: device.epoch)) }
    if overlap < headers.count, headers[overlap].previous != device.chainHead {
        return .fork(epoch: nextEpoch(after: device.epoch))
    }
    return .follow(repeats: overlap)
}

/// The epoch after one. A device may name any number, so the last one is its own successor: such a device gets no further.
func nextEpoch(after epoch: UInt32) -> UInt32 { epoch == .max ? epoch : epoch + 1 }
