public import Tickets

/// What the chain and the signature cover of one command.
public struct Header: Hashable, Sendable {
    /// The device.
    public var replica: ReplicaID
    /// Begins anew when a device is restored or forked.
    public var epoch: UInt32
    /// 1, 2, 3 … within the epoch.
    public var sequence: UInt64
    /// Of the sealed command: 32 bytes.
    public var digest: [UInt8]
    /// Hash of the previous header, or the chain's start: 32 bytes.
    public var previous: [UInt8]

    /// A header.
    public init(replica: ReplicaID, epoch: UInt32, sequence: UInt64, digest: [UInt8], previous: [UInt8]) {
        self.replica = replica
        self.epoch = epoch
        self.sequence = sequence
        self.digest = digest
        self.previous = previous
    }

    /// SHA-256 of the encoded header: 32 bytes.
    public var hash: [UInt8] {
        sha256(encoded)
    }

    /// The message Header.
    var encoded: [UInt8] {
        var writer = FieldWriter(capacity: 112)
        writer.add(1, replica.bytes)
        writer.add(2, UInt64(epoch))
        writer.add(3, sequence)
        writer.add(4, digest)
        writer.add(5, previous)
        return writer.bytes
    }
}

/// The chain of one device's headers within one epoch.
///
///     certificate, epoch ──▶ start ──▶ header 1 ──▶ header 2 ──▶ … ──▶ head
///
/// Headers are never sent: both sides make them from the first sequence, the hash before it, and the digests.
public enum Chain {
    /// What stands before header 1: SHA-256(encoded SignedCertificate ‖ epoch as 4 bytes, big-endian).
    public static func start(certificate: [UInt8], epoch: UInt32) -> [UInt8] { sha256(certificate, epoch.bigEndianBytes) }

    /// The headers of commands that follow each other.
    ///
    /// - Parameters:
    ///   - digests: In the order of their sequences.
    ///   - first: Sequence of the first one.
    ///   - previous: Hash of the header before `first`; with sequence 1, the chain's start.
    /// - Returns: One header for each digest, and the hash of the last one; `previous` if there is none.
    /// - Precondition: `first` + the number of digests does not overflow. `SyncRequest` has checked it of what it decoded.
    public static func headers(
        for digests: [[UInt8]], replica: ReplicaID, epoch: UInt32, first: UInt64, previous: [UInt8]
    ) -> (headers: [Header], head: [UInt8]) {
        var headers: [Header] = []
        headers.reserveCapacity(digests.count)
        var head = previous
        for (index, digest) in digests.enumerated() {
            let header = Header(
                replica: replica, epoch: epoch, sequence: first + UInt64(index), digest: digest, previous: head)
            headers.append(header)
            head = header.hash
        }
        return (headers, head)
    }

    /// The same for sealed commands.
    public static func headers(
        for commands: [SealedCommand], replica: ReplicaID, epoch: UInt32, first: UInt64, previous: [UInt8]
    ) -> (headers: [Header], head: [UInt8]) {
        headers(for: commands.map(\.digest), replica: replica, epoch: epoch, first: first, previous: previous)
    }
}
