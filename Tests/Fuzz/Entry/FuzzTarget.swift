/// What is fuzzed: every reader of bytes that nobody vouches for.
///
/// A target takes any bytes and says what is wrong with our code, never with the bytes: a reader may refuse them, but what it accepts
/// must come out again as it went in. A trap, a hang or memory beyond the bounds is found by whoever runs it.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// The reader of SQLite's changeset format, compared with libsqlite3's own iterator and inverter.
    case changeset
    /// A sealed payload as the centre takes it: identity, arguments, given changeset.
    case payload
    /// A signed request as the centre opens it.
    case request
    /// A response and its page as a device reads them.
    case response
    /// Certificates, tokens, receipts, enrolment, problem details, key files, the watch's news: the first byte says which.
    case identity
    /// A compressed body.
    case body

    /// Tries the bytes.
    ///
    /// - Returns: What our code did wrong, without any of the bytes; nil if all is well, whether they were accepted or refused.
    public func fault(in bytes: [UInt8]) -> String? {
        switch self {
        case .changeset: changesetFault(in: bytes)
        case .payload: payloadFault(in: bytes)
        case .request: requestFault(in: bytes)
        case .response: responseFault(in: bytes)
        case .identity: identityFault(in: bytes)
        case .body: bodyFault(in: bytes)
        }
    }
}

/// The first of several faults.
func first(_ faults: (String, Bool)...) -> String? { faults.first { !$0.1 }?.0 }
