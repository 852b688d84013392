import Changeset
public import SyncProtocol
import Tickets

/// A request that is ready to be sent: everything in it is durably marked offered.
public struct OutgoingSync: Hashable, Sendable {
    /// Encoded SignedRequest, not yet compressed.
    public var signedRequest: [UInt8]
    /// The same unsigned, for logs and tests.
    public var request: SyncRequest
    /// Sequences of the commands in it; empty for a mere pull.
    public var sequences: Range<UInt64>
}

/// How much one request may carry.
public struct OutgoingLimits: Hashable, Sendable {
    /// Bytes of sealed commands, before compression. One command always goes.
    public var bytesMax: Int
    /// Commands, and retained ones beside them.
    public var countMax: Int

    /// Limits of your own; the defaults stay within the wire's even if nothing compresses.
    public init(bytesMax: Int = 3 << 20, countMax: Int = WireLimits.commandsPerRequestMax) {
        self.bytesMax = bytesMax
        self.countMax = countMax
    }
}

extension Replica {
    /// Makes the next request. Commands are given their header and marked offered before this returns: from then on they cannot be
    /// taken back, and they are offered again until they are acknowledged.
    /// - Parameters:
    ///   - withCertificate: True after the centre asked for it; a request without a token carries it anyway.
    ///   - pageBytesMax: For the centre; 0 = its own.
    ///   - speaking: The version of the wire; an older one where the centre is older.
    ///   - renewingToken: Shows the token, so that the centre gives a new one if it is not good any more.
    /// - Throws: `diskFull` and the like: nothing is marked then.
    public func prepareRequest(
        limits: OutgoingLimits = OutgoingLimits(), now: ClockReading, clientVersion: String, withCertificate: Bool = false,
        pageBytesMax: UInt32 = 0, speaking: UInt32 = ProtocolVersion.current, renewingToken: Bool = false
    ) throws -> OutgoingSync {
        // A pull that was complete when the process died waits for its rebase.
        try finishPull()
        let outgoing = try write { _, rows in
            let standing = try rows.standing()
            let offer = try rows.offer(standing, limits: limits, at: now.wall)
            var request = try rows.request(
                offer, standing, now: now, clientVersion: clientVersion, withCertificate: withCertificate,
                pageBytesMax: pageBytesMax, schemaVersion: schemaVersion)
            request.protocolVersion = speaking
            // A device that the centre knows proves itself by its signature alone.
            if speaking >= 3, !renewingToken { request.token = nil }
            let key = try key(seed: standing.privateKey)
            let first = request.firstSequence
            return OutgoingSync(
                signedRequest: signed(request, by: key), request: request,
                sequences: first..<first + UInt64(offer.commands.count))
        }
        try pass(.syncOffered)
        return outgoing
    }
}

/// The commands of one request, in the order of their sequences.
struct Offer {
    var commands: [SealedCommand] = []
    var retained: [Retained] = []
    /// Commands that stay behind.
    var unsentCount = 0
    /// When the oldest command without a verdict was given; nil = there is none.
    var oldestUnsentAt: Milliseconds?
}

extension Rows {
    /// Chooses commands, unacknowledged ones first, and gives new ones their header.
    func offer(_ standing: Standing, limits: OutgoingLimits, at: Milliseconds) throws -> Offer {
        // What was offered has a number from the acknowledged one up to the next.
        let again =
            try standing.acknowledgedSequence + 1 < standing.nextSequence
            ? commands(
                "epoch=? AND sequence>? ORDER BY sequence LIMIT ?",
                [
                    .integer(Int64(standing.identity.epoch)), .sequence(standing.acknowledgedSequence),
                    .integer(Int64(limits.countMax)),
                ]) : []
        let new = try pendingCommands(
            "AND verdict IS NULL AND sequence IS NULL ORDER BY ordinal LIMIT ?", [.integer(Int64(limits.countMax))])
        var offer = Offer()
        var head = standing.acknowledgedHead
        var sequence = standing.acknowledgedSequence
        var bytesLeft = limits.bytesMax
        for command in again + new where offer.commands.count < limits.countMax {
            guard let sealed = command.sealed else {
                throw ReplicaError.cannotResend(expected: command.sequence ?? sequence + 1)
            }
            bytesLeft -= sealed.payload.count + sealed.salt.count
            guard bytesLeft >= 0 || offer.commands.isEmpty else { break }
            sequence += 1
            let header = Header(
                replica: standing.identity.replica, epoch: standing.identity.epoch, sequence: sequence, digest: sealed.digest,
                previous: head)
            if command.sequence == nil, !isPlanted("offer-unmarked") { try mark(command, offeredAt: at, header) }
            head = header.hash
            offer.commands.append(sealed)
        }
        if sequence >= standing.nextSequence {
            try statements.run(
                "UPDATE identity SET next_sequence=?, chain_head=?", [.sequence(sequence + 1), .blob(head)])
        }
        offer.retained = try retained(standing, bytesMax: bytesLeft, countMax: limits.countMax)
        guard try hasPending() else { return offer }
        offer.unsentCount = try count("command WHERE \(isPending) AND verdict IS NULL AND sequence IS NULL")
        offer.oldestUnsentAt = try statements.row(
            "SELECT min(given_at) FROM command WHERE \(isPending) AND verdict IS NULL")?.first?.int
        return offer
    }

