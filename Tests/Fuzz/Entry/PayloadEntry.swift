import Changeset
import SyncProtocol
import SyncService
import Tickets

/// What the centre does with a command's bytes before it judges them.
func payloadFault(in bytes: [UInt8]) -> String? {
    guard let sealed = try? SealedCommand(salt: Fixed.salt, payload: bytes) else { return "a salt of 16 bytes was refused" }
    return commandFault(sealed)
}

func commandFault(_ sealed: SealedCommand) -> String? {
    let id = sealed.commandID
    let glimpse = sealed.glimpse
    guard let payload = try? Payload(decoding: sealed.payload) else { return nil }
    if payload.arguments.count > WireLimits.argumentsMax { return "too many arguments" }
    let encoded = payload.encoded()
    let again = try? Payload(decoding: encoded)
    // The identity is read without decoding the rest; two readings of one command must not be two commands.
    if let fault = first(
        ("the identity is read in two ways", id == payload.commandID),
        ("the kind is read in two ways", glimpse.kind == payload.kind),
        ("the ticket is read in two ways", glimpse.ticket == payload.ticket),
        ("read, written and read: not the same", again == payload),
        ("written twice: not the same", again?.encoded() == encoded))
    {
        return fault
    }
    _ = payload.command?.argumentFault().map { ($0.english, $0.chinese) }
    guard let changeset = readChangeset(of: payload) else { return nil }
    return changeset.changes.allSatisfy { Table(name: $0.table) != nil } ? nil : "a changeset of an unknown table is taken"
}
