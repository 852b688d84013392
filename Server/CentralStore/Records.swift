public import Changeset
public import Tickets

/// Identity and head of a store.
public struct StoreState: Hashable, Sendable {
    /// This life of the store.
    public var incarnation: Incarnation
    /// Sequence of the newest journal entry; 0 in a new store.
    public var head: UInt64
    /// Hash of the newest journal entry, 32 bytes.
    public var headHash: [UInt8]
    /// The head that the newest backup holds; 0 if there never was one.
    public var backupWatermark: UInt64
    /// How often the store was opened for writing.
    public var fencing: UInt64
    /// When this incarnation began.
    public var madeAt: Milliseconds
    /// When the newest journal entry was written; of a new store, when it was made. The centre's time goes on from here, whatever
    /// the machine's clock says.
    public var headAt: Milliseconds

    /// A state.
    public init(
        incarnation: Incarnation, head: UInt64, headHash: [UInt8], backupWatermark: UInt64, fencing: UInt64, madeAt: Milliseconds,
        headAt: Milliseconds? = nil
    ) {
        self.incarnation = incarnation
        self.head = head
        self.headHash = headHash
        self.backupWatermark = backupWatermark
        self.fencing = fencing
        self.madeAt = madeAt
        self.headAt = headAt ?? madeAt
    }
}

/// One grid, as the store knows it.
public struct GridRecord: Hashable, Sendable {
    /// The short identifier.
    public var id: String
    /// The name shown to people.
    public var name: String
    /// The identifier of the area above it, if any.
    public var parent: String?

    /// A grid.
    public init(id: String, name: String, parent: String? = nil) {
        self.id = id
        self.name = name
        self.parent = parent
    }

    /// The row of `grid`, all columns in order.
    public var row: [Value] { [.text(id), .text(name), .optional(parent)] }
}

/// One enrolled device.
public struct DeviceRecord: Hashable, Sendable {
    /// The replica.
    public var replica: ReplicaID
    /// Whose replica it is.
    public var person: String
    /// Serial of its certificate, unique in the store.
    public var serial: UInt64
    /// Ed25519, 32 bytes.
    public var publicKey: [UInt8]
    /// Encoded `SignedCertificate`.
    public var certificate: [UInt8]
    /// When it enrolled.
    public var enrolledAt: Milliseconds
    /// The epoch that the centre takes commands of.
    public var epoch: UInt32
    /// Sequence of the last command in that epoch; 0 before the first.
    public var sequence: UInt64
    /// Hash of the last header in that epoch, or of the epoch's start; 32 bytes.
    public var chainHead: [UInt8]
    /// The latest occurrence in its chain that was no outlier; the next one is not earlier.
    public var occurredFloor: Milliseconds = 0
    /// When it was revoked; nil while it is good.
    public var revokedAt: Milliseconds?
    /// When it last asked.
    public var lastContact: Milliseconds?
    /// Commands that stayed on the device at last contact.
    public var unsent: UInt64?
    /// When the oldest command that it still had was given, as it said at last contact; nil = it had none, or did not say.
    public var oldestUnsentAt: Milliseconds?
    /// The base that it named at last contact.
    public var base: UInt64?
    /// The version of the client at last contact.
    public var clientVersion: String?
    /// Device clock minus server clock at last contact, in milliseconds.
    public var clockOffset: Int64?
    /// How often its chain forked: the epoch less one; the epoch itself once two heads of its chain went on.
    public var forks: UInt64 = 0

    /// Two devices go on with one chain: the replica was copied, or restored twice. It stays so until the replica is revoked: its key
    /// is on both.
    public var hasTwoHeads: Bool { forks >= UInt64(epoch) }

