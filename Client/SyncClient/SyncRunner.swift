public import ReplicaStore
public import SyncProtocol

/// Does what a `SyncSession` says, with a replica, a transport and the edge's clock.
public struct SyncRunner {
    private let replica: Replica
    private let transport: any Transport
    private let clientVersion: String
    private let renewingToken: Bool
    private let clock: () -> ClockReading
    private let pause: (Int64) -> Void

    /// How a sync ended and what it brought.
    public struct Outcome: Sendable {
        /// How.
        public var ending: SyncSession.Ending
        /// What; nil unless it ended with `done`.
        public var summary: SyncSummary?
        /// Requests that got a usable answer.
        public var roundCount: Int
    }

    /// - Parameters:
    ///   - clock: The device's clocks now.
    ///   - pause: Waits so many milliseconds.
    ///   - renewingToken: A watch was refused: the sync is to bring a new token.
    public init(
        replica: Replica, transport: any Transport, clientVersion: String, renewingToken: Bool = false,
        clock: @escaping () -> ClockReading, pause: @escaping (Int64) -> Void
    ) {
        self.replica = replica
        self.transport = transport
        self.clientVersion = clientVersion
        self.renewingToken = renewingToken
        self.clock = clock
        self.pause = pause
    }

    /// Runs one sync to its end.
    ///
    /// - Parameter progress: Called after each answer with the number of rounds so far.
    /// - Throws: `ReplicaError`; what was absorbed before stays.
    public func run(_ session: SyncSession, progress: (Int) -> Void = { _ in }) throws -> Outcome {
        var session = session
        var summary: SyncSummary?
        var sentAt = clock()
        var action = session.start
        while true {
            switch action {
            case .prepare(let withCertificate):
                sentAt = clock()
                let outgoing = try replica.prepareRequest(
                    now: sentAt, clientVersion: clientVersion, withCertificate: withCertificate, speaking: session.speaks,
                    renewingToken: renewingToken)
                action = session.handle(.prepared(outgoing.signedRequest))
            case .send(let request):
                action = session.handle(answer(to: request))
            case .absorb(let response):
                let step = try replica.absorb(response, receivedAt: clock(), sentAt: sentAt)
                progress(session.roundCount)
                if case .done(let brought) = step { summary = brought }
                action = session.handle(.absorbed(try self.progress(step)))
            case .pause(let milliseconds):
                pause(milliseconds)
                action = session.handle(.paused)
            case .finish(let ending):
                return Outcome(ending: ending, summary: summary, roundCount: session.roundCount)
            }
        }
    }

    private func answer(to request: HTTPRequest) -> SyncSession.Event {
        do throws(TransportError) {
            let response = try transport.send(request)
            KillPoint.syncReceived.pass()
            return .answered(response)
        } catch { return .failed(error) }
    }

    private func progress(_ step: SyncStep) throws -> SyncSession.Progress {
        switch step {
        case .more: .more
        case .done: .done
        case .resend: .resend
        case .forked: .forked
        case .wiped: .wiped(unsentCount: try replica.countToSend())
        }
    }
}
