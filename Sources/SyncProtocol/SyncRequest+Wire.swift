internal import FoundationEssentials

extension SyncRequest {
    /// The message that is signed.
    public func encoded() -> [UInt8] {
        var wire = WireSyncRequest()
        wire.protocol = protocolVersion
        wire.replica = Data(replica.bytes)
        wire.certificate = Data(certificate ?? [])
        wire.token = Data(token ?? [])
        wire.cursor = cursor.wire
        wire.at = Data(at)
        wire.epoch = epoch
        wire.acknowledgedSequence = acknowledgedSequence
        wire.acknowledgedHead = Data(acknowledgedHead)
        wire.now = now.wire
        wire.firstSequence = firstSequence
        wire.previous = Data(previous)
        wire.commands = commands.map(\.wire)
        wire.chainHead = Data(chainHead)
        wire.unsent = unsent
        wire.oldestUnsentAt = oldestUnsentAt ?? 0
        wire.clientVersion = clientVersion
        wire.schemaVersion = schemaVersion
        if let fingerprint { wire.fingerprint = fingerprint.wire }
        wire.retained = retained.map(\.wire)
        wire.pageBytesMax = pageBytesMax
        return wire.wireBytes
    }

    /// Reads the message that was signed. Payloads are not looked into: one that cannot be read is stored and held.
    ///
    /// - Throws: `brokenEnvelope`, `tooManyCommands`, `clientTooOld`, `clientTooNew`.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        let problem = Problem.brokenEnvelope
        for field: UInt64 in [12, 18] where FieldScan.exceeds(WireLimits.commandsPerRequestMax, [field], in: bytes) {
            throw ProtocolError(.tooManyCommands, in: field == 12 ? "commands" : "retained")
        }
        let wire = try WireSyncRequest(wire: bytes, problem, in: "request")
        try ProtocolVersion.check(wire.protocol)
        protocolVersion = wire.protocol
        replica = try identifier(wire.replica, problem, in: "replica")
        certificate = wire.certificate.isEmpty ? nil : wire.certificate.array
        token = wire.token.isEmpty ? nil : wire.token.array
        cursor = try Cursor(wire.cursor)
        at = wire.at.array
        epoch = wire.epoch
        acknowledgedSequence = try sequence(wire.acknowledgedSequence, problem, in: "acknowledged_sequence")
        acknowledgedHead = try wire.acknowledgedHead.exactly(32, problem, in: "acknowledged_head")
        now = try ClockReading(wire.now, problem, in: "now")
        firstSequence = wire.firstSequence
        previous = try wire.previous.exactly(32, problem, in: "previous")
        chainHead = try wire.chainHead.exactly(32, problem, in: "chain_head")
        unsent = wire.unsent
        oldestUnsentAt = wire.oldestUnsentAt == 0 ? nil : wire.oldestUnsentAt
        clientVersion = try name(wire.clientVersion, problem, in: "client_version")
        schemaVersion = wire.schemaVersion
        fingerprint = wire.hasFingerprint ? try Fingerprint(wire.fingerprint, problem, in: "fingerprint") : nil
        pageBytesMax = wire.pageBytesMax
        commands = []
        for command in wire.commands { commands.append(try SealedCommand(command)) }
        retained = []
        for one in wire.retained { retained.append(try Retained(one)) }
        // Stores keep sequences as signed numbers, and the headers count on from the first one.
        guard firstSequence >= 1, firstSequence <= UInt64(Int64.max) - UInt64(commands.count) else {
            throw ProtocolError(problem, in: "first_sequence")
        }
    }
}

extension Cursor {
    init(_ wire: WireCursor) throws(ProtocolError) {
        incarnation = try identifier(wire.incarnation, .brokenEnvelope, in: "cursor.incarnation")
        schemaVersion = wire.schemaVersion
        base = try sequence(wire.base, .brokenEnvelope, in: "cursor.base")
        generation = wire.generation
    }

    var wire: WireCursor {
        var wire = WireCursor()
        wire.incarnation = Data(incarnation.bytes)
        wire.schemaVersion = schemaVersion
        wire.base = base
        wire.generation = generation
        return wire
    }
}

extension Retained {
    init(_ wire: WireRetained) throws(ProtocolError) {
        command = try SealedCommand(wire.command)
        receipt = wire.receipt.array
        epoch = wire.epoch
        sequence = try SyncProtocol.sequence(wire.sequence, .brokenEnvelope, in: "retained.sequence")
    }

    var wire: WireRetained {
        var wire = WireRetained()
        wire.command = command.wire
        wire.receipt = Data(receipt)
        wire.epoch = epoch
        wire.sequence = sequence
        return wire
    }
}
