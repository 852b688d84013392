internal import FoundationEssentials
public import Tickets

/// Where a replica stands.
public struct Cursor: Hashable, Sendable {
    /// Which life of the central store.
    public var incarnation: Incarnation
    /// Of the replica's tables.
    public var schemaVersion: UInt32
    /// Everything up to this sequence is in the replica.
    public var base: UInt64
    /// The reading from zero that the replica's entities belong to.
    public var generation: UInt32

    /// A cursor.
    public init(
        incarnation: Incarnation, schemaVersion: UInt32 = SchemaVersion.current, base: UInt64 = 0, generation: UInt32 = 0
    ) {
        self.incarnation = incarnation
        self.schemaVersion = schemaVersion
        self.base = base
        self.generation = generation
    }
}

/// After a restore of the centre: an absorbed command with the receipt that fixed its verdict.
public struct Retained: Hashable, Sendable {
    /// As it was sealed.
    public var command: SealedCommand
    /// The encoded receipt, as the device kept it.
    public var receipt: [UInt8]
    /// Under which the command was absorbed.
    public var epoch: UInt32
    /// Its place in that epoch.
    public var sequence: UInt64

    /// A retained command.
    public init(command: SealedCommand, receipt: [UInt8], epoch: UInt32, sequence: UInt64) {
        self.command = command
        self.receipt = receipt
        self.epoch = epoch
        self.sequence = sequence
    }

    /// The receipt if it can be read, is authentic, and is about this very command. Nil: the command is judged as a new one.
    public func verifiedReceipt(with keys: CentreKeys) -> Receipt? {
        guard let receipt = try? Receipt(decoding: receipt), receipt.digest == command.digest,
            receipt.commandID == command.commandID, receipt.isAuthentic(with: keys)
        else { return nil }
        return receipt
    }
}

/// What a device says: who it is, where it stands, and the commands that the centre has not yet acknowledged.
public struct SyncRequest: Hashable, Sendable {
    /// Of the wire.
    public var protocolVersion: UInt32
    /// The device.
    public var replica: ReplicaID
    /// Encoded SignedCertificate; may be left out when a token is there.
    public var certificate: [UInt8]?
    /// As the centre gave it.
    public var token: [UInt8]?
    /// Where the replica stands.
    public var cursor: Cursor
    /// Resume mark of a pull under way; empty = none.
    public var at: [UInt8]
    /// Of the chain.
    public var epoch: UInt32
    /// The last sequence of this epoch that the centre acknowledged; 0 at its start.
    public var acknowledgedSequence: UInt64
    /// Chain head after it: 32 bytes; at sequence 0 the chain's start.
    public var acknowledgedHead: [UInt8]
    /// The device's clocks at sending.
    public var now: ClockReading
    /// Of `commands`; with none, the next sequence there will be.
    public var firstSequence: UInt64
    /// Hash of the header before `firstSequence`: 32 bytes.
    public var previous: [UInt8]
    /// In the order of their sequences.
    public var commands: [SealedCommand]
    /// Hash of the last header; `previous` if there are no commands.
    public var chainHead: [UInt8]
    /// Commands that stay behind on the device.
    public var unsent: UInt32
    /// When the oldest command without a verdict was given, those in this request among them; nil = there is none, or the client
    /// speaks version 1.
    public var oldestUnsentAt: Milliseconds?
    /// For the operator's list.
    public var clientVersion: String
    /// Of this build's tables.
    public var schemaVersion: UInt32
    /// Of the confirmed entities at the cursor's base; nil if it is not time to compare.
    public var fingerprint: Fingerprint?
    /// Only when the centre asked for them.
    public var retained: [Retained]
    /// 0 = the server's own.
    public var pageBytesMax: UInt32

    /// A request. `chainHead` is made from the commands.
    public init(
        replica: ReplicaID, certificate: [UInt8]? = nil, token: [UInt8]? = nil, cursor: Cursor, at: [UInt8] = [], epoch: UInt32,
        acknowledgedSequence: UInt64, acknowledgedHead: [UInt8], now: ClockReading, firstSequence: UInt64, previous: [UInt8],
        commands: [SealedCommand] = [], unsent: UInt32 = 0, oldestUnsentAt: Milliseconds? = nil, clientVersion: String = "",
        schemaVersion: UInt32 = SchemaVersion.current, fingerprint: Fingerprint? = nil, retained: [Retained] = [],
        pageBytesMax: UInt32 = 0
    ) {
        protocolVersion = ProtocolVersion.current
        self.replica = replica
        self.certificate = certificate
        self.token = token
        self.cursor = cursor
        self.at = at
        self.epoch = epoch
        self.acknowledgedSequence = acknowledgedSequence
        self.acknowledgedHead = acknowledgedHead
        self.now = now
        self.firstSequence = firstSequence
        self.previous = previous
        self.commands = commands
        chainHead =
            Chain.headers(for: commands, replica: replica, epoch: epoch, first: firstSequence, previous: previous).head
        self.unsent = unsent
        self.oldestUnsentAt = oldestUnsentAt
        self.clientVersion = clientVersion
        self.schemaVersion = schemaVersion
        self.fingerprint = fingerprint
        self.retained = retained
        self.pageBytesMax = pageBytesMax
    }

    /// The headers of `commands`, made anew.
    ///
    /// - Throws: `brokenChain` if they do not lead to `chainHead`, which the signature covers.
    public func headers() throws(ProtocolError) -> [Header] {
        let (headers, head) = Chain.headers(
            for: commands, replica: replica, epoch: epoch, first: firstSequence, previous: previous)
        guard head == chainHead else { throw ProtocolError(.brokenChain, in: "chain_head") }
        return headers
    }
}

/// Encodes a request and signs it: the message to compress and send.
public func signed(_ request: SyncRequest, by key: DeviceKey) -> [UInt8] {
    let bytes = request.encoded()
    var wire = WireSignedRequest()
    wire.request = Data(bytes)
    wire.signature = Data(key.signature(.sync, over: bytes))
    return wire.wireBytes
}

/// A request as it arrived, with what its signature covers.
public struct OpenedRequest: Hashable, Sendable {
    /// What was asked.
    public let request: SyncRequest
    /// The encoded SyncRequest.
    public let bytes: [UInt8]
    /// Ed25519, 64 bytes.
    public let signature: [UInt8]

    /// Reads an encoded SignedRequest. The signature is not verified: whose key it must be, the request itself says.
    ///
    /// - Throws: `brokenEnvelope`, `tooManyCommands`, `clientTooOld`, `clientTooNew`.
    public init(opening signedBytes: [UInt8]) throws(ProtocolError) {
        let wire = try WireSignedRequest(wire: signedBytes, .brokenEnvelope, in: "signed_request")
        signature = try wire.signature.exactly(64, .brokenEnvelope, in: "signature")
        bytes = wire.request.array
        request = try SyncRequest(decoding: bytes)
    }

    /// Verifies the signature and the chain.
    ///
    /// - Parameter publicKey: Of the device that the certificate or the token names.
    /// - Returns: One header for each command.
    /// - Throws: `badSignature` or `brokenChain`.
    public func verify(by publicKey: [UInt8]) throws(ProtocolError) -> [Header] {
        guard isValidSignature(signature, .sync, over: bytes, by: publicKey) else {
            throw ProtocolError(.badSignature, in: "signature")
        }
        return try request.headers()
    }
}

/// The same as `OpenedRequest(opening:)`.
public func openRequest(_ signedBytes: [UInt8]) throws(ProtocolError) -> OpenedRequest {
    try OpenedRequest(opening: signedBytes)
}
