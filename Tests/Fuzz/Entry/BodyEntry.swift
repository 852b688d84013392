import SyncProtocol

/// A body as it arrives, under a limit of 1 MiB: as a request has it, and as the answer to one.
func bodyFault(in bytes: [UInt8]) -> String? { bodyFault(in: bytes, answering: []) ?? bodyFault(in: bytes, answering: asked) }

/// The request that the target's answers are packed against.
private let asked = Fixed.request.encoded()

private func bodyFault(in bytes: [UInt8], answering asked: [UInt8]) -> String? {
    let limit = 1 << 20
    // As content it must come back whole, whatever it is.
    guard (try? decodeBody(encodeBody(bytes), limit: limit)) == bytes else { return "a body does not come back" }
    guard (try? decodeBody(packBody(bytes, answering: asked), limit: limit, answering: asked)) == bytes else {
        return "a packed body does not come back"
    }
    guard let content = try? decodeBody(bytes, limit: limit, answering: asked) else { return nil }
    if content.count > limit { return "more than the limit came out" }
    guard (try? decodeBody(packBody(content, answering: asked), limit: limit, answering: asked)) == content else {
        return "what came out does not come back packed"
    }
    return (try? decodeBody(encodeBody(content), limit: limit)) == content ? nil : "a body does not come back"
}
