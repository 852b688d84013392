public import Changeset
internal import FoundationEssentials
public import Tickets

/// The sealed content of one command: what was intended, what its author had seen, what it changed there.
///
/// Its bytes are made once, at the moment of giving, and are never written anew: `SealedCommand` keeps them as they are.
public struct Payload: Hashable, Sendable {
    /// Stays with the command for ever.
    public var commandID: CommandID
    /// The word of the command; one that this build does not know is kept.
    public var kind: String
    /// The ticket.
    public var ticket: TicketID
    /// Values by argument name; on the wire sorted by name.
    public var arguments: [String: Value]
    /// What the author's replica had seen.
    public var seen: Seen
    /// The device's clocks when the command was given.
    public var given: ClockReading
    /// Of the replica that recorded the changeset.
    public var schemaVersion: UInt32
    /// The given changeset, in SQLite's format; empty if nothing changed.
    public var changeset: [UInt8]

    /// A payload.
    public init(
        commandID: CommandID, kind: String, ticket: TicketID, arguments: [String: Value] = [:], seen: Seen, given: ClockReading,
        schemaVersion: UInt32 = SchemaVersion.current, changeset: [UInt8] = []
    ) {
        self.commandID = commandID
        self.kind = kind
        self.ticket = ticket
        self.arguments = arguments
        self.seen = seen
        self.given = given
        self.schemaVersion = schemaVersion
        self.changeset = changeset
    }

    /// The command, for `decide`. Nil if this build does not know its kind.
    public var command: Command? {
        CommandKind(rawValue: kind).map { Command(id: commandID, kind: $0, ticket: ticket, arguments: arguments) }
    }

    /// The bytes to seal: the same for the same content.
    public func encoded() -> [UInt8] {
        var wire = WirePayload()
        wire.commandID = Data(commandID.bytes)
        wire.kind = kind
        wire.ticket = Data(ticket.bytes)
        wire.arguments = arguments.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, value in
            var argument = WireArgument()
            var bytes: [UInt8] = []
            encodeValues([value], into: &bytes)
            argument.name = name
            argument.value = Data(bytes)
            return argument
        }
        wire.seen = seen.wire
        wire.given = given.wire
        wire.schemaVersion = schemaVersion
        wire.changeset = Data(changeset)
        return wire.wireBytes
    }

    /// Reads a payload. The changeset is not looked into: the centre stores it even where it cannot be read.
    ///
    /// - Throws: `unreadablePayload`. The centre then keeps the command under `SealedCommand.commandID`, and holds it.
    public init(decoding bytes: [UInt8]) throws(ProtocolError) {
        let problem = Problem.unreadablePayload
        guard bytes.count <= WireLimits.payloadBytesMax, !FieldScan.exceeds(WireLimits.argumentsMax, [4], in: bytes) else {
            throw ProtocolError(problem, in: "payload")
        }
        let wire = try WirePayload(wire: bytes, problem, in: "payload")
        commandID = try identifier(wire.commandID, problem, in: "payload.command_id")
        kind = try name(wire.kind, problem, in: "payload.kind")
        ticket = try identifier(wire.ticket, problem, in: "payload.ticket")
        seen = try Seen(wire.seen, problem, in: "payload.seen")
        given = try ClockReading(wire.given, problem, in: "payload.given")
        schemaVersion = wire.schemaVersion
        changeset = wire.changeset.array
        arguments = try Self.arguments(wire.arguments, problem)
        if kind.isEmpty { throw ProtocolError(problem, in: "payload.kind") }
    }

    /// The given changeset of an encoded payload, without reading the rest; nil if there is none.
    public static func changeset(in payload: [UInt8]) -> ArraySlice<UInt8>? { FieldScan.last(8, in: payload) }

    private static func arguments(_ wire: [WireArgument], _ problem: Problem) throws(ProtocolError) -> [String: Value] {
        var arguments: [String: Value] = [:]
        for argument in wire {
            let name = try name(argument.name, problem, in: "payload.arguments.name")
            let value: Value??
            do { value = try decodeValues(Array(argument.value), count: 1).first } catch { value = nil }
            // One name twice would mean one thing to one reader and another to the next.
            guard case .some(.some(let found)) = value, arguments.updateValue(found, forKey: name) == nil else {
                throw ProtocolError(problem, in: "payload.arguments.value")
            }
        }
        return arguments
    }
}

/// One command as it travels: salt and payload. The digest binds both, and erasing both leaves it standing.
public struct SealedCommand: Hashable, Sendable {
    /// 16 random bytes, so that a digest tells nothing about a payload that was erased.
    public let salt: [UInt8]
    /// The encoded payload, as it was sealed.
    public let payload: [UInt8]
    /// SHA-256(salt ‖ payload), 32 bytes.
    public let digest: [UInt8]

    /// Seals a payload, or takes one as it came.
    ///
    /// - Throws: `brokenEnvelope` unless `salt` has 16 bytes.
    public init(salt: [UInt8], payload: [UInt8]) throws(ProtocolError) {
        guard salt.count == 16 else { throw ProtocolError(.brokenEnvelope, in: "commands.salt") }
        self.salt = salt
        self.payload = payload
        digest = sha256(salt, payload)
    }

    /// The command's identity. Where the payload names none that can be read, the first 16 bytes of the digest: so every command
    /// can be stored, answered, and recognised when it comes again.
    public var commandID: CommandID {
        if let bytes = FieldScan.last(1, in: payload), let id = CommandID(bytes: bytes) { return id }
        return CommandID(bytes: digest.prefix(16))!  // a digest has 32 bytes
    }

    /// What can be told of a payload that cannot be read as a whole: for the held list.
    public var glimpse: (kind: String?, ticket: TicketID?) {
        let kind = FieldScan.last(2, in: payload).flatMap(validText)
        return (
            kind.flatMap { $0.utf8.count <= WireLimits.nameBytesMax ? $0 : nil },
            FieldScan.last(3, in: payload).flatMap { TicketID(bytes: $0) }
        )
    }

    init(_ wire: WireSealedCommand) throws(ProtocolError) {
        try self.init(salt: wire.salt.array, payload: wire.payload.array)
    }

    var wire: WireSealedCommand {
        var wire = WireSealedCommand()
        wire.salt = Data(salt)
        wire.payload = Data(payload)
        return wire
    }
}