    /// A device that has just enrolled.
    public init(
        replica: ReplicaID, person: String, serial: UInt64, publicKey: [UInt8], certificate: [UInt8], enrolledAt: Milliseconds,
        epoch: UInt32, chainHead: [UInt8]
    ) {
        self.replica = replica
        self.person = person
        self.serial = serial
        self.publicKey = publicKey
        self.certificate = certificate
        self.enrolledAt = enrolledAt
        self.epoch = epoch
        self.sequence = 0
        self.chainHead = chainHead
    }
}

/// A one-time code for enrolment. The code itself is never stored.
public struct EnrolCodeRecord: Hashable, Sendable {
    /// Hash of the code, 32 bytes.
    public var hash: [UInt8]
    /// Whose device it enrols.
    public var person: String
    /// When it was made.
    public var madeAt: Milliseconds
    /// From when on it is worth nothing.
    public var expiresAt: Milliseconds
    /// The replica that used it; nil while it is good.
    public var usedBy: ReplicaID?
    /// How often it was presented in vain (used, expired, or with a wrong signature).
    public var attempts: UInt64 = 0

    /// A code that nobody has used.
    public init(hash: [UInt8], person: String, madeAt: Milliseconds, expiresAt: Milliseconds) {
        self.hash = hash
        self.person = person
        self.madeAt = madeAt
        self.expiresAt = expiresAt
    }
}

/// A stretch of sequences in which a person or a ticket is in a scope.
public struct ScopeInterval: Hashable, Sendable {
    /// The scope's name, such as "p:li-na".
    public var scope: String
    /// The first sequence inside.
    public var since: UInt64
    /// The first sequence outside again; nil = still inside.
    public var until: UInt64?

    /// An interval.
    public init(scope: String, since: UInt64, until: UInt64? = nil) {
        self.scope = scope
        self.since = since
        self.until = until
    }

    /// Whether the state after entry `sequence` lies inside.
    public func holds(at sequence: UInt64) -> Bool { since <= sequence && (until.map { sequence < $0 } ?? true) }
}

/// The place of a command in its device's chain.
public struct ChainPlace: Hashable, Sendable {
    /// The device.
    public var replica: ReplicaID
    /// Its epoch.
    public var epoch: UInt32
    /// 1, 2, 3 … within the epoch.
    public var sequence: UInt64

    /// A place.
    public init(replica: ReplicaID, epoch: UInt32, sequence: UInt64) {
        self.replica = replica
        self.epoch = epoch
        self.sequence = sequence
    }
}

/// One header that a device signed, kept for ever: what proves its chain. A repeat under a new epoch has a link of its own.
public struct ChainLink: Hashable, Sendable {
    /// Where it stands.
    public var place: ChainPlace
    /// The command that it carries.
    public var command: CommandID
    /// Digest of the salted payload, 32 bytes.
    public var digest: [UInt8]
    /// Hash of the header, 32 bytes: what the next one names as its previous.
    public var hash: [UInt8]

    /// A link.
    public init(place: ChainPlace, command: CommandID, digest: [UInt8], hash: [UInt8]) {
        self.place = place
        self.command = command
        self.digest = digest
        self.hash = hash
    }
}

/// A second payload under a known identifier: kept and listed, never applied.
public struct CommandClash: Hashable, Sendable {
    /// The identifier that is taken.
    public var id: CommandID
    /// Who sent it.
    public var replica: ReplicaID
    /// The payload, and its salt; nil once erased.
    public var payload: [UInt8]?
    /// 16 bytes.
    public var salt: [UInt8]?
    /// SHA-256 of salt and payload.
    public var digest: [UInt8]
    /// When it came.
    public var receivedAt: Milliseconds
    /// The sequence of its entry; the store sets it when it is written.
    public var sequence: UInt64 = 0

    /// A clash.
    public init(id: CommandID, replica: ReplicaID, payload: [UInt8]?, salt: [UInt8]?, digest: [UInt8], receivedAt: Milliseconds) {
        self.id = id
        self.replica = replica
        self.payload = payload
        self.salt = salt
        self.digest = digest
        self.receivedAt = receivedAt
    }
}
