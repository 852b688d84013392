internal import FoundationEssentials
public import Tickets

/// Who a device is: a serial, a person, a replica and its public key. No rights: those are the centre's, as of `seen` or now.
public struct Certificate: Hashable, Sendable {
    /// Counts the centre's certificates.
    public var serial: UInt64
    /// The person that the replica belongs to.
    public var person: String
    /// The device.
    public var replica: ReplicaID
    /// The device's Ed25519 key, 32 bytes.
    public var publicKey: [UInt8]
    /// The centre's clock.
    public var issuedAt: Milliseconds
    /// Of the centre key that signed it.
    public var keyID: String

    /// A certificate to sign.
    public init(
        serial: UInt64, person: String, replica: ReplicaID, publicKey: [UInt8], issuedAt: Milliseconds, keyID: String
    ) {
        self.serial = serial
        self.person = person
        self.replica = replica
        self.publicKey = publicKey
        self.issuedAt = issuedAt
        self.keyID = keyID
    }

    /// The encoded SignedCertificate, which travels and on which the device's chain begins.
    ///
    /// - Parameter key: Its id replaces `keyID`.
    public func signed(by key: CentreKey) -> [UInt8] {
        var wire = WireCertificate()
        wire.serial = serial
        wire.person = person
        wire.replica = Data(replica.bytes)
        wire.publicKey = Data(publicKey)
        wire.issuedAt = issuedAt
        wire.keyID = key.id
        let bytes = wire.wireBytes
        var signed = WireSignedCertificate()
        signed.certificate = Data(bytes)
        signed.signature = Data(key.signature(.certificate, over: bytes))
        return signed.wireBytes
    }

    /// Reads an encoded SignedCertificate and verifies it.
    ///
    /// - Throws: `badCertificate` if it cannot be read, names a key that this centre never had, or is not signed by it.
    public init(verifying bytes: [UInt8], with keys: CentreKeys) throws(ProtocolError) {
        let signed = try WireSignedCertificate(wire: bytes, .badCertificate, in: "certificate")
        let certificate = try Certificate(unverified: bytes)
        // One form only: a byte beside the signed ones would make another chain start out of the same certificate.
        guard signed.unknownFields.data.isEmpty, signed.wireBytes == bytes, let key = keys[certificate.keyID],
            isValidSignature(
                Array(signed.signature), .certificate, over: Array(signed.certificate), by: key.publicKey)
        else { throw ProtocolError(.badCertificate, in: "certificate.signature") }
        self = certificate
    }

    /// Reads an encoded SignedCertificate without a look at its signature: on the device, which has it from its own enrolment.
    public init(unverified bytes: [UInt8]) throws(ProtocolError) {
        let problem = Problem.badCertificate
        let signed = try WireSignedCertificate(wire: bytes, problem, in: "certificate")
        let wire = try WireCertificate(wire: Array(signed.certificate), problem, in: "certificate")
        serial = wire.serial
        person = try name(wire.person, problem, in: "certificate.person")
        replica = try identifier(wire.replica, problem, in: "certificate.replica")
        publicKey = try wire.publicKey.exactly(32, problem, in: "certificate.public_key")
        issuedAt = wire.issuedAt
        keyID = try name(wire.keyID, problem, in: "certificate.key_id")
    }
}

/// Saves verifying a certificate at every sync. To a device it is opaque bytes.
public struct Token: Hashable, Sendable {
    /// The device.
    public var replica: ReplicaID
    /// Its person.
    public var person: String
    /// Of its certificate.
    public var serial: UInt64
    /// The centre's clock. An expired token on a signed sync still counts; the answer carries a new one.
    public var expiresAt: Milliseconds

    /// A token to issue.
    public init(replica: ReplicaID, person: String, serial: UInt64, expiresAt: Milliseconds) {
        self.replica = replica
        self.person = person
        self.serial = serial
        self.expiresAt = expiresAt
    }

    /// Whether it is past its time.
    public func isExpired(at now: Milliseconds) -> Bool { now >= expiresAt }

    /// The bytes to hand out.
    public func issued(by key: CentreKey) -> [UInt8] {
        var wire = WireToken()
        wire.replica = Data(replica.bytes)
        wire.person = person
        wire.serial = serial
        wire.expiresAt = expiresAt
        wire.keyID = key.id
        wire.mac = Data(key.mac(.token, over: wire.wireBytes))
        return wire.wireBytes
    }

    /// Reads a token and verifies it; expired ones are read too.
    ///
    /// - Throws: `certificateRequired` for whatever is not a token of this centre: the device then sends its certificate.
    public init(verifying bytes: [UInt8], with keys: CentreKeys) throws(ProtocolError) {
        let problem = Problem.certificateRequired
        guard bytes.count <= 4 * WireLimits.nameBytesMax else { throw ProtocolError(problem, in: "token") }
        var wire = try WireToken(wire: bytes, problem, in: "token")
        let mac = wire.mac.array
        wire.mac = Data()
        guard let key = keys[wire.keyID], key.isValid(mac, .token, over: wire.wireBytes) else {
            throw ProtocolError(problem, in: "token.mac")
        }
        replica = try identifier(wire.replica, problem, in: "token.replica")
        person = wire.person
        serial = wire.serial
        expiresAt = wire.expiresAt
    }
}
