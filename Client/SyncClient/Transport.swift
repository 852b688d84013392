/// One POST of a body, or one GET that waits for news; nothing else is ever asked of a transport.
public struct HTTPRequest: Hashable, Sendable {
    /// What is asked for.
    public enum Method: Hashable, Sendable {
        /// Sends a body.
        case post
        /// Asks without a body.
        case get
    }

    /// What is asked for.
    public var method = Method.post
    /// The header field Authorization.
    public var authorization: String?
    /// The server may keep still for so long before it answers, seconds; nil = it answers as soon as it can. Such a request may be
    /// broken off at any time: it changes nothing.
    public var waitSeconds: Int?
    /// Absolute; made by `ServerAddress.endpoint`, so plain http goes to loopback only.
    public var url: String
    /// True if `url` stays on this machine: no proxy is used then.
    public var isLoopback: Bool
    /// Of `body`; nil where its first byte says what it is, and a line saying so would be a tenth of all that goes over the wire.
    public var contentType: String?
    /// The one content type that an answer may have, problem details aside.
    public var accept: String
    /// What is sent.
    public var body: [UInt8]
    /// An answer with more bytes is cut off with `TransportError.tooLarge`.
    public var responseBytesMax: Int

    /// A request.
    public init(
        url: String, isLoopback: Bool, contentType: String?, accept: String, body: [UInt8], responseBytesMax: Int
    ) {
        self.url = url
        self.isLoopback = isLoopback
        self.contentType = contentType
        self.accept = accept
        self.body = body
        self.responseBytesMax = responseBytesMax
    }
}

/// A complete answer: a body that was cut off is a `TransportError.interrupted` instead.
public struct HTTPResponse: Hashable, Sendable {
    /// 200 … 599 except 3xx.
    public var status: Int
    /// As the server wrote it, nil if it did not.
    public var contentType: String?
    /// The server's wish, in seconds.
    public var retryAfterSeconds: Int?
    /// What came.
    public var body: [UInt8]

    /// An answer.
    public init(status: Int, contentType: String?, retryAfterSeconds: Int? = nil, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.retryAfterSeconds = retryAfterSeconds
        self.body = body
    }
}

/// Carries one request to the centre and its answer back. Synchronous: a client does one thing at a time.
public protocol Transport {
    /// - Throws: why there is no whole answer. The centre may have acted on the request all the same; sending it again is always
    ///   right.
    func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse
}

/// Why no whole answer came. Normal in the field, all of it; none of these cases loses or changes anything on the device.
public enum TransportError: Error, Hashable, Sendable {
    /// No connection: no network, name not found, nobody listens. Normal without signal: sync again later.
    case offline(String)
    /// Connected, but too slow for too long. Normal on a bad link: sync again.
    case timedOut
    /// The centre's identity could not be proved. Not normal: check the CA file that was given at enrolment, and the clock; never
    /// go round it.
    case tls(String)
    /// The connection broke after this many bytes of the answer. Normal on a bad link: sync again, pages already here stay.
    case interrupted(bytes: Int)
    /// Sent elsewhere (status, host of the new place). Not normal: a captive portal, or a wrong address; nothing was sent on.
    case redirected(status: Int, host: String)
    /// The answer is longer than any answer of a centre.
    case tooLarge(bytesMax: Int)
    /// What answered does not speak HTTP.
    case garbled(String)
    /// The CA file given at enrolment has no certificate in it that can be read.
    case authorityUnreadable
    /// libcurl is not on this machine: install `libcurl4`.
    case unavailable(String)
}
