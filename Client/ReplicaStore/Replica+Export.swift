import Glibc
import SyncProtocol
public import Tickets

extension Replica {
    /// Writes the given changeset of every command in the outbox into a folder, one file each, for any SQLite tool.
    /// - Parameter folder: Made if it is not there.
    /// - Returns: The paths, oldest command first: `000012-resolve-<CommandID>.changeset`.
    /// - Throws: `cannotWrite`; files written before stay.
    public func exportOutbox(to folder: String) throws -> [String] {
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw ReplicaError.cannotWrite(path: folder, code: errno) }
        let commands = try read { try $0.commands("\(isPending) AND verdict IS NULL ORDER BY ordinal") }
        return try commands.compactMap { command in
            guard let changeset = command.content?.changeset else { return nil }
            let digits = String(command.ordinal)
            let name =
                String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "-\(command.kind)-\(command.id).changeset"
            try writeFile(changeset, to: "\(folder)/\(name)")
            return "\(folder)/\(name)"
        }
    }

    /// Tells the replica who it is from now on: after a revocation, or after a copy of it was told to enrol again. What its person
    /// gave is kept, and unsent commands go under the new chain; everything else is read from zero.
    /// - Throws: `otherPerson` if the enrolment is for another person: a replica belongs to one.
    public func enrolAgain(_ enrolment: Enrolment) throws {
        try write { _, rows in
            let (identity, lastIncarnation) = try (rows.standing().identity, rows.standing().cursor.incarnation)
            guard identity.person == enrolment.person else { throw ReplicaError.otherPerson(owner: identity.person) }
            // The old chain's places mean nothing in the new one; digests and CommandIDs are what counts.
            try rows.statements.run("UPDATE command SET epoch=NULL, sequence=NULL, previous=NULL")
            try rows.store(enrolment)
            try rows.dropPull()
            try rows.statements.run(
                "UPDATE cursor SET incarnation=?, base=0, schema_version=0, confirmed_at=NULL, fingerprint_at=NULL",
                [enrolment.incarnation.value])
            try rows.keep(nil)
            try rows.statements.run("UPDATE entity SET version=0, generation=-1")
            try rows.statements.run("DELETE FROM news WHERE kind=?", [.text(NewsKind.enrolAgain.rawValue)])
            // Restored since this replica last asked it: the new identity brings back what the old one was told, as any device does.
            guard lastIncarnation != enrolment.incarnation else { return }
            try rows.keepForNewLife(enrolment.incarnation)
            try rows.statements.run("UPDATE cursor SET retained_wanted=1, backup_watermark=0")
        }
    }

    /// Puts commands that were read out of a damaged replica into this one's outbox. They may have been offered before, so they
    /// cannot be taken back; the centre recognises what it has. They show on the screen after the next sync.
    /// - Returns: How many were not here yet.
    public func takeIn(_ rescued: [RescuedCommand], at: Milliseconds) throws -> Int {
        try write { _, rows in
            var count = 0
            for command in rescued where command.isUnsent {
                guard let payload = command.payload, let salt = command.salt,
                    try rows.count("command WHERE id=?", [command.id.value]) == 0
                else { continue }
                try rows.statements.run(
                    """
                    INSERT INTO command (id, kind, ticket, payload, salt, digest, given_at, offered_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        command.id.value, .text(command.kind), command.ticket.value, .blob(payload), .blob(salt),
                        .blob(command.digest), .integer(command.givenAt), .integer(at),
                    ])
                try rows.localNumber(of: command.ticket)
                count += 1
            }
            return count
        }
    }
}

/// Only its owner may read what a worker wrote.
private func writeFile(_ bytes: [UInt8], to path: String) throws(ReplicaError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, code: errno) }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
        let count = bytes[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw .cannotWrite(path: path, code: errno) }
        offset += count
    }
}
