import CentralStore
package import Changeset
package import SyncProtocol
import Tickets

/// One command as it arrived, read as far as it can be read. Reading happens before the writer's turn, on the caller's thread.
struct ArrivedCommand: Sendable {
    let sealed: SealedCommand
    let id: CommandID
    /// Its place in the chain and its hash; nil for a retained one, whose header is made when its turn comes.
    let header: Header?
    /// The header's hash, where it is known: that of the next one names it.
    let headerHash: [UInt8]?
    /// Nil if it cannot be read.
    let payload: Payload?
    /// Nil if its kind is unknown or the payload unreadable.
    let command: Command?
    /// The given changeset; nil if it is malformed or names what it may not.
    let changeset: Changeset?
    /// Of a retained one: the receipt that fixed its verdict, if a key of this centre authenticates it.
    let receipt: Receipt?

    init(_ sealed: SealedCommand, header: Header?, headerHash: [UInt8]? = nil, receipt: Receipt? = nil) {
        self.sealed = sealed
        self.header = header
        self.headerHash = headerHash
        self.receipt = receipt
        id = sealed.commandID
        payload = try? Payload(decoding: sealed.payload)
        command = payload?.command
        changeset = payload.flatMap(readChangeset)
    }

    var kind: String { payload?.kind ?? sealed.glimpse.kind ?? "" }
    var ticket: TicketID? { payload?.ticket ?? sealed.glimpse.ticket }
}

/// A sync request whose author is proven.
struct VerifiedSync: Sendable {
    let request: SyncRequest
    let commands: [ArrivedCommand]
    let retained: [ArrivedCommand]
    /// The certificate, if the request carried one or the device is not in the store.
    let certificate: Certificate?
    /// The public key whose signature was verified.
    let publicKey: [UInt8]
    /// The token is missing or runs out soon: the answer carries a new one. Since version 3 none is missed that was not shown, but
    /// with a certificate.
    let needsToken: Bool
    /// The message, if it came packed: the answer is then packed against it. Empty if it did not.
    let packed: [UInt8]
    let arrivedAt: Milliseconds

    /// What it costs the writer.
    var weight: Int { 1 + commands.count + retained.count }
}

extension Environment {
    /// Proves who sends a request and that it is whole.
    ///
    /// The certificate, the token or, since version 3, the replica alone names the device; its key must have signed the request; the
    /// headers must lead to the head that the signature covers.
    /// - Parameters:
    ///   - message: Encoded SignedRequest, decompressed.
    ///   - isPacked: Whether it came packed.
    /// - Throws: A problem of the envelope. What a single command is, is nobody's fault here: it is stored and held.
    func verify(_ message: [UInt8], isPacked: Bool, arrivedAt: Milliseconds) throws(ProtocolError) -> VerifiedSync {
        let opened = try OpenedRequest(opening: message)
        let request = opened.request
        let token = request.token.flatMap { try? Token(verifying: $0, with: keys) }
        let isTokenGood = token?.replica == request.replica
        var certificate: Certificate?
        let isOld = request.protocolVersion < 3
        var publicKey = isTokenGood || !isOld ? try knownKey(of: request.replica, isTokenGood: isTokenGood) : nil
        if publicKey == nil {
            guard let bytes = request.certificate else { throw ProtocolError(.certificateRequired, in: "certificate") }
            let proven = try Certificate(verifying: bytes, with: keys)
            guard proven.replica == request.replica else { throw ProtocolError(.badCertificate, in: "certificate.replica") }
            certificate = proven
            publicKey = proven.publicKey
        }
        guard let publicKey else { throw ProtocolError(.certificateRequired, in: "certificate") }
        let headers = try opened.verify(by: publicKey)
        let half = configuration.tokenLifetime / 2
        let wantsToken = isOld || request.token != nil || request.certificate != nil
        return VerifiedSync(
            request: request,
            commands: zip(request.commands, headers).enumerated().map { index, command in
                let next = index + 1 < headers.count ? headers[index + 1].previous : request.chainHead
                return ArrivedCommand(command.0, header: command.1, headerHash: next)
            },
            retained: request.retained.map {
                ArrivedCommand($0.command, header: nil, receipt: $0.verifiedReceipt(with: keys))
            },
            certificate: certificate, publicKey: publicKey,
            needsToken: wantsToken && (!isTokenGood || (token?.isExpired(at: arrivedAt + half) ?? true)),
            packed: isPacked ? message : [], arrivedAt: arrivedAt)
    }

