internal import FoundationEssentials
public import Tickets

/// A new device shows its one-time code and its public key.
public struct EnrolRequest: Hashable, Sendable {
    /// Of the wire.
    public var protocolVersion: UInt32
    /// As the person typed it; the centre ignores case, spaces and hyphens.
    public var code: String
    /// Ed25519, 32 bytes.
    public var publicKey: [UInt8]
    /// Made at the device's edge.
    public var replica: ReplicaID
    /// The device holds the key that it names.
    public var signature: [UInt8]
    /// For the operator's list.
    public var clientVersion: String

    /// A signed request.
    public init(code: String, replica: ReplicaID, key: DeviceKey, clientVersion: String = "") {
        protocolVersion = ProtocolVersion.current
        self.code = code
        publicKey = key.publicKey
        self.replica = replica
        signature = key.signature(.enrol, over: Array(code.utf8), replica.bytes)
        self.clientVersion = clientVersion
    }

    /// Whether the device holds the key that it names.
    public var isSigned: Bool {
        isValidSignature(signature, .enrol, over: Array(code.utf8), replica.bytes, by: publicKey)
    }

    /// The message, not yet compressed.
    public func encoded() -> [UInt8] {
        var wire = WireEnrolRequest()
        wire.protocol = protocolVersion
        wire.code = code
        wire.publicKey = Data(publicKey)
        wire.replica = Data(replica.bytes)
        wire.signature = Data(signature)
        wire.clientVersion = clientVersion
        return wire.wireBytes
    }

    /// Reads the message; `isSigned` is for the caller to ask.
    ///
    /// - Throws: `brokenEnvelope`, `clientTooOld`, `clientTooNew`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        let problem = Problem.brokenEnvelope
        let wire = try WireEnrolRequest(wire: bytes, problem, in: "enrol_request")
        try ProtocolVersion.check(wire.protocol)
        protocolVersion = wire.protocol
        code = try name(wire.code, problem, in: "code")
        publicKey = try wire.publicKey.exactly(32, problem, in: "public_key")
        replica = try identifier(wire.replica, problem, in: "replica")
        signature = try wire.signature.exactly(64, problem, in: "signature")
        clientVersion = try name(wire.clientVersion, problem, in: "client_version")
    }
}

/// What a new device gets.
public struct EnrolResponse: Hashable, Sendable {
    /// Encoded SignedCertificate.
    public var certificate: [UInt8]
    /// The person that the replica belongs to now.
    public var person: String
    /// As people write it.
    public var personName: String
    /// Which life of the central store.
    public var incarnation: Incarnation
    /// The centre's clock.
    public var serverTime: Milliseconds
    /// For the first sync.
    public var token: [UInt8]
    /// Of the centre's tables.
    public var schemaVersion: UInt32

    /// An answer.
    public init(
        certificate: [UInt8], person: String, personName: String, incarnation: Incarnation, serverTime: Milliseconds,
        token: [UInt8], schemaVersion: UInt32 = SchemaVersion.current
    ) {
        self.certificate = certificate
        self.person = person
        self.personName = personName
        self.incarnation = incarnation
        self.serverTime = serverTime
        self.token = token
        self.schemaVersion = schemaVersion
    }

    /// The message, not yet compressed.
    public func encoded() -> [UInt8] {
        var wire = WireEnrolResponse()
        wire.certificate = Data(certificate)
        wire.person = person
        wire.personName = personName
        wire.incarnation = Data(incarnation.bytes)
        wire.serverTime = serverTime
        wire.token = Data(token)
        wire.schemaVersion = schemaVersion
        return wire.wireBytes
    }

    /// Reads the message.
    ///
    /// - Throws: `unreadableAnswer`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        let problem = Problem.unreadableAnswer
        let wire = try WireEnrolResponse(wire: bytes, problem, in: "enrol_response")
        certificate = wire.certificate.array
        _ = try Certificate(unverified: certificate)
        person = try name(wire.person, problem, in: "person")
        personName = try name(wire.personName, problem, in: "person_name")
        incarnation = try identifier(wire.incarnation, problem, in: "incarnation")
        serverTime = wire.serverTime
        token = wire.token.array
        schemaVersion = wire.schemaVersion
        if person.isEmpty { throw ProtocolError(problem, in: "person") }
    }
}

/// A device asks for a token outside a sync.
public struct TokenRequest: Hashable, Sendable {
    /// Encoded SignedCertificate.
    public var certificate: [UInt8]
    /// The device's wall clock: makes no two requests alike; the centre does not judge it.
    public var askedAt: Milliseconds
    /// Of the device key.
    public var signature: [UInt8]

    /// A signed request.
    public init(certificate: [UInt8], askedAt: Milliseconds, key: DeviceKey) {
        self.certificate = certificate
        self.askedAt = askedAt
        signature = key.signature(.tokenRequest, over: certificate, askedAt.bigEndianBytes)
    }

    /// Verifies certificate and signature.
    ///
    /// - Throws: `badCertificate` or `badSignature`.
    public func verify(with keys: CentreKeys) throws(ProtocolError) -> Certificate {
        let verified = try Certificate(verifying: certificate, with: keys)
        guard
            isValidSignature(
                signature, .tokenRequest, over: certificate, askedAt.bigEndianBytes, by: verified.publicKey)
        else { throw ProtocolError(.badSignature, in: "signature") }
        return verified
    }

    /// The message, not yet compressed.
    public func encoded() -> [UInt8] {
        var wire = WireTokenRequest()
        wire.certificate = Data(certificate)
        wire.askedAt = askedAt
        wire.signature = Data(signature)
        return wire.wireBytes
    }

    /// Reads the message.
    ///
    /// - Throws: `brokenEnvelope`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        let wire = try WireTokenRequest(wire: bytes, .brokenEnvelope, in: "token_request")
        certificate = wire.certificate.array
        askedAt = wire.askedAt
        signature = try wire.signature.exactly(64, .brokenEnvelope, in: "signature")
    }
}

/// A new token.
public struct TokenResponse: Hashable, Sendable {
    /// Opaque to the device.
    public var token: [UInt8]
    /// The centre's clock.
    public var expiresAt: Milliseconds

    /// An answer.
    public init(token: [UInt8], expiresAt: Milliseconds) {
        self.token = token
        self.expiresAt = expiresAt
    }

    /// The message, not yet compressed.
    public func encoded() -> [UInt8] {
        var wire = WireTokenResponse()
        wire.token = Data(token)
        wire.expiresAt = expiresAt
        return wire.wireBytes
    }

    /// Reads the message.
    ///
    /// - Throws: `unreadableAnswer`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        let wire = try WireTokenResponse(wire: bytes, .unreadableAnswer, in: "token_response")
        token = wire.token.array
        expiresAt = wire.expiresAt
        if token.isEmpty { throw ProtocolError(.unreadableAnswer, in: "token") }
    }
}
