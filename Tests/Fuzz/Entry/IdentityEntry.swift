import SyncProtocol

/// The small messages: the first byte says which reader gets the rest.
func identityFault(in bytes: [UInt8]) -> String? {
    guard let selector = bytes.first else { return nil }
    let content = Array(bytes.dropFirst())
    switch selector % 11 {
    case 0: return certificateFault(in: content)
    case 1: return tokenFault(in: content)
    case 2: return receiptFault(in: content)
    case 3: return roundTrip(content, { try EnrolRequest(decoding: $0) }, { $0.encoded() })
    case 4: return roundTrip(content, { try EnrolResponse(decoding: $0) }, { $0.encoded() })
    case 5: return roundTrip(content, { try TokenRequest(decoding: $0) }, { $0.encoded() })
    case 6: return roundTrip(content, { try TokenResponse(decoding: $0) }, { $0.encoded() })
    case 7: return roundTrip(content, { try ProblemDetails(decoding: $0) }, { $0.encoded() })
    case 8: return roundTrip(content, { try WatchNews(decoding: $0) }, { $0.encoded() })
    case 9:
        guard let keys = try? CentreKeys(fileContent: content) else { return nil }
        let written = keys.fileContent()
        return (try? CentreKeys(fileContent: written))?.fileContent() == written ? nil : "a key file came out in another form"
    default:
        guard let text = String(validating: content, as: UTF8.self), let token = TokenHeader.token(in: text) else { return nil }
        return TokenHeader.token(in: TokenHeader.value(of: token)) == token ? nil : "a token does not survive its header"
    }
}

private func receiptFault(in bytes: [UInt8]) -> String? {
    if let fault = roundTrip(bytes, { try Receipt(decoding: $0) }, { $0.encoded() }) { return fault }
    guard let receipt = try? Receipt(decoding: bytes) else { return nil }
    let authentic = receipt.authenticated(by: Fixed.centreKey)
    let kept = try? Receipt(decoding: authentic.encoded())
    return kept?.isAuthentic(with: Fixed.keys) == true ? nil : "a receipt is not authentic after it was kept"
}

/// Read, written and read again: the same; written twice: the same bytes.
private func roundTrip<Message: Equatable>(
    _ bytes: [UInt8], _ read: ([UInt8]) throws -> Message, _ write: (Message) -> [UInt8]
) -> String? {
    guard let message = try? read(bytes) else { return nil }
    let written = write(message)
    guard let again = try? read(written) else { return "\(Message.self): what was written cannot be read" }
    return first(
        ("\(Message.self): read, written and read: not the same", again == message),
        ("\(Message.self): written twice: not the same", write(again) == written))
}

private func certificateFault(in bytes: [UInt8]) -> String? {
    guard let certificate = try? Certificate(unverified: bytes) else { return nil }
    let signed = certificate.signed(by: Fixed.centreKey)
    guard var again = try? Certificate(verifying: signed, with: Fixed.keys) else { return "our own certificate is refused" }
    again.keyID = certificate.keyID
    if again != certificate { return "a certificate signed anew is another one" }
    if (try? Certificate(verifying: bytes, with: Fixed.keys)) != nil, signed != bytes { return "a certificate in two forms" }
    return nil
}

private func tokenFault(in bytes: [UInt8]) -> String? {
    guard let token = try? Token(verifying: bytes, with: Fixed.keys) else { return nil }
    let again = try? Token(verifying: token.issued(by: Fixed.centreKey), with: Fixed.keys)
    return again == token ? nil : "a token issued anew is another one"
}