    /// The key that a device enrolled with; nil if nobody we trust says whose it is.
    private func knownKey(of replica: ReplicaID, isTokenGood: Bool) throws(ProtocolError) -> [UInt8]? {
        if let key = proven.key(of: replica) { return key }
        do {
            let device = try store.read { try $0.load(LoadRequest(replicas: [replica])).devices[replica] }
            guard let device, proven.isProven(device, with: keys) || isTokenGood else { return nil }
            return device.publicKey
        } catch {
            throw problem(of: error)
        }
    }

    /// What a caller hears of an error of the store.
    func problem(of error: any Error) -> ProtocolError {
        if let error = error as? ProtocolError { return error }
        if case StoreError.diskFull = error { return ProtocolError(.storeFull, in: "store") }
        return ProtocolError(error is StoreError ? .storeUnavailable : .internalError, in: "store")
    }
}

/// Reads the given changeset with our own reader, and checks what a device may put into it: rows of the command's own ticket
/// and notes of the command itself, in the shape of the schema, each row once, nothing done by a trigger.
///
/// - Returns: nil if it is malformed or names anything else; the command is then held.
/// - Source: FAULTS.md 50 to 52.
package func readChangeset(of payload: Payload) -> Changeset? {
    var limits = Limits.default
    limits.bytesMax = WireLimits.payloadBytesMax
    limits.changeCountMax = 1_000
    guard let changeset = try? Changeset(parsing: payload.changeset, limits: limits) else { return nil }
    for change in changeset.changes {
        guard let table = Table(name: change.table), isPermitted(change, of: table, in: payload) else { return nil }
    }
    return namesEachRowOnce(changeset.changes) ? changeset : nil
}

/// Each row has one change at most.
private func namesEachRowOnce(_ changes: [Change]) -> Bool {
    // A row and its note, nearly always: two tables that each have one row need no keys.
    if changes.count == 1 || changes.count == 2 && changes[0].table != changes[1].table { return true }
    var rows: Set<RowKey> = []
    return changes.allSatisfy { rows.insert(RowKey(table: $0.table, key: $0.key)).inserted }
}

private struct RowKey: Hashable {
    let table: String
    let key: [Value]
}

private func isPermitted(_ change: Change, of table: Table, in payload: Payload) -> Bool {
    guard !change.isIndirect, hasShape(change, of: table, schemaVersion: payload.schemaVersion) else { return false }
    let values = change.operation == .delete ? change.old : change.operation == .insert ? change.new : change.old
    switch table {
    case .ticket: return change.operation != .delete && change.isKey(payload.ticket.value)
    case .citizen: return change.operation == .insert && change.isKey(payload.ticket.value)
    case .helper: return change.operation != .update && change.key.first == payload.ticket.value
    case .note:
        return change.operation == .insert && values[1] == payload.ticket.value && values[7] == payload.commandID.value
    // An update names its clock alone; whose it is the centre knows, and decides by itself what becomes of it.
    case .clock:
        return change.operation == .update || change.operation == .insert && values[1] == payload.ticket.value
    case .request:
        return change.operation == .update
            || change.operation == .insert && change.isKey(payload.commandID.value) && values[1] == payload.ticket.value
    case .transfer:
        return change.operation == .insert && change.isKey(payload.commandID.value) && values[1] == payload.ticket.value
    case .part:
        return change.operation == .update || change.operation == .insert && values[1] == payload.ticket.value
    case .answer:
        return change.operation == .insert && values[1] == payload.ticket.value && values[7] == payload.commandID.value
    case .conflict, .rung, .escalation, .incident, .person, .grid, .unit, .category, .profile, .duty, .expert, .calendar,
        .checklist, .roster:
        return false
    }
}

/// As many columns as the sender's schema has, and the same key. A newer schema may have appended columns; an older one may lack
/// them.
private func hasShape(_ change: Change, of table: Table, schemaVersion: UInt32) -> Bool {
    let known = table.columns.count
    let count = change.keyOrdinals.count
    guard schemaVersion > SchemaVersion.current ? count >= known : count == known else { return false }
    return change.keyOrdinals.enumerated().allSatisfy { index, ordinal in (ordinal != 0) == (index < table.keyCount) }
}
