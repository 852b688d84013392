import SyncProtocol

/// A body as it arrives, under a limit of 1 MiB.
func bodyFault(in bytes: [UInt8]) -> String? {
    let limit = 1 << 20
    // As content it must come back whole, whatever it is.
    guard (try? decodeBody(encodeBody(bytes), limit: limit)) == bytes else { return "a body does not come back" }
    guard (try? decodeBody(packBody(bytes), limit: limit)) == bytes else { return "a packed body does not come back" }
    guard let content = try? decodeBody(bytes, limit: limit) else { return nil }
    if content.count > limit { return "more than the limit came out" }
    return (try? decodeBody(encodeBody(content), limit: limit)) == content ? nil : "a body does not come back"
}
