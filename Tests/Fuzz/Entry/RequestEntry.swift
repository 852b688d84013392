import CentralStore
import SyncProtocol
import Tickets

/// A decompressed request, with its signature or, where that one is missing, bare.
func requestFault(in bytes: [UInt8]) -> String? {
    guard let request = (try? OpenedRequest(opening: bytes))?.request ?? (try? SyncRequest(decoding: bytes)) else { return nil }
    if max(request.commands.count, request.retained.count) > WireLimits.commandsPerRequestMax { return "too many commands" }
    let encoded = request.encoded()
    guard let again = try? SyncRequest(decoding: encoded) else { return "what was written cannot be read" }
    if again != request { return "read, written and read: not the same" }
    if again.encoded() != encoded { return "written twice: not the same" }
    if let headers = try? request.headers(), headers.count != request.commands.count { return "not one header for each command" }
    guard let opened = try? OpenedRequest(opening: signed(request, by: Fixed.deviceKey)), opened.request == request else {
        return "the same request, signed, cannot be opened"
    }
    if ((try? opened.verify(by: Fixed.deviceKey.publicKey)) == nil) != ((try? request.headers()) == nil) {
        return "a good signature is refused, or a broken chain accepted"
    }
    _ = request.certificate.flatMap { try? Certificate(verifying: $0, with: Fixed.keys) }
    _ = request.token.flatMap { try? Token(verifying: $0, with: Fixed.keys) }
    if let mark = PageMark(decoding: request.at), mark.encoded() != request.at { return "a mark came out in another form" }
    for retained in request.retained { _ = retained.verifiedReceipt(with: Fixed.keys) }
    for command in request.commands + request.retained.map(\.command) {
        if let fault = commandFault(command) { return fault }
    }
    return nil
}
