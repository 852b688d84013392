internal import FoundationEssentials
public import Tickets

/// The verdict on one command under the centre's authentication code, so that the device can bring it back after a restore.
public struct Receipt: Hashable, Sendable {
    /// The command.
    public var commandID: CommandID
    /// Of the sealed command that was judged: 32 bytes.
    public var digest: [UInt8]
    /// What the centre said.
    public var verdict: Verdict
    /// Of the journal entry that said it.
    public var sequence: UInt64
    /// Stable code. Text, because a newer centre may know more of them.
    public var reason: String
    /// The centre's clock at the verdict.
    public var serverTime: Milliseconds
    /// When the deed was done, as the centre fixed it.
    public var occurredAt: Milliseconds
    /// Of the centre key that authenticates the receipt.
    public var keyID: String
    /// Which life of the central store.
    public var incarnation: Incarnation
    /// The device that the command came from.
    public var replica: ReplicaID
    /// HMAC-SHA256, 32 bytes; empty until `authenticated(by:)`.
    public var mac: [UInt8] = []
    /// The rows of the given changeset stand as given, and are not sent again. Not authenticated.
    public var confirmed = false
    /// The one later answer to a held command. Not authenticated.
    public var decision: ReceiptDecision?
    /// The held command that this one depends on. Not authenticated.
    public var waitsFor: CommandID?
    /// Fields of a newer release: authenticated with the rest, so they are kept.
    private var unknown: [UInt8] = []

    /// A receipt without authentication code.
    public init(
        commandID: CommandID, digest: [UInt8], verdict: Verdict, sequence: UInt64, reason: String, serverTime: Milliseconds,
        occurredAt: Milliseconds, keyID: String, incarnation: Incarnation, replica: ReplicaID, confirmed: Bool = false,
        decision: ReceiptDecision? = nil, waitsFor: CommandID? = nil
    ) {
        self.commandID = commandID
        self.digest = digest
        self.verdict = verdict
        self.sequence = sequence
        self.reason = reason
        self.serverTime = serverTime
        self.occurredAt = occurredAt
        self.keyID = keyID
        self.incarnation = incarnation
        self.replica = replica
        self.confirmed = confirmed
        self.decision = decision
        self.waitsFor = waitsFor
    }

    /// The receipt with key id and code of this key.
    public func authenticated(by key: CentreKey) -> Receipt {
        var receipt = self
        receipt.keyID = key.id
        receipt.mac = key.mac(.receipt, over: receipt.authenticatedBytes)
        return receipt
    }

    /// Whether a key of this centre authenticates the receipt.
    public func isAuthentic(with keys: CentreKeys) -> Bool {
        keys[keyID].map { $0.isValid(mac, .receipt, over: authenticatedBytes) } ?? false
    }

    /// The receipt as a device keeps it.
    public func encoded() -> [UInt8] { wire.wireBytes }

    /// Reads a receipt; whether it is authentic only the centre can tell.
    ///
    /// - Throws: `unreadableAnswer`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        try self.init(WireReceipt(wire: bytes, .unreadableAnswer, in: "receipt"))
    }

    init(_ wire: WireReceipt) throws(ProtocolError) {
        let problem = Problem.unreadableAnswer
        commandID = try identifier(wire.commandID, problem, in: "receipt.command_id")
        digest = try wire.digest.exactly(32, problem, in: "receipt.digest")
        guard let verdict = Verdict(rawValue: wire.verdict) else { throw ProtocolError(problem, in: "receipt.verdict") }
        self.verdict = verdict
        sequence = try SyncProtocol.sequence(wire.sequence, problem, in: "receipt.sequence")
        reason = try name(wire.reason, problem, in: "receipt.reason")
        serverTime = wire.serverTime
        occurredAt = wire.occurredAt
        keyID = try name(wire.keyID, problem, in: "receipt.key_id")
        incarnation = try identifier(wire.incarnation, problem, in: "receipt.incarnation")
        replica = try identifier(wire.replica, problem, in: "receipt.replica")
        mac = wire.mac.array
        confirmed = wire.confirmed
        decision = wire.hasDecision ? try ReceiptDecision(wire.decision) : nil
        waitsFor = wire.waitsFor.isEmpty ? nil : try identifier(wire.waitsFor, problem, in: "receipt.waits_for")
        unknown = wire.unknownFields.data.array
    }

    private var authenticatedBytes: [UInt8] { encodedCore + unknown }

    /// `core` as it is encoded.
    var encodedCore: [UInt8] {
        var writer = FieldWriter(capacity: 192)
        writer.add(1, commandID.bytes)
        writer.add(2, digest)
        writer.add(3, verdict.rawValue)
        writer.add(4, sequence)
        writer.add(5, reason)
        writer.add(6, UInt64(bitPattern: serverTime))
        writer.add(7, UInt64(bitPattern: occurredAt))
        writer.add(8, keyID)
        writer.add(9, incarnation.bytes)
        writer.add(10, replica.bytes)
        return writer.bytes
    }

    var core: WireReceipt {
        var wire = WireReceipt()
        wire.commandID = Data(commandID.bytes)
        wire.digest = Data(digest)
        wire.verdict = verdict.rawValue
        wire.sequence = sequence
        wire.reason = reason
        wire.serverTime = serverTime
        wire.occurredAt = occurredAt
        wire.keyID = keyID
        wire.incarnation = Data(incarnation.bytes)
        wire.replica = Data(replica.bytes)
        return wire
    }

    var wire: WireReceipt {
        var wire = core
        wire.mac = Data(mac)
        wire.confirmed = confirmed
        if let decision { wire.decision = decision.wire }
        if let waitsFor { wire.waitsFor = Data(waitsFor.bytes) }
        // Unknown fields can only be put back by decoding them; they were decoded before, so this cannot fail.
        if !unknown.isEmpty, let whole = try? WireReceipt(wire: wire.wireBytes + unknown, .unreadableAnswer, in: "receipt") {
            return whole
        }
        return wire
    }
}

/// The one later answer to a held command.
public struct ReceiptDecision: Hashable, Sendable {
    /// What was decided.
    public var decision: HeldDecision
    /// The dispatcher's words or a stable code.
    public var reason: String
    /// Of the journal entry.
    public var sequence: UInt64
    /// The person who decided.
    public var by: String
    /// The centre's clock.
    public var at: Milliseconds

    /// An answer.
    public init(_ decision: HeldDecision, reason: String, sequence: UInt64, by: String, at: Milliseconds) {
        self.decision = decision
        self.reason = reason
        self.sequence = sequence
        self.by = by
        self.at = at
    }

    init(_ wire: WireDecision) throws(ProtocolError) {
        guard let decision = HeldDecision(rawValue: wire.decision) else {
            throw ProtocolError(.unreadableAnswer, in: "receipt.decision")
        }
        self.decision = decision
        reason = wire.reason
        sequence = try SyncProtocol.sequence(wire.sequence, .unreadableAnswer, in: "receipt.decision.sequence")
        by = wire.by
        at = wire.at
    }

    var wire: WireDecision {
        var wire = WireDecision()
        wire.decision = decision.rawValue
        wire.reason = reason
        wire.sequence = sequence
        wire.by = by
        wire.at = at
        return wire
    }
}
