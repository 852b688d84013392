internal import FoundationEssentials
public import Tickets

/// A verdict on a command of the very request that is answered, without what its device can put in by itself.
///
/// A whole receipt takes about 190 bytes, of which 80 do not compress; a short one about 30.
/// - Source: Schema/Wire/PROTOCOL.md, version 2.
public struct ShortReceipt: Hashable, Sendable {
    /// The command's sequence in the epoch of the request.
    public var place: UInt64
    /// What the centre said.
    public var verdict: Verdict
    /// Of the journal entry that said it.
    public var sequence: UInt64
    /// Stable code.
    public var reason: String
    /// When the deed was done, as the centre fixed it.
    public var occurredAt: Milliseconds
    /// The first 16 bytes of the authentication code of the whole receipt.
    public var mac: [UInt8]
    /// The rows of the given changeset stand as given, and are not sent again.
    public var confirmed: Bool
    /// The held command that this one depends on.
    public var waitsFor: CommandID?

    /// How many bytes of an authentication code are enough: a forger has one try per sync.
    public static let macBytes = 16

    /// - Parameters:
    ///   - receipt: Authenticated, without a later decision.
    ///   - place: The command's sequence in the epoch of the request.
    public init(_ receipt: Receipt, at place: UInt64) {
        self.place = place
        verdict = receipt.verdict
        sequence = receipt.sequence
        reason = receipt.reason
        occurredAt = receipt.occurredAt
        mac = Array(receipt.mac.prefix(Self.macBytes))
        confirmed = receipt.confirmed
        waitsFor = receipt.waitsFor
    }

    /// The whole receipt, as it would have come.
    ///
    /// - Parameters:
    ///   - command: The command at `place`, with the digest of what was sent.
    ///   - response: That it came with.
    public func whole(command: CommandID, digest: [UInt8], replica: ReplicaID, in response: SyncResponse) -> Receipt {
        var receipt = Receipt(
            commandID: command, digest: digest, verdict: verdict, sequence: sequence, reason: reason,
            serverTime: response.receiptsAt, occurredAt: occurredAt, keyID: response.receiptsKeyID,
            incarnation: response.incarnation, replica: replica, confirmed: confirmed, waitsFor: waitsFor)
        receipt.mac = mac
        return receipt
    }

    init(_ wire: WireShortReceipt, at receiptsAt: Milliseconds) throws(ProtocolError) {
        let problem = Problem.unreadableAnswer
        guard let verdict = Verdict(wireNumber: wire.verdict) else { throw ProtocolError(problem, in: "short_receipts.verdict") }
        let (occurred, overflow) = receiptsAt.subtractingReportingOverflow(wire.occurredBefore)
        guard !overflow else { throw ProtocolError(problem, in: "short_receipts.occurred_before") }
        place = try SyncProtocol.sequence(wire.place, problem, in: "short_receipts.place")
        self.verdict = verdict
        sequence = try SyncProtocol.sequence(wire.sequence, problem, in: "short_receipts.sequence")
        reason = wire.reason.isEmpty ? Reason.ok.rawValue : try name(wire.reason, problem, in: "short_receipts.reason")
        occurredAt = occurred
        mac = try wire.mac.exactly(Self.macBytes, problem, in: "short_receipts.mac")
        confirmed = wire.confirmed
        waitsFor = wire.waitsFor.isEmpty ? nil : try identifier(wire.waitsFor, problem, in: "short_receipts.waits_for")
    }

    func wire(at receiptsAt: Milliseconds) -> WireShortReceipt {
        var wire = WireShortReceipt()
        wire.place = place
        wire.verdict = verdict.wireNumber
        wire.sequence = sequence
        wire.reason = reason == Reason.ok.rawValue ? "" : reason
        wire.occurredBefore = receiptsAt &- occurredAt
        wire.mac = Data(mac)
        wire.confirmed = confirmed
        if let waitsFor { wire.waitsFor = Data(waitsFor.bytes) }
        return wire
    }
}

extension SyncResponse {
    /// Every receipt of this answer as a whole, the short ones put together with what the request said.
    ///
    /// - Parameter request: That was answered. A short receipt of a place that is not in it is left out.
    public func receipts(answering request: SyncRequest) -> [Receipt] {
        receipts
            + shortReceipts.compactMap { short in
                guard short.place >= request.firstSequence, short.place - request.firstSequence < UInt64(request.commands.count)
                else { return nil }
                let command = request.commands[Int(short.place - request.firstSequence)]
                return short.whole(command: command.commandID, digest: command.digest, replica: request.replica, in: self)
            }
    }
}

extension Verdict {
    /// The place in the list of sync.proto, from 1.
    fileprivate var wireNumber: UInt32 { UInt32(Self.onTheWire.firstIndex(of: self)! + 1) }  // the list has every case

    fileprivate init?(wireNumber: UInt32) {
        guard (1...UInt32(Self.onTheWire.count)).contains(wireNumber) else { return nil }
        self = Self.onTheWire[Int(wireNumber) - 1]
    }

    private static let onTheWire: [Verdict] = [.applied, .merged, .superseded, .held, .rejected]
}
