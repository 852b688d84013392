public import SyncProtocol

/// One sync, without any I/O: each event returns the next action, until `finish`.
///
///     prepare ──▶ send ──▶ absorb ──▶ more: prepare … ──▶ done
///                  │  ▲       ├─ resend, forked: prepare, three times in a row at most
///                  ▼  │       └─ done
///            pause ───┘  an answer that was cut off: the same bytes again, `attemptsMax` times in all
///
/// Sending the same bytes again is right whatever happened to the first ones: the centre knows every CommandID.
public struct SyncSession: Sendable {
    /// What to do next.
    public enum Action: Hashable, Sendable {
        /// Ask the replica for a request; then `prepared`. With the certificate if the centre could do nothing with the token.
        case prepare(withCertificate: Bool)
        /// Send it; then `answered` or `failed`.
        case send(HTTPRequest)
        /// Give it to the replica; then `absorbed`.
        case absorb(SyncResponse)
        /// Wait, then `paused`.
        case pause(milliseconds: Int64)
        /// The end.
        case finish(Ending)
    }

    /// What happened.
    public enum Event: Sendable {
        /// A signed request, not yet compressed.
        case prepared([UInt8])
        /// A whole answer, whatever it is.
        case answered(HTTPResponse)
        /// No whole answer.
        case failed(TransportError)
        /// The replica took the answer in.
        case absorbed(Progress)
        /// The time is over.
        case paused
    }

    /// What the replica made of an answer.
    public enum Progress: Hashable, Sendable {
        /// Staged, or commands are left: there is more to ask for.
        case more
        /// The centre wants commands again from an earlier one.
        case resend
        /// Commands have new headers under a new epoch.
        case forked
        /// Everything that the centre has is in the replica.
        case done
        /// This device was revoked and its tickets are erased; so many commands are still to be delivered.
        case wiped(unsentCount: Int)
    }

    /// How it ended.
    public enum Ending: Hashable, Sendable {
        /// The replica stands at the centre's head.
        case done
        /// The device was revoked.
        case wiped
        /// It stopped before.
        case failed(SyncFailure, retryAfterSeconds: Int?)
    }

    /// Bounds of one sync.
    public struct Limits: Sendable {
        /// Requests in one sync: 256 KiB a page make this 1 GB, a hundred times a worker's scopes.
        public var roundsMax = 4_096
        /// Rounds in a row that only move numbers (resend, fork).
        public var turnsMax = 3
        /// Times that the same bytes are sent when the answer was cut off or did not come.
        public var attemptsMax = 1
        /// The defaults above.
        public init() {}
    }

    /// Requests that got a usable answer.
    public private(set) var roundCount = 0
    /// The version of the wire for the next request: this build's, until the centre turns out to be older.
    public private(set) var speaks = ProtocolVersion.current
    private let address: ServerAddress
    private let limits: Limits
    private let backoff: Backoff
    private var random: any RandomNumberGenerator & Sendable
    private var request: HTTPRequest?
    /// The message in it, against which the answer is packed.
    private var asked: [UInt8] = []
    private var attemptCount = 0
    private var turnCount = 0
    private var withCertificate = false
    private var unsentAfterWipe = Int.max

    /// - Parameter random: Spreads the pauses of many devices.
    public init(
        _ address: ServerAddress, limits: Limits = Limits(), random: any RandomNumberGenerator & Sendable
    ) {
        self.address = address
        self.limits = limits
        self.random = random
        backoff = Backoff(firstMilliseconds: 500, lastMilliseconds: 5_000)
    }

    /// The first action.
    public var start: Action { .prepare(withCertificate: false) }

    /// Takes an event in.
    ///
    /// - Returns: What to do next; after `finish` there is nothing more to do.
    public mutating func handle(_ event: Event) -> Action {
        switch event {
        case .prepared(let bytes): send(bytes)
        case .answered(let response): judge(response)
        case .failed(let error): retry(error)
        case .absorbed(let progress): advance(progress)
        case .paused: request.map { .send($0) } ?? prepare
        }
    }

    private var prepare: Action { .prepare(withCertificate: withCertificate) }

    private mutating func send(_ bytes: [UInt8]) -> Action {
        guard roundCount < limits.roundsMax else { return end(.endless(rounds: roundCount)) }
        let isPacked = speaks >= ProtocolVersion.packed
        let request = HTTPRequest(
            url: address.endpoint("v1/sync"), isLoopback: address.isLoopback, contentType: isPacked ? nil : ContentType.sync,
            accept: ContentType.sync, body: isPacked ? packBody(bytes) : encodeBody(bytes),
            responseBytesMax: WireLimits.responseBytesMax)
        self.request = request
        asked = bytes
        attemptCount = 1
        return .send(request)
    }

    private mutating func judge(_ response: HTTPResponse) -> Action {
        switch Answer(response, accept: ContentType.sync) {
        case .body(let body):
            do throws(ProtocolError) {
                let bytes = try decodeBody(body, limit: WireLimits.responseDecompressedBytesMax, answering: asked)
                let answer = try SyncResponse(decoding: bytes)
                roundCount += 1
                request = nil
                return .absorb(answer)
            } catch { return end(.unreadable(error)) }
        case .problem(let details, _) where details.problem == .certificateRequired && !withCertificate:
            // The key that made the token is no longer the centre's: the certificate says the same.
            withCertificate = true
            return prepare
        case .problem(let details, _) where isOlder(details.problem) && speaks >= ProtocolVersion.packed:
            // A centre that does not know packed bodies cannot read anything of one.
            speaks = ProtocolVersion.packed - 1
            return prepare
        case .problem(let details, let seconds): return end(.refused(details), seconds)
        case .busy(let status, let seconds): return end(.busy(status: status), seconds)
        case .notGridline(let status, let type): return end(.notGridline(status: status, contentType: type))
        }
    }

    /// What an older centre says to a request of this build.
    private func isOlder(_ problem: Problem?) -> Bool {
        problem == .brokenEnvelope || problem == .clientTooNew || problem == .unsupportedContentType
    }

    /// Only what may be over at once is tried again at once; being offline is for the next sync.
    private mutating func retry(_ error: TransportError) -> Action {
        switch error {
        case .interrupted, .timedOut:
            guard attemptCount < limits.attemptsMax, request != nil else { return end(.transport(error)) }
            defer { attemptCount += 1 }
            return .pause(milliseconds: backoff.pause(after: attemptCount, using: &random))
        default: return end(.transport(error))
        }
    }

    private mutating func advance(_ progress: Progress) -> Action {
        switch progress {
        case .done: return .finish(.done)
        case .wiped(let unsentCount):
            defer { unsentAfterWipe = unsentCount }
            return unsentCount > 0 && unsentCount < unsentAfterWipe ? prepare : .finish(.wiped)
        case .more:
            turnCount = 0
            return prepare
        case .resend, .forked:
            turnCount += 1
            return turnCount > limits.turnsMax ? end(.turningInCircles) : prepare
        }
    }

    private func end(_ failure: SyncFailure, _ seconds: Int? = nil) -> Action {
        .finish(.failed(failure, retryAfterSeconds: seconds))
    }
}
