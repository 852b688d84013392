import Changeset
import SyncProtocol
import Tickets

/// Identity and cursor as they stand: every operation begins by reading both.
struct Standing {
    var identity: Identity
    var privateKey: [UInt8]
    var certificate: [UInt8]
    var token: [UInt8]?
    /// The sequence that the next offered command gets.
    var nextSequence: UInt64
    /// Hash of the last header made.
    var chainHead: [UInt8]
    var acknowledgedSequence: UInt64
    /// Hash of the header `acknowledgedSequence`.
    var acknowledgedHead: [UInt8]
    var cursor: Cursor
    /// The centre's time at `cursor.base`.
    var serverTime: Milliseconds
    /// The centre's time when the confirmed state was last complete; nil before the first pull.
    var confirmedAt: Milliseconds?
    /// The centre's time when fingerprints were last compared.
    var fingerprintAt: Milliseconds?
    /// The centre's clock minus the device's.
    var clockOffset: Milliseconds?
    var backupWatermark: UInt64
    var retainedWanted: Bool
}

extension Rows {
    /// - Throws: `damaged` if one of the two rows is missing or not as it was written.
    func standing() throws -> Standing {
        guard
            let identity = try statements.row(
                """
                SELECT replica, person, person_name, server, authority, private_key, certificate, token, epoch, next_sequence,
                    chain_head, acknowledged_sequence, acknowledged_head, enrolled_at, revoked_at
                FROM identity
                """),
            let cursor = try statements.row(
                """
                SELECT incarnation, schema_version, base, generation, server_time, confirmed_at, fingerprint_at, clock_offset,
                    backup_watermark, retained_wanted
                FROM cursor
                """),
            let replica = ReplicaID(identity[0]), let incarnation = Incarnation(cursor[0])
        else { throw ReplicaError.damaged(detail: "the replica does not say whose it is") }
        return Standing(
            identity: Identity(
                replica: replica, person: identity[1].string ?? "", personName: identity[2].string ?? "",
                server: identity[3].string ?? "", authority: identity[4].string,
                epoch: UInt32(clamping: identity[8].int ?? 0), enrolledAt: identity[13].int ?? 0, revokedAt: identity[14].int),
            privateKey: identity[5].bytes ?? [], certificate: identity[6].bytes ?? [], token: identity[7].bytes,
            nextSequence: identity[9].sequence ?? 1, chainHead: identity[10].bytes ?? [],
            acknowledgedSequence: identity[11].sequence ?? 0, acknowledgedHead: identity[12].bytes ?? [],
            cursor: Cursor(
                incarnation: incarnation, schemaVersion: UInt32(clamping: cursor[1].int ?? 0), base: cursor[2].sequence ?? 0,
                generation: UInt32(clamping: cursor[3].int ?? 0)),
            serverTime: cursor[4].int ?? 0, confirmedAt: cursor[5].int, fingerprintAt: cursor[6].int, clockOffset: cursor[7].int,
            backupWatermark: cursor[8].sequence ?? 0, retainedWanted: cursor[9].int == 1)
    }

    /// The life of the centre that the cursor counts in: with each receipt the rest of the two rows is not asked for.
    func incarnation() throws -> Incarnation {
        guard let incarnation = Incarnation(try statements.row("SELECT incarnation FROM cursor")?.first) else {
            throw ReplicaError.damaged(detail: "the replica does not say whose it is")
        }
        return incarnation
    }

    /// Writes what enrolment gave; a replica has one identity.
    func store(_ enrolment: Enrolment) throws {
        let start = Chain.start(certificate: enrolment.certificate, epoch: 1)
        try statements.run(
            """
            INSERT OR REPLACE INTO identity (id, replica, person, person_name, server, authority, private_key, certificate, token,
                epoch, next_sequence, chain_head, acknowledged_sequence, acknowledged_head, enrolled_at)
            VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?, 0, ?, ?)
            """,
            [
                enrolment.replica.value, .text(enrolment.person), .text(enrolment.personName), .text(enrolment.server),
                .optional(enrolment.authority), .blob(enrolment.key.seed), .blob(enrolment.certificate),
                enrolment.token.map(Value.blob) ?? .null, .blob(start), .blob(start), .integer(enrolment.enrolledAt),
            ])
    }
}

extension Value {
    /// The bytes, if it is a blob.
    var bytes: [UInt8]? { if case .blob(let bytes) = self { bytes } else { nil } }
    /// A sequence as it stands in an INTEGER column: the bit pattern, so that nothing the centre sends can trap.
    var sequence: UInt64? { int.map { UInt64(bitPattern: $0) } }
    /// A sequence for an INTEGER column.
    static func sequence(_ number: UInt64?) -> Value { number.map { .integer(Int64(bitPattern: $0)) } ?? .null }
}
