public import SyncProtocol
public import Tickets

/// What enrolment gives a device: with this a replica is made, or told who it is from now on.
public struct Enrolment: Sendable {
    /// Made at the device's edge.
    public var replica: ReplicaID
    /// The one person to whom the replica belongs.
    public var person: String
    /// Their name, shown until the first sync has brought the reference set.
    public var personName: String
    /// The centre's address, as it was given to `enrol`.
    public var server: String
    /// PEM of the authority to trust, or nil for the system's.
    public var authority: String?
    /// The device's own key.
    public var key: DeviceKey
    /// Encoded SignedCertificate.
    public var certificate: [UInt8]
    /// A first token, if one was given.
    public var token: [UInt8]?
    /// The centre's store.
    public var incarnation: Incarnation
    /// The centre's clock at enrolment.
    public var serverTime: Milliseconds
    /// The device's wall clock at enrolment.
    public var enrolledAt: Milliseconds

    /// An enrolment.
    public init(
        replica: ReplicaID, person: String, personName: String, server: String, authority: String? = nil, key: DeviceKey,
        certificate: [UInt8], token: [UInt8]?, incarnation: Incarnation, serverTime: Milliseconds, enrolledAt: Milliseconds
    ) {
        self.replica = replica
        self.person = person
        self.personName = personName
        self.server = server
        self.authority = authority
        self.key = key
        self.certificate = certificate
        self.token = token
        self.incarnation = incarnation
        self.serverTime = serverTime
        self.enrolledAt = enrolledAt
    }

    /// The same from the centre's answer.
    public init(
        _ response: EnrolResponse, replica: ReplicaID, key: DeviceKey, server: String, authority: String? = nil,
        enrolledAt: Milliseconds
    ) {
        self.init(
            replica: replica, person: response.person, personName: response.personName, server: server, authority: authority,
            key: key, certificate: response.certificate, token: response.token.isEmpty ? nil : response.token,
            incarnation: response.incarnation, serverTime: response.serverTime, enrolledAt: enrolledAt)
    }
}

/// Who a replica is.
public struct Identity: Hashable, Sendable {
    /// The device.
    public var replica: ReplicaID
    /// Its person.
    public var person: String
    /// Their name.
    public var personName: String
    /// The centre's address.
    public var server: String
    /// PEM of the authority to trust; nil = the system's.
    public var authority: String?
    /// Counts the chain's restarts.
    public var epoch: UInt32
    /// The device's wall clock at enrolment.
    public var enrolledAt: Milliseconds
    /// The centre's time when it revoked this device; nil normally.
    public var revokedAt: Milliseconds?
}