    private func mark(_ command: StoredCommand, offeredAt: Milliseconds, _ header: Header) throws {
        try statements.run(
            "UPDATE command SET epoch=?, sequence=?, previous=?, offered_at=coalesce(offered_at, ?) WHERE ordinal=?",
            [
                .integer(Int64(header.epoch)), .sequence(header.sequence), .blob(header.previous), .integer(offeredAt),
                .integer(command.ordinal),
            ])
    }

    /// After a restore of the centre: commands whose verdict came from an earlier life of it.
    private func retained(_ standing: Standing, bytesMax: Int, countMax: Int) throws -> [Retained] {
        guard standing.retainedWanted, !isPlanted("retained-kept-back") else { return [] }
        var bytesLeft = bytesMax
        var retained: [Retained] = []
        for command in try commands(
            "\(isRetained) ORDER BY ordinal LIMIT ?", [standing.cursor.incarnation.value, .integer(Int64(countMax))])
        {
            guard let sealed = command.sealed, let receipt = command.receipt else { continue }
            bytesLeft -= sealed.payload.count + receipt.count
            guard bytesLeft >= 0 || retained.isEmpty && bytesMax > 0 else { break }
            retained.append(
                Retained(command: sealed, receipt: receipt, epoch: command.epoch ?? 0, sequence: command.sequence ?? 0))
        }
        return retained
    }

    func request(
        _ offer: Offer, _ standing: Standing, now: ClockReading, clientVersion: String, withCertificate: Bool,
        pageBytesMax: UInt32, schemaVersion: UInt32
    ) throws -> SyncRequest {
        let at = try statements.row("SELECT at FROM pull WHERE complete=0")?.first?.bytes ?? []
        return SyncRequest(
            replica: standing.identity.replica,
            certificate: withCertificate || standing.token == nil ? standing.certificate : nil, token: standing.token,
            cursor: standing.cursor, at: at, epoch: standing.identity.epoch,
            acknowledgedSequence: standing.acknowledgedSequence, acknowledgedHead: standing.acknowledgedHead, now: now,
            firstSequence: standing.acknowledgedSequence + 1, previous: standing.acknowledgedHead, commands: offer.commands,
            unsent: UInt32(clamping: offer.unsentCount), oldestUnsentAt: offer.oldestUnsentAt, clientVersion: clientVersion,
            schemaVersion: schemaVersion,
            fingerprint: try at.isEmpty && standing.wantsComparison ? fingerprint() : nil, retained: offer.retained,
            pageBytesMax: pageBytesMax)
    }

    /// Of the confirmed entities. Leaving tickets are not among them: the centre does not count them for this person any more.
    func fingerprint() throws -> Fingerprint {
        var fingerprint = Fingerprint()
        try statements.forEach("SELECT kind, id, version FROM entity WHERE leaving IS NULL") { row in
            guard let kind = EntityKind(rawValue: UInt8(clamping: row[0].int ?? 0)) else { return }
            fingerprint.add(EntityKey(kind, id: row[1].bytes ?? []), version: row[2].sequence ?? 0)
        }
        return fingerprint
    }
}

extension Standing {
    /// Once a day of the centre's time, and at once where it was put in doubt.
    var wantsComparison: Bool {
        guard confirmedAt != nil else { return false }
        guard let fingerprintAt else { return true }
        return serverTime &- fingerprintAt >= 24 * 3_600_000
    }
}
