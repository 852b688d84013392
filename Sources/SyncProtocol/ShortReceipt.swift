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

    /// - Parameter reason: Empty for `ok`.
    fileprivate init(
        place: UInt64, verdict: UInt32, sequence: UInt64, reason: String, occurredBefore: Int64, mac: Data,
        confirmed: Bool, waitsFor: CommandID? = nil, at receiptsAt: Milliseconds, in part: String
    ) throws(ProtocolError) {
        let problem = Problem.unreadableAnswer
        guard let verdict = Verdict(wireNumber: verdict) else { throw ProtocolError(problem, in: part + ".verdict") }
        let (occurred, overflow) = receiptsAt.subtractingReportingOverflow(occurredBefore)
        guard !overflow else { throw ProtocolError(problem, in: part + ".occurred_before") }
        self.place = try SyncProtocol.sequence(place, problem, in: part + ".place")
        self.verdict = verdict
        self.sequence = try SyncProtocol.sequence(sequence, problem, in: part + ".sequence")
        self.reason = reason.isEmpty ? Reason.ok.rawValue : try name(reason, problem, in: part + ".reason")
        occurredAt = occurred
        self.mac = try mac.exactly(Self.macBytes, problem, in: part + ".mac")
        self.confirmed = confirmed
        self.waitsFor = waitsFor
    }

    init(_ wire: WireShortReceipt, at receiptsAt: Milliseconds) throws(ProtocolError) {
        let waitsFor: CommandID? =
            wire.waitsFor.isEmpty ? nil : try identifier(wire.waitsFor, .unreadableAnswer, in: "short_receipts.waits_for")
        try self.init(
            place: wire.place, verdict: wire.verdict, sequence: wire.sequence, reason: wire.reason,
            occurredBefore: wire.occurredBefore, mac: wire.mac, confirmed: wire.confirmed, waitsFor: waitsFor, at: receiptsAt,
            in: "short_receipts")
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

extension WireReceiptColumns {
    /// - Parameter receipts: Without `waitsFor`; in the order of their places, so that the differences are small.
    init(_ receipts: [ShortReceipt], at receiptsAt: Milliseconds) {
        var last = (place: Int64(0), sequence: Int64(0), before: Int64(0))
        for receipt in receipts {
            // Both are below 2⁶³; the times may be anything, so they wrap.
            let (place, sequence) = (Int64(receipt.place), Int64(receipt.sequence))
            let before = receiptsAt &- receipt.occurredAt
            places.append(place - last.place)
            sequences.append(sequence - last.sequence)
            occurredBefore.append(before &- last.before)
            last = (place, sequence, before)
            verdicts.append(receipt.verdict.wireNumber)
            confirmed.append(receipt.confirmed)
            macs.append(Data(receipt.mac))
            reasons.append(number(of: receipt.reason))
        }
    }

    private mutating func number(of reason: String) -> UInt32 {
        if reason == Reason.ok.rawValue { return 0 }
        if let place = words.firstIndex(of: reason) { return UInt32(place + 1) }
        words.append(reason)
        return UInt32(words.count)
    }

    func receipts(at receiptsAt: Milliseconds) throws(ProtocolError) -> [ShortReceipt] {
        let problem = Problem.unreadableAnswer
        let count = places.count
        guard
            [verdicts.count, sequences.count, reasons.count, occurredBefore.count, confirmed.count, macs.count].allSatisfy({
                $0 == count
            })
        else { throw ProtocolError(problem, in: "receipt_columns") }
        var receipts: [ShortReceipt] = []
        var last = (place: Int64(0), sequence: Int64(0), before: Int64(0))
        for index in 0..<count {
            last = (last.place &+ places[index], last.sequence &+ sequences[index], last.before &+ occurredBefore[index])
            guard last.place >= 0, last.sequence >= 0, reasons[index] <= words.count else {
                throw ProtocolError(problem, in: "receipt_columns")
            }
            receipts.append(
                try ShortReceipt(
                    place: UInt64(last.place), verdict: verdicts[index], sequence: UInt64(last.sequence),
                    reason: reasons[index] == 0 ? "" : words[Int(reasons[index]) - 1], occurredBefore: last.before,
                    mac: macs[index], confirmed: confirmed[index], at: receiptsAt, in: "receipt_columns"))
        }
        return receipts
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
